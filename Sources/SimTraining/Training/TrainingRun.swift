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

  /// Looks whether a training may write into the folder.
  ///
  /// - Throws: a training lies there that is not to go on.
  public func check(resumes: Bool) throws(InputError) {
    guard !resumes, let folder else { return }
    let path = folder + "/checkpoint.safetensors"
    guard InputFile.kind(of: path) == nil else {
      throw InputError(
        at: .wholeFile(path), "is of a training that would be lost",
        hint: "'--resume' goes on with it, '--out' names another folder")
    }
  }

  /// What is written of a command into a file of weights: all but workers and the folder, which
  /// change nothing about the weights.
  static func note(_ command: [String]) -> String {
    var words: [String] = []
    var isValue = false
    for word in command {
      if isValue {
        isValue = false
      } else if word == "--out" || word == "--jobs" {
        isValue = true
      } else if !word.hasPrefix("--out=") && !word.hasPrefix("--jobs=") {
        words.append(word)
      }
    }
    return words.joined(separator: " ")
  }

  /// Trains to the end, or until it is interrupted: then there is a checkpoint, but no file of
  /// weights.
  ///
  /// - Parameters:
  ///   - resumes: goes on from the checkpoint in the folder, if there is one.
  ///   - stopAfter: stops after so many steps in all as if interrupted.
  ///   - command: words of the command; written into the file of weights without those that change
  ///     nothing about them.
  /// - Returns: whether it came to the end.
  /// - Throws: what cannot be read or written, an earlier training in the folder that is not to go
  ///   on, or a loss that is no number any more.
  public func train(
    _ trainer: inout ForecastTrainer, resumes: Bool, checkpointEvery: Int, stopAfter: Int? = nil,
    command: [String]
  ) async throws(InputError) -> Bool {
    try check(resumes: resumes)
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
      let report = try await trainer.advance(jobs: jobs)
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
    if trainer.isDone {
      try write(
        trainer.file(notes: [
          ("trained.command", Self.note(command)), ("trained.by", ProgramVersion.current),
        ]), ForecasterNetwork.standardFile)
    }
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
  /// - Parameters:
  ///   - parts: what is tested on, each with a table of its own; nil: all episodes together.
  ///   - limit: of each so many episodes at most, evenly taken.
  /// - Returns: the tables.
  public func evaluate(
    _ network: ForecasterNetwork, _ data: ForecastDataSet, parts: [ForecastDataSet.Part]?,
    limit: Int? = nil, pictures: Int
  ) async throws -> String {
    var contestants: [ForecastTrial.Contestant] = []
    for name in ["constant-velocity", "lane-following", "lane-hypotheses", "lane-idm"] {
      contestants.append(try .catalog(name, step: data.step))
    }
    contestants.append(.network("hpnet", network))
    let trial = ForecastTrial(contestants)
    var text = ""
    var shown: [ForecastEpisode] = []
    let groups =
      parts.map { $0.map { ($0.rawValue, data.places(of: $0)) } }
      ?? [("all episodes", Array(data.episodes.indices))]
    for (title, places) in groups {
      let episodes = ForecastDataSet.some(limit, of: places).map { data.episodes[$0] }
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
    let numbers = means.filter(\.isFinite)
    guard let least = numbers.min(), let most = numbers.max(), most > least,
      (most - least).isFinite
    else { return "" }
    return String(
      means.map { $0.isFinite ? marks[min(7, Int(8 * (($0 - least) / (most - least))))] : "!" })
  }
}
