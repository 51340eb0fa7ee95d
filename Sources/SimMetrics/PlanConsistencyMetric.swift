public import SimCore
import SimGeometry
public import SimStack
import SimWorld

/// Whether the planner kept to what it had planned just before.
public enum PlanConsistencyMetric: EpisodeMetric {
  /// Called `plan_consistency`.
  public static let schema = ModuleSchema(
    "plan_consistency",
    "share of plans that differ from the one before by no more than 0.7 m/s^2, 0.5 m/s^3, 0.1 rad/s "
      + "and 0.1 rad/s^2 (NAVSIM's extended comfort, over the drive)")

  /// How long after a plan the drive is compared with it, seconds.
  static let horizons = [1.0, 2.0, 3.0]

  /// The share; nil where no two plans are recorded. Series: 1 or 0 at each plan, NaN without.
  /// Statistics: mean distance of the rear axle from where plans had it 1, 2 and 3 s after they
  /// were made, metres. Violations: stretches of plans that differ, with the greatest difference in
  /// parts of its bound.
  public static func evaluate(_ signals: DerivedSignals) -> MetricResult {
    var result = MetricResult(name: name, value: nil)
    let records = signals.record.egos[signals.ego]
    var series = [Double](repeating: .nan, count: signals.ticks)
    var excess = [Double](repeating: 0, count: signals.ticks)
    var reasons = [String](repeating: "", count: signals.ticks)
    var before: Trajectory?
    var plans = 0
    var consistent = 0
    var distances = horizons.map { _ in (sum: 0.0, count: 0) }
    for tick in 0..<signals.ticks where records[tick].didPlan {
      guard let plan = records[tick].plan else { continue }
      compare(plan, signals, tick, &distances)
      if let before, let difference = PlanConsistency(before, plan) {
        plans += 1
        series[tick] = difference.isConsistent ? 1 : 0
        if difference.isConsistent {
          consistent += 1
        } else {
          (excess[tick], reasons[tick]) = worst(difference)
        }
      }
      before = plan
    }
    guard plans > 0 else { return result }
    result.value = Double(consistent) / Double(plans)
    result.series = series
    result.violations = signals.stretches(in: series.indices) { series[$0] == 0 }.map { ticks in
      let at = ticks.reduce(ticks.lowerBound) { excess[$1] > excess[$0] ? $1 : $0 }
      return MetricViolation(
        firstTick: ticks.lowerBound, lastTick: ticks.upperBound, extremum: excess[at],
        reason: "the plan changes by \(reasons[at])")
    }
    result.statistics = zip(horizons, distances).map { horizon, distance in
      (
        "plan_error_\(horizon.fixed(0))s",
        distance.count > 0 ? distance.sum / Double(distance.count) : .nan
      )
    }
    return result
  }

  /// Adds how far the drive was from a plan later on.
  private static func compare(
    _ plan: Trajectory, _ signals: DerivedSignals, _ tick: Int,
    _ distances: inout [(sum: Double, count: Int)]
  ) {
    let states = signals.motion.states
    let clock = signals.record.header.clock
    for (k, horizon) in horizons.enumerated() {
      let later = tick + clock.ticks(horizon)
      guard later < states.count,
        let place = plan.pose(atMicroseconds: states[later].timeMicroseconds)?.position
      else { continue }
      distances[k].sum += place.distance(to: states[later].pose.position)
      distances[k].count += 1
    }
  }

  /// The quantity that is farthest beyond its bound: in parts of that, and in words.
  private static func worst(_ difference: PlanConsistency) -> (excess: Double, reason: String) {
    let bounds = PlanConsistency.bounds
    let quantities: [(value: Double, bound: Double, unit: Dimension)] = [
      (difference.acceleration, bounds.acceleration, .acceleration),
      (difference.jerk, bounds.jerk, .jerk), (difference.yawRate, bounds.yawRate, .angularRate),
      (difference.yawAcceleration, bounds.yawAcceleration, .angularAcceleration),
    ]
    var worst = quantities[0]
    for quantity in quantities where quantity.value / quantity.bound > worst.value / worst.bound {
      worst = quantity
    }
    return (
      worst.value / worst.bound,
      "\(worst.value.fixed(2)) \(worst.unit.rawValue), bound \(worst.bound.fixed(1))"
    )
  }
}
