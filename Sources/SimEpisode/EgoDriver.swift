import SimCore
import SimMap
import SimStack
import SimWorld

/// One driven vehicle through an episode: its modules, and what they last said.
struct EgoDriver {
  /// A plan that waits for its latency to pass.
  private struct PendingPlan {
    var effectiveTick: Int
    var plan: Trajectory
  }

  /// Which of `WorldView.drivenRows` it drives.
  let index: Int
  /// Row of the agent table.
  let row: Int
  private let vehicle: VehicleParameters
  private let stream: UInt64
  private var modules: EpisodeModules.Driver
  private let detail: RecordDetail
  /// Tells microseconds by the clock on the wall.
  private let clock: (@Sendable () -> Int64)?
  /// Somebody looks at the forecasts, or the planner does.
  private var needsForecast: Bool { detail != .states || modules.planner.readsForecast }

  private(set) var scene: Scene?
  private(set) var forecast = Forecast.none
  /// The plan in force; nil until the first one's latency has passed.
  private(set) var plan: Trajectory?
  private(set) var command: DriveCommand?
  private(set) var didPlan = false
  /// What was weighed for the latest plan.
  private(set) var choice: PlanChoice?
  /// What the latest forecast depended on.
  private(set) var attention: [ForecastAttention]?
  /// How long the last tick took.
  private(set) var time: StackTime?
  /// What of the present tick's time nobody would have spent but for who watches, microseconds.
  private var watching: Int64 = 0
  private var pending: [PendingPlan] = []

  /// - Parameters:
  ///   - detail: forecasts that are recorded are made whether the planner reads them or not.
  ///   - clock: tells microseconds by the clock on the wall, for who watches.
  init(
    index: Int, row: Int, vehicle: VehicleParameters, stream: UInt64,
    modules: EpisodeModules.Driver, detail: RecordDetail, clock: (@Sendable () -> Int64)?
  ) {
    self.index = index
    self.row = row
    self.vehicle = vehicle
    self.stream = stream
    self.modules = modules
    self.detail = detail
    self.clock = detail == .watched ? clock : nil
  }

  /// Hands the wheel to another stack; the plan in force stays until that has made one.
  mutating func change(to modules: EpisodeModules.Driver) {
    self.modules = modules
    pending.removeAll()
    choice = nil
    attention = nil
  }

  /// Perceives, predicts, plans and controls: one tick of the driving stack.
  mutating func drive(_ view: WorldView, random: CounterRandom) throws(StageFailure)
    -> DriveCommand
  {
    let context = TickContext(
      clock: view.clock, tick: view.tick, random: random, stream: stream,
      isWatched: detail == .watched)
    watching = 0
    let start = clock?()
    let scene = try perceive(view, context)
    try predict(scene, context)
    try plan(scene, context)
    let command = try control(view.egos[index], context)
    if let clock, let start { time = stackTime(clock() - start - watching, view.clock) }
    self.scene = consume scene
    return command
  }

  private func stackTime(_ spent: Int64, _ clock: TickClock) -> StackTime {
    StackTime(
      spentMicroseconds: spent,
      budgetMicroseconds: Int64(max(1, modules.planLatencyTicks)) * clock.stepMicroseconds)
  }

  /// What is seen now, or was seen last.
  private mutating func perceive(_ view: WorldView, _ context: TickContext)
    throws(StageFailure) -> Scene
  {
    if let scene, !context.isDue(every: modules.rates.perception) {
      // Tracks are as old as the last look; the vehicle knows its own state at any time.
      var aged = scene
      aged.tick = context.tick
      aged.ego = view.egos[index]
      return aged
    }
    let seen = try modules.perceiver.perceive(view, ego: index, in: context)
    if let defect = seen.defect { throw StageFailure(.perceive, defect) }
    return seen
  }

  private mutating func predict(_ scene: Scene, _ context: TickContext) throws(StageFailure) {
    guard context.isDue(every: modules.rates.predictor),
      needsForecast || !modules.predictor.canSkip(scene)
    else { return }
    // A forecast that is only looked at takes no time of the stack's, nor does looking.
    let isNeeded =
      clock == nil || modules.planner.readsForecast || !modules.predictor.canSkip(scene)
    let start = clock?()
    let foreseen = try modules.predictor.predict(scene, in: context)
    guard foreseen.isWellFormed else {
      throw StageFailure(.predict, "the forecast is malformed: wrong shape or not finite")
    }
    forecast = foreseen
    let end = clock?()
    if context.isWatched {
      let attention = modules.predictor.attention
      let lanes = scene.map.lanes.count
      let isWellFormed = attention.allSatisfy { $0.isWellFormed(lanes: lanes) }
      self.attention = attention.isEmpty || !isWellFormed ? nil : attention
    }
    if let clock, let start, let end { watching += clock() - (isNeeded ? end : start) }
  }

  private mutating func plan(_ scene: Scene, _ context: TickContext) throws(StageFailure) {
    didPlan = context.isDue(every: modules.rates.planner)
    if didPlan {
      let made = try modules.planner.plan(scene, forecast, in: context)
      if let defect = made.defect { throw StageFailure(.plan, defect) }
      if let first = made.points.first, first.timeMicroseconds != scene.ego.timeMicroseconds {
        throw StageFailure(.plan, "the first point of the plan is not now")
      }
      if context.isWatched {
        let start = clock?()
        choice = modules.planner.choice.flatMap { $0.isWellFormed ? $0 : nil }
        if let clock, let start { watching += clock() - start }
      }
      pending.append(
        PendingPlan(effectiveTick: context.tick + modules.planLatencyTicks, plan: made))
    }
    while let first = pending.first, first.effectiveTick <= context.tick {
      plan = first.plan
      pending.removeFirst()
    }
  }

  private mutating func control(_ ego: EgoState, _ context: TickContext)
    throws(StageFailure) -> DriveCommand
  {
    // A placement is for one tick; a command to the actuators can be held.
    if let command, !context.isDue(every: modules.rates.controller), case .actuate = command {
      return command
    }
    guard let plan else {
      // Until the first plan takes effect the vehicle keeps its speed and its wheels as they are.
      let coasting = DriveCommand.actuate(acceleration: 0, steeringRate: 0)
      command = coasting
      return coasting
    }
    let asked = try modules.controller.control(ego, vehicle, along: plan, in: context)
    guard asked.isFinite else { throw StageFailure(.control, "the command is not finite") }
    command = asked
    return asked
  }
}

extension TickContext {
  /// A stage that runs every n-th tick runs now.
  fileprivate func isDue(every n: Int) -> Bool { tick % n == 0 }
}
