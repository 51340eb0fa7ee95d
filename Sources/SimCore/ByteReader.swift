/// Binary data that cannot be what they claim to be: truncated, or with impossible numbers.
public struct FormatDefect: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong, without the file's name.
  public var description: String

  /// A defect, said in a few words without the file's name.
  public init(_ description: String) {
    self.description = description
  }
}

/// Takes apart what a `ByteWriter` wrote. Every read is checked: data of any content end in a value
/// or in a `FormatDefect`, never in a trap, and never reserve more memory than they can fill.
public struct ByteReader: Sendable {
  private let bytes: ArraySlice<UInt8>
  /// Index of the next byte.
  public private(set) var position: Int

  /// Reads an array from its first byte.
  public init(_ bytes: [UInt8]) {
    self.init(bytes[...])
  }

  /// Reads a slice from its first byte; `position` counts in the slice's own indices.
  public init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    position = bytes.startIndex
  }

  /// Bytes not yet read.
  public var remaining: Int { bytes.endIndex - position }

  /// Whether every byte was read.
  public var isAtEnd: Bool { remaining == 0 }

  /// The next `count` bytes.
  public mutating func raw(_ count: Int) throws(FormatDefect) -> ArraySlice<UInt8> {
    guard count >= 0, count <= remaining else {
      throw FormatDefect("ends \(count - remaining) bytes too early")
    }
    defer { position += count }
    return bytes[position..<position + count]
  }

  /// The next byte. Throws at the end of the data, as all reads of fixed size do.
  public mutating func byte() throws(FormatDefect) -> UInt8 {
    guard remaining > 0 else { throw FormatDefect("ends too early") }
    defer { position += 1 }
    return bytes[position]
  }

  /// Four bytes as a whole number, least significant first.
  public mutating func uint32() throws(FormatDefect) -> UInt32 {
    var value: UInt32 = 0
    for (index, byte) in try raw(4).enumerated() { value |= UInt32(byte) << (8 * index) }
    return value
  }

  /// Eight bytes as a whole number, least significant first.
  public mutating func uint64() throws(FormatDefect) -> UInt64 {
    var value: UInt64 = 0
    for (index, byte) in try raw(8).enumerated() { value |= UInt64(byte) << (8 * index) }
    return value
  }

  /// Eight bytes as a signed whole number (two's complement), least significant first.
  public mutating func int64() throws(FormatDefect) -> Int64 { Int64(bitPattern: try uint64()) }

  /// Eight bytes as the bits of a double; any bits are taken, NaN and infinities too.
  public mutating func double() throws(FormatDefect) -> Double {
    Double(bitPattern: try uint64())
  }

  /// A flag; throws if the byte is neither 0 nor 1.
  public mutating func bool() throws(FormatDefect) -> Bool {
    switch try byte() {
    case 0: return false
    case 1: return true
    case let other: throw FormatDefect("\(other) where a flag should be")
    }
  }

  /// A whole number of variable length, 7 bits a byte, least significant first (LEB128); throws if
  /// it does not fit 64 bits.
  public mutating func variable() throws(FormatDefect) -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while true {
      let next = try byte()
      guard shift < 63 || (shift == 63 && next <= 1) else {
        throw FormatDefect("a number of more than 64 bits")
      }
      value |= UInt64(next & 0x7F) << shift
      if next & 0x80 == 0 { return value }
      shift += 7
    }
  }

  /// A signed whole number of variable length, stored in zigzag order (0, -1, 1, -2, …).
  public mutating func signedVariable() throws(FormatDefect) -> Int64 {
    let value = try variable()
    return Int64(bitPattern: (value >> 1) ^ (0 &- (value & 1)))
  }

  /// A count or index of at most `limit`.
  public mutating func count(atMost limit: Int = .max) throws(FormatDefect) -> Int {
    let value = try variable()
    guard value <= UInt64(clamping: limit) else {
      throw FormatDefect("a count of \(value) where at most \(limit) is possible")
    }
    return Int(value)
  }

  /// Text with its length in bytes before it; throws if it is not UTF-8.
  public mutating func text() throws(FormatDefect) -> String {
    let length = try count(atMost: remaining)
    guard let text = String(validating: try raw(length), as: UTF8.self) else {
      throw FormatDefect("text that is not UTF-8")
    }
    return text
  }

  /// Bytes with their number before them.
  public mutating func block() throws(FormatDefect) -> ArraySlice<UInt8> {
    try raw(try count(atMost: remaining))
  }

  /// A flag, and a value after it if the flag is set; nil if not.
  public mutating func optional<T>(
    _ read: (inout ByteReader) throws(FormatDefect) -> T
  ) throws(FormatDefect) -> T? {
    try bool() ? try read(&self) : nil
  }

  /// A list whose elements take at least one byte each.
  public mutating func list<T>(
    _ read: (inout ByteReader) throws(FormatDefect) -> T
  ) throws(FormatDefect) -> [T] {
    let count = try count(atMost: remaining)
    var list: [T] = []
    // A false count of large elements must not reserve what the data cannot fill.
    list.reserveCapacity(min(count, 4096))
    for _ in 0..<count { list.append(try read(&self)) }
    return list
  }
}
