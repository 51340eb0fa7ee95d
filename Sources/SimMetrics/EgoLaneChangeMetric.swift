public import SimCore
public import SimStack

/// The lane changes of the ego.
public enum EgoLaneChangeMetric: EpisodeMetric {
  /// Called `ego_lane_change`.
  public static let schema = ModuleSchema(
    "ego_lane_change", "number of lane changes, their durations and how many failed (nuPlan)")

  /// The greatest share of failed lane changes that is still good.
  public static let greatestFailRate = 0.3

  /// The number of lane changes, failed ones included. The series is 1 where no lane holds the
  /// whole ego. Failed changes are violations.
  public static func evaluate(_ signals: DerivedSignals) -> MetricResult {
    let changes = LaneChange.all(in: signals.placement.common, on: signals.map)
    var result = MetricResult(name: name, value: Double(changes.count))
    result.series = signals.placement.isInLane.map { $0 ? 0 : 1 }
    result.statistics = [("number_of_ego_lane_change", Double(changes.count))]
    if changes.isEmpty {
      result.statistics.append(("ego_lane_change_fail_rate_below_threshold", 1))
      return result
    }
    let durations = SeriesSummary(
      changes.map { signals.seconds($0.lastTick) - signals.seconds($0.firstTick) })
    let failed = Double(changes.count { !$0.isCompleted }) / Double(changes.count)
    result.statistics += [
      ("max_ego_lane_change_duration", durations.greatest),
      ("min_ego_lane_change_duration", durations.least),
      ("avg_ego_lane_change_duration", durations.mean),
      ("ratio_of_failed_ego_lane_change", failed),
      ("ego_lane_change_fail_rate_below_threshold", failed <= greatestFailRate ? 1 : 0),
    ]
    for change in changes {
      result.events.append(
        EpisodeEvent(
          tick: change.firstTick, kind: "lane_change", value: change.isCompleted ? 1 : 0))
      if !change.isCompleted {
        result.violations.append(
          MetricViolation(
            firstTick: change.firstTick, lastTick: change.lastTick,
            extremum: signals.seconds(change.lastTick) - signals.seconds(change.firstTick),
            reason: "lane change not completed"))
      }
    }
    return result
  }
}
