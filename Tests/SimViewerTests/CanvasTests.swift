import SimGeometry
import SimViewer
import Testing

@Suite struct CanvasTests {
  func rect(_ x0: Double, _ y0: Double, _ x1: Double, _ y1: Double) -> [Vector2] {
    [Vector2(x0, y0), Vector2(x1, y0), Vector2(x1, y1), Vector2(x0, y1)]
  }

  /// Red channel of a row: 255 white, 0 fully covered by black.
  func row(_ canvas: Canvas, _ y: Int) -> [Int] {
    (0..<canvas.width).map { Int(canvas[$0, y].red) }
  }

  /// Sum of coverage over all pixels, for black on white.
  func inked(_ canvas: Canvas) -> Double {
    (0..<canvas.height).reduce(0.0) { $0 + row(canvas, $1).reduce(0.0) { $0 + Double(255 - $1) } }
      / 255
  }

  @Test func coverageIsTheShareOfThePixel() {
    var canvas = Canvas(width: 4, height: 3)
    canvas.fillPolygon(rect(0.25, 1, 2.5, 2), .black)
    // Shares 0.75, 1, 0.5: opacities 191, 255, 128 of 255.
    #expect(row(canvas, 0) == [255, 255, 255, 255])
    #expect(row(canvas, 1) == [64, 0, 127, 255])
    #expect(row(canvas, 2) == [255, 255, 255, 255])
    // A triangle of half a pixel.
    canvas = Canvas(width: 2, height: 1)
    canvas.fillPolygon([Vector2(0, 0), Vector2(1, 0), Vector2(0, 1)], .black)
    #expect(row(canvas, 0) == [127, 255])
  }

  @Test func coloursMix() {
    var canvas = Canvas(width: 1, height: 1, background: Colour(0, 100, 200))
    canvas.fillPolygon(rect(0, 0, 1, 1), Colour(255, 100, 0, alpha: 51))
    // A fifth of 255 and four fifths of 0; nothing; four fifths of 200.
    #expect(canvas[0, 0] == Colour(51, 100, 160))
    #expect(canvas[0, 0].alpha == 255, "a canvas stays opaque")
    #expect(Colour.black.mixed(with: .white, 0.2) == Colour(51, 51, 51))
  }

  @Test func fillRules() {
    let outer = rect(0, 0, 5, 5)
    let inner = rect(1, 1, 4, 4)
    var canvas = Canvas(width: 5, height: 5)
    canvas.fill([outer, inner], .black, rule: .nonZero)
    #expect(inked(canvas) == 25)
    canvas = Canvas(width: 5, height: 5)
    canvas.fill([outer, inner], .black, rule: .evenOdd)
    #expect(inked(canvas) == 16)
    canvas = Canvas(width: 5, height: 5)
    canvas.fill([outer, inner.reversed()], .black, rule: .nonZero)
    #expect(inked(canvas) == 16)
  }

  @Test func neighboursLeaveNoSeamInOneFill() {
    // Two halves of a square along a slope, as one fill: every inner pixel is full.
    var canvas = Canvas(width: 8, height: 8)
    let a = Vector2(0, 1.3)
    let b = Vector2(8, 6.1)
    canvas.fill(
      [[Vector2(0, 0), Vector2(8, 0), b, a], [a, b, Vector2(8, 8), Vector2(0, 8)]], .black)
    #expect(inked(canvas) == 64)
  }

  @Test func inkIsTheArea() {
    var state: UInt64 = 5
    func next(_ top: Double) -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 11) * 0x1p-53 * top
    }
    for _ in 0..<200 {
      let points = (0..<3).map { _ in Vector2(next(40), next(30)) }
      var canvas = Canvas(width: 40, height: 30)
      canvas.fillPolygon(points, .black)
      // Rounding of half a grey level at each pixel of the boundary (at most 200 of them).
      #expect(abs(inked(canvas) - Polygon(points).area) < 0.4)
    }
  }

  /// What is drawn on a canvas does not depend on what lies beside it: every window of a large
  /// picture equals the picture drawn on a canvas of that size.
  @Test func clippingCutsAndChangesNothing() {
    func paint(_ canvas: inout Canvas, _ shift: Vector2) {
      func move(_ points: [Vector2]) -> [Vector2] { points.map { $0 - shift } }
      canvas.fillPolygon(
        move([Vector2(-7, 3), Vector2(30.5, -9), Vector2(22, 31), Vector2(3, 12)]),
        Colour(10, 20, 30))
      canvas.strokePolyline(
        move([Vector2(-20, 5), Vector2(8, 9), Vector2(40, 2)]),
        StrokeStyle(width: 3, join: .round), Colour(200, 0, 0, alpha: 150))
    }
    var large = Canvas(width: 24, height: 24)
    paint(&large, .zero)
    for x in stride(from: 0, to: 24, by: 5) {
      for y in stride(from: 0, to: 24, by: 7) {
        var small = Canvas(width: 5, height: 4)
        paint(&small, Vector2(Double(x), Double(y)))
        var clipped = Canvas(width: 24, height: 24)
        clipped.clipped(to: PixelRect(left: x, top: y, right: x + 5, bottom: y + 4)) {
          paint(&$0, .zero)
        }
        for i in 0..<5 {
          for j in 0..<4 where x + i < 24 && y + j < 24 {
            // The shift rounds coordinates, so a grey level may differ by one.
            let a = large[x + i, y + j]
            let b = small[i, j]
            #expect(abs(Int(a.red) - Int(b.red)) <= 1 && abs(Int(a.blue) - Int(b.blue)) <= 1)
            #expect(clipped[x + i, y + j] == a)
          }
        }
        #expect(clipped[(x + 12) % 24, (y + 12) % 24] == .white)
      }
    }
  }

  @Test func brokenAndHugeShapesDoNoHarm() {
    var canvas = Canvas(width: 8, height: 8)
    canvas.fillPolygon([Vector2(.nan, 0), Vector2(5, 5), Vector2(0, 5)], .black)
    canvas.fillPolygon([], .black)
    canvas.fillPolygon([Vector2(1, 1)], .black)
    canvas.strokePolyline([Vector2(1, 1), Vector2(1, 1)], StrokeStyle(width: 2), .black)
    canvas.strokePolyline([Vector2(0, 0), Vector2(9, 9)], StrokeStyle(width: 0), .black)
    canvas.fillCircle(centre: Vector2(4, 4), radius: -1, .black)
    canvas.fillCircle(centre: Vector2(4, 4), radius: .infinity, .black)
    canvas.drawText("x", at: Vector2(.infinity, 0), TextStyle(size: 9))
    #expect(inked(canvas) == 0)
    canvas.fillPolygon(
      [Vector2(-1e300, -1e300), Vector2(1e300, -1e300), Vector2(0, 1e300)], .black)
    #expect(inked(canvas) == 64)
  }

  @Test func strokes() {
    var canvas = Canvas(width: 10, height: 10)
    canvas.strokePolyline([Vector2(2, 5), Vector2(8, 5)], StrokeStyle(width: 2), .black)
    #expect(inked(canvas) == 12)
    #expect(row(canvas, 4) == [255, 255, 0, 0, 0, 0, 0, 0, 255, 255])
    canvas = Canvas(width: 10, height: 10)
    canvas.strokePolyline(
      [Vector2(2, 5), Vector2(8, 5)], StrokeStyle(width: 2, cap: .square), .black)
    #expect(inked(canvas) == 16)
    // A right angle: two bars of 4 + 4 square pixels overlap in one, the mitre adds one.
    let angle = [Vector2(2, 6), Vector2(6, 6), Vector2(6, 2)]
    for (join, area) in [(StrokeStyle.Join.miter, 16.0), (.bevel, 15.5)] {
      canvas = Canvas(width: 10, height: 10)
      canvas.strokePolyline(angle, StrokeStyle(width: 2, join: join), .black)
      #expect(abs(inked(canvas) - area) < 0.02)
    }
    canvas = Canvas(width: 10, height: 10)
    canvas.strokePolyline(angle, StrokeStyle(width: 2, join: .round), .black)
    // A quarter of a disc of radius 1 in place of the square; pixels at its rim, in which disc and
    // bars overlap in part, count a little too much.
    #expect(abs(inked(canvas) - (15 + 0.25 * .pi)) < 0.1)
    // A square frame, closed with a mitre: 6 x 6 less 2 x 2.
    canvas = Canvas(width: 10, height: 10)
    canvas.strokePolygon(rect(3, 3, 7, 7), StrokeStyle(width: 2), .black)
    #expect(inked(canvas) == 32)
  }

  @Test func dashes() {
    var canvas = Canvas(width: 14, height: 3)
    canvas.strokePolyline(
      [Vector2(0, 1.5), Vector2(6, 1.5), Vector2(14, 1.5)],
      StrokeStyle(width: 1, dashes: [3, 2]), .black)
    // On 0..3, 5..8 (over the vertex), 10..13.
    #expect(
      row(canvas, 1) == [0, 0, 0, 255, 255, 0, 0, 0, 255, 255, 0, 0, 0, 255])
  }

  @Test func circles() {
    var canvas = Canvas(width: 30, height: 30)
    canvas.fillCircle(centre: Vector2(15, 15), radius: 10, .black)
    #expect(abs(inked(canvas) - 100 * .pi) < 4)
    canvas = Canvas(width: 30, height: 30)
    canvas.strokeCircle(centre: Vector2(15, 15), radius: 10, width: 2, .black)
    #expect(abs(inked(canvas) - 40 * .pi) < 2)
    #expect(canvas[15, 15] == .white)
  }

  /// Every printable character leaves ink (but the blank), within its own columns.
  @Test func everyCharacterHasAGlyph() {
    var seen: [UInt64: Character] = [:]
    for code in 32..<127 as Range<UInt8> {
      let character = Character(Unicode.Scalar(code))
      var canvas = Canvas(width: 60, height: 60)
      canvas.drawText(String(character), at: Vector2(20, 40), TextStyle(size: 20))
      #expect((inked(canvas) > 3) == (character != " "), "\(character)")
      #expect(seen[canvas.hash] == nil, "\(character) looks like \(seen[canvas.hash] ?? " ")")
      seen[canvas.hash] = character
    }
    // Outside ASCII: a box.
    var canvas = Canvas(width: 60, height: 60)
    canvas.drawText("\u{00E9}", at: Vector2(20, 40), TextStyle(size: 20))
    #expect(inked(canvas) > 3)
    #expect(Canvas.textWidth("", size: 8) == 0)
    // A is 6 units wide, I is 0: 6 + 2.5 + 0.
    #expect(Canvas.textWidth("AI", size: 8) == 8.5)
  }

  @Test func specimen() {
    var canvas = Canvas(width: 640, height: 150)
    let lines = [
      "ABCDEFGHIJKLMNOPQRSTUVWXYZ 0123456789", "abcdefghijklmnopqrstuvwxyz",
      "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", "main.1 v=13.9 m/s (cut_in[speed=28,seed=3])",
    ]
    for (k, line) in lines.enumerated() {
      canvas.drawText(
        line, at: Vector2(10, 28 + 30 * Double(k)), TextStyle(size: k == 3 ? 9 : 16))
    }
    ImageFile.keep(canvas, "specimen")
    #expect(canvas.hash == 15_252_376_772_835_830_410)
  }
}
