import ArgumentParser
import SimCore
import SimHarness
import SimNeural
import SimTraining

/// All kinds of attention, for help texts.
let attentionKinds = AttentionKind.allCases.map(\.rawValue).joined(separator: ", ")

/// The kind of a word of the command line.
func attentionKind(_ text: String) throws -> AttentionKind {
  guard let kind = AttentionKind(rawValue: text) else {
    throw ValidationError("'\(text)' is no kind of attention; known: \(attentionKinds)")
  }
  return kind
}

struct AttentionCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "attention",
    abstract: "Trains a forecaster with each kind of attention alike, and compares them.",
    discussion: """
      All start from the same seed and learn from the same examples in the same order. Shown are \
      sizes, losses and the time of a step, then errors on the held-out episodes. No weights \
      are kept.
      """)

  @OptionGroup var data: DataOptions

  @Option(
    help: ArgumentHelp(
      "Kinds to compare, with commas between them; default: all (\(attentionKinds)).",
      valueName: "kind,kind"))
  var kinds: String?

  @Option(help: "Steps of the optimiser, of each kind.")
  var steps = 200

  @Option(help: "Examples per step.")
  var batch = 4

  @Option(help: "Width of the layers, a multiple of 4.")
  var width = 32

  @Option(help: "Of the first weights, of the order of examples and of their changes.")
  var seed: UInt64 = 1

  private func chosen() throws -> [AttentionKind] {
    guard let kinds else { return AttentionKind.allCases }
    return try kinds.split(separator: ",", omittingEmptySubsequences: false).map {
      try attentionKind(String($0))
    }
  }

  func validate() throws {
    _ = try chosen()
    guard (1...10_000_000).contains(steps), (1...10_000).contains(batch) else {
      throw ValidationError("numbers of steps and examples are positive")
    }
    guard width > 0, width % 4 == 0, width <= 1024 else {
      throw ValidationError("--width is a multiple of 4, at most 1024")
    }
  }

  func run() async throws {
    Interrupt.listen()
    var training = ForecastTraining()
    training.configuration = .clean(width: width)
    training.steps = steps
    training.batch = batch
    training.seed = seed
    try training.check()
    let episodes = try await data.load(step: training.configuration.frameStep)
    let run = TrainingRun(folder: nil, jobs: data.workers, isQuiet: data.quiet)
    Console.output(try await run.compare(chosen(), training, episodes))
  }
}
