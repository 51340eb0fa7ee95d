import SimCore
import SimGeometry
import SimMap
import SimWorld
import Testing

/// Signals that follow the traffic, tick by tick at 10 Hz. Times of all tests unless said
/// otherwise: 5 s of green at the least (50 ticks), 20 s at the most (200), passage 3 s (30),
/// yellow 3 s (30), all red 2 s (20). The arms from east and west are green first.
@Suite struct SignalControlTests {
  /// A car of 4 m that stands on the detector of a lane in all ticks of some ranges.
  struct Caller {
    var lane: String
    var ticks: [ClosedRange<Int>]

    init(_ lane: String, _ ticks: ClosedRange<Int>...) {
      self.lane = lane
      self.ticks = ticks
    }
  }

  static func map(_ parameters: [String: ParameterValues.Value] = [:]) throws -> LaneGraph {
    let template = try #require(MapTemplateCatalog.template(named: "four_way"))
    let standard: [String: ParameterValues.Value] = [
      "program": .text("actuated"), "min_green": .number(5), "max_green": .number(20),
    ]
    return try template.make(
      ParameterValues(template.schema, overriding: standard.merging(parameters) { $1 }))
  }

  static func place(_ lane: String, _ map: LaneGraph) throws -> Pose2 {
    let lane = try #require(map.lane(id: lane))
    let stop = try #require(map.stopArcLength(ofLane: lane.index))
    // The middle of a detector of 12 m.
    return lane.centreline.pose(at: stop - 6)
  }

  /// What the signals of the arms named show in ticks 0…ticks.
  static func run(
    _ map: LaneGraph, _ callers: [Caller], ticks: Int, look: (World) -> Void = { _ in }
  ) throws -> [String: [SignalColour]] {
    let agents = try callers.enumerated().map { number, caller in
      AgentSpec(
        id: String(number), agentClass: .car, length: 4, width: 2, motion: .placed,
        isPresent: caller.ticks.contains { $0.contains(0) }, centre: try place(caller.lane, map))
    }
    var world = World(map: map, clock: TickClock(), agents: agents)
    var shown: [String: [SignalColour]] = [:]
    while true {
      for (signal, colour) in zip(map.signals, world.view.signals) {
        shown[signal.id, default: []].append(colour)
      }
      look(world)
      if world.tick == ticks { return shown }
      var commands = world.makeCommands()
      for (row, caller) in callers.enumerated()
      where caller.ticks.contains(where: { $0.contains(world.tick + 1) }) {
        let pose = try place(caller.lane, map)
        commands.present[row] = 1
        commands.x[row] = pose.position.x
        commands.y[row] = pose.position.y
        commands.heading[row] = pose.heading
      }
      try world.step(commands)
    }
  }

  /// Colours as `green 50, yellow 30, red`: how long each is shown, the last one without its
  /// length.
  static func runs(_ colours: [SignalColour]?) -> String {
    var parts: [(colour: SignalColour, count: Int)] = []
    for colour in colours ?? [] {
      if parts.last?.colour == colour {
        parts[parts.count - 1].count += 1
      } else {
        parts.append((colour, 1))
      }
    }
    return parts.enumerated().map { index, part in
      index == parts.count - 1 ? "\(part.colour)" : "\(part.colour) \(part.count)"
    }.joined(separator: ", ")
  }

  @Test func restsInGreenWithoutTraffic() throws {
    let shown = try Self.run(try Self.map(), [], ticks: 600)
    #expect(Self.runs(shown["east_signal"]) == "green")
    #expect(Self.runs(shown["west_signal"]) == "green")
    #expect(Self.runs(shown["north_signal"]) == "red")
  }

  /// One waits in the side road and nobody comes on the main one: its gap of 30 ticks is over
  /// before its least green of 50 is.
  @Test func leastGreenIsKept() throws {
    let shown = try Self.run(try Self.map(), [Caller("north_in.1", 0...400)], ticks: 400)
    #expect(Self.runs(shown["east_signal"]) == "green 50, yellow 30, red")
    // 50 + 30 + 20. Then nobody calls for the main road.
    #expect(Self.runs(shown["north_signal"]) == "red 100, green")
    #expect(Self.runs(shown["south_signal"]) == "red 100, green")
  }

  /// A lone car on the main road in ticks 40 to 60 holds its green to 30 ticks after the last of
  /// them.
  @Test func aCarExtendsItsGreen() throws {
    let shown = try Self.run(
      try Self.map(), [Caller("north_in.1", 0...400), Caller("east_in.1", 40...60)], ticks: 300)
    #expect(Self.runs(shown["east_signal"]) == "green 90, yellow 30, red")
    #expect(Self.runs(shown["north_signal"]) == "red 140, green")
  }

  /// Cars every 29 ticks hold it; a gap of 31 does not.
  @Test func aGapEndsIt() throws {
    let map = try Self.map(["max_green": .number(60)])
    let held = Caller("west_in.1", 20...20, 49...49, 78...78, 107...107)
    let shown = try Self.run(map, [Caller("south_in.1", 0...400), held], ticks: 300)
    #expect(Self.runs(shown["west_signal"]) == "green 137, yellow 30, red")
    let late = Caller("west_in.1", 20...20, 49...49, 80...80)
    let other = try Self.run(map, [Caller("south_in.1", 0...400), late], ticks: 75)
    // 49 + 30 = 79.
    #expect(Self.runs(other["west_signal"]) == "green")
    let end = try Self.run(map, [Caller("south_in.1", 0...400), late], ticks: 90)
    #expect(Self.runs(end["west_signal"]) == "green 79, yellow")
  }

  /// Under saturation on all arms each is green for 200 ticks from the call of the others on: the
  /// first time that is tick 30; then others call from the onset on.
  @Test func mostGreenUnderSaturation() throws {
    let shown = try Self.run(
      try Self.map(), [Caller("east_in.1", 0...2000), Caller("north_in.1", 30...2000)], ticks: 750)
    #expect(Self.runs(shown["east_signal"]) == "green 230, yellow 30, red 270, green 200, yellow")
    #expect(Self.runs(shown["north_signal"]) == "red 280, green 200, yellow 30, red")
  }

  /// Of four stages (east, north, west, south) those without traffic are skipped, and a car that
  /// has gone by the time green ends is not waited for.
  @Test func stagesWithoutTrafficAreSkipped() throws {
    let map = try Self.map(["stages": .text("4")])
    let shown = try Self.run(
      map, [Caller("west_in.1", 0...300), Caller("north_in.1", 10...40)], ticks: 300)
    #expect(Self.runs(shown["east_signal"]) == "green 50, yellow 30, red")
    #expect(Self.runs(shown["north_signal"]) == "red")
    #expect(Self.runs(shown["west_signal"]) == "red 100, green")
    #expect(Self.runs(shown["south_signal"]) == "red")
  }

  /// A call that is withdrawn takes the time of the maximum back: 0 to 100, and again from 150 on
  /// (150 + 200 = 350).
  @Test func aWithdrawnCallDoesNotCount() throws {
    let shown = try Self.run(
      try Self.map(), [Caller("east_in.1", 0...800), Caller("north_in.1", 0...100, 150...800)],
      ticks: 360)
    #expect(Self.runs(shown["east_signal"]) == "green 350, yellow")
  }

  /// What may be known of the future: only how long green lasts at least.
  @Test func onlyTheLeastIsForeseen() throws {
    let map = try Self.map()
    let east = try #require(map.signals.firstIndex { $0.id == "east_signal" })
    let north = try #require(map.signals.firstIndex { $0.id == "north_signal" })
    var seconds: [Double] = []
    let callers = [Caller("east_in.1", 48...48), Caller("north_in.1", 60...400)]
    let shown = try Self.run(map, callers, ticks: 120) { world in
      seconds.append(world.view.leastGreen(ofSignal: east))
      if world.tick < 100 { #expect(world.view.leastGreen(ofSignal: north) == .infinity) }
    }
    #expect(Self.runs(shown["east_signal"]) == "green 78, yellow 30, red")
    let expected: [(tick: Int, seconds: Double)] = [
      // The least green.
      (0, 5), (20, 3), (48, 0.2),
      // 48 + 30 = 78, whether somebody calls or not.
      (49, 2.9), (70, 0.8), (77, 0.1),
    ]
    for (tick, time) in expected {
      #expect((seconds[tick] - time).magnitude < 1e-9, "tick \(tick): \(seconds[tick])")
    }
    #expect(seconds[78] == .infinity)
  }

  /// How far a controller has got is part of the state; it can be handed over to another world.
  @Test func progressIsHashedAndHandedOver() throws {
    let map = try Self.map()
    let caller = AgentSpec(
      id: "a", agentClass: .car, length: 4, width: 2, motion: .fixed,
      centre: try Self.place("north_in.1", map))
    func world(_ states: [SignalControlState]?) -> World {
      World(map: map, clock: TickClock(), agents: [caller], signalControls: states)
    }
    var first = world(nil)
    for _ in 0..<40 { try first.step(first.makeCommands()) }
    var second = world(first.view.signalControls)
    #expect(second.view.signals == world(nil).view.signals)
    #expect(second.stateHash(chaining: 0) != world(nil).stateHash(chaining: 0))
    // 10 more ticks of green.
    let east = try #require(map.signals.firstIndex { $0.id == "east_signal" })
    for tick in 0..<12 {
      #expect(second.view.signals[east] == (tick < 10 ? .green : .yellow))
      try second.step(second.makeCommands())
    }
  }

  /// Walkers have no buttons: with walk signals every stage has its turn. Crossing 7 m takes 6.56 s
  /// at 1.067 m/s; of 7 + 3 + 2 s that leaves 5.44 s to set out in, 54 ticks.
  @Test func walkersHaveTheirTurn() throws {
    let map = try Self.map([
      "min_green": .number(7), "sidewalks": .flag(true), "crosswalks": .flag(true),
    ])
    let walk = try #require(map.signals.firstIndex { $0.id == "north_walk_signal" })
    var left: [Double] = []
    let shown = try Self.run(map, [], ticks: 300) { world in
      left.append(world.view.leastGreen(ofSignal: walk))
    }
    #expect(Self.runs(shown["east_signal"]) == "green 70, yellow 30, red 140, green")
    #expect(Self.runs(shown["north_signal"]) == "red 120, green 70, yellow 30, red")
    // Across the north arm while east and west drive, and the other way round.
    #expect(Self.runs(shown["north_walk_signal"]) == "green 54, red 186, green 54, red")
    #expect(Self.runs(shown["east_walk_signal"]) == "red 120, green 54, red")
    #expect((left[0] - 5.4).magnitude < 1e-9 && (left[53] - 0.1).magnitude < 1e-9)
    #expect(left[54] == .infinity)
  }

  /// Walkers, and cars beside the detectors or gone past the line, call for nothing.
  @Test func onlyVehiclesOnDetectorsCall() throws {
    let map = try Self.map()
    let stop = try Self.place("north_in.1", map)
    let agents = [
      AgentSpec(
        id: "behind", agentClass: .car, length: 4, width: 2, motion: .fixed,
        // Its front is 0.1 m before the detector.
        centre: stop.advanced(by: -6 - 0.1 - 2)),
      AgentSpec(
        id: "past", agentClass: .car, length: 4, width: 2, motion: .fixed,
        centre: stop.advanced(by: 6 + 0.1 + 2)),
      AgentSpec(
        id: "walker", agentClass: .pedestrian, length: 0.5, width: 0.5, motion: .fixed, centre: stop
      ),
    ]
    var world = World(map: map, clock: TickClock(), agents: agents)
    for _ in 0..<100 { try world.step(world.makeCommands()) }
    #expect(world.view.signalControls[0].called == -1)
    #expect(world.view.signalControls[0].interval == .green)
  }
}
