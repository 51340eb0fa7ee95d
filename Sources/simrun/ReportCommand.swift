import ArgumentParser
import SimCore
import SimHarness

struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Writes report.html of a batch anew, alone or compared with another.",
    discussion: """
      The page needs no network and no other file. It shows totals, scores, families, metrics, \
      what sweeps cover, and plays the worst episodes that left a recording: with --record \
      failures those that did not pass, with --record all any. The player has simview's layers \
      with its keys; proposals and attention if the batch ran with --record-choices. With \
      --against it compares the batch, as B, with another of the same scenarios, as A, like \
      'simrun compare'.
      """)

  @Argument(help: ArgumentHelp("Folder of a batch.", valueName: "run"))
  var folder: String

  @Option(help: ArgumentHelp("Folder of another batch to compare with.", valueName: "other"))
  var against: String?

  @Option(
    help: ArgumentHelp("File to write; report.html in RUN if none is named.", valueName: "file"))
  var out: String?

  func run() throws {
    let run = RunFolder(folder)
    let comparison = try against.map {
      try RunComparison(RunResults(in: RunFolder($0)), RunResults(in: run))
    }
    Console.output(try run.writePage(comparison: comparison, to: out) + "\n")
  }
}
