import SimCore
import SimGeometry
import SimMap
import SimStack
import SimTraffic
import SimWorld
import Testing

/// Drivers that meet each other where ways cross and merge.
@Suite struct JunctionTests {
  static let ways = [
    ["west_in.1", "west_to_east.1", "east_out.1"], ["west_in.1", "west_to_north.1", "north_out.1"],
    ["west_in.1", "west_to_south.1", "south_out.1"], ["east_in.1", "east_to_west.1", "west_out.1"],
    ["east_in.1", "east_to_south.1", "south_out.1"],
    ["north_in.1", "north_to_south.1", "south_out.1"],
    ["north_in.1", "north_to_east.1", "east_out.1"],
    ["south_in.1", "south_to_north.1", "north_out.1"],
    ["south_in.1", "south_to_west.1", "west_out.1"],
  ]

  /// Cars, each some metres before the end of its first lane.
  static func run(
    _ map: LaneGraph, _ cars: [(id: String, way: [String], before: Double, speed: Double)]
  ) throws -> TrafficRun {
    var members: [TrafficRun.Member] = []
    var paths: [Polyline] = []
    for car in cars {
      let route = try TrafficWorlds.route(map, ids: car.way)
      let length = map.lanes[route.lanes[0]].length
      members.append(
        .init(
          spec: TrafficWorlds.car(
            car.id, path: paths.count, s: length - car.before, speed: car.speed),
          policy: "idm", route: route))
      paths.append(route.centreline)
    }
    return try TrafficRun(map, members, paths: paths)
  }

  /// Every pair of ways, arriving at the same time and a little apart, by all rules.
  @Test(arguments: ["uncontrolled", "priority", "stop", "all_way_stop"])
  func twoCarsGetThroughWithoutACollision(_ control: String) throws {
    let map = try TrafficWorlds.map("four_way", ["control": .text(control)])
    for (i, first) in Self.ways.enumerated() {
      for second in Self.ways[(i + 1)...] where second[0] != first[0] {
        for lead in [0.0, 4, 9] {
          var run = try Self.run(
            map, [("a", first, 50, 11), ("b", second, 50 + lead, 11)])
          var collisions: [String] = []
          var hardest = 0.0
          try run.run(seconds: 40) { world in
            collisions += TrafficWorlds.collisions(world)
            hardest = min(hardest, world.agents.acceleration.min() ?? 0)
          }
          let what = "\(first[1]) and \(second[1]), \(lead) m apart"
          #expect(collisions.isEmpty, "\(what): \(collisions.first ?? "")")
          #expect(run.world.agents.present.allSatisfy { $0 == 0 }, "\(what): stuck")
          #expect(hardest > -5, "\(what): \(hardest) m/s^2")
        }
      }
    }
  }

  /// All four arms at once, all kinds of movements, and a second row behind them.
  @Test(arguments: ["uncontrolled", "priority", "stop", "all_way_stop", "signals"], 0..<6)
  func crowdsGetThrough(_ control: String, _ seed: Int) throws {
    let map = try TrafficWorlds.map("four_way", ["control": .text(control)])
    let random = CounterRandom(seed: UInt64(seed))
    var cars: [(id: String, way: [String], before: Double, speed: Double)] = []
    for (a, arm) in ["west", "east", "north", "south"].enumerated() {
      let ways = Self.ways.filter { $0[0] == "\(arm)_in.1" }
      for k in 0..<5 {
        let draw = random.uniform(
          RandomPurpose("test.way"), stream: UInt64(a), tick: 0, index: k)
        let way = ways[min(Int(draw * Double(ways.count)), ways.count - 1)]
        cars.append(("\(arm)\(k)", way, 12 + 12 * Double(k) + Double(a), 8))
      }
    }
    var run = try Self.run(map, cars)
    var collisions: [String] = []
    try run.run(seconds: 150) { collisions += TrafficWorlds.collisions($0) }
    #expect(collisions.isEmpty, "\(collisions.first ?? "")")
    let left = run.world.agents.ids.indices.filter { run.world.agents.present[$0] != 0 }
    #expect(left.isEmpty, "still there: \(left.map { run.world.agents.ids[$0] })")
  }

  /// Red until 20 s: it halts at the line; then it goes.
  @Test func haltsAtARedSignal() throws {
    let map = try TrafficWorlds.map("four_way", ["control": .text("signals")])
    for arm in ["west", "north"] {
      let lane = try #require(map.lane(id: "\(arm)_in.1"))
      let stop = try #require(map.stopArcLength(ofLane: lane.index))
      let way = arm == "west" ? Self.ways[0] : Self.ways[5]
      var run = try Self.run(map, [("a", way, 60, 12)])
      let connector = try #require(map.laneIndex(id: way[1]))
      let signal = try #require(map.signal(from: lane.index, to: connector))
      var hardest = 0.0
      var entered: Int?
      try run.run(seconds: 60) { world in
        let agents = world.agents
        guard agents.present[0] != 0 else { return }
        hardest = min(hardest, agents.acceleration[0])
        let front = agents.arcLength[0] + 2.4
        if world.view.signals[signal].meansStop && agents.speed[0] < 0.05 {
          #expect(front <= stop + 1e-9 && front > stop - 2)
        }
        if front > stop + 0.5, entered == nil {
          entered = world.tick
          #expect(!world.view.signals[signal].meansStop)
        }
      }
      #expect(entered != nil)
      #expect(hardest > -3)
      #expect(run.world.agents.present[0] == 0)
    }
  }

  /// An ego at constant speed goes across; drivers from the side let it pass.
  @Test(arguments: [0.0, 5, 10, 15, 20, 25, 30, 40])
  func letTheEgoPass(_ before: Double) throws {
    let map = try TrafficWorlds.map("four_way", ["control": .text("uncontrolled")])
    for way in Self.ways where way[0] == "south_in.1" || way[0] == "north_in.1" {
      let route = try TrafficWorlds.route(map, ids: way)
      let west = try #require(map.lane(id: "west_in.1"))
      let start = west.centreline.point(at: west.length - 45)
      let ego = AgentSpec(
        id: "ego", agentClass: .car, length: 5.176, width: 2.297, motion: .driven,
        centre: Pose2(start, heading: 0), speed: 10, vehicle: .pacifica)
      let length = map.lanes[route.lanes[0]].length
      let car = TrafficWorlds.car("car", path: 0, s: length - 20 - before, speed: 10)
      var run = try TrafficRun(
        map, [.init(spec: ego), .init(spec: car, policy: "idm", route: route)],
        paths: [route.centreline])
      var collisions: [String] = []
      try run.run(seconds: 11) { collisions += TrafficWorlds.collisions($0) }
      #expect(collisions.isEmpty, "\(way[1]): \(collisions.first ?? "")")
    }
  }

  /// An ego that stands at its line keeps nobody waiting.
  @Test func standingEgoIsNotWaitedFor() throws {
    let map = try TrafficWorlds.map("four_way", ["control": .text("uncontrolled")])
    let route = try TrafficWorlds.route(map, ids: Self.ways[7])
    let west = try #require(map.lane(id: "west_in.1"))
    let ego = AgentSpec(
      id: "ego", agentClass: .car, length: 5.176, width: 2.297, motion: .driven,
      centre: Pose2(west.centreline.point(at: west.length - 4), heading: 0), vehicle: .pacifica)
    let length = map.lanes[route.lanes[0]].length
    let car = TrafficWorlds.car("car", path: 0, s: length - 40, speed: 10)
    var run = try TrafficRun(
      map, [.init(spec: ego), .init(spec: car, policy: "idm", route: route)],
      paths: [route.centreline])
    let row = try run.row("car")
    try run.run(seconds: 12)
    #expect(run.world.agents.present[row] == 0 || run.world.agents.arcLength[row] > length + 30)
  }
}
