public import SimCore
import SimGeometry
public import SimStack
import SimWorld

/// How near anything came.
public enum MinimumDistanceMetric: SurrogateMetric {
  /// Called `minimum_distance`.
  public static let schema = ModuleSchema(
    "minimum_distance",
    "least distance between the bodies of the ego and of another, m; 0 in contact")
  /// Metres.
  public static let unit = Dimension.length
  /// Half a metre.
  public static let alarm = 0.5
  /// As reasons call it.
  public static let quantity = "distance"

  /// The worst at each tick.
  public static func worst(_ safety: SurrogateSafety) -> WorstSeries { safety.distance }
}

/// How soon bodies would have touched.
public enum TimeToCollision2DMetric: SurrogateMetric {
  /// Called `time_to_collision_2d`.
  public static let schema = ModuleSchema(
    "time_to_collision_2d",
    "least time until moving bodies touch in the plane, exact, of what is not behind, s")
  /// Seconds.
  public static let unit = Dimension.time
  /// Van der Horst's critical value.
  public static let alarm = 1.5
  /// As reasons call it.
  public static let quantity = "time to collision"

  /// The worst at each tick.
  public static func worst(_ safety: SurrogateSafety) -> WorstSeries { safety.timeToCollision2D }
}

/// How severe the contacts foreseen would have been.
public enum PredictedDeltaVMetric: SurrogateMetric {
  /// Called `predicted_delta_v`.
  public static let schema = ModuleSchema(
    "predicted_delta_v",
    "greatest change of velocity in a contact foreseen within 5 s, bodies of equal mass, m/s")
  /// m/s.
  public static let unit = Dimension.speed
  /// Injuries become likely.
  public static let alarm = 5.0
  /// As reasons call it.
  public static let quantity = "change of velocity foreseen"

  /// The worst at each tick.
  public static func worst(_ safety: SurrogateSafety) -> WorstSeries { safety.predictedDeltaV }
}

/// What a contact foreseen demanded of the steering.
public enum LateralAccelerationRequiredMetric: SurrogateMetric {
  /// Called `lateral_acceleration_required`.
  public static let schema = ModuleSchema(
    "lateral_acceleration_required",
    "greatest lateral acceleration to pass at a contact foreseen within 5 s, m/s^2")
  /// m/s^2.
  public static let unit = Dimension.acceleration
  /// Half of what a dry road gives.
  public static let alarm = 4.0
  /// As reasons call it.
  public static let quantity = "required lateral acceleration"

  /// The worst at each tick.
  public static func worst(_ safety: SurrogateSafety) -> WorstSeries { safety.requiredLateral }
}

/// Share of the steering that was needed.
public enum SteerThreatNumberMetric: SurrogateMetric {
  /// Called `steer_threat_number`.
  public static let schema = ModuleSchema(
    "steer_threat_number",
    "the same over 8 m/s^2; above 1 a contact is unavoidable by steering (STN)")
  /// A plain number.
  public static let unit = Dimension.none
  /// Not to be avoided by steering.
  public static let alarm = 1.0
  /// As reasons call it.
  public static let quantity = "steer threat number"

  /// The worst at each tick.
  public static func worst(_ safety: SurrogateSafety) -> WorstSeries {
    safety.requiredLateral.mapped { ThreatMeasures.steerThreat(lateralAcceleration: $0) }
  }
}

/// How long the time to collision was critical (TET, Minderhoud and Bovy 2001).
public enum TimeExposedMetric: EpisodeMetric {
  /// Called `time_exposed_to_collision`.
  public static let schema = ModuleSchema(
    "time_exposed_to_collision", "seconds with a time to collision in the plane below 1.5 s (TET)")

  /// Thresholds of value and statistic, seconds.
  static let thresholds = [1.5, 3.0]

  /// Seconds below 1.5 s; a statistic has those below 3 s. Series: 1 while below 1.5 s.
  public static func evaluate(_ signals: DerivedSignals) -> MetricResult {
    let values = signals.surrogate.timeToCollision2D.values
    let step = signals.record.header.clock.step
    let times = thresholds.map { bound in Double(values.count { $0 < bound }) * step }
    return MetricResult(
      name: name, value: times[0], series: values.map { $0 < thresholds[0] ? 1 : 0 },
      statistics: [("\(name)_below_3_s", times[1])])
  }
}

/// How far, and how long, the time to collision was below the critical one (TIT, Minderhoud and
/// Bovy 2001).
public enum TimeIntegratedMetric: EpisodeMetric {
  /// Called `time_integrated_to_collision`.
  public static let schema = ModuleSchema(
    "time_integrated_to_collision",
    "integral of 1.5 s less the time to collision in the plane, s^2 (TIT)")

  /// The integral below 1.5 s; a statistic has that below 3 s. Series: what is missing to 1.5 s.
  public static func evaluate(_ signals: DerivedSignals) -> MetricResult {
    let values = signals.surrogate.timeToCollision2D.values
    let step = signals.record.header.clock.step
    let sums = TimeExposedMetric.thresholds.map { bound in
      values.reduce(0) { $0 + max(bound - $1, 0) * step }
    }
    return MetricResult(
      name: name, value: sums[0], unit: .time,
      series: values.map { max(TimeExposedMetric.thresholds[0] - $0, 0) },
      statistics: [("\(name)_below_3_s", sums[1])])
  }
}

/// How hard the ego braked (SUMO's BR).
public enum BrakeRateMetric: EpisodeMetric {
  /// Called `brake_rate`.
  public static let schema = ModuleSchema(
    "brake_rate", "greatest deceleration of the ego, m/s^2 (BR)")

  /// The greatest deceleration, m/s^2; nil without ticks. The series is the deceleration.
  public static func evaluate(_ signals: DerivedSignals) -> MetricResult {
    let values = signals.motion.states.map { max(-$0.acceleration.x, 0) }
    return MetricResult(name: name, value: values.max(), unit: .acceleration, series: values)
  }
}
