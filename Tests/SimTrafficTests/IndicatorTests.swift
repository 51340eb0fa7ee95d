import SimCore
import SimGeometry
import SimMap
import SimStack
import SimTraffic
import SimWorld
import Testing

/// What drivers show of what they are about to do.
@Suite struct IndicatorTests {
  typealias Road = LaneChangeTests.Road

  /// The car that passes a lorry indicates to the left for the second before it goes over, and to
  /// the right for the second before it comes back; the lorry never does.
  @Test func beforeAndDuringALaneChange() throws {
    let road = try Road.straight(2)
    var run = try road.run([
      road.driver("car", lane: 1, s: 50, speed: 25, wants: 28, ["right_bias": .number(0.3)]),
      road.driver(
        "lorry", lane: 1, s: 150, speed: 15, wants: 15, ["lane_change": .text("none")]),
    ])
    let car = try run.row("car")
    let lorry = try run.row("lorry")
    var shown: [VehicleLights] = []
    var changedAt: [Int] = []
    var last: Int32 = 0
    try run.run(seconds: 55) { world in
      shown.append(world.agents.indicators[car])
      #expect(world.agents.indicators[lorry].isEmpty)
      if world.agents.path[car] != last { changedAt.append(shown.count - 1) }
      last = world.agents.path[car]
    }
    #expect(changedAt.count == 2)
    for (tick, lights) in zip(changedAt, [VehicleLights.left, .right]) {
      // Ten ticks of intention; the tick that begins the change is the eleventh. Then 3.5 s of
      // change, of which the last 15 % are not indicated.
      #expect(shown[tick - 10...tick + 28].allSatisfy { $0 == lights })
      #expect(shown[tick + 31...tick + 40].allSatisfy { $0.isEmpty })
    }
    #expect(shown.count { $0 == .right } < 60)
  }

  /// With `indicate_ahead: 0` it goes as soon as it wants to.
  @Test func notBeforeIfItIsNotAsked() throws {
    func ticksBefore(_ ahead: Double) throws -> Int {
      let road = try Road.straight(2)
      var run = try road.run([
        road.driver(
          "car", lane: 1, s: 50, speed: 25, wants: 28, ["indicate_ahead": .number(ahead)]),
        road.driver(
          "lorry", lane: 1, s: 150, speed: 15, wants: 15, ["lane_change": .text("none")]),
      ])
      let car = try run.row("car")
      var lit = 0
      for _ in 0..<300 where run.world.agents.path[car] == 0 {
        try run.step()
        if !run.world.agents.indicators[car].isEmpty { lit += 1 }
      }
      #expect(run.world.agents.path[car] == 1)
      return lit
    }
    #expect(try ticksBefore(0) == 1)
    #expect(try ticksBefore(1) == 11)
    // It looks once a second.
    #expect(try ticksBefore(1.5) == 21)
  }

  /// Whose lane ends and who finds no gap beside indicates as long as it waits.
  @Test func whileItWaitsForAGap() throws {
    let road = try Road(
      "lane_drop",
      [
        "lanes": .integer(2), "drop_at": .number(300), "narrow_length": .number(500),
        "speed_limit": .number(20),
      ], from: ["main.1", "main.2"])
    #expect(road.ways.map(\.endsShort) == [true, false])
    // A wall that moves at 6 m/s, beside the car for 45 s.
    let wall = (0..<30).map { k in
      road.blind("wall_\(10 + k)", lane: 2, s: 5 + 10 * Double(k), speed: 6)
    }
    var run = try road.run([road.driver("car", lane: 1, s: 120, speed: 10, wants: 20)] + wall)
    let car = try run.row("car")
    try run.run(seconds: 8)
    var lit = 0
    try run.run(seconds: 5) { world in
      #expect(TrafficWorlds.collisions(world).isEmpty)
      if world.agents.indicators[car] == .left { lit += 1 }
    }
    #expect(run.world.agents.path[car] == 0)
    #expect(lit == 50)
  }

  private func lit(
    _ map: LaneGraph, _ way: [String], speed: Double = 8
  ) throws -> (lights: Set<VehicleLights>, first: Double, last: Double, junction: Double) {
    var run = try JunctionTests.run(map, [("car", way, 70, speed)])
    let junction = map.lanes[try #require(map.laneIndex(id: way[0]))].length
    var lights: Set<VehicleLights> = []
    var first = Double.infinity
    var last = -Double.infinity
    for _ in 0..<300 {
      try run.step()
      let agents = run.world.agents
      guard agents.present[0] != 0, !agents.indicators[0].isEmpty else { continue }
      lights.insert(agents.indicators[0])
      first = min(first, agents.arcLength[0])
      last = max(last, agents.arcLength[0])
    }
    return (lights, first, last, junction)
  }

  /// From 30 m before a turn until it is through; straight on nothing.
  @Test func turns() throws {
    let map = try TrafficWorlds.map("four_way", ["control": .text("uncontrolled")])
    for (turn, out, lights) in [
      ("west_to_north.1", "north_out.1", VehicleLights.left),
      ("west_to_south.1", "south_out.1", .right),
    ] {
      let found = try lit(map, ["west_in.1", turn, out])
      #expect(found.lights == [lights])
      // The state is one tick, at most 1.4 m, behind what is decided.
      #expect(found.first > found.junction - 30 && found.first < found.junction - 28)
      let end = found.junction + map.lanes[try #require(map.laneIndex(id: turn))].length
      #expect(found.last > end - 1.4 && found.last < end + 1.4)
    }
    let straight = try lit(map, ["west_in.1", "west_to_east.1", "east_out.1"])
    #expect(straight.lights.isEmpty)
  }

  /// Whoever enters a roundabout or stays on it does not indicate; who leaves it does, to the
  /// right.
  @Test func roundabout() throws {
    let map = try TrafficWorlds.map("roundabout")
    let way = [
      "arm1_in.1", "arm1_enter.1", "ring1.1", "arm2_pass.1", "ring2.1", "arm3_exit.1", "arm3_out.1",
    ]
    let found = try lit(map, way)
    #expect(found.lights == [.right])
    var start = 0.0
    for id in way[..<5] { start += map.lanes[try #require(map.laneIndex(id: id))].length }
    #expect(found.first > start - 30 && found.first < start - 28)
  }

  /// A route that changes lanes along its path shows that without MOBIL too.
  @Test func laneChangesOfTheRoute() throws {
    let map = try TrafficWorlds.map(
      "straight", ["lanes": .integer(2), "length": .number(600), "speed_limit": .number(15)])
    let planner = RoutePlanner(map)
    let from = try #require(map.laneIndex(id: "main.1"))
    let to = try #require(map.laneIndex(id: "main.2"))
    let route = try planner.route(
      fromLane: from, arcLength: 0, to: [RouteGoal(lane: to, arcLength: 590)])
    #expect(route.lanes == [from, to])
    var run = try TrafficRun(
      map,
      [
        .init(spec: TrafficWorlds.car("car", path: 0, s: 20, speed: 15), policy: "idm", route: route)
      ], paths: [route.centreline])
    let middle = route.laneStarts[1]
    var places: [Double] = []
    try run.run(seconds: 30) { world in
      guard world.agents.present[0] != 0, !world.agents.indicators[0].isEmpty else { return }
      #expect(world.agents.indicators[0] == .left)
      places.append(world.agents.arcLength[0])
    }
    // A change of 4 s at 15 m/s: from 30 m before it, cut off by the start, to 0.7 of its half.
    let first = try #require(places.first)
    let last = try #require(places.last)
    #expect(first < max(middle - 30 - 28, 23) && first > middle - 30 - 30.1)
    #expect(last > middle + 19 && last < middle + 23)
  }
}
