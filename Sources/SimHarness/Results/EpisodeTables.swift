import GRDB
import SimCore
import SimEpisode
import SimStack

/// The tables of the result store that have rows of every episode.
struct EpisodeTables {
  private let episodes: Inserter
  private let metrics: Inserter
  private let statistics: Inserter
  private let violations: Inserter
  private let events: Inserter
  private let expectations: Inserter

  init(_ database: Database) {
    episodes = Inserter(database, "episodes", columns: 21)
    metrics = Inserter(database, "metrics", columns: 5)
    statistics = Inserter(database, "statistics", columns: 4)
    violations = Inserter(database, "violations", columns: 7)
    events = Inserter(database, "events", columns: 5)
    expectations = Inserter(database, "expectations", columns: 2)
  }

  /// Inserts all rows of a result.
  func insert(_ result: EpisodeResult, id: Int) throws {
    // SQLite has no unsigned 64-bit integers; the largest seeds are kept as text.
    let seed: any DatabaseValueConvertible = Int64(exactly: result.seed) ?? String(result.seed)
    try episodes.insert([
      id, result.scenario, result.path, result.tags.joined(separator: ","), seed, result.ego,
      result.planner, result.predictor, result.perception, result.traffic, result.profile,
      result.outcome.rawValue, result.reason, result.verdict.rawValue, result.score,
      result.zeroedBy, result.explanation, result.progressReference.rawValue, result.ticks,
      result.hashText, result.wallSeconds,
    ])
    for metric in result.metrics {
      try metrics.insert([id, metric.name, metric.role.name, metric.role.weight, metric.value])
      for statistic in metric.statistics where !statistic.value.isNaN {
        try statistics.insert([id, metric.name, statistic.name, statistic.value])
      }
      for violation in metric.violations {
        try violations.insert([
          id, metric.name, violation.firstTick, violation.lastTick, violation.agent,
          violation.extremum, violation.reason,
        ])
      }
    }
    for event in result.events {
      try events.insert([id, event.tick, event.kind, event.agent, event.value])
    }
    for unmet in result.unmet { try expectations.insert([id, unmet]) }
  }

  /// Inserts what is still held back.
  func finish() throws {
    for table in [episodes, metrics, statistics, violations, events, expectations] {
      try table.finish()
    }
  }
}

/// Inserts rows into one table, many with a statement: a batch writes some ten thousand while
/// nothing else is left to do, and most of a statement's cost is that of its call. A class because
/// it collects rows.
final class Inserter {
  /// Most values of a statement that every SQLite takes.
  private static let most = 999

  private let database: Database
  private let table: String
  private let columns: Int
  private var values: [(any DatabaseValueConvertible)?] = []

  init(_ database: Database, _ table: String, columns: Int) {
    self.database = database
    self.table = table
    self.columns = columns
  }

  /// Inserts a row of values in the order of the table's columns, now or later.
  func insert(_ row: [(any DatabaseValueConvertible)?]) throws {
    precondition(row.count == columns, "\(row.count) values for \(columns) columns of \(table)")
    if values.count + columns > Inserter.most { try finish() }
    values += row
  }

  /// Inserts what is still held back.
  func finish() throws {
    guard !values.isEmpty else { return }
    let row = "(" + Array(repeating: "?", count: columns).joined(separator: ",") + ")"
    let rows = Array(repeating: row, count: values.count / columns).joined(separator: ",")
    let statement = try database.cachedStatement(sql: "INSERT INTO \(table) VALUES \(rows)")
    statement.setUncheckedArguments(StatementArguments(values))
    try statement.execute()
    values.removeAll(keepingCapacity: true)
  }
}
