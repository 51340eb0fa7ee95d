import ArgumentParser
import SimHarness
import SimMetrics

struct DumpCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dump", abstract: "Prints the results database, sorted, without times.")

  @Argument(help: ArgumentHelp("Folder of a batch.", valueName: "run"))
  var folder: String

  func run() throws { Console.output(try ResultStore.dump(folder)) }
}

struct RescoreCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rescore", abstract: "Scores the recordings of a batch anew.",
    discussion: "The batch must have been run with --record all.")

  @Argument(help: ArgumentHelp("Folder of a batch.", valueName: "run"))
  var folder: String

  @Option(help: "Metric profile: strict, nuplan-compat, v-max, interplan or interplan-obstacle.")
  var profile: ProfileName

  @Flag(help: "Measure surrogate safety and the scores of other benchmarks too.")
  var allMetrics = false

  @Option(
    help: ArgumentHelp(
      "Folder of the new results; RUN/rescored-PROFILE if none is named.", valueName: "dir"))
  var out: String?

  @Option(help: "What standard output gets: human or json.")
  var format: OutputFormat = .human

  func run() async throws {
    let output = out ?? RunFolder(folder).path + "/rescored-" + profile.profile.name
    try RunFolder(output).refuseBatches()
    var profile = profile.profile
    profile.measuresAll = allMetrics
    let rescored = try Rescoring(RunFolder(folder), profile: profile)
    try await RunFolder(output).write(rescored.report)
    switch format {
    case .human: Console.output(BatchText.text(rescored.report, output: output))
    case .json: Console.output(SummaryFile.text(rescored.report))
    }
    guard rescored.missing.isEmpty else {
      Console.error(
        "\(rescored.missing.count) episodes have no recording (run the batch with --record all): "
          + rescored.missing.prefix(3).joined(separator: ", ")
          + (rescored.missing.count > 3 ? ", ..." : ""))
      throw ExitStatus.couldNotRun.code
    }
    throw rescored.report.status.code
  }
}

struct CoverageCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "coverage",
    abstract: "Prints what passed where in the parameter space of swept scenarios.")

  @Argument(help: ArgumentHelp("Folder of a batch.", valueName: "run"))
  var folder: String

  @Option(
    help: ArgumentHelp(
      "One or two keys, e.g. agents.cutter.speed,agents.cutter.s; those with the most values if "
        + "none are named.", valueName: "keys"))
  var by: String?

  func validate() throws {
    if let by, !(1...2).contains(by.split(separator: ",").count) {
      throw ValidationError("--by takes one key or two")
    }
  }

  func run() throws {
    let keys = by.map { $0.split(separator: ",").map(String.init) }
    let tables = try CoverageTable.tables(in: folder, by: keys)
    Console.output(tables.map(\.text).joined(separator: "\n"))
  }
}
