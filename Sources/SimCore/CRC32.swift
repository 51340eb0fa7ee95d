/// Checksum of stored data: CRC-32 as in IEEE 802.3, gzip and PNG (reflected, polynomial
/// 0xEDB88320).
public struct CRC32: Sendable {
  /// `[8][256]`: what a byte does to the checksum when it is followed by 0...7 others.
  private static let tables: [UInt32] = {
    var tables: [UInt32] = (0..<256).map { byte in
      (0..<8).reduce(UInt32(byte)) { crc, _ in crc & 1 == 1 ? (crc >> 1) ^ 0xEDB8_8320 : crc >> 1 }
    }
    for index in 256..<8 * 256 {
      let before = tables[index - 256]
      tables.append(tables[Int(before & 0xFF)] ^ (before >> 8))
    }
    return tables
  }()

  private var state: UInt32 = .max

  /// The checksum of nothing, whose value is 0.
  public init() {}

  /// Adds bytes.
  public mutating func combine(_ bytes: some Sequence<UInt8>) {
    if bytes.withContiguousStorageIfAvailable({ combine(UnsafeRawBufferPointer($0)) }) == nil {
      Array(bytes).withUnsafeBytes { combine($0) }
    }
  }

  /// Adds bytes, eight at a time (Kounavis and Berry, A Systematic Approach to Building High
  /// Performance Software-Based CRC Generators, 2005).
  private mutating func combine(_ bytes: UnsafeRawBufferPointer) {
    state = Self.tables.withUnsafeBufferPointer { tables in
      var crc = state
      var next = 0
      while next + 8 <= bytes.count {
        let word =
          UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: next, as: UInt64.self))
          ^ UInt64(crc)
        crc = 0
        for place in 0..<8 {
          let byte = Int(truncatingIfNeeded: word >> UInt64(8 * place)) & 0xFF
          crc ^= tables[(7 - place) * 256 + byte]
        }
        next += 8
      }
      while next < bytes.count {
        crc = tables[Int((crc ^ UInt32(bytes[next])) & 0xFF)] ^ (crc >> 8)
        next += 1
      }
      return crc
    }
  }

  /// The checksum of everything added so far.
  public var value: UInt32 { ~state }

  /// The checksum of some bytes.
  public static func of(_ bytes: some Sequence<UInt8>) -> UInt32 {
    var crc = CRC32()
    crc.combine(bytes)
    return crc.value
  }
}
