/// Checksum of stored data: CRC-32 as in IEEE 802.3, gzip and PNG (reflected, polynomial
/// 0xEDB88320).
public struct CRC32: Sendable {
  private static let table: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { crc, _ in crc & 1 == 1 ? (crc >> 1) ^ 0xEDB8_8320 : crc >> 1 }
  }

  private var state: UInt32 = .max

  /// The checksum of nothing, whose value is 0.
  public init() {}

  /// Adds bytes.
  public mutating func combine(_ bytes: some Sequence<UInt8>) {
    state = Self.table.withUnsafeBufferPointer { table in
      bytes.reduce(state) { crc, byte in table[Int((crc ^ UInt32(byte)) & 0xFF)] ^ (crc >> 8) }
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
