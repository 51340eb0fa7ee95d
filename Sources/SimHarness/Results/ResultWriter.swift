import GRDB
import SimCore
import Synchronization

/// Writes `results.sqlite` anew while a batch runs, so that little is left to do at its end; at any
/// instant the path names either the old database or the whole new one. Shared by workers.
final class ResultWriter: Sendable {
  private struct State: ~Copyable {
    var tables = EpisodeTables()
    /// Number of results that were taken in.
    var results = 0
    /// What went wrong first.
    var error: (any Error)?
  }

  private let path: String
  private let temporary: String
  private let queue: DatabaseQueue
  private let state = Mutex(State())

  /// Begins a database beside its path.
  ///
  /// - Throws: it cannot be written.
  init(_ path: String) throws(InputError) {
    self.path = path
    temporary = FileSystem.temporary(for: path)
    FileSystem.remove(temporary)
    do {
      var configuration = Configuration()
      // Rows of one table wait for those of another.
      configuration.foreignKeysEnabled = false
      // One transaction, from the first row to the last.
      configuration.allowsUnsafeTransactions = true
      // Nobody reads the file before it has its name, so it needs no journal of its own, and it is
      // brought to the disk once, at the end.
      configuration.prepareDatabase { database in
        try database.execute(sql: "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF")
      }
      queue = try DatabaseQueue(path: temporary, configuration: configuration)
      try queue.inDatabase { database in
        try database.beginTransaction()
        try database.execute(sql: ResultStore.schema)
      }
    } catch {
      FileSystem.remove(temporary)
      throw InputError(at: .wholeFile(path), "cannot be written: \(error)")
    }
  }

  /// What was not finished has no name, and goes.
  deinit { FileSystem.remove(temporary) }

  /// Takes in results while there are any, in the order of the batch, unless another worker is at
  /// it. What comes when that one has just ended is left to the next call, or to `finish`.
  ///
  /// - Returns: what went wrong, now or before.
  func drain(_ next: () -> [EpisodeResult]?) -> InputError? {
    let error = state.withLockIfAvailable { state in
      while state.error == nil, let results = next() { append(results[...], &state) }
      return state.error
    }
    return error.flatMap { $0 }.map(problem)
  }

  private func problem(_ error: any Error) -> InputError {
    InputError(at: .wholeFile(path), "cannot be written: \(error)")
  }

  private func append(_ results: ArraySlice<EpisodeResult>, _ state: inout State) {
    do {
      // (The closure of a database's queue cannot hold what is borrowed.)
      var tables = EpisodeTables()
      swap(&tables, &state.tables)
      var id = state.results
      try queue.inDatabase { database in
        for result in results {
          id += 1
          try tables.insert(result, id: id, in: database)
        }
      }
      state.tables = tables
      state.results = id
    } catch {
      state.error = error
    }
  }

  /// Adds what is missing of a report, whose first results are those taken in, and gives the
  /// database its name.
  ///
  /// - Throws: it could not be written.
  func finish(_ report: BatchReport) throws(InputError) {
    do {
      try state.withLock { state in
        precondition(state.results <= report.results.count, "results that are not the report's")
        append(report.results[state.results...], &state)
        if let error = state.error { throw error }
        var tables = EpisodeTables()
        swap(&tables, &state.tables)
        try queue.inDatabase { database in
          try tables.finish(in: database)
          try ResultWriter.insertRun(report, in: database)
          try database.commit()
        }
      }
      try queue.close()
    } catch {
      throw problem(error)
    }
    try FileSystem.sync(temporary)
    try FileSystem.replace(path, with: temporary)
  }

  private static func insertRun(_ report: BatchReport, in database: Database) throws {
    var run = Inserter("run", columns: 2)
    let entries: [(key: String, value: DatabaseValue)] = [
      ("version", cell(ProgramVersion.current)), ("profile", cell(report.profile)),
      ("choices", cell(report.choices.joined(separator: "\n"))),
      ("score_mean", cell(report.meanScore)), ("not_run", cell(report.notRun)),
      ("wall_s", cell(report.wallSeconds)),
    ]
    for (key, value) in entries { try run.insert([cell(key), value], in: database) }
    try run.finish(in: database)
    var skipped = Inserter("skipped", columns: 2)
    for (path, reason) in report.skipped {
      try skipped.insert([cell(path), cell(reason)], in: database)
    }
    try skipped.finish(in: database)
    var families = Inserter("families", columns: 2)
    var written: Set<String> = []
    for result in report.results where written.insert(result.scenario).inserted {
      guard let family = report.families[result.scenario] else { continue }
      try families.insert([cell(result.scenario), cell(family)], in: database)
    }
    try families.finish(in: database)
  }
}
