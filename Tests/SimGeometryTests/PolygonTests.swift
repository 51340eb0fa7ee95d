import SimCore
import SimGeometry
import Testing

@Suite struct PolygonTests {
  func polygon(_ points: [(Double, Double)]) -> Polygon {
    Polygon(points.map { Vector2($0.0, $0.1) })
  }

  /// An L: 4 x 4 without its upper right 2 x 2. Area 12.
  var ell: Polygon { polygon([(0, 0), (4, 0), (4, 2), (2, 2), (2, 4), (0, 4)]) }

  @Test func containmentIsStrict() {
    #expect(ell.contains(Vector2(1, 3)))
    #expect(ell.contains(Vector2(3, 1)))
    #expect(!ell.contains(Vector2(3, 3)))
    for p in [(0, 0), (2, 2), (4, 1), (1, 0), (2, 3), (3, 2), (0, 2), (4, 2)] {
      let p = Vector2(Double(p.0), Double(p.1))
      #expect(!ell.contains(p) && ell.containsOrTouches(p), "\(p)")
    }
    // Level with vertices, outside.
    for p in [(-1, 0), (-1, 2), (-1, 4), (3, 4), (5, 2), (5, 0)] {
      #expect(ell.location(of: Vector2(Double(p.0), Double(p.1))) == .outside)
    }
    // Level with the inner edge y = 2, inside.
    #expect(ell.contains(Vector2(1, 2)))
    #expect(!ell.contains(Vector2(.nan, 1)))
  }

  @Test func obliqueBoundaryIsDecidedExactly() {
    // (0.1, 0.1), (0.3, 0.3) and (0.7, 0.7) lie exactly on y = x; one unit in the last place
    // beside it is inside or outside.
    let triangle = polygon([(0, 0), (1, 1), (0, 1)])
    for v in [0.1, 0.3, 0.7] {
      #expect(triangle.location(of: Vector2(v, v)) == .boundary)
      #expect(triangle.location(of: Vector2(v, v.nextUp)) == .inside)
      #expect(triangle.location(of: Vector2(v, v.nextDown)) == .outside)
    }
    #expect(Orientation.sign(Vector2(0, 0), Vector2(1e16, 1e16), Vector2(3, 3)) == 0)
    #expect(Orientation.sign(Vector2(0, 0), Vector2(1e16, 1e16), Vector2(3, 3.0.nextUp)) == 1)
    // (1/3 rounded) * 3 is not exactly 1.
    #expect(Orientation.sign(Vector2(0, 0), Vector2(3, 1), Vector2(1, 1.0 / 3)) == -1)
  }

  @Test func measures() {
    #expect(ell.area == 12)
    #expect(ell.signedArea == 12)
    #expect(Polygon(ell.vertices.reversed()).signedArea == -12)
    // (8 * (2, 1) + 4 * (1, 3)) / 12 = (20/12, 20/12).
    #expect(ell.centroid.distance(to: Vector2(5.0 / 3, 5.0 / 3)) < 1e-15)
    #expect(polygon([(0, 0), (0, 0), (1, 0), (1, 1), (0, 0)]).vertices.count == 3)
  }

  @Test func degeneratePolygonsHaveNoInside() {
    for p in [polygon([]), polygon([(1, 1)]), polygon([(0, 0), (2, 2)])] {
      #expect(!p.contains(Vector2(1, 1)))
      #expect(p.area == 0)
      #expect(!p.isSimple)
      #expect(p.intersectionArea(with: ell) == 0)
    }
    #expect(polygon([]).distance(to: .zero) == .infinity)
    #expect(polygon([(1, 1)]).distance(to: Vector2(4, 5)) == 5)
  }

  @Test func distances() {
    #expect(ell.distance(to: Vector2(1, 1)) == 0)
    #expect(ell.boundaryDistance(to: Vector2(0.5, 1)) == 0.5)
    #expect(ell.distance(to: Vector2(3, 3)) == 1)
    #expect(ell.distance(to: Vector2(7, 6)) == 5, "3-4-5 from (4, 2)")
    #expect(ell.distance(to: polygon([(6, 0), (7, 0), (7, 9)])) == 2)
  }

  @Test func simplicity() {
    #expect(ell.isSimple)
    #expect(!polygon([(0, 0), (2, 2), (2, 0), (0, 2)]).isSimple, "bow tie")
    #expect(!polygon([(0, 0), (4, 0), (2, 0), (2, 2)]).isSimple, "retraces an edge")
    #expect(!polygon([(0, 0), (4, 0), (4, 4), (2, 0), (0, 4)]).isSimple, "vertex on an edge")
    #expect(polygon([(0, 0), (2, 0), (4, 0), (4, 4)]).isSimple, "straight angle")
  }

  @Test func overlaps() {
    let notch = polygon([(2, 2), (4, 2), (4, 4), (2, 4)])
    #expect(ell.intersects(notch), "they share edges")
    #expect(ell.intersectionArea(with: notch) == 0)
    let inner = polygon([(2.5, 2.5), (4, 2.5), (4, 4), (2.5, 4)])
    #expect(!ell.intersects(inner), "in the notch, boxes overlap")
    #expect(ell.intersects(polygon([(1, 1), (1.5, 1), (1.5, 1.5)])), "inside")
    #expect(polygon([(1, 1), (1.5, 1), (1.5, 1.5)]).intersects(ell), "around")
    // The square 1..3 x 1..3 less its upper right unit square.
    let square = polygon([(1, 1), (3, 1), (3, 3), (1, 3)])
    #expect(abs(ell.intersectionArea(with: square) - 3) < 1e-14)
    #expect(abs(square.intersectionArea(with: Polygon(ell.vertices.reversed())) - 3) < 1e-14)
    #expect(abs(ell.intersectionArea(with: ell) - 12) < 1e-13)
    // A diamond |x - 2| + |y - 2| <= 1 has area 2; the notch takes a quarter.
    let diamond = polygon([(3, 2), (2, 3), (1, 2), (2, 1)])
    #expect(abs(ell.intersectionArea(with: diamond) - 1.5) < 1e-14)
  }

  @Test func boxes() {
    let inNotch = OrientedBox(centre: Vector2(3.1, 3.1), heading: 0, length: 2, width: 2)
    #expect(!ell.overlaps(inNotch.expanded(by: 0.05)))
    #expect(ell.overlaps(inNotch.expanded(by: 0.2)))
    #expect(ell.overlaps(OrientedBox(centre: Vector2(1, 1), heading: 1, length: 0.1, width: 0.1)))
    #expect(ell.overlaps(OrientedBox(centre: Vector2(1, 1), heading: 1, length: 50, width: 50)))
  }

  @Test func hull() {
    let hull = Polygon.convexHull(of: ell.vertices + [Vector2(2, 0), Vector2(1, 1)])
    #expect(
      hull.vertices == [
        Vector2(0, 0), Vector2(4, 0), Vector2(4, 2), Vector2(2, 4), Vector2(0, 4),
      ])
  }
}
