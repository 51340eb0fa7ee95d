public import SimCore
public import SimStack

/// How close the ego followed, in time.
public enum TimeHeadwayMetric: SurrogateMetric {
  /// Called `time_headway`.
  public static let schema = ModuleSchema(
    "time_headway",
    "least time headway to a leader along the lane, s; alarm below 1 s")
  /// Seconds.
  public static let unit = Dimension.time
  /// A second; two are the usual legal advice.
  public static let alarm = 1.0
  /// As reasons call it.
  public static let quantity = "time headway"

  /// The worst at each tick.
  public static func worst(_ safety: SurrogateSafety) -> WorstSeries { safety.timeHeadway }
}

/// How soon the ego would have met what was on its lane.
public enum TimeToCollision1DMetric: SurrogateMetric {
  /// Called `time_to_collision_1d`.
  public static let schema = ModuleSchema(
    "time_to_collision_1d",
    "least time to collision along the lane at constant speeds, s (Hayward 1972)")
  /// Seconds.
  public static let unit = Dimension.time
  /// Van der Horst's critical value.
  public static let alarm = 1.5
  /// As reasons call it.
  public static let quantity = "time to collision along the lane"

  /// The worst at each tick.
  public static func worst(_ safety: SurrogateSafety) -> WorstSeries { safety.timeToCollision1D }
}

/// The same if all keep their accelerations.
public enum TimeToCollisionAcceleratedMetric: SurrogateMetric {
  /// Called `time_to_collision_accelerated`.
  public static let schema = ModuleSchema(
    "time_to_collision_accelerated",
    "least time to collision along the lane at constant accelerations, s (TTC*)")
  /// Seconds.
  public static let unit = Dimension.time
  /// As without accelerations.
  public static let alarm = 1.5
  /// As reasons call it.
  public static let quantity = "time to collision with accelerations"

  /// The worst at each tick.
  public static func worst(_ safety: SurrogateSafety) -> WorstSeries {
    safety.timeToCollisionAccelerated
  }
}

/// What following demanded of the brakes.
public enum DecelerationToAvoidCrashMetric: SurrogateMetric {
  /// Called `deceleration_to_avoid_crash`.
  public static let schema = ModuleSchema(
    "deceleration_to_avoid_crash",
    "greatest deceleration to a leader's speed within the gap, m/s^2 (DRAC, following)")
  /// m/s^2.
  public static let unit = Dimension.acceleration
  /// Critical by Archer (2005).
  public static let alarm = 3.4
  /// As reasons call it.
  public static let quantity = "deceleration to avoid the crash"

  /// The worst at each tick.
  public static func worst(_ safety: SurrogateSafety) -> WorstSeries {
    safety.decelerationFollowing
  }
}

/// What following demanded of the brakes after a reaction.
public enum ModifiedDecelerationToAvoidCrashMetric: SurrogateMetric {
  /// Called `modified_deceleration_to_avoid_crash`.
  public static let schema = ModuleSchema(
    "modified_deceleration_to_avoid_crash",
    "the same after a reaction time of 1 s, m/s^2 (MDRAC)")
  /// m/s^2.
  public static let unit = Dimension.acceleration
  /// SUMO's.
  public static let alarm = 3.4
  /// As reasons call it.
  public static let quantity = "modified deceleration to avoid the crash"

  /// The worst at each tick.
  public static func worst(_ safety: SurrogateSafety) -> WorstSeries { safety.modifiedDeceleration }
}

/// What a braking leader demanded of the brakes.
public enum RequiredDecelerationMetric: SurrogateMetric {
  /// Called `longitudinal_acceleration_required`.
  public static let schema = ModuleSchema(
    "longitudinal_acceleration_required",
    "greatest constant deceleration that just avoids a leader who keeps braking, m/s^2")
  /// m/s^2.
  public static let unit = Dimension.acceleration
  /// As for DRAC.
  public static let alarm = 3.4
  /// As reasons call it.
  public static let quantity = "required deceleration"

  /// The worst at each tick.
  public static func worst(_ safety: SurrogateSafety) -> WorstSeries { safety.requiredDeceleration }
}

/// Share of the brakes that was needed.
public enum BrakeThreatNumberMetric: SurrogateMetric {
  /// Called `brake_threat_number`.
  public static let schema = ModuleSchema(
    "brake_threat_number",
    "the same over a full brake of 8 m/s^2; above 1 a contact behind a leader is unavoidable (BTN)")
  /// A plain number.
  public static let unit = Dimension.none
  /// Not to be avoided by braking.
  public static let alarm = 1.0
  /// As reasons call it.
  public static let quantity = "brake threat number"

  /// The worst at each tick.
  public static func worst(_ safety: SurrogateSafety) -> WorstSeries {
    safety.requiredDeceleration.mapped { ThreatMeasures.brakeThreat(acceleration: -$0) }
  }
}
