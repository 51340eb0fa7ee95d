/// Compresses bytes to a deflate stream (RFC 1951): repeats are found through a table of the last
/// places of each three bytes, and coded with the fixed Huffman codes.
enum Deflate {
  private static let window = 32_768
  private static let longestMatch = 258
  /// How many earlier places are looked at for a repeat.
  private static let chainLimit = 32

  static func compress(_ data: [UInt8]) -> [UInt8] {
    var out = BitWriter()
    // One last block with fixed codes.
    out.write(1, count: 1)
    out.write(1, count: 2)
    var latest = [Int32](repeating: -1, count: 1 << 15)
    var previous = [Int32](repeating: -1, count: window)
    data.withUnsafeBufferPointer { data in
      var i = 0
      while i < data.count {
        var length = 0
        var distance = 0
        if i + 3 <= data.count {
          var candidate = Int(latest[key(data, i)])
          var tries = chainLimit
          while candidate >= 0 && i - candidate <= window && tries > 0 {
            let found = matchLength(data, candidate, i)
            if found > length {
              length = found
              distance = i - candidate
              if length == longestMatch { break }
            }
            let earlier = Int(previous[candidate % window])
            if earlier >= candidate { break }
            candidate = earlier
            tries -= 1
          }
        }
        let step = length >= 3 ? length : 1
        if length >= 3 {
          writeMatch(length, distance, &out)
        } else {
          writeLiteral(data[i], &out)
        }
        for k in i..<(i + step) where k + 3 <= data.count {
          let slot = key(data, k)
          previous[k % window] = latest[slot]
          latest[slot] = Int32(truncatingIfNeeded: k)
        }
        i += step
      }
    }
    writeSymbol(256, &out)
    return out.finished()
  }

  private static func key(_ data: UnsafeBufferPointer<UInt8>, _ i: Int) -> Int {
    let three = UInt32(data[i]) | UInt32(data[i + 1]) << 8 | UInt32(data[i + 2]) << 16
    return Int((three &* 0x9E37_79B1) >> 17)
  }

  private static func matchLength(
    _ data: UnsafeBufferPointer<UInt8>, _ a: Int, _ b: Int
  ) -> Int {
    let limit = min(longestMatch, data.count - b)
    var n = 0
    while n < limit && data[a + n] == data[b + n] { n += 1 }
    return n
  }

  private static func writeLiteral(_ byte: UInt8, _ out: inout BitWriter) {
    writeSymbol(Int(byte), &out)
  }

  /// A symbol of the literal and length alphabet in its fixed code (RFC 1951, 3.2.6).
  private static func writeSymbol(_ symbol: Int, _ out: inout BitWriter) {
    switch symbol {
    case ..<144: out.writeCode(0x30 + symbol, count: 8)
    case ..<256: out.writeCode(0x190 + symbol - 144, count: 9)
    case ..<280: out.writeCode(symbol - 256, count: 7)
    default: out.writeCode(0xC0 + symbol - 280, count: 8)
    }
  }

  private static func writeMatch(_ length: Int, _ distance: Int, _ out: inout BitWriter) {
    // Lengths 3...10 have a symbol each; then each four symbols share one more extra bit.
    if length == longestMatch {
      writeSymbol(285, &out)
    } else if length <= 10 {
      writeSymbol(257 + length - 3, &out)
    } else {
      let offset = length - 3
      let extra = offset.bitWidth - 1 - offset.leadingZeroBitCount - 2
      writeSymbol(257 + 4 * extra + (offset >> extra), &out)
      out.write(offset & ((1 << extra) - 1), count: extra)
    }
    // Distances 1...4 have a symbol each; then each two symbols share one more extra bit.
    let offset = distance - 1
    if offset < 4 {
      out.writeCode(offset, count: 5)
    } else {
      let extra = offset.bitWidth - 1 - offset.leadingZeroBitCount - 1
      out.writeCode(2 * extra + (offset >> extra), count: 5)
      out.write(offset & ((1 << extra) - 1), count: extra)
    }
  }
}

/// Packs bits into bytes from the least significant end.
private struct BitWriter {
  private var bytes: [UInt8] = []
  private var pending: UInt64 = 0
  private var count = 0

  /// A number, lowest bit first.
  mutating func write(_ value: Int, count bits: Int) {
    pending |= UInt64(truncatingIfNeeded: value) << UInt64(count)
    count += bits
    while count >= 8 {
      bytes.append(UInt8(truncatingIfNeeded: pending))
      pending >>= 8
      count -= 8
    }
  }

  /// A Huffman code, highest bit first.
  mutating func writeCode(_ code: Int, count bits: Int) {
    var reversed = 0
    for k in 0..<bits { reversed |= (code >> k & 1) << (bits - 1 - k) }
    write(reversed, count: bits)
  }

  /// All bytes; the last one is filled with zeros.
  mutating func finished() -> [UInt8] {
    if count > 0 { write(0, count: 8 - count) }
    return bytes
  }
}
