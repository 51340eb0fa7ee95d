import SimCore
public import SimEpisode
public import SimMetrics
public import SimScenario
public import SimStack
import SimWorld

/// Which episodes leave a recording.
public enum RecordMode: String, Hashable, Sendable, CaseIterable {
  /// No episode; those with an ego that does not pass, and in a batch the worst of the others;
  /// every one that ran.
  case none, failures, all
}

/// What is different in an episode from a tick on.
public struct EpisodeBranch: Sendable {
  /// The first tick whose decisions are different.
  public var tick: Int
  /// The same scenario, but for the stacks that drive from then on.
  public var scenario: Scenario
  /// Of the random numbers from then on.
  public var seed: UInt64

  /// A change at a tick.
  public init(tick: Int, scenario: Scenario, seed: UInt64) {
    self.tick = tick
    self.scenario = scenario
    self.seed = seed
  }
}

/// Runs and scores one episode at a time: a pure function of scenario, catalogs and profile.
public struct EpisodeExecutor: Sendable {
  /// What came of one episode.
  public struct Output: Sendable {
    /// One per ego.
    public var results: [EpisodeResult]
    /// What to store of it; nil if nothing was asked for, or nothing ran.
    public var recording: Recording?
  }

  /// The modules that episodes are made of.
  public let catalogs: ModuleCatalogs
  /// By which all episodes are scored whose scenario asks for no other.
  public let profile: MetricProfile
  /// What scenarios ask for does not count.
  public let overridesProfiles: Bool
  /// Which episodes leave a recording.
  public let record: RecordMode
  /// `as-written`, `replay` or `reactive`: named in results.
  public let traffic: LoadOptions.Traffic
  /// Episodes are watched: records also tell how planners and predictors came to their results.
  public let isWatched: Bool
  /// Records also tell how long stacks took by the clock on the wall; recordings do not.
  public let isTimed: Bool
  private let references: ReferenceDrives
  /// Nil: no episode that passes leaves a recording.
  private let worst: WorstScores?

  /// An executor; scenarios that differ in nothing but their egos' modules share one reference
  /// drive.
  ///
  /// - Parameters:
  ///   - keepsWorst: with `failures`, an episode that passes leaves a recording too if it is one of
  ///     the worst so far; `BatchRunner` removes those that others have overtaken.
  ///   - isWatched: recordings also tell what planners weighed and predictors attended to.
  ///   - isTimed: records also tell how long the stacks took, if they are watched.
  public init(
    catalogs: ModuleCatalogs, profile: MetricProfile, overridesProfiles: Bool = false,
    record: RecordMode, traffic: LoadOptions.Traffic = .asWritten, keepsWorst: Bool = false,
    isWatched: Bool = false, isTimed: Bool = false
  ) {
    self.isWatched = isWatched
    self.isTimed = isTimed
    worst = keepsWorst && record == .failures ? WorstScores() : nil
    self.catalogs = catalogs
    self.profile = profile
    self.overridesProfiles = overridesProfiles
    self.record = record
    self.traffic = traffic
    references = ReferenceDrives(catalogs, keepsHistory: profile.measuresAll)
  }

  /// The results of an episode that has not begun: everything that is known of its egos before a
  /// module is called.
  public func plannedResults(_ scenario: Scenario) -> [EpisodeResult] {
    scenario.egos.map { ego in
      let agent = scenario.agents.first { $0.spec.id == ego.id }
      func name(_ kind: ModuleKind) -> String {
        guard case .stack(let stack)? = agent?.driver else { return "" }
        return stack.modules[kind]?.name ?? ""
      }
      var result = EpisodeResult(
        scenario: scenario.name, path: scenario.path, tags: scenario.tags, seed: scenario.seed,
        ego: ego.id, planner: name(.planner), predictor: name(.predictor),
        perception: name(.perception), traffic: trafficName(scenario.path),
        profile: effectiveProfile(scenario).name, outcome: .completed)
      result.expectations = scenario.expectations.count
      return result
    }
  }

  /// Runs a scenario and scores every ego of it.
  ///
  /// - Parameter branches: what is different from ticks on, in order of time.
  public func run(_ written: Scenario, branches: [EpisodeBranch] = []) -> Output {
    let assembly = EpisodeAssembly(catalogs: catalogs)
    let scenario: Scenario
    let modules: EpisodeModules
    var others: [[EpisodeModules.Driver]] = []
    do {
      scenario = try WarmUp(written).warmed { (before) throws(StageFailure) in
        try assembly.traffic(before)
      }
      modules = try assembly.modules(for: scenario)
      for branch in branches {
        others.append(try assembly.modules(for: branch.scenario).drivers)
      }
    } catch {
      return Output(results: failed(written, reason: "before tick 0: \(error)"), recording: nil)
    }
    let isOwnReference = references.isOwnReference(scenario)
    let drives =
      isOwnReference
      ? ReferenceDrives.Drives(egos: scenario.egos.map { _ in nil })
      : references.drives(for: scenario)
    // Forecasts are scored where all is measured.
    let isFull = record != .none || effectiveProfile(scenario).measuresAll
    let kept: RecordDetail = isWatched ? .watched : .full
    let watch = Stopwatch()
    let clock: @Sendable () -> Int64 = { Int64(watch.seconds * 1_000_000) }
    var runner = EpisodeRunner(
      scenario, header: EpisodeHeader(of: scenario, references: drives.egos), modules: modules,
      detail: isFull ? kept : .states, wallClock: isTimed ? clock : nil)
    for (branch, drivers) in zip(branches, others) {
      runner.branch(at: branch.tick, drivers: drivers, seed: branch.seed)
    }
    var episode = runner.run()
    if isOwnReference { episode.useOwnDrivesAsReference() }
    if effectiveProfile(scenario).measuresAll {
      episode.record.counterfactual = isOwnReference ? episode.record.history : drives.history
    }
    return score(episode, of: scenario)
  }

  /// What happens in a scenario, not scored and without forecasts: for data sets.
  ///
  /// - Returns: the episode; its outcome says whether a module failed in it.
  /// - Throws: a module that could not be made.
  public func episode(of written: Scenario) throws(StageFailure) -> Episode {
    let assembly = EpisodeAssembly(catalogs: catalogs)
    let scenario = try WarmUp(written).warmed { (before) throws(StageFailure) in
      try assembly.traffic(before)
    }
    let none: [[EgoState]?] = scenario.egos.map { _ in nil }
    var runner = EpisodeRunner(
      scenario, header: EpisodeHeader(of: scenario, references: none),
      modules: try assembly.modules(for: scenario), detail: .states)
    return runner.run()
  }

  /// The results of an episode whose modules could not be made or whose process is gone.
  public func failed(_ scenario: Scenario, reason: String) -> [EpisodeResult] {
    plannedResults(scenario).map { $0.failed(reason: reason) }
  }

  private func score(_ episode: Episode, of scenario: Scenario) -> Output {
    let profile = effectiveProfile(scenario)
    let recording = Recording(
      origin: Recording.Origin(
        program: ProgramVersion.current, path: scenario.path, tags: scenario.tags,
        traffic: trafficName(scenario.path), profile: profile.name,
        expectations: scenario.expectations), episode: episode)
    let results = recording.results(profile)
    let isKept =
      switch record {
      case .none: false
      case .all: true
      case .failures: results.lowestPassingScore.map { worst?.admits($0) ?? false } ?? true
      }
    return Output(results: results, recording: isKept ? recording : nil)
  }

  /// What results say of the traffic: that of a recording, as it is written, is its replay, and
  /// that of an authored scenario is always as written.
  func trafficName(_ path: String) -> String {
    let isYAML = path.hasSuffix(".yaml") || path.hasSuffix(".yml")
    let effective: LoadOptions.Traffic =
      isYAML ? .asWritten : traffic == .asWritten ? .replay : traffic
    return effective.rawValue
  }

  /// The profile that a scenario asks for, unless the one given overrides it.
  func effectiveProfile(_ scenario: Scenario) -> MetricProfile {
    if overridesProfiles { return profile }
    guard var own = scenario.profile.flatMap(MetricProfile.named) else { return profile }
    own.measuresAll = profile.measuresAll
    return own
  }
}
