public import SimCore
import SimEpisode
import SimMetrics
import SimScenario

/// Runs a batch: loads, picks, runs on a bounded number of workers, collects by index, writes.
///
/// The results are the same bytes whatever the number and kind of workers.
public struct BatchRunner: Sendable {
  /// What is run.
  public let request: BatchRequest
  /// The modules of this process; worker processes have their own.
  public let catalogs: ModuleCatalogs
  private let observer: any BatchObserver
  private let workerCommand: [String]

  /// Longest wall time of an episode in a worker process, seconds, unless the request has another.
  public static let standardTimeout = 60.0

  /// - Parameters:
  ///   - request: what to run.
  ///   - catalogs: the modules; worker processes have their own.
  ///   - observer: is told how it goes on.
  ///   - workerCommand: how to start a worker process; this program itself unless said otherwise.
  public init(
    _ request: BatchRequest, catalogs: ModuleCatalogs, observer: any BatchObserver,
    workerCommand: [String] = ["/proc/self/exe", "worker"]
  ) {
    self.request = request
    self.catalogs = catalogs
    self.observer = observer
    self.workerCommand = workerCommand
  }

  /// Runs the batch and writes its folder.
  ///
  /// - Throws: what kept it from running at all. Files and episodes that could not run are results.
  public func run() async throws(InputError) -> BatchReport {
    let watch = Stopwatch()
    let set = try ScenarioSet(request, catalogs: catalogs)
    if set.found == 0, set.broken.isEmpty, set.skipped.isEmpty {
      throw InputError(
        at: .wholeFile(request.paths.first ?? ""), "there is nothing to run: no scenario was found")
    }
    let folder = request.output.map(RunFolder.init)
    let lock = try folder?.prepare(resumes: request.resumes)
    defer { lock?.release() }
    let store = try folder?.resultWriter()
    observer.begin(set)
    var report = try await run(set, folder, store)
    observer.end()
    report.wallSeconds = watch.seconds
    if let folder, let store { try await folder.write(report, store: store) }
    return report
  }

  private func run(
    _ set: ScenarioSet, _ folder: RunFolder?, _ store: ResultWriter?
  ) async throws(InputError) -> BatchReport {
    var known: [UInt64: EpisodeWork.Finished] = [:]
    let journal = try openJournal(folder, &known)
    let board = BatchBoard(
      count: set.entries.count, failsFast: request.failsFast, journal: journal,
      store: store, observer: observer)
    let work = EpisodeWork(
      executor: EpisodeExecutor(
        catalogs: catalogs, profile: request.profile,
        overridesProfiles: request.overridesProfiles, record: request.record,
        traffic: request.traffic, keepsWorst: request.keepsWorst,
        isWatched: request.recordsChoices),
      recordings: folder?.recordings)
    await takeOver(known, set, board, work)
    if request.isIsolated {
      try runIsolated(set, board, work)
    } else {
      await runInProcess(set, board, work)
    }
    let collected = try board.collect()
    let ran = collected.finished.compactMap { $0 }
    let recordings = WorstScores.kept(ran, of: request)
    folder?.removeRecordings { recordings.contains($0) }
    var report = BatchReport(
      profile: request.profile.name,
      results: ran.flatMap(\.results) + set.broken.map { work.result(of: $0) },
      skipped: set.skipped)
    report.choices = request.choices
    report.families = set.families
    report.foundNothing = set.found == 0
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

  /// Takes over what an earlier run knows, before anything runs.
  private func takeOver(
    _ known: [UInt64: EpisodeWork.Finished], _ set: ScenarioSet, _ board: BatchBoard,
    _ work: EpisodeWork
  ) async {
    guard !known.isEmpty else { return }
    let tasks = min(request.jobs, max(set.entries.count, 1))
    var before = [EpisodeWork.Finished?](repeating: nil, count: set.entries.count)
    await withTaskGroup(of: [(Int, EpisodeWork.Finished)].self) { group in
      for first in 0..<tasks {
        group.addTask {
          var found: [(Int, EpisodeWork.Finished)] = []
          for index in stride(from: first, to: set.entries.count, by: tasks) {
            if Interrupt.isRequested { break }
            if let finished = work.remembered(set.entries[index].ticket, known) {
              found.append((index, finished))
            }
          }
          return found
        }
      }
      for await found in group {
        for (index, finished) in found { before[index] = finished }
      }
    }
    // Another run, one that stopped at the first failure or had more episodes, may have kept no
    // recording of what is among the worst now.
    let keepsWorst = request.record == .failures && request.keepsWorst
    let again = keepsWorst ? WorstScores.unrecorded(before) : []
    for index in before.indices where !again.contains(index) {
      if let finished = before[index] { board.finish(index, finished, isKnown: true) }
    }
  }

  /// Workers are tasks of this process.
  private func runInProcess(_ set: ScenarioSet, _ board: BatchBoard, _ work: EpisodeWork) async {
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<min(request.jobs, board.unfinished) {
        group.addTask {
          while let index = board.next() {
            board.finish(index, work.run(set.entries[index].ticket), isKnown: false)
          }
        }
      }
    }
  }

  /// Workers are processes.
  private func runIsolated(
    _ set: ScenarioSet, _ board: BatchBoard, _ work: EpisodeWork
  ) throws(InputError) {
    var pool = WorkerPool(
      command: workerCommand, setup: WorkerSetup(request, recordings: work.recordings),
      timeout: request.timeout ?? BatchRunner.standardTimeout, board: board, set: set,
      unbuilt: { ticket, reason in
        work.broken(ticket, InputError(at: .wholeFile(ticket.path), reason))
      })
    try pool.run(workers: min(request.jobs, board.unfinished))
  }
}

extension EpisodeWork {
  /// What an earlier run knew of an episode; nil if that was another one, or its recording is gone.
  func remembered(_ ticket: EpisodeTicket, _ known: [UInt64: Finished]) -> Finished? {
    guard let scenario = try? ticket.build(), let finished = known[key(scenario)] else {
      return nil
    }
    guard let recording = finished.recording else { return finished }
    if let recordings,
      FileSystem.size(of: recordings + "/" + recording.name) == recording.bytes
    {
      return finished
    }
    // Of those that pass only the worst keep their recordings.
    guard executor.record == .failures, finished.lowestPassingScore != nil else { return nil }
    var without = finished
    without.recording = nil
    return without
  }

  /// The result of a file that could not be read.
  func result(of file: ScenarioSet.BrokenFile) -> EpisodeResult {
    EpisodeResult(
      scenario: file.file.relativePath, path: file.file.relativePath, tags: [], seed: 0,
      traffic: executor.trafficName(file.file.relativePath), profile: executor.profile.name,
      outcome: .invalid, reason: file.error.firstMessage)
  }
}
