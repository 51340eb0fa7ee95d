import SimCore
import SimGeometry
import SimMap
import SimStack
import SimWorld
import Testing

@testable import SimTraffic

/// Cars at crosswalks, and cars and cyclists on one lane.
@Suite struct CrosswalkTests {
  /// A two-way road with a crosswalk from x = 98.5 to 101.5 and a car on it that starts at `s`.
  static func road(
    car s: Double, speed: Double, walker: AgentSpec, policy: String?,
    _ parameters: [String: ParameterValues.Value] = WalkerTests.even, path: Polyline
  ) throws -> TrafficRun {
    let map = try TrafficWorlds.map(
      "two_way",
      [
        "lanes": .integer(1), "length": .number(250), "sidewalks": .flag(true),
        "crosswalk_at": .number(100), "speed_limit": .number(50 / 3.6),
      ])
    let route = try TrafficWorlds.route(map, ids: ["main.1"])
    return try TrafficRun(
      map,
      [
        .init(
          spec: TrafficWorlds.car("car", path: 0, s: s, speed: speed), policy: "idm", route: route),
        .init(spec: walker, policy: policy, parameters: parameters),
      ], paths: [route.centreline, path])
  }

  /// The walker waits at the kerb, since the car would be there in 4 s; the car sees it stand
  /// there, stops with its front a metre before the stripes, at 97.5, and drives on when it is
  /// across.
  @Test func givesWayToWhoStandsAtTheKerb() throws {
    var run = try Self.road(
      car: 50, speed: 12, walker: WalkerTests.walker("walker", path: 1), policy: "walker",
      path: line([(100, -2.3), (100, 7)]))
    let car = try run.row("car")
    let walker = try run.row("walker")
    var slowest = 99.0
    var hardest = 0.0
    var across = false
    try run.run(seconds: 25) { world in
      #expect(TrafficWorlds.collisions(world) == [])
      slowest = min(slowest, world.agents.speed[car])
      hardest = min(hardest, world.agents.acceleration[car])
      let isOn = world.agents.present[walker] != 0 && world.agents.y[walker] > -1.75
      if isOn && world.agents.y[walker] < 1.2 {
        #expect(world.agents.x[car] + 2.4 < 97.8)
        across = true
      }
    }
    #expect(across)
    #expect(slowest < 2)
    #expect(hardest > -4.5)
    #expect(run.world.agents.present[car] == 0 || run.world.agents.x[car] > 150)
  }

  /// Forty walkers cross one after the other, 3 m (2.2 s) apart, for 90 s in all: never is there a
  /// gap for a car. When it has stood for 15 s those at the kerb let it go; the last ones are
  /// across long after.
  @Test func walkersLetGoWhoHasWaitedForLong() throws {
    let map = try TrafficWorlds.map(
      "two_way",
      [
        "lanes": .integer(1), "length": .number(250), "sidewalks": .flag(true),
        "crosswalk_at": .number(100), "speed_limit": .number(50 / 3.6),
      ])
    let route = try TrafficWorlds.route(map, ids: ["main.1"])
    var members = [
      TrafficRun.Member(
        spec: TrafficWorlds.car("car", path: 0, s: 50, speed: 12), policy: "idm", route: route)
    ]
    // Along the edge of the road from x = -30, then across.
    for k in 0..<40 {
      members.append(
        .init(
          spec: WalkerTests.walker("walker\(10 + k)", path: 1, s: 126 - 3 * Double(k), speed: 1.3),
          policy: "walker", parameters: WalkerTests.even))
    }
    var run = try TrafficRun(
      map, members, paths: [route.centreline, line([(-30, -3.4), (100, -3.4), (100, 9)])])
    let car = try run.row("car")
    var passedAt = Int.max
    try run.run(seconds: 120) { world in
      let agents = world.agents
      #expect(TrafficWorlds.collisions(world).filter { $0.contains("car") } == [])
      if passedAt == .max && (agents.present[car] == 0 || agents.x[car] > 105) {
        passedAt = world.tick
      }
    }
    #expect(passedAt < 400)
    #expect(!run.world.agents.present.contains(1))
  }

  /// Somebody who only stands there is waited for three seconds: beside what the car takes to come
  /// to rest and to set out below 0.3 m/s, which is as much again.
  @Test func doesNotWaitForEver() throws {
    var run = try Self.road(
      car: 50, speed: 12,
      walker: AgentSpec(
        id: "walker", agentClass: .pedestrian, length: 0.5, width: 0.6, motion: .fixed,
        centre: Pose2(x: 100, y: -2.4, heading: 0.5 * .pi)), policy: nil,
      path: line([(100, -2.3), (100, 7)]))
    let car = try run.row("car")
    var stood = 0
    try run.run(seconds: 30) { world in
      if world.agents.speed[car] < 0.3 { stood += 1 }
    }
    #expect(stood > 30 && stood < 80)
    #expect(run.world.agents.present[car] == 0 || run.world.agents.x[car] > 110)
  }

  /// Somebody who walks past along the road is no reason to stop.
  @Test func walksPast() throws {
    var run = try Self.road(
      car: 50, speed: 12, walker: WalkerTests.walker("walker", path: 1, s: 10, speed: 1.3),
      policy: "walker", path: line([(80, -2.9), (140, -2.9)]))
    let car = try run.row("car")
    try run.run(seconds: 8) { #expect($0.agents.speed[car] > 10) }
  }

  /// A car that turns right on green stops for a walker who has green too.
  @Test func turnsGiveWayOnParallelGreen() throws {
    let (map, walk) = try WalkerTests.junction("south_in_walk", 50, to: "south_out_walk", 30)
    let route = try TrafficWorlds.route(map, ids: ["west_in.1", "west_to_south.1", "south_out.1"])
    var run = try TrafficRun(
      map,
      [
        .init(
          spec: TrafficWorlds.car("car", path: 0, s: 15, speed: 8), policy: "idm", route: route),
        .init(
          spec: WalkerTests.walker("walker", path: 1, speed: 1.3), policy: "walker",
          parameters: WalkerTests.even, route: walk),
      ], paths: [route.centreline, walk.centreline])
    let car = try run.row("car")
    let walker = try run.row("walker")
    var stood = 0
    var wasOn = false
    try run.run(seconds: 40) { world in
      #expect(TrafficWorlds.collisions(world) == [])
      if world.agents.speed[car] < 0.5 { stood += 1 }
      wasOn =
        wasOn
        || map.isInDrivableArea(Vector2(world.agents.x[walker], world.agents.y[walker]))
    }
    #expect(wasOn && stood > 0)
    #expect(run.world.agents.present[car] == 0 || run.world.agents.y[car] < -25)
  }

  /// A lane of some width with a bicycle at its edge and a car behind.
  static func lane(width: Double) throws -> TrafficRun {
    let map = try TrafficWorlds.map(
      "straight",
      [
        "lanes": .integer(1), "length": .number(800), "lane_width": .number(width),
        "speed_limit": .number(12),
      ])
    let route = try TrafficWorlds.route(map, ids: ["main.1"])
    var bicycle = TrafficWorlds.car(
      "bicycle", path: 0, s: 100, speed: 4, length: 1.8, agentClass: .bicycle)
    bicycle.width = 0.75
    return try TrafficRun(
      map,
      [
        .init(
          spec: bicycle, policy: "idm",
          parameters: ["keep": .text("right"), "desired_speed": .number(4)], route: route),
        .init(
          spec: TrafficWorlds.car("car", path: 0, s: 20, speed: 10), policy: "idm", route: route),
      ], paths: [route.centreline])
  }

  /// The bicycle keeps 0.8 m from the edge. On 3.5 m its left side is at -0.575 m; 1.5 m and a car
  /// of 1.9 m do not fit beside it: the car follows.
  @Test func followsABicycleOnANarrowLane() throws {
    var run = try Self.lane(width: 3.5)
    let (car, bicycle) = (try run.row("car"), try run.row("bicycle"))
    try run.run(seconds: 40)
    #expect((run.world.agents.lateralOffset[bicycle] + 0.95).magnitude < 0.05)
    #expect(run.world.agents.x[car] < run.world.agents.x[bicycle])
    #expect((run.world.agents.speed[car] - 4).magnitude < 0.5)
  }

  /// On 6 m its left side is at -1.825 m: with 1.5 m of room the car's right side is at -0.305 m,
  /// its middle at 0.645 m.
  @Test func passesABicycleOnAWideLane() throws {
    var run = try Self.lane(width: 6)
    let (car, bicycle) = (try run.row("car"), try run.row("bicycle"))
    var least = 9.0
    try run.run(seconds: 40) { world in
      guard world.agents.present[car] != 0, world.agents.present[bicycle] != 0 else { return }
      if (world.agents.x[car] - world.agents.x[bicycle]).magnitude < 3.3 {
        least = min(
          least,
          world.agents.y[car] - world.agents.y[bicycle] - 0.5 * 1.9 - 0.5 * 0.75)
      }
    }
    #expect(run.world.agents.x[car] > run.world.agents.x[bicycle] + 20)
    #expect(least > 1.45 && least < 2.5)
  }
}
