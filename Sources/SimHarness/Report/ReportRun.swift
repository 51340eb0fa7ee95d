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
    skipped = try GRDB.Row.fetchAll(database, sql: files).map {
      (try $0.decode(forColumn: "path"), try $0.decode(forColumn: "reason"))
    }
    try readEpisodes(database)
    try readMetrics(database)
    try readDetails(database)
  }

  private mutating func readEpisodes(_ database: Database) throws {
    let all = try GRDB.Row.fetchAll(database, sql: "SELECT * FROM episodes ORDER BY id")
    rows = try all.map { row in
      func text(_ column: String) throws -> String { try row.decode(forColumn: column) }
      // Seeds beyond SQLite's integers are kept as text.
      let number = Int64.fromDatabaseValue(try row.decode(forColumn: "seed"))
      let seed = try number.map { String($0) } ?? row.decode(forColumn: "seed")
      return try Row(
        scenario: text("scenario"), path: text("path"), tags: text("tags"), seed: seed,
        ego: text("ego"), planner: text("planner"), predictor: text("predictor"),
        perception: text("perception"), traffic: text("traffic"), profile: text("profile"),
        outcome: text("outcome"), reason: text("reason"), verdict: text("verdict"),
        score: row.decode(forColumn: "score"),
        zeroedBy: row.decode(String?.self, forColumn: "zeroed_by") ?? "",
        explanation: text("explanation"), ticks: row.decode(forColumn: "ticks"),
        hash: text("hash"))
    }
  }

  /// (By position: a run has some ten thousand of these rows.)
  private mutating func readMetrics(_ database: Database) throws {
    var indices: [String: Int] = [:]
    let cursor = try GRDB.Row.fetchCursor(
      database, sql: "SELECT episode, metric, value, role, weight FROM metrics ORDER BY rowid")
    while let row = try cursor.next() {
      let name: String = try row.decode(atIndex: 1)
      let metric = indices[name] ?? metrics.count
      if metric == metrics.count {
        indices[name] = metric
        metrics.append(
          try Metric(
            name: name, role: row.decode(atIndex: 3), weight: row.decode(atIndex: 4)))
      }
      let episode: Int = try row.decode(atIndex: 0)
      guard rows.indices.contains(episode &- 1) else { continue }
      let missing = metric + 1 - rows[episode - 1].values.count
      if missing > 0 {
        rows[episode - 1].values.append(contentsOf: repeatElement(nil, count: missing))
      }
      rows[episode - 1].values[metric] = try row.decode(atIndex: 2)
    }
  }

  private mutating func readDetails(_ database: Database) throws {
    func each(_ sql: String, _ body: (Int, GRDB.Row) throws -> Void) throws {
      let cursor = try GRDB.Row.fetchCursor(database, sql: sql)
      while let row = try cursor.next() {
        let episode: Int = try row.decode(atIndex: 0)
        if rows.indices.contains(episode &- 1) { try body(episode - 1, row) }
      }
    }
    try each("SELECT episode, unmet FROM expectations ORDER BY rowid") { index, row in
      rows[index].unmet.append(try row.decode(atIndex: 1))
    }
    try each("SELECT episode, tick, kind, agent, value FROM events ORDER BY rowid") { index, row in
      guard rows[index].events.count < ReportRun.most else { return }
      rows[index].events.append(
        try EpisodeResult.Event(
          tick: row.decode(atIndex: 1), kind: row.decode(atIndex: 2), agent: row.decode(atIndex: 3),
          value: row.decode(Double?.self, atIndex: 4) ?? .nan))
    }
    let names = Dictionary(
      metrics.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
    try each(
      "SELECT episode, metric, first_tick, last_tick, reason FROM violations ORDER BY rowid"
    ) { index, row in
      guard rows[index].violations.count < ReportRun.most else { return }
      let name: String = try row.decode(atIndex: 1)
      guard let metric = names[name] else { return }
      rows[index].violations.append(
        try Violation(
          metric: metric, firstTick: row.decode(atIndex: 2), lastTick: row.decode(atIndex: 3),
          reason: row.decode(atIndex: 4)))
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
