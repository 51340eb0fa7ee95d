/// A module could not do its work in this tick; the episode ends as `planner_failed`.
public struct StageFailure: Error, Hashable, Sendable {
  /// Which call failed.
  public enum Stage: String, Hashable, Sendable { case perceive, predict, plan, control, decide }

  /// The call that failed.
  public var stage: Stage
  /// What happened, in one sentence for the results table.
  public var reason: String
  /// Declared id of the agent that the module drives, if it drives one of several.
  public var agent: String?

  /// A failure of the one module of its stage.
  public init(_ stage: Stage, _ reason: String) {
    self.stage = stage
    self.reason = reason
  }
}

extension StageFailure: CustomStringConvertible {
  public var description: String {
    (agent.map { "'\($0)': " } ?? "") + "\(stage.rawValue): \(reason)"
  }
}
