import SimCore
import SimMap
import Testing

@Suite struct RouteViaTests {
  static func map() throws -> LaneGraph {
    let template = try #require(MapTemplateCatalog.template(named: "four_way"))
    return try template.make(ParameterValues(template.schema))
  }

  static func straight() throws -> LaneGraph {
    let template = try #require(MapTemplateCatalog.template(named: "straight"))
    return try template.make(
      ParameterValues(
        template.schema, overriding: ["lanes": .integer(3), "length": .number(500)]))
  }

  @Test func leadsOverTheLanesInTheirOrder() throws {
    let map = try Self.straight()
    let planner = RoutePlanner(map)
    let lane = ["main.1", "main.2", "main.3"].compactMap { map.laneIndex(id: $0) }
    // Straight on to the goal, and the same by way of the leftmost lane.
    let direct = try planner.route(
      fromLane: lane[0], arcLength: 50, via: [], to: [RouteGoal(lane: lane[0], arcLength: 400)])
    #expect(direct.lanes == [lane[0]])
    let over = try planner.route(
      fromLane: lane[0], arcLength: 50, via: [lane[2]],
      to: [RouteGoal(lane: lane[0], arcLength: 400)])
    #expect(over.lanes == [lane[0], lane[1], lane[2], lane[1], lane[0]])
    #expect(over.startArcLength == 50)
  }

  @Test func aGoalBehindTheDetourIsNotReached() throws {
    let map = try Self.straight()
    let lane = ["main.1", "main.2"].compactMap { map.laneIndex(id: $0) }
    #expect(throws: RouteFailure.self) {
      try RoutePlanner(map).route(
        fromLane: lane[0], arcLength: 150, via: [lane[1]],
        to: [RouteGoal(lane: lane[1], arcLength: 100)])
    }
  }

  @Test func withoutAGoalItGoesStraightOnBeyondTheLastLane() throws {
    let map = try Self.map()
    let planner = RoutePlanner(map)
    // From any entry over one of its turns; the exit follows by itself.
    let entry = try #require(map.lanes.first { $0.successors.count > 1 && !$0.isConnector })
    for turn in entry.successors {
      let route = try planner.route(
        fromLane: entry.index, arcLength: 5, via: [turn], to: [], continuing: 30)
      #expect(route.lanes.starts(with: [entry.index, turn]))
      #expect(route.lanes.count == 3)
      #expect(route.goalArcLength == nil)
    }
  }
}
