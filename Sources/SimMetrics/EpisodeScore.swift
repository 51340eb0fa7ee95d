import SimCore
public import SimStack

/// The score of one ego's drive, with what made it.
public struct EpisodeScore: Sendable {
  /// One scored metric's part in the score.
  public struct Factor: Hashable, Sendable {
    /// The metric's name.
    public var metric: String
    /// How it enters the score.
    public var role: MetricRole
    /// In [0, 1]; nil: it has no value here and does not count.
    public var value: Double?
    /// How much higher the score would be with this metric at 1, all others as they are.
    public var loss: Double
    /// Where it first failed; nil if it did not or cannot tell.
    public var violation: MetricViolation?
  }

  /// Name of the profile.
  public var profile: String
  /// In [0, 1].
  public var score: Double
  /// The scored metrics in catalog order.
  public var factors: [Factor]
  /// Results of all metrics in catalog order.
  public var results: [MetricResult]
  /// What progress was measured against.
  public var progressReference: ProgressReference
  /// Why the planner's failure made the score 0; nil if it did not fail.
  public var failure: EpisodeEvent?
  /// One line: the score and the factor that zeroed it or took most of it, with time and agent.
  public var explanation: String
  /// One line for each factor that took something, worst first.
  public var details: [String]
  /// The factor whose violation came first of all that took something; nil if nothing did.
  public var firstFailure: Factor?

  /// The result of a metric; nil if there is none of that name.
  public func result(_ metric: String) -> MetricResult? { results.first { $0.name == metric } }

  /// - Parameter results: of all metrics in catalog order.
  init(_ signals: DerivedSignals, _ results: [MetricResult]) {
    let formula = signals.profile.formula
    profile = signals.profile.name
    self.results = results
    progressReference = signals.driver.referenceKind
    failure = signals.firstEvent("planner_failed")
    let roles = results.map { formula.role(of: $0.name) }
    let scored = results.indices.filter { roles[$0] != .statistic }
    let values = scored.map { (role: roles[$0], value: results[$0].value) }
    let total = formula.score(values)
    factors = scored.indices.map { index in
      var perfect = values
      if perfect[index].value != nil { perfect[index].value = 1 }
      return Factor(
        metric: results[scored[index]].name, role: values[index].role,
        value: values[index].value, loss: formula.score(perfect) - total,
        violation: results[scored[index]].violations.first)
    }
    score = failure == nil ? total : 0

    let lost = EpisodeScore.worstFirst(factors)
    details = lost.map { EpisodeScore.line($0, signals) }
    firstFailure = lost.min { EpisodeScore.firstTick($0) < EpisodeScore.firstTick($1) }
    if let failure {
      explanation = "score 0: planner_failed \(signals.moment(failure.tick))"
    } else {
      let text = score == 0 ? "0" : score.fixed(3)
      explanation = "score \(text): " + (details.first ?? "nothing lost")
    }
  }

  /// Factors that took something: zero multipliers by the time at which they failed, then the
  /// others by what they took.
  private static func worstFirst(_ factors: [Factor]) -> [Factor] {
    let failed = factors.filter { ($0.value ?? 1) < 1 }
    func isZeroing(_ factor: Factor) -> Bool { factor.role == .multiplier && factor.value == 0 }
    let order = failed.indices.sorted { i, j in
      let a = failed[i]
      let b = failed[j]
      if isZeroing(a) != isZeroing(b) { return isZeroing(a) }
      if isZeroing(a) {
        return (firstTick(a), i) < (firstTick(b), j)
      }
      return a.loss == b.loss ? i < j : a.loss > b.loss
    }
    return order.map { failed[$0] }
  }

  private static func firstTick(_ factor: Factor) -> Int { factor.violation?.firstTick ?? .max }

  /// `metric = value: reason at time (tick)`.
  private static func line(_ factor: Factor, _ signals: DerivedSignals) -> String {
    let value = factor.value ?? 1
    let text = value == 0 || value == 1 ? value.fixed(0) : value.fixed(3)
    guard let violation = factor.violation else { return "\(factor.metric) = \(text)" }
    return "\(factor.metric) = \(text): \(violation.reason) \(signals.moment(violation.firstTick))"
  }
}
