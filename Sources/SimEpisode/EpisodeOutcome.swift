public import SimStack

/// How an episode ended. Raw values appear in results.
public enum EpisodeOutcome: String, Hashable, Sendable, CaseIterable {
  /// It ran its full duration, whatever happened in it.
  case completed
  /// A condition of `end_on` ended it.
  case terminated
  /// A module threw or gave a malformed or non-finite answer (isolated: crashed or timed out); it
  /// scores 0 and stays in the denominator.
  case plannerFailed = "planner_failed"
  /// The scenario could not be built.
  case invalid
}

/// An episode that ran: its outcome and all that was recorded of it.
public struct Episode: Sendable {
  /// How it ended.
  public var outcome: EpisodeOutcome
  /// Why it did not complete; empty if it did.
  public var reason: String
  /// Of a failed episode: what ran before the failure.
  public var record: EpisodeRecord

  /// An episode that has ended.
  public init(outcome: EpisodeOutcome, reason: String = "", record: EpisodeRecord) {
    self.outcome = outcome
    self.reason = reason
    self.record = record
  }
}
