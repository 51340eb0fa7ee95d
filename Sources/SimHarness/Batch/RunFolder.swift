public import SimCore
import SimEpisode
import SimScenario

/// The folder of a batch: its journal while it runs, its results when it ends.
public struct RunFolder: Sendable {
  /// Path without a slash at its end.
  public let path: String

  /// A folder that need not be there yet; nothing is written.
  public init(_ path: String) {
    self.path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
  }

  private static let resultFiles = [
    SummaryFile.name, ResultStore.name, JUnitFile.name, ReportPage.name,
  ]

  private static let recordingsName = "episodes"

  var recordings: String { path + "/" + RunFolder.recordingsName }
  var journal: String { path + "/" + Journal.name }

  /// Whether a folder is that of a batch: it holds a journal.
  static func isRunFolder(_ path: String) -> Bool {
    let start = try? InputFile.read(path + "/" + Journal.name, first: Journal.magic.count)
    return start == Journal.magic
  }

  /// Whether an entry of a run folder, by its path relative to that folder, was made by a batch.
  static func isOwn(_ relativePath: String) -> Bool {
    resultFiles.contains(relativePath) || relativePath == Journal.name
      || relativePath.hasPrefix(recordingsName + "/")
  }

  /// Makes the folder ready for a batch that is now the only one that writes into it. Recordings of
  /// an earlier batch go unless it is resumed, and so does what a kill left half-written.
  ///
  /// - Returns: what keeps other batches out until it is released.
  /// - Throws: it cannot be made, another batch is at it, or what is there was not made by a batch.
  func prepare(resumes: Bool) throws(InputError) -> FolderLock {
    try FileSystem.makeFolder(path)
    try refuseFilesOfOthers()
    try FileSystem.makeFolder(recordings)
    let lock = try FolderLock(journal)
    // What an earlier batch found must not be taken for this one's if it is killed.
    for name in RunFolder.resultFiles { FileSystem.remove(path + "/" + name) }
    for name in InputFile.names(in: path) ?? [] {
      guard let target = FileSystem.target(ofTemporary: name) else { continue }
      if RunFolder.resultFiles.contains(target) { FileSystem.remove(path + "/" + name) }
    }
    removeRecordings { _ in resumes }
    return lock
  }

  /// Results or recordings without a journal are somebody else's: nothing of them may be lost.
  private func refuseFilesOfOthers() throws(InputError) {
    if RunFolder.isRunFolder(path) { return }
    let size = FileSystem.size(of: journal) ?? 0
    let found =
      size > 0
      ? Journal.name
      : (InputFile.names(in: path) ?? []).first { RunFolder.resultFiles.contains($0) }
        ?? (InputFile.names(in: recordings) ?? []).first { RunFolder.isRecording($0) }
        .map { "\(RunFolder.recordingsName)/\($0)" }
    guard let found else { return }
    throw InputError(
      at: .wholeFile(path),
      "holds '\(found)' that no batch of this folder has written; it would be lost",
      hint: "name another folder with --out, or remove it")
  }

  /// Whether results of a rescoring may be written here: the folder of a batch keeps the batch's
  /// own.
  ///
  /// - Throws: results are there that a rescoring has not written.
  public func refuseBatches() throws(InputError) {
    guard RunFolder.isRunFolder(path) else { return }
    throw InputError(
      at: .wholeFile(path), "holds the results of a batch, which would be lost",
      hint: "name another folder with --out")
  }

  /// Removes recordings that do not belong to the results, and what is half-written of them.
  func removeRecordings(except kept: (String) -> Bool) {
    for name in InputFile.names(in: recordings) ?? [] {
      let isHalf = FileSystem.target(ofTemporary: name).map(RunFolder.isRecording) ?? false
      if isHalf || RunFolder.isRecording(name) && !kept(name) {
        FileSystem.remove(recordings + "/" + name)
      }
    }
  }

  private static func isRecording(_ name: String) -> Bool {
    name.hasSuffix("." + Recording.fileExtension)
  }

  /// Writes all results files, each whole at any instant.
  public func write(_ report: BatchReport) async throws(InputError) {
    try FileSystem.makeFolder(path)
    try await write(report, store: resultWriter())
  }

  /// Begins the database of results.
  ///
  /// - Throws: it cannot be written.
  func resultWriter() throws(InputError) -> ResultWriter {
    try ResultWriter(path + "/" + ResultStore.name)
  }

  /// Writes all results files, the database from what a writer has of it already.
  func write(_ report: BatchReport, store: ResultWriter) async throws(InputError) {
    // (The page reads recordings again, in another thread, whose memory is its own.)
    FreedMemory.giveBack()
    // All at once: what is left to write takes about as long in each.
    async let database = problem { () throws(InputError) in
      try store.finish(report)
      try write(JUnitFile.text(report), JUnitFile.name)
    }
    async let page = problem { () throws(InputError) in
      try write(ReportPage.text(ReportRun(report), in: self), ReportPage.name)
    }
    let summary = SummaryFile.text(report)
    for problem in await [database, page] { if let problem { throw problem } }
    // Last, so that a summary says that all other results are there, also after a power cut.
    try FileSystem.syncFolder(path)
    try write(summary, SummaryFile.name)
  }

  /// Writes `report.html` from the result store and the recordings.
  ///
  /// - Parameters:
  ///   - comparison: with another run as A and this one as B; nil: none.
  ///   - file: where to; nil: to its place in the folder.
  /// - Returns: the file that was written.
  /// - Throws: there are no results, or it cannot be written.
  @discardableResult
  public func writePage(
    comparison: RunComparison? = nil, to file: String? = nil
  ) throws(InputError) -> String {
    let file = file ?? path + "/" + ReportPage.name
    let text = try ReportPage.text(self, comparison: comparison)
    try FileSystem.writeAtomically(Array(text.utf8), to: file)
    return file
  }

  /// - Returns: what keeps a file from being written; nil if it was.
  private func problem(_ write: () throws(InputError) -> Void) async -> InputError? {
    do throws(InputError) {
      try write()
      return nil
    } catch {
      return error
    }
  }

  private func write(_ text: String, _ name: String) throws(InputError) {
    try FileSystem.writeAtomically(Array(text.utf8), to: path + "/" + name)
  }
}
