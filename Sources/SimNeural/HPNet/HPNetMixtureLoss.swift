import SimCore

extension HPNetModel where Engine == Tape {
  /// The loss of marginal forecasts as a mixture: every mode counts by how probable it is that it
  /// was the one that happened, so that the likeliest modes become good forecasts, not only the
  /// best.
  ///
  /// The first stage learns as in the published form (the nearest mode alone), which spreads the
  /// modes. In the second, mode k of an agent counts by its share
  /// r = (1 - c) p exp(-d/b) / sum(p exp(-d/b)) + c [k is the nearest], with p its probability and
  /// d its mean distance; the probabilities learn r without c.
  ///
  /// - Parameters:
  ///   - spread: b, metres; the greater, the more modes share.
  ///   - coverage: c.
  public func mixtureLoss(
    _ tape: inout Tape, _ forecasts: HPNetForecasts<Tape.Variable>, _ targets: HPNetTargets,
    spread: Double, coverage: Double
  ) -> HPNetLoss {
    guard let logits = forecasts.logits else { return loss(&tape, forecasts, targets) }
    let truth = HPNetTruth(targets, configuration)
    let (steps, modes) = (configuration.futureFrames, configuration.modes)
    let pairs = truth.counted.count
    let seen = (0..<pairs).map { pair in
      truth.counted[pair]
        ? truth.valid[pair * steps..<(pair + 1) * steps].reduce(0) { $0 + ($1 ? 1 : 0) } : 0
    }
    let points = max(1, seen.reduce(0, +))
    let counting = max(1, seen.reduce(0) { $0 + ($1 > 0 ? 1 : 0) })
    let proposed = distances(tape.tensor(forecasts.proposals), truth)
    let refined = distances(tape.tensor(forecasts.trajectories), truth)
    let weighed = tape.tensor(logits).values

    var first = [Float](repeating: 0, count: pairs * modes * steps * 2)
    var second = first
    var shares = [Float](repeating: 0, count: pairs * modes)
    var goals = first
    for pair in 0..<pairs where seen[pair] > 0 {
      let own = pair * modes..<(pair + 1) * modes
      func nearest(_ distances: [Double]) -> Int {
        own.reduce(own.lowerBound) { distances[$1] < distances[$0] ? $1 : $0 }
      }
      let (winner, best) = (nearest(proposed), nearest(refined))
      let scores = own.map {
        Double(weighed[$0]) - refined[$0] / (Double(seen[pair]) * spread)
      }
      let greatest = scores.max() ?? 0
      let powers = scores.map { ExactMath.exp($0 - greatest) }
      let sum = powers.reduce(0, +)
      for (row, power) in zip(own, powers) {
        let share = power / sum
        shares[row] = Float(share)
        let weight = (1 - coverage) * share + (row == best ? coverage : 0)
        for step in 0..<steps where truth.valid[pair * steps + step] {
          let (i, j) = (2 * (pair * steps + step), 2 * (row * steps + step))
          for axis in 0..<2 {
            goals[j + axis] = truth.points[i + axis]
            first[j + axis] = row == winner ? 1 / Float(points) : 0
            second[j + axis] = Float(weight) / Float(points)
          }
        }
      }
    }
    let proposal = tape.smoothL1(forecasts.proposals, goals, weights: first)
    let refinement = tape.smoothL1(forecasts.trajectories, goals, weights: second)
    let probability = tape.crossEntropy(
      logits, shares: shares, weights: seen.map { $0 > 0 ? 1 / Float(counting) : 0 })
    return HPNetLoss(
      proposal: proposal, refinement: refinement, probability: probability,
      total: tape.sum([(1, proposal), (1, refinement), (1, probability)]), errors: proposed)
  }
}

extension Tape {
  /// The sum of cross-entropies of softmaxes with shares of the classes times weights.
  ///
  /// - Parameters:
  ///   - x: numbers before the softmax [rows, classes].
  ///   - shares: of the classes in every row, likewise; each row adds up to 1.
  ///   - weights: a factor for every row.
  public mutating func crossEntropy(
    _ x: Variable, shares: [Float], weights: [Float]
  ) -> Variable {
    let input = tensor(x)
    precondition(input.values.count == shares.count && input.rows == weights.count)
    let probabilities = engine.softmax(input)
    var sum = 0.0
    for row in 0..<input.rows where weights[row] != 0 {
      let values = input[row: row]
      let largest = Double(values.max() ?? 0)
      var total = 0.0
      for value in values { total += ExactMath.exp(Double(value) - largest) }
      let level = ExactMath.log(total) + largest
      for (c, value) in values.enumerated() {
        sum +=
          Double(weights[row]) * Double(shares[row * input.width + c]) * (level - Double(value))
      }
    }
    return record(Tensor([1], [Float(sum)])) { slope, gradients in
      var dx = probabilities
      for row in 0..<input.rows {
        for i in row * input.width..<(row + 1) * input.width {
          dx.values[i] =
            weights[row] == 0 ? 0 : (dx.values[i] - shares[i]) * slope.values[0] * weights[row]
        }
      }
      gradients.add(dx, to: x)
    }
  }
}
