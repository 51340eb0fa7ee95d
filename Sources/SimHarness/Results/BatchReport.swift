import SimCore
import SimEpisode
import SimMetrics

/// What came of a batch: all that its files and tables are made from.
public struct BatchReport: Sendable {
  /// The profile of the whole: scores of other profiles stay out of the mean.
  public var profile: String
  /// What the command line chose, in its words, e.g. `--planner idm`; it tells runs apart.
  public var choices: [String] = []
  /// Names of the folders in which the scenarios' files lie, by scenario.
  var families: [String: String] = [:]
  /// In the order of the set; files that could not be read come last.
  public var results: [EpisodeResult]
  /// Files without anything to run, with the reason.
  public var skipped: [(path: String, reason: String)]
  /// The PATHs hold no episode at all.
  public var foundNothing = false
  /// Episodes that were to run and did not: interrupted, or stopped by `--fail-fast`.
  public var notRun = 0
  /// Ctrl-C ended it before all had run.
  public var wasInterrupted = false
  /// Episodes whose results were taken over from an earlier run.
  public var resumed = 0
  /// Wall time, seconds; no part of what is compared.
  public var wallSeconds = 0.0

  /// A report of results that are all there; the rest is nothing unless set.
  public init(
    profile: String, results: [EpisodeResult], skipped: [(path: String, reason: String)]
  ) {
    self.profile = profile
    self.results = results
    self.skipped = skipped
  }

  /// Number of results of a verdict.
  public func count(_ verdict: EpisodeResult.Verdict) -> Int {
    results.count { $0.verdict == verdict }
  }

  /// Results for statistics: those that have a score by the profile of the whole, and of those that
  /// are the same episode under another seed (equal hashes) only the first.
  public var distinct: [EpisodeResult] {
    var seen: Set<SeedTwin> = []
    return results.filter { result in
      guard result.score != nil, result.profile == profile else { return false }
      return SeedTwin(result).map { seen.insert($0).inserted } ?? true
    }
  }

  /// Number of results that repeat the episode of another seed to the bit.
  public var seedTwins: Int {
    var seen: Set<SeedTwin> = []
    return results.count { SeedTwin($0).map { !seen.insert($0).inserted } ?? false }
  }

  /// Mean score, a failed planner's counting as 0; nil if nothing has a score.
  public var meanScore: Double? {
    let scenarios = distinct.map { result in
      ScoreAggregator.Scenario(
        name: result.scenario, type: profile, metrics: [], score: result.score)
    }
    let formula = MetricProfile.named(profile)?.formula ?? .nuPlan
    return scenarios.isEmpty ? nil : ScoreAggregator(formula).table(scenarios).final.score
  }

  /// Number of results that have a score by another profile than the whole: their files ask for it.
  public var scoredOtherwise: Int {
    results.count { $0.score != nil && $0.profile != profile }
  }

  /// Exit code of a command that made this report.
  public var status: ExitStatus {
    if foundNothing || count(.error) > 0 || notRun > 0 && wasInterrupted { return .couldNotRun }
    return count(.fail) > 0 ? .failed : .passed
  }
}

/// Exit codes of every command.
public enum ExitStatus: Int32, Sendable {
  /// All ran, and every expectation holds.
  case passed = 0
  /// All ran, but an expectation, a gate or a planner failed.
  case failed = 1
  /// Something could not run: bad input or arguments, or it was interrupted.
  case couldNotRun = 2
}

/// What is equal for episodes that differ in nothing but their seed's number.
private struct SeedTwin: Hashable {
  let scenario: String
  let path: String
  let ego: String
  let hash: UInt64

  /// Nil for episodes without a state, which cannot be compared.
  init?(_ result: EpisodeResult) {
    guard result.ticks > 0 else { return nil }
    scenario = result.scenario
    path = result.path
    ego = result.ego
    hash = result.hash
  }

  static func == (a: SeedTwin, b: SeedTwin) -> Bool {
    a.hash == b.hash && a.ego == b.ego && a.path == b.path
      && EpisodeName.withoutSeed(a.scenario) == EpisodeName.withoutSeed(b.scenario)
  }

  /// (Without its seed a name costs far more, and few states are equal.)
  func hash(into hasher: inout Hasher) {
    hasher.combine(hash)
    hasher.combine(path)
  }
}
