public import SimCore

/// What the command line asks of every scenario that is loaded.
public struct LoadOptions: Sendable {
  /// How background agents of imported recordings move.
  public enum Traffic: String, Hashable, Sendable, CaseIterable {
    /// What the file says: the policies of a YAML scenario, replay for a recording.
    case asWritten = "as-written"
    /// Recorded agents follow their recording.
    case replay
    /// Recorded vehicles are taken over by `idm` from their recorded state on their recorded route.
    case reactive
  }

  /// Who is the ego in an imported recording.
  public enum EgoFrom: Hashable, Sendable {
    /// The file's own planning problems.
    case planningProblem
    /// Every recorded mover in turn, one episode each, with its track as expert.
    case all
    /// The recorded mover of this id.
    case id(String)
  }

  /// Modules named on the command line; they replace those of the file.
  public var modules: [ModuleKind: String]
  /// `--set path=value` in order; values are YAML.
  public var settings: [(path: String, value: String)]
  /// Seeds of `--seeds`; nil: those of the file.
  public var seeds: [UInt64]?
  /// How recorded agents move; authored scenarios run as written.
  public var traffic: Traffic
  /// Whom recordings make the ego; authored scenarios name their own.
  public var egoFrom: EgoFrom
  /// The modules that can be named, with their parameters.
  public var catalog: CatalogSchema
  /// The metric profiles that a scenario can ask for.
  public var profiles: [String]
  /// Results besides `score`, `outcome` and the metrics that `expect` can bound.
  public var resultNames: [String]

  /// Options that ask for nothing but what the files say, unless told otherwise.
  public init(
    modules: [ModuleKind: String] = [:], settings: [(path: String, value: String)] = [],
    seeds: [UInt64]? = nil, traffic: Traffic = .asWritten, egoFrom: EgoFrom = .planningProblem,
    catalog: CatalogSchema, profiles: [String] = ["strict", "nuplan-compat"],
    resultNames: [String] = [
      "collisions", "collisions_at_fault", "crash", "at_fault_crash", "off_road", "timeout",
      "goal_time", "min_time_to_collision", "number_of_ego_lane_change",
    ]
  ) {
    self.modules = modules
    self.settings = settings
    self.seeds = seeds
    self.traffic = traffic
    self.egoFrom = egoFrom
    self.catalog = catalog
    self.profiles = profiles
    self.resultNames = resultNames
  }
}

/// One episode to run: cheap to hold, built into a `Scenario` only when a worker takes it up, so
/// that the memory of a batch does not grow with its size.
public struct EpisodeTicket: Sendable {
  /// Unique after expansion: `name[key=value,…]`.
  public var name: String
  /// Relative to the PATH given.
  public var path: String
  /// Those of the file, for selections.
  public var tags: [String]
  /// The episode's seed, from the file, its sweep or the command line.
  public var seed: UInt64
  /// Builds the scenario. Every call gives an equal one.
  public var build: @Sendable () throws(InputError) -> Scenario

  /// A ticket; `build` must give an equal scenario each time.
  public init(
    name: String, path: String, tags: [String], seed: UInt64,
    build: @escaping @Sendable () throws(InputError) -> Scenario
  ) {
    self.name = name
    self.path = path
    self.tags = tags
    self.seed = seed
    self.build = build
  }
}

/// What came of reading one file.
public struct LoadResult: Sendable {
  /// In the order of expansion.
  public var tickets: [EpisodeTicket]
  /// Why a readable file holds nothing to run (a map without a task); nil if it does.
  public var skipReason: String?
  /// Warnings: what was ignored or repaired.
  public var notes: [Diagnostic]
  /// It holds recorded traffic, which `--traffic` and `--ego-from` are about.
  public var isRecording: Bool

  /// What came of a file: episodes, or the reason why there are none.
  public init(
    tickets: [EpisodeTicket], skipReason: String? = nil, notes: [Diagnostic] = [],
    isRecording: Bool = false
  ) {
    self.tickets = tickets
    self.skipReason = skipReason
    self.notes = notes
    self.isRecording = isRecording
  }
}
