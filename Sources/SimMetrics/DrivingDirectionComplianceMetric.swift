public import SimCore
import SimGeometry
public import SimStack

/// Whether the ego drove against the traffic.
public enum DrivingDirectionComplianceMetric: EpisodeMetric {
  /// Called `driving_direction_compliance`.
  public static let schema = ModuleSchema(
    "driving_direction_compliance",
    "1 if less than 2 m are driven against the lane within 1 s, 0.5 below 6 m, else 0 (nuPlan)")

  /// Less than this way against the lane within a second is no fault, metres.
  public static let tolerated = 2.0
  /// From this way on the score is 0, metres.
  public static let limit = 6.0

  /// 1, 0.5 or 0; nil without ticks. The series is the way along the lanes within the last second,
  /// m, negative against them.
  public static func evaluate(_ signals: DerivedSignals) -> MetricResult {
    let perTick = DrivingDirection.progressPerTick(
      signals.motion.boxes.map(\.centre), in: signals.placement.driven, on: signals.map)
    let sums = DrivingDirection.rollingSum(perTick, step: signals.motion.meanStepMicroseconds)
    var result = MetricResult(name: name, value: nil, unit: .length, series: sums)
    guard let least = sums.min() else { return result }
    let back = least.magnitude
    result.value = back < tolerated ? 1 : back < limit ? 0.5 : 0
    result.violations = signals.stretches(in: sums.indices, where: { sums[$0] <= -tolerated }).map {
      ticks in
      let worst = -(ticks.map { sums[$0] }.min() ?? 0)
      return MetricViolation(
        firstTick: ticks.lowerBound, lastTick: ticks.upperBound, extremum: worst,
        reason: "\(worst.fixed(1)) m against the lane's direction within 1 s")
    }
    result.events = result.violations.map {
      EpisodeEvent(tick: $0.firstTick, kind: "wrong_way", value: $0.extremum)
    }
    result.statistics = [
      ("min_progress_along_driving_direction_in_1_second_interval", -back)
    ]
    return result.withFirstViolation(signals)
  }
}
