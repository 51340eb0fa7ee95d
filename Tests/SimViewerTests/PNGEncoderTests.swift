import SimGeometry
import SimViewer
import Testing

@Suite struct PNGEncoderTests {
  func rgb(_ canvas: Canvas) -> [UInt8] {
    (0..<canvas.height).flatMap { y in
      (0..<canvas.width).flatMap { x -> [UInt8] in
        let c = canvas[x, y]
        return [c.red, c.green, c.blue]
      }
    }
  }

  func expectRoundTrip(_ canvas: Canvas) throws {
    let image = try ImageFile.decode(canvas.png)
    #expect(image.width == canvas.width && image.height == canvas.height)
    #expect(image.rgb == rgb(canvas))
  }

  @Test func smallestFile() throws {
    try expectRoundTrip(Canvas(width: 1, height: 1, background: Colour(1, 2, 3)))
  }

  @Test(arguments: [(3, 2), (64, 64), (257, 5), (700, 300)])
  func roundTrips(_ width: Int, _ height: Int) throws {
    var canvas = Canvas(width: width, height: height, background: Colour(240, 238, 230))
    for k in 0..<12 {
      let p = Vector2(Double(width * (k * 7 % 12)) / 12, Double(height * (k * 5 % 12)) / 12)
      canvas.fillCircle(
        centre: p, radius: Double(k + 1) * 3,
        Colour(UInt8(k * 20), UInt8(255 - k * 20), UInt8(k * k), alpha: UInt8(255 - k * 10)))
    }
    try expectRoundTrip(canvas)
  }

  /// Noise: no repeats worth a code, and rows of every filter.
  @Test func noiseRoundTrips() throws {
    var canvas = Canvas(width: 90, height: 60)
    var state: UInt64 = 9
    for y in 0..<60 {
      for x in 0..<90 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        let bits = y < 20 ? state >> 40 : (y < 40 ? UInt64(x) * 0x010203 : UInt64(y) * 0x030201)
        canvas.fillRect(
          x: Double(x), y: Double(y), width: 1, height: 1,
          Colour(hex: UInt32(truncatingIfNeeded: bits) & 0xFFFFFF))
      }
    }
    try expectRoundTrip(canvas)
  }

  /// A flat picture takes 13 bits for each repeat of 258 bytes: 18.9 kB, and a little a row.
  @Test func flatAreasAreSmall() {
    #expect(Canvas(width: 1000, height: 1000, background: .white).png.count < 22_000)
  }
}
