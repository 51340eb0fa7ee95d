import ArgumentParser
import SimCore
import SimHarness
import SimNeural
import SimPrediction
import SimTraining

struct ForecasterCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "forecaster",
    abstract: "Trains the network of the predictor 'hpnet' on simulated or recorded traffic.",
    discussion: """
      The folder of results gets forecaster.safetensors (the weights, once all steps are done), \
      checkpoint.safetensors (what --resume goes on from), loss.csv, evaluation.txt and pictures \
      of forecasts. The weights are the same bits for any --jobs, and whether a training was interrupted or not.
      """)

  @OptionGroup var data: DataOptions

  @Option(help: ArgumentHelp("Folder of the results.", valueName: "dir"))
  var out = "forecaster"

  @Option(help: "Steps of the optimiser.")
  var steps = 3000

  @Option(help: "Examples per step.")
  var batch = 8

  @Option(help: "Highest learning rate; it rises in the first steps and then falls to 0.")
  var rate = 1e-3

  @Option(help: "Width of the layers, a multiple of the heads.")
  var width = 64

  @Option(help: "Attention heads.")
  var heads = 4

  @Option(help: "Rounds of attention per stage.")
  var layers = 2

  @Option(help: "Modes per forecast.")
  var modes = 6

  @Option(help: "Road users per example.")
  var agents = 12

  @Option(help: "Of the first weights, of the order of examples and of their changes.")
  var seed: UInt64 = 1

  @Flag(
    inversion: .prefixedNo,
    help: "Attend to the forecasts of earlier frames (off: for comparison).")
  var historicalAttention = true

  @Option(
    help: ArgumentHelp("How rows attend: \(attentionKinds).", valueName: "kind"),
    transform: attentionKind)
  var attention = AttentionKind.softmax

  @Option(help: "Share of attention's weights and of hidden numbers that is left out, 0 to 0.9.")
  var dropout = 0.0

  @Option(help: ArgumentHelp("Steps between checkpoints.", valueName: "n"))
  var checkpointEvery = 200

  @Option(help: ArgumentHelp("Stop after so many steps as if interrupted.", valueName: "n"))
  var stopAfter: Int?

  @Flag(help: "Go on from the checkpoint in the folder of the results, if there is one.")
  var resume = false

  @Flag(inversion: .prefixedNo, help: "Evaluate on the held-out episodes at the end.")
  var evaluation = true

  @Option(help: ArgumentHelp("Pictures of forecasts to draw.", valueName: "n"))
  var pictures = 6

  func validate() throws {
    guard width > 0, heads > 0, width % heads == 0, width <= 1024 else {
      throw ValidationError("--width is a multiple of --heads, at most 1024")
    }
    let counts = [steps, batch, layers, modes, agents, checkpointEvery]
    guard counts.allSatisfy({ (1...10_000_000).contains($0) }), modes <= 64, layers <= 64 else {
      throw ValidationError("numbers of steps, examples, layers, modes and agents are positive")
    }
    guard heads <= 64 else { throw ValidationError("--heads is at most 64") }
    guard (0...0.9).contains(dropout) else { throw ValidationError("--dropout is 0 to 0.9") }
    guard rate > 0, rate < 1 else { throw ValidationError("--rate is between 0 and 1") }
  }

  private var training: ForecastTraining {
    var training = ForecastTraining()
    training.configuration = .clean(width: width)
    training.configuration.heads = heads
    training.configuration.layers = layers
    training.configuration.modes = modes
    training.configuration.attendsToPredictions = historicalAttention
    training.configuration.attention = attention
    training.dropout = dropout
    training.steps = steps
    training.batch = batch
    training.rate = rate
    training.agents = agents
    training.seed = seed
    return training
  }

  func run() async throws {
    Interrupt.listen()
    let training = training
    let run = TrainingRun(folder: out, jobs: data.workers, isQuiet: data.quiet)
    try training.check()
    try run.check(resumes: resume)
    let episodes = try await data.load(step: training.configuration.frameStep)
    var trainer = try ForecastTrainer(training, episodes)
    let isDone = try await run.train(
      &trainer, resumes: resume, checkpointEvery: checkpointEvery, stopAfter: stopAfter,
      command: Array(CommandLine.arguments.dropFirst()))
    guard isDone else { throw ExitCode(ExitStatus.failed.rawValue) }
    guard evaluation else { return }
    let network = trainer.network
    let text = try await run.evaluate(
      network, episodes, parts: [.heldOutMaps, .heldOutSeeds], pictures: pictures)
    Console.output(text)
  }
}

struct EvaluateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Holds a trained forecaster and other predictors against what happened.",
    discussion: """
      Of every episode, all road users but the ego are forecast every second as in a closed loop. \
      With --all every episode counts, also those that a training with the same shares would \
      learn from: right for data that was never learnt from.
      """)

  @OptionGroup var data: DataOptions

  @Option(
    help: ArgumentHelp(
      "Weights of 'simtrain forecaster'; the ones that come with the program if not given.",
      valueName: "file"))
  var weights = ""

  @Flag(help: "Count all episodes, not only the held-out ones.")
  var all = false

  @Option(help: ArgumentHelp("Folder of the table and of pictures.", valueName: "dir"))
  var out: String?

  @Option(help: ArgumentHelp("Pictures of forecasts to draw.", valueName: "n"))
  var pictures = 0

  func run() async throws {
    Interrupt.listen()
    let network = try TrainingRun.network(weights)
    try ForecastTrial.check(
      network, file: weights.isEmpty ? ForecasterNetwork.standardFile : weights)
    let episodes = try await data.load(step: network.configuration.frameStep)
    let run = TrainingRun(folder: out, jobs: data.workers, isQuiet: data.quiet)
    let text = try await run.evaluate(
      network, episodes, parts: all ? nil : [.heldOutMaps, .heldOutSeeds], pictures: pictures)
    Console.output(text)
  }
}
