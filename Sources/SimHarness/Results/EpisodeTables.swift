import GRDB
import SimCore
import SimEpisode
import SimStack

/// The tables of the result store that have rows of every episode, with their statements made once:
/// a batch writes some ten thousand rows while nothing else is left to do.
struct EpisodeTables {
  private let episodes: Inserter
  private let metrics: Inserter
  private let statistics: Inserter
  private let violations: Inserter
  private let events: Inserter
  private let expectations: Inserter

  init(_ database: Database) throws {
    episodes = try Inserter(database, "episodes", 21)
    metrics = try Inserter(database, "metrics", 5)
    statistics = try Inserter(database, "statistics", 4)
    violations = try Inserter(database, "violations", 7)
    events = try Inserter(database, "events", 5)
    expectations = try Inserter(database, "expectations", 2)
  }

  /// Inserts all rows of a result.
  func insert(_ result: EpisodeResult, id: Int) throws {
    let id = id.databaseValue
    try episodes.insert([
      id, result.scenario.databaseValue, result.path.databaseValue,
      result.tags.joined(separator: ",").databaseValue,
      // SQLite has no unsigned 64-bit integers; the largest seeds are kept as text.
      Int64(exactly: result.seed)?.databaseValue ?? String(result.seed).databaseValue,
      result.ego.databaseValue, result.planner.databaseValue, result.predictor.databaseValue,
      result.perception.databaseValue, result.traffic.databaseValue, result.profile.databaseValue,
      result.outcome.rawValue.databaseValue, result.reason.databaseValue,
      result.verdict.rawValue.databaseValue, .of(result.score), .of(result.zeroedBy),
      result.explanation.databaseValue, result.progressReference.rawValue.databaseValue,
      result.ticks.databaseValue, result.hashText.databaseValue, result.wallSeconds.databaseValue,
    ])
    for metric in result.metrics {
      let name = metric.name.databaseValue
      try metrics.insert([
        id, name, metric.role.name.databaseValue, .of(metric.role.weight), .of(metric.value),
      ])
      for statistic in metric.statistics where !statistic.value.isNaN {
        try statistics.insert([
          id, name, statistic.name.databaseValue, statistic.value.databaseValue,
        ])
      }
      for violation in metric.violations {
        try violations.insert([
          id, name, violation.firstTick.databaseValue, violation.lastTick.databaseValue,
          .of(violation.agent), violation.extremum.databaseValue, violation.reason.databaseValue,
        ])
      }
    }
    for event in result.events {
      try events.insert([
        id, event.tick.databaseValue, event.kind.databaseValue, .of(event.agent),
        event.value.databaseValue,
      ])
    }
    for unmet in result.unmet { try expectations.insert([id, unmet.databaseValue]) }
  }
}

/// Inserts rows into one table.
struct Inserter {
  private let statement: Statement
  private let columns: Int

  init(_ database: Database, _ table: String, _ columns: Int) throws {
    let places = Array(repeating: "?", count: columns).joined(separator: ", ")
    statement = try database.makeStatement(sql: "INSERT INTO \(table) VALUES (\(places))")
    self.columns = columns
  }

  /// Inserts a row of values in the order of the table's columns.
  func insert(_ values: [DatabaseValue]) throws {
    precondition(values.count == columns, "\(values.count) values for \(columns) columns")
    statement.setUncheckedArguments(StatementArguments(values))
    try statement.execute()
  }
}

extension DatabaseValue {
  /// A value that may be missing.
  static func of(_ value: (some DatabaseValueConvertible)?) -> DatabaseValue {
    value?.databaseValue ?? .null
  }
}
