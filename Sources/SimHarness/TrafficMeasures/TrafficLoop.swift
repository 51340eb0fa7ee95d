import SimCore
import SimEpisode
import SimScenario
import SimStack
import SimWorld

/// The background traffic of a scenario by itself, tick by tick: the world and the policies of an
/// episode and its hash, but no records, so that hours fit into memory.
struct TrafficLoop {
  private let random: CounterRandom
  private var groups: [EpisodeModules.PolicyGroup]
  private var commands: CommandBuffer
  private(set) var world: World
  /// Of the state now, chained over all ticks.
  private(set) var hash: UInt64

  /// - Parameter scenario: it has no ego, no events and no warm-up.
  init(_ scenario: Scenario, _ catalogs: ModuleCatalogs) throws(StageFailure) {
    precondition(scenario.egos.isEmpty && scenario.warmUpTicks == 0, "traffic by itself")
    random = CounterRandom(seed: scenario.seed)
    groups = try EpisodeAssembly(catalogs: catalogs).traffic(scenario)
    world = World(scenario)
    commands = world.makeCommands()
    hash = world.stateHash(chaining: 0)
  }

  /// One tick.
  mutating func step() throws(StageFailure) {
    do {
      let view = world.view
      commands.clear()
      let context = TickContext(clock: view.clock, tick: view.tick, random: random, stream: 0)
      for group in groups.indices {
        try groups[group].policy.decide(groups[group].rows, view, into: &commands, in: context)
      }
    }
    do {
      try world.step(commands)
    } catch {
      throw StageFailure(.decide, error.description)
    }
    hash = world.stateHash(chaining: hash)
  }
}
