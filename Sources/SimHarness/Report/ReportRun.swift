import GRDB
import SimCore
import SimEpisode
import SimStack

/// What a report says of a run, read from its result store: the same whether the batch has just
/// ended or its page is written anew.
struct ReportRun: Sendable {
  /// One result.
  struct Row: Sendable {
    var scenario: String
    var path: String
    /// Separated by commas.
    var tags: String
    /// As text: the largest seeds are no numbers of a script.
    var seed: String
    var ego: String
    var planner: String
    var predictor: String
    var perception: String
    var traffic: String
    var profile: String
    var outcome: String
    var reason: String
    var verdict: String
    var score: Double?
    var zeroedBy: String
    var explanation: String
    var ticks: Int
    var hash: String
    var unmet: [String] = []
    /// By index in `metrics`; nil where a metric has none.
    var values: [Double?] = []
    var events: [EpisodeResult.Event] = []
    var violations: [Violation] = []
  }

  /// A stretch in which a metric's bound was broken.
  struct Violation: Sendable {
    var metric: Int
    var firstTick: Int
    var lastTick: Int
    var reason: String
  }

  /// A metric of the run.
  struct Metric: Sendable {
    var name: String
    /// `multiplier`, `weighted` or `statistic`.
    var role: String
    var weight: Double?
  }

  /// Most events and most violations of a row that the page lists.
  private static let most = 40

  var version = ""
  var profile = ""
  var choices: [String] = []
  var meanScore: Double?
  var notRun = 0
  var wallSeconds = 0.0
  var metrics: [Metric] = []
  var rows: [Row] = []
  var skipped: [(path: String, reason: String)] = []

  /// The results in a folder.
  ///
  /// - Throws: there are none, or they cannot be read.
  init(in folder: RunFolder) throws(InputError) {
    self = try ResultStore.read(folder.path) { try ReportRun($0) }
  }

  private init(_ database: Database) throws {
    func value<T: DatabaseValueConvertible>(_ key: String, _ type: T.Type) throws -> T? {
      try T.fetchOne(database, sql: "SELECT value FROM run WHERE key = ?", arguments: [key])
    }
    version = try value("version", String.self) ?? ""
    profile = try value("profile", String.self) ?? ""
    choices = (try value("choices", String.self) ?? "").split(separator: "\n").map(String.init)
    meanScore = try value("score_mean", Double.self)
    notRun = try value("not_run", Int.self) ?? 0
    wallSeconds = try value("wall_s", Double.self) ?? 0
    let files = "SELECT path, reason FROM skipped ORDER BY rowid"
    skipped = try GRDB.Row.fetchAll(database, sql: files).map { ($0["path"], $0["reason"]) }
    try readEpisodes(database)
    try readMetrics(database)
    try readDetails(database)
  }

  private mutating func readEpisodes(_ database: Database) throws {
    rows = try GRDB.Row.fetchAll(database, sql: "SELECT * FROM episodes ORDER BY id").map { row in
      // Seeds beyond SQLite's integers are kept as text.
      let seed: String = Int64.fromDatabaseValue(row["seed"]).map { String($0) } ?? row["seed"]
      return Row(
        scenario: row["scenario"], path: row["path"], tags: row["tags"], seed: seed,
        ego: row["ego"], planner: row["planner"], predictor: row["predictor"],
        perception: row["perception"], traffic: row["traffic"], profile: row["profile"],
        outcome: row["outcome"], reason: row["reason"], verdict: row["verdict"],
        score: row["score"], zeroedBy: row["zeroed_by"] ?? "", explanation: row["explanation"],
        ticks: row["ticks"], hash: row["hash"])
    }
  }

  /// (By position: a run has some ten thousand of these rows.)
  private mutating func readMetrics(_ database: Database) throws {
    var indices: [String: Int] = [:]
    let cursor = try GRDB.Row.fetchCursor(
      database, sql: "SELECT episode, metric, value, role, weight FROM metrics ORDER BY rowid")
    while let row = try cursor.next() {
      let name: String = row[1]
      let metric = indices[name] ?? metrics.count
      if metric == metrics.count {
        indices[name] = metric
        metrics.append(Metric(name: name, role: row[3], weight: row[4]))
      }
      let episode: Int = row[0]
      guard rows.indices.contains(episode - 1) else { continue }
      let missing = metric + 1 - rows[episode - 1].values.count
      if missing > 0 {
        rows[episode - 1].values.append(contentsOf: repeatElement(nil, count: missing))
      }
      rows[episode - 1].values[metric] = row[2]
    }
  }

  private mutating func readDetails(_ database: Database) throws {
    func each(_ sql: String, _ body: (Int, GRDB.Row) -> Void) throws {
      let cursor = try GRDB.Row.fetchCursor(database, sql: sql)
      while let row = try cursor.next() {
        let episode: Int = row[0]
        if rows.indices.contains(episode - 1) { body(episode - 1, row) }
      }
    }
    try each("SELECT episode, unmet FROM expectations ORDER BY rowid") { index, row in
      rows[index].unmet.append(row[1])
    }
    try each("SELECT episode, tick, kind, agent, value FROM events ORDER BY rowid") { index, row in
      guard rows[index].events.count < ReportRun.most else { return }
      rows[index].events.append(
        EpisodeResult.Event(tick: row[1], kind: row[2], agent: row[3], value: row[4] ?? .nan))
    }
    let names = Dictionary(
      metrics.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
    try each(
      "SELECT episode, metric, first_tick, last_tick, reason FROM violations ORDER BY rowid"
    ) { index, row in
      guard rows[index].violations.count < ReportRun.most, let metric = names[row[1]] else {
        return
      }
      rows[index].violations.append(
        Violation(metric: metric, firstTick: row[2], lastTick: row[3], reason: row[4]))
    }
  }

  /// Indices of the rows, worst first: what could not run or failed, then by score; in the order of
  /// the batch among equals.
  var worstFirst: [Int] {
    let ranks = rows.map { row in
      (row.verdict == "pass" ? 1.0 : 0.0, row.score ?? -1)
    }
    return rows.indices.sorted { (ranks[$0].0, ranks[$0].1, $0) < (ranks[$1].0, ranks[$1].1, $1) }
  }
}
