public import SimCore
public import SimStack

/// What a viewer shows: an episode, what was found in it, and perhaps a second run beside it.
public struct Exhibit: Sendable {
  /// From a tick on, another stack drives than the record's header names, or other random numbers
  /// are drawn.
  public struct Branch: Hashable, Sendable {
    /// The first tick whose decisions are different.
    public var tick: Int
    /// The planner of the first ego from then on.
    public var planner: String
    /// Of the random numbers from then on.
    public var seed: UInt64

    /// A change at a tick.
    public init(tick: Int, planner: String, seed: UInt64) {
      self.tick = tick
      self.planner = planner
      self.seed = seed
    }
  }

  /// The episode; it has at least one tick.
  public let record: EpisodeRecord
  /// What was found in it.
  public var findings: Findings
  /// A second run, of which the agents are shown as outlines; nil: none.
  public var ghost: EpisodeRecord?
  /// Where it left the path of its scenario, by tick; empty: nowhere.
  public var branches: [Branch] = []

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

  /// The modules that drive the first ego at a tick, e.g. `frenet / lane-idm / ideal`; nil if
  /// nobody is scored.
  func modules(at tick: Int) -> String? {
    guard let ego = record.header.egos.first else { return nil }
    let branch = branches.last { $0.tick <= tick }
    var names = [ModuleKind.planner, .predictor, .perception].compactMap { ego.modules[$0]?.name }
    if let branch, ego.modules[.planner] != nil { names[0] = branch.planner }
    let seed = branch.map(\.seed) ?? record.header.seed
    return names.joined(separator: " / ") + (seed == record.header.seed ? "" : ", seed \(seed)")
  }
}
