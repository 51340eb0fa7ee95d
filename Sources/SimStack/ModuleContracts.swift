public import SimWorld

// The contract of every kind of plug-in. Modules are values: copying one is a snapshot of its
// memory. A call may depend only on its arguments and that memory; the conformance suite of the
// kind checks that over the catalog.

/// Turns the true world into what the ego perceives.
public protocol Perceiver: Sendable {
  /// The scene as seen from a driven agent.
  ///
  /// - Parameters:
  ///   - view: the true world, frozen.
  ///   - ego: which of `view.drivenRows` perceives.
  mutating func perceive(_ view: WorldView, ego: Int, in context: TickContext)
    throws(StageFailure) -> Scene
}

/// Foresees the motion of the tracks of a scene.
public protocol Predictor: Sendable {
  /// Where the scene's tracks may go, in ascending order of their ids, from one step after now on.
  ///
  /// - Throws: the episode ends as `planner_failed`, as it does if the forecast is malformed.
  mutating func predict(_ scene: Scene, in context: TickContext) throws(StageFailure) -> Forecast

  /// Whether nothing but the forecast itself tells if it was asked about a scene: it keeps no
  /// memory of the call, and what it would answer is sure to be well formed. It is then not asked
  /// where nobody looks at the forecast. False unless it says so.
  func canSkip(_ scene: Scene) -> Bool

  /// What the last forecast depended on, by track, for people who watch; nothing unless it says
  /// otherwise. It is asked only after a call whose context says that somebody watches.
  var attention: [ForecastAttention] { get }
}

extension Predictor {
  /// It is always asked.
  public func canSkip(_ scene: Scene) -> Bool { false }

  /// It does not say.
  public var attention: [ForecastAttention] { [] }
}

/// Decides where the ego goes.
public protocol Planner: Sendable {
  /// The way of the ego's rear axle from now on, as far as the planner looks ahead.
  ///
  /// - Throws: the episode ends as `planner_failed`, as it does if the plan has a `defect`.
  mutating func plan(_ scene: Scene, _ forecast: Forecast, in context: TickContext)
    throws(StageFailure) -> Trajectory

  /// Whether it looks at forecasts: if not, the one that it is given may be any, also an old one or
  /// none. True unless it says otherwise.
  var readsForecast: Bool { get }

  /// What was weighed for the last plan, for people who watch; nothing unless it says otherwise. It
  /// is asked only after a call whose context says that somebody watches.
  var choice: PlanChoice? { get }
}

extension Planner {
  /// It reads them.
  public var readsForecast: Bool { true }

  /// It does not say.
  public var choice: PlanChoice? { nil }
}

/// Follows a plan.
public protocol Controller: Sendable {
  /// The command that takes `ego` along `trajectory` until the next tick.
  mutating func control(
    _ ego: EgoState, _ vehicle: VehicleParameters, along trajectory: Trajectory,
    in context: TickContext
  ) throws(StageFailure) -> DriveCommand
}

/// Decides for all background agents of one kind at once.
public protocol TrafficPolicy: Sendable {
  /// Writes the rows of `agents` (ascending rows of `view.agents`) in `commands`, and no others.
  mutating func decide(
    _ agents: [Int], _ view: WorldView, into commands: inout CommandBuffer, in context: TickContext
  ) throws(StageFailure)

  /// Takes note of what a script has in mind for one of its agents, before it decides. Policies
  /// that look at no such thing do nothing.
  mutating func direct(_ directive: TrafficDirective, row: Int)
}

extension TrafficPolicy {
  /// Takes no note.
  public mutating func direct(_ directive: TrafficDirective, row: Int) {}
}

/// What the events of a scenario tell a traffic policy of one of its agents.
public enum TrafficDirective: Hashable, Sendable {
  /// The acceleration that the policy decides does not count (true), or counts again: the agent may
  /// do what no driver of the policy would.
  case isScripted(Bool)
  /// It takes notice of signals, signs and rights of way (true, as at first), or of none.
  case heedsRules(Bool)
}
