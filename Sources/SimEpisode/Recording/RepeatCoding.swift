import SimCore

/// Lossless coding of bytes in which long stretches come again, such as the points that a lane's
/// bound, its neighbour's, their road and its area share (J. Ziv, A. Lempel 1977).
///
///     size     of the bytes, of variable length
///     then, until they are complete:
///     literals their number, and they as they are
///     copy     length (0 only at the end), then how far before, in bytes
enum RepeatCoding {
  /// Shorter stretches are not worth a copy.
  private static let shortest = 8
  private static let tableBits = 15
  /// Most bytes that a file may claim.
  private static let mostBytes = 1 << 26

  /// - Parameter known: bytes that the reader has already, which copies may reach back into.
  static func encode(
    _ bytes: [UInt8], after known: [UInt8] = [], into writer: inout ByteWriter
  ) {
    writer.appendCount(bytes.count)
    let all = known + bytes
    all.withUnsafeBytes { all in
      var table = [Int32](repeating: -1, count: 1 << tableBits)
      let end = all.count
      let last = end - shortest
      if last >= 0 {
        for place in 0..<max(0, min(known.count, last + 1)) { table[slot(place, all)] = Int32(place) }
      }
      var place = known.count
      var start = place
      while place <= last {
        let entry = slot(place, all)
        let other = Int(table[entry])
        table[entry] = Int32(place)
        var length = 0
        if other >= 0 {
          while place + length < end, all[other + length] == all[place + length] { length += 1 }
        }
        guard length >= shortest else {
          place += 1
          continue
        }
        writer.appendCount(place - start)
        writer.appendRaw(all[start..<place])
        writer.appendCount(length)
        writer.appendCount(place - other)
        let next = place + length
        place += 1
        while place < min(next, last + 1) {
          table[slot(place, all)] = Int32(place)
          place += 1
        }
        place = next
        start = next
      }
      if start < end {
        writer.appendCount(end - start)
        writer.appendRaw(all[start..<end])
        writer.appendCount(0)
      }
    }
  }

  private static func slot(_ place: Int, _ all: UnsafeRawBufferPointer) -> Int {
    let word = UInt64(littleEndian: all.loadUnaligned(fromByteOffset: place, as: UInt64.self))
    return Int(truncatingIfNeeded: (word &* 0x9E37_79B9_7F4A_7C15) >> UInt64(64 - tableBits))
  }

  /// The bytes that were encoded after the same known ones.
  static func decode(
    from reader: inout ByteReader, after known: [UInt8] = []
  ) throws(FormatDefect) -> [UInt8] {
    let size = known.count + (try reader.count(atMost: mostBytes))
    var all = known
    while all.count < size {
      let literals = try reader.count(atMost: size - all.count)
      all.append(contentsOf: try reader.raw(literals))
      let length = try reader.count(atMost: size - all.count)
      if length == 0 { break }
      let back = try reader.count(atMost: all.count)
      guard back > 0 else { throw FormatDefect("a copy of itself") }
      // Byte by byte: a copy may run into what it has just written.
      let from = all.count - back
      for offset in 0..<length { all.append(all[from + offset]) }
    }
    guard all.count == size else { throw FormatDefect("ends \(size - all.count) bytes too early") }
    return Array(all[known.count...])
  }
}
