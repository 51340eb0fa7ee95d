import SimCore
import SimGeometry
import SimMap
import SimStack
import SimWorld
import Testing

@testable import SimTraffic

/// Walkers in tiny worlds, with times worked out by hand.
@Suite struct WalkerTests {
  /// Everybody at the mean speed.
  static let even: [String: ParameterValues.Value] = ["speed_deviation": .number(0)]

  static func walker(_ id: String, path: Int, s: Double = 0, speed: Double = 0) -> AgentSpec {
    AgentSpec(
      id: id, agentClass: .pedestrian, length: 0.5, width: 0.6, motion: .path, speed: speed,
      path: path, arcLength: s)
  }

  /// One lane of 3.5 m along x, edges at y = -1.75 and 1.75, and a walker whose path leads across
  /// it at x = 100 from y = -4. A car drives along it from `x` at 10 m/s and minds nobody.
  static func road(
    car x: Double, _ parameters: [String: ParameterValues.Value] = even, from y: Double = -4
  ) throws -> TrafficRun {
    let map = try TrafficWorlds.map("straight", ["lanes": .integer(1), "length": .number(400)])
    let lane = map.lanes[0].centreline
    return try TrafficRun(
      map,
      [
        .init(
          spec: TrafficWorlds.car("car", path: 0, s: x, speed: 10), policy: "constant_speed"),
        .init(spec: walker("walker", path: 1), policy: "walker", parameters: parameters),
      ], paths: [lane, line([(100, y), (100, 8)])])
  }

  /// The walker gets to where it waits, 0.7 m before the road, after 1.55 m. Its critical gap there
  /// is 4.2 m / 1.34 m/s + 3 s = 6.1 s. A car that is there 6.3 s after the start, 4 s after the
  /// walker has come to the kerb, is too near: it waits for it.
  @Test func waitsForAGap() throws {
    var run = try Self.road(car: 35)
    let row = try run.row("walker")
    let car = try run.row("car")
    var waited = 0
    try run.run(seconds: 20) { world in
      let y = world.agents.y[row]
      if world.agents.present[row] != 0 && y > -1.75 && y < 1.75 {
        #expect(world.agents.present[car] == 0 || world.agents.x[car] - 2.4 > 100)
      }
      if world.agents.speed[row] < 0.05 && y < -1.75 && world.tick > 20 {
        waited += 1
        #expect((y + 2.45).magnitude < 0.05)
      }
    }
    #expect(waited > 20)
  }

  /// From 300 m away the car takes 20 s: the walker crosses without stopping.
  @Test func goesWhereTheGapIsWide() throws {
    var run = try Self.road(car: 300)
    let row = try run.row("walker")
    var across = 0
    try run.run(seconds: 8) { world in
      if world.tick > 20 && world.agents.present[row] != 0 {
        #expect(world.agents.speed[row] > 1)
        if world.agents.y[row] > 1.75 { across = max(across, 1) }
      }
    }
    #expect(across == 1)
  }

  /// A blind one walks on without a look. The car would be there after 4.4 s, when the walker is
  /// in the middle of the lane: at 2.5 s before, still at the edge, it can run across or stand.
  @Test(arguments: ["auto", "hurry", "freeze"]) func reactsAtTheLast(_ reaction: String) throws {
    var run = try Self.road(
      car: 54,
      [
        "speed_deviation": .number(0), "jaywalk": .text("blind"), "reaction": .text(reaction),
        "react_within": .number(2.5),
      ])
    let row = try run.row("walker")
    var fastest = 0.0
    var slowest = 9.0
    try run.run(seconds: 10) { world in
      #expect(TrafficWorlds.collisions(world) == [])
      guard world.agents.present[row] != 0, world.tick > 15 else { return }
      fastest = max(fastest, world.agents.speed[row])
      slowest = min(slowest, world.agents.speed[row])
    }
    if reaction == "freeze" { #expect(slowest < 0.2) }
    if reaction == "hurry" { #expect(fastest > 1.6) }
  }

  /// Two lanes with 3 m between them. The second has a car when the walker comes to it: it waits on
  /// the refuge.
  @Test func waitsOnARefuge() throws {
    var builder = LaneGraphBuilder(name: "refuge")
    for (id, y) in [("a", 0.0), ("b", 6.5)] {
      builder.add(
        LaneDraft(
          id, shape: .centred([Vector2(0, y), Vector2(300, y)], widths: [3.5, 3.5]),
          speedLimit: 14))
    }
    let map = try #require(builder.build(checks: .references).map)
    var run = try TrafficRun(
      map,
      [
        .init(
          spec: TrafficWorlds.car("car", path: 0, s: 20, speed: 8), policy: "constant_speed"),
        .init(spec: Self.walker("walker", path: 1), policy: "walker", parameters: Self.even),
      ], paths: [map.lanes[1].centreline, line([(100, -3), (100, 12)])])
    let row = try run.row("walker")
    var onRefuge = 0
    try run.run(seconds: 25) { world in
      #expect(TrafficWorlds.collisions(world) == [])
      let y = world.agents.y[row]
      if world.agents.speed[row] < 0.05 && y > 1.75 && y < 4.75 { onRefuge += 1 }
    }
    #expect(onRefuge > 10)
  }

  /// A four-way junction with two stages of 25 s: walkers cross the southern arm in the first and
  /// the eastern one in the second.
  static func junction(_ from: String, _ s: Double, to: String, _ there: Double) throws
    -> (map: LaneGraph, route: Route)
  {
    let map = try TrafficWorlds.map(
      "four_way", ["sidewalks": .flag(true), "crosswalks": .flag(true), "length": .number(60)])
    let start = WalkPlace(lane: try #require(map.laneIndex(id: from)), arcLength: s)
    let end = WalkPlace(lane: try #require(map.laneIndex(id: to)), arcLength: there)
    return (map, try WalkPlanner(map).route(from: start, to: [end]))
  }

  @Test func waitsForTheSignal() throws {
    let (map, route) = try Self.junction("east_in_walk", 55, to: "east_out_walk", 20)
    var run = try TrafficRun(
      map,
      [
        .init(
          spec: Self.walker("walker", path: 0), policy: "walker", parameters: Self.even,
          route: route)
      ], paths: [route.centreline])
    let row = try run.row("walker")
    var entered = 0
    try run.run(seconds: 45) { world in
      let isOn = map.isInDrivableArea(Vector2(world.agents.x[row], world.agents.y[row]))
      if isOn && entered == 0 { entered = world.tick }
    }
    // Green comes at 25 s; it has stood 0.7 m before the road and looks for half a second.
    #expect(entered > 252 && entered < 270)
  }

  /// At 0.5 m/s the 7 m take 14.8 s from the kerb; green and clearance last 25 s: it does not set
  /// out in the last ten of them.
  @Test(arguments: [(30.0, true), (39.0, false)])
  func doesNotStartTooLate(_ time: Double, _ goes: Bool) throws {
    let (map, route) = try Self.junction("east_in_walk", 59, to: "east_out_walk", 20)
    var run = try TrafficRun(
      map,
      [
        .init(
          spec: Self.walker("walker", path: 0), policy: "walker",
          parameters: [
            "speed": .number(0.5), "speed_deviation": .number(0), "start_delay": .number(time - 8),
          ], route: route)
      ], paths: [route.centreline])
    let row = try run.row("walker")
    var wasOn = false
    try run.run(seconds: 50) { world in
      wasOn = wasOn || map.isInDrivableArea(Vector2(world.agents.x[row], world.agents.y[row]))
    }
    #expect(wasOn == goes)
  }

  /// Two who meet keep to their right and pass without slowing down much.
  @Test func peoplePassEachOther() throws {
    let map = try TrafficWorlds.map("straight", ["sidewalks": .flag(true)])
    let walk = try #require(map.lane(id: "main_walk"))
    let planner = WalkPlanner(map)
    let there = try planner.route(
      from: WalkPlace(lane: walk.index, arcLength: 10),
      to: [WalkPlace(lane: walk.index, arcLength: 60)])
    let back = try planner.route(
      from: WalkPlace(lane: walk.index, arcLength: 40),
      to: [WalkPlace(lane: walk.index, arcLength: 0)])
    var run = try TrafficRun(
      map,
      [
        .init(
          spec: Self.walker("a", path: 0, speed: 1.3), policy: "walker", parameters: Self.even,
          route: there),
        .init(
          spec: Self.walker("b", path: 1, speed: 1.3), policy: "walker", parameters: Self.even,
          route: back),
      ], paths: [there.centreline, back.centreline])
    var nearest = 9.0
    try run.run(seconds: 20) { world in
      nearest = min(
        nearest,
        Vector2(world.agents.x[0], world.agents.y[0]).distance(
          to: Vector2(world.agents.x[1], world.agents.y[1])))
      #expect(world.agents.speed[0] > 0.8 && world.agents.speed[1] > 0.8)
    }
    #expect(nearest > 0.8 && nearest < 2)
  }

  /// The faster one behind goes round the slower one.
  @Test func peopleOvertake() throws {
    let map = try TrafficWorlds.map("straight", ["sidewalks": .flag(true)])
    let walk = try #require(map.lane(id: "main_walk"))
    let planner = WalkPlanner(map)
    let routes = try [10.0, 14.0].map { s in
      try planner.route(
        from: WalkPlace(lane: walk.index, arcLength: s),
        to: [WalkPlace(lane: walk.index, arcLength: 200)])
    }
    var slow = Self.even
    slow["speed"] = .number(0.7)
    var run = try TrafficRun(
      map,
      [
        .init(
          spec: Self.walker("a", path: 0), policy: "walker", parameters: Self.even,
          route: routes[0]),
        .init(
          spec: Self.walker("b", path: 1), policy: "walker", parameters: slow, route: routes[1]),
      ], paths: routes.map(\.centreline))
    try run.run(seconds: 30) { #expect(TrafficWorlds.collisions($0) == []) }
    #expect(run.world.agents.x[0] > run.world.agents.x[1] + 5)
  }

  /// Speeds are drawn with mean 1.34 m/s and deviation 0.26 m/s: of 300 the mean is within four
  /// standard errors of 0.015 m/s.
  @Test func speedsAreDrawn() throws {
    var members: [TrafficRun.Member] = []
    var paths: [Polyline] = []
    for k in 0..<300 {
      members.append(.init(spec: Self.walker("w\(k)", path: k), policy: "walker"))
      paths.append(line([(0, 20 * Double(k)), (100, 20 * Double(k))]))
    }
    var run = try TrafficRun(emptyMap, members, paths: paths)
    try run.run(seconds: 6)
    let speeds = run.world.agents.speed
    let mean = speeds.reduce(0, +) / 300
    #expect((mean - 1.34).magnitude < 0.06)
    let variance = speeds.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 300
    #expect((variance.squareRoot() - 0.26).magnitude < 0.05)
  }
}
