import SimCore

/// Writes images as PNG (ISO/IEC 15948): 8-bit RGB, one compressed stream.
public enum PNGEncoder {
  /// The bytes of a PNG file of a canvas; the same for the same pixels.
  public static func encode(_ canvas: Canvas) -> [UInt8] {
    var file: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    var header: [UInt8] = []
    appendBigEndian(UInt32(canvas.width), to: &header)
    appendBigEndian(UInt32(canvas.height), to: &header)
    // 8 bits a channel, colour type 2 (RGB), deflate, adaptive filters, not interlaced.
    header += [8, 2, 0, 0, 0]
    appendChunk("IHDR", header, to: &file)
    appendChunk("IDAT", zlibStream(of: filteredRows(canvas)), to: &file)
    appendChunk("IEND", [], to: &file)
    return file
  }

  /// Rows without opacity, each behind its filter byte: of "none", "left" and "up" the one with
  /// the least sum of absolute differences.
  private static func filteredRows(_ canvas: Canvas) -> [UInt8] {
    let bytes = 3 * canvas.width
    var result: [UInt8] = []
    result.reserveCapacity((bytes + 1) * canvas.height)
    var above = [UInt8](repeating: 0, count: bytes)
    var row = above
    for y in 0..<canvas.height {
      for x in 0..<canvas.width {
        let p = 4 * (y * canvas.width + x)
        row[3 * x] = canvas.pixels[p]
        row[3 * x + 1] = canvas.pixels[p + 1]
        row[3 * x + 2] = canvas.pixels[p + 2]
      }
      var sums = (none: 0, left: 0, up: 0)
      for i in 0..<bytes {
        sums.none += Int(Int8(bitPattern: row[i]).magnitude)
        sums.left += Int(Int8(bitPattern: row[i] &- (i < 3 ? 0 : row[i - 3])).magnitude)
        sums.up += Int(Int8(bitPattern: row[i] &- above[i]).magnitude)
      }
      if sums.up <= sums.left && sums.up <= sums.none {
        result.append(2)
        for i in 0..<bytes { result.append(row[i] &- above[i]) }
      } else if sums.left <= sums.none {
        result.append(1)
        for i in 0..<bytes { result.append(row[i] &- (i < 3 ? 0 : row[i - 3])) }
      } else {
        result.append(0)
        result += row
      }
      swap(&above, &row)
    }
    return result
  }

  /// A zlib stream (RFC 1950) of some data.
  private static func zlibStream(of data: [UInt8]) -> [UInt8] {
    // Deflate with a window of 32 KiB; the two bytes are a multiple of 31.
    var stream: [UInt8] = [0x78, 0x01]
    stream += Deflate.compress(data)
    appendBigEndian(adler32(data), to: &stream)
    return stream
  }

  /// The checksum of zlib streams (RFC 1950).
  static func adler32(_ data: [UInt8]) -> UInt32 {
    var a: UInt32 = 1
    var b: UInt32 = 0
    // 5552 bytes are the most that cannot overflow 32 bits before the remainder is taken.
    for start in stride(from: 0, to: data.count, by: 5552) {
      for i in start..<min(start + 5552, data.count) {
        a += UInt32(data[i])
        b += a
      }
      a %= 65_521
      b %= 65_521
    }
    return b << 16 | a
  }

  private static func appendChunk(_ name: String, _ data: [UInt8], to file: inout [UInt8]) {
    appendBigEndian(UInt32(data.count), to: &file)
    let body = Array(name.utf8) + data
    file += body
    appendBigEndian(CRC32.of(body), to: &file)
  }

  private static func appendBigEndian(_ value: UInt32, to bytes: inout [UInt8]) {
    for shift in [24, 16, 8, 0] as [UInt32] {
      bytes.append(UInt8(truncatingIfNeeded: value >> shift))
    }
  }
}

extension Canvas {
  /// The image as a PNG file.
  public var png: [UInt8] { PNGEncoder.encode(self) }
}
