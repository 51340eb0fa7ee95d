import SimCore
import SimHarness
import SimNeural

/// What historical prediction attention is worth: networks trained with and without it, alike in
/// all else.
public struct HistoryAblation: Sendable {
  /// What is trained; its seed and its attention are those of each network.
  public let training: ForecastTraining
  /// Trainings of each kind, with the seeds from 1 on.
  public let trainings: Int
  private let folder: String
  private let jobs: Int
  private let isQuiet: Bool

  /// - Parameters:
  ///   - training: what is trained.
  ///   - trainings: of each kind.
  ///   - folder: of the results.
  ///   - jobs: workers.
  ///   - isQuiet: nothing is told while it runs.
  public init(
    training: ForecastTraining, trainings: Int, folder: String, jobs: Int, isQuiet: Bool = false
  ) {
    self.training = training
    self.trainings = trainings
    self.folder = folder
    self.jobs = jobs
    self.isQuiet = isQuiet
  }

  /// One trained network with its scores by episode.
  struct Arm {
    var attends: Bool
    var seed: UInt64
    var scores: [ForecastScores?]

    var name: String { "\(attends ? "with" : "without")-\(seed)" }
    var sum: ForecastScores {
      var sum = ForecastScores()
      for score in scores { if let score { sum.add(score) } }
      return sum
    }
  }

  /// Trains and tests all networks.
  ///
  /// - Parameters:
  ///   - testing: so many of the held-out episodes, evenly taken; nil: all.
  ///   - resumes: goes on with trainings that lie in the folder.
  ///   - command: written into the files of weights.
  /// - Returns: the table; nil if it was interrupted.
  /// - Throws: what cannot be read or written, or what a network failed with.
  public func run(
    _ data: ForecastDataSet, testing: Int?, resumes: Bool, checkpointEvery: Int,
    command: [String]
  ) async throws -> String? {
    let places = data.places(of: .heldOutMaps) + data.places(of: .heldOutSeeds)
    guard !places.isEmpty else {
      throw InputError(at: .wholeFile("held-out episodes"), "there are none to test on")
    }
    let episodes = ForecastDataSet.some(testing, of: places).map { data.episodes[$0] }
    var arms: [Arm] = []
    for seed in 1...UInt64(trainings) {
      for attends in [true, false] {
        var arm = Arm(attends: attends, seed: seed, scores: [])
        var own = training
        own.seed = seed
        own.configuration.attendsToPredictions = attends
        let run = TrainingRun(folder: folder + "/" + arm.name, jobs: jobs, isQuiet: isQuiet)
        var trainer = try ForecastTrainer(own, data)
        let isDone = try await run.train(
          &trainer, resumes: resumes, checkpointEvery: checkpointEvery, command: command)
        guard isDone else { return nil }
        let trial = ForecastTrial([.network(arm.name, trainer.network)])
        arm.scores = try await trial.each(episodes, step: data.step, jobs: jobs).map { $0?.first }
        if !isQuiet { Console.error(ForecastTrial.table(arm.name, [arm.name], [arm.sum])) }
        arms.append(arm)
      }
    }
    let text = Self.text(arms, episodes)
    try OutputFile.write(Array(text.utf8), to: folder + "/ablation.txt")
    return text
  }

  /// The columns whose differences are told.
  private static let told = ["minFDE_1", "minFDE_6", "brier", "flicker"]

  static func text(_ arms: [Arm], _ episodes: [ForecastEpisode]) -> String {
    var text = ForecastTrial.table(
      "\(episodes.count) held-out episodes", arms.map(\.name), arms.map(\.sum))
    let with = arms.filter(\.attends)
    let without = arms.filter { !$0.attends }
    let shapes = Array(Set(episodes.map(\.road.shape))).sorted()
    let clusters = episodes.map { episode in
      shapes.firstIndex(of: episode.road.shape) ?? 0
    }
    let bootstrap = ClusterBootstrap(clusters: with.flatMap { _ in clusters })
    text +=
      "\nwith - without, means over episodes and seeds, 95 % over \(shapes.count) shapes of maps\n"
    for name in told {
      guard let column = ForecastScores.columns.firstIndex(where: { $0.name == name }) else {
        continue
      }
      func values(_ arms: [Arm]) -> [Double] {
        arms.flatMap { $0.scores.map { $0?.mean(column) ?? .nan } }
      }
      let (on, off) = (values(with), values(without))
      let estimates = bootstrap.estimates([zip(on, off).map { $0 - $1 }, off])
      guard let difference = estimates[0], let base = estimates[1] else { continue }
      func percent(_ value: Double) -> String { (100 * value / base.mean).fixed(1) }
      text +=
        "\(name): \(difference.mean.fixed(4)) m [\(difference.low.fixed(4)), "
        + "\(difference.high.fixed(4))], \(percent(difference.mean)) % "
        + "[\(percent(difference.low)), \(percent(difference.high))]\n"
    }
    return text
  }
}
