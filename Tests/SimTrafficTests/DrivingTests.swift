import SimCore
import SimGeometry
import SimMap
import SimStack
import SimTraffic
import SimWorld
import Testing

/// Single drivers in small worlds.
@Suite struct DrivingTests {
  /// A straight road of two lanes; lane 1 lies along the x axis, lane 2 on its left.
  static func road(length: Double = 400, limit: Double = 50 / 3.6) throws -> LaneGraph {
    try TrafficWorlds.map(
      "straight",
      ["lanes": .integer(2), "length": .number(length), "speed_limit": .number(limit)])
  }

  /// One driver on lane 1 from s = 20 at 13 m/s, with others.
  static func run(
    with others: [TrafficRun.Member], on map: LaneGraph? = nil, speed: Double = 13,
    parameters: [String: ParameterValues.Value] = [:], paths: [Polyline] = []
  ) throws -> TrafficRun {
    let map = try map ?? road()
    let route = try TrafficWorlds.route(map, ids: ["main.1"])
    let driver = TrafficRun.Member(
      spec: TrafficWorlds.car("driver", path: 0, s: 20, speed: speed), policy: "idm",
      parameters: parameters, route: route)
    return try TrafficRun(map, [driver] + others, paths: [route.centreline] + paths)
  }

  /// What a driver did: place and speed at the end, hardest braking, and collisions.
  struct Trip {
    var front = 0.0
    var speed = 0.0
    var hardest = 0.0
    var fastest = 0.0
    var collisions: [String] = []
  }

  static func trip(_ run: inout TrafficRun, seconds: Double) throws -> Trip {
    var trip = Trip()
    let row = try run.row("driver")
    try run.run(seconds: seconds) { world in
      let agents = world.agents
      trip.collisions += TrafficWorlds.collisions(world)
      trip.hardest = min(trip.hardest, agents.acceleration[row])
      trip.fastest = max(trip.fastest, agents.speed[row])
      trip.front = agents.x[row] + 0.5 * agents.lengths[row]
      trip.speed = agents.speed[row]
    }
    return trip
  }

  /// The obstacle's near face is at x = 149; the gap at standstill is 2 m.
  @Test func haltsBehindAnObstacle() throws {
    var run = try Self.run(with: [.init(spec: TrafficWorlds.obstacle("o", x: 150, y: 0))])
    let trip = try Self.trip(&run, seconds: 60)
    #expect(trip.collisions.isEmpty)
    #expect(abs(trip.front - 147) < 0.15, "\(trip.front)")
    #expect(trip.speed < 0.05)
    #expect(trip.hardest > -3)
  }

  /// On lane 2, and just so far into lane 1 that a car of 1.9 m passes with more than 0.1 m.
  @Test(arguments: [3.5, 2.1]) func passesWhatIsBeside(_ y: Double) throws {
    var run = try Self.run(with: [.init(spec: TrafficWorlds.obstacle("o", x: 150, y: y))])
    let trip = try Self.trip(&run, seconds: 20)
    #expect(trip.hardest == 0)
    #expect(trip.collisions.isEmpty)
    #expect(trip.front > 250)
  }

  @Test func haltsForWhatReachesIntoItsCorridor() throws {
    var run = try Self.run(with: [.init(spec: TrafficWorlds.obstacle("o", x: 150, y: 1.9))])
    let trip = try Self.trip(&run, seconds: 60)
    #expect(abs(trip.front - 147) < 0.15)
  }

  /// A thing appears 20 m ahead of the bumper: 13.9^2 / 2 / 8 = 12 m of full braking suffice.
  @Test func brakesHardForWhatAppears() throws {
    let track = RecordedTrack(
      present: [UInt8](repeating: 0, count: 20) + [UInt8](repeating: 1, count: 200),
      x: [Double](repeating: 73, count: 220), y: [Double](repeating: 0, count: 220),
      heading: [Double](repeating: 0, count: 220), speed: [Double](repeating: 0, count: 220),
      acceleration: [Double](repeating: 0, count: 220))
    let spec = AgentSpec(
      id: "thing", agentClass: .genericObject, length: 2, width: 2, motion: .placed,
      isPresent: false)
    var run = try Self.run(with: [.init(spec: spec, policy: "replay", recording: track)])
    let trip = try Self.trip(&run, seconds: 20)
    #expect(trip.collisions.isEmpty)
    #expect(trip.hardest < -5 && trip.hardest > -8.001)
    #expect(trip.speed < 0.05)
  }

  /// A driven vehicle stands on the lane, its rear at 150 - 2.588 = 147.412.
  @Test func haltsBehindTheEgo() throws {
    let ego = AgentSpec(
      id: "ego", agentClass: .car, length: 5.176, width: 2.297, motion: .driven,
      centre: Pose2(x: 150, y: 0.3, heading: 0), vehicle: .pacifica)
    var run = try Self.run(with: [.init(spec: ego)])
    let trip = try Self.trip(&run, seconds: 60)
    #expect(trip.collisions.isEmpty)
    #expect(abs(trip.front - 145.412) < 0.15)
  }

  /// Behind an ego at 8 m/s: it keeps (2 + 8 * 1) / sqrt(1 - (8/13.9)^4) = 10.6 m.
  @Test func followsTheEgo() throws {
    let ego = AgentSpec(
      id: "ego", agentClass: .car, length: 5.176, width: 2.297, motion: .driven,
      centre: Pose2(x: 60, y: 0, heading: 0), speed: 8, vehicle: .pacifica)
    var run = try Self.run(with: [.init(spec: ego)], on: Self.road(length: 2_000))
    let trip = try Self.trip(&run, seconds: 100)
    let gap = run.world.agents.x[try run.row("ego")] - 2.588 - trip.front
    #expect(trip.collisions.isEmpty)
    #expect(abs(gap - 10.6) < 0.1, "\(gap)")
  }

  /// A walker steps onto the road and off again on the other side.
  @Test func letsAWalkerCross() throws {
    let walker = AgentSpec(
      id: "walker", agentClass: .pedestrian, length: 0.5, width: 0.6, motion: .path, speed: 1.4,
      path: 1)
    var run = try Self.run(
      with: [.init(spec: walker, policy: "constant_speed")],
      paths: [line([(95, -7), (95, 12)])])
    let trip = try Self.trip(&run, seconds: 25)
    #expect(trip.collisions.isEmpty)
    #expect(trip.hardest < -1)
    #expect(trip.front > 150)
  }

  /// A slow car cuts in from lane 2, as recorded.
  @Test func copesWithACutIn() throws {
    var track = RecordedTrack()
    for tick in 0...300 {
      let t = Double(tick) / 10
      track.present.append(1)
      track.x.append(45 + 8 * t)
      track.y.append(max(0, min(3.5, 3.5 - 1.2 * (t - 2))))
      track.heading.append(0)
      track.speed.append(8)
      track.acceleration.append(0)
    }
    let spec = AgentSpec(
      id: "cutter", agentClass: .car, length: 4.8, width: 1.9, motion: .placed,
      centre: Pose2(x: 45, y: 3.5, heading: 0), speed: 8)
    var run = try Self.run(with: [.init(spec: spec, policy: "replay", recording: track)])
    let trip = try Self.trip(&run, seconds: 20)
    #expect(trip.collisions.isEmpty)
    #expect(trip.hardest < -0.5)
    #expect(abs(trip.speed - 8) < 0.5)
  }

  @Test func keepsToTheLimitAndItsShareOfIt() throws {
    for (factor, expected) in [(1.0, 50 / 3.6), (0.8, 40 / 3.6)] {
      var run = try Self.run(
        with: [], on: Self.road(length: 2_000), speed: 5,
        parameters: ["speed_factor": .number(factor)])
      let trip = try Self.trip(&run, seconds: 60)
      #expect(trip.fastest <= expected * (1 + 1e-9))
      #expect(trip.speed > 0.99 * expected)
    }
  }

  /// Without a limit at most 10 m/s, or what it has at the start.
  @Test(arguments: [(5.0, 10.0), (17.0, 17.0)])
  func withoutALimitItKeepsItsOwn(_ speed: Double, _ expected: Double) throws {
    var builder = LaneGraphBuilder(name: "road")
    builder.add(
      LaneDraft(
        "main.1",
        shape: .centred([Vector2(0, 0), Vector2(1_000, 0)], widths: [3.5, 3.5])))
    var run = try Self.run(with: [], on: builder.buildMap(), speed: speed)
    let trip = try Self.trip(&run, seconds: 40)
    #expect(trip.fastest <= expected * (1 + 1e-9))
    #expect(abs(trip.speed - expected) < 0.1)
  }

  /// From 30 m/s to a lane of 50 km/h: it arrives with no more, and never brakes hard.
  @Test func slowsDownBeforeALowerLimit() throws {
    var builder = LaneGraphBuilder(name: "road")
    builder.add(
      LaneDraft(
        "main.1", shape: .centred([Vector2(0, 0), Vector2(400, 0)], widths: [3.5, 3.5]),
        speedLimit: 30, successors: ["town.1"]))
    builder.add(
      LaneDraft(
        "town.1", shape: .centred([Vector2(400, 0), Vector2(600, 0)], widths: [3.5, 3.5]),
        speedLimit: 13.9))
    let map = try builder.buildMap()
    let route = try TrafficWorlds.route(map, ids: ["main.1", "town.1"])
    var run = try TrafficRun(
      map,
      [
        .init(
          spec: TrafficWorlds.car("driver", path: 0, s: 20, speed: 30), policy: "idm",
          route: route)
      ], paths: [route.centreline])
    var hardest = 0.0
    var fastest = 0.0
    try run.run(seconds: 22) { world in
      hardest = min(hardest, world.agents.acceleration[0])
      if world.agents.x[0] >= 400 { fastest = max(fastest, world.agents.speed[0]) }
    }
    #expect(run.world.agents.x[0] > 400)
    #expect(fastest < 14.1, "\(fastest)")
    #expect(hardest > -2.01, "\(hardest)")
  }

  /// Lateral acceleration in a bend of 40 m radius stays near 2.5 m/s^2: 10 m/s.
  @Test func slowsDownForABend() throws {
    let map = try TrafficWorlds.map("curve", ["radius": .number(40), "speed_limit": .number(25)])
    let route = try TrafficWorlds.route(map, ids: ["main.1"])
    var run = try TrafficRun(
      map,
      [
        .init(
          spec: TrafficWorlds.car("driver", path: 0, s: 5, speed: 15), policy: "idm",
          route: route)
      ], paths: [route.centreline])
    var worst = 0.0
    var slowest = 100.0
    try run.run(seconds: 60) { world in
      guard world.agents.present[0] != 0 else { return }
      let s = world.agents.arcLength[0]
      guard s > 5, s < route.centreline.length - 5 else { return }
      // Curvature over 10 m, as a body would feel it.
      let turn = route.centreline.pose(at: s + 5).heading - route.centreline.pose(at: s - 5).heading
      let v = world.agents.speed[0]
      worst = max(worst, v * v * abs(turn) / 10)
      slowest = min(slowest, v)
    }
    #expect(worst < 2.5 * 1.15, "\(worst)")
    #expect(slowest > 9 && slowest < 10.5, "\(slowest)")
  }

  @Test func steersBackToTheMiddle() throws {
    let map = try Self.road()
    let route = try TrafficWorlds.route(map, ids: ["main.1"])
    var run = try TrafficRun(
      map,
      [
        .init(
          spec: TrafficWorlds.car("driver", path: 0, s: 20, speed: 10, offset: 1.2),
          policy: "idm", route: route)
      ], paths: [route.centreline])
    var last = 1.2
    try run.run(seconds: 12) { world in
      let offset = world.agents.lateralOffset[0]
      #expect(offset >= 0 && offset <= last && last - offset <= 0.05 + 1e-12)
      last = offset
    }
    #expect(last < 0.02)
  }

  /// Recorded from tick 12 on; its place is taken until the one that stands there has gone.
  @Test func appearsWithItsRecordingOnceThereIsRoom() throws {
    let map = try Self.road()
    let route = try TrafficWorlds.route(map, ids: ["main.1"])
    var late = TrafficWorlds.car("late", path: 0, s: 50, speed: 9)
    late.isPresent = false
    var track = RecordedTrack()
    for tick in 0..<200 {
      track.present.append(tick >= 12 ? 1 : 0)
      track.x.append(50 + 0.9 * Double(tick - 12))
      track.y.append(0)
      track.heading.append(0)
      track.speed.append(9)
      track.acceleration.append(0)
    }
    var run = try TrafficRun(
      map,
      [
        .init(spec: late, policy: "idm", route: route, recording: track),
        .init(
          spec: TrafficWorlds.car("first", path: 0, s: 48, speed: 0), policy: "constant_speed",
          parameters: ["speed": .number(6), "start_delay": .number(2)]),
      ], paths: [route.centreline])
    let row = try run.row("late")
    let first = try run.row("first")
    var appeared: Int?
    var collisions: [String] = []
    try run.run(seconds: 12) { world in
      collisions += TrafficWorlds.collisions(world)
      if appeared == nil, world.agents.present[row] != 0 {
        appeared = world.tick
        #expect(world.agents.x[row] == 50)
        #expect(world.agents.speed[row] == 9)
        // Ahead of it by a car's length and a bit.
        #expect(world.agents.x[first] - 50 > 5.8)
      }
    }
    #expect((appeared ?? 0) > 12)
    #expect(collisions.isEmpty, "\(collisions.first ?? "")")
    #expect(run.world.agents.present[row] == 1)
  }

  @Test func needsARouteThatIsItsPath() throws {
    let map = try Self.road()
    let route = try TrafficWorlds.route(map, ids: ["main.1"])
    let spec = TrafficWorlds.car("driver", path: 0, s: 20, speed: 10)
    #expect(throws: StageFailure.self) {
      try TrafficRun(map, [.init(spec: spec, policy: "idm")], paths: [route.centreline])
    }
    var run = try TrafficRun(
      map, [.init(spec: spec, policy: "idm", route: route)], paths: [line([(0, 0), (50, 0)])])
    #expect(throws: StageFailure.self) { try run.step() }
  }
}
