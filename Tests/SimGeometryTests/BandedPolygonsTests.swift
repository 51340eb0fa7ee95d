import SimCore
import SimGeometry
import Testing

/// Prepared polygons answer as the polygons themselves do.
@Suite struct BandedPolygonsTests {
  @Test func answersAreThoseOfThePolygon() {
    let random = CounterRandom(seed: 3)
    let purpose = RandomPurpose("test.banded")
    var index = 0
    func draw() -> Double {
      index += 1
      return random.uniform(purpose, stream: 0, tick: 0, index: index)
    }
    var prepared = BandedPolygons()
    var inside = 0
    for round in 0..<60 {
      // Strips with many vertices, at any angle, and stars, which are not convex.
      let turn = 6.28 * draw()
      let direction = Vector2(ExactMath.cos(turn), ExactMath.sin(turn))
      var vertices: [Vector2] = []
      if round % 2 == 0 {
        let bend = draw() - 0.5
        let side = (0..<40).map { k -> Vector2 in
          direction * Double(k) + direction.left * (bend * Double(k) * Double(k) / 40)
        }
        vertices = side + side.reversed().map { $0 + direction.left * 3.5 }
      } else {
        for k in 0..<24 {
          let angle = 2 * Double.pi * Double(k) / 24
          vertices.append(
            Vector2(ExactMath.cos(angle), ExactMath.sin(angle))
              * (k % 2 == 0 ? 20 : 5 + 10 * draw()))
        }
      }
      let polygon = Polygon(vertices)
      let place = prepared.append(polygon)
      let box = polygon.boundingBox.expanded(by: 2)
      for _ in 0..<300 {
        let p = Vector2(box.min.x + box.width * draw(), box.min.y + box.height * draw())
        #expect(prepared.contains(p, in: place) == polygon.contains(p))
        if polygon.contains(p) { inside += 1 }
      }
      // On the boundary it is outside.
      for vertex in polygon.vertices { #expect(!prepared.contains(vertex, in: place)) }
    }
    #expect(inside > 1000)
    #expect(prepared.count == 60)
  }

  /// Grid points of a square with corners at whole numbers: its edges run along the grid.
  @Test func edgesAlongTheAxesCountAsOutside() {
    var prepared = BandedPolygons()
    let square = prepared.append(
      Polygon([Vector2(0, 0), Vector2(4, 0), Vector2(4, 2), Vector2(0, 2)]))
    for x in -1...5 {
      for y in -1...3 {
        let isInside = x > 0 && x < 4 && y == 1
        #expect(prepared.contains(Vector2(Double(x), Double(y)), in: square) == isInside)
      }
    }
    let nothing = prepared.append(Polygon([Vector2(0, 0), Vector2(1, 1)]))
    #expect(!prepared.contains(Vector2(0.5, 0.5), in: nothing))
  }
}
