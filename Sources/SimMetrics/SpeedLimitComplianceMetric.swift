public import SimCore
public import SimStack
import SimWorld

/// How much and how long the ego drove too fast.
public enum SpeedLimitComplianceMetric: EpisodeMetric {
  /// Called `speed_limit_compliance`.
  public static let schema = ModuleSchema(
    "speed_limit_compliance",
    "1 less the mean speed above the limit over 2.23 m/s (5 mph), at least 0 (nuPlan)")

  /// A whole episode at this over-speed scores 0, m/s.
  public static let scale = 2.23

  /// Over-speed below this counts, as nuPlan has it, but is no event to look at, m/s: a follower of
  /// exactly the limit exceeds it by rounding.
  public static let noticeable = 0.01

  /// In [0, 1]; nil without ticks. The series is the speed above the limit, m/s, 0 where there is
  /// none.
  public static func evaluate(_ signals: DerivedSignals) -> MetricResult {
    let speeds = signals.motion.speeds
    let over = speeds.indices.map { tick in
      let limit = signals.map.scoredSpeedLimit(in: signals.placement.driven[tick])
      return limit.map { max(0, speeds[tick] - $0) } ?? 0
    }
    var result = MetricResult(name: name, value: nil, unit: .speed, series: over)
    guard !over.isEmpty else { return result }
    let violations = signals.stretches(in: over.indices, where: { over[$0] > 0 }).map { ticks in
      let worst = ticks.map { over[$0] }.max() ?? 0
      return MetricViolation(
        firstTick: ticks.lowerBound, lastTick: ticks.upperBound, extremum: worst,
        reason: "up to \(worst.fixed(1)) m/s over the speed limit")
    }
    result.violations = violations
    result.events = violations.filter { $0.extremum >= noticeable }.map {
      EpisodeEvent(tick: $0.firstTick, kind: "speeding", value: $0.extremum)
    }
    result.value = violations.isEmpty ? 1 : score(over, signals.motion)
    if !violations.isEmpty {
      let extrema = SeriesSummary(violations.map(\.extremum))
      result.statistics = [
        ("number_of_violations_of_speed_limit_compliance", Double(violations.count)),
        ("max_violation_of_speed_limit_compliance", extrema.greatest),
        ("min_violation_of_speed_limit_compliance", extrema.least),
        ("mean_violation_of_speed_limit_compliance", mean(of: violations, over, signals)),
      ]
    }
    result.statistics.append(("speed_limit_compliance", violations.isEmpty ? 1 : 0))
    return result.withFirstViolation(signals)
  }

  private static func score(_ over: [Double], _ motion: EgoMotion) -> Double {
    let duration = motion.duration
    guard duration > 0 else { return 1 }
    let step = motion.meanStepMicroseconds / 1_000_000
    return max(0, 1 - over.reduce(0, +) * step / (scale * duration))
  }

  /// Mean over-speed of the violations weighted by their durations; each lasts to the first tick
  /// after it.
  private static func mean(
    of violations: [MetricViolation], _ over: [Double], _ signals: DerivedSignals
  ) -> Double {
    var sum = 0.0
    var time = 0.0
    for violation in violations {
      let end = min(violation.lastTick + 1, signals.ticks - 1)
      let duration = signals.seconds(end) - signals.seconds(violation.firstTick)
      let depths = over[violation.firstTick...violation.lastTick]
      sum += depths.reduce(0, +) / Double(depths.count) * duration
      time += duration
    }
    return sum / time
  }
}
