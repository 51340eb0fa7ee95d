/// Writes animations as GIF (GIF89a): one palette for all pictures, and of each picture only what
/// changed. The same pictures give the same bytes.
public struct GIFEncoder: Sendable {
  private let width: Int
  private let height: Int
  private let palette: ColourPalette
  private var bytes: [UInt8]
  private var last: [UInt8] = []
  /// Number of the palette's entry that stands for "as before".
  private let clear = 255

  /// An animation that starts again at its end.
  ///
  /// - Parameter samples: pictures from which the palette is made, at least one, all of one size of
  ///   at most 65535 pixels either way.
  public init(samples: [Canvas]) {
    precondition(!samples.isEmpty, "a palette is made of pictures")
    width = samples[0].width
    height = samples[0].height
    palette = ColourPalette(samples, count: 255)
    bytes = Array("GIF89a".utf8)
    append(width)
    append(height)
    // A global palette of 256 entries of 8 bits; background 0; square pixels.
    bytes += [0xF7, 0, 0]
    for entry in 0..<256 {
      let colour = entry < palette.colours.count ? palette.colours[entry] : .black
      bytes += [colour.red, colour.green, colour.blue]
    }
    bytes += [0x21, 0xFF, 11] + Array("NETSCAPE2.0".utf8) + [3, 1, 0, 0, 0]
  }

  /// Adds a picture of the samples' size.
  ///
  /// - Parameter hundredths: how long it is shown, hundredths of a second.
  public mutating func add(_ picture: Canvas, hundredths: Int) {
    precondition(picture.width == width && picture.height == height, "pictures of one size")
    let places = palette.places(of: picture)
    // The rectangle around what changed; one pixel if nothing did.
    var (left, right, top, bottom) = (width, -1, height, -1)
    if last.isEmpty {
      (left, right, top, bottom) = (0, width - 1, 0, height - 1)
    } else {
      for y in 0..<height {
        for x in 0..<width where places[y * width + x] != last[y * width + x] {
          left = min(left, x)
          right = max(right, x)
          top = min(top, y)
          bottom = y
        }
      }
      if right < 0 { (left, right, top, bottom) = (0, 0, 0, 0) }
    }
    let isFirst = last.isEmpty
    // Not disposed of; entry `clear` is see-through in all but the first picture.
    bytes += [0x21, 0xF9, 4, isFirst ? 4 : 5]
    append(hundredths)
    bytes += [UInt8(clear), 0, 0x2C]
    append(left)
    append(top)
    append(right - left + 1)
    append(bottom - top + 1)
    bytes += [0, 8]
    var pixels: [UInt8] = []
    pixels.reserveCapacity((right - left + 1) * (bottom - top + 1))
    for y in top...bottom {
      for x in left...right {
        let p = y * width + x
        pixels.append(isFirst || places[p] != last[p] ? places[p] : UInt8(clear))
      }
    }
    let data = LZW.compress(pixels)
    for start in stride(from: 0, to: data.count, by: 255) {
      let block = data[start..<min(start + 255, data.count)]
      bytes.append(UInt8(block.count))
      bytes += block
    }
    bytes.append(0)
    last = places
  }

  /// The file.
  public func finished() -> [UInt8] { bytes + [0x3B] }

  private mutating func append(_ value: Int) {
    bytes += [UInt8(value & 255), UInt8(value >> 8 & 255)]
  }
}

/// The compression of GIF: Lempel, Ziv and Welch's with codes of 9 to 12 bits.
enum LZW {
  static func compress(_ data: [UInt8]) -> [UInt8] {
    let (reset, end) = (256, 257)
    var out: [UInt8] = []
    var pending = 0
    var count = 0
    func write(_ code: Int, _ bits: Int) {
      pending |= code << count
      count += bits
      while count >= 8 {
        out.append(UInt8(pending & 255))
        pending >>= 8
        count -= 8
      }
    }
    // Of each code and next byte the code of the longer text; 0: none yet.
    var table = [UInt16](repeating: 0, count: 4096 * 256)
    var next = 258
    var bits = 9
    write(reset, bits)
    guard var text = data.first.map(Int.init) else {
      write(end, bits)
      write(0, 7)
      return out
    }
    for byte in data.dropFirst() {
      let slot = text << 8 | Int(byte)
      if table[slot] != 0 {
        text = Int(table[slot])
        continue
      }
      write(text, bits)
      table[slot] = UInt16(next)
      // The reader knows each code one step later.
      if next == 1 << bits { bits += 1 }
      next += 1
      text = Int(byte)
      if next == 4096 {
        write(reset, 12)
        table.withUnsafeMutableBufferPointer { $0.update(repeating: 0) }
        next = 258
        bits = 9
      }
    }
    write(text, bits)
    if next == 1 << bits, bits < 12 { bits += 1 }
    write(end, bits)
    if count > 0 { write(0, 8 - count) }
    return out
  }
}
