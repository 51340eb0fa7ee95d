import SimCore
import SimMap
import SimWorld
import Testing

@testable import SimTraffic

/// What drivers know of roundabouts.
@Suite struct RoundaboutTests {
  private static let wide: [String: ParameterValues.Value] = [
    "lanes": .integer(2), "radius": .number(30),
  ]

  /// The lanes round the middle are a circle; those on and off it bend the other way. Nowhere else
  /// do bends lead back to themselves but round a ring.
  @Test func findsTheCircle() throws {
    let map = try TrafficWorlds.map("roundabout", Self.wide)
    let lanes = Circles.lanes(of: map)
    for lane in map.lanes.indices {
      let id = map.lanes[lane].id
      #expect(lanes[lane] == (id.contains("ring") || id.contains("_pass")), "\(id)")
    }
    for other in ["four_way", "urban_grid", "straight", "curve", "s_curve", "highway"] {
      #expect(Circles.lanes(of: try TrafficWorlds.map(other)).isEmpty, "\(other)")
    }
  }

  /// Over the end of a lane of the circle reaches the way out of its inner lane: that gives way
  /// there as it does behind.
  @Test func whoGoesRoundHasTheRightAlsoBeforeAnArm() throws {
    let map = try TrafficWorlds.map("roundabout", Self.wide)
    let signs = RightOfWay(map)
    let ring = try #require(map.laneIndex(id: "ring1.1"))
    let pass = try #require(map.laneIndex(id: "arm2_pass.1"))
    let exit = try #require(map.laneIndex(id: "arm2_exit.2"))
    #expect(signs.rule(pass, exit) == .priority)
    #expect(signs.rule(ring, exit) == .priority)
    #expect(signs.rule(exit, ring) == .yield)
  }

  /// Two long vehicles beside each other all the way round: 2.55 m wide, swinging out 0.45 m and
  /// drawing in 0.2 m, on lanes of 3.5 m. They have 0.3 m between them, and no zone all along the
  /// circle: each group of zones of either ends before the next arm's begins, half a lap (92 m) at
  /// most.
  @Test(arguments: [1, 2]) func longVehiclesFitBesideEachOther(_ lane: Int) throws {
    let map = try TrafficWorlds.map("roundabout", Self.wide)
    func way(_ lane: Int) throws -> Route {
      try TrafficWorlds.route(
        map,
        ids: [
          "arm1_in.\(lane)", "arm1_enter.\(lane)", "ring1.\(lane)", "arm2_pass.\(lane)",
          "ring2.\(lane)", "arm3_pass.\(lane)", "ring3.\(lane)", "arm4_exit.\(lane)",
          "arm4_out.\(lane)",
        ])
    }
    let routes = [try way(1), try way(2)]
    var fleet = BodyZones.Fleet()
    fleet.add(length: 12, width: 2.55)
    let bodies = BodyZones(map, routes.map { BodyZones.Way(route: $0, isLong: true) }, fleet)
    var builder = RouteTablesBuilder(map, PathTable(routes.map(\.centreline)), bodies: bodies)
    for path in 0..<2 { _ = builder.add(routes[path], path: path, carLength: 12) }
    let tables = builder.finished()
    let groups = tables.routes[lane - 1].groups
    #expect(groups.count >= 3)
    for group in groups {
      #expect(tables.groups[Int(group)].high - tables.groups[Int(group)].low < 92)
    }
  }

  /// In this crowd somebody stood for more than a minute at an entry, for others who had been let
  /// in before and stood themselves.
  @Test func rightsThatNobodyUsesEnd() throws {
    var crowd = try #require(
      Crowd.templates.first { crowd in
        crowd.template == "roundabout"
          && crowd.settings.contains { $0.name == "lanes" && $0.value == .integer(2) }
      })
    crowd.seed = 5
    crowd.seconds = 200
    try CrowdTests.check(crowd)
  }

  /// Car 0 waits for car 1, which stands 2 m behind car 2, which waits for car 0: none of them
  /// would ever go. Car 3 waits for one of them, but nobody for it. As soon as car 2 drives there
  /// is no circle any more.
  @Test func whoWaitsInACircleIsKnown() {
    var cars = (0..<4).map { _ in
      Car(halfLength: 2.4, halfWidth: 0.95, entry: 0, route: 0, cap: 0)
    }
    let route = RouteTables.Route(
      entries: 0..<0, stops: 0..<0, groups: 0..<0, caps: 0..<0, turns: 0..<0, path: 0, lowest: 0,
      length: 0, isRing: false, changesLanes: false)
    var atJunctions = cars.map { _ in JunctionState(at: route, tickets: 0, driver: 0) }
    atJunctions[0].waitedFor = 1
    cars[1].leader = 2
    cars[1].leaderGap = 2
    atJunctions[2].waitedFor = 0
    atJunctions[3].waitedFor = 0
    func circle(_ cars: inout [Car]) -> [Bool] {
      cars.withUnsafeMutableBufferPointer { cars in
        atJunctions.withUnsafeMutableBufferPointer { states in
          (0..<4).map { cars.isInCircle($0, states) }
        }
      }
    }
    #expect(circle(&cars) == [true, true, true, false])
    cars[2].speed = 1
    #expect(circle(&cars) == [false, false, false, false])
  }
}
