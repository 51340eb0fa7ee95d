import SimCore
import SimGeometry
import Testing

@testable import SimMap

/// Sidewalks, crosswalks and the ways of walkers over them.
@Suite struct WalkTests {
  static func map(
    _ template: String, _ values: [String: ParameterValues.Value]
  ) throws -> LaneGraph {
    let template = try #require(MapTemplateCatalog.template(named: template))
    return try template.make(ParameterValues(template.schema, overriding: values))
  }

  static let fourWay: [String: ParameterValues.Value] = [
    "lanes": .integer(1), "sidewalks": .flag(true), "crosswalks": .flag(true),
    "corner_radius": .number(6), "lane_width": .number(3.5), "length": .number(60),
  ]

  func place(_ map: LaneGraph, _ id: String, _ s: Double) throws -> WalkPlace {
    WalkPlace(lane: try #require(map.laneIndex(id: id)), arcLength: s)
  }

  /// Kerbs at 3.5 m and corners of 6 m: the kerb of an arm is straight from 9.5 m on, the
  /// crosswalk lies from 10 to 13 m, and the sidewalks' middles 1.25 m behind the kerbs.
  @Test func walksOfAFourWayJunction() throws {
    let map = try Self.map("four_way", Self.fourWay)
    let crossing = try #require(map.lane(id: "east_crosswalk"))
    #expect(crossing.kind == .crosswalk)
    #expect(crossing.centreline.start.distance(to: Vector2(11.5, -4.75)) < 1e-9)
    #expect(crossing.centreline.end.distance(to: Vector2(11.5, 4.75)) < 1e-9)
    let walk = try #require(map.lane(id: "east_in_walk"))
    #expect(walk.centreline.end.distance(to: Vector2(11.5, 4.75)) < 1e-9)
    let corner = try #require(map.lane(id: "east_north_corner"))
    #expect(corner.centreline.start.distance(to: Vector2(11.5, 4.75)) < 1e-9)
    #expect(corner.centreline.end.distance(to: Vector2(4.75, 11.5)) < 1e-9)
    // The arc lies 4.75 m from the kerb's centre at (9.5, 9.5).
    let middle = corner.centreline.point(at: 0.5 * corner.length)
    #expect((middle.distance(to: Vector2(9.5, 9.5)) - 4.75).magnitude < 1e-6)
    // Nobody drives on walks.
    #expect(!map.isInDrivableArea(Vector2(20, 4.75)))
    #expect(map.isInDrivableArea(Vector2(11.5, 0)))
    #expect(map.stopLines.contains { $0.id == "east_stop" && $0.from.x > 13 })
  }

  /// Two stages of 20 + 3 + 2 s. Walkers cross the eastern arm, 7 m wide, with the traffic of the
  /// second stage: 7 / 1.067 = 6.6 s before the next stage nobody sets out any more, which is
  /// later than the end of green.
  @Test func walkersHaveTheGreenOfTheParallelTraffic() throws {
    let map = try Self.map("four_way", Self.fourWay)
    let lane = try #require(map.lane(id: "east_crosswalk"))
    let walk = map.signals[try #require(lane.signal)]
    let traffic = map.signals[try #require(map.lane(id: "north_in.1")?.signal)]
    let own = map.signals[try #require(map.lane(id: "east_in.1")?.signal)]
    for second in 0..<50 {
      let time = Int64(second) * 1_000_000 + 500_000
      let colour = walk.colour(atMicroseconds: time)
      #expect((colour == .green) == (25..<43).contains(second) || second == 43)
      if colour == .green {
        #expect(traffic.colour(atMicroseconds: time) == .green)
        #expect(own.colour(atMicroseconds: time) == .red)
      }
    }
    // 25 - 7 / 1.067 = 18.44 s.
    #expect(walk.colour(atMicroseconds: 43_400_000) == .green)
    #expect(walk.colour(atMicroseconds: 43_500_000) == .red)
  }

  @Test func noGreenWithoutTimeToCross() throws {
    var values = Self.fourWay
    values["lanes"] = .integer(3)
    values["green"] = .number(10)
    // 21 m need 19.7 s of 15 s.
    let failure = #expect(throws: MapBuildFailure.self) { try Self.map("four_way", values) }
    #expect(failure?.parameter == "green")
  }

  @Test func theShortestWayGoesOverTheCrosswalk() throws {
    let map = try Self.map("four_way", Self.fourWay)
    let planner = WalkPlanner(map)
    // Along the north side of the eastern arm to its south side.
    let route = try planner.route(
      from: place(map, "east_in_walk", 50), to: [place(map, "east_out_walk", 11.5)])
    #expect(
      route.lanes.map { map.lanes[$0].id } == ["east_in_walk", "east_crosswalk", "east_out_walk"])
    // 12.5 m to the crosswalk (the walk is 62.5 m long), 9.5 m across, 11.5 m back; each of the
    // two corners of radius 1 m saves 2 - pi / 2.
    let length = 12.5 + 9.5 + 11.5 - 2 * (2 - 0.5 * Double.pi)
    #expect((route.centreline.length - length).magnitude < 0.01)
    #expect(route.startArcLength == 0)
    #expect(route.centreline.start.distance(to: Vector2(24, 4.75)) < 1e-9)
    #expect(route.centreline.end.distance(to: Vector2(23, -4.75)) < 1e-9)
    for k in 1..<route.centreline.directions.count {
      let turn = route.centreline.directions[k].dot(route.centreline.directions[k - 1])
      #expect(turn > 0.99)
    }
    // Walks are walked either way.
    let back = try planner.route(
      from: place(map, "east_out_walk", 11.5), to: [place(map, "east_in_walk", 50)])
    #expect((back.centreline.length - route.centreline.length).magnitude < 1e-9)
  }

  @Test func waysOverGivenWalks() throws {
    let map = try Self.map("four_way", Self.fourWay)
    let planner = WalkPlanner(map)
    let via = ["east_north_corner", "north_crosswalk"].compactMap { map.laneIndex(id: $0) }
    let route = try planner.route(
      from: place(map, "east_in_walk", 50), via: via, to: [place(map, "north_in_walk", 30)])
    #expect(
      route.lanes.map { map.lanes[$0].id }
        == ["east_in_walk", "east_north_corner", "north_crosswalk", "north_in_walk"])
    #expect(throws: RouteFailure.self) {
      try planner.route(from: place(map, "east_in.1", 5), to: [place(map, "north_in_walk", 30)])
    }
  }

  @Test func aRambleNeverTurnsBack() throws {
    let map = try Self.map(
      "urban_grid",
      ["rows": .integer(2), "columns": .integer(2), "sidewalks": .flag(true),
       "crosswalks": .flag(true), "borders": .text("closed")])
    let planner = WalkPlanner(map)
    let start = try place(map, "r1c1_r1c2_walk", 10)
    let route = planner.ramble(from: start, isForward: false, distance: 400) { joint, count in
      joint % count
    }
    #expect(route.centreline.length > 390)
    for (a, b) in zip(route.lanes, route.lanes.dropFirst()) { #expect(a != b) }
    for lane in route.lanes { #expect(WalkPlanner.isWalk(map.lanes[lane])) }
  }

  @Test func theNearestWalk() throws {
    let map = try Self.map("straight", ["sidewalks": .flag(true), "lanes": .integer(2)])
    let planner = WalkPlanner(map)
    // Lanes of 3.5 m: the near walk's middle is at y = -3, the far one's at 6.5.
    let near = try #require(planner.nearest(to: Vector2(100, -3.5)))
    #expect(map.lanes[near.place.lane].id == "main_walk")
    #expect((near.place.arcLength - 100).magnitude < 1e-9)
    #expect((near.offset + 0.5).magnitude < 1e-9)
    #expect(planner.nearest(to: Vector2(100, 60)) == nil)
  }
}
