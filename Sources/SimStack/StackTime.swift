/// How long a driving stack took for a tick by the clock on the wall, and how long it might take:
/// for people who watch a live episode. It differs from run to run, so it enters neither results
/// nor recordings.
public struct StackTime: Hashable, Sendable {
  /// Time from perception to the command, microseconds.
  public var spentMicroseconds: Int64
  /// Time after which the plan comes too late on a road, microseconds: the declared latency, at
  /// least one tick.
  public var budgetMicroseconds: Int64

  /// A time with its bound.
  public init(spentMicroseconds: Int64, budgetMicroseconds: Int64) {
    self.spentMicroseconds = spentMicroseconds
    self.budgetMicroseconds = budgetMicroseconds
  }

  /// It took too long.
  public var isOverrun: Bool { spentMicroseconds > budgetMicroseconds }
}
