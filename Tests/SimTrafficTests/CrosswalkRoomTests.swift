import SimCore
import SimGeometry
import SimMap
import SimStack
import SimWorld
import Testing

/// Drivers before a crosswalk and walkers on it who step back, and how much room each leaves.
@Suite struct CrosswalkRoomTests {
  /// A car stands a metre before a crosswalk, in the middle of its lane (y = 0): what it sweeps
  /// over, with room, reaches from y = -1.6 to 1.6. A walker on the crosswalk goes backward at
  /// 0.4 m/s. From y = 1.7 on, facing the car, it comes no nearer: the car sets out at once (at
  /// 1.5 m/s^2 it has 1 m/s within a second). From y = 5 on, facing away, it comes nearer and might
  /// be in the way before the car is through (9 m take it 3.5 s): the car waits until it is out at
  /// the other side, beyond y = -1.6, 6.6 m or 16.5 s later.
  @Test(arguments: [(1.7, 0.4), (5, -0.4)])
  func heedsWhereSomebodyGoesNotWhereItFaces(_ y: Double, _ speed: Double) throws {
    let map = try TrafficWorlds.map(
      "two_way",
      [
        "lanes": .integer(1), "length": .number(250), "sidewalks": .flag(true),
        "crosswalk_at": .number(100), "speed_limit": .number(50 / 3.6),
      ])
    let route = try TrafficWorlds.route(map, ids: ["main.1"])
    let places = (0...220).map { y + 0.1 * speed * Double($0) }
    let heading = speed > 0 ? -0.5 * Double.pi : 0.5 * Double.pi
    let track = RecordedTrack(
      present: places.map { _ in 1 }, x: places.map { _ in 100 }, y: places,
      heading: places.map { _ in heading }, speed: places.map { _ in -0.4 },
      acceleration: places.map { _ in 0 })
    var run = try TrafficRun(
      map,
      [
        .init(
          spec: TrafficWorlds.car("car", path: 0, s: 95.1, speed: 0), policy: "idm", route: route),
        .init(
          spec: AgentSpec(
            id: "walker", agentClass: .pedestrian, length: 0.5, width: 0.6, motion: .placed,
            centre: Pose2(x: 100, y: y, heading: heading), speed: -0.4),
          policy: "replay", recording: track),
      ], paths: [route.centreline])
    let car = try run.row("car")
    var setOutAt = Int.max
    try run.run(seconds: 20) { world in
      if world.agents.speed[car] > 1 { setOutAt = min(setOutAt, world.tick) }
    }
    if speed > 0 {
      #expect(setOutAt < 15)
    } else {
      #expect(setOutAt > 160)
      #expect(setOutAt < 190)
    }
  }

  /// A car stands in a junction, its front a metre before the crosswalk at the end of it, and does
  /// not go; a walker comes to that kerb when it has stood for 8 s. Others wait until the junction
  /// is free, so those at the kerb let it go from the 6th to the 16th second: then it is their
  /// turn.
  @Test func letsOutWhoStandsInAJunction() throws {
    let map = try TrafficWorlds.map(
      "four_way",
      [
        "control": .text("priority"), "sidewalks": .flag(true), "crosswalks": .flag(true),
        "length": .number(60),
      ])
    let way = try TrafficWorlds.route(map, ids: JunctionTests.ways[0])
    let walks = WalkPlanner(map)
    let ends = try ["east_in_walk", "east_out_walk"].map { try #require(map.laneIndex(id: $0)) }
    let walk = try walks.route(
      from: WalkPlace(lane: ends[0], arcLength: 55), to: [WalkPlace(lane: ends[1], arcLength: 20)])
    let crosswalk = try #require(walk.lanes.firstIndex { map.lanes[$0].kind == .crosswalk })
    // Where the car's way comes to the crosswalk, in the last part of the junction.
    let middle = walk.centreline.point(at: walk.laneStarts[crosswalk] + 5)
    let polygon = try #require(map.crosswalks.first { $0.polygon.contains(middle) }).polygon
    let stripes = try #require(
      stride(from: way.laneStarts[1] + 5, to: way.centreline.length, by: 0.1).first {
        polygon.contains(way.centreline.point(at: $0))
      })
    var run = try TrafficRun(
      map,
      [
        .init(
          spec: TrafficWorlds.car("car", path: 0, s: stripes - 3.4, speed: 0),
          policy: "constant_speed", parameters: ["speed": .number(0)]),
        .init(
          spec: WalkerTests.walker("walker", path: 1, s: walk.laneStarts[crosswalk] - 2),
          policy: "walker",
          parameters: ["speed_deviation": .number(0), "start_delay": .number(8)], route: walk),
      ], paths: [way.centreline, walk.centreline])
    let walker = try run.row("walker")
    var onRoadAt = Int.max
    try run.run(seconds: 25) { world in
      if world.agents.arcLength[walker] > walk.laneStarts[crosswalk] + 2 {
        onRoadAt = min(onRoadAt, world.tick)
      }
    }
    #expect(onRoadAt > 160)
    #expect(onRoadAt < 200)
  }

  /// A vehicle comes by at 10 m/s; its front is at the walker's way after 4 s. Nobody gives way, so
  /// the walker waits, with its middle 0.7 m before the edge of the road, 1.75 m from the middle of
  /// the lane. On a circle (637 m round, a quarter a lane: they turn) it waits 1.7 m before the
  /// edge while a bus, whose front corner swings over the edge, is less than 2 s away or passes by,
  /// until its tail has gone after 5.2 s. The way begins 6.5 m from the middle of the lane, so it
  /// has come 4.05 m or 3.05 m along it.
  @Test(arguments: [(false, 4.8, 4.05), (false, 12, 4.05), (true, 4.8, 4.05), (true, 12, 3.05)])
  func standsBackFromTheKerbForABusThatTurns(
    _ turns: Bool, _ length: Double, _ come: Double
  ) throws {
    let map =
      try turns
      ? TrafficWorlds.map("ring", ["lanes": .integer(1), "circumference": .number(637)])
      : TrafficWorlds.map("straight", ["lanes": .integer(1), "length": .number(400)])
    let way = map.lanes[0].centreline
    let middle = way.point(at: 100)
    let outward = way.direction(at: 100).left * -1
    let (start, end) = (middle + outward * 6.5, middle + outward * -8)
    var run = try TrafficRun(
      map,
      [
        .init(
          spec: TrafficWorlds.car(
            "bus", path: 0, s: 60 - 0.5 * length, speed: 10, length: length,
            agentClass: length > 8 ? .bus : .car),
          policy: "constant_speed"),
        .init(
          spec: WalkerTests.walker("walker", path: 1), policy: "walker",
          parameters: WalkerTests.even),
      ], paths: [way, line([(start.x, start.y), (end.x, end.y)])])
    let walker = try run.row("walker")
    try run.run(seconds: 4.4)
    // (A circle's edge is a chord: up to 0.1 m farther in.)
    #expect((run.world.agents.arcLength[walker] - come).magnitude < (turns ? 0.15 : 0.05))
    try run.run(seconds: 10)
    #expect(run.world.agents.present[walker] == 0 || run.world.agents.arcLength[walker] > 8.5)
  }

  /// A vehicle stands with its front 3 m before a walker's way, and the walker at the kerb, 0.7 m
  /// before the edge of the road, from y = -2.45 on; it would cross from 14.9 s on, but has not
  /// looked for half a second yet when the vehicle has stood for 15 s and is let go. Nobody knows
  /// whether a bus is going to turn: the walker steps back, until it is 1.7 m from the edge; that
  /// metre takes 2.5 s at 0.4 m/s. When its turn is over (25 s) it crosses.
  @Test(arguments: [4.8, 12]) func stepsBackFromTheKerbBeforeABusThatWaits(
    _ length: Double
  ) throws {
    let map = try TrafficWorlds.map("straight", ["lanes": .integer(1), "length": .number(400)])
    var run = try TrafficRun(
      map,
      [
        .init(
          spec: TrafficWorlds.car(
            "bus", path: 0, s: 97 - 0.5 * length, speed: 0, length: length,
            agentClass: length > 8 ? .bus : .car),
          policy: "constant_speed", parameters: ["speed": .number(0)]),
        .init(
          spec: WalkerTests.walker("walker", path: 1, s: 2.55), policy: "walker",
          parameters: ["speed_deviation": .number(0), "start_delay": .number(14.9)]),
      ], paths: [map.lanes[0].centreline, line([(100, -5), (100, 8)])])
    let walker = try run.row("walker")
    try run.run(seconds: 20)
    let edge = -1.75
    #expect(
      (run.world.agents.y[walker] - (edge - (length > 8 ? 1.7 : 0.7))).magnitude < 0.1)
    try run.run(seconds: 12)
    #expect(run.world.agents.present[walker] == 0 || run.world.agents.y[walker] > 1.75)
  }

  /// Somebody is on the crosswalk at the far end of a junction, in the way of a car that has come
  /// to it from 10 m away. Where that one stands nobody knows for how long: there is no room behind
  /// the junction, and the car waits before it. If it walks (to and fro in the lane, at 1 m/s) it
  /// will have gone: the car drives on into the junction.
  @Test(arguments: [1.0, 0]) func doesNotWaitForRoomThatAWalkerTakes(_ speed: Double) throws {
    let map = try TrafficWorlds.map(
      "four_way",
      [
        "control": .text("priority"), "sidewalks": .flag(true), "crosswalks": .flag(true),
        "length": .number(60),
      ])
    let way = try TrafficWorlds.route(map, ids: JunctionTests.ways[0])
    let end = map.lanes[way.lanes[0]].length
    let far = try #require(
      stride(from: way.laneStarts[1] + 5, to: way.centreline.length, by: 0.1).first { s in
        map.crosswalks.contains { $0.polygon.contains(way.centreline.point(at: s)) }
      })
    let middle = way.centreline.point(at: far + 1)
    // A metre to either side, there and back in 4 s; as it faces first.
    let aside = (0...220).map { k in
      speed * (1 - (Double((k + 10) % 40) / 10 - 2).magnitude)
    }
    let track = RecordedTrack(
      present: aside.map { _ in 1 }, x: aside.map { _ in middle.x },
      y: aside.map { middle.y + $0 },
      heading: aside.indices.map { ($0 + 10) % 40 < 20 ? 0.5 * Double.pi : -0.5 * Double.pi },
      speed: aside.map { _ in speed }, acceleration: aside.map { _ in 0 })
    var run = try TrafficRun(
      map,
      [
        .init(
          spec: TrafficWorlds.car("car", path: 0, s: end - 12.4, speed: 0), policy: "idm",
          route: way),
        .init(
          spec: AgentSpec(
            id: "walker", agentClass: .pedestrian, length: 0.5, width: 0.6, motion: .placed,
            centre: Pose2(x: middle.x, y: middle.y, heading: 0.5 * Double.pi), speed: speed),
          policy: "replay", recording: track),
      ], paths: [way.centreline])
    let car = try run.row("car")
    try run.run(seconds: 20) { world in
      #expect(TrafficWorlds.collisions(world) == [])
    }
    #expect((run.world.agents.arcLength[car] > end + 5) == (speed > 0))
    #expect(run.world.agents.arcLength[car] < far - 2)
  }

  /// A walker on the road cannot get on, because a lorry stands across its way beyond the middle
  /// line; before it waits a motorcycle, 0.8 m wide, whose driver wants 1.6 m free on both sides of
  /// its middle as any does. After 6 s the walker goes back, 1.3 m + 1.75 m to the kerb at 0.4 m/s,
  /// not only 1 m beside the motorcycle; there it is waited for 3 s more at most: with the way to
  /// where it passes (4.4 s) the motorcycle is through within 25 s.
  @Test func goesBackAsFarAsTheDriverWants() throws {
    var run = try Self.blocked(lanes: 1, by: .motorcycle)
    let motorcycle = try run.row("waiting")
    try run.run(seconds: 25) { world in
      #expect(TrafficWorlds.collisions(world) == [])
    }
    let agents = run.world.agents
    #expect(agents.present[motorcycle] == 0 || agents.x[motorcycle] > 104)
  }

  /// The same on a road with two lanes each way, before a car on the left one: the walker goes back
  /// from before it, and stays on the road. The car sets out when it is free, after 6 s and 7 s,
  /// and is past it before the 21st second. The walker does not wait then until its 15 s are over:
  /// it goes on within two seconds.
  @Test func goesOnWhenTheVehicleHasGone() throws {
    var run = try Self.blocked(lanes: 2, by: .car)
    let car = try run.row("waiting")
    let walker = try run.row("walker")
    var passedAt = Int.max
    var wentOnAt = Int.max
    try run.run(seconds: 30) { world in
      let agents = world.agents
      if agents.present[car] == 0 || agents.x[car] > 104 { passedAt = min(passedAt, world.tick) }
      if passedAt < .max, agents.speed[walker] > 0.5 { wentOnAt = min(wentOnAt, world.tick) }
    }
    #expect(passedAt < 190)
    #expect(wentOnAt <= passedAt + 20)
  }

  /// A vehicle waits on the left lane for a walker, before whom a lorry stands for ever beyond the
  /// middle line.
  private static func blocked(lanes: Int, by agentClass: AgentClass) throws -> TrafficRun {
    let map = try TrafficWorlds.map(
      "two_way",
      [
        "lanes": .integer(lanes), "length": .number(250), "sidewalks": .flag(true),
        "crosswalk_at": .number(100), "speed_limit": .number(50 / 3.6),
      ])
    let route = try TrafficWorlds.route(map, ids: ["main.\(lanes)"])
    let y = route.centreline.point(at: 0).y
    let size = agentClass.typicalSize
    return try TrafficRun(
      map,
      [
        .init(
          spec: AgentSpec(
            id: "waiting", agentClass: agentClass, length: size.length, width: size.width,
            motion: .path, path: 0, arcLength: 97.4 - 0.5 * size.length),
          policy: "idm", route: route),
        .init(
          spec: TrafficWorlds.car(
            "lorry", path: 2, s: 100, speed: 0, length: 26, agentClass: .truck),
          policy: "constant_speed", parameters: ["speed": .number(0)]),
        .init(
          spec: WalkerTests.walker("walker", path: 1, s: 0.85 + 3.5 * Double(lanes - 1) + 2.75),
          policy: "walker", parameters: WalkerTests.even),
      ],
      paths: [
        route.centreline, line([(100, y - 3.5 * Double(lanes - 1) - 2.75), (100, y + 9.75)]),
        line([(0, y + 3.5), (250, y + 3.5)]),
      ])
  }
}
