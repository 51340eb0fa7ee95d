import SimCore
import SimGeometry
import SimMap
import SimStack
import SimTraffic
import SimWorld
import TestSupport
import Testing

/// Lane changes in worlds small enough to say what must happen.
@Suite struct LaneChangeTests {
  /// A road with the ways along its lanes.
  struct Road {
    let map: LaneGraph
    let ways: [TrafficWay]

    /// - Parameter starts: lanes on which ways begin; path k belongs to the k-th.
    init(
      _ template: String, _ values: [String: ParameterValues.Value], from starts: [String]
    ) throws {
      map = try TrafficWorlds.map(template, values)
      let planner = RoutePlanner(map)
      var ways: [TrafficWay] = []
      for (path, id) in starts.enumerated() {
        let lane = try #require(map.laneIndex(id: id))
        let route = planner.routeKeepingLane(fromLane: lane, distance: 1e6)
        ways.append(
          TrafficWay(
            route: route, path: path, family: 0,
            endsShort: planner.mustLeaveBeforeEnd(of: route.lanes[route.lanes.count - 1])))
      }
      self.ways = ways
    }

    /// A straight road with some lanes, 108 km/h.
    static func straight(_ lanes: Int, length: Double = 2_000) throws -> Road {
      try Road(
        "straight",
        [
          "lanes": .integer(lanes), "length": .number(length), "speed_limit": .number(30),
        ], from: (1...lanes).map { "main.\($0)" })
    }

    /// A driver who changes lanes, on lane `lane` counted from the right.
    func driver(
      _ id: String, lane: Int, s: Double, speed: Double, wants: Double,
      _ parameters: [String: ParameterValues.Value] = [:]
    ) -> TrafficRun.Member {
      var all: [String: ParameterValues.Value] = [
        "lane_change": .text("mobil"), "desired_speed": .number(wants),
      ]
      all.merge(parameters) { $1 }
      return TrafficRun.Member(
        spec: TrafficWorlds.car(id, path: lane - 1, s: s, speed: speed), policy: "idm",
        parameters: all, route: ways[lane - 1].route, family: 0)
    }

    /// One who keeps a speed and its lane, blind.
    func blind(_ id: String, lane: Int, s: Double, speed: Double) -> TrafficRun.Member {
      TrafficRun.Member(
        spec: TrafficWorlds.car(id, path: lane - 1, s: s, speed: speed), policy: "constant_speed",
        parameters: ["speed": .number(speed)])
    }

    func run(_ members: [TrafficRun.Member]) throws -> TrafficRun {
      try TrafficRun(map, members, paths: ways.map(\.route.centreline), ways: ways)
    }
  }

  /// The lorry does 15 m/s; the car wants 28. It goes left once, passes, and comes back to the
  /// right when the lorry is far behind, for a lane to the right is worth something to it.
  @Test func passesASlowCar() throws {
    let road = try Road.straight(2)
    var run = try road.run([
      road.driver("car", lane: 1, s: 50, speed: 25, wants: 28, ["right_bias": .number(0.3)]),
      road.driver("lorry", lane: 1, s: 150, speed: 15, wants: 15),
    ])
    let car = try run.row("car")
    let lorry = try run.row("lorry")
    var paths: [Int32] = [0]
    var slowest = 99.0
    var steepest = 0.0
    var lastHeading = 0.0
    var quickestTurn = 0.0
    try run.run(seconds: 55) { world in
      #expect(TrafficWorlds.collisions(world).isEmpty)
      let agents = world.agents
      if agents.path[car] != paths.last { paths.append(agents.path[car]) }
      slowest = min(slowest, agents.speed[car])
      steepest = max(steepest, abs(agents.heading[car]))
      quickestTurn = max(quickestTurn, abs(agents.heading[car] - lastHeading))
      lastHeading = agents.heading[car]
      #expect(agents.path[lorry] == 0)
    }
    #expect(paths == [0, 1, 0])
    #expect(run.world.agents.x[car] > run.world.agents.x[lorry] + 100)
    #expect(slowest > 15)
    // 3.5 m in 3.5 s: at most 1.875 m/s to the side, at 20 m/s or more; and no jerks.
    #expect(steepest > 0.03 && steepest < 0.1)
    #expect(quickestTurn < 0.02)
    #expect(run.world.agents.lateralOffset[car].magnitude < 1e-9)
    #expect(run.world.agents.heading[car] == 0)
  }

  /// As long as somebody drives beside it, the car stays behind the lorry.
  @Test func doesNotChangeIntoSomebody() throws {
    let road = try Road.straight(2)
    var run = try road.run([
      road.driver("car", lane: 1, s: 50, speed: 15, wants: 28),
      road.driver("lorry", lane: 1, s: 85, speed: 15, wants: 15),
      road.blind("wall_1", lane: 2, s: 40, speed: 15),
      road.blind("wall_2", lane: 2, s: 52, speed: 15),
      road.blind("wall_3", lane: 2, s: 64, speed: 15),
    ])
    let car = try run.row("car")
    try run.run(seconds: 40) { world in
      #expect(TrafficWorlds.collisions(world).isEmpty)
      #expect(world.agents.path[car] == 0)
    }
  }

  /// What comes up fast from behind forbids a change, whoever drives it.
  @Test func waitsForSomebodyFast() throws {
    let road = try Road.straight(2)
    var run = try road.run([
      road.driver("car", lane: 1, s: 150, speed: 15, wants: 28),
      road.driver("lorry", lane: 1, s: 180, speed: 15, wants: 15),
      road.blind("fast", lane: 2, s: 20, speed: 40),
    ])
    let car = try run.row("car")
    let fast = try run.row("fast")
    var hasChanged = false
    try run.run(seconds: 20) { world in
      #expect(TrafficWorlds.collisions(world).isEmpty)
      if world.agents.path[car] == 1, !hasChanged {
        hasChanged = true
        #expect(world.agents.x[fast] > world.agents.x[car])
      }
    }
    #expect(hasChanged)
  }

  /// A place on the left seems free, but what comes there gains on the car and does not brake, so
  /// that the car goes back while it still can.
  @Test func givesUpWhenTheGapCloses() throws {
    let road = try Road.straight(2)
    // The blind one does 23 m/s at first and then gains 4 m/s each second.
    var run = try road.run([
      road.driver(
        "car", lane: 1, s: 150, speed: 20, wants: 24, ["change_duration": .number(6)]),
      road.driver("lorry", lane: 1, s: 185, speed: 18, wants: 18),
      TrafficRun.Member(spec: TrafficWorlds.car("wild", path: 1, s: 60, speed: 23), policy: nil),
    ])
    let car = try run.row("car")
    let wild = try run.row("wild")
    var paths: [Int32] = [0]
    var widest = 0.0
    for _ in 0..<100 {
      try run.step(then: { commands, world in
        let isOut = world.agents.path[car] == 1 || paths.count > 1
        commands.acceleration[wild] = isOut && world.agents.speed[wild] < 45 ? 6 : 0
      })
      #expect(TrafficWorlds.collisions(run.world).isEmpty)
      let agents = run.world.agents
      if agents.path[car] != paths.last { paths.append(agents.path[car]) }
      if paths.count < 4 { widest = max(widest, agents.y[car] - 0) }
    }
    #expect(paths.starts(with: [0, 1, 0]))
  }

  /// Two that want the same gap in the same tick, from either side: one goes, the other does not.
  @Test func ofTwoForOneGapOneGoes() throws {
    let road = try Road.straight(3)
    // Ids whose drivers look around in the same tick.
    let ids = (0..<200).map { "c\($0)" }.filter { StableHash.of($0) % 10 == 3 }
    let (a, b) = (try #require(ids.first), try #require(ids.dropFirst().first))
    var run = try road.run([
      road.driver(a, lane: 1, s: 100, speed: 20, wants: 28),
      road.driver(b, lane: 3, s: 101, speed: 20, wants: 28, ["right_bias": .number(0)]),
      road.driver("slow_1", lane: 1, s: 135, speed: 15, wants: 15),
      road.blind("slow_3", lane: 3, s: 136, speed: 15),
    ])
    let rows = (try run.row(a), try run.row(b))
    var together = 0
    var first: Int?
    try run.run(seconds: 30) { world in
      #expect(TrafficWorlds.collisions(world).isEmpty)
      let changed = [rows.0, rows.1].filter { world.agents.path[$0] == 1 }
      if changed.count == 2 && first == nil { together += 1 }
      if changed.count == 1 && first == nil { first = changed[0] }
    }
    #expect(together == 0)
    // Rows are in the order of the ids, and the first in row order goes.
    #expect(first == min(rows.0, rows.1))
  }

  /// The right lane ends: all of a platoon on both lanes get by, and none leaves the road.
  @Test(arguments: [25.0, 40, 70]) func laneEnds(_ spacing: Double) throws {
    let road = try Road(
      "lane_drop",
      [
        "lanes": .integer(2), "drop_at": .number(500), "narrow_length": .number(1_500),
        "speed_limit": .number(25),
      ], from: ["main.1", "main.2"])
    #expect(road.ways.map(\.endsShort) == [true, false])
    var members: [TrafficRun.Member] = []
    for k in 0..<5 {
      let s = 20 + spacing * Double(k)
      members.append(road.driver("r\(k)", lane: 1, s: s, speed: 20, wants: 25))
      members.append(road.driver("l\(k)", lane: 2, s: s + 4, speed: 20, wants: 24))
    }
    var run = try road.run(members)
    var gone: Set<Int> = []
    try run.run(seconds: 110) { world in
      #expect(TrafficWorlds.collisions(world).isEmpty)
      let agents = world.agents
      for row in 0..<agents.count where agents.present[row] != 0 {
        let centre = Vector2(agents.x[row], agents.y[row])
        #expect(road.map.isInDrivableArea(centre), "\(agents.ids[row]) at \(centre)")
        #expect(agents.acceleration[row] >= -8 && agents.acceleration[row] <= 1.5 + 1e-9)
        if agents.path[row] == 1, agents.x[row] > 700 { gone.insert(row) }
      }
    }
    #expect(gone.count == 10, "only \(gone.count) got by")
  }

  /// An obstacle on the right lane: nobody stays behind it.
  @Test func goesRoundAnObstacle() throws {
    let road = try Road.straight(2)
    var run = try road.run([
      road.driver("a", lane: 1, s: 50, speed: 20, wants: 25),
      road.driver("b", lane: 1, s: 20, speed: 20, wants: 25),
      .init(spec: TrafficWorlds.obstacle("o", x: 400, y: 0)),
    ])
    try run.run(seconds: 40) { world in #expect(TrafficWorlds.collisions(world).isEmpty) }
    for id in ["a", "b"] { #expect(run.world.agents.x[try run.row(id)] > 450) }
  }
}
