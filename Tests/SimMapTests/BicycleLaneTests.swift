import SimCore
import SimGeometry
import Testing

@testable import SimMap

/// Lanes for bicycles of templates and of inline roads.
@Suite struct BicycleLaneTests {
  func make(
    _ name: String, _ values: [String: ParameterValues.Value] = [:]
  ) throws -> LaneGraph {
    try MapTemplateTests.Case(template: name, values: values).make()
  }

  /// A map with lanes of 1.5 m for bicycles.
  func withLanes(
    _ name: String, _ values: [String: ParameterValues.Value] = [:]
  ) throws -> LaneGraph {
    try make(name, values.merging(["bicycle_lane": .number(1.5)]) { $1 })
  }

  func ids(_ map: LaneGraph, _ lanes: [Int]) -> [String] { lanes.map { map.lanes[$0].id } }

  /// Lane 1 ends at y = -1.75; the one for bicycles lies beyond that, with its middle at -2.5.
  @Test func itLiesBesideTheKerbLane() throws {
    let map = try withLanes("straight")
    #expect(map.lanes.map(\.id) == ["main_bicycle", "main.1", "main.2"])
    let bicycles = try #require(map.lane(id: "main_bicycle"))
    #expect(bicycles.kind == .bicycle)
    #expect(bicycles.centreline.start == Vector2(0, -2.5))
    #expect(bicycles.leftBound.start == Vector2(0, -1.75))
    #expect(bicycles.rightBound.end == Vector2(500, -3.25))
    #expect(map.width(ofLane: 0) == 1.5 && map.width(ofLane: 1) == 3.5)
    #expect(bicycles.left == LaneNeighbour(lane: 1, isSameDirection: true))
    #expect(map.lanes[1].right == LaneNeighbour(lane: 0, isSameDirection: true))
    #expect(bicycles.segment != map.lanes[1].segment)
  }

  /// Nobody changes over to it or from it, and it is no drivable area.
  @Test func motorVehiclesKeepOffIt() throws {
    let map = try withLanes("straight")
    #expect(ids(map, map.laneChangeTargets(of: 1)) == ["main.2"])
    #expect(map.laneChangeTargets(of: 0) == [])
    #expect(map.isInDrivableArea(Vector2(100, -1.7)))
    #expect(!map.isInDrivableArea(Vector2(100, -2.5)))
    #expect(map.lanes(containing: Vector2(100, -2.5)) == [])
    #expect(map.lanes(containing: Vector2(100, -2.5), .all) == [0])
  }

  /// The oncoming lane ends at y = 5.25; bicycles ride westwards at 6.
  @Test func bothDirectionsHaveOne() throws {
    let map = try withLanes("two_way")
    let oncoming = try #require(map.lane(id: "oncoming_bicycle"))
    #expect(oncoming.centreline.start == Vector2(800, 6))
    #expect(oncoming.centreline.end == Vector2(0, 6))
    #expect(map.lane(id: "main.1")?.left?.isSameDirection == false)
  }

  @Test func withoutTheKeyThereIsNone() throws {
    for template in ["straight", "two_way", "t_junction", "four_way", "urban_grid"] {
      #expect(try make(template).lanes.allSatisfy { $0.kind == .driving })
    }
  }

  /// One lane of 3.5 m, one of 1.5 m for bicycles and a corner of 6 m: roads end at 11 m.
  @Test func atJunctionsItGoesStraightOnAndRight() throws {
    let map = try withLanes("four_way")
    let west = try #require(map.lane(id: "west_in_bicycle"))
    #expect(west.centreline.end.distance(to: Vector2(-11, -4.25)) < 1e-9)
    #expect(
      Set(ids(map, west.successors)) == ["west_to_east_bicycle", "west_to_south_bicycle"])
    let on = try #require(map.lane(id: "west_to_east_bicycle"))
    #expect(on.kind == .bicycle && on.isConnector)
    #expect(ids(map, on.successors) == ["east_out_bicycle"])
    #expect((on.length - 22).magnitude < 1e-9)
    // The kerb has 6 m, the middle of the lane 6.75 m about the same centre.
    let right = try #require(map.lane(id: "west_to_south_bicycle"))
    #expect(right.centreline.end.distance(to: Vector2(-4.25, -11)) < 1e-9)
    // From the side road of a T nothing leads straight on.
    let t = try withLanes("t_junction")
    let south = try #require(t.lane(id: "south_in_bicycle"))
    #expect(ids(t, south.successors) == ["south_to_east_bicycle"])
  }

  @Test func signalsAndStopLinesAreForItToo() throws {
    let map = try withLanes("four_way")
    let car = try #require(map.lane(id: "west_in.1"))
    let bicycle = try #require(map.lane(id: "west_in_bicycle"))
    #expect(bicycle.signal == car.signal && bicycle.signal != nil)
    #expect(bicycle.stopLine == car.stopLine && bicycle.stopLine != nil)
    #expect(map.lane(id: "west_to_east_bicycle")?.signal == car.signal)
    let stop = try withLanes("t_junction", ["control": .text("stop")])
    #expect(stop.stopLines.map { ids(stop, $0.lanes) } == [["south_in_bicycle", "south_in.1"]])
    let actuated = try withLanes("four_way", ["program": .text("actuated")])
    #expect(actuated.signalControllers.count == 1)
  }

  /// StVO, section 9, paragraph 3, under every kind of control; and oncoming traffic that turns
  /// left gives way as it does to cars.
  @Test func whoTurnsRightGivesWay() throws {
    for control in JunctionPlan.Control.allCases {
      let map = try withLanes("four_way", ["control": .text(control.rawValue)])
      func rules(_ yielding: String) throws -> Set<String> {
        let lane = try #require(map.laneIndex(id: yielding))
        return Set(ids(map, map.priorities.filter { $0.yielding == lane }.map(\.priority)))
      }
      #expect(try rules("west_to_south.1").contains("west_to_east_bicycle"), "\(control)")
      #expect(try rules("east_to_south.1").contains("west_to_east_bicycle"), "\(control)")
      #expect(try !rules("west_to_east.1").contains("west_to_east_bicycle"), "\(control)")
      #expect(try !rules("west_to_east_bicycle").contains("west_to_south.1"), "\(control)")
    }
  }

  /// What junctions say of overlaps is what comes of comparing all lanes, and the lanes of one kind
  /// that go on beside each other do not overlap.
  @Test(arguments: ["right", "left"]) func overlapsAreKnown(_ side: String) throws {
    for (template, lanes) in [("t_junction", 1), ("four_way", 2), ("urban_grid", 1)] {
      let map = try withLanes(
        template, ["lanes": .integer(lanes), "driving_side": .text(side)])
      let computed = LaneOverlaps(of: map)
      for lane in map.lanes {
        let known = map.overlaps.lanes(overlapping: lane.index).map { map.lanes[Int($0)].id }
        // (Turns beside each other may touch by the hair by which their curves differ.)
        let found = computed.lanes(overlapping: lane.index).map { map.lanes[Int($0)].id }
          .filter { road($0) != road(lane.id) }
        #expect(known == found, "\(template) \(lane.id)")
      }
      #expect(map.lanes.filter { $0.kind == .bicycle && $0.isConnector }.count > 3)
    }
  }

  /// The road part of an id, be it of a lane for bicycles or not.
  func road(_ id: String) -> String {
    String(splitLaneID(id)?.road ?? String(id.dropLast("_bicycle".count)))
  }

  @Test func waysOfBicyclesStayOnTheirLanes() throws {
    let map = try withLanes("four_way")
    let west = try #require(map.laneIndex(id: "west_in_bicycle"))
    let planner = RoutePlanner(map)
    let on = try planner.routeFollowing(fromLane: west, arcLength: 5, distance: 1_000)
    #expect(
      ids(map, on.lanes) == ["west_in_bicycle", "west_to_east_bicycle", "east_out_bicycle"])
    let goal = RouteGoal(lane: try #require(map.laneIndex(id: "south_out_bicycle")))
    let right = try planner.route(fromLane: west, arcLength: 5, to: [goal])
    #expect(
      ids(map, right.lanes) == ["west_in_bicycle", "west_to_south_bicycle", "south_out_bicycle"])
    // Those of motor vehicles do not lead there.
    let car = try #require(map.laneIndex(id: "west_in.1"))
    #expect(throws: RouteFailure.self) {
      try planner.route(fromLane: car, arcLength: 5, to: [goal])
    }
  }

  /// In left-hand traffic it lies on the left.
  @Test func leftHandTrafficIsAMirrorImage() throws {
    let map = try withLanes("straight", ["driving_side": .text("left")])
    #expect(map.lane(id: "main_bicycle")?.centreline.start == Vector2(0, 2.5))
    let junction = try withLanes("four_way", ["driving_side": .text("left")])
    let west = try #require(junction.lane(id: "west_in_bicycle"))
    #expect(west.centreline.end.distance(to: Vector2(-11, 4.25)) < 1e-9)
    #expect(
      Set(ids(junction, west.successors)) == ["west_to_east_bicycle", "west_to_north_bicycle"])
  }

  @Test func crosswalksReachFromKerbToKerb() throws {
    let map = try withLanes("straight", ["crosswalk_at": .number(100), "sidewalks": .flag(true)])
    let crosswalk = try #require(map.crosswalks.first)
    // 1.25 m beyond the kerbs at -3.25 and 5.25.
    #expect(crosswalk.path.start == Vector2(100, -4.5))
    #expect(crosswalk.path.end == Vector2(100, 6.5))
    #expect(map.stopLines.map { ids(map, $0.lanes) } == [["main_bicycle", "main.1", "main.2"]])
  }

  @Test func tooNarrowOnesAreRefused() throws {
    for template in ["straight", "two_way", "t_junction", "four_way", "urban_grid"] {
      let error = #expect(throws: MapBuildFailure.self) {
        try make(template, ["bicycle_lane": .number(0.9)])
      }
      #expect(error?.parameter == "bicycle_lane")
    }
    let road = RoadSpec(
      "a", start: RoadNetworkTests.origin, elements: [.line(length: 50)], bicycleLane: 3.2)
    let outcome = RoadNetworkBuilder(name: "inline", roads: [road]).build()
    #expect(outcome.findings.map(\.rule) == [.badWidth])
    #expect(outcome.map == nil)
  }

  // MARK: Inline roads

  /// A road from west to east with a gap of 40 m, and one from the south that ends there.
  func junction(_ side: LaneGraph.DrivingSide) throws -> LaneGraph {
    func road(_ id: String, x: Double, y: Double, _ heading: Double) -> RoadSpec {
      RoadSpec(
        id, start: .pose(Pose2(x: x, y: y, heading: heading)), elements: [.line(length: 60)],
        oncomingWidths: [3.5], bicycleLane: 1.5)
    }
    let aside = side == .right ? -1.75 : 1.75
    return try RoadNetworkTests().built(
      [
        road("a", x: -80, y: aside, 0), road("b", x: 20, y: aside, 0),
        road("s", x: aside, y: -20, -.pi / 2),
      ],
      [
        RoadConnection(from: RoadEnd("a", .end), to: RoadEnd("b", .start)),
        RoadConnection(from: RoadEnd("a", .end), to: RoadEnd("s", .start)),
        RoadConnection(from: RoadEnd("s", .start), to: RoadEnd("b", .start), rule: .yield),
      ], side: side)
  }

  @Test func inlineRoadsHaveThemToo() throws {
    let map = try junction(.right)
    #expect(map.lane(id: "a_bicycle")?.centreline.start == Vector2(-80, -4.25))
    #expect(map.lane(id: "a_oncoming_bicycle")?.centreline.start == Vector2(-20, 4.25))
    let on = try #require(map.lane(id: "a_bicycle"))
    #expect(Set(ids(map, on.successors)) == ["a_to_b_bicycle", "a_to_s_bicycle"])
    // From b one would turn left to s, and from s left to a.
    let back = try #require(map.lane(id: "b_oncoming_bicycle"))
    #expect(ids(map, back.successors) == ["b_oncoming_to_a_oncoming_bicycle"])
    let side = try #require(map.lane(id: "s_oncoming_bicycle"))
    #expect(ids(map, side.successors) == ["s_oncoming_to_b_bicycle"])
    #expect(ids(map, map.stopLines[0].lanes) == ["s_oncoming_bicycle", "s_oncoming.1"])
    let pairs = map.priorities.map { ids(map, [$0.yielding, $0.priority]) }
    #expect(pairs.contains(["a_to_s.1", "a_to_b_bicycle"]))
    #expect(!pairs.contains(["a_to_b.1", "a_to_b_bicycle"]))
    let turn = try #require(map.laneIndex(id: "a_to_s.1"))
    let straight = try #require(map.laneIndex(id: "a_to_b_bicycle"))
    #expect(map.overlaps.contains(turn, straight))
  }

  /// There the turn beside it leads to the left.
  @Test func inlineRoadsOfLeftHandTraffic() throws {
    let map = try junction(.left)
    let from = try ["a_bicycle", "b_oncoming_bicycle", "s_oncoming_bicycle"].map { id in
      Set(ids(map, try #require(map.lane(id: id)).successors))
    }
    #expect(
      from == [
        ["a_to_b_bicycle"], ["b_oncoming_to_a_oncoming_bicycle", "b_oncoming_to_s_bicycle"],
        ["s_oncoming_to_a_oncoming_bicycle"],
      ])
  }

  /// Roads that touch are linked, and where nothing else leads on bends to the left are too.
  @Test func itFollowsARoad() throws {
    let map = try RoadNetworkTests().built(
      [
        RoadSpec(
          "a", start: RoadNetworkTests.origin, elements: [.line(length: 50)], bicycleLane: 2),
        RoadSpec("b", start: .after(road: "a"), elements: [.line(length: 50)], bicycleLane: 2),
        RoadSpec(
          "c", start: .pose(Pose2(x: 130, y: 30, heading: .pi / 2)), elements: [.line(length: 50)],
          bicycleLane: 2),
      ], [RoadConnection(from: RoadEnd("b", .end), to: RoadEnd("c", .start))])
    let a = try #require(map.laneIndex(id: "a_bicycle"))
    let way = RoutePlanner(map).routeKeepingLane(fromLane: a, distance: 1_000)
    #expect(ids(map, way.lanes) == ["a_bicycle", "b_bicycle", "b_to_c_bicycle", "c_bicycle"])
  }
}
