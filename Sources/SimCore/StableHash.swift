/// A 64-bit hash that is the same in every run, build and machine: XXH64 with seed 0.
///
/// It names things (purposes of random numbers, agents by their declared id, parts of a cache key)
/// and is no defence against an adversary. The algorithm is that of the xxHash specification, so
/// that any other implementation gives the same values.
public enum StableHash {
  /// The hash of a text's UTF-8 bytes.
  public static func of(_ text: String) -> UInt64 {
    of(bytes: text.utf8)
  }

  /// The hash of bytes.
  public static func of(bytes: some Collection<UInt8>) -> UInt64 {
    if let hash = bytes.withContiguousStorageIfAvailable({
      of(bytes: UnsafeRawBufferPointer($0))
    }) {
      return hash
    }
    return Array(bytes).withUnsafeBytes { of(bytes: $0) }
  }

  /// The hash of bytes.
  public static func of(bytes: UnsafeRawBufferPointer) -> UInt64 {
    var stream = WordStream(seed: 0)
    let wholeWords = bytes.count / 8
    for i in 0..<wholeWords {
      stream.append(
        UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 8 * i, as: UInt64.self)))
    }
    var hash = stream.digestOfWords(totalBytes: UInt64(bytes.count))
    var offset = 8 * wholeWords
    if bytes.count - offset >= 4 {
      let half = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
      hash = WordStream.mixingHalfWord(UInt64(half), into: hash)
      offset += 4
    }
    for byte in bytes[offset...] { hash = WordStream.mixingByte(UInt64(byte), into: hash) }
    return WordStream.avalanche(hash)
  }
}

/// A hash of several values one after the other, e.g. for the key of a cache.
///
/// Every value is preceded by a mark of its type, and texts by their length, so that different
/// sequences of values are different streams of words (`"ab", "c"` is not `"a", "bc"`, and 1 is
/// not 1.0).
@frozen
public struct StableHasher: Sendable {
  @usableFromInline var stream: WordStream

  /// An empty hash.
  ///
  /// - Parameter seed: another seed gives an unrelated hash.
  @inlinable
  public init(seed: UInt64 = 0) { stream = WordStream(seed: seed) }

  /// Adds an integer.
  @inlinable
  public mutating func combine(_ value: Int) { combine(Int64(value)) }

  /// Adds an integer.
  @inlinable
  public mutating func combine(_ value: Int64) { append(mark: 1, UInt64(bitPattern: value)) }

  /// Adds an unsigned integer, e.g. another hash.
  @inlinable
  public mutating func combine(_ value: UInt64) { append(mark: 2, value) }

  /// Adds a number; -0 counts as +0.
  @inlinable
  public mutating func combine(_ value: Double) { append(mark: 3, (value + 0).bitPattern) }

  /// Adds a truth value.
  @inlinable
  public mutating func combine(_ value: Bool) { append(mark: 4, value ? 1 : 0) }

  /// Adds a text.
  public mutating func combine(_ text: String) {
    var text = text
    text.withUTF8 { combine(bytes: UnsafeRawBufferPointer($0), mark: 5) }
  }

  /// Adds bytes.
  public mutating func combine(bytes: UnsafeRawBufferPointer) { combine(bytes: bytes, mark: 6) }

  /// Adds whether there is a value, and the value.
  public mutating func combine(_ value: Double?) {
    combine(value != nil)
    if let value { combine(value) }
  }

  /// Adds whether there is a text, and the text.
  public mutating func combine(_ text: String?) {
    combine(text != nil)
    if let text { combine(text) }
  }

  /// The hash of everything added so far.
  @inlinable
  public var value: UInt64 { stream.value }

  @inlinable
  mutating func append(mark: UInt64, _ word: UInt64) {
    stream.append(mark)
    stream.append(word)
  }

  private mutating func combine(bytes: UnsafeRawBufferPointer, mark: UInt64) {
    append(mark: mark, UInt64(bytes.count))
    for start in stride(from: 0, to: bytes.count, by: 8) {
      var word: UInt64 = 0
      for i in start..<min(start + 8, bytes.count) {
        word |= UInt64(bytes[i]) << UInt64(8 * (i - start))
      }
      stream.append(word)
    }
  }
}
