import SimCore
import SimGeometry
import Testing

@testable import SimMap

/// Recorded tracks, matched to the lanes they drove.
@Suite struct TrackMatchingTests {
  func make(
    _ name: String, _ values: [String: ParameterValues.Value] = [:]
  ) throws -> LaneGraph {
    try MapTemplateTests.Case(template: name, values: values).make()
  }

  func ids(_ route: Route, _ map: LaneGraph) -> [String] { route.lanes.map { map.lanes[$0].id } }

  /// Poses every `step` metres along a line.
  func drive(_ line: Polyline, step: Double = 1.3, wobble: Double = 0) -> [Pose2] {
    var poses: [Pose2] = []
    var s = 0.0
    while s <= line.length {
      let pose = line.smoothPose(at: s)
      let side = wobble * ExactMath.sin(0.1 * s)
      poses.append(Pose2(pose.position + pose.direction.left * side, heading: pose.heading))
      s += step
    }
    return poses
  }

  @Test(arguments: [
    ("four_way", "west_in.1", "north_out.1"), ("four_way", "south_in.1", "east_out.1"),
    ("roundabout", "arm1_in.1", "arm3_out.1"), ("urban_grid", "w1_r1c1.1", "r3c2_n2.1"),
    ("highway", "main.1", "main.1"),
  ])
  func aDrivenRouteIsFoundAgain(_ template: String, _ from: String, _ to: String) throws {
    let map = try make(template)
    let a = try #require(map.laneIndex(id: from))
    let b = try #require(map.laneIndex(id: to))
    let planner = RoutePlanner(map)
    let driven = try planner.route(fromLane: a, arcLength: 0, to: [RouteGoal(lane: b)])
    for (step, wobble) in [(0.4, 0.0), (1.3, 0.8), (6, 0.3)] {
      let poses = drive(driven.centreline, step: step, wobble: wobble)
      let found = try planner.routeAlong(poses)
      #expect(found.lanes == driven.lanes, "\(ids(found, map))")
      #expect(found.startArcLength < 0.5)
    }
  }

  @Test func laneChangesAreWhereTheTrackCrossedOver() throws {
    let map = try make("straight", ["lanes": .integer(2), "length": .number(600)])
    // From lane 1 (y = 0) to lane 2 (y = 3.5) between x = 300 and 360, over the line at 330.
    var poses: [Pose2] = []
    for k in 0..<300 {
      let x = Double(k) * 2
      let y = 3.5 * SmoothStep.value((x - 300) / 60)
      poses.append(Pose2(x: x, y: y, heading: 0))
    }
    let route = try RoutePlanner(map).routeAlong(poses)
    #expect(ids(route, map) == ["main.1", "main.2"])
    let crossing = route.centreline.point(at: route.laneStarts[1])
    #expect((crossing.x - 330).magnitude < 10)
    #expect((crossing.y - 1.75).magnitude < 0.1)
    #expect(route.centreline.end == Vector2(600, 3.5))
  }

  @Test func aWobbleOverTheLineIsNoLaneChange() throws {
    let map = try make("straight", ["lanes": .integer(2)])
    // 0.3 m over the line between the lanes for 12 m.
    let poses = (0..<200).map { k -> Pose2 in
      let x = Double(k) * 2
      let isOver = x > 200 && x < 212
      return Pose2(x: x, y: isOver ? 2.05 : 0.4, heading: 0)
    }
    #expect(ids(try RoutePlanner(map).routeAlong(poses), map) == ["main.1"])
  }

  @Test func shortStretchesOffTheMapAreBridged() throws {
    let map = try make("four_way", ["lanes": .integer(2)])
    let planner = RoutePlanner(map)
    let a = try #require(map.laneIndex(id: "west_in.1"))
    let b = try #require(map.laneIndex(id: "east_out.1"))
    let driven = try planner.route(fromLane: a, arcLength: 0, to: [RouteGoal(lane: b)])
    var poses = drive(driven.centreline)
    // 8 m beside the road for a while, and a hole of 30 m over the junction.
    for i in 20..<32 { poses[i].position.y -= 8 }
    poses.removeAll { $0.x.magnitude < 15 }
    #expect(try planner.routeAlong(poses).lanes == driven.lanes)
  }

  @Test func turnedRoundVehiclesDoNotMatchTheLaneUnderThem() throws {
    let map = try MapWorlds.built(MapWorlds.twoAndOne())
    // Along y = 8, where c runs west, but heading east: nothing runs its way within reach.
    let wrongWay = (0..<40).map { Pose2(x: Double($0) * 2, y: 9.5, heading: 0) }
    let failure = #expect(throws: RouteFailure.self) { try RoutePlanner(map).routeAlong(wrongWay) }
    #expect(failure?.kind == .offMap)
    let rightWay = (0..<40).map { Pose2(x: 80 - Double($0) * 2, y: 9.5, heading: .pi) }
    #expect(try RoutePlanner(map).routeAlong(rightWay).lanes == [4])
    #expect(throws: RouteFailure.self) { try RoutePlanner(map).routeAlong([]) }
  }

  @Test func aParkedVehicleHasARouteToo() throws {
    let map = try MapWorlds.built(MapWorlds.twoAndOne())
    let poses = Array(repeating: Pose2(x: 30, y: 0.5, heading: 0.02), count: 50)
    let route = try RoutePlanner(map).routeAlong(poses, continuing: 40)
    #expect(route.lanes == [0, 1])
    #expect(route.startArcLength == 30)
  }

  @Test func whoStandsTurnedWrongAtFirstIsFoundByTheRest() throws {
    let map = try MapWorlds.built(MapWorlds.twoAndOne())
    var poses = Array(repeating: Pose2(x: 30, y: 8, heading: .pi), count: 20)
    poses[0].heading = 0
    #expect(try RoutePlanner(map).routeAlong(poses).lanes == [4])
  }

  @Test func whoDrivesBesideTheRoadHasTheLaneBeside() throws {
    let map = try MapWorlds.built(MapWorlds.twoAndOne())
    // 2.5 m beside a1 all along.
    let poses = (0..<20).map { Pose2(x: Double($0) * 2, y: -4.5, heading: 0) }
    #expect(try RoutePlanner(map).routeAlong(poses).lanes == [0])
  }

  @Test func unconnectedLanesAreLinkedSmoothly() throws {
    // Two lanes with a hole of 20 m and an offset of 2 m between them, not linked.
    var builder = LaneGraphBuilder(name: "hole")
    builder.add(MapWorlds.strip("a", from: 0, to: 50, y: 0))
    builder.add(MapWorlds.strip("b", from: 70, to: 120, y: 2))
    let map = try #require(builder.build(checks: .references).map)
    let poses = (0..<60).map { k -> Pose2 in
      let x = Double(k) * 2
      return Pose2(x: x, y: 2 * SmoothStep.value((x - 50) / 20), heading: 0)
    }
    let route = try RoutePlanner(map).routeAlong(poses)
    #expect(route.lanes == [0, 1])
    for i in 1..<route.centreline.segmentCount {
      let s = route.centreline.arcLengths[i]
      #expect(route.centreline.curvature(at: s).magnitude < 0.05)
    }
    #expect(route.centreline.distance(to: Vector2(60, 1)) < 0.1)
  }
}
