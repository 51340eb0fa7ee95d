/// Surrogate safety of a vehicle that drives towards another one on the same way.
///
/// `gap` is the free way between the two, metres; a `closingSpeed` is positive while it shrinks,
/// m/s. What never happens is infinitely far away.
public enum FollowingMeasures {
  /// Up to this speed a vehicle stands and has no headway in time, m/s.
  public static let standstill = 0.05
  /// Differences of acceleration up to this size count as none, m/s^2.
  public static let accelerationDeadBand = 0.1
  /// What a driver needs before the brakes act, seconds (Archer 2005).
  public static let reactionTime = 1.0

  /// Time headway: how long until the follower's front is where the leader's rear is, seconds.
  ///
  /// - Parameter speed: of the follower, m/s.
  public static func timeHeadway(gap: Double, speed: Double) -> Double {
    if speed <= standstill { return .infinity }
    return max(gap, 0) / speed
  }

  /// Time to collision at constant speeds, seconds (Hayward 1972); 0 in contact.
  public static func timeToCollision(gap: Double, closingSpeed: Double) -> Double {
    if gap <= 0 { return 0 }
    return closingSpeed > 0 ? gap / closingSpeed : .infinity
  }

  /// Time to collision at constant accelerations, seconds (TTC*): the smallest positive root of
  /// gap - closingSpeed t - closingAcceleration t^2 / 2; 0 in contact.
  ///
  /// - Parameter closingAcceleration: of the follower minus that of the leader, m/s^2.
  public static func timeToCollision(
    gap: Double, closingSpeed: Double, closingAcceleration: Double
  ) -> Double {
    if gap <= 0 { return 0 }
    if closingAcceleration.magnitude <= accelerationDeadBand {
      return timeToCollision(gap: gap, closingSpeed: closingSpeed)
    }
    let discriminant = closingSpeed * closingSpeed + 2 * closingAcceleration * gap
    if discriminant < 0 { return .infinity }
    // gap = t (v + a t / 2): the root that is not lost in a difference of like numbers.
    let sum = closingSpeed + discriminant.squareRoot()
    if sum <= 0 { return .infinity }
    return 2 * gap / sum
  }

  /// Deceleration rate to avoid the crash, m/s^2 (DRAC, Almqvist 1991): brought to the leader's
  /// speed within the gap. 0 if the gap does not close, infinite in contact.
  public static func decelerationToAvoidCrash(gap: Double, closingSpeed: Double) -> Double {
    if closingSpeed <= 0 { return 0 }
    return gap > 0 ? 0.5 * closingSpeed * closingSpeed / gap : .infinity
  }

  /// The same after a reaction time, m/s^2 (MDRAC, Wang and Stamatiadis 2014); infinite if the
  /// contact comes first.
  public static func modifiedDecelerationToAvoidCrash(
    gap: Double, closingSpeed: Double, reactionTime: Double = reactionTime
  ) -> Double {
    if closingSpeed <= 0 { return 0 }
    let rest = timeToCollision(gap: gap, closingSpeed: closingSpeed) - reactionTime
    return rest > 0 ? 0.5 * closingSpeed / rest : .infinity
  }

  /// The constant acceleration (0 or negative) with which a follower just does not touch its
  /// leader, who keeps its acceleration until it stands, m/s^2; minus infinity in contact.
  ///
  /// - Parameters:
  ///   - speed: of the follower, m/s, not negative.
  ///   - leaderSpeed: m/s, not negative.
  ///   - leaderAcceleration: m/s^2.
  public static func requiredAcceleration(
    gap: Double, speed: Double, leaderSpeed: Double, leaderAcceleration: Double
  ) -> Double {
    if speed <= 0 { return 0 }
    if gap <= 0 { return speed > leaderSpeed ? -.infinity : 0 }
    let closing = speed - leaderSpeed
    // Beside a leader who does not brake only the difference of speeds is to be lost.
    let moving = closing > 0 ? leaderAcceleration - 0.5 * closing * closing / gap : 0
    guard leaderAcceleration < 0 else { return min(moving, 0) }
    let stoppingWay = 0.5 * leaderSpeed * leaderSpeed / -leaderAcceleration
    // Both come nearest at 2 gap / closing; later than that the leader stands already.
    if closing > 0, 2 * gap * -leaderAcceleration <= leaderSpeed * closing { return moving }
    return -0.5 * speed * speed / (gap + stoppingWay)
  }
}
