import SimGeometry
import Testing

@Suite struct MovedShapesTests {
  @Test(arguments: [
    (0, Vector2(3, 1)), (1, Vector2(-1, 3)), (2, Vector2(-3, -1)), (3, Vector2(1, -3)),
    (-1, Vector2(1, -3)), (5, Vector2(-1, 3)),
  ])
  func quarterTurnsAreExact(_ turns: Int, _ expected: Vector2) {
    #expect(Vector2(3, 1).turned(quarterTurns: turns) == expected)
  }

  @Test func aMovedLineKeepsItsShape() throws {
    let line = try #require(Polyline([Vector2(0, 0), Vector2(4, 3), Vector2(4, 10)]))
    let moved = line.moved(quarterTurns: 1, by: Vector2(100, 0))
    #expect(moved.vertices == [Vector2(100, 0), Vector2(97, 4), Vector2(90, 4)])
    #expect(moved.arcLengths == line.arcLengths)
    // As if it had been built from the moved vertices.
    let built = try #require(Polyline(moved.vertices))
    for i in 0..<moved.segmentCount {
      #expect(moved.directions[i].distance(to: built.directions[i]) < 1e-15)
      #expect((moved.segmentHeadings[i] - built.segmentHeadings[i]).magnitude < 1e-15)
    }
    #expect(line.moved(by: Vector2(1, 2)).vertexHeadings == line.vertexHeadings)
    let square = Polygon([Vector2(1, 1), Vector2(2, 1), Vector2(2, 2), Vector2(1, 2)])
    #expect(
      square.moved(quarterTurns: 2, by: Vector2(3, 3)).vertices
        == [Vector2(2, 2), Vector2(1, 2), Vector2(1, 1), Vector2(2, 1)])
  }

  /// At 2^54 m numbers lie 2 m apart and more: of the corners of a square of 1 m some fall
  /// together, and what is left is what the moved corners make.
  @Test(arguments: [0, 1, 2, 3])
  func farOutPointsFallTogether(_ turns: Int) throws {
    let corners = [Vector2(0, 0), Vector2(1, 0), Vector2(1, 1), Vector2(0, 1), Vector2(0, 5)]
    let away = Vector2(0x1p54, 0)
    let moved = corners.map { $0.turned(quarterTurns: turns) + away }
    let polygon = Polygon(corners).moved(quarterTurns: turns, by: away)
    #expect(polygon == Polygon(moved))
    #expect(polygon.vertices.count < corners.count)
    let line = try #require(Polyline(corners)).moved(quarterTurns: turns, by: away)
    let built = try #require(Polyline(moved))
    #expect(line.vertices == built.vertices)
    #expect(line.arcLengths == built.arcLengths)
  }

  @Test(arguments: [0, 1, 2, 3])
  func aMovedPolygonIsThatOfItsMovedVertices(_ turns: Int) {
    var noise = Noise(state: 3)
    for _ in 0..<200 {
      let corners = (0..<7).map { _ in noise.point(50) }
      let displacement = noise.point(1e4)
      let moved = Polygon(corners).moved(quarterTurns: turns, by: displacement)
      let built = Polygon(corners.map { $0.turned(quarterTurns: turns) + displacement })
      #expect(moved == built)
      #expect(moved.boundingBox == built.boundingBox)
    }
    #expect(Polygon([]).moved(by: Vector2(1, 1)) == Polygon([]))
    #expect(Polygon([.zero]).moved(by: Vector2(1, 1)).vertices == [Vector2(1, 1)])
  }
}
