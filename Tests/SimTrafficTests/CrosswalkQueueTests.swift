import SimCore
import SimGeometry
import SimMap
import SimWorld
import Testing

@testable import SimTraffic

/// Vehicles and walkers at crosswalks where somebody has to wait for others.
@Suite struct CrosswalkQueueTests {
  /// A four-way junction with crosswalks, and the ways over it from the west, which goes first, and
  /// from the south.
  private struct Crossing {
    let map: LaneGraph
    let major: SimMap.Route
    let minor: SimMap.Route

    init() throws {
      map = try TrafficWorlds.map(
        "four_way",
        ["control": .text("priority"), "sidewalks": .flag(true), "crosswalks": .flag(true)])
      major = try TrafficWorlds.route(map, ids: JunctionTests.ways[0])
      minor = try TrafficWorlds.route(map, ids: JunctionTests.ways[7])
    }
  }

  /// A car from the south gives way to a stream from the west that goes by for a while. The zones
  /// in which they meet begin some metres behind the crosswalk at the mouth of its lane: it waits
  /// before that crosswalk, not on it, and then goes.
  @Test func waitsBeforeTheCrosswalk() throws {
    let crossing = try Crossing()
    let (map, major, minor) = (crossing.map, crossing.major, crossing.minor)
    let (end, length) = (map.lanes[major.lanes[0]].length, map.lanes[minor.lanes[0]].length)
    var members = (0..<6).map { k in
      TrafficRun.Member(
        spec: TrafficWorlds.car("major\(k)", path: 0, s: end - 5 - 14 * Double(k), speed: 5),
        policy: "idm", parameters: ["desired_speed": .number(5)], route: major)
    }
    members.append(
      .init(
        spec: TrafficWorlds.car("minor", path: 1, s: length - 40, speed: 8), policy: "idm",
        route: minor))
    // Somebody far away: where nobody walks nobody minds crosswalks.
    members.append(.init(spec: WalkerTests.walker("walker", path: 2), policy: "walker"))
    var run = try TrafficRun(
      map, members,
      paths: [major.centreline, minor.centreline, line([(500, 500), (600, 500)])])
    let car = try run.row("minor")
    var stood = 0
    try run.run(seconds: 60) { world in
      #expect(TrafficWorlds.collisions(world) == [])
      guard world.agents.present[car] != 0, world.agents.speed[car] < 0.1 else { return }
      stood += 1
      let box = world.agents.box(car).cornerArray
      for crosswalk in map.crosswalks {
        #expect(!box.contains { crosswalk.polygon.contains($0) }, "tick \(world.tick)")
      }
    }
    #expect(stood > 10)
    #expect(run.world.agents.present[car] == 0 || run.world.agents.arcLength[car] > length + 30)
  }

  /// A car comes to a crosswalk at the mouth of a junction and is let in, since one from the west
  /// will be gone in time. That one stops where their ways cross: the car can still stop at its
  /// line, if only just, and does, before the crosswalk, not behind it in the junction.
  @Test(arguments: [32, 40, 48]) func stopsAtTheLineThoughItIsLetIn(_ tick: Int) throws {
    let crossing = try Crossing()
    let (map, major, minor) = (crossing.map, crossing.major, crossing.minor)
    let (end, line) = (map.lanes[major.lanes[0]].length, map.lanes[minor.lanes[0]].length)
    let far = try #require(Polyline([Vector2(500, 500), Vector2(600, 500)]))
    var run = try TrafficRun(
      map,
      [
        .init(
          spec: TrafficWorlds.car("major", path: 0, s: end - 8, speed: 5), policy: "idm",
          parameters: ["desired_speed": .number(5)], route: major),
        .init(
          spec: TrafficWorlds.car("minor", path: 1, s: line - 26, speed: 9), policy: "idm",
          route: minor),
        // Somebody far away: where nobody walks nobody minds crosswalks.
        .init(spec: WalkerTests.walker("walker", path: 2), policy: "walker"),
      ],
      paths: [major.centreline, minor.centreline, far])
    let (first, second) = (try run.row("major"), try run.row("minor"))
    for _ in 0..<300 {
      try run.step { commands, world in
        guard world.tick >= tick, world.tick < tick + 80 else { return }
        commands.acceleration[first] = world.agents.speed[first] > 0 ? -5 : 0
      }
      let agents = run.world.agents
      #expect(TrafficWorlds.collisions(run.world) == [])
      if agents.present[second] != 0, agents.speed[second] < 0.1 {
        #expect(agents.arcLength[second] + 2.4 < line + 0.2, "tick \(run.world.tick)")
      }
    }
    #expect(
      run.world.agents.present[second] == 0 || run.world.agents.arcLength[second] > line + 30)
  }

  /// Beside the kerb at which a walker waits stands a lorry, 0.5 m from the walker's middle: it
  /// steps back to where the tail would not touch it (1.2 m), though it wants to cross. So it does
  /// at first 0.4 m behind the tail, which is at x = 95, before it walks round that.
  @Test(arguments: [100, 94.6]) func stepsBackFromTheSideOfALorry(_ x: Double) throws {
    let map = try TrafficWorlds.map("straight", ["lanes": .integer(1), "length": .number(400)])
    let lane = map.lanes[0].centreline
    var run = try TrafficRun(
      map,
      [
        // Its side is at y = -1.4.
        .init(
          spec: TrafficWorlds.car(
            "lorry", path: 0, s: 100, speed: 0, offset: -0.45, length: 10, agentClass: .truck),
          policy: "constant_speed", parameters: ["speed": .number(0)]),
        .init(
          spec: WalkerTests.walker("walker", path: 1, s: 2.1), policy: "walker",
          parameters: WalkerTests.even),
      ], paths: [lane, line([(x, -4), (x, 8)])])
    let walker = try run.row("walker")
    var farthest = 0.0
    try run.run(seconds: 10) { world in
      let agents = world.agents
      farthest = min(farthest, agents.speed[walker])
      #expect(agents.speed[walker] >= -CommandBuffer.backwardSpeed)
    }
    #expect(farthest < -0.1)
    if x > 95 { #expect(run.world.agents.y[walker] < -1.4 - 1.1) }
  }

  /// A walker in the middle of the road cannot get on: beyond the middle line, on y > 2.55, a long
  /// lorry stands across its way for ever. On this side a car waits for it, its front at x = 97.4,
  /// its corridor from y = -1.05 to 1.05. The walker stands 1.25 m before the lorry's side; after 6
  /// s it goes back, 2.9 m at 0.4 m/s: at the latest 9 s later it is at the kerb, y = -1.4; and the
  /// car, which waits for 3 s for those who only stand there, drives on.
  @Test func whoCannotGetOnLetsTheOthersGo() throws {
    let map = try TrafficWorlds.map(
      "two_way",
      [
        "lanes": .integer(1), "length": .number(250), "sidewalks": .flag(true),
        "crosswalk_at": .number(100), "speed_limit": .number(50 / 3.6),
      ])
    let route = try TrafficWorlds.route(map, ids: ["main.1"])
    var run = try TrafficRun(
      map,
      [
        .init(spec: TrafficWorlds.car("car", path: 0, s: 95, speed: 0), policy: "idm", route: route),
        .init(
          spec: TrafficWorlds.car(
            "lorry", path: 2, s: 100, speed: 0, length: 26, agentClass: .truck),
          policy: "constant_speed", parameters: ["speed": .number(0)]),
        .init(
          spec: WalkerTests.walker("walker", path: 1, s: 3.6), policy: "walker",
          parameters: WalkerTests.even),
      ],
      paths: [
        route.centreline, line([(100, -2.75), (100, 9.75)]), line([(0, 3.5), (250, 3.5)]),
      ])
    let car = try run.row("car")
    let walker = try run.row("walker")
    var backAt = Int.max
    try run.run(seconds: 60) { world in
      #expect(TrafficWorlds.collisions(world) == [])
      if world.agents.y[walker] < -1.35 { backAt = min(backAt, world.tick) }
      // It stands in the car's way before.
      if world.tick < 60 { #expect(world.agents.x[car] < 98) }
    }
    #expect(backAt > 60)
    #expect(backAt < 170)
    #expect(run.world.agents.present[car] == 0 || run.world.agents.x[car] > 105)
  }

  /// A car comes past within a step of somebody who is on the way across and does not look: it does
  /// not walk into the car's side.
  @Test func doesNotWalkIntoSides() throws {
    for start in stride(from: 40.0, through: 95, by: 2.5) {
      var run = try WalkerTests.road(
        car: start, ["speed_deviation": .number(0), "gap_factor": .number(0)])
      let walker = try run.row("walker")
      let car = try run.row("car")
      try run.run(seconds: 20) { world in
        guard world.agents.present[walker] != 0, world.agents.present[car] != 0 else { return }
        #expect(
          !world.agents.box(walker).overlaps(world.agents.box(car)), "car from \(start)")
      }
    }
  }

  /// Who stands before walkers has its turn from 15 s to 25 s, and if it still stands after half a
  /// minute, 20 s of each half minute; in a junction it counts as having stood for 9 s more.
  @Test func whoStillStandsHasLongerTurns() {
    let courtesy = GateWatch.Courtesy(TickClock())
    #expect(courtesy.sooner == 90)
    let turns: [ClosedRange<Int32>] = [151...250, 321...520, 621...820, 921...1120]
    for stood in Int32(0)...1200 {
      let isDue = turns.contains { $0.contains(stood) }
      #expect(courtesy.isDue(stood) == isDue, "after \(stood) ticks")
    }
  }
}
