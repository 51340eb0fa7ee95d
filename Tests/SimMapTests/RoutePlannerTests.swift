import SimCore
import SimGeometry
import Testing

@testable import SimMap

@Suite struct RoutePlannerTests {
  func make(
    _ name: String, _ values: [String: ParameterValues.Value] = [:]
  ) throws -> LaneGraph {
    try MapTemplateTests.Case(template: name, values: values).make()
  }

  func ids(_ route: Route, _ map: LaneGraph) -> [String] { route.lanes.map { map.lanes[$0].id } }

  @Test func straightOnOverSuccessors() throws {
    let map = try MapWorlds.built(MapWorlds.twoAndOne())
    let route = try RoutePlanner(map).route(
      fromLane: 0, arcLength: 10, to: [RouteGoal(lane: 1, arcLength: 30)])
    #expect(route.lanes == [0, 1])
    #expect(route.segments == [0, 1])
    #expect(route.centreline.vertices == [Vector2(0, 0), Vector2(50, 0), Vector2(100, 0)])
    #expect(route.laneStarts == [0, 50])
    #expect(route.startArcLength == 10)
    #expect(route.goalArcLength == 80)
    #expect(!route.isClosed)
    #expect(route.laneIndex(at: 49.9) == 0)
    #expect(route.laneIndex(at: 50) == 1)
  }

  @Test func aLaneChangeIsAQuinticAsEarlyAsCanBe() throws {
    let map = try MapWorlds.built(MapWorlds.twoAndOne())
    // 10 m/s for 4 s: 40 m, which end just where a1 does.
    let route = try RoutePlanner(map).route(
      fromLane: 0, arcLength: 10, to: [RouteGoal(lane: 3, arcLength: 40)])
    #expect(route.lanes == [0, 2, 3])
    #expect(route.segments == [0, 1])
    for k in 0...8 {
      let u = Double(k) / 8
      let y = 4 * u * u * u * (10 - 15 * u + 6 * u * u)
      #expect(route.centreline.distance(to: Vector2(10 + 40 * u, y)) < 0.01)
    }
    #expect(route.centreline.end == Vector2(100, 4))
    // Half-way across at x = 30.
    let middle = route.centreline.point(at: route.laneStarts[1])
    #expect(middle.distance(to: Vector2(30, 2)) < 1e-12)
    #expect(route.centreline.point(at: route.laneStarts[2]) == Vector2(50, 4))
    let goal = try #require(route.goalArcLength)
    #expect(route.centreline.point(at: goal).distance(to: Vector2(90, 4)) < 1e-9)
  }

  @Test func aGoalOnTheLaneBesideIsReachedBeforeItIfThereIsRoom() throws {
    let map = try make("straight", ["lanes": .integer(3), "length": .number(500)])
    let route = try RoutePlanner(map).route(
      fromLane: 0, arcLength: 20, to: [RouteGoal(lane: 2, arcLength: 80)])
    #expect(ids(route, map) == ["main.1", "main.2", "main.3"])
    // Two changes share the 60 m before the goal.
    #expect(route.centreline.distance(to: Vector2(50, 3.5)) < 1e-9)
    #expect(route.centreline.distance(to: Vector2(80, 7)) < 1e-9)
    #expect(
      route.centreline.point(at: try #require(route.goalArcLength)).distance(to: Vector2(80, 7))
        < 1e-6)
    // 15 m are too few for two changes of 10 m: they end beyond the goal.
    let hasty = try RoutePlanner(map).route(
      fromLane: 0, arcLength: 20, to: [RouteGoal(lane: 2, arcLength: 35)])
    #expect(hasty.centreline.end == Vector2(500, 7))
    #expect(try #require(hasty.goalArcLength) > 34)
  }

  @Test func lineKeepsSmooth() throws {
    let map = try make("highway", ["on_ramp": .flag(true), "off_ramp": .flag(true)])
    let from = try #require(map.laneIndex(id: "ramp.1"))
    let to = try #require(map.laneIndex(id: "off_ramp.1"))
    let route = try RoutePlanner(map).route(fromLane: from, arcLength: 0, to: [RouteGoal(lane: to)])
    #expect(
      ids(route, map) == [
        "ramp.1", "merge.1", "merge.2", "middle.1", "exit.2", "exit.1", "off_ramp.1",
      ])
    let line = route.centreline
    for i in 1..<line.segmentCount {
      // 130 m for 3.5 m at most: the bend stays under that of the ramps, 1/250 m.
      #expect(
        line.curvature(at: line.arcLengths[i]).magnitude < 1 / 240.0, "at \(line.arcLengths[i])")
    }
    // Every point of it lies in the lane that the table names, or at the seam of two.
    for k in 0..<Int(line.length) {
      let point = line.point(at: Double(k) + 0.5)
      let lane = map.lanes[route.lanes[route.laneIndex(at: Double(k) + 0.5)]]
      #expect(lane.polygon.distance(to: point) < 0.02, "\(lane.id) at \(point)")
    }
  }

  @Test func goalsBehindTheStartAreReachedByGoingRound() throws {
    let map = try make("ring", ["circumference": .number(400)])
    let route = try RoutePlanner(map).route(
      fromLane: 0, arcLength: 50, to: [RouteGoal(lane: 0, arcLength: 20)])
    #expect(route.lanes == [0, 1, 2, 3, 0])
    #expect((try #require(route.goalArcLength) - 420).magnitude < 1e-9)
  }

  @Test func theNearestGoalWinsAndOfEqualOnesTheFirst() throws {
    let map = try make("four_way")
    let start = try #require(map.laneIndex(id: "south_in.1"))
    let goals = try ["north_out.1", "east_out.1", "east_out.1"].map {
      RouteGoal(lane: try #require(map.laneIndex(id: $0)), arcLength: 50)
    }
    let route = try RoutePlanner(map).route(fromLane: start, arcLength: 0, to: goals)
    #expect(ids(route, map) == ["south_in.1", "south_to_east.1", "east_out.1"])
  }

  @Test func whatCannotBeReachedIsSaid() throws {
    let map = try MapWorlds.built(MapWorlds.twoAndOne())
    let planner = RoutePlanner(map)
    func failure(
      _ lane: Int, _ s: Double, _ goal: RouteGoal
    ) -> RouteFailure? {
      #expect(throws: RouteFailure.self) {
        try planner.route(fromLane: lane, arcLength: s, to: [goal])
      }
    }
    #expect(failure(0, 0, RouteGoal(lane: 4))?.kind == .unreachable)
    #expect(failure(1, 20, RouteGoal(lane: 1, arcLength: 10))?.kind == .unreachable)
    #expect(failure(0, 0, RouteGoal(lane: 9))?.kind == .badPlace)
    #expect(failure(0, 51, RouteGoal(lane: 1))?.kind == .badPlace)
    #expect(failure(0, .nan, RouteGoal(lane: 1))?.kind == .badPlace)
    // 45 m into a2 there is no room left for a lane change.
    #expect(failure(1, 45, RouteGoal(lane: 3, arcLength: 48))?.kind == .unreachable)
    #expect(
      failure(0, 0, RouteGoal(lane: 4))?.reason == "no way leads from lane 'a1' at 0.0 m to 'c'")
  }

  @Test func solidMarkingsAreNotCrossed() throws {
    var builder = LaneGraphBuilder(name: "solid")
    var a = MapWorlds.strip("a", from: 0, to: 50, y: 0, left: .init("b"))
    a.leftMarking = .solid
    builder.add(a)
    builder.add(MapWorlds.strip("b", from: 0, to: 50, y: 4, right: .init("a")))
    let map = try MapWorlds.built(builder)
    #expect(throws: RouteFailure.self) {
      try RoutePlanner(map).route(fromLane: 0, arcLength: 0, to: [RouteGoal(lane: 1)])
    }
    #expect(throws: Never.self) {
      try RoutePlanner(map).route(fromLane: 1, arcLength: 0, to: [RouteGoal(lane: 0)])
    }
  }

  @Test func followingTakesTheWayThatTurnsLeast() throws {
    let map = try make("four_way")
    let start = try #require(map.laneIndex(id: "west_in.1"))
    let route = try RoutePlanner(map).routeFollowing(fromLane: start, arcLength: 30, distance: 120)
    #expect(ids(route, map) == ["west_in.1", "west_to_east.1", "east_out.1"])
    #expect(route.startArcLength == 30)
    #expect(route.goalArcLength == nil)
    #expect(route.centreline.length - route.startArcLength >= 120)
    let short = try RoutePlanner(map).routeFollowing(fromLane: start, arcLength: 30, distance: 50)
    #expect(short.lanes.count == 1)
    // Round a ring as often as it takes.
    let ring = try make("ring", ["circumference": .number(400)])
    let laps = try RoutePlanner(ring).routeFollowing(fromLane: 0, arcLength: 0, distance: 1_000)
    #expect(laps.lanes == [0, 1, 2, 3, 0, 1, 2, 3, 0, 1])
    #expect((laps.centreline.length - 1_000).magnitude < 1e-9)
  }

  @Test func followingLeavesALaneThatEnds() throws {
    let map = try make("lane_drop")
    let start = try #require(map.laneIndex(id: "main.1"))
    let route = try RoutePlanner(map).routeFollowing(fromLane: start, arcLength: 30, distance: 400)
    #expect(ids(route, map) == ["main.1", "main.2", "taper.1", "narrow.1"])
    // Nowhere to go: the route is what there is.
    let end = try #require(map.laneIndex(id: "narrow.1"))
    let last = try RoutePlanner(map).routeFollowing(fromLane: end, arcLength: 0, distance: 9_999)
    #expect(last.lanes == [end])
  }

  @Test func aLapOfARingIsClosed() throws {
    let map = try make("ring", ["circumference": .number(2_000)])
    let route = try RoutePlanner(map).closedRoute(fromLane: 2, arcLength: 5)
    #expect(route.isClosed)
    #expect(route.lanes == [2, 3, 0, 1])
    #expect(route.centreline.vertices.first == route.centreline.vertices.last)
    #expect((route.centreline.length - 2_000).magnitude < 1e-9)
    #expect(route.startArcLength == 5)
    let straight = try make("straight")
    #expect(throws: RouteFailure.self) { try RoutePlanner(straight).closedRoute(fromLane: 0) }
  }

  @Test func lapsBesideJunctionsClose() throws {
    // A closed grid of 2 x 2 blocks: straight on is round, through its four corners.
    let map = try make(
      "urban_grid",
      ["borders": .text("closed"), "rows": .integer(2), "columns": .integer(2)])
    let start = try #require(map.laneIndex(id: "r1c1_r1c2.1"))
    let lap = try RoutePlanner(map).closedRoute(fromLane: start)
    #expect(lap.lanes.count == 8)
    #expect(lap.isClosed)
  }

  @Test func continuingGoesOnBeyondTheGoal() throws {
    let map = try MapWorlds.built(MapWorlds.twoAndOne())
    let planner = RoutePlanner(map)
    let route = try planner.route(
      fromLane: 0, arcLength: 0, to: [RouteGoal(lane: 0, arcLength: 40)], continuing: 20)
    #expect(route.lanes == [0, 1])
    #expect(route.goalArcLength == 40)
  }

  /// Between all ways in and all ways out there is a route, on every kind of junction.
  @Test(arguments: ["t_junction", "four_way", "roundabout", "urban_grid", "parking_lot"])
  func everyExitIsReachedFromEveryEntry(_ template: String) throws {
    let map = try make(template)
    let entries = map.lanes.filter { $0.predecessors.isEmpty && $0.kind.isDrivable }
    let exits = map.lanes.filter { $0.successors.isEmpty && $0.kind.isDrivable }
    #expect(!entries.isEmpty && !exits.isEmpty)
    for entry in entries {
      for exit in exits {
        // No way leads back where one came from but on a roundabout or round a block.
        let turnsBack =
          entry.left?.lane == exit.index || entry.id.replacing("in", with: "out") == exit.id
        if turnsBack && template != "roundabout" { continue }
        let route = try RoutePlanner(map).route(
          fromLane: entry.index, arcLength: 0, to: [RouteGoal(lane: exit.index)])
        #expect(route.lanes.first == entry.index && route.lanes.last == exit.index)
        let line = route.centreline
        for i in 1..<line.segmentCount {
          #expect(line.curvature(at: line.arcLengths[i]).magnitude < 1 / 4.5, "\(ids(route, map))")
        }
      }
    }
  }

  @Test func searchIsTheSameEachTime() throws {
    let map = try make("urban_grid", ["rows": .integer(4), "columns": .integer(4)])
    let start = try #require(map.laneIndex(id: "w1_r1c1.1"))
    let goal = try #require(map.laneIndex(id: "r4c4_n4.1"))
    let routes = try (0..<3).map { _ in
      try RoutePlanner(map).route(fromLane: start, arcLength: 0, to: [RouteGoal(lane: goal)])
    }
    #expect(routes.allSatisfy { $0.lanes == routes[0].lanes })
  }
}
