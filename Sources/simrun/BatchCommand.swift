public import ArgumentParser
public import SimHarness

struct BatchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "batch", abstract: "Runs and scores all scenarios of files and folders.")

  @Argument(help: "Scenario files, recordings and folders of them.")
  var paths: [String]

  @OptionGroup var scenario: ScenarioOptions

  @Option(help: ArgumentHelp("Workers; the default is one a core.", valueName: "n"))
  var jobs: Int?

  @Flag(help: "Run each worker as a process: a module that traps or hangs costs one episode.")
  var isolate = false

  @Option(
    help: ArgumentHelp("With --isolate: longest wall time of an episode.", valueName: "seconds"))
  var timeout: Double?

  @Option(
    help: ArgumentHelp(
      "Only scenarios with these tags, e.g. 'highway and not truck'.", valueName: "expr"))
  var tag: String?

  @Option(
    help: ArgumentHelp(
      "Only scenarios of these names, e.g. 'cut_in* or failed@out'.", valueName: "expr"))
  var filter: String?

  @Option(help: ArgumentHelp("Only the i-th of n parts of the set, e.g. 1/4.", valueName: "i/n"))
  var shard: ShardOption?

  @Flag(help: "Take over the finished episodes of an earlier run into the same folder.")
  var resume = false

  @Flag(help: "Stop at the first episode that does not pass.")
  var failFast = false

  @Option(
    help: ArgumentHelp(
      "Episodes that leave a recording: none, failures (and, unless --fail-fast, the worst "
        + "\(BatchRequest.worstCount) that pass) or all.", valueName: "record"))
  var record: RecordMode = .failures

  @Flag(
    help: """
      Recordings also hold how modules chose: a planner's proposals with their scores (pdm-closed, \
      frenet), a predictor's attention (hpnet). simview and report.html \
      show them.
      """)
  var recordChoices = false

  @Option(help: ArgumentHelp("Folder of the results.", valueName: "dir"))
  var out = "out"

  @Option(help: "What standard output gets at the end: human or json.")
  var format: OutputFormat = .human

  @Flag(help: "No progress and no notes.")
  var quiet = false

  func validate() throws {
    if let jobs, !(1...1024).contains(jobs) {
      throw ValidationError("--jobs is between 1 and 1024")
    }
    if recordChoices, record == .none {
      throw ValidationError("--record-choices needs recordings: --record failures or all")
    }
    if let timeout {
      guard isolate else { throw ValidationError("--timeout needs --isolate") }
      guard timeout > 0, timeout.isFinite else {
        throw ValidationError("--timeout is a positive number of seconds")
      }
    }
  }

  func run() async throws {
    var request = try scenario.request(paths)
    request.jobs = jobs ?? Machine.cores
    request.isIsolated = isolate
    request.timeout = timeout
    request.tags = try tag.map { try Selection($0, name: "--tag") }
    request.filter = try filter.map { try Selection($0, name: "--filter") }
    request.shard = shard?.shard
    request.resumes = resume
    request.failsFast = failFast
    request.record = record
    request.recordsChoices = recordChoices
    request.output = out
    Interrupt.listen()
    let runner = BatchRunner(
      request, catalogs: .shipped, observer: ConsoleObserver(isQuiet: quiet))
    let report = try await runner.run()
    switch format {
    case .human: Console.output(BatchText.text(report, output: out))
    case .json: Console.output(SummaryFile.text(report))
    }
    throw report.status.code
  }
}

extension RecordMode: ExpressibleByArgument {}

enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
  case human, json
}

/// `i/n`.
struct ShardOption: ExpressibleByArgument {
  let shard: BatchRequest.Shard

  init?(argument: String) {
    let parts = argument.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let index = Int(parts[0]), let count = Int(parts[1]), count >= 1,
      (1...count).contains(index)
    else { return nil }
    shard = BatchRequest.Shard(index: index, count: count)
  }
}
