import Testing

@testable import SimViewer

@Suite struct GIFEncoderTests {
  /// Undoes the compression of GIF, bits from the least significant end of each byte.
  func expanded(_ data: [UInt8]) throws -> [UInt8] {
    var position = 0
    func code(_ bits: Int) -> Int {
      var value = 0
      for k in 0..<bits where position + k < 8 * data.count {
        value |= Int(data[(position + k) / 8] >> UInt8((position + k) % 8) & 1) << k
      }
      position += bits
      return value
    }
    var out: [UInt8] = []
    var table: [[UInt8]] = []
    var bits = 9
    var last: [UInt8]?
    func reset() {
      table = (0..<256).map { [UInt8($0)] } + [[], []]
      bits = 9
      last = nil
    }
    reset()
    while position < 8 * data.count {
      let next = code(bits)
      if next == 256 {
        reset()
        continue
      }
      if next == 257 { return out }
      let text: [UInt8]
      if next < table.count {
        text = table[next]
      } else {
        let before = try #require(last)
        text = before + [before[0]]
      }
      out += text
      if let last, table.count < 4096 { table.append(last + [text[0]]) }
      if table.count == 1 << bits, bits < 12 { bits += 1 }
      last = text
    }
    Issue.record("no end code")
    return out
  }

  @Test(arguments: [0, 1, 2, 300, 70_000])
  func compressionIsUndone(count: Int) throws {
    var state: UInt64 = 7
    let noise = (0..<count).map { _ -> UInt8 in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return UInt8(state >> 56)
    }
    let plain = (0..<count).map { UInt8($0 / 700 % 3) }
    for data in [noise, plain] { #expect(try expanded(LZW.compress(data)) == data) }
    if count > 1000 { #expect(LZW.compress(plain).count < count / 50) }
  }

  @Test func paletteOfFewColoursIsExact() {
    var picture = Canvas(width: 4, height: 4, background: Colour(8, 200, 100))
    picture.fillRect(x: 0, y: 0, width: 2, height: 4, Colour(250, 3, 77))
    let palette = ColourPalette([picture], count: 255)
    #expect(Set(palette.colours) == [Colour(8, 200, 100), Colour(250, 3, 77)])
    let places = palette.places(of: picture)
    #expect(palette.colours[Int(places[0])] == Colour(250, 3, 77))
    #expect(palette.colours[Int(places[3])] == Colour(8, 200, 100))
  }

  /// Header, the size, the loop, and two pictures of which the second holds only what changed.
  @Test func fileHasItsParts() throws {
    let first = Canvas(width: 20, height: 10, background: Colour(255, 255, 255))
    var second = first
    second.fillRect(x: 5, y: 2, width: 3, height: 4, Colour(0, 0, 255))
    var encoder = GIFEncoder(samples: [first, second])
    encoder.add(first, hundredths: 10)
    encoder.add(second, hundredths: 7)
    let bytes = encoder.finished()
    #expect(bytes.starts(with: Array("GIF89a".utf8) + [20, 0, 10, 0, 0xF7, 0, 0]))
    #expect(bytes.last == 0x3B)
    // The image descriptor of the second: left 5, top 2, 3 wide, 4 high.
    let descriptor: [UInt8] = [0x2C, 5, 0, 2, 0, 3, 0, 4, 0, 0, 8]
    let isThere = bytes.indices.contains { bytes[$0...].starts(with: descriptor) }
    #expect(isThere)
    var again = GIFEncoder(samples: [first, second])
    again.add(first, hundredths: 10)
    again.add(second, hundredths: 7)
    #expect(again.finished() == bytes)
  }
}
