import SimCore
import SimGeometry
import SimMap
import SimStack
import SimTraffic
import SimWorld
import StackTestSupport
import Testing

/// What every policy of the catalog must do, whatever it decides.
@Suite struct PolicyConformanceTests {
  static let names = PolicyCatalog.entries.map(\.schema.name)

  static func entry(_ name: String) throws -> CatalogEntry<TrafficSetup, any TrafficPolicy> {
    try #require(PolicyCatalog.entries.first { $0.schema.name == name })
  }

  /// Three agents of the policy in odd rows of a world of seven, among others; with a route, a
  /// path and a recording each, so that any policy can drive them.
  static func world() throws -> (world: World, route: Route, recording: RecordedTrack) {
    let map = try DrivingTests.road()
    let route = try TrafficWorlds.route(map, ids: ["main.1"])
    var specs: [AgentSpec] = []
    for k in 0..<7 {
      let s = 20 + 25 * Double(k)
      specs.append(
        k % 2 == 1
          ? TrafficWorlds.car("c\(k)", path: 0, s: s, speed: 8)
          : TrafficWorlds.obstacle("c\(k)", x: s, y: 6))
    }
    var track = RecordedTrack()
    for tick in 0...50 {
      track.present.append(1)
      track.x.append(Double(tick))
      track.y.append(0)
      track.heading.append(0)
      track.speed.append(10)
      track.acceleration.append(0)
    }
    return (
      World(map: map, clock: TickClock(), agents: specs, paths: [route.centreline]), route, track
    )
  }

  static let rows = [1, 3, 5]

  static func make(
    _ name: String, _ values: ParameterValues,
    _ scene: (world: World, route: Route, recording: RecordedTrack)
  ) throws -> any TrafficPolicy {
    let setups = rows.map {
      TrafficAgentSetup(
        row: $0, stream: scene.world.agents.streams[$0], parameters: values, route: scene.route,
        recording: scene.recording)
    }
    return try entry(name).make(
      values, TrafficSetup(clock: TickClock(), map: scene.world.map, agents: setups))
  }

  static func decide(
    _ policy: inout any TrafficPolicy, _ rows: [Int], _ world: World,
    into commands: inout CommandBuffer
  ) throws {
    let view = world.view
    try policy.decide(
      rows, view, into: &commands,
      in: TickContext(
        clock: view.clock, tick: view.tick, random: CounterRandom(seed: 3), stream: 0))
  }

  static func columns(_ c: CommandBuffer) -> [[Double]] {
    [
      c.acceleration, c.steeringRate, c.lateralRate, c.present.map(Double.init), c.x, c.y,
      c.heading, c.speed,
    ]
  }

  @Test func namesAreUniqueAndDescribed() {
    #expect(Set(Self.names).count == Self.names.count)
    for entry in PolicyCatalog.entries {
      #expect(!entry.schema.summary.isEmpty)
      #expect(Set(entry.schema.parameters.map(\.name)).count == entry.schema.parameters.count)
    }
  }

  @Test("commands are finite at every parameter's ends", arguments: names)
  func commandsAreFinite(_ name: String) throws {
    for values in try Self.entry(name).schema.corners {
      var scene = try Self.world()
      var policy = try Self.make(name, values, scene)
      var commands = scene.world.makeCommands()
      for _ in 0..<30 {
        commands.clear()
        try Self.decide(&policy, Self.rows, scene.world, into: &commands)
        for column in Self.columns(commands) {
          for value in column { #expect(value.isFinite) }
        }
        try scene.world.step(commands)
      }
    }
  }

  /// Of other rows nothing is written, nor of its own rows that it is not asked for.
  @Test("only the rows asked for are written", arguments: names)
  func onlyItsOwnRowsAreWritten(_ name: String) throws {
    for asked in [Self.rows, [3], []] {
      let scene = try Self.world()
      var policy = try Self.make(name, ParameterValues(Self.entry(name).schema), scene)
      var commands = scene.world.makeCommands()
      // A value that no policy would command.
      for row in 0..<7 {
        commands.acceleration[row] = 777
        commands.steeringRate[row] = 777
        commands.lateralRate[row] = 777
        commands.present[row] = 77
        commands.x[row] = 777
        commands.y[row] = 777
        commands.heading[row] = 777
        commands.speed[row] = 777
      }
      try Self.decide(&policy, asked, scene.world, into: &commands)
      for row in 0..<7 where !asked.contains(row) {
        for column in Self.columns(commands) { #expect(column[row] == 777 || column[row] == 77) }
      }
      for row in asked { #expect(commands.acceleration[row] != 777) }
    }
  }

  @Test("a copy goes on exactly as the original does", arguments: names)
  func copiesAreSnapshots(_ name: String) throws {
    var scene = try Self.world()
    var policy = try Self.make(name, ParameterValues(Self.entry(name).schema), scene)
    var commands = scene.world.makeCommands()
    for _ in 0..<5 {
      commands.clear()
      try Self.decide(&policy, Self.rows, scene.world, into: &commands)
      try scene.world.step(commands)
    }
    var copy = policy
    let frozen = scene.world
    commands.clear()
    try Self.decide(&policy, Self.rows, frozen, into: &commands)
    let first = Self.columns(commands)
    // What the original does in between must not reach the copy.
    for _ in 0..<5 {
      try scene.world.step(commands)
      try Self.decide(&policy, Self.rows, scene.world, into: &commands)
    }
    commands.clear()
    try Self.decide(&copy, Self.rows, frozen, into: &commands)
    #expect(Self.columns(commands) == first)
  }
}
