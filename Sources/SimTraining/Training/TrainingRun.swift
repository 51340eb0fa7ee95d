public import SimCore
import SimHarness
import SimNeural
public import SimPrediction
import SimStack
import SimViewer

/// A training or an evaluation with all that it shows and writes.
public struct TrainingRun: Sendable {
  /// Folder of the results; nil: none are written.
  public let folder: String?
  /// Workers.
  public let jobs: Int
  /// Nothing is told while it runs.
  public let isQuiet: Bool

  /// - Parameters:
  ///   - folder: of the results; nil: none are written.
  ///   - jobs: workers.
  ///   - isQuiet: nothing is told while it runs.
  public init(folder: String?, jobs: Int, isQuiet: Bool = false) {
    self.folder = folder
    self.jobs = jobs
    self.isQuiet = isQuiet
  }

  /// The network of a file; empty: the one that comes with the program.
  public static func network(_ path: String) throws(InputError) -> ForecasterNetwork {
    try ForecasterNetwork.named(path)
  }

  private func say(_ text: String) { if !isQuiet { Console.error(text) } }

  private func write(_ bytes: [UInt8], _ name: String) throws(InputError) {
    guard let folder else { return }
    try OutputFile.makeFolder(folder)
    try OutputFile.write(bytes, to: folder + "/" + name)
  }

  /// Trains to the end, or until it is interrupted.
  ///
  /// - Parameters:
  ///   - resumes: goes on from the checkpoint in the folder, if there is one.
  ///   - stopAfter: stops after so many steps in all as if interrupted.
  ///   - command: written into the file of weights.
  /// - Returns: whether it came to the end.
  public func train(
    _ trainer: inout ForecastTrainer, resumes: Bool, checkpointEvery: Int, stopAfter: Int? = nil,
    command: String
  ) async throws(InputError) -> Bool {
    var log = "step,loss,proposal,refinement,probability,gradient,rate\n"
    if resumes, let folder {
      let path = folder + "/checkpoint.safetensors"
      if InputFile.kind(of: path) == .file {
        try trainer.resume(try InputFile.read(path), file: path)
        say("goes on after step \(trainer.step)")
        log = Self.lines(of: folder + "/loss.csv", through: trainer.step) ?? log
      }
    }
    let configuration = trainer.training.configuration
    say(
      "\(trainer.exampleCount) examples, \(trainer.weights.elementCount) parameters, "
        + "\(trainer.training.steps) steps of \(trainer.training.batch), "
        + "\(configuration.width) wide, data \(StateHash.text(trainer.dataHash))")
    let watch = Stopwatch()
    let first = trainer.step
    var curve = LossCurve()
    while !trainer.isDone, trainer.step < stopAfter ?? .max, !Interrupt.isRequested {
      let report = await trainer.advance(jobs: jobs)
      log +=
        "\(report.step),\(report.loss.fixed(6)),\(report.proposal.fixed(6)),"
        + "\(report.refinement.fixed(6)),\(report.probability.fixed(6)),"
        + "\(report.gradient.fixed(4)),\(report.rate)\n"
      curve.add(report.loss)
      let done = trainer.step - first
      if done == 1 || trainer.step % 20 == 0 || trainer.isDone {
        let perStep = watch.seconds / Double(done)
        let left = perStep * Double(trainer.training.steps - trainer.step)
        say(
          "step \(trainer.step)/\(trainer.training.steps)  loss \(curve.recent.fixed(3))  "
            + "\(curve.text)  \((Double(trainer.training.batch) / perStep).fixed(1)) examples/s  "
            + "\(Self.time(left)) left")
      }
      if trainer.step % checkpointEvery == 0 {
        try write(trainer.checkpoint, "checkpoint.safetensors")
        try write(Array(log.utf8), "loss.csv")
      }
    }
    try write(trainer.checkpoint, "checkpoint.safetensors")
    try write(Array(log.utf8), "loss.csv")
    try write(
      trainer.file(notes: [("trained.command", command), ("trained.by", ProgramVersion.current)]),
      ForecasterNetwork.standardFile)
    say("weights \(StateHash.text(trainer.weightsHash)) after \(trainer.step) steps")
    return trainer.isDone
  }

  /// The head and the lines of a log up to a step; nil if there is none.
  private static func lines(of path: String, through step: Int) -> String? {
    guard let bytes = try? InputFile.read(path) else { return nil }
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    return lines.prefix(step + 1).map { $0 + "\n" }.joined()
  }

  private static func time(_ seconds: Double) -> String {
    let whole = Int(seconds.rounded())
    let minutes = whole / 60
    return minutes > 0 ? "\(minutes) min \(whole % 60) s" : "\(whole) s"
  }

  /// Holds a network against other predictors, and draws pictures.
  ///
  /// - Parameter parts: what is tested on, each with a table of its own; nil: all episodes together.
  /// - Returns: the tables.
  public func evaluate(
    _ network: ForecasterNetwork, _ data: ForecastDataSet, parts: [ForecastDataSet.Part]?,
    pictures: Int
  ) async throws -> String {
    var contestants: [ForecastTrial.Contestant] = []
    for name in ["constant-velocity", "lane-following", "lane-hypotheses"] {
      contestants.append(try .catalog(name))
    }
    contestants.append(.network("hpnet", network))
    let trial = ForecastTrial(contestants)
    var text = ""
    var shown: [ForecastEpisode] = []
    let groups =
      parts.map { $0.map { ($0.rawValue, data.places(of: $0)) } }
      ?? [("all episodes", Array(data.episodes.indices))]
    for (title, places) in groups {
      let episodes = places.map { data.episodes[$0] }
      guard !episodes.isEmpty else { continue }
      shown += episodes
      text += trial.table(
        "\(title), \(episodes.count) episodes",
        try await trial.scores(episodes, step: data.step, jobs: jobs)) + "\n"
    }
    for column in ForecastScores.columns { text += "\(column.name): \(column.meaning)\n" }
    try write(Array(text.utf8), "evaluation.txt")
    if folder != nil, pictures > 0, let last = contestants.last, !shown.isEmpty {
      for k in 0..<pictures {
        let episode = shown[k * shown.count / pictures]
        let frame = min(20 + 10 * (k % 3), episode.frames / 2)
        guard
          let canvas = try ForecastPicture.draw(episode, frame: frame, step: data.step, last)
        else { continue }
        try write(canvas.png, "forecast-\(k + 1).png")
      }
    }
    return text
  }
}

/// The course of a loss: means over the steps, drawn in one line of text.
struct LossCurve {
  private var values: [Double] = []

  mutating func add(_ loss: Double) { values.append(loss) }

  /// Mean over the last steps.
  var recent: Double {
    let last = values.suffix(50)
    return last.isEmpty ? 0 : last.reduce(0, +) / Double(last.count)
  }

  /// Twenty columns from the first step to now, high ones for great losses.
  var text: String {
    let marks = Array("▁▂▃▄▅▆▇█")
    let count = min(20, values.count)
    let means = (0..<count).map { k -> Double in
      let part = values[k * values.count / count..<(k + 1) * values.count / count]
      return part.reduce(0, +) / Double(part.count)
    }
    guard let least = means.min(), let most = means.max(), most > least else { return "" }
    return String(
      means.map { marks[min(7, Int(8 * ($0 - least) / (most - least)))] })
  }
}
