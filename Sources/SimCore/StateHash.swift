/// The hash of a simulation's state at one tick, chained to the tick before.
///
/// It is XXH64 of the little-endian bits of the values in the order in which they are combined, 8
/// bytes each, with the previous tick's hash as seed: equal hashes at a tick mean equal states at
/// all ticks up to it, and anyone can recompute it from a recording. -0 counts as +0; all else,
/// down to the last bit, makes a difference.
@frozen
public struct StateHash: Sendable {
  @usableFromInline var stream: WordStream

  /// The hash of a tick, before any value.
  ///
  /// - Parameter previous: the previous tick's hash; 0 for the first tick.
  @inlinable
  public init(after previous: UInt64 = 0) { stream = WordStream(seed: previous) }

  /// Adds a number.
  @inlinable @inline(__always)
  public mutating func combine(_ value: Double) { stream.append((value + 0).bitPattern) }

  /// Adds an integer.
  @inlinable @inline(__always)
  public mutating func combine(_ value: Int) { combine(Int64(value)) }

  /// Adds an integer.
  @inlinable @inline(__always)
  public mutating func combine(_ value: Int64) { stream.append(UInt64(bitPattern: value)) }

  /// Adds an unsigned integer.
  @inlinable @inline(__always)
  public mutating func combine(_ value: UInt64) { stream.append(value) }

  /// Adds a truth value, as 0 or 1.
  @inlinable @inline(__always)
  public mutating func combine(_ value: Bool) { stream.append(value ? 1 : 0) }

  /// Adds numbers in order: the same hash as one by one, in less time.
  @inlinable
  public mutating func combine(buffer: UnsafeBufferPointer<Double>) { stream.append(buffer) }

  /// Adds small unsigned integers in order: the same hash as one by one, in less time.
  @inlinable
  public mutating func combine(buffer: UnsafeBufferPointer<UInt8>) {
    stream.append(number: buffer.count) { UInt64(buffer[$0]) }
  }

  /// Adds so many words in order: the same hash as one by one, in less time.
  ///
  /// - Parameter word: the word of an index from 0 on.
  @inlinable @inline(__always)
  public mutating func combine(number: Int, _ word: (Int) -> UInt64) {
    stream.append(number: number, word)
  }

  /// Adds integers in order: the same hash as one by one, in less time.
  @inlinable
  public mutating func combine(buffer: UnsafeBufferPointer<Int32>) {
    stream.append(number: buffer.count) { UInt64(bitPattern: Int64(buffer[$0])) }
  }

  /// The hash of everything combined so far.
  @inlinable
  public var value: UInt64 { stream.value }

  /// A hash as 16 hexadecimal digits, as it stands in `summary.json`.
  public static func text(_ value: UInt64) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}

extension StateHash: CustomStringConvertible {
  /// The hash as 16 hexadecimal digits.
  public var description: String { Self.text(value) }
}
