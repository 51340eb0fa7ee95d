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
      of forecasts. The weights are the same bits for any --jobs, and whether a training was \
      interrupted or not.
      """)

  @OptionGroup var data: DataOptions

  @Option(help: ArgumentHelp("Folder of the results.", valueName: "dir"))
  var out = "forecaster"

  @OptionGroup var options: TrainingOptions

  @Option(help: "Of the first weights, of the order of examples and of their changes.")
  var seed: UInt64 = 1

  @Flag(
    inversion: .prefixedNo,
    help: "Attend to the forecasts of earlier frames (off: for comparison).")
  var historicalAttention = true

  @Option(help: ArgumentHelp("Stop after so many steps as if interrupted.", valueName: "n"))
  var stopAfter: Int?

  @Flag(inversion: .prefixedNo, help: "Evaluate on the held-out episodes at the end.")
  var evaluation = true

  @Option(help: ArgumentHelp("Pictures of forecasts to draw.", valueName: "n"))
  var pictures = 6

  func run() async throws {
    Interrupt.listen()
    var training = options.training
    training.configuration.attendsToPredictions = historicalAttention
    training.seed = seed
    let run = TrainingRun(folder: out, jobs: data.workers, isQuiet: data.quiet)
    try training.check()
    try run.check(resumes: options.resume)
    let episodes = try await data.load(step: training.configuration.frameStep)
    var trainer = try ForecastTrainer(training, episodes)
    let isDone = try await run.train(
      &trainer, resumes: options.resume, checkpointEvery: options.checkpointEvery,
      stopAfter: stopAfter,
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

  @Option(
    help: ArgumentHelp(
      "Of every part so many episodes, evenly taken; default: all.", valueName: "n"))
  var episodes: Int?

  @Option(help: ArgumentHelp("Folder of the table and of pictures.", valueName: "dir"))
  var out: String?

  @Option(help: ArgumentHelp("Pictures of forecasts to draw.", valueName: "n"))
  var pictures = 0

  func validate() throws {
    if let episodes, episodes < 1 { throw ValidationError("--episodes is at least 1") }
  }

  func run() async throws {
    Interrupt.listen()
    let network = try TrainingRun.network(weights)
    try ForecastTrial.check(
      network, file: weights.isEmpty ? ForecasterNetwork.standardFile : weights)
    let episodes = try await data.load(step: network.configuration.frameStep)
    let run = TrainingRun(folder: out, jobs: data.workers, isQuiet: data.quiet)
    let text = try await run.evaluate(
      network, episodes, parts: all ? nil : [.heldOutMaps, .heldOutSeeds],
      limit: self.episodes, pictures: pictures)
    Console.output(text)
  }
}
