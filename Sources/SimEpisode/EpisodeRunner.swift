import SimCore
public import SimScenario
public import SimStack
import SimWorld

/// Runs one episode: the tick loop.
///
/// An episode is a pure function of its scenario and its modules. One call of `run` is one
/// episode; nothing here waits, looks at a clock or knows a module by name.
public struct EpisodeRunner: Sendable {
  /// Steps of the episode.
  private let ticks: Int
  private var random: CounterRandom
  /// What changes at ticks, in order of time.
  private var changes: [(tick: Int, drivers: [EpisodeModules.Driver], seed: UInt64)] = []
  private var world: World
  private var traffic: [EpisodeModules.PolicyGroup]
  private var drivers: [EgoDriver]
  private var director: EventDirector
  private var goals: GoalWatch
  private let ending: EndWatch
  private var recorder: EpisodeRecorder
  private var hash: UInt64 = 0

  /// - Parameters:
  ///   - scenario: what to run.
  ///   - header: as made by `EpisodeHeader.init(of:references:)` from the same scenario.
  ///   - modules: one driver per driven agent of the scenario, in row order.
  ///   - detail: what to keep.
  ///   - wallClock: tells microseconds since any moment, for `EgoTickRecord.time` where stacks are
  ///     watched; nothing else depends on it.
  public init(
    _ scenario: Scenario, header: EpisodeHeader, modules: EpisodeModules, detail: RecordDetail,
    wallClock: (@Sendable () -> Int64)? = nil
  ) {
    ticks = scenario.ticks
    random = CounterRandom(seed: scenario.seed)
    world = World(scenario)
    precondition(
      modules.drivers.count == world.drivenRows.count, "one driver per driven agent")
    let view = world.view
    traffic = modules.traffic
    drivers = modules.drivers.enumerated().map { index, driver in
      let row = view.drivenRows[index]
      return EgoDriver(
        index: index, row: row, vehicle: view.vehicles[index], stream: view.agents.streams[row],
        modules: driver, detail: detail, clock: wallClock)
    }
    let egoDrivers = header.egos.map { ego in
      guard let driver = view.drivenRows.firstIndex(of: ego.agent) else {
        preconditionFailure("ego '\(header.ids[ego.agent])' is not driven")
      }
      return driver
    }
    director = EventDirector(scenario)
    goals = GoalWatch(scenario, drivers: egoDrivers, vehicles: view.vehicles)
    ending = EndWatch(scenario.endOn, drivers: egoDrivers)
    recorder = EpisodeRecorder(header, drivers: egoDrivers, detail: detail)
  }

  /// Lets other stacks drive, and other random numbers be drawn, from a tick on; up to it the
  /// episode is the same to the bit.
  ///
  /// - Parameters:
  ///   - tick: the first whose decisions are different.
  ///   - drivers: one per driven agent, in row order; they know nothing of what was before.
  ///   - seed: of the random numbers from then on.
  public mutating func branch(at tick: Int, drivers: [EpisodeModules.Driver], seed: UInt64) {
    precondition(drivers.count == self.drivers.count, "one driver per driven agent")
    precondition((changes.last?.tick ?? -1) < tick, "changes come in order of time")
    changes.append((tick, drivers, seed))
  }

  /// Runs to the end of the episode, or until a module fails or a condition of `end_on` holds.
  public mutating func run() -> Episode {
    recorder.reserve(ticks: ticks, block: .max)
    return go { _ in }
  }

  /// Runs to the end and hands the states of agents on as they are recorded, for crowds whose
  /// record would be larger than all else that the episode needs.
  ///
  /// - Parameters:
  ///   - block: how many ticks are handed on at a time; fewer at the end.
  ///   - read: gets the number of the first of the ticks, and their states.
  /// - Returns: the episode; its record has neither the history nor the signals any more.
  public mutating func run(
    inBlocksOf block: Int, _ read: (_ first: Int, _ history: AgentHistory) -> Void
  ) -> Episode {
    precondition(block > 0, "a block has ticks")
    recorder.reserve(ticks: ticks, block: block)
    var episode = go { recorder in
      if recorder.record.history.ticks == block {
        read(recorder.ticks - block, recorder.record.history)
        recorder.drop()
      }
    }
    let rest = episode.record.history
    if rest.ticks > 0 { read(recorder.ticks - rest.ticks, rest) }
    episode.record.history = AgentHistory(agents: rest.agents)
    episode.record.signals = []
    return episode
  }

  private mutating func go(_ afterTick: (inout EpisodeRecorder) -> Void) -> Episode {
    // (Not kept in the runner: what is lent out of it would be copied.)
    var commands = world.makeCommands()
    do {
      while world.tick < ticks {
        if let reason = try live(&commands) { return end(.terminated, reason) }
        afterTick(&recorder)
        try step(commands)
      }
      let reason = lookAround(world.view)
      return end(reason == nil ? .completed : .terminated, reason ?? "")
    } catch {
      return fail(error)
    }
  }

  /// Everything of a tick but the step: all of it looks at one frozen view, which is let go before
  /// the step, so that the step finds its buffers free.
  ///
  /// - Returns: why the episode ends now; nil if it goes on.
  private mutating func live(_ commands: inout CommandBuffer) throws(StageFailure) -> String? {
    for change in changes where change.tick == world.tick {
      random = CounterRandom(seed: change.seed)
      for index in drivers.indices { drivers[index].change(to: change.drivers[index]) }
    }
    let view = world.view
    if let reason = lookAround(view) { return reason }
    commands.clear()
    director.observe(view, &traffic, &recorder)
    try decideTraffic(view, &commands)
    try driveEgos(view, &commands)
    director.command(view, &commands)
    recorder.record(view, hash: hash, commands: commands, drivers: drivers)
    return nil
  }

  /// Hashes the frozen state and looks at goals and ends.
  ///
  /// - Returns: why the episode ends now; nil if it goes on.
  private mutating func lookAround(_ view: WorldView) -> String? {
    hash = world.stateHash(chaining: hash)
    for event in goals.events(in: view) { recorder.record(event) }
    return ending.reason(in: view, goals: goals)
  }

  private mutating func decideTraffic(
    _ view: WorldView, _ commands: inout CommandBuffer
  ) throws(StageFailure) {
    // A policy serves many agents; their own streams come from its setup.
    let context = TickContext(clock: view.clock, tick: view.tick, random: random, stream: 0)
    // Policies that agents may come to later lay out what they know at the start.
    for group in traffic.indices where !traffic[group].rows.isEmpty || view.tick == 0 {
      try traffic[group].policy.decide(traffic[group].rows, view, into: &commands, in: context)
    }
  }

  private mutating func driveEgos(
    _ view: WorldView, _ commands: inout CommandBuffer
  ) throws(StageFailure) {
    for index in drivers.indices {
      switch try drive(index, view) {
      case .actuate(let acceleration, let steeringRate):
        commands.acceleration[drivers[index].row] = acceleration
        commands.steeringRate[drivers[index].row] = steeringRate
      case .place(let state):
        commands.egoPlacements[index] = state
      }
    }
  }

  /// One driven vehicle's command; a failure says whose it is if there are several.
  private mutating func drive(_ index: Int, _ view: WorldView) throws(StageFailure) -> DriveCommand
  {
    do {
      return try drivers[index].drive(view, random: random)
    } catch {
      var failure = error
      if drivers.count > 1 { failure.agent = view.agents.ids[drivers[index].row] }
      throw failure
    }
  }

  private mutating func step(_ commands: CommandBuffer) throws(StageFailure) {
    do {
      try world.step(commands)
    } catch {
      // A driven vehicle follows its controller, all others their traffic policy.
      let isDriven = world.drivenRows.contains { world.agents.ids[$0] == error.agent }
      throw StageFailure(isDriven ? .control : .decide, error.description)
    }
  }

  /// The last record: a state after which nothing is asked any more.
  private mutating func end(_ outcome: EpisodeOutcome, _ reason: String) -> Episode {
    recorder.recordEnd(world.view, hash: hash, drivers: drivers)
    return Episode(outcome: outcome, reason: reason, record: recorder.record)
  }

  /// A failure: the state at which it happened is kept, unless its tick was already recorded.
  private mutating func fail(_ failure: StageFailure) -> Episode {
    if recorder.ticks == world.tick {
      recorder.recordEnd(world.view, hash: hash, drivers: drivers)
    }
    recorder.record(EpisodeEvent(tick: world.tick, kind: "planner_failed"))
    return Episode(
      outcome: .plannerFailed, reason: "tick \(world.tick): \(failure)", record: recorder.record)
  }
}
