import GRDB
public import SimCore
import SimEpisode
import SimScenario
import SimStack

/// `results.sqlite`: all of a batch in tables, for queries. `ResultWriter` writes it.
///
///     run(key, value)
///     episodes(id, scenario, path, …)              one row a result, in the order of the batch
///     metrics(episode, metric, role, weight, value)
///     statistics(episode, metric, name, value)
///     violations(episode, metric, first_tick, last_tick, agent, extremum, reason)
///     events(episode, tick, kind, agent, value)
///     expectations(episode, unmet)
///     skipped(path, reason)
///     families(scenario, family)                   the folders in which the files lie
public enum ResultStore {
  /// The file's name in the folder of results.
  public static let name = "results.sqlite"

  static let schema = """
    CREATE TABLE run(key TEXT PRIMARY KEY, value);
    CREATE TABLE episodes(
      id INTEGER PRIMARY KEY, scenario TEXT, path TEXT, tags TEXT, seed, ego TEXT, planner TEXT,
      predictor TEXT, perception TEXT, traffic TEXT, profile TEXT, outcome TEXT, reason TEXT,
      verdict TEXT, score REAL, zeroed_by TEXT, explanation TEXT,
      progress_reference TEXT, ticks INTEGER, hash TEXT, wall_s REAL);
    CREATE TABLE metrics(
      episode INTEGER REFERENCES episodes, metric TEXT, role TEXT, weight REAL, value REAL);
    CREATE TABLE statistics(
      episode INTEGER REFERENCES episodes, metric TEXT, name TEXT, value REAL);
    CREATE TABLE violations(
      episode INTEGER REFERENCES episodes, metric TEXT, first_tick INTEGER, last_tick INTEGER,
      agent TEXT, extremum REAL, reason TEXT);
    CREATE TABLE events(
      episode INTEGER REFERENCES episodes, tick INTEGER, kind TEXT, agent TEXT, value REAL);
    CREATE TABLE expectations(episode INTEGER REFERENCES episodes, unmet TEXT);
    CREATE TABLE skipped(path TEXT, reason TEXT);
    CREATE TABLE families(scenario TEXT PRIMARY KEY, family TEXT);
    """

  /// Columns that tell how long something took; they are no part of what is compared.
  private static let timeColumns: Set<String> = ["wall_s"]
  /// Rows of `run` that are no part of what is compared.
  private static let uncomparedKeys: Set<String> = ["wall_s", "version"]
  /// Tables that are no part of it: what folders are called is no result, and a copy of a set may
  /// stand in others.
  private static let uncomparedTables: Set<String> = ["families"]

  /// What did not pass in the results of a folder.
  struct Failures: Sendable {
    /// Names of scenarios.
    var scenarios: Set<String>
    /// Paths of files, relative to the PATH given, that could not be read or built: once they are
    /// mended, their scenarios may have any name.
    var files: Set<String>
  }

  /// What is to run again of a batch whose results are in a folder.
  static func failures(in folder: String) throws(InputError) -> Failures {
    try read(folder) { database in
      func texts(_ sql: String) throws -> Set<String> {
        try Set(String.fetchAll(database, sql: sql))
      }
      return try Failures(
        scenarios: texts("SELECT scenario FROM episodes WHERE verdict <> 'pass'"),
        files: texts("SELECT path FROM episodes WHERE outcome = 'invalid' AND scenario = path"))
    }
  }

  /// Names of the scenarios that could be built, in the order of the batch.
  static func ranScenarios(in folder: String) throws(InputError) -> [String] {
    try read(folder) { database in
      try String.fetchAll(
        database,
        sql: """
          SELECT scenario FROM episodes WHERE outcome <> 'invalid' GROUP BY scenario ORDER BY min(id)
          """)
    }
  }

  /// Families by scenario; none in results of versions that did not write them.
  static func families(in folder: String) throws(InputError) -> [String: String] {
    try read(folder) { try families($0) }
  }

  /// The same of an open database.
  static func families(_ database: Database) throws -> [String: String] {
    guard try database.tableExists("families") else { return [:] }
    var families: [String: String] = [:]
    for row in try Row.fetchAll(database, sql: "SELECT scenario, family FROM families") {
      families[try row.decode(forColumn: "scenario")] = try row.decode(forColumn: "family")
    }
    return families
  }

  /// Name, verdict and score of every result, in the order of the batch.
  static func verdicts(in folder: String) throws(InputError) -> [CoverageTable.Row] {
    try read(folder) { database in
      try Row.fetchAll(database, sql: "SELECT scenario, verdict, score FROM episodes ORDER BY id")
        .map {
          try CoverageTable.Row(
            scenario: $0.decode(forColumn: "scenario"),
            passes: $0.decode(String.self, forColumn: "verdict") == "pass",
            score: $0.decode(forColumn: "score"))
        }
    }
  }

  /// All tables of a folder's results as text: one line a row, sorted, without time columns and
  /// names of folders, so that equal results give equal text.
  public static func dump(_ folder: String) throws(InputError) -> String {
    try read(folder) { database in
      let tables = try String.fetchAll(
        database, sql: "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
      var text = ""
      for table in tables where !uncomparedTables.contains(table) {
        let rows = try Row.fetchAll(database, sql: "SELECT * FROM \(table)")
        let lines = rows.filter { row in
          table != "run" || !uncomparedKeys.contains(row["key"] ?? "")
        }.map { row in
          row.filter { !timeColumns.contains($0.0) }
            .map { "\($0.0)=\(plainText($0.1))" }.joined(separator: "|")
        }
        text += lines.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
          .map { "\(table)|\($0)\n" }.joined()
      }
      return text
    }
  }

  private static func plainText(_ value: DatabaseValue) -> String {
    switch value.storage {
    case .null: ""
    case .int64(let number): String(number)
    case .double(let number): number.description
    case .string(let string): JSONText.text(.text(string))
    case .blob: "blob"
    }
  }

  /// Reads the database of a folder.
  ///
  /// - Throws: there is none, or it is damaged.
  static func read<T: Sendable>(
    _ folder: String, _ body: @Sendable (Database) throws -> T
  ) throws(InputError) -> T {
    let path = RunFolder(folder).path + "/" + name
    guard InputFile.kind(of: path) == .file else {
      throw InputError(
        at: .wholeFile(path), "there are no results here",
        hint: "name the folder that 'simrun batch --out' wrote")
    }
    do {
      var configuration = Configuration()
      configuration.readonly = true
      let queue = try DatabaseQueue(path: path, configuration: configuration)
      return try queue.read(body)
    } catch {
      throw InputError(at: .wholeFile(path), "cannot be read: \(error)")
    }
  }
}

extension MetricRole {
  /// The role in one word.
  var name: String {
    switch self {
    case .multiplier: "multiplier"
    case .weighted: "weighted"
    case .statistic: "statistic"
    }
  }

  /// Its weight; nil if it has none.
  var weight: Double? {
    guard case .weighted(let weight) = self else { return nil }
    return weight
  }
}
