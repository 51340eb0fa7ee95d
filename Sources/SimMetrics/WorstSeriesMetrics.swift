public import SimCore
public import SimStack

/// A surrogate safety measure: the worst over the episode, of a series that is the worst over all
/// pairs. Reported with its exposure, never scored.
public protocol SurrogateMetric: EpisodeMetric {
  /// Of the series.
  static var unit: Dimension { get }
  /// From here on it is alarming, in that unit.
  static var alarm: Double { get }
  /// What reasons call it, e.g. `time headway`.
  static var quantity: String { get }
  /// The worst at each tick.
  static func worst(_ safety: SurrogateSafety) -> WorstSeries
}

extension SurrogateMetric {
  /// The worst finite value; nil if there never is one. The series is infinite (where least is
  /// worst) or 0 where there is no pair. Statistics: seconds beyond the alarm, the integral of what
  /// is beyond it, and when the worst was. Violations: the stretches beyond the alarm.
  public static func evaluate(_ signals: DerivedSignals) -> MetricResult {
    result(signals, worst(signals.surrogate))
  }

  static func result(_ signals: DerivedSignals, _ worst: WorstSeries) -> MetricResult {
    let values = worst.values
    let isLeast = worst.isLeastWorst
    let step = signals.record.header.clock.step
    var result = MetricResult(name: name, value: nil, unit: unit, series: values)
    func isWorse(_ a: Double, _ b: Double) -> Bool { isLeast ? a < b : a > b }
    func isAlarming(_ tick: Int) -> Bool { isWorse(values[tick], alarm) }
    var extremum: Int?
    var integral = 0.0
    for tick in values.indices where values[tick].isFinite {
      if extremum.map({ isWorse(values[tick], values[$0]) }) ?? true { extremum = tick }
      if isAlarming(tick) { integral += (values[tick] - alarm).magnitude * step }
    }
    result.value = extremum.map { values[$0] }
    result.violations = signals.stretches(in: values.indices, where: isAlarming).map { ticks in
      let at = ticks.reduce(ticks.lowerBound) { isWorse(values[$1], values[$0]) ? $1 : $0 }
      let row = Int(worst.agents[at])
      let unit = unit == .none ? "" : " " + unit.rawValue
      return MetricViolation(
        firstTick: ticks.lowerBound, lastTick: ticks.upperBound, agent: row < 0 ? nil : row,
        extremum: values[at],
        reason: "\(quantity) \(isLeast ? "down" : "up") to \(values[at].fixed(2))\(unit)"
          + (row < 0 ? "" : " with \(signals.name(row))"))
    }
    let exposure = Double(values.indices.count(where: isAlarming)) * step
    // Where nothing came near, there is nothing to place.
    let isNothing = extremum.map { worst.agents[$0] < 0 } ?? true
    result.statistics = [
      ("\(name)_exposure", exposure), ("\(name)_integral", integral),
      ("\(name)_at", isNothing ? .nan : extremum.map { signals.seconds($0) } ?? .nan),
    ]
    return result
  }
}
