public import SimCore
import SimScenario
import SimEpisode

/// The folder of a batch: its journal while it runs, its results when it ends.
public struct RunFolder: Sendable {
  public let path: String

  public init(_ path: String) {
    self.path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
  }

  private static let resultFiles = [
    SummaryFile.name, ResultStore.name, JUnitFile.name, ReportPage.name,
  ]

  var recordings: String { path + "/episodes" }
  var journal: String { path + "/" + Journal.name }

  /// Whether a folder is that of a batch: it holds a journal.
  static func isRunFolder(_ path: String) -> Bool {
    guard let bytes = try? InputFile.read(path + "/" + Journal.name) else { return false }
    return bytes.starts(with: Journal.magic)
  }

  /// Makes the folder ready. Recordings of an earlier batch go unless it is resumed, and so does
  /// what a kill left half-written.
  func prepare(resumes: Bool) throws(InputError) {
    try FileSystem.makeFolder(recordings)
    // What an earlier batch found must not be taken for this one's if it is killed.
    for name in RunFolder.resultFiles { FileSystem.remove(path + "/" + name) }
    for name in InputFile.names(in: recordings) ?? []
    where name.hasSuffix(".tmp") || (!resumes && name.hasSuffix("." + Recording.fileExtension)) {
      FileSystem.remove(recordings + "/" + name)
    }
    for name in InputFile.names(in: path) ?? [] where name.hasSuffix(".tmp") {
      FileSystem.remove(path + "/" + name)
    }
  }

  /// Removes recordings that do not belong to the results.
  func removeRecordings(except kept: Set<String>) {
    for name in InputFile.names(in: recordings) ?? []
    where name.hasSuffix("." + Recording.fileExtension) && !kept.contains(name) {
      FileSystem.remove(recordings + "/" + name)
    }
  }

  /// Writes all results files, each whole at any instant.
  public func write(_ report: BatchReport) async throws(InputError) {
    try FileSystem.makeFolder(path)
    // The database takes as long as all others together.
    async let database = writeDatabase(report)
    let texts = [
      (JUnitFile.name, JUnitFile.text(report)), (ReportPage.name, ReportPage.text(report)),
    ]
    for (name, text) in texts { try write(text, name) }
    let summary = SummaryFile.text(report)
    if let problem = await database { throw problem }
    // Last, so that a summary says that everything else is there.
    try write(summary, SummaryFile.name)
  }

  /// - Returns: what kept it from being written; nil if it was.
  private func writeDatabase(_ report: BatchReport) async -> InputError? {
    do throws(InputError) {
      try ResultStore.write(report, to: path + "/" + ResultStore.name)
      return nil
    } catch {
      return error
    }
  }

  private func write(_ text: String, _ name: String) throws(InputError) {
    try FileSystem.writeAtomically(Array(text.utf8), to: path + "/" + name)
  }
}
