public import SimCore
public import SimStack

/// Whether the ego kept to one lane at a time.
public enum MultipleLanesMetric: EpisodeMetric {
  /// Called `multiple_lanes`.
  public static let schema = ModuleSchema(
    "multiple_lanes",
    "1 if the ego straddles lanes for at most 3.4 s in all, 0.5 up to 5.7 s, else 0 (V-Max)")

  /// Up to this time the value is 1, seconds.
  public static let tolerated = 3.4
  /// Up to this time it is 0.5, seconds.
  public static let limit = 5.7

  /// 1, 0.5 or 0; nil without ticks. The series is the time spent across lanes so far, seconds.
  public static func evaluate(_ signals: DerivedSignals) -> MetricResult {
    var result = MetricResult(name: name, value: nil, unit: .time)
    guard signals.ticks > 0 else { return result }
    let step = signals.record.header.clock.step
    let straddles = signals.placement.isInLane.map { !$0 }
    var count = 0
    var first: Int?
    result.series = (0..<signals.ticks).map { tick in
      if straddles[tick] { count += 1 }
      if first == nil, Double(count) * step > tolerated + 1e-9 { first = tick }
      return Double(count) * step
    }
    let time = Double(count) * step
    result.value = time <= tolerated + 1e-9 ? 1 : time <= limit + 1e-9 ? 0.5 : 0
    if let first {
      result.violations = [
        MetricViolation(
          firstTick: first, lastTick: signals.ticks - 1, extremum: time,
          reason: "\(time.fixed(1)) s across lanes")
      ]
    }
    return result
  }
}
