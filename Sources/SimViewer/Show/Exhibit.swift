public import SimCore
public import SimStack

/// What a viewer shows: an episode, what was found in it, and perhaps a second run beside it.
public struct Exhibit: Sendable {
  /// The episode; it has at least one tick.
  public let record: EpisodeRecord
  /// What was found in it.
  public var findings: Findings
  /// A second run, of which the agents are shown as outlines; nil: none.
  public var ghost: EpisodeRecord?

  /// - Throws: a record without a tick or without agents, of which there is nothing to show.
  public init(
    _ record: EpisodeRecord, findings: Findings = Findings(), ghost: EpisodeRecord? = nil,
    file: String
  ) throws(InputError) {
    guard record.ticks > 0, !record.header.ids.isEmpty else {
      throw InputError(at: .wholeFile(file), "the episode ended before its first tick")
    }
    self.record = record
    self.findings = findings
    self.ghost = ghost
  }

  /// The last recorded tick.
  public var lastTick: Int { record.ticks - 1 }

  /// Row of the first ego; of the first agent if none is scored.
  public var ego: Int { record.header.egos.first?.agent ?? 0 }
}
