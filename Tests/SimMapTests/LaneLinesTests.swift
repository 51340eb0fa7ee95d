import SimCore
import SimGeometry
import Testing

@testable import SimMap

/// Bounds and polygons of lanes, which are made when somebody first asks for one.
@Suite struct LaneLinesTests {
  private func map(
    _ name: String, _ values: [String: ParameterValues.Value]
  ) throws -> LaneGraph {
    try MapTemplateTests.Case(template: name, values: values).make()
  }

  /// They are what the bounds say, and lie in the boxes that are known without them, to the bit.
  @Test(arguments: [
    ("urban_grid", ["rows": ParameterValues.Value.integer(3), "columns": .integer(2)]),
    ("ring", ["lanes": .integer(3), "circumference": .number(900)]),
    ("roundabout", [:]),
  ])
  func polygonsFollowFromBounds(
    _ name: String, _ values: [String: ParameterValues.Value]
  ) throws {
    let map = try map(name, values)
    for lane in map.lanes {
      let outline = LaneShape.outline(lane.leftBound, lane.rightBound)
      #expect(lane.polygon == outline, "\(lane.id)")
      #expect(lane.lines.boundingBox == outline.boundingBox, "\(lane.id)")
    }
    for segment in map.segments {
      let (first, last) = (segment.lanes[0], segment.lanes[segment.lanes.count - 1])
      let outline = LaneShape.outline(map.lanes[first].leftBound, map.lanes[last].rightBound)
      #expect(segment.polygon == outline, "\(segment.id)")
      #expect(segment.mayMeet(outline.boundingBox))
      let away = outline.boundingBox.max + Vector2(1_000, 0)
      #expect(!segment.mayMeet(BoundingBox(min: away, max: away)))
    }
  }

  /// A moved copy has the bounds of the original, moved, whichever way it is turned.
  @Test(arguments: 0..<4)
  func movedLinesHaveMovedBounds(_ quarterTurns: Int) throws {
    let lines = try map("urban_grid", [:]).lanes[0].lines
    let displacement = Vector2(31.25, -7.1)
    let moved = lines.moved(quarterTurns: quarterTurns, by: displacement)
    #expect(moved.left == lines.left.moved(quarterTurns: quarterTurns, by: displacement))
    #expect(moved.right == lines.right.moved(quarterTurns: quarterTurns, by: displacement))
    #expect(moved.polygon == lines.polygon.moved(quarterTurns: quarterTurns, by: displacement))
    #expect(moved.boundingBox == moved.polygon.boundingBox)
  }

  /// Everybody who asks at the same time gets the same lines.
  @Test func boundsAreMadeOnceForAll() async throws {
    let lines = try map("urban_grid", [:]).lanes[0].lines.moved(
      quarterTurns: 1, by: Vector2(5, 5))
    let areas = await withTaskGroup(of: Double.self) { group in
      for _ in 0..<8 { group.addTask { lines.polygon.area + lines.left.length } }
      return await group.reduce(into: Set<Double>()) { $0.insert($1) }
    }
    #expect(areas.count == 1)
  }
}
