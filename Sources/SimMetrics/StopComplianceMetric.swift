public import SimCore
import SimMap
public import SimStack
import SimWorld

/// Whether the ego stopped where everybody has to.
public enum StopComplianceMetric: EpisodeMetric {
  /// Called `stop_compliance`.
  public static let schema = ModuleSchema(
    "stop_compliance",
    "1 if the ego is slower than 0.1 m/s within 4 m before each stop line of a stop sign that it "
      + "passes, else 0.5")

  /// The value after a missed stop.
  static let missed = 0.5

  /// 1 or 0.5. Each stop missed is a violation with the least speed before the line, m/s, as
  /// extremum. Series: that speed in the two ticks of a passing, else 0.
  public static func evaluate(_ signals: DerivedSignals) -> MetricResult {
    var result = MetricResult(name: name, value: 1, unit: .speed)
    result.series = [Double](repeating: 0, count: signals.ticks)
    let passages = StopPassage.all(
      signals.motion.boxes, signals.placement.driven, speeds: signals.motion.speeds,
      on: signals.map)
    for passage in passages where !passage.hasStopped {
      result.value = missed
      for tick in passage.tick...passage.tick + 1 { result.series[tick] = passage.leastSpeed }
      result.violations.append(
        MetricViolation(
          firstTick: passage.tick, lastTick: passage.tick + 1, extremum: passage.leastSpeed,
          reason: "passes stop line '\(signals.map.stopLines[passage.stopLine].id)' at "
            + "\(passage.leastSpeed.fixed(1)) m/s or more"))
    }
    result.statistics = [
      ("stops_passed", Double(passages.count)),
      ("stops_not_kept", Double(result.violations.count)),
    ]
    result.events = result.violations.map {
      EpisodeEvent(tick: $0.firstTick, kind: "missed_stop", value: $0.extremum)
    }
    return result
  }
}
