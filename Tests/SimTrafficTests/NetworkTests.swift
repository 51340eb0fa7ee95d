import SimCore
import SimGeometry
import SimMap
import SimStack
import SimTraffic
import SimWorld
import Testing

/// Many drivers on whole maps: nobody collides, and nobody is stuck for good.
@Suite struct NetworkTests {
  struct Town: CustomTestStringConvertible, Sendable {
    var template: String
    var values: [String: ParameterValues.Value]
    var cars: Int
    var seconds: Double
    var seed: UInt64
    var testDescription: String {
      "\(template) \(values.map { "\($0)=\($1)" }.sorted()), seed \(seed)"
    }
  }

  static let towns: [Town] =
    ["signals", "priority", "uncontrolled", "all_way_stop"].flatMap { control in
      [1, 2].map { seed in
        Town(
          template: "urban_grid", values: ["control": .text(control), "lanes": .integer(1)],
          cars: 40, seconds: 120, seed: seed)
      }
    } + [
      Town(
        template: "urban_grid", values: ["control": .text("signals"), "lanes": .integer(2)],
        cars: 80, seconds: 90, seed: 3),
      Town(template: "roundabout", values: [:], cars: 24, seconds: 150, seed: 1),
      Town(template: "roundabout", values: [:], cars: 24, seconds: 150, seed: 2),
      Town(template: "t_junction", values: [:], cars: 16, seconds: 120, seed: 1),
      Town(
        template: "highway", values: ["on_ramp": .flag(true), "off_ramp": .flag(true)], cars: 40,
        seconds: 60, seed: 1),
      Town(template: "parking_lot", values: [:], cars: 8, seconds: 120, seed: 1),
    ]

  /// Cars on random places of random lanes, at least 14 m apart, on random walks.
  static func run(_ town: Town) throws -> TrafficRun {
    let map = try TrafficWorlds.map(town.template, town.values)
    let random = CounterRandom(seed: town.seed)
    let starts = map.lanes.filter { !$0.isConnector && $0.kind.isDrivable && $0.length > 20 }
    var members: [TrafficRun.Member] = []
    var paths: [Polyline] = []
    var taken: [Vector2] = []
    var attempt = 0
    while members.count < town.cars && attempt < 50 * town.cars {
      attempt += 1
      func draw(_ index: Int) -> Double {
        random.uniform(
          RandomPurpose("test.town"), stream: UInt64(attempt), tick: 0, index: index)
      }
      let lane = starts[min(Int(draw(0) * Double(starts.count)), starts.count - 1)]
      let s = 6 + draw(1) * (lane.length - 14)
      let place = lane.centreline.point(at: s)
      if taken.contains(where: { $0.distance(to: place) < 14 }) { continue }
      let route = try TrafficWorlds.walk(
        map, from: lane.index, length: 1_500, random: random, stream: UInt64(attempt))
      taken.append(place)
      let number = String(1_000 + members.count)
      let isTruck = draw(2) < 0.15
      members.append(
        .init(
          spec: TrafficWorlds.car(
            "c" + number, path: paths.count, s: s, speed: 4 * draw(3),
            length: isTruck ? 10 : 4.8, agentClass: isTruck ? .truck : .car),
          policy: "idm", parameters: ["speed_factor": .number(0.85 + 0.3 * draw(4))],
          route: route))
      paths.append(route.centreline)
    }
    return try TrafficRun(map, members, paths: paths)
  }

  @Test(arguments: towns) func trafficFlowsWithoutCollisions(_ town: Town) throws {
    var run = try Self.run(town)
    #expect(run.world.count > town.cars / 2)
    var collisions: [String] = []
    var lastMoved = [Int](repeating: 0, count: run.world.count)
    var longest = 0
    try run.run(seconds: town.seconds) { world in
      if collisions.isEmpty { collisions = TrafficWorlds.collisions(world) }
      for row in 0..<world.count {
        if world.agents.present[row] == 0 || world.agents.speed[row] > 0.2 {
          lastMoved[row] = world.tick
        }
        longest = max(longest, world.tick - lastMoved[row])
      }
    }
    #expect(collisions.isEmpty, "\(collisions.first ?? "")")
    #expect(longest < 600, "somebody stood for \(Double(longest) / 10) s")
  }

  /// The same world gives the same hashes, whether one policy serves all or the step is repeated.
  @Test func runsRepeatToTheBit() throws {
    let town = Self.towns[0]
    var first = try Self.run(town)
    var second = try Self.run(town)
    var a: UInt64 = 0
    var b: UInt64 = 0
    for _ in 0..<200 {
      try first.step()
      try second.step()
      a = first.world.stateHash(chaining: a)
      b = second.world.stateHash(chaining: b)
    }
    #expect(a == b)
  }
}
