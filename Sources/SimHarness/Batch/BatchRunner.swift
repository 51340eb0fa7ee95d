public import SimCore
import SimEpisode
import SimMetrics
import SimScenario

/// Runs a batch: loads, picks, runs on a bounded number of workers, collects by index, writes.
///
/// The results are the same bytes whatever the number and kind of workers.
public struct BatchRunner: Sendable {
  public let request: BatchRequest
  public let catalogs: ModuleCatalogs
  let observer: any BatchObserver

  public init(_ request: BatchRequest, catalogs: ModuleCatalogs, observer: any BatchObserver) {
    self.request = request
    self.catalogs = catalogs
    self.observer = observer
  }

  /// Runs the batch and writes its folder.
  ///
  /// - Throws: what kept it from running at all. Files and episodes that could not run are results.
  public func run() async throws(InputError) -> BatchReport {
    let start = ContinuousClock.now
    let set = try ScenarioSet(request, catalogs: catalogs)
    let folder = request.output.map(RunFolder.init)
    try folder?.prepare(resumes: request.resumes)
    observer.begin(set)
    var report = try await run(set, folder)
    observer.end()
    report.wallSeconds = (ContinuousClock.now - start).seconds
    try folder?.write(report)
    return report
  }

  private func run(_ set: ScenarioSet, _ folder: RunFolder?) async throws(InputError)
    -> BatchReport
  {
    var known: [UInt64: EpisodeWork.Finished] = [:]
    let journal = try openJournal(folder, &known)
    let board = BatchBoard(
      count: set.entries.count, failsFast: request.failsFast, journal: journal,
      observer: observer)
    let work = EpisodeWork(
      executor: EpisodeExecutor(
        catalogs: catalogs, profile: request.profile, record: request.record,
        traffic: request.traffic),
      recordings: folder?.recordings)
    await runInProcess(set, board, work, known)
    let collected = try board.collect()
    let ran = collected.finished.compactMap { $0 }
    folder?.removeRecordings(except: Set(ran.compactMap(\.recording)))
    var report = BatchReport(
      profile: request.profile.name,
      results: ran.flatMap(\.results) + set.broken.map { work.result(of: $0) },
      skipped: set.skipped)
    report.notRun = collected.finished.count - ran.count
    report.wasInterrupted = Interrupt.isRequested
    report.resumed = collected.resumed
    return report
  }

  private func openJournal(
    _ folder: RunFolder?, _ known: inout [UInt64: EpisodeWork.Finished]
  ) throws(InputError) -> Journal? {
    guard let folder else { return nil }
    return try Journal(folder.journal, resumes: request.resumes, known: &known)
  }

  /// Workers are tasks of this process.
  private func runInProcess(
    _ set: ScenarioSet, _ board: BatchBoard, _ work: EpisodeWork,
    _ known: [UInt64: EpisodeWork.Finished]
  ) async {
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<min(request.jobs, max(set.entries.count, 1)) {
        group.addTask {
          while let index = board.next() {
            let ticket = set.entries[index].ticket
            if known.isEmpty {
              board.finish(index, work.run(ticket), isKnown: false)
            } else if let before = work.remembered(ticket, known) {
              board.finish(index, before, isKnown: true)
            } else {
              board.finish(index, work.run(ticket), isKnown: false)
            }
          }
        }
      }
    }
  }
}

extension EpisodeWork {
  /// What an earlier run knew of an episode; nil if that was another one, or its recording is gone.
  func remembered(_ ticket: EpisodeTicket, _ known: [UInt64: Finished]) -> Finished? {
    guard let scenario = try? ticket.build(), let finished = known[key(scenario)] else {
      return nil
    }
    if let recording = finished.recording {
      guard let recordings, FileSystem.kind(of: recordings + "/" + recording) == .file else {
        return nil
      }
    }
    return finished
  }

  /// The result of a file that could not be read.
  func result(of file: ScenarioSet.BrokenFile) -> EpisodeResult {
    EpisodeResult(
      scenario: file.file.relativePath, path: file.file.relativePath, tags: [], seed: 0,
      traffic: executor.trafficName(file.file.relativePath), profile: executor.profile.name,
      outcome: .invalid, reason: file.error.firstMessage)
  }
}
