import SimCore
import SimGeometry
import SimMap
import SimStack
import SimTraffic
import SimWorld
import Testing

/// A world with one or more policies, stepped as an episode steps it.
struct TrafficRun {
  struct Group {
    var rows: [Int]
    var policy: any TrafficPolicy
  }

  /// One agent with its policy, by name and overridden parameters; no policy: nobody decides.
  struct Member {
    var spec: AgentSpec
    var policy: String?
    var parameters: [String: ParameterValues.Value] = [:]
    var route: Route?
    var recording: RecordedTrack?
    /// Family of its ways, if it may change lanes.
    var family: Int?
  }

  var world: World
  var groups: [Group] = []
  var commands: CommandBuffer

  init(
    _ map: LaneGraph, _ members: [Member], paths: [Polyline] = [], ways: [TrafficWay] = [],
    clock: TickClock = TickClock()
  ) throws {
    world = World(map: map, clock: clock, agents: members.map(\.spec), paths: paths)
    commands = world.makeCommands()
    for entry in PolicyCatalog.entries {
      var setups: [TrafficAgentSetup] = []
      for (row, id) in world.agents.ids.enumerated() {
        guard let member = members.first(where: { $0.spec.id == id }),
          member.policy == entry.schema.name
        else { continue }
        setups.append(
          TrafficAgentSetup(
            row: row, stream: world.agents.streams[row],
            parameters: ParameterValues(entry.schema, overriding: member.parameters),
            route: member.route, recording: member.recording, family: member.family))
      }
      if setups.isEmpty { continue }
      let policy = try entry.make(
        ParameterValues(entry.schema),
        TrafficSetup(clock: clock, map: map, agents: setups, ways: ways))
      groups.append(Group(rows: setups.map(\.row), policy: policy))
    }
  }

  /// One tick; at its end a test may command what it likes.
  mutating func step(then edit: (inout CommandBuffer, World) -> Void = { _, _ in }) throws {
    commands.clear()
    let view = world.view
    let context = TickContext(
      clock: view.clock, tick: view.tick, random: CounterRandom(seed: 1), stream: 0)
    for i in groups.indices {
      try groups[i].policy.decide(groups[i].rows, view, into: &commands, in: context)
    }
    edit(&commands, world)
    try world.step(commands)
  }

  /// Ticks until after `seconds`, with a look at the world after each.
  mutating func run(seconds: Double, _ look: (World) throws -> Void = { _ in }) throws {
    for _ in 0..<world.clock.ticks(seconds) {
      try step()
      try look(world)
    }
  }

  /// Row of an agent.
  func row(_ id: String) throws -> Int { try #require(world.agents.row(of: id)) }
}

/// A map without anything on it.
let emptyMap = LaneGraph(name: "empty", lanes: [], segments: [], drivableAreas: [])

/// A polyline of points that are known to be distinct.
func line(_ points: [(Double, Double)]) -> Polyline {
  guard let line = Polyline(points.map { Vector2($0.0, $0.1) }) else {
    preconditionFailure("test points are distinct")
  }
  return line
}
