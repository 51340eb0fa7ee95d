public import SimCore
public import SimNeural
import SimPrediction

/// What a forecaster is trained with: everything but the data that its weights follow from.
public struct ForecastTraining: Hashable, Sendable {
  /// Sizes and rules of the network.
  public var configuration = HPNetConfiguration.clean()
  /// Steps of the optimiser, and examples in each.
  public var steps = 3000, batch = 8
  /// Highest learning rate, the share of the steps in which it rises (per cent), decay of weights.
  public var rate = 1e-3, rise = 5, decay = 1e-4
  /// Longer gradients are cut to this length.
  public var clip = 5.0
  /// Share of attention's weights and of hidden numbers that is left out in a step.
  public var dropout = 0.0
  /// What is learnt of the modes.
  public var loss = Loss.mixture
  /// Of the mixture: how far from the truth modes share in it, metres, and what of every share goes
  /// to the nearest mode all the same.
  public var spread = 0.4, coverage = 0.25
  /// Of weights, order and changes.
  public var seed: UInt64 = 1
  /// Road users per example at most.
  public var agents = 12
  /// Frames between the beginnings of examples.
  public var windowStride = 5
  /// Per cent of sightings, lanes and examples' indicators that are hidden.
  public var hiddenCells = 5, hiddenLanes = 10, hiddenIndicators = 25
  /// Whether every second example is seen in a mirror.
  public var mirrors = true
  /// Whether layers that attend to earlier forecasts add nothing at first, so that a network begins
  /// as the one without them.
  public var quiet = true

  /// Which modes learn from an example.
  public enum Loss: String, CaseIterable, Hashable, Sendable {
    /// The nearest one alone (the published form).
    case nearest
    /// All, by how probable it is that they were the one that happened.
    case mixture
  }

  /// What is used unless told otherwise.
  public init() {}

  /// Looks whether what is trained can be read by the predictor.
  ///
  /// - Throws: a size that is out of its range, or more parameters than a file may have.
  public func check() throws(InputError) {
    _ = try HPNetConfiguration(
      texts: Safetensors(WeightTable(), metadata: texts), file: "training")
    let count = configuration.parameters.reduce(0) { $0 + $1.shape.reduce(1, *) }
    // (A hundredth is for names and shapes.)
    guard count <= ForecasterNetwork.largestFile / 404 * 100 else {
      throw InputError(
        at: .wholeFile("training"),
        "a file of \(count) parameters has more than \(ForecasterNetwork.largestFile) bytes, and "
          + "could not be read")
    }
  }

  var changes: ForecastExample.Changes {
    ForecastExample.Changes(
      hiddenCells: hiddenCells, hiddenLanes: hiddenLanes, hiddenIndicators: hiddenIndicators,
      mirrors: mirrors)
  }

  var schedule: LearningRateSchedule {
    LearningRateSchedule(peak: rate, rise: max(1, steps * rise / 100), epochs: steps)
  }

  /// Everything as texts, for checkpoints: equal ones give the same training.
  var texts: [(key: String, value: String)] {
    configuration.texts + [
      ("training.steps", "\(steps)"), ("training.batch", "\(batch)"),
      ("training.rate", "\(rate)"), ("training.rise", "\(rise)"), ("training.decay", "\(decay)"),
      ("training.clip", "\(clip)"),
      ("training.loss", loss.rawValue), ("training.spread", "\(spread)"),
      ("training.coverage", "\(coverage)"), ("training.seed", "\(seed)"),
      ("training.agents", "\(agents)"), ("training.window_stride", "\(windowStride)"),
      ("training.hidden_cells", "\(hiddenCells)"), ("training.hidden_lanes", "\(hiddenLanes)"),
      ("training.hidden_indicators", "\(hiddenIndicators)"),
      ("training.mirrors", mirrors ? "yes" : "no"),
      ("training.quiet", quiet ? "yes" : "no"),
    ] + (dropout == 0 ? [] : [("training.dropout", "\(dropout)")])
  }
}
