import SimCore
import SimGeometry
import SimMap
import SimStack
import SimTraffic
import SimWorld
import Testing

/// Who waits for what gap, in worlds of a few cars.
@Suite struct GapTests {
  static let left = ["west_in.1", "west_to_north.1", "north_out.1"]
  static let oncoming = ["east_in.1", "east_to_west.1", "west_out.1"]

  /// A world of idm cars, each some metres before the end of the first lane of its way.
  static func world(
    _ map: LaneGraph,
    _ cars: [(id: String, way: [String], before: Double, speed: Double)],
    _ parameters: [String: ParameterValues.Value] = [:]
  ) throws -> TrafficRun {
    var members: [TrafficRun.Member] = []
    var paths: [Polyline] = []
    for car in cars {
      let route = try TrafficWorlds.route(map, ids: car.way)
      let spec = TrafficWorlds.car(
        car.id, path: paths.count, s: map.lanes[route.lanes[0]].length - car.before,
        speed: car.speed)
      members.append(.init(spec: spec, policy: "idm", parameters: parameters, route: route))
      paths.append(route.centreline)
    }
    return try TrafficRun(map, members, paths: paths)
  }

  /// Whether a car that waits to turn left goes between two oncoming ones that follow each other
  /// at a time gap, at 12 m/s; and how hard the second one then brakes.
  static func turnsBetween(_ gap: Double) throws -> (turns: Bool, hardest: Double) {
    let map = try TrafficWorlds.map(
      "four_way", ["control": .text("priority"), "length": .number(400)])
    // It stands at its line when the first one comes.
    var run = try world(
      map,
      [
        ("left", left, 6, 0), ("first", oncoming, 40, 12), ("second", oncoming, 40 + 12 * gap, 12),
      ], ["desired_speed": .number(12)])
    let length = try #require(map.lane(id: "west_in.1")).length
    let oncomingLength = try #require(map.lane(id: "east_in.1")).length
    let turner = try run.row("left")
    let second = try run.row("second")
    let first = try run.row("first")
    var turnedAt: Int?
    var cameAt: Int?
    var hardest = 0.0
    var firstCame: Int?
    var collisions: [String] = []
    try run.run(seconds: 40) { world in
      let agents = world.agents
      collisions += TrafficWorlds.collisions(world)
      func isIn(_ row: Int, _ length: Double) -> Bool {
        agents.present[row] == 0 || agents.arcLength[row] > length + 6
      }
      if firstCame == nil, isIn(first, oncomingLength) { firstCame = world.tick }
      if turnedAt == nil, isIn(turner, length) { turnedAt = world.tick }
      if cameAt == nil, isIn(second, oncomingLength) { cameAt = world.tick }
      hardest = min(hardest, agents.acceleration[second])
    }
    #expect(collisions.isEmpty)
    let turned = try #require(turnedAt)
    // Never in front of the first one, which is 3 s away at the start.
    #expect(turned > (try #require(firstCame)))
    return (turned < (try #require(cameAt)), hardest)
  }

  /// The critical gap of HCM for left turns from a major road is 4.1 s: at 3 s nobody goes, at 6 s
  /// everybody does, and nobody on the major road brakes hard for it.
  @Test func leftTurnsWaitForAGap() throws {
    var critical = 0.0
    var gap = 2.0
    while gap < 9 {
      let result = try Self.turnsBetween(gap)
      if result.turns {
        critical = gap
        #expect(result.hardest > -2.5)
        break
      }
      gap += 0.25
    }
    #expect(critical > 3 && critical < 6, "\(critical) s")
  }

  /// Minor road against major road with a yield sign: who would meet goes second; alone, or far
  /// before the other, it does not halt.
  @Test func yieldSign() throws {
    let map = try TrafficWorlds.map("four_way", ["control": .text("priority")])
    let south = JunctionLawTests.straight("south")
    let west = JunctionLawTests.straight("west")
    let together = try JunctionLawTests.passings(
      map, [("minor", south, 50, 10), ("major", west, 52, 10)])
    #expect(together.map(\.id) == ["major", "minor"])
    let apart = try JunctionLawTests.passings(
      map, [("minor", south, 40, 10), ("major", west, 98, 8)])
    #expect(apart.map(\.id) == ["minor", "major"])
    #expect(try #require(apart.first).slowest > 3)
  }

  /// Who enters a roundabout gives way to who is on it, and not to who leaves before.
  @Test func roundaboutYield() throws {
    let map = try TrafficWorlds.map("roundabout")
    let cars = [
      (id: "in", way: ["arm1_in.1", "arm1_enter.1", "ring1.1", "arm2_exit.1", "arm2_out.1"],
        before: 20.0, speed: 6.5),
      (id: "round", way: ["ring4.1", "arm1_pass.1", "ring1.1", "arm2_pass.1", "ring2.1"],
        before: 8.0, speed: 6.5),
    ]
    var run = try Self.world(map, cars)
    let merge = try #require(map.lane(id: "ring1.1")).index
    var order: [String] = []
    var hardest = 0.0
    try run.run(seconds: 15) { world in
      for row in 0..<2 where world.agents.present[row] != 0 {
        let id = world.agents.ids[row]
        let route = id == "in" ? cars[0].way : cars[1].way
        let before = route.prefix { $0 != "ring1.1" }.reduce(0.0) {
          $0 + (map.lane(id: $1)?.length ?? 0)
        }
        if world.agents.arcLength[row] > before, !order.contains(id) { order.append(id) }
        if id == "round" { hardest = min(hardest, world.agents.acceleration[row]) }
      }
    }
    #expect(map.lanes[merge].length > 0)
    #expect(order == ["round", "in"])
    #expect(hardest > -1.6)
  }

  /// A queue stands behind the junction: nobody drives into it to stand there.
  @Test func keepClear() throws {
    let map = try TrafficWorlds.map("four_way", ["control": .text("priority")])
    let way = JunctionLawTests.straight("west")
    let route = try TrafficWorlds.route(map, ids: way)
    let out = route.laneStarts[2]
    let entrance = map.lanes[route.lanes[0]].length
    for (room, enters) in [(-1.5, false), (14.0, true)] {
      // The tail of the queue is this far behind the junction, which ends 5 m behind the last way
      // across: with 2 m to the car in front and its own 4.8 m it would stand on that.
      let stopped = TrafficWorlds.car("stopped", path: 0, s: out + room + 2.4, speed: 0)
      // It waits behind something.
      let end = route.centreline.point(at: out + room + 4.8 + 2 + 1)
      let thing = TrafficWorlds.obstacle("thing", x: end.x, y: end.y)
      let coming = TrafficWorlds.car("coming", path: 0, s: entrance - 60, speed: 12)
      var run = try TrafficRun(
        map,
        [
          .init(spec: thing), .init(spec: stopped, policy: "idm", route: route),
          .init(spec: coming, policy: "idm", route: route),
        ], paths: [route.centreline])
      let row = try run.row("coming")
      var furthest = 0.0
      try run.run(seconds: 20) { world in
        furthest = max(furthest, world.agents.arcLength[row] + 2.4)
      }
      // It waits where ways first cross, 5 m behind the end of its lane.
      #expect((furthest > entrance + 6) == enters, "\(room) m: \(furthest - entrance) m in")
      if enters { #expect(furthest > out + 4.8) }
    }
  }

  /// When the signal turns yellow, who can stop at no more than 3 m/s^2 does, else it goes on, and
  /// is past the line before red: at 12 m/s the distance is 144 / 6 = 24 m.
  @Test(arguments: [15.0, 21, 23, 26, 30, 45]) func yellow(_ way: Double) throws {
    let map = try TrafficWorlds.map(
      "four_way", ["control": .text("signals"), "length": .number(500)])
    let lane = try #require(map.lane(id: "west_in.1"))
    let stop = try #require(map.stopArcLength(ofLane: lane.index))
    // Green for 20 s: 240 m at 12 m/s.
    var run = try Self.world(
      map, [("a", JunctionLawTests.straight("west"), lane.length - stop + way + 242.4, 12)],
      ["desired_speed": .number(12)])
    var hardest = 0.0
    var passedAt: Int?
    try run.run(seconds: 24) { world in
      hardest = min(hardest, world.agents.acceleration[0])
      if passedAt == nil, world.agents.arcLength[0] + 2.4 > stop { passedAt = world.tick }
    }
    #expect((passedAt == nil) == (way > 24))
    if let passedAt { #expect(passedAt <= 230) }
    #expect(hardest > -3.6)
  }

  /// Four cars that stand in a junction already, each in the way of the next: they get out.
  @Test(arguments: ["uncontrolled", "priority", "stop", "all_way_stop"])
  func gridlockIsResolved(_ control: String) throws {
    let map = try TrafficWorlds.map("four_way", ["control": .text(control)])
    let arms = ["west", "south", "east", "north"]
    let cars = arms.map { arm in
      // The front is some metres behind the end of the arm.
      (id: arm, way: JunctionLawTests.straight(arm), before: -1.5, speed: 0.0)
    }
    let behind = arms.map { arm in
      (id: arm + "2", way: JunctionLawTests.straight(arm), before: 6.0, speed: 0.0)
    }
    var run = try Self.world(map, cars + behind)
    var collisions: [String] = []
    try run.run(seconds: 90) { collisions += TrafficWorlds.collisions($0) }
    #expect(collisions.isEmpty, "\(collisions.first ?? "")")
    #expect(run.world.agents.present.allSatisfy { $0 == 0 })
  }
}
