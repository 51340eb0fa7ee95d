import SimCore
import SimGeometry
import SimMap
import SimStack
import SimWorld
import Testing

@testable import SimTraffic

/// What is kept clear in junctions. (Who takes the room behind them: `CrowdTests`.)
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
}
