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
}
