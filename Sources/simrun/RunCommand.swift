import ArgumentParser
import SimCore
import SimEpisode
import SimHarness
import SimMetrics
import SimScenario
import SimStack

struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Runs and scores the episodes of one file.")

  @Argument(help: "Scenario file or recording of another format.")
  var file: String

  @OptionGroup var scenario: ScenarioOptions

  @Flag(help: "Say what every factor of the score took, and when.")
  var explain = false

  @Option(
    help: ArgumentHelp("Only episodes of these names, e.g. '*seed=3*'.", valueName: "expr"))
  var filter: String?

  @Option(help: ArgumentHelp("Folder that gets a recording of every episode.", valueName: "dir"))
  var record: String?

  @Flag(
    help: """
      Recordings also hold how modules chose: a planner's proposals with their scores (pdm-closed, \
      frenet), a predictor's attention (hpnet). simview shows them.
      """)
  var recordChoices = false

  @Option(
    help: ArgumentHelp(
      "Compare with a recording of the same episode; name the first difference.",
      valueName: "episode"))
  var against: String?

  @Option(help: "What standard output gets: human or json.")
  var format: OutputFormat = .human

  func validate() throws {
    if recordChoices, record == nil { throw ValidationError("--record-choices needs --record") }
  }

  func run() throws {
    var request = try scenario.request([file])
    request.filter = try filter.map { try Selection($0, name: "--filter") }
    let set = try ScenarioSet(request, catalogs: .shipped)
    if let broken = set.broken.first { throw broken.error }
    for note in set.notes { Console.error(note.description) }
    for (path, reason) in set.skipped { Console.error("\(path): \(reason)") }
    if set.entries.isEmpty { throw InputError(at: .wholeFile(file), "there is nothing to run") }
    let recorded = try against.map { try OutputFile.recording($0) }
    if recorded != nil, set.entries.count != 1 {
      throw ValidationError("--against needs one episode; pick it with --filter")
    }
    if let record { try OutputFile.makeFolder(record) }
    let work = EpisodeWork(
      executor: EpisodeExecutor(
        catalogs: .shipped, profile: request.profile,
        overridesProfiles: request.overridesProfiles,
        record: record != nil || recorded != nil ? .all : .none, traffic: request.traffic,
        isWatched: recordChoices),
      recordings: record)
    var report = BatchReport(profile: request.profile.name, results: [], skipped: set.skipped)
    let watch = Stopwatch()
    for entry in set.entries {
      note(entry.ticket, beyond: set.notes)
      let finished = work.run(entry.ticket)
      if let error = finished.error { Console.error(error.description) }
      report.results += finished.results
      guard format == .human else { continue }
      for result in finished.results {
        Console.output(EpisodeText.text(result, explains: explain))
      }
    }
    report.wallSeconds = watch.seconds
    if format == .json { Console.output(SummaryFile.text(report)) }
    if let recorded { try compare(set.entries[0].ticket, work.executor, recorded) }
    throw report.status.code
  }

  /// What building an episode found besides what reading its file did.
  private func note(_ ticket: EpisodeTicket, beyond known: [Diagnostic]) {
    let texts = Set(known.map(\.description))
    for note in (try? ticket.build())?.notes ?? [] where !texts.contains(note.description) {
      Console.error(note.description)
    }
  }

  /// Runs once more and compares with a recording.
  private func compare(_ ticket: EpisodeTicket, _ executor: EpisodeExecutor, _ before: Recording)
    throws
  {
    guard let now = executor.run(try ticket.build()).recording else { return }
    guard let difference = FirstDivergence(before.episode.record, now.episode.record) else {
      Console.output("the same bits as the recording in all \(now.episode.record.ticks) ticks\n")
      return
    }
    Console.output("differs from the recording at \(difference)\n")
    throw ExitStatus.failed.code
  }
}
