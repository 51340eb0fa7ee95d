import Foundation
import SimCore
import SimViewer

/// Reading PNG files back, and keeping images for people to look at.
enum ImageFile {
  /// Writes the image to the folder `PROVINGGROUND_IMAGES`, if that is set.
  static func keep(_ canvas: Canvas, _ name: String) {
    guard let folder = ProcessInfo.processInfo.environment["PROVINGGROUND_IMAGES"] else { return }
    let url = URL(filePath: folder, directoryHint: .isDirectory).appending(path: name + ".png")
    try? Data(canvas.png).write(to: url)
  }

  struct Defect: Error {
    let text: String
    init(_ text: String) { self.text = text }
  }

  /// Size and RGB bytes of a PNG file of the kind that `PNGEncoder` writes; every checksum is
  /// compared.
  static func decode(_ file: [UInt8]) throws -> (width: Int, height: Int, rgb: [UInt8]) {
    guard file.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) else {
      throw Defect("signature")
    }
    var at = 8
    var header: [UInt8] = []
    var stream: [UInt8] = []
    var names: [String] = []
    while at < file.count {
      let length = Int(bigEndian(file[at..<(at + 4)]))
      let body = file[(at + 4)..<(at + 8 + length)]
      guard CRC32.of(body) == bigEndian(file[(at + 8 + length)..<(at + 12 + length)]) else {
        throw Defect("CRC")
      }
      let name = String(decoding: body.prefix(4), as: UTF8.self)
      names.append(name)
      if name == "IHDR" { header = Array(body.dropFirst(4)) }
      if name == "IDAT" { stream += body.dropFirst(4) }
      at += 12 + length
    }
    guard names == ["IHDR", "IDAT", "IEND"], header.suffix(5) == [8, 2, 0, 0, 0] else {
      throw Defect("chunks")
    }
    let width = Int(bigEndian(header[0..<4]))
    let height = Int(bigEndian(header[4..<8]))
    let rows = try inflate(Array(stream.dropFirst(2).dropLast(4)))
    guard (UInt32(stream[0]) << 8 | UInt32(stream[1])) % 31 == 0,
      adler(rows) == bigEndian(stream.suffix(4)), rows.count == height * (3 * width + 1)
    else { throw Defect("zlib stream") }
    var rgb = [UInt8](repeating: 0, count: 3 * width * height)
    for y in 0..<height {
      let start = y * (3 * width + 1)
      for i in 0..<(3 * width) {
        let left = i < 3 ? 0 : rgb[y * 3 * width + i - 3]
        let up = y == 0 ? 0 : rgb[(y - 1) * 3 * width + i]
        let value = rows[start + 1 + i]
        switch rows[start] {
        case 0: rgb[y * 3 * width + i] = value
        case 1: rgb[y * 3 * width + i] = value &+ left
        case 2: rgb[y * 3 * width + i] = value &+ up
        default: throw Defect("filter")
        }
      }
    }
    return (width, height, rgb)
  }

  private static func bigEndian(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    bytes.reduce(0) { $0 << 8 | UInt32($1) }
  }

  private static func adler(_ bytes: [UInt8]) -> UInt32 {
    var a = 1
    var b = 0
    for byte in bytes {
      a = (a + Int(byte)) % 65_521
      b = (b + a) % 65_521
    }
    return UInt32(b << 16 | a)
  }

  /// Unpacks deflate blocks with fixed codes (RFC 1951), table-driven unlike the encoder.
  private static func inflate(_ data: [UInt8]) throws -> [UInt8] {
    var bit = 0
    func next(_ count: Int) throws -> Int {
      var value = 0
      for k in 0..<count {
        guard bit >> 3 < data.count else { throw Defect("end of data") }
        value |= Int(data[bit >> 3] >> UInt8(bit & 7) & 1) << k
        bit += 1
      }
      return value
    }
    let lengths = [
      3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115,
      131, 163, 195, 227, 258,
    ]
    let lengthBits = [
      0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
    ]
    let distances = [
      1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537,
      2049, 3073, 4097, 6145, 8193, 12_289, 16_385, 24_577,
    ]
    let distanceBits = [
      0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13,
      13,
    ]
    var out: [UInt8] = []
    var isLast = false
    while !isLast {
      isLast = try next(1) == 1
      guard try next(2) == 1 else { throw Defect("block type") }
      while true {
        var code = 0
        var symbol = -1
        for count in 1...9 {
          code = code << 1 | (try next(1))
          if count == 7 && code < 24 { symbol = 256 + code }
          if count == 8 && code >= 0x30 && code < 0xC0 { symbol = code - 0x30 }
          if count == 8 && code >= 0xC0 && code < 0xC8 { symbol = 280 + code - 0xC0 }
          if count == 9 { symbol = 144 + code - 0x190 }
          if symbol >= 0 { break }
        }
        if symbol == 256 { break }
        if symbol < 256 {
          out.append(UInt8(symbol))
          continue
        }
        let length = lengths[symbol - 257] + (try next(lengthBits[symbol - 257]))
        var slot = 0
        for _ in 0..<5 { slot = slot << 1 | (try next(1)) }
        let distance = distances[slot] + (try next(distanceBits[slot]))
        guard distance <= out.count else { throw Defect("distance") }
        for _ in 0..<length { out.append(out[out.count - distance]) }
      }
    }
    return out
  }
}
