public import SimStack

/// How metric values make a score: the product of some times the weighted mean of the others
/// (nuPlan's aggregator).
public struct ScoreFormula: Hashable, Sendable {
  /// One weighted metric.
  public struct Weight: Hashable, Sendable {
    /// The metric's name.
    public var metric: String
    /// Its weight in the mean; weights need not sum to 1.
    public var weight: Double

    /// A metric with its weight.
    public init(_ metric: String, _ weight: Double) {
      self.metric = metric
      self.weight = weight
    }
  }

  /// Metrics whose values multiply the score.
  public var multipliers: [String]
  /// Metrics whose weighted mean the product multiplies.
  public var weights: [Weight]
  /// Weight of metrics that are named nowhere; nil: they are not scored.
  public var defaultWeight: Double?

  /// nuPlan's closed-loop score.
  public static let nuPlan = ScoreFormula(
    multipliers: [
      NoEgoAtFaultCollisionsMetric.name, DrivableAreaComplianceMetric.name,
      DrivingDirectionComplianceMetric.name, EgoIsMakingProgressMetric.name,
    ],
    weights: [
      Weight(EgoProgressAlongExpertRouteMetric.name, 5),
      Weight(TimeToCollisionWithinBoundMetric.name, 5),
      Weight(SpeedLimitComplianceMetric.name, 4), Weight(EgoIsComfortableMetric.name, 2),
    ])

  /// nuPlan's, with rules of the road as further multipliers: a red light makes it 0, a missed stop
  /// halves it, as does a right of way that was taken.
  public static let strict: ScoreFormula = {
    var formula = nuPlan
    formula.multipliers.append(TrafficLightComplianceMetric.name)
    formula.multipliers.append(StopComplianceMetric.name)
    formula.multipliers.append(YieldComplianceMetric.name)
    return formula
  }()

  /// V-Max's: nuPlan's with red lights as a multiplier and 3 parts of 19 for keeping to one lane.
  public static let vMax: ScoreFormula = {
    var formula = nuPlan
    formula.multipliers.append(TrafficLightComplianceMetric.name)
    formula.weights.append(Weight(MultipleLanesMetric.name, 3))
    return formula
  }()

  /// interPlan's: nuPlan's with 4 parts of 20 for the lane changes that the goal needs.
  public static let interPlan: ScoreFormula = {
    var formula = nuPlan
    formula.weights.append(Weight(LaneChangesToGoalMetric.name, 4))
    return formula
  }()

  /// interPlan's for scenes with an obstacle: who has to go round it may use the oncoming lane, but
  /// has to get past.
  public static let interPlanObstacle: ScoreFormula = {
    var formula = interPlan
    formula.multipliers.removeAll { $0 == DrivingDirectionComplianceMetric.name }
    formula.multipliers.append(PastObstacleMetric.name)
    return formula
  }()

  /// A formula; metrics in neither list are not scored unless `defaultWeight` is given.
  public init(multipliers: [String], weights: [Weight], defaultWeight: Double? = nil) {
    self.multipliers = multipliers
    self.weights = weights
    self.defaultWeight = defaultWeight
  }

  /// How a metric enters the score.
  public func role(of metric: String) -> MetricRole {
    if multipliers.contains(metric) { return .multiplier }
    let weight = weights.first { $0.metric == metric }?.weight ?? defaultWeight
    return weight.map { .weighted($0) } ?? .statistic
  }

  /// All metrics that it scores are among some.
  func isWithin(_ names: Set<String>) -> Bool {
    multipliers.allSatisfy(names.contains) && weights.allSatisfy { names.contains($0.metric) }
  }

  /// The score of some metric values, in [0, 1] if they are.
  ///
  /// A value that is nil is left out of the product and of both sums of the mean; without any
  /// weighted value the score is 0.
  public func score(_ values: [(name: String, value: Double?)]) -> Double {
    score(values.map { (role: role(of: $0.name), value: $0.value) })
  }

  /// The score of some metric values whose roles are known.
  func score(_ values: [(role: MetricRole, value: Double?)]) -> Double {
    var product = 1.0
    var sum = 0.0
    var weights = 0.0
    for (role, value) in values {
      guard let value else { continue }
      switch role {
      case .multiplier: product *= value
      case .weighted(let weight):
        sum += weight * value
        weights += weight
      case .statistic: break
      }
    }
    return weights > 0 ? product * (sum / weights) : 0
  }
}
