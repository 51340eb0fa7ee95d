public import SimCore
import SimMap
public import SimStack

/// When the ego reached its goal. Series: 1 from then on.
public enum GoalReachedMetric: EpisodeMetric {
  /// Called `goal_reached`.
  public static let schema = ModuleSchema(
    "goal_reached", "1 if the ego reached its goal, else 0; no value without a goal")

  /// 1 or 0; nil without a goal. A statistic names the time of reaching it, seconds.
  public static func evaluate(_ signals: DerivedSignals) -> MetricResult {
    var result = MetricResult(name: name, value: nil)
    if let event = signals.firstEvent("goal_reached") {
      result.value = 1
      result.series = signals.indicator(from: event.tick)
      result.statistics = [("goal_time", signals.seconds(event.tick))]
      result.events = [event]
    } else if signals.driver.hasGoal {
      result.value = 0
      result.series = signals.indicator(from: nil)
    }
    return result
  }
}

/// The raw outcomes of a drive as 0 or 1; their means over episodes are the outcome rates that
/// MetaDrive and GPUDrive report. Series: 1 from the first crash or the first tick off the road on.
public enum OutcomeRatesMetric: EpisodeMetric {
  /// Called `outcome_rates`.
  public static let schema = ModuleSchema(
    "outcome_rates",
    "1 if the goal (if any) was reached without crash or leaving the road; crash, at-fault crash, "
      + "off-road and timeout as statistics")

  /// 1 or 0; the single outcomes are statistics.
  public static func evaluate(_ signals: DerivedSignals) -> MetricResult {
    let crash = signals.collisions.map(\.tick).min()
    let excursion = signals.excursions.firstIndex {
      $0.distance >= DrivableAreaComplianceMetric.tolerance
    }
    let hasCrashed = crash != nil
    let isOffRoad = excursion != nil
    let hasGoal = signals.driver.hasGoal
    let isAtGoal = signals.firstEvent("goal_reached") != nil
    let isLate = hasGoal && !isAtGoal
    let isSuccess = !hasCrashed && !isOffRoad && !isLate
    return MetricResult(
      name: name, value: isSuccess ? 1 : 0,
      series: signals.indicator(from: [crash, excursion].compactMap(\.self).min()),
      statistics: [
        ("crash", hasCrashed ? 1 : 0),
        ("at_fault_crash", signals.collisions.contains(where: \.isAtFault) ? 1 : 0),
        ("off_road", isOffRoad ? 1 : 0),
        ("timeout", isLate ? 1 : 0),
      ])
  }
}

/// The mean speed of the ego.
public enum EgoMeanSpeedMetric: EpisodeMetric {
  /// Called `ego_mean_speed`.
  public static let schema = ModuleSchema("ego_mean_speed", "mean speed, m/s (nuPlan)")

  /// The mean over ticks, m/s; nil without ticks. The series is the speed.
  public static func evaluate(_ signals: DerivedSignals) -> MetricResult {
    let speeds = signals.motion.speeds
    return MetricResult(
      name: name, value: speeds.isEmpty ? nil : speeds.reduce(0, +) / Double(speeds.count),
      unit: .speed, series: speeds)
  }
}

extension DerivedSignals {
  /// A series that is 0 before a tick and 1 from it on; all 0 without one.
  func indicator(from tick: Int?) -> [Double] {
    (0..<ticks).map { $0 >= tick ?? ticks ? 1 : 0 }
  }

  /// The first event of a kind that is about this ego or names nobody.
  func firstEvent(_ kind: String) -> EpisodeEvent? {
    record.events.first { event in
      event.kind == kind && (event.agent == nil || event.agent == driver.agent)
    }
  }
}
