import SimCore
public import SimEpisode
public import SimStack

/// The result of one ego in one episode: one row of every results table.
public struct EpisodeResult: Sendable {
  /// One metric's value.
  public struct Metric: Hashable, Sendable {
    /// Its name in the catalog.
    public var name: String
    /// What it does to the score by the profile used.
    public var role: MetricRole
    /// nil: it has no value here.
    public var value: Double?
    /// Further numbers by name.
    public var statistics: [Statistic]
    /// Stretches in which its bound was broken.
    public var violations: [Violation]
  }

  /// A stretch of time in which a metric's bound was broken.
  public struct Violation: Hashable, Sendable {
    /// First tick, included.
    public var firstTick: Int
    /// Last tick, included.
    public var lastTick: Int
    /// Declared id of the other agent; nil if none is involved.
    public var agent: String?
    /// The worst value in it, in the metric's unit.
    public var extremum: Double
    /// One line that says what happened.
    public var reason: String
  }

  /// A further number of a metric.
  public struct Statistic: Hashable, Sendable {
    /// Its name, unique in the episode, e.g. `min_time_to_collision`.
    public var name: String
    /// In the unit that the metric documents.
    public var value: Double
  }

  /// Something that happened, with the other agent by its declared id.
  public struct Event: Hashable, Sendable {
    /// When it happened.
    public var tick: Int
    /// What happened, e.g. `collision`.
    public var kind: String
    /// The other agent; nil if none is involved.
    public var agent: String?
    /// A number that belongs to the kind, e.g. the change of velocity in a collision, m/s.
    public var value: Double
  }

  /// Unique name after expansion: `name[key=value,…]`.
  public var scenario: String
  /// Relative to the PATH given.
  public var path: String
  /// Those of the scenario.
  public var tags: [String]
  /// The episode's seed.
  public var seed: UInt64
  /// Declared id of the ego; empty if the scenario could not be built.
  public var ego: String
  /// Name of its planner.
  public var planner: String
  /// Name of its predictor.
  public var predictor: String
  /// Name of its perceiver.
  public var perception: String
  /// How background agents moved: `as-written`, `replay` or `reactive`.
  public var traffic: String
  /// Name of the profile that it is scored by.
  public var profile: String
  /// How the episode ended.
  public var outcome: EpisodeOutcome
  /// Why it did not complete; empty if it did.
  public var reason: String
  /// In [0, 1]; nil if the scenario could not be built.
  public var score: Double?
  /// In catalog order.
  public var metrics: [Metric] = []
  /// What progress along the route was measured against.
  public var progressReference = ProgressReference.none
  /// By tick.
  public var events: [Event] = []
  /// Number of recorded ticks.
  public var ticks = 0
  /// State hash of the last tick, chained over all.
  public var hash: UInt64 = 0
  /// One line: the score and what took most of it.
  public var explanation = ""
  /// One line for each factor that took something, worst first.
  public var details: [String] = []
  /// Name of the multiplier that made the score 0; nil if none did.
  public var zeroedBy: String?
  /// Expectations that do not hold, one sentence each.
  public var unmet: [String] = []
  /// Number of expectations that were checked.
  public var expectations = 0
  /// Wall time of the whole episode, seconds; no part of what is compared.
  public var wallSeconds = 0.0

  init(
    scenario: String, path: String, tags: [String], seed: UInt64, ego: String = "",
    planner: String = "", predictor: String = "", perception: String = "", traffic: String,
    profile: String, outcome: EpisodeOutcome, reason: String = "", score: Double? = nil
  ) {
    self.scenario = scenario
    self.path = path
    self.tags = tags
    self.seed = seed
    self.ego = ego
    self.planner = planner
    self.predictor = predictor
    self.perception = perception
    self.traffic = traffic
    self.profile = profile
    self.outcome = outcome
    self.reason = reason
    self.score = score
  }

  /// What the tables say of it: it ran as it should, it failed, or it could not run.
  public enum Verdict: String, Hashable, Sendable { case pass, fail, error }

  /// An episode fails if its planner did or an expectation does not hold.
  public var verdict: Verdict {
    switch outcome {
    case .invalid: .error
    case .plannerFailed: .fail
    case .completed, .terminated: unmet.isEmpty ? .pass : .fail
    }
  }

  /// The hash as results write it.
  public var hashText: String { StateHash.text(hash) }

  /// What `expect:` can bound besides the score, the outcome and the metrics: statistics that every
  /// episode has (`goal_time` those that reach a goal), and `collisions` for all of them.
  static let countNames = [
    "collisions", "collisions_at_fault", "number_of_all_at_fault_collisions", "crash",
    "at_fault_crash", "off_road", "timeout", "goal_time", "min_time_to_collision",
    "number_of_ego_lane_change", "red_lights", "ego_total_progress_along_route",
  ]

  /// A value by the names that `expect:` uses: the score, a metric, or a statistic of one.
  public func value(named name: String) -> Double? {
    if name == "score" { return score }
    if name == "collisions" { return value(named: "all_collisions") }
    if let metric = metrics.first(where: { $0.name == name }) { return metric.value }
    for metric in metrics {
      if let statistic = metric.statistics.first(where: { $0.name == name }) {
        return statistic.value
      }
    }
    return nil
  }
}
