public import SimCore

/// The intelligent driver model: the acceleration of a car that follows another one.
///
/// Treiber, Hennecke, Helbing: Congested traffic states in empirical observations and microscopic
/// simulations (2000). With v the speed, v0 the desired speed, s the gap between the bumpers and
/// vl the leader's speed,
///
///     a [1 - (v/v0)^delta - (s*/s)^2],   s* = s0 + v T + v (v - vl) / (2 sqrt(a b)).
@frozen
public struct IDM: Hashable, Sendable {
  /// v0, m/s; positive.
  public var desiredSpeed: Double
  /// s0: gap at standstill, metres.
  public var minGap: Double
  /// T: time gap to the leader, seconds.
  public var headway: Double
  /// a: greatest acceleration, m/s^2.
  public var acceleration: Double
  /// b: comfortable braking, m/s^2, positive.
  public var deceleration: Double
  /// delta: how late the acceleration falls as the desired speed comes near.
  public var exponent: Double

  /// A driver of these parameters; nothing is checked.
  @inlinable
  public init(
    desiredSpeed: Double, minGap: Double, headway: Double, acceleration: Double,
    deceleration: Double, exponent: Double = 4
  ) {
    self.desiredSpeed = desiredSpeed
    self.minGap = minGap
    self.headway = headway
    self.acceleration = acceleration
    self.deceleration = deceleration
    self.exponent = exponent
  }

  /// Gaps are not taken for shorter than this, metres: bumper to bumper is as bad as inside.
  public static let shortestGap = 0.01

  /// (v/v0)^delta; without `pow` for the usual exponent 4.
  @inlinable @inline(__always)
  public static func power(_ ratio: Double, _ exponent: Double) -> Double {
    if exponent == 4 {
      let square = ratio * ratio
      return square * square
    }
    return ratio > 0 ? ExactMath.pow(ratio, exponent) : 0
  }

  /// The model as nuPlan has it: the gap is not taken for less than `minGap`, and s* may be less
  /// than `minGap`, even negative, behind a leader that pulls away. Not limited.
  ///
  /// - Parameters:
  ///   - speed: of the follower, m/s.
  ///   - gap: bumper to bumper, metres.
  ///   - leadSpeed: of the leader, m/s.
  /// - Returns: m/s^2.
  @inlinable
  public func rawAcceleration(speed: Double, gap: Double, leadSpeed: Double) -> Double {
    let interaction =
      speed * (speed - leadSpeed) / (2 * (acceleration * deceleration).squareRoot())
    let desiredGap = minGap + headway * speed + interaction
    let gap = gap > minGap ? gap : minGap
    let ratio = desiredGap / gap
    return acceleration
      * (1 - IDM.power(speed / desiredSpeed, exponent) - ratio * ratio)
  }

  /// nuPlan's model limited to [-b, a].
  @inlinable
  public func nuplanAcceleration(speed: Double, gap: Double, leadSpeed: Double) -> Double {
    let raw = rawAcceleration(speed: speed, gap: gap, leadSpeed: leadSpeed)
    return min(max(raw, -deceleration), acceleration)
  }

  /// The recommended form, for traffic that must not collide: s* is not less than `minGap` (as
  /// Treiber and Kesting write it), the gap counts down to `shortestGap`, too fast a car slows
  /// down with at most `deceleration`, and only `emergency` limits what a leader enforces.
  ///
  /// - Parameters:
  ///   - speed: of the follower, m/s, not negative.
  ///   - gap: bumper to bumper, metres; infinite without a leader.
  ///   - leadSpeed: of the leader along the follower's way, m/s.
  ///   - emergency: hardest braking, m/s^2, positive.
  /// - Returns: m/s^2, in [-emergency, a].
  @inlinable @inline(__always)
  public func acceleration(
    speed: Double, gap: Double, leadSpeed: Double, emergency: Double
  ) -> Double {
    IDM.acceleration(
      speed: speed, gap: gap, leadSpeed: leadSpeed, desiredSpeed: desiredSpeed, minGap: minGap,
      headway: headway, acceleration: acceleration, deceleration: deceleration,
      twoRootAB: 2 * (acceleration * deceleration).squareRoot(), exponent: exponent,
      emergency: emergency)
  }

  /// The recommended form over plain numbers, for arrays of drivers.
  ///
  /// - Parameter twoRootAB: 2 sqrt(a b), made once.
  @inlinable @inline(__always)
  public static func acceleration(
    speed: Double, gap: Double, leadSpeed: Double, desiredSpeed: Double, minGap: Double,
    headway: Double, acceleration: Double, deceleration: Double, twoRootAB: Double,
    exponent: Double, emergency: Double
  ) -> Double {
    let wanted = acceleration * (1 - power(speed / desiredSpeed, exponent))
    let free = wanted > -deceleration ? wanted : -deceleration
    let dynamic = speed * headway + speed * (speed - leadSpeed) / twoRootAB
    let desiredGap = minGap + (dynamic > 0 ? dynamic : 0)
    let ratio = desiredGap / (gap > shortestGap ? gap : shortestGap)
    let result = free - acceleration * (ratio * ratio)
    return result > -emergency ? result : -emergency
  }

  /// The gap at which a car follows steadily at a speed below the desired one, metres:
  /// (s0 + v T) / sqrt(1 - (v/v0)^delta).
  @inlinable
  public func equilibriumGap(speed: Double) -> Double {
    (minGap + speed * headway) / (1 - IDM.power(speed / desiredSpeed, exponent)).squareRoot()
  }

  /// The speed at which a car follows steadily at a gap, m/s: the inverse of `equilibriumGap`, by
  /// bisection to the last bit.
  public func equilibriumSpeed(gap: Double) -> Double {
    guard gap > minGap else { return 0 }
    var low = 0.0
    var high = desiredSpeed
    while true {
      let middle = 0.5 * (low + high)
      if middle <= low || middle >= high { return low }
      if equilibriumGap(speed: middle) < gap { low = middle } else { high = middle }
    }
  }
}
