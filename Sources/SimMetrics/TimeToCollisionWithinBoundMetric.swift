public import SimCore
public import SimStack

/// Whether the ego always kept enough time to a collision.
public enum TimeToCollisionWithinBoundMetric: EpisodeMetric {
  /// Called `time_to_collision_within_bound`.
  public static let schema = ModuleSchema(
    "time_to_collision_within_bound",
    "1 if the time to collision stays above 0.95 s, else 0 (nuPlan)")

  /// Times up to this one break the bound, seconds.
  public static let bound = 0.95

  /// 1 or 0; nil without ticks. The series is the time to collision, seconds, infinite where there
  /// is none.
  public static func evaluate(_ signals: DerivedSignals) -> MetricResult {
    let values = signals.timeToCollision.values
    var result = MetricResult(name: name, value: nil, unit: .time, series: values)
    guard !values.isEmpty else { return result }
    result.violations = signals.stretches(in: values.indices, where: { values[$0] <= bound }).map {
      ticks in
      let worst = ticks.reduce(ticks.lowerBound) { values[$1] < values[$0] ? $1 : $0 }
      let row = Int(signals.timeToCollision.agents[worst])
      return MetricViolation(
        firstTick: ticks.lowerBound, lastTick: ticks.upperBound, agent: row < 0 ? nil : row,
        extremum: values[worst],
        reason: "time to collision down to \(values[worst].fixed(2)) s"
          + (row < 0 ? "" : " with \(signals.name(row))"))
    }
    result.events = result.violations.map {
      EpisodeEvent(
        tick: $0.firstTick, kind: "low_time_to_collision", agent: $0.agent, value: $0.extremum)
    }
    let broken = values.count { $0 <= bound }
    result.value = broken == 0 ? 1 : 0
    result.statistics = [
      ("min_time_to_collision", values.min() ?? .infinity),
      ("graded", 1 - Double(broken) / Double(values.count)),
    ]
    return result.withFirstViolation(signals)
  }
}

extension MetricResult {
  /// With the time of the first violation among the statistics (NaN if there is none), seconds.
  func withFirstViolation(_ signals: DerivedSignals) -> MetricResult {
    var result = self
    let time = violations.first.map { signals.seconds($0.firstTick) } ?? .nan
    result.statistics.append(("first_violation_time", time))
    return result
  }
}
