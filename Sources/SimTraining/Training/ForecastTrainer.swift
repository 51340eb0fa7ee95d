public import SimCore
public import SimNeural
public import SimPrediction

/// Trains a forecaster, step by step.
///
/// Every example of a step is worked on by itself, and gradients are added in the order of the
/// examples: the weights are the same bits whatever the number of workers, and whether a training
/// was interrupted and taken up again or not.
public struct ForecastTrainer: Sendable {
  /// What a step did.
  public struct Report: Hashable, Sendable {
    /// Its number, from 1.
    public var step: Int
    /// Terms of the loss, means over the examples: both stages' distances (metres, smooth L1) and
    /// the negative logarithm of the probability.
    public var proposal: Double, refinement: Double, probability: Double
    /// Length of the gradient before it was cut.
    public var gradient: Double
    /// Learning rate.
    public var rate: Double

    /// The sum of the terms.
    public var loss: Double { proposal + refinement + probability }
  }

  /// A window that examples are made of.
  private struct Window: Sendable {
    var episode: Int, first: Int
  }

  /// What is trained and how.
  public let training: ForecastTraining
  /// The parameters as they are now.
  public private(set) var weights: WeightTable
  /// Steps done.
  public private(set) var step = 0
  /// A hash of the data.
  public let dataHash: UInt64

  private let episodes: [ForecastEpisode]
  private let windows: [Window]
  private var optimiser: AdamW

  private static let order = RandomPurpose("forecaster.order")

  /// A training that has not begun.
  ///
  /// - Throws: there is nothing to learn from, or what is trained could not be read.
  public init(_ training: ForecastTraining, _ data: ForecastDataSet) throws(InputError) {
    try training.check()
    self.training = training
    weights = training.configuration.initialWeights(
      seed: training.seed, quiet: training.quiet)
    dataHash = data.hash
    episodes = data.episodes
    let configuration = training.configuration
    let length = configuration.historyFrames + configuration.futureFrames
    var windows: [Window] = []
    for place in data.places(of: .training) {
      let last = episodes[place].frames - length
      guard last >= 0 else { continue }
      for first in stride(from: 0, through: last, by: training.windowStride) {
        windows.append(Window(episode: place, first: first))
      }
    }
    self.windows = windows
    var decay: [String: Double] = [:]
    for parameter in configuration.parameters where parameter.kind == .linearWeight {
      decay[parameter.name] = training.decay
    }
    optimiser = AdamW(decay: decay)
    if windows.isEmpty {
      throw InputError(
        at: .wholeFile("training data"),
        "no episode to learn from is as long as a history and a future: "
          + "\(Double(length) * configuration.frameStep) s")
    }
  }

  /// Number of different examples, before they are changed.
  public var exampleCount: Int { windows.count }

  /// The training is over.
  public var isDone: Bool { step >= training.steps }

  /// What came of one example.
  private struct Result: Sendable {
    var gradients: WeightTable
    var proposal: Double, refinement: Double, probability: Double
  }

  /// Does one step.
  ///
  /// - Parameter jobs: examples that are worked on at the same time.
  /// - Throws: the loss or its gradient is no number any more; the step is not done then.
  public mutating func advance(jobs: Int) async throws(InputError) -> Report {
    let batch = training.batch
    let examples = (0..<batch).map { place(step * batch + $0) }
    let work = Work(
      training: training, weights: weights, episodes: episodes,
      random: CounterRandom(seed: training.seed), step: step)
    var results = [Result?](repeating: nil, count: batch)
    await withTaskGroup(of: [(Int, Result?)].self) { group in
      for worker in 0..<min(jobs, batch) {
        group.addTask {
          stride(from: worker, to: batch, by: jobs).map { index in
            let example = examples[index]
            return (
              index,
              work.result(example.window.episode, example.window.first, epoch: example.epoch)
            )
          }
        }
      }
      for await some in group { for (index, result) in some { results[index] = result } }
    }
    var report = Report(
      step: step + 1, proposal: 0, refinement: 0, probability: 0, gradient: 0,
      rate: training.schedule.rate(epoch: step))
    var sum: WeightTable?
    let share = 1 / Double(batch)
    for result in results {
      guard let result else { continue }
      if sum == nil { sum = result.gradients } else { sum?.add(result.gradients) }
      report.proposal += result.proposal * share
      report.refinement += result.refinement * share
      report.probability += result.probability * share
    }
    guard var sum else {
      step += 1
      return report
    }
    report.gradient = sum.squaredLength.squareRoot() * share
    guard report.loss.isFinite, report.gradient.isFinite else {
      throw InputError(
        at: .wholeFile("training"),
        "step \(report.step): loss \(report.loss), gradient \(report.gradient); the weights went "
          + "out of range",
        hint: "a lower '--rate'")
    }
    step += 1
    let cut = report.gradient > training.clip ? training.clip / report.gradient : 1
    sum.scale(by: Float(share * cut))
    optimiser.step(&weights, gradients: sum, rate: report.rate)
    return report
  }

  /// The example at a place of the endless order: every epoch has all windows in an order of its
  /// own.
  private func place(_ number: Int) -> (window: Window, epoch: Int) {
    let epoch = number / windows.count
    let place = number % windows.count
    return (windows[Self.permuted(place, of: windows.count, epoch, seed: training.seed)], epoch)
  }

  /// Where a place goes in the permutation of an epoch (a Feistel network of four rounds over the
  /// least even number of bits, walked until it falls inside).
  static func permuted(_ place: Int, of count: Int, _ epoch: Int, seed: UInt64) -> Int {
    let random = CounterRandom(seed: seed)
    var half = 1
    while 1 << (2 * half) < count { half += 1 }
    let mask = (1 << half) - 1
    var value = place
    repeat {
      var (left, right) = (value >> half, value & mask)
      for round in 0..<4 {
        let bits = random.bits(
          order, stream: UInt64(right), tick: epoch, index: round)
        (left, right) = (right, left ^ (Int(truncatingIfNeeded: bits) & mask))
      }
      value = left << half | right
    } while value >= count
    return value
  }

  /// What all workers of a step share.
  private struct Work: Sendable {
    let training: ForecastTraining
    let weights: WeightTable
    let episodes: [ForecastEpisode]
    let random: CounterRandom
    let step: Int

    func result(_ episode: Int, _ first: Int, epoch: Int) -> Result? {
      let stream = UInt64(episode) << 32 | UInt64(first)
      guard
        let example = ForecastExample(
          episodes[episode], first: first, training.configuration, agents: training.agents,
          training.changes, random, stream: stream, epoch: epoch)
      else { return nil }
      var tape = Tape(weights)
      if training.dropout > 0 {
        tape.dropout = Dropout(
          rate: training.dropout, seed: training.seed, step: step, example: stream)
      }
      var model = HPNetModel(&tape, training.configuration)
      model.learnsFromProbabilities = training.loss == .mixture
      let forecasts = model.forecasts(&tape, example.scene)
      let loss: HPNetLoss
      switch training.loss {
      case .nearest: loss = model.loss(&tape, forecasts, example.targets)
      case .mixture:
        loss = model.mixtureLoss(
          &tape, forecasts, example.targets, spread: training.spread, coverage: training.coverage)
      }
      func number(_ variable: Tape.Variable) -> Double {
        Double(tape.tensor(variable).values[0])
      }
      return Result(
        gradients: tape.gradients(of: loss.total).table(weights),
        proposal: number(loss.proposal), refinement: number(loss.refinement),
        probability: loss.probability.map(number) ?? 0)
    }
  }
}

extension ForecastTrainer {
  private static let stepKey = "checkpoint.step", dataKey = "checkpoint.data"

  /// Everything that the training goes on from, as a safetensors file.
  public var checkpoint: [UInt8] {
    var table = WeightTable()
    for (name, tensor) in zip(weights.names, weights.tensors) {
      table["weights." + name] = tensor
      if let moments = optimiser.moments(of: name) {
        table["first." + name] = Tensor(tensor.shape, moments.first)
        table["second." + name] = Tensor(tensor.shape, moments.second)
      }
    }
    return Safetensors(
      table,
      metadata: training.texts + [
        (Self.stepKey, "\(step)"), (Self.dataKey, StateHash.text(dataHash)),
      ]
    ).bytes
  }

  /// Goes on from a checkpoint of the same training on the same data.
  ///
  /// - Parameter file: its name for errors.
  /// - Throws: what is wrong with it, or how it differs from this training.
  public mutating func resume(_ bytes: [UInt8], file: String) throws(InputError) {
    let tensors = try Safetensors(bytes: bytes, file: file)
    var faults: [Diagnostic] = []
    func fail(_ message: String) {
      faults.append(Diagnostic(at: .wholeFile(file), message))
    }
    for (key, value) in training.texts {
      let found = tensors.text(key)
      if found != value {
        fail("is of another training: '\(key)' is \(found ?? "not there"), not \(value)")
      }
    }
    // What differs from the standard alone has a text: one that only the file has differs too.
    let known = training.texts.map(\.key) + [Self.stepKey, Self.dataKey]
    for (key, value) in tensors.metadata where !known.contains(key) {
      fail("is of another training: '\(key)' is \(value), which this one has not")
    }
    let data = StateHash.text(dataHash)
    if let found = tensors.text(Self.dataKey), found != data {
      fail("is of a training on other data: their hash is \(found), not \(data)")
    }
    let steps = tensors.text(Self.stepKey).flatMap { Int($0) } ?? -1
    if steps < 0 || steps > training.steps { fail("says not how many steps were done") }
    let table = tensors.weights
    var restored = WeightTable()
    var moments: [(name: String, first: [Float], second: [Float])] = []
    for parameter in training.configuration.parameters {
      func tensor(_ kind: String) -> Tensor? {
        guard let tensor = table[kind + parameter.name], tensor.shape == parameter.shape,
          tensor.isFinite
        else {
          fail("'\(kind)\(parameter.name)' is missing, of a wrong shape or not finite")
          return nil
        }
        return tensor
      }
      guard let weight = tensor("weights.") else { continue }
      restored[parameter.name] = weight
      guard steps > 0, let first = tensor("first."), let second = tensor("second.") else {
        continue
      }
      moments.append((parameter.name, first.values, second.values))
    }
    guard faults.isEmpty else { throw InputError(faults) }
    weights = restored
    step = steps
    optimiser = AdamW(decay: optimiser.decay, steps: steps, moments: moments)
  }

  /// The network as it is now.
  public var network: ForecasterNetwork { ForecasterNetwork(training.configuration, weights) }

  /// Of the bits of all parameters.
  public var weightsHash: UInt64 {
    var hasher = StableHasher()
    for tensor in weights.tensors {
      tensor.values.withUnsafeBytes { hasher.combine(StableHash.of(bytes: $0)) }
    }
    return hasher.value
  }

  /// The network as the predictor `hpnet` reads it.
  ///
  /// - Parameter notes: what else is written beside the weights, e.g. the command.
  public func file(notes: [(key: String, value: String)] = []) -> [UInt8] {
    Safetensors(
      weights,
      metadata: training.texts + [
        ("trained.steps", "\(step)"), ("trained.data", StateHash.text(dataHash)),
      ] + notes
    ).bytes
  }
}
