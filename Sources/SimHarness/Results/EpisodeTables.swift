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
    let seed = Int64(exactly: result.seed)?.databaseValue ?? String(result.seed).databaseValue
    let id = id.databaseValue
    try episodes.insert([
      id, cell(result.scenario), cell(result.path), cell(result.tags.joined(separator: ",")), seed,
      cell(result.ego), cell(result.planner), cell(result.predictor), cell(result.perception),
      cell(result.traffic), cell(result.profile), cell(result.outcome.rawValue),
      cell(result.reason), cell(result.verdict.rawValue), cell(result.score), cell(result.zeroedBy),
      cell(result.explanation), cell(result.progressReference.rawValue), cell(result.ticks),
      cell(result.hashText), cell(result.wallSeconds),
    ])
    for metric in result.metrics {
      try metrics.insert([
        id, cell(metric.name), cell(metric.role.name), cell(metric.role.weight), cell(metric.value),
      ])
      for statistic in metric.statistics where !statistic.value.isNaN {
        try statistics.insert([id, cell(metric.name), cell(statistic.name), cell(statistic.value)])
      }
      for violation in metric.violations {
        try violations.insert([
          id, cell(metric.name), cell(violation.firstTick), cell(violation.lastTick),
          cell(violation.agent), cell(violation.extremum), cell(violation.reason),
        ])
      }
    }
    for event in result.events {
      try events.insert([
        id, cell(event.tick), cell(event.kind), cell(event.agent), cell(event.value),
      ])
    }
    for unmet in result.unmet { try expectations.insert([id, cell(unmet)]) }
  }

  /// Inserts what is still held back.
  func finish() throws {
    for table in [episodes, metrics, statistics, violations, events, expectations] {
      try table.finish()
    }
  }
}

/// A value of a row. (Boxed ones would be half of what a database costs.)
func cell(_ value: (some DatabaseValueConvertible)?) -> DatabaseValue {
  value?.databaseValue ?? .null
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
  private var values: [DatabaseValue] = []

  init(_ database: Database, _ table: String, columns: Int) {
    self.database = database
    self.table = table
    self.columns = columns
  }

  /// Inserts a row of values in the order of the table's columns, now or later.
  func insert(_ row: [DatabaseValue]) throws {
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
