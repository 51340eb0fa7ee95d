public import SimCore
public import SimMetrics
public import SimScenario

/// What a batch was asked to do: plain values, so that they can be handed to a worker process.
public struct BatchRequest: Sendable {
  /// One part of a set that is spread over machines, e.g. 2/4.
  public struct Shard: Hashable, Sendable {
    /// From 1.
    public var index: Int
    /// Parts in all.
    public var count: Int

    /// - Precondition: 1 <= index <= count.
    public init(index: Int, count: Int) {
      precondition(count >= 1 && (1...count).contains(index), "shard \(index)/\(count)")
      self.index = index
      self.count = count
    }

    /// Whether an episode belongs to this part; depends on nothing but its name.
    public func contains(_ name: String) -> Bool {
      StableHash.of(name) % UInt64(count) == UInt64(index - 1)
    }
  }

  /// Files and folders, in the order in which results list them.
  public var paths: [String]
  /// Modules named on the command line, as YAML.
  public var modules: [ModuleKind: String] = [:]
  /// `--set path=value` in order; values are YAML.
  public var settings: [(path: String, value: String)] = []
  /// Seeds of `--seeds`; nil: those of the files.
  public var seeds: [UInt64]?
  /// How agents of recordings move.
  public var traffic = LoadOptions.Traffic.asWritten
  /// Whom recordings make the ego.
  public var egoFrom = LoadOptions.EgoFrom.planningProblem
  /// The profile for episodes whose file asks for none.
  public var profile = MetricProfile.strict
  /// The profile counts for all episodes; else only for those whose file asks for none.
  public var overridesProfiles = false
  /// Which episodes leave a recording; none does without `output`. With `failures` the worst of
  /// those that pass do too, unless the batch stops at its first failure.
  public var record = RecordMode.failures
  /// Recordings also hold what planners weighed and predictors attended to.
  public var recordsChoices = false
  /// Workers; at least 1.
  public var jobs = 1
  /// Each worker is a process of its own.
  public var isIsolated = false
  /// Wall-clock bound of one episode in an isolated worker, seconds; nil: none.
  public var timeout: Double?
  /// Take over finished episodes from an earlier run into the same folder.
  public var resumes = false
  /// Stop at the first episode, in order, that does not pass.
  public var failsFast = false
  /// Only episodes whose tags fit.
  public var tags: Selection?
  /// Only episodes whose names fit.
  public var filter: Selection?
  /// The part of the set to run; nil: all of it.
  public var shard: Shard?
  /// Folder of the results; nil: none are written.
  public var output: String?

  /// A request that asks for nothing but what the files say: one worker, no folder.
  public init(paths: [String]) {
    self.paths = paths
  }

  /// How many episodes that pass leave a recording with `failures`.
  public static let worstCount = WorstScores.most

  /// The worst of the episodes that pass leave a recording.
  var keepsWorst: Bool { output != nil && !failsFast }

  /// What was chosen that changes results, in the command line's words and in a fixed order.
  var choices: [String] {
    var choices = ModuleKind.allCases.compactMap { kind in
      modules[kind].map { "--\(kind.rawValue) \($0)" }
    }
    choices += settings.map { "--set \($0.path)=\($0.value)" }
    if let seeds { choices.append("--seeds " + seeds.map(String.init).joined(separator: ",")) }
    if traffic != .asWritten { choices.append("--traffic \(traffic.rawValue)") }
    switch egoFrom {
    case .planningProblem: break
    case .all: choices.append("--ego-from all")
    case .id(let id): choices.append("--ego-from \(id)")
    }
    if overridesProfiles { choices.append("--profile \(profile.name)") }
    if profile.measuresAll { choices.append("--all-metrics") }
    return choices
  }

  /// What the scenario reader needs to know of it.
  public func loadOptions(_ catalogs: ModuleCatalogs) -> LoadOptions {
    LoadOptions(
      modules: modules, settings: settings, seeds: seeds, traffic: traffic, egoFrom: egoFrom,
      catalog: catalogs.schema, profiles: MetricProfile.all.map(\.name),
      resultNames: EpisodeResult.countNames)
  }
}
