/// What evading a collision asks for, as parts of what a vehicle can do.
public enum ThreatMeasures {
  /// Deceleration of a full brake on a dry road, m/s^2.
  public static let fullBraking = 8.0
  /// Lateral acceleration of full steering on a dry road, m/s^2.
  public static let fullLateralAcceleration = 8.0

  /// The lateral acceleration with which an ego passes beside another one at the time of contact,
  /// on the side that asks for less, m/s^2; 0 if it passes anyway, infinite in contact.
  ///
  /// - Parameters:
  ///   - offset: of the other's centre to the left of the ego's way, metres.
  ///   - lateralSpeed: of the other, to the left relative to the ego, m/s.
  ///   - clearance: half the ego's extent across its way and half that of the other, metres.
  ///   - time: to the contact, seconds.
  public static func requiredLateralAcceleration(
    offset: Double, lateralSpeed: Double, clearance: Double, time: Double
  ) -> Double {
    if time == .infinity { return 0 }
    if time <= 0 { return .infinity }
    let then = offset + lateralSpeed * time
    let way = min(clearance + then, clearance - then)
    return max(2 * way / (time * time), 0)
  }

  /// Brake threat number (BTN): required deceleration over that of a full brake.
  ///
  /// - Parameter acceleration: required, 0 or negative, m/s^2.
  public static func brakeThreat(
    acceleration: Double, fullBraking: Double = fullBraking
  ) -> Double { -acceleration / fullBraking }

  /// Steer threat number (STN): required lateral acceleration over the possible one.
  public static func steerThreat(
    lateralAcceleration: Double, possible: Double = fullLateralAcceleration
  ) -> Double { lateralAcceleration.magnitude / possible }
}
