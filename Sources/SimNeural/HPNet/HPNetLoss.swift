public import SimGeometry

/// What really happened: where agents were in the frames of the history and of the forecast.
public struct HPNetTargets: Hashable, Sendable {
  /// Positions by frame and agent, metres, in the global frame.
  public var positions: [[Vector2]]
  /// Whether each agent was seen, by frame.
  public var visible: [[Bool]]
  /// Agents whose forecasts count in the joint form; all count in the marginal one.
  public var scored: [Bool]

  /// What happened.
  ///
  /// - Precondition: all lists have an entry per agent, and there are as many frames of both.
  public init(positions: [[Vector2]], visible: [[Bool]], scored: [Bool]) {
    precondition(positions.count == visible.count, "positions and visibility by frame")
    self.positions = positions
    self.visible = visible
    self.scored = scored
  }
}

/// The loss of HPNet's forecasts of one scene.
public struct HPNetLoss {
  /// Mean smooth L1 distance of the chosen mode's points, of both stages.
  public var proposal: Tape.Variable, refinement: Tape.Variable
  /// Mean negative logarithm of the chosen mode's probability; nil in the joint form.
  public var probability: Tape.Variable?
  /// The sum of the terms.
  public var total: Tape.Variable
  /// Sums of distances of the first stage's points by frame, agent and mode, metres.
  public var errors: [Double]
}

/// Which forecasts of a scene count, and with which points.
struct HPNetTruth {
  /// Points of every frame and agent, [frames * agents, 2 * future frames].
  var points: [Float] = []
  /// Whether each of these points (not coordinates) was seen.
  var valid: [Bool] = []
  /// Whether each frame of an agent counts.
  var counted: [Bool] = []

  init(_ targets: HPNetTargets, _ configuration: HPNetConfiguration) {
    let agents = targets.scored.count
    for frame in 0..<configuration.historyFrames {
      for agent in 0..<agents {
        let first = frame - configuration.framesInARow + 1
        counted.append(
          first >= 0 && (first...frame).allSatisfy { targets.visible[$0][agent] })
        for later in frame + 1...frame + configuration.futureFrames {
          let seen = later < targets.visible.count && targets.visible[later][agent]
          valid.append(seen)
          let point = seen ? targets.positions[later][agent] : .zero
          points.append(Float(point.x))
          points.append(Float(point.y))
        }
      }
    }
  }
}

extension HPNetModel where Engine == Tape {
  /// The loss of all frames of a history: of each the mode whose first-stage points are nearest
  /// counts (in the joint form one mode for all agents of a frame).
  public func loss(
    _ tape: inout Tape, _ forecasts: HPNetForecasts<Tape.Variable>, _ targets: HPNetTargets
  ) -> HPNetLoss {
    let truth = HPNetTruth(targets, configuration)
    let (steps, modes) = (configuration.futureFrames, configuration.modes)
    let agents = targets.scored.count
    let pairs = truth.counted.count
    let errors = distances(tape.tensor(forecasts.proposals), truth)
    let joint = configuration.isJoint
    let counted = truth.counted.indices.map {
      truth.counted[$0] && (!joint || targets.scored[$0 % agents])
    }
    var chosen = [Int](repeating: 0, count: pairs)
    for group in 0..<(joint ? pairs / max(1, agents) : pairs) {
      let members = joint ? group * agents..<(group + 1) * agents : group..<group + 1
      var sums = [Double](repeating: 0, count: modes)
      // In the joint form all scored agents choose, with frames that do not count too; in the
      // marginal one every agent does for itself.
      for pair in members where !joint || targets.scored[pair % agents] {
        for mode in 0..<modes { sums[mode] += errors[pair * modes + mode] }
      }
      var best = 0
      for mode in 1..<modes where sums[mode] < sums[best] { best = mode }
      for pair in members { chosen[pair] = best }
    }
    // A mean over all points of pairs that count.
    var weights = [Float](repeating: 0, count: 2 * pairs * steps)
    var points = 0
    for i in truth.valid.indices where truth.valid[i] && counted[i / steps] { points += 1 }
    for i in truth.valid.indices where truth.valid[i] && counted[i / steps] {
      weights[2 * i] = 1 / Float(points)
      weights[2 * i + 1] = weights[2 * i]
    }
    let rows = chosen.enumerated().map { Int32($0 * modes + $1) }
    let proposal = tape.smoothL1(
      tape.gather(forecasts.proposals, rows), truth.points, weights: weights)
    let refinement = tape.smoothL1(
      tape.gather(forecasts.trajectories, rows), truth.points, weights: weights)
    var terms: [(factor: Float, value: Tape.Variable)] = [(1, proposal), (1, refinement)]
    var probability: Tape.Variable?
    if let logits = forecasts.logits {
      let count = Float(max(1, counted.filter { $0 }.count))
      let term = tape.crossEntropy(logits, chosen, weights: counted.map { $0 ? 1 / count : 0 })
      probability = term
      terms.append((1, term))
    }
    return HPNetLoss(
      proposal: proposal, refinement: refinement, probability: probability,
      total: tape.sum(terms), errors: errors)
  }

  func distances(_ forecasts: Tensor, _ truth: HPNetTruth) -> [Double] {
    let (steps, modes) = (configuration.futureFrames, configuration.modes)
    return (0..<truth.counted.count * modes).map { row in
      let pair = row / modes
      var sum = 0.0
      for step in 0..<steps where truth.valid[pair * steps + step] {
        let i = 2 * (pair * steps + step)
        let j = 2 * (row * steps + step)
        let x = Double(forecasts.values[j]) - Double(truth.points[i])
        let y = Double(forecasts.values[j + 1]) - Double(truth.points[i + 1])
        sum += (x * x + y * y).squareRoot()
      }
      return sum
    }
  }
}
