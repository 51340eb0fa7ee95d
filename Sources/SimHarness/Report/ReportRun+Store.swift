import GRDB
import SimCore
import SimEpisode
import SimStack

extension ReportRun {
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
    let families = try ResultStore.families(database)
    rows = try all.map { row in
      func text(_ column: String) throws -> String { try row.decode(forColumn: column) }
      // Seeds beyond SQLite's integers are kept as text.
      let number = Int64.fromDatabaseValue(try row.decode(forColumn: "seed"))
      let seed = try number.map { String($0) } ?? row.decode(forColumn: "seed")
      return try Row(
        scenario: text("scenario"), path: text("path"),
        family: ReportRun.family(text("scenario"), text("path"), families), tags: text("tags"),
        seed: seed,
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
}
