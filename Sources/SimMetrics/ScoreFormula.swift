/// How metric values make a score: the product of some times the weighted mean of the others
/// (nuPlan's aggregator).
public struct ScoreFormula: Hashable, Sendable {
  /// One weighted metric.
  public struct Weight: Hashable, Sendable {
    public var metric: String
    public var weight: Double

    public init(_ metric: String, _ weight: Double) {
      self.metric = metric
      self.weight = weight
    }
  }

  /// Metrics whose values multiply the score.
  public var multipliers: [String]
  public var weights: [Weight]
  /// Weight of metrics that are named nowhere.
  public var defaultWeight: Double

  public init(multipliers: [String], weights: [Weight], defaultWeight: Double = 1) {
    self.multipliers = multipliers
    self.weights = weights
    self.defaultWeight = defaultWeight
  }

  /// Weight of a metric that is no multiplier.
  public func weight(of metric: String) -> Double {
    weights.first { $0.metric == metric }?.weight ?? defaultWeight
  }

  /// The score of some metric values, in [0, 1] if they are.
  ///
  /// A value that is nil is left out of the product and of both sums of the mean; without any
  /// weighted value the score is 0.
  public func score(_ values: [(name: String, value: Double?)]) -> Double {
    var product = 1.0
    var sum = 0.0
    var weights = 0.0
    for (name, value) in values {
      guard let value else { continue }
      if multipliers.contains(name) {
        product *= value
      } else {
        sum += weight(of: name) * value
        weights += weight(of: name)
      }
    }
    return weights > 0 ? product * (sum / weights) : 0
  }
}
