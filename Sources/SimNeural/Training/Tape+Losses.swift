import SimCore

extension Tape {
  /// The sum of smooth L1 distances to a target times weights: 0.5 d² below 1, |d| - 0.5 above.
  ///
  /// - Parameter weights: a factor for every element.
  public mutating func smoothL1(_ x: Variable, _ target: [Float], weights: [Float]) -> Variable {
    let input = tensor(x)
    precondition(input.values.count == target.count && target.count == weights.count)
    var sum = 0.0
    for i in target.indices where weights[i] != 0 {
      let distance = Double((input.values[i] - target[i]).magnitude)
      sum += Double(weights[i]) * (distance < 1 ? 0.5 * distance * distance : distance - 0.5)
    }
    return record(Tensor([1], [Float(sum)])) { slope, gradients in
      let factor = slope.values[0]
      gradients.add(
        Tensor(input.shape) { dx in
          for i in target.indices {
            let distance = input.values[i] - target[i]
            dx[i] = weights[i] == 0 ? 0 : factor * weights[i] * min(1, max(-1, distance))
          }
        }, to: x)
    }
  }

  /// The sum of negative logarithms of chosen probabilities times weights.
  ///
  /// - Parameters:
  ///   - x: probabilities [rows, classes].
  ///   - classes: the class of every row.
  ///   - weights: a factor for every row.
  public mutating func negativeLogLikelihood(
    _ x: Variable, _ classes: [Int], weights: [Float]
  ) -> Variable {
    let input = tensor(x)
    precondition(input.rows == classes.count && classes.count == weights.count)
    var sum = 0.0
    for (row, choice) in classes.enumerated() where weights[row] != 0 {
      sum -= Double(weights[row]) * ExactMath.log(Double(input.values[row * input.width + choice]))
    }
    return record(Tensor([1], [Float(sum)])) { slope, gradients in
      var dx = Tensor(input.shape, filledWith: 0)
      for (row, choice) in classes.enumerated() where weights[row] != 0 {
        let i = row * input.width + choice
        dx.values[i] = -slope.values[0] * weights[row] / input.values[i]
      }
      gradients.add(dx, to: x)
    }
  }

  /// The sum of cross-entropies of softmaxes with chosen classes times weights.
  ///
  /// - Parameters:
  ///   - x: numbers before the softmax [rows, classes].
  ///   - classes: the class of every row.
  ///   - weights: a factor for every row.
  public mutating func crossEntropy(
    _ x: Variable, _ classes: [Int], weights: [Float]
  ) -> Variable {
    let input = tensor(x)
    precondition(input.rows == classes.count && classes.count == weights.count)
    let shares = engine.softmax(input)
    var sum = 0.0
    for (row, choice) in classes.enumerated() where weights[row] != 0 {
      let values = input[row: row]
      let largest = Double(values.max() ?? 0)
      var total = 0.0
      for value in values { total += ExactMath.exp(Double(value) - largest) }
      let own = Double(values[values.startIndex + choice])
      sum += Double(weights[row]) * (ExactMath.log(total) + largest - own)
    }
    return record(Tensor([1], [Float(sum)])) { slope, gradients in
      var dx = shares
      for (row, choice) in classes.enumerated() {
        dx.values[row * input.width + choice] -= 1
        for c in 0..<input.width {
          dx.values[row * input.width + c] *= slope.values[0] * weights[row]
        }
      }
      gradients.add(dx, to: x)
    }
  }

  /// The sum of two single numbers' multiples and so on: a weighted sum of values of one element.
  public mutating func sum(_ terms: [(factor: Float, value: Variable)]) -> Variable {
    var sum: Float = 0
    for term in terms { sum += term.factor * tensor(term.value).values[0] }
    return record(Tensor([1], [sum])) { slope, gradients in
      for term in terms { gradients.add([slope.values[0] * term.factor], to: term.value) }
    }
  }
}
