import SimCore
import SimGeometry
import Testing

@Suite struct PolylineTests {
  func line(_ points: [(Double, Double)]) throws -> Polyline {
    try #require(Polyline(points.map { Vector2($0.0, $0.1) }))
  }

  /// 3 m east, then 4 m north, then 5 m east.
  func steps() throws -> Polyline { try line([(0, 0), (3, 0), (3, 4), (8, 4)]) }

  @Test func needsTwoDistinctFiniteVertices() {
    #expect(Polyline([]) == nil)
    #expect(Polyline([.zero]) == nil)
    #expect(Polyline([.zero, .zero, Vector2(1e-12, 0)]) == nil)
    #expect(Polyline([.zero, Vector2(.nan, 0)]) == nil)
    #expect(Polyline([.zero, Vector2(.infinity, 0)]) == nil)
    #expect(Polyline([.zero, Vector2(1e308, 0), Vector2(-1e308, 0)]) == nil, "length overflows")
  }

  @Test func dropsRepeatedVertices() throws {
    let a = try line([(0, 0), (0, 0), (3, 0), (3, 0), (3, 4)])
    #expect(a.vertices.count == 3)
    #expect(a.arcLengths == [0, 3, 7])
  }

  @Test func sampling() throws {
    let path = try steps()
    #expect(path.length == 12)
    #expect(path.point(at: 5) == Vector2(3, 2))
    #expect(path.point(at: -1) == .zero)
    #expect(path.point(at: 99) == Vector2(8, 4))
    #expect(path.direction(at: 5) == Vector2(0, 1))
    #expect(path.pose(at: 5).heading == .pi / 2)
    // At vertices the segment that starts there counts.
    #expect(path.pose(at: 3).heading == .pi / 2)
    // Vertex headings: 0, 45, 45, 0 deg. Half-way up the riser: 45 deg; half-way along the first
    // tread: 22.5 deg.
    #expect(abs(path.smoothPose(at: 5).heading - .pi / 4) < 1e-15)
    #expect(abs(path.smoothPose(at: 1.5).heading - .pi / 8) < 1e-15)
    #expect(path.cartesian(s: 5, d: 2) == Vector2(1, 2))
  }

  @Test func headingsAreContinuousThroughTheCut() throws {
    // An octagon run counter-clockwise: headings pass +pi and go on to 2 pi.
    let octagon = try line([(1, 0), (2, 0), (3, 1), (3, 2), (2, 3), (1, 3), (0, 2), (0, 1), (1, 0)])
    let expected = (0..<8).map { Double($0) * .pi / 4 }
    for (a, b) in zip(octagon.segmentHeadings, expected) { #expect(abs(a - b) < 1e-14) }
  }

  @Test func projection() throws {
    let path = try steps()
    let left = path.project(Vector2(1, 2))
    // (1, 2) is 2 m from the first tread (s = 1) and 2 m from the riser (s = 5): the lower s wins.
    #expect(left == FrenetPoint(s: 1, d: 2, segment: 0, distance: 2))
    #expect(
      path.project(Vector2(6, 3)) == FrenetPoint(s: 10, d: -1, segment: 2, distance: 1))
    // Outside of the right bend at (3, 4): nearest is the vertex, on the left.
    #expect(path.project(Vector2(0, 8)) == FrenetPoint(s: 7, d: 5, segment: 1, distance: 5))
    // Outside of the left bend at (3, 0), on the right.
    #expect(path.project(Vector2(6, -4)) == FrenetPoint(s: 3, d: -5, segment: 0, distance: 5))
    // Before the start: d is the offset from the continuation.
    #expect(path.project(Vector2(-3, -4)) == FrenetPoint(s: 0, d: -4, segment: 0, distance: 5))
  }

  @Test func localProjection() throws {
    // A hairpin: out along y = 0 and back along y = 4; (5, 3) is nearer to the way back.
    let pin = try line([(0, 0), (10, 0), (10, 4), (0, 4)])
    #expect(pin.project(Vector2(5, 3)).s == 19)
    var cursor: Int32 = 0
    #expect(pin.project(Vector2(5, 3), near: 4, window: 3, cursor: &cursor).s == 5)
    #expect(cursor == 0)
    #expect(pin.project(Vector2(5, 3), near: 18, window: 3, cursor: &cursor).s == 19)
    #expect(cursor == 2)
    #expect(pin.project(Vector2(5, 3), near: 4, window: 3).s == 5)
  }

  @Test func cursorDoesNotChangeTheAnswer() throws {
    let path = try #require(
      Polyline((0...60).map { Vector2(Double($0), ExactMath.sin(Double($0) * 0.2) * 4) }))
    for k in 0...200 {
      let s = Double(k) * path.length / 190 - 2
      let expected = path.point(at: s)
      for hint in [Int32(-5), 0, 7, 30, 59, 900] {
        var cursor = hint
        let found = path.advance(cursor: &cursor, s: s)
        #expect(found.point == expected)
        #expect(cursor == Int32(path.segmentIndex(at: s)))
      }
    }
  }

  @Test func curvatureOfACircle() throws {
    // 10 m radius sampled each 0.1 rad; chord polygons give 1/(R (1 - 0.1^2/24)), +0.04 %.
    let circle = try #require(
      Polyline(
        (0...30).map {
          Vector2(10 * ExactMath.cos(Double($0) * 0.1), 10 * ExactMath.sin(Double($0) * 0.1))
        }))
    for s in [0.0, 0.5, 7, 29.9] { #expect(abs(circle.curvature(at: s) - 0.1) < 1e-4) }
    #expect(abs(circle.reversed.curvature(at: 12) + 0.1) < 1e-4)
    #expect(try line([(0, 0), (5, 0)]).curvature(at: 2) == 0)
  }

  @Test func slicing() throws {
    let path = try steps()
    let part = try #require(path.slice(from: 2, to: 8))
    #expect(part.vertices == [Vector2(2, 0), Vector2(3, 0), Vector2(3, 4), Vector2(4, 4)])
    #expect(try #require(path.slice(from: 3, to: 7)).vertices == [Vector2(3, 0), Vector2(3, 4)])
    #expect(try #require(path.slice(from: -5, to: 50)) == path)
    #expect(path.slice(from: 4, to: 4) == nil)
    #expect(path.slice(from: 20, to: 30) == nil)
    let whole = try #require(path.slice(from: 0, to: 5)).appending(
      try #require(path.slice(from: 5, to: 12)))
    #expect(whole.length == 12)
    #expect(path.reversed.vertices == path.vertices.reversed())
    #expect(path.reversed.reversed.vertices == path.vertices)
  }

  @Test func resampling() throws {
    let path = try steps()
    let fine = path.resampled(step: 2.5)
    // 12 m in pieces of at most 2.5 m: 5 of 2.4 m along the old line (corners are cut).
    #expect(fine.vertices.count == 6)
    #expect(fine.start == path.start && fine.end == path.end)
    #expect(fine.vertices[1] == Vector2(2.4, 0))
    #expect(path.resampled(step: 3).vertices.count == 5)
    #expect(path.resampled(step: 100).vertices.count == 2)
  }

  @Test func offsetting() throws {
    let path = try steps()
    let left = try #require(path.offset(by: 1))
    #expect(left.vertices == [Vector2(0, 1), Vector2(2, 1), Vector2(2, 5), Vector2(8, 5)])
    let right = try #require(path.offset(by: -1))
    #expect(right.vertices == [Vector2(0, -1), Vector2(4, -1), Vector2(4, 3), Vector2(8, 3)])
  }

  @Test func offsetCutsLoops() throws {
    // A hairpin bend to the left, 4 m across, short tip: 5 m to the left nothing but the ends
    // beyond reach is left; 3 m inside a gentle wedge the loop is cut at the crossing.
    let wedge = try line([(0, 0), (10, 0), (10.5, 0.5), (10.5, 10.5)])
    let inner = try #require(wedge.offset(by: 3))
    // Legs y = 3 and x = 7.5 cross at (7.5, 3).
    #expect(inner.vertices.count == 3)
    #expect(inner.vertices[1].distance(to: Vector2(7.5, 3)) < 1e-12)
    for v in inner.vertices { #expect(wedge.distance(to: v) > 3 - 1e-5) }
  }
}
