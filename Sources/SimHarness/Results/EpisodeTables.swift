import GRDB
import SimCore
import SimEpisode
import SimStack

/// The tables of the result store that have rows of every episode.
struct EpisodeTables: Sendable {
  private var episodes = Inserter("episodes", columns: 21)
  private var metrics = Inserter("metrics", columns: 5)
  private var statistics = Inserter("statistics", columns: 4)
  private var violations = Inserter("violations", columns: 7)
  private var events = Inserter("events", columns: 5)
  private var expectations = Inserter("expectations", columns: 2)

  /// Inserts all rows of a result.
  mutating func insert(_ result: EpisodeResult, id: Int, in database: Database) throws {
    // SQLite has no unsigned 64-bit integers; the largest seeds are kept as text.
    let seed = Int64(exactly: result.seed)?.databaseValue ?? String(result.seed).databaseValue
    let id = id.databaseValue
    try episodes.insert(
      [
        id, cell(result.scenario), cell(result.path), cell(result.tags.joined(separator: ",")),
        seed,
        cell(result.ego), cell(result.planner), cell(result.predictor), cell(result.perception),
        cell(result.traffic), cell(result.profile), cell(result.outcome.rawValue),
        cell(result.reason), cell(result.verdict.rawValue), cell(result.score),
        cell(result.zeroedBy),
        cell(result.explanation), cell(result.progressReference.rawValue), cell(result.ticks),
        cell(result.hashText), cell(result.wallSeconds),
      ], in: database)
    for metric in result.metrics {
      try metrics.insert(
        [
          id, cell(metric.name), cell(metric.role.name), cell(metric.role.weight),
          cell(metric.value),
        ], in: database)
      for statistic in metric.statistics where !statistic.value.isNaN {
        try statistics.insert(
          [id, cell(metric.name), cell(statistic.name), cell(statistic.value)], in: database)
      }
      for violation in metric.violations {
        try violations.insert(
          [
            id, cell(metric.name), cell(violation.firstTick), cell(violation.lastTick),
            cell(violation.agent), cell(violation.extremum), cell(violation.reason),
          ], in: database)
      }
    }
    for event in result.events {
      try events.insert(
        [
          id, cell(event.tick), cell(event.kind), cell(event.agent), cell(event.value),
        ], in: database)
    }
    for unmet in result.unmet { try expectations.insert([id, cell(unmet)], in: database) }
  }

  /// Inserts what is still held back.
  mutating func finish(in database: Database) throws {
    try episodes.finish(in: database)
    try metrics.finish(in: database)
    try statistics.finish(in: database)
    try violations.finish(in: database)
    try events.finish(in: database)
    try expectations.finish(in: database)
  }
}

/// A value of a row. (Boxed ones would be half of what a database costs.)
func cell(_ value: (some DatabaseValueConvertible)?) -> DatabaseValue {
  value?.databaseValue ?? .null
}

/// Inserts rows into one table, many with a statement: most of a statement's cost is that of its
/// call.
struct Inserter: Sendable {
  /// Most values of a statement that every SQLite takes.
  private static let most = 999

  private let table: String
  private let columns: Int
  private var values: [DatabaseValue] = []

  init(_ table: String, columns: Int) {
    self.table = table
    self.columns = columns
  }

  /// Inserts a row of values in the order of the table's columns, now or later.
  mutating func insert(_ row: [DatabaseValue], in database: Database) throws {
    precondition(row.count == columns, "\(row.count) values for \(columns) columns of \(table)")
    if values.count + columns > Inserter.most { try finish(in: database) }
    values += row
  }

  /// Inserts what is still held back.
  mutating func finish(in database: Database) throws {
    guard !values.isEmpty else { return }
    let row = "(" + Array(repeating: "?", count: columns).joined(separator: ",") + ")"
    let rows = Array(repeating: row, count: values.count / columns).joined(separator: ",")
    let statement = try database.cachedStatement(sql: "INSERT INTO \(table) VALUES \(rows)")
    statement.setUncheckedArguments(StatementArguments(values))
    try statement.execute()
    values.removeAll(keepingCapacity: true)
  }
}
