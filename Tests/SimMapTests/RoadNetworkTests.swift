import SimCore
import SimGeometry
import Testing

@testable import SimMap

/// Inline roads.
@Suite struct RoadNetworkTests {
  static let origin = RoadSpec.Start.pose(Pose2(x: 0, y: 0, heading: 0))

  func built(
    _ roads: [RoadSpec], _ connections: [RoadConnection] = [],
    side: LaneGraph.DrivingSide = .right
  ) throws -> LaneGraph {
    let outcome = RoadNetworkBuilder(
      name: "inline", drivingSide: side, roads: roads, connections: connections
    ).build()
    #expect(outcome.findings == [])
    return try #require(outcome.map)
  }

  @Test func lanesLieFromTheKerbToTheMiddle() throws {
    let map = try built([
      RoadSpec(
        "a", start: Self.origin, elements: [.line(length: 50)], widths: [4, 3],
        oncomingWidths: [3, 2.5], speedLimit: 14)
    ])
    #expect(map.lanes.map(\.id) == ["a.1", "a.2", "a_oncoming.1", "a_oncoming.2"])
    // Kerb at -2; 4 m, 3 m, then the divider at 5; 2.5 m, then 3 m up to the far kerb at 10.5.
    #expect(map.lanes.map { $0.centreline.start.y } == [0, 3.5, 9, 6.25])
    #expect(map.lanes.map { $0.centreline.end.x } == [50, 50, 0, 0])
    #expect(map.lanes[1].left == LaneNeighbour(lane: 3, isSameDirection: false))
    #expect(map.lanes[3].left == LaneNeighbour(lane: 1, isSameDirection: false))
    #expect(map.lanes[3].right == LaneNeighbour(lane: 2, isSameDirection: true))
    #expect(map.lanes[1].leftMarking == .dashed)
    #expect(map.lanes[2].rightMarking == .solid)
    #expect(map.lanes.allSatisfy { $0.speedLimit == 14 })
  }

  @Test func roadsFollowEachOther() throws {
    let map = try built([
      RoadSpec(
        "second", start: .after(road: "first"),
        elements: [
          .spiral(from: 0, to: 0.02, length: 30), .arc(radius: 50, angle: 0.5),
          .spiral(from: 0.02, to: 0, length: 30),
        ], oncomingWidths: [3.5]),
      RoadSpec(
        "first", start: Self.origin, elements: [.line(length: 80)], oncomingWidths: [3.5]),
    ])
    let first = try #require(map.lane(id: "first.1"))
    let second = try #require(map.lane(id: "second.1"))
    #expect(first.successors == [second.index])
    let back = try #require(map.lane(id: "second_oncoming.1"))
    #expect(back.successors.map { map.lanes[$0].id } == ["first_oncoming.1"])
    #expect(second.centreline.start == Vector2(80, 0))
    // 30 m at half the turn of the arc, twice, and the arc: 0.3 + 0.5 + 0.3 rad.
    #expect(((second.centreline.vertexHeadings.last ?? 0) - 1.1).magnitude < 1e-12)
    #expect((second.length - 85).magnitude < 0.01)
  }

  @Test func endsApartAreJoinedByConnectorsInAJunction() throws {
    // A road east, and two that go on north and east 20 m further on.
    let map = try built(
      [
        RoadSpec(
          "west", start: Self.origin, elements: [.line(length: 50)], oncomingWidths: [3.5]),
        RoadSpec(
          "east", start: .pose(Pose2(x: 70, y: 0, heading: 0)), elements: [.line(length: 50)],
          oncomingWidths: [3.5]),
        RoadSpec(
          "north", start: .pose(Pose2(x: 62, y: 15, heading: .pi / 2)),
          elements: [.line(length: 50)], oncomingWidths: [3.5]),
      ],
      [
        RoadConnection(from: RoadEnd("west", .end), to: RoadEnd("east", .start)),
        RoadConnection(
          from: RoadEnd("north", .start), to: RoadEnd("west", .end), rule: .yield),
      ])
    #expect(
      map.lanes.filter(\.isConnector).map(\.id) == [
        "west_to_east.1", "east_oncoming_to_west_oncoming.1",
        "north_oncoming_to_west_oncoming.1", "west_to_north.1",
      ])
    #expect(map.junctions.count == 1)
    #expect(map.junctions[0].lanes.count == 4)
    let side = try #require(map.laneIndex(id: "north_oncoming_to_west_oncoming.1"))
    // It meets both ways of the through road; the left turn into the north road is crossed too.
    let others = map.priorities.filter { $0.yielding == side }.map { map.lanes[$0.priority].id }
    #expect(others.contains("east_oncoming_to_west_oncoming.1"))
    #expect(map.priorities.allSatisfy { $0.yielding == side })
    #expect(map.stopLines.map(\.rule) == [.yield])
    #expect(map.stopLines[0].lanes == [try #require(map.laneIndex(id: "north_oncoming.1"))])
    let start = try #require(map.laneIndex(id: "west.1"))
    let goal = try #require(map.laneIndex(id: "north.1"))
    let route = try RoutePlanner(map).route(
      fromLane: start, arcLength: 0, to: [RouteGoal(lane: goal)])
    #expect(route.lanes.count == 3)
  }

  @Test func aRoadMayCloseInItself() throws {
    let map = try built(
      [
        RoadSpec(
          "loop", start: Self.origin,
          elements: [.arc(radius: 60, angle: 2 * .pi - 1), .arc(radius: 60, angle: 1)])
      ],
      [RoadConnection(from: RoadEnd("loop", .end), to: RoadEnd("loop", .start))])
    #expect(map.lanes[0].successors == [0])
  }

  @Test func leftHandTrafficKeepsTheCourse() throws {
    let road = RoadSpec(
      "a", start: .pose(Pose2(x: 10, y: 5, heading: 0.3)),
      elements: [.line(length: 20), .arc(radius: 40, angle: 0.7)], widths: [3.5, 3.5],
      oncomingWidths: [3.5])
    let right = try built([road])
    let left = try built([road], side: .left)
    #expect(left.drivingSide == .left)
    // Lane 1 next to the kerb lies on the course either way; counted from the right it is the
    // second one where traffic keeps left.
    let a = try #require(right.lane(id: "a.1")).centreline
    let b = try #require(left.lane(id: "a.2")).centreline
    #expect(a.start.distance(to: b.start) < 1e-12)
    #expect(a.end.distance(to: b.end) < 1e-12)
    // Oncoming traffic is on the other side.
    let normal = Pose2(.zero, heading: 0.3).direction.left
    let rightSide = (try #require(right.lane(id: "a_oncoming.1")).centreline.end - a.start).dot(
      normal)
    let leftSide = (try #require(left.lane(id: "a_oncoming.1")).centreline.end - a.start).dot(
      normal)
    #expect((rightSide - 7).magnitude < 1e-9 && (leftSide + 7).magnitude < 1e-9)
  }

  /// What is wrong with a road, and how it is said.
  @Test(arguments: [
    ("road 'x': it has no elements", RoadSpec("x", start: origin, elements: [])),
    (
      "road 'x': element 2 has the length -1.0 m, which is not positive",
      RoadSpec("x", start: origin, elements: [.line(length: 1), .line(length: -1)])
    ),
    (
      "road 'x': the curvature of element 1 is not finite",
      RoadSpec("x", start: origin, elements: [.arc(curvature: .nan, length: 1)])
    ),
    (
      "road 'x': lane width 0.0 m is not positive",
      RoadSpec("x", start: origin, elements: [.line(length: 9)], widths: [0])
    ),
    (
      "road 'x': it has no forward lane",
      RoadSpec("x", start: origin, elements: [.line(length: 9)], widths: [])
    ),
    (
      "road 'x': speed limit -5.0 m/s is not positive",
      RoadSpec("x", start: origin, elements: [.line(length: 9)], speedLimit: -5)
    ),
    (
      "road 'x': road 'y' does not exist",
      RoadSpec("x", start: .after(road: "y"), elements: [.line(length: 9)])
    ),
    (
      "road 'x': it starts after itself, round a circle",
      RoadSpec("x", start: .after(road: "x"), elements: [.line(length: 9)])
    ),
    (
      "road 'x': its start is not finite",
      RoadSpec(
        "x", start: .pose(Pose2(x: .infinity, y: 0, heading: 0)), elements: [.line(length: 9)])
    ),
    (
      "road 'x': element 1 bends at a radius of 5.0 m, too tight for its lanes",
      RoadSpec(
        "x", start: origin, elements: [.arc(radius: 5, angle: 1)], oncomingWidths: [3.5])
    ),
  ])
  func faultsOfRoadsAreNamed(_ text: String, _ road: RoadSpec) {
    let outcome = RoadNetworkBuilder(name: "bad", roads: [road]).build()
    #expect(outcome.map == nil)
    #expect(outcome.findings.map(\.description).contains(text), "\(outcome.findings)")
  }

  @Test(arguments: [
    (
      "connection 'a.end -> c.start': road 'c' does not exist", RoadEnd("a", .end),
      RoadEnd("c", .start)
    ),
    (
      "connection 'a.end -> a.end': it joins an end with itself", RoadEnd("a", .end),
      RoadEnd("a", .end)
    ),
    (
      "connection 'a.start -> b.start': no lane arrives at the one end and leaves from the other",
      RoadEnd("a", .start), RoadEnd("b", .start)
    ),
    (
      "connection 'a.end -> b.start': there is no room to lead lane 'a.1' into 'b.1': "
        + "leave more road between the ends",
      RoadEnd("a", .end), RoadEnd("b", .start)
    ),
  ])
  func faultsOfConnectionsAreNamed(_ text: String, _ from: RoadEnd, _ to: RoadEnd) {
    let outcome = RoadNetworkBuilder(
      name: "bad",
      roads: [
        RoadSpec("a", start: Self.origin, elements: [.line(length: 50)]),
        // Back beside where a ends: half a turn within 4 m.
        RoadSpec(
          "b", start: .pose(Pose2(x: 50, y: 4, heading: .pi)), elements: [.line(length: 50)]),
      ], connections: [RoadConnection(from: from, to: to)]
    ).build()
    #expect(outcome.map == nil)
    #expect(outcome.findings.map(\.description) == [text])
  }

  @Test func duplicateRoadsAndEmptyMapsAreErrors() {
    let road = RoadSpec("a", start: Self.origin, elements: [.line(length: 50)])
    let twice = RoadNetworkBuilder(name: "twice", roads: [road, road]).build()
    #expect(twice.findings.map(\.rule) == [.duplicateID])
    #expect(RoadNetworkBuilder(name: "none", roads: []).build().map == nil)
  }
}
