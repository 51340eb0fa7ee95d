public import SimCore
public import SimStack

/// The least time that was left to evade a contact (Hillenbrand 2006). 0: it was too late; a
/// statistic says for how long.
public protocol EvasionMetric: SurrogateMetric {
  /// At each tick; minus infinity: too late.
  static func latest(_ safety: SurrogateSafety) -> WorstSeries
}

extension EvasionMetric {
  /// Seconds.
  public static var unit: Dimension { .time }
  /// Half a second.
  public static var alarm: Double { 0.5 }

  /// At each tick; 0: too late.
  public static func worst(_ safety: SurrogateSafety) -> WorstSeries {
    latest(safety).mapped { max($0, 0) }
  }

  /// As of other surrogate measures, and how long it was too late, seconds.
  public static func evaluate(_ signals: DerivedSignals) -> MetricResult {
    var result = result(signals, worst(signals.surrogate))
    let late = latest(signals.surrogate).values.count { $0 == -.infinity }
    result.statistics.append(
      ("\(name)_too_late", Double(late) * signals.record.header.clock.step))
    return result
  }
}

/// How much time was left to brake.
public enum TimeToBrakeMetric: EvasionMetric {
  /// Called `time_to_brake`.
  public static let schema = ModuleSchema(
    "time_to_brake",
    "least time until a full brake of 8 m/s^2 is too late, where a contact is less than 5 s ahead, s (TTB)"
  )
  /// As reasons call it.
  public static let quantity = "time to brake"

  /// At each tick; minus infinity: too late.
  public static func latest(_ safety: SurrogateSafety) -> WorstSeries { safety.timeToBrake }
}

/// How much time was left to steer.
public enum TimeToSteerMetric: EvasionMetric {
  /// Called `time_to_steer`.
  public static let schema = ModuleSchema(
    "time_to_steer",
    "least time until a full turn of 8 m/s^2 to the better side is too late, where a contact is less than 5 s ahead, s (TTS)"
  )
  /// As reasons call it.
  public static let quantity = "time to steer"

  /// At each tick; minus infinity: too late.
  public static func latest(_ safety: SurrogateSafety) -> WorstSeries { safety.timeToSteer }
}

/// How much time was left to kick down.
public enum TimeToKickDownMetric: EvasionMetric {
  /// Called `time_to_kickdown`.
  public static let schema = ModuleSchema(
    "time_to_kickdown",
    "least time until a full acceleration of 4 m/s^2 is too late, where a contact is less than 5 s ahead, s (TTK)"
  )
  /// As reasons call it.
  public static let quantity = "time to kick down"

  /// At each tick; minus infinity: too late.
  public static func latest(_ safety: SurrogateSafety) -> WorstSeries { safety.timeToKickDown }
}

/// How much time was left to react.
public enum TimeToReactMetric: EvasionMetric {
  /// Called `time_to_react`.
  public static let schema = ModuleSchema(
    "time_to_react",
    "least time until the best of brake, steering and kick-down is too late, where a contact is less than 5 s ahead, s (TTR)"
  )
  /// As reasons call it.
  public static let quantity = "time to react"

  /// At each tick; minus infinity: too late.
  public static func latest(_ safety: SurrogateSafety) -> WorstSeries { safety.timeToReact }
}
