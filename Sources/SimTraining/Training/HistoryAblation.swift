public import SimCore
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
    try check(resumes: resumes)
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
    let text = Self.text(arms, shapes: episodes.map(\.road.shape))
    try OutputFile.write(Array(text.utf8), to: folder + "/ablation.txt")
    return text
  }

  /// Looks whether all trainings may write into their folders.
  ///
  /// - Throws: trainings lie there that are not to go on.
  public func check(resumes: Bool) throws(InputError) {
    for seed in 1...UInt64(trainings) {
      for attends in [true, false] {
        let arm = Arm(attends: attends, seed: seed, scores: [])
        try TrainingRun(folder: folder + "/" + arm.name, jobs: jobs).check(resumes: resumes)
      }
    }
  }

  /// The columns whose differences are told, with their units (`brier` adds metres and squares of
  /// probabilities).
  private static let told = [
    ("minFDE_1", " m"), ("minFDE_6", " m"), ("brier", ""), ("flicker", " m"),
  ]

  /// The table of all networks, and what the pairs of a seed differ by.
  ///
  /// - Parameter shapes: of the map of each episode; equal ones are drawn together.
  static func text(_ arms: [Arm], shapes: [UInt64]) -> String {
    var text = ForecastTrial.table(
      "\(shapes.count) held-out episodes", arms.map(\.name), arms.map(\.sum))
    let with = arms.filter(\.attends)
    let without = with.compactMap { arm in arms.first { !$0.attends && $0.seed == arm.seed } }
    precondition(with.count == without.count, "a network without for every one with")
    let known = Array(Set(shapes)).sorted()
    let bootstrap = PairBootstrap(clusters: shapes.map { known.firstIndex(of: $0) ?? 0 })
    text +=
      "\nwith - without: means over episodes of their means (rows above: over all forecasts), of "
      + "all seeds, then of each.\n95 % of 10,000 resamples; each draws \(with.count) of the "
      + "\(with.count) seeds' pairs and \(known.count) of the \(known.count) shapes of maps, with "
      + "replacement" + (with.count < 10 ? "; so few pairs make it too narrow" : "") + "\n"
    for (name, unit) in told {
      guard let column = ForecastScores.columns.firstIndex(where: { $0.name == name }) else {
        continue
      }
      func values(_ arms: [Arm]) -> [[Double]] {
        arms.map { $0.scores.map { $0?.mean(column) ?? .nan } }
      }
      guard let found = bootstrap.estimate(values(with), values(without)) else { continue }
      func percent(_ value: Double) -> String { (100 * value / found.base).fixed(1) }
      let seeds = zip(with, found.pairs).map { "seed \($0.seed): \($1.fixed(4))" }
      text +=
        "\(name): \(found.mean.fixed(4))\(unit) [\(found.low.fixed(4)), \(found.high.fixed(4))], "
        + "\(percent(found.mean)) % [\(percent(found.low)), \(percent(found.high))]; "
        + seeds.joined(separator: ", ") + "\n"
    }
    return text
  }
}
