import ArgumentParser
import SimCore
import SimHarness
import SimNeural
import SimPrediction
import SimTraining

struct AblationCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ablation",
    abstract: "What the attention to earlier forecasts is worth: trained with and without it.",
    discussion: """
      For every seed two networks are trained from the same first weights' seed, on the same \
      examples in the same order and for the same steps, one with historical prediction attention \
      and one without. Both forecast the held-out episodes; the table has every network, and the \
      differences have intervals from a bootstrap over pairs of networks and shapes of maps. \
      Networks that lie whole in the folder already are not trained again with --resume.
      """)

  @OptionGroup var data: DataOptions

  @OptionGroup var options: TrainingOptions

  @Option(help: ArgumentHelp("Folder of the results.", valueName: "dir"))
  var out = "ablation"

  @Option(help: ArgumentHelp("Trainings of each kind, with the seeds 1 to n.", valueName: "n"))
  var trainings = 3

  @Option(
    help: ArgumentHelp(
      "Of the held-out episodes so many are tested on, evenly taken; default: all.",
      valueName: "n"))
  var episodes: Int?

  func validate() throws {
    guard (1...100).contains(trainings) else {
      throw ValidationError("--trainings is between 1 and 100")
    }
    if let episodes, episodes < 1 { throw ValidationError("--episodes is at least 1") }
  }

  func run() async throws {
    Interrupt.listen()
    let training = options.training
    try training.check()
    let ablation = HistoryAblation(
      training: training, trainings: trainings, folder: out, jobs: data.workers,
      isQuiet: data.quiet)
    try ablation.check(resumes: options.resume)
    let episodes = try await data.load(step: training.configuration.frameStep)
    let text = try await ablation.run(
      episodes, testing: self.episodes, resumes: options.resume,
      checkpointEvery: options.checkpointEvery, command: Array(CommandLine.arguments.dropFirst()))
    guard let text else { throw ExitCode(ExitStatus.failed.rawValue) }
    Console.output(text)
  }
}
