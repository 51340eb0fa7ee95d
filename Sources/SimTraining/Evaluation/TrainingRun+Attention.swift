import SimCore
import SimHarness
public import SimNeural
import SimPrediction

extension TrainingRun {
  /// Trains a network with each of some kinds of attention, alike in everything else, and holds
  /// them against each other on the held-out episodes.
  ///
  /// - Returns: tables: of each kind its parameters, its loss over the last tenth of the steps and
  ///   the time of a step; then errors.
  /// - Throws: `CancellationError` on Ctrl-C; nothing to learn from; a loss that is no number any
  ///   more.
  public func compare(
    _ kinds: [AttentionKind], _ training: ForecastTraining, _ data: ForecastDataSet
  ) async throws -> String {
    var text = Self.row("attention", ["parameters", "steps", "loss", "ms/step", "weights"])
    var contestants: [ForecastTrial.Contestant] = [
      try .catalog("lane-following", step: data.step)
    ]
    for kind in kinds {
      var own = training
      own.configuration.attention = kind
      var trainer = try ForecastTrainer(own, data)
      let watch = Stopwatch()
      var last: [Double] = []
      while !trainer.isDone {
        if Interrupt.isRequested { throw CancellationError() }
        let report = try await trainer.advance(jobs: jobs)
        if trainer.step > own.steps - max(1, own.steps / 10) { last.append(report.loss) }
        if !isQuiet, trainer.step % 50 == 0 || trainer.isDone {
          Console.error("\(kind.rawValue): step \(trainer.step)/\(own.steps)")
        }
      }
      let loss = last.reduce(0, +) / Double(max(1, last.count))
      text += Self.row(
        kind.rawValue,
        [
          "\(trainer.weights.elementCount)", "\(trainer.step)", loss.fixed(4),
          (watch.seconds / Double(max(1, trainer.step)) * 1000).fixed(1),
          StateHash.text(trainer.weightsHash),
        ])
      contestants.append(.network(kind.rawValue, trainer.network))
    }
    let trial = ForecastTrial(contestants)
    text += "\n"
    for part in [ForecastDataSet.Part.heldOutMaps, .heldOutSeeds] {
      let episodes = data.places(of: part).map { data.episodes[$0] }
      guard !episodes.isEmpty else { continue }
      text +=
        trial.table(
          "\(part.rawValue), \(episodes.count) episodes",
          try await trial.scores(episodes, step: data.step, jobs: jobs)) + "\n"
    }
    return text
  }

  private static func row(_ name: String, _ cells: [String]) -> String {
    func spaces(_ count: Int) -> String { String(repeating: " ", count: max(1, count)) }
    var text = name + spaces(16 - name.count)
    for (index, cell) in cells.enumerated() {
      text += spaces((index == 4 ? 18 : 12) - cell.count) + cell
    }
    return text + "\n"
  }
}
