import ArgumentParser
import SimCore
import SimHarness

struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Compares the results of two batches, episode by episode.",
    discussion: """
      Differences are B's value less A's for the same ego of the same episode. Their 95 % intervals \
      come from a bootstrap that draws whole scenario files, each with all of its episodes, since \
      episodes of one file resemble each other; the sign test takes each file's mean difference. \
      Exit code 0 whatever the difference ('simrun gate' judges), 2 if the two cannot be compared.
      """)

  @Argument(help: ArgumentHelp("Folder of a batch.", valueName: "a"))
  var first: String

  @Argument(help: ArgumentHelp("Folder of another batch of the same scenarios.", valueName: "b"))
  var second: String

  @Option(help: ArgumentHelp("Draws of the bootstrap.", valueName: "n"))
  var resamples = 10_000

  @Option(help: ArgumentHelp("Seed of the draws.", valueName: "n"))
  var seed: UInt64 = 0

  @Option(help: "What standard output gets: human or json.")
  var format: OutputFormat = .human

  func validate() throws {
    guard (100...1_000_000).contains(resamples) else {
      throw ValidationError("--resamples is between 100 and 1000000")
    }
  }

  func run() throws {
    let comparison = try RunComparison(
      RunResults(in: RunFolder(first)), RunResults(in: RunFolder(second)), resamples: resamples,
      seed: seed)
    switch format {
    case .human: Console.output(ComparisonText.text(comparison))
    case .json: Console.output(ComparisonText.json(comparison))
    }
  }
}

struct AttainableCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "attainable",
    abstract: "Shows a batch beside the best that reference planners reached.",
    discussion: """
      Not every scene allows a score of 1: even a recorded drive seldom gets it. Given batches of \
      the same scenarios with other planners, this prints for each episode the best of their \
      scores next to the run's own. Exit code 0, or 2 if they cannot be compared.
      """)

  @Argument(help: ArgumentHelp("Folder of a batch.", valueName: "run"))
  var folder: String

  @Argument(help: ArgumentHelp("Folders of batches with reference planners.", valueName: "ref"))
  var references: [String]

  @Option(help: "What standard output gets: human or json.")
  var format: OutputFormat = .human

  func run() throws {
    let scores = try AttainableScores(
      RunResults(in: RunFolder(folder)),
      against: references.map { try RunResults(in: RunFolder($0)) })
    switch format {
    case .human: Console.output(scores.text())
    case .json: Console.output(scores.json())
    }
  }
}

struct GateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gate",
    abstract: "Holds the results of a batch to a baseline file.",
    discussion: """
      Lost is an episode that passed and does not any more, or is missing; a score, or the mean \
      score, that fell by more than its tolerance (0 unless another is given); and a metric with a \
      tolerance that moved beyond it: for the worse if it enters the score, else either way. Exit \
      code 0: nothing was lost; 1: something was; 2: something of the batch could not run, or the \
      two cannot be compared.
      """)

  @Argument(help: ArgumentHelp("Folder of a batch.", valueName: "run"))
  var folder: String

  @Option(help: ArgumentHelp("The baseline.", valueName: "file"))
  var baseline: String

  @Option(
    name: .customLong("tolerance"),
    help: ArgumentHelp(
      "What may be lost of score, score_mean or a metric, instead of the file's own; repeatable. "
        + "With --update the file keeps it.", valueName: "name=x"))
  var tolerances: [String] = []

  @Flag(help: "Every changed state hash is a loss too.")
  var exact = false

  @Flag(help: "Write the file anew from this run, and print the lines that change.")
  var update = false

  @Option(help: "What standard output gets: human or json.")
  var format: OutputFormat = .human

  func validate() throws { _ = try parsed() }

  private func parsed() throws -> [Baseline.Tolerance] {
    try tolerances.map { text in
      guard let equals = text.firstIndex(of: "="), equals > text.startIndex,
        let value = Double(text[text.index(after: equals)...]), value >= 0, value.isFinite
      else { throw ValidationError("--tolerance needs name=x with x at least 0, not '\(text)'") }
      return Baseline.Tolerance(name: String(text[..<equals]), value: value)
    }
  }

  func run() throws {
    let run = try RunResults(in: RunFolder(folder))
    if update { return try write(run) }
    var held = try Baseline(file: baseline)
    held.set(try parsed())
    let gate = try Gate(run, against: held, exact: exact)
    switch format {
    case .human: Console.output(GateText.text(gate))
    case .json: Console.output(GateText.json(gate))
    }
    throw gate.status.code
  }

  private func write(_ run: RunResults) throws {
    let old = Baseline.isThere(baseline) ? try Baseline(file: baseline) : nil
    var new = try Baseline(recording: run, tolerances: old?.tolerances ?? [])
    new.set(try parsed())
    // A tolerance of something that the run does not have would fail every later gate.
    _ = try Gate(run, against: new, exact: true)
    try new.write(to: baseline)
    let lines = new.difference(from: old)
    Console.output(lines.map { $0 + "\n" }.joined())
    Console.output("\(new.entries.count) episodes, \(lines.count) lines changed: \(baseline)\n")
  }
}
