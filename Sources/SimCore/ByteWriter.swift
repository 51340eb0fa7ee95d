/// Appends plain values to a byte array in one fixed layout: little-endian, doubles by their bits,
/// integers as variable-length (7 bits a byte) where they are usually small.
public struct ByteWriter: Sendable {
  /// Everything written so far.
  public private(set) var bytes: [UInt8] = []

  /// A writer without a byte.
  public init() {}

  /// A writer with memory for some bytes, so that it need not grow.
  public init(reserving capacity: Int) {
    bytes.reserveCapacity(capacity)
  }

  /// One byte.
  public mutating func append(_ value: UInt8) { bytes.append(value) }

  /// Four bytes, least significant first.
  public mutating func append(_ value: UInt32) {
    withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
  }

  /// Eight bytes, least significant first.
  public mutating func append(_ value: UInt64) {
    withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
  }

  /// Eight bytes (two's complement), least significant first.
  public mutating func append(_ value: Int64) { append(UInt64(bitPattern: value)) }

  /// The bits of a double, so that NaN payloads and the sign of zero survive.
  public mutating func append(_ value: Double) { append(value.bitPattern) }

  /// One byte: 1 for true, 0 for false.
  public mutating func append(_ value: Bool) { append(value ? UInt8(1) : 0) }

  /// A whole number of variable length: 1 byte below 128.
  public mutating func appendVariable(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest))
  }

  /// A signed whole number of variable length, short for values near zero.
  public mutating func appendVariable(_ value: Int64) {
    appendVariable(UInt64(bitPattern: (value << 1) ^ (value >> 63)))
  }

  /// A count or index. - Precondition: not negative.
  public mutating func appendCount(_ value: Int) {
    precondition(value >= 0, "a count is not negative")
    appendVariable(UInt64(value))
  }

  /// UTF-8 with its length before it.
  public mutating func append(_ text: String) {
    var text = text
    text.withUTF8 { utf8 in
      appendCount(utf8.count)
      bytes.append(contentsOf: utf8)
    }
  }

  /// The bits of many doubles, without a length.
  public mutating func append(contentsOf values: UnsafeBufferPointer<Double>) {
    #if _endian(little)
      bytes.append(contentsOf: UnsafeRawBufferPointer(values))
    #else
      for value in values { append(value) }
    #endif
  }

  /// Bytes as they are, without a length.
  public mutating func appendRaw(_ raw: some Sequence<UInt8>) { bytes.append(contentsOf: raw) }

  /// So many bytes, filled in by the caller; they are 0 before.
  public mutating func append(
    count: Int, _ fill: (UnsafeMutableBufferPointer<UInt8>) -> Void
  ) {
    let start = bytes.count
    bytes.append(contentsOf: repeatElement(0, count: count))
    bytes.withUnsafeMutableBufferPointer { fill(UnsafeMutableBufferPointer(rebasing: $0[start...])) }
  }

  /// Writes a number over what stands at a place, which is then known.
  public mutating func overwrite(at place: Int, _ value: UInt64) {
    for k in 0..<8 { bytes[place + k] = UInt8(truncatingIfNeeded: value >> UInt64(8 * k)) }
  }

  /// Writes a number over what stands at a place, which is then known.
  public mutating func overwrite(at place: Int, _ value: UInt32) {
    for k in 0..<4 { bytes[place + k] = UInt8(truncatingIfNeeded: value >> UInt32(8 * k)) }
  }

  /// Bytes with their length before them.
  public mutating func appendBlock(_ block: [UInt8]) {
    appendCount(block.count)
    bytes.append(contentsOf: block)
  }

  /// A flag byte, and the value if there is one.
  public mutating func appendOptional<T>(
    _ value: T?, _ write: (inout ByteWriter, T) -> Void
  ) {
    append(value != nil)
    if let value { write(&self, value) }
  }

  /// The number of elements, and each of them.
  @inlinable
  public mutating func appendList<T>(
    _ list: some Collection<T>, _ write: (inout ByteWriter, T) -> Void
  ) {
    appendCount(list.count)
    for element in list { write(&self, element) }
  }
}
