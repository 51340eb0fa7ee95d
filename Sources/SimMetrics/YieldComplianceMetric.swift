public import SimCore
import SimMap
public import SimStack
import SimWorld

/// Whether the ego let those go first who have priority.
public enum YieldComplianceMetric: EpisodeMetric {
  /// Called `yield_compliance`.
  public static let schema = ModuleSchema(
    "yield_compliance",
    "1 if no one with priority would have come to where lanes overlap within 1.5 s of the ego's "
      + "leaving, or had to brake by more than 2 m/s^2 for it; else 0.5")

  /// The value after a failed yield.
  static let failed = 0.5

  /// 1 or 0.5. Each right of way taken is a violation, with the other one's hardest braking for the
  /// ego, m/s^2, as extremum. Series: that braking where it was hardest, else 0.
  public static func evaluate(_ signals: DerivedSignals) -> MetricResult {
    var result = MetricResult(name: name, value: 1, unit: .acceleration)
    result.series = [Double](repeating: 0, count: signals.ticks)
    let search = YieldSearch(
      signals.agents, signals.motion, on: signals.map, signals: signals.record.signals,
      step: signals.record.header.clock.step)
    let passages = search.passages(signals.placement.driven, route: signals.driver.route.lanes)
    for passage in passages {
      result.series[passage.brakingTick] = max(
        result.series[passage.brakingTick], passage.braking)
      guard !passage.hasYielded else { continue }
      result.value = failed
      let other = signals.name(passage.agent)
      let what =
        passage.gap < YieldPassage.leastGap
        ? "would have come \(passage.gap.fixed(1)) s after it"
        : "has to brake by \(passage.braking.fixed(1)) m/s^2"
      result.violations.append(
        MetricViolation(
          firstTick: passage.tick, lastTick: max(passage.brakingTick, passage.tick),
          agent: passage.agent, extremum: passage.braking,
          reason: "takes the right of way of \(other), which \(what)"))
    }
    result.statistics = [
      ("priorities_met", Double(passages.count)),
      ("yields_failed", Double(result.violations.count)),
    ]
    result.events = result.violations.map {
      EpisodeEvent(tick: $0.firstTick, kind: "failed_yield", agent: $0.agent, value: $0.extremum)
    }
    return result
  }
}
