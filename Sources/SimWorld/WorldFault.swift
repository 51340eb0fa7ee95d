/// The state after a step would hold a number that is no number, or an agent would have jumped: the
/// episode cannot go on.
public struct WorldFault: Error, Hashable, Sendable {
  /// Tick whose state would be broken.
  public var tick: Int
  /// Declared id of the first agent (by row) with such a value.
  public var agent: String
  /// Column that holds it, e.g. `speed`.
  public var column: String
  /// What is wrong with it.
  public var problem: String

  /// A fault of one number of one agent.
  public init(tick: Int, agent: String, column: String, problem: String = "is not finite") {
    self.tick = tick
    self.agent = agent
    self.column = column
    self.problem = problem
  }
}

extension WorldFault: CustomStringConvertible {
  public var description: String { "\(column) of '\(agent)' \(problem) at tick \(tick)" }
}
