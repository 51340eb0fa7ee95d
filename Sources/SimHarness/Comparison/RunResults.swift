import GRDB
public import SimCore
import SimStack

/// What a batch left in its folder, as far as runs are compared by it.
public struct RunResults: Sendable {
  /// The result of one ego in one episode.
  public struct Row: Sendable {
    /// Unique name after expansion.
    public var scenario: String
    /// The file, relative to the PATH given.
    public var path: String
    /// The ego's declared id.
    public var ego: String
    /// The planner's name.
    public var planner: String
    /// The profile that scored it.
    public var profile: String
    /// It ran as it should, it failed, or it could not run.
    public var verdict: EpisodeResult.Verdict
    /// Why it did not complete, the expectations that do not hold, or what took most of its score.
    public var why: String
    /// In [0, 1]; nil if it could not run.
    public var score: Double?
    /// Values by the index of their metric in `metrics`; nil where a metric has none.
    public var values: [Double?]
    /// State hash of the last tick, in hexadecimal digits.
    public var hash: String
    /// Number of recorded ticks; 0 if it could not run.
    public var ticks: Int

    /// What is equal in two runs for the same drive.
    var key: Key { Key(scenario: scenario, ego: ego) }

    /// Names one drive of a run.
    struct Key: Hashable {
      var scenario: String
      var ego: String

      /// The scenario, and the ego if it is not the usual one.
      var label: String { ego.isEmpty || ego == "ego" ? scenario : "\(scenario) (\(ego))" }
    }
  }

  /// One metric of the run.
  public struct Metric: Hashable, Sendable {
    /// Its name in the catalog.
    public var name: String
    /// It enters the score, so that more of it is better.
    public var isScored: Bool
  }

  /// The folder.
  public let folder: String
  /// Metric profile of the whole.
  public let profile: String
  /// What the command line chose, in its words, e.g. `--set ego.planner.idm.headway=1.2`.
  public let choices: [String]
  /// In the order of their first appearance.
  public let metrics: [Metric]
  /// In the order of the batch.
  public let rows: [Row]
  /// Mean score as the batch reported it.
  public let meanScore: Double?

  /// The results in a folder.
  ///
  /// - Throws: there are none, or they cannot be read.
  public init(in folder: RunFolder) throws(InputError) {
    self = try ResultStore.read(folder.path) { database in
      try RunResults(database, folder: folder.path)
    }
  }

  private init(_ database: Database, folder: String) throws {
    self.folder = folder
    func value<T: DatabaseValueConvertible>(_ key: String, _ type: T.Type) throws -> T? {
      try T.fetchOne(database, sql: "SELECT value FROM run WHERE key = ?", arguments: [key])
    }
    profile = try value("profile", String.self) ?? ""
    meanScore = try value("score_mean", Double.self)
    choices =
      try value("choices", String.self).map { $0.split(separator: "\n").map(String.init) }
      ?? []

    var metrics: [Metric] = []
    var indices: [String: Int] = [:]
    var values: [Int64: [(metric: Int, value: Double?)]] = [:]
    let cursor = try GRDB.Row.fetchCursor(
      database, sql: "SELECT episode, metric, role, value FROM metrics ORDER BY rowid")
    while let row = try cursor.next() {
      let name: String = try row.decode(forColumn: "metric")
      let role: String = try row.decode(forColumn: "role")
      let index = indices[name] ?? metrics.count
      if index == metrics.count {
        indices[name] = index
        metrics.append(Metric(name: name, isScored: role != MetricRole.statistic.name))
      }
      let episode: Int64 = try row.decode(forColumn: "episode")
      values[episode, default: []].append((index, try row.decode(forColumn: "value")))
    }
    let unmet = try Dictionary(
      GRDB.Row.fetchAll(database, sql: "SELECT episode, unmet FROM expectations ORDER BY rowid")
        .map {
          (
            try $0.decode(Int64.self, forColumn: "episode"),
            try $0.decode(String.self, forColumn: "unmet")
          )
        },
      uniquingKeysWith: { $0 + "; " + $1 })
    let episodes = try GRDB.Row.fetchAll(database, sql: "SELECT * FROM episodes ORDER BY id")
    rows = try episodes.map { row in
      func text(_ column: String) throws -> String { try row.decode(forColumn: column) }
      let id: Int64 = try row.decode(forColumn: "id")
      var columns = [Double?](repeating: nil, count: metrics.count)
      for (metric, value) in values[id] ?? [] { columns[metric] = value }
      let reason = try text("reason")
      let explanation = try text("explanation")
      return try RunResults.Row(
        scenario: text("scenario"), path: text("path"), ego: text("ego"), planner: text("planner"),
        profile: text("profile"),
        verdict: EpisodeResult.Verdict(rawValue: text("verdict")) ?? .error,
        why: reason.isEmpty
          ? [unmet[id] ?? "", explanation].filter { !$0.isEmpty }.joined(separator: "; ") : reason,
        score: row.decode(forColumn: "score"), values: columns, hash: text("hash"),
        ticks: row.decode(forColumn: "ticks"))
    }
    self.metrics = metrics
  }

  /// The planners that drove, each once, in order of appearance.
  public var planners: [String] {
    var seen: Set<String> = []
    return rows.map(\.planner).filter { !$0.isEmpty && seen.insert($0).inserted }
  }

  /// Rows by what they are of. Names are unique in a batch; of files that could not be read several
  /// may have one name, and the last counts.
  var byKey: [RunResults.Row.Key: RunResults.Row] {
    Dictionary(rows.map { ($0.key, $0) }, uniquingKeysWith: { $1 })
  }
}
