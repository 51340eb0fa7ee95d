import SimCore
import SimGeometry
import Testing

/// The common area of two polygons, as convex pieces.
@Suite struct PolygonIntersectionTests {
  private func area(_ pieces: [Polygon]) -> Double { pieces.reduce(0) { $0 + $1.area } }

  private func rectangle(_ x0: Double, _ y0: Double, _ x1: Double, _ y1: Double) -> Polygon {
    Polygon([Vector2(x0, y0), Vector2(x1, y0), Vector2(x1, y1), Vector2(x0, y1)])
  }

  @Test func crossingRoadsShareASquare() throws {
    let pieces = rectangle(-10, -2, 10, 2).intersectionPieces(with: rectangle(-2, -10, 2, 10))
    #expect(pieces.count == 1)
    #expect(area(pieces) == 16)
    let piece = try #require(pieces.first)
    #expect(piece.boundingBox == BoundingBox(min: Vector2(-2, -2), max: Vector2(2, 2)))
  }

  @Test func apartOrTouchingShareNothing() {
    let square = rectangle(0, 0, 2, 2)
    #expect(square.intersectionPieces(with: rectangle(3, 0, 4, 2)).isEmpty)
    #expect(square.intersectionPieces(with: rectangle(2, 0, 4, 2)).isEmpty)
    #expect(square.intersectionPieces(with: rectangle(0, 2, 2, 4)).isEmpty)
    #expect(Polygon([]).intersectionPieces(with: square).isEmpty)
  }

  @Test func likePolygonsShareThemselves() {
    let bend = Polygon([
      Vector2(0, 0), Vector2(4, 0), Vector2(4, 4), Vector2(3, 4), Vector2(3, 1), Vector2(0, 1),
    ])
    #expect(area(bend.intersectionPieces(with: bend)) == 7)
    // A bar through both legs of a U: two pieces.
    let u = Polygon([
      Vector2(0, 0), Vector2(5, 0), Vector2(5, 5), Vector2(4, 5), Vector2(4, 1), Vector2(1, 1),
      Vector2(1, 5), Vector2(0, 5),
    ])
    let bar = u.intersectionPieces(with: rectangle(-1, 3, 6, 4))
    #expect(bar.count == 2)
    #expect(area(bar) == 2)
  }

  /// The area is that of the closed form, and every piece lies within both.
  @Test(arguments: 0..<100)
  func agreesWithTheCommonArea(_ seed: Int) {
    let random = CounterRandom(seed: UInt64(seed))
    func draw(_ range: ClosedRange<Double>, _ index: Int, _ stream: UInt64) -> Double {
      random.uniform(RandomPurpose("star"), in: range, stream: stream, tick: 0, index: index)
    }
    /// A star about a point: simple, seldom convex.
    func star(_ stream: UInt64) -> Polygon {
      let centre = Vector2(draw(-2...2, 100, stream), draw(-2...2, 101, stream))
      return Polygon(
        (0..<11).map { k in
          let (sin, cos) = ExactMath.sinCos(2 * .pi * Double(k) / 11)
          return centre + Vector2(cos, sin) * draw(1...5, k, stream)
        })
    }
    let a = star(1)
    let b = star(2)
    let pieces = a.intersectionPieces(with: b)
    #expect((area(pieces) - a.intersectionArea(with: b)).magnitude < 1e-9)
    for piece in pieces where piece.area > 1e-9 {
      #expect(a.contains(piece.centroid) && b.contains(piece.centroid))
    }
  }
}
