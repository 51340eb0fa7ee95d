import SimCore
import SimGeometry
import SimMap
import SimStack
import SimTraffic
import SimWorld
import TestSupport
import Testing

/// Many who change lanes at once.
@Suite struct LaneChangeTrafficTests {
  /// Cars on a ring of three lanes, of different wishes and styles, drawn from a seed.
  static func ring(seed: UInt64, cars: Int, metresPerCar: Double) throws -> TrafficRun {
    let random = CounterRandom(seed: seed)
    let purpose = RandomPurpose("test.ring")
    let length = metresPerCar * Double(cars) / 3
    let map = try TrafficWorlds.map(
      "ring",
      [
        "circumference": .number(length), "lanes": .integer(3), "speed_limit": .number(25),
        "sections": .integer(6),
      ])
    let planner = RoutePlanner(map)
    let ways = try (0..<3).map { lane in
      TrafficWay(
        route: try planner.closedRoute(fromLane: lane), path: lane, family: 0, endsShort: false)
    }
    let perLane = cars / 3
    let members = (0..<3 * perLane).map { i in
      let stream = UInt64(i)
      let lane = i % 3
      let lap = ways[lane].route.centreline.length
      let pitch = lap / Double(perLane)
      let isLorry = random.happens(0.15, purpose, stream: stream, tick: 0, index: 0)
      let s =
        pitch * (Double(i / 3) + 0.5)
        + random.uniform(purpose, in: -1...1, stream: stream, tick: 0, index: 1)
      return TrafficRun.Member(
        spec: TrafficWorlds.car(
          "c" + String(1000 + i), path: lane, s: s,
          speed: random.uniform(purpose, in: 4...9, stream: stream, tick: 0, index: 2),
          length: isLorry ? 10 : 4.8, agentClass: isLorry ? .truck : .car),
        policy: "idm",
        parameters: [
          "lane_change": .text("mobil"), "style": .text("mixed"),
          "politeness": .number(
            random.uniform(purpose, in: 0...0.5, stream: stream, tick: 0, index: 3)),
          "speed_factor": .number(
            random.uniform(purpose, in: 0.6...1.2, stream: stream, tick: 0, index: 4)),
          "keep_behind": .flag(i % 4 == 0),
        ], route: ways[lane].route, family: 0)
    }
    return try TrafficRun(
      map, members, paths: ways.map(\.route.centreline), ways: ways)
  }

  struct Case: CustomTestStringConvertible, Sendable {
    var seed: UInt64
    var metresPerCar: Double
    var testDescription: String { "seed \(seed), \(metresPerCar) m a car and lane" }
  }

  static let cases = (0..<10).map { Case(seed: $0, metresPerCar: [22.0, 30, 45, 70][Int($0) % 4]) }

  /// Five minutes: nobody touches anybody, nobody leaves the road, nobody does what its class
  /// cannot, and some do change lanes.
  @Test(arguments: cases) func denseRingIsSafe(_ this: Case) throws {
    var run = try Self.ring(seed: this.seed, cars: 60, metresPerCar: this.metresPerCar)
    let radii = (0..<3).map { lane -> Double in
      let line = run.world.paths[lane]
      return line.length / (2 * .pi)
    }
    let centre = Vector2(0, radii[0])
    var paths = run.world.agents.path
    var changes = 0
    var headings = run.world.agents.heading
    for tick in 0..<3_000 {
      try run.step()
      let agents = run.world.agents
      for row in 0..<agents.count {
        if agents.path[row] != paths[row] { changes += 1 }
        let limits = agents.classes[row].limits
        #expect(agents.acceleration[row] >= -limits.maxDeceleration - 1e-9)
        #expect(agents.acceleration[row] <= limits.maxAcceleration + 1e-9)
        let radius = Vector2(agents.x[row], agents.y[row]).distance(to: centre)
        #expect(radius < radii[0] + 0.6 && radius > radii[2] - 0.6)
        let turn = ExactMath.wrapAngle(agents.heading[row] - headings[row])
        #expect(abs(turn) < 0.1, "a jerk of \(turn) rad at tick \(tick)")
      }
      paths = agents.path
      headings = agents.heading
      let hits = TrafficWorlds.collisions(run.world)
      #expect(hits.isEmpty, "\(hits.first ?? "")")
      if !hits.isEmpty { break }
    }
    // Evenly full lanes give nobody a reason (SUMO counts none there either).
    if this.metresPerCar > 40 { #expect(changes > 5) }
  }

  /// The bits are the same in debug and optimised code, on any machine.
  @Test func bitsOfTheRingLoad() throws {
    let load = try RingLoad(.ringF, cars: 60)
    var world = load.makeWorld()
    var policy = try load.makePolicy()
    var commands = world.makeCommands()
    var hash: UInt64 = 0
    for tick in 0..<300 {
      commands.clear()
      let view = world.view
      try policy.decide(
        Array(0..<60), view, into: &commands,
        in: TickContext(clock: view.clock, tick: tick, random: CounterRandom(seed: 0), stream: 0))
      try world.step(commands)
      hash = world.stateHash(chaining: hash)
    }
    #expect(StateHash.text(hash) == "e309a613ec29060f")
  }

  /// A driver whom the policy is not asked for does not move over, and nothing breaks.
  @Test func somebodyElseMayDecide() throws {
    let road = try LaneChangeTests.Road.straight(2)
    var run = try road.run([
      road.driver("car", lane: 1, s: 50, speed: 25, wants: 28),
      road.driver("lorry", lane: 1, s: 120, speed: 15, wants: 15, ["lane_change": .text("none")]),
    ])
    let lorry = try run.row("lorry")
    run.groups[0].rows = [lorry]
    try run.run(seconds: 5) { world in
      #expect(world.agents.path == [0, 0])
      #expect(world.agents.lateralOffset == [0, 0])
    }
  }
}
