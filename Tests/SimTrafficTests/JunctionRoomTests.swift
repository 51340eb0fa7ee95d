import SimCore
import SimGeometry
import SimMap
import SimStack
import SimWorld
import Testing

@testable import SimTraffic

/// What is kept clear in junctions, and who takes the room behind them.
@Suite struct JunctionRoomTests {
  /// A car turns left over the corner of a grid, a bus the other way: their ways never meet, and
  /// the car has the higher right, but the bus swings out over its lane. Were the car to stand
  /// there, the bus would stand in the junction too, before it: there must be room for the car
  /// behind the whole turn, not only behind the mouth.
  @Test func keepsClearWhereABusReachesThoughItHasTheRight() throws {
    let map = try TrafficWorlds.map(
      "urban_grid",
      ["control": .text("signals"), "borders": .text("closed"), "lanes": .integer(2)])
    let routes = [
      try TrafficWorlds.route(map, ids: ["r2c1_r1c1.2", "r1c1_n_to_e.2", "r1c1_r1c2.2"]),
      try TrafficWorlds.route(map, ids: ["r1c2_r1c1.2", "r1c1_e_to_n.2", "r1c1_r2c1.2"]),
    ]
    var fleet = BodyZones.Fleet()
    fleet.add(length: 4.8, width: 1.9)
    fleet.add(length: 12, width: 2.55)
    let bodies = BodyZones(
      map, [.init(route: routes[0], isLong: false), .init(route: routes[1], isLong: true)], fleet)
    var builder = RouteTablesBuilder(map, PathTable(routes.map(\.centreline)), bodies: bodies)
    let number = builder.add(routes[0], path: 0, carLength: 4.8)
    _ = builder.add(routes[1], path: 1, carLength: 12)
    let tables = builder.finished()
    let first = Int(tables.routes[Int(number)].groups.lowerBound)
    #expect(tables.groups[first].crossingEnd > routes[0].laneStarts[2] - 1)
    #expect(tables.groups[first].crossingEnd < routes[0].laneStarts[2] + 8)
  }

  /// Who has the higher right keeps clear where others cross or reach over its lane; but who goes
  /// round a circle does not for those who only reach over it, nor anybody for those beside it.
  @Test(arguments: [
    (UInt8(0b1111), RouteTables.Rule.priority, false, true, true),
    (0b1110, .priority, false, true, false), (0b1110, .yield, false, true, true),
    (0b1110, .yield, true, false, false), (0b1110, .priority, true, false, false),
  ])
  func knowsWhatToKeepClear(
    _ sizes: UInt8, _ rule: RouteTables.Rule, _ runsAlong: Bool, _ isKept: Bool,
    _ isKeptOnCircle: Bool
  ) {
    let conflict = RouteTables.Conflict(
      lane: 1, isMerging: false, rule: rule, tie: .none, sizes: sizes, start: 10, end: 20,
      otherStart: 10, otherEnd: 20, runsAlong: runsAlong, join: 30, otherJoin: 30, entry: 0)
    #expect(conflict.mustBeKeptClear(isOnCircle: false) == isKept)
    #expect(conflict.mustBeKeptClear(isOnCircle: true) == isKeptOnCircle)
  }

  /// A bus of 20 m waits before ways across, from which somebody might come, for room behind them;
  /// on its way out somebody stands. A car that turns in there comes when the bus has stood for
  /// some 10 s: for it there would be room. It waits too, though the bus cannot go yet, or the bus
  /// would never find any; both go once that is gone, after 20 s.
  @Test(arguments: [13.5, 15.5]) func roomGoesToWhoHasWaitedForItForLonger(_ room: Double) throws {
    let map = try TrafficWorlds.map("four_way", ["control": .text("priority")])
    let ways = [
      ["east_in.1", "east_to_west.1", "west_out.1"],
      ["north_in.1", "north_to_west.1", "west_out.1"], ["west_out.1"],
      ["south_in.1", "south_to_north.1", "north_out.1"],
    ]
    let routes = try ways.map { try TrafficWorlds.route(map, ids: $0) }
    func slow(_ speed: Double) -> [String: ParameterValues.Value] {
      ["desired_speed": .number(speed)]
    }
    // All roads are 100 m long up to the junction.
    var run = try TrafficRun(
      map,
      [
        .init(
          spec: TrafficWorlds.car(
            "bus", path: 0, s: 70, speed: 5, length: 20, agentClass: .bus),
          policy: "idm", route: routes[0]),
        .init(
          spec: TrafficWorlds.car("car", path: 1, s: 20, speed: 4), policy: "idm",
          parameters: slow(5), route: routes[1]),
        .init(spec: TrafficWorlds.car("ahead", path: 2, s: room + 2.4, speed: 0)),
        .init(
          spec: TrafficWorlds.car("across", path: 3, s: 5, speed: 0), policy: "idm",
          parameters: slow(0.1), route: routes[3]),
      ], paths: routes.map(\.centreline))
    let (bus, car) = (try run.row("bus"), try run.row("car"))
    let ahead = try run.row("ahead")
    var stoodAt = Int.max
    for _ in 0..<400 {
      try run.step { commands, world in
        if world.tick > 200, world.agents.speed[ahead] < 8 { commands.acceleration[ahead] = 2 }
      }
      let agents = run.world.agents
      #expect(TrafficWorlds.collisions(run.world) == [])
      if agents.speed[bus] < 0.1 { stoodAt = min(stoodAt, run.world.tick) }
      if run.world.tick <= 200 {
        #expect(agents.arcLength[bus] < 105 && agents.arcLength[car] < 104)
      }
    }
    #expect(stoodAt < 100)
    // The bus may have come to the end of its road.
    let agents = run.world.agents
    #expect(agents.present[bus] == 0 || agents.arcLength[bus] > 130)
    #expect(agents.arcLength[car] > 115)
  }

  /// Who crosses slowly has been let in, and a car will be gone before it comes, so that the car
  /// need not wait. That its leader, 140 m ahead before the next junction, has been let in there
  /// after the slow one is no matter: nobody comes between.
  @Test(arguments: [3.3, 3.4, 3.5]) func whoIsFarAheadIsNotInTheWay(_ before: Double) throws {
    let map = try TrafficWorlds.map("urban_grid", ["control": .text("uncontrolled")])
    let ways = [
      ["r2c1_r2c2.1", "r2c2_w_to_e.1", "r2c2_r2c3.1", "r2c3_w_to_n.1"],
      ["r1c2_r2c2.1", "r2c2_s_to_n.1", "r2c2_r3c2.1"], ["r2c2_r2c3.1", "r2c3_w_to_n.1"],
      ["r3c3_r2c3.1", "r2c3_n_to_s.1", "r2c3_r1c3.1"],
    ]
    let routes = try ways.map { try TrafficWorlds.route(map, ids: $0) }
    let ends = routes.map { map.lanes[$0.lanes[0]].length }
    func car(_ id: String, _ path: Int, s: Double, speed: Double) -> TrafficRun.Member {
      .init(
        spec: TrafficWorlds.car(id, path: path, s: s, speed: speed), policy: "idm",
        parameters: ["desired_speed": .number(max(speed, 0.1))], route: routes[path])
    }
    var run = try TrafficRun(
      map,
      [
        car("car", 0, s: 1, speed: 10), car("slow", 1, s: ends[1] - 3, speed: 0.5),
        car("leader", 2, s: ends[2] - before, speed: 0.5), car("across", 3, s: 5, speed: 0),
      ], paths: routes.map(\.centreline))
    let row = try run.row("car")
    try run.run(seconds: 13) { world in
      #expect(TrafficWorlds.collisions(world) == [])
      #expect(world.agents.speed[row] > 9.5, "at tick \(world.tick)")
    }
    #expect(run.world.agents.arcLength[row] > ends[0] + 20)
  }
}
