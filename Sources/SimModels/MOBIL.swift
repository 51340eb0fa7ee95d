/// The lane-changing model MOBIL: whether a change pays for the driver and those around it.
///
/// Kesting, Treiber, Helbing: General lane-changing model MOBIL for car-following models (2007).
/// All accelerations come from a car-following model, before and after a hypothetical change. With
/// the driver c, the new follower n and the old follower o, a change pays if
///
///     a'(c) - a(c) + p [a'(n) - a(n) + a'(o) - a(o)]
///
/// is greater than a threshold, to the left greater by a bias and to the right less; and it is safe
/// if the new follower need not brake harder than b_safe.
@frozen
public struct MOBIL: Hashable, Sendable {
  /// p: how much the others count; 0: not at all.
  public var politeness: Double
  /// Advantage that is worth a change, m/s^2.
  public var threshold: Double
  /// What the right lane is worth, m/s^2.
  public var rightBias: Double
  /// b_safe: how hard the new follower may have to brake, m/s^2, positive.
  public var safeDeceleration: Double

  /// A driver of these parameters; nothing is checked.
  @inlinable
  public init(
    politeness: Double, threshold: Double, rightBias: Double = 0, safeDeceleration: Double
  ) {
    self.politeness = politeness
    self.threshold = threshold
    self.rightBias = rightBias
    self.safeDeceleration = safeDeceleration
  }

  /// Accelerations of those concerned, m/s^2, before and after a hypothetical change; both 0 for a
  /// follower that is not there.
  @frozen
  public struct Outlook: Hashable, Sendable {
    /// a(c): of the driver.
    public var own: Double
    /// a'(c).
    public var ownAfter: Double
    /// a(n): of the one behind on the lane to change to.
    public var newFollower: Double
    /// a'(n).
    public var newFollowerAfter: Double
    /// a(o): of the one behind on the lane to leave.
    public var oldFollower: Double
    /// a'(o).
    public var oldFollowerAfter: Double

    /// An outlook; without followers unless they are given.
    @inlinable
    public init(
      own: Double, ownAfter: Double, newFollower: Double = 0, newFollowerAfter: Double = 0,
      oldFollower: Double = 0, oldFollowerAfter: Double = 0
    ) {
      self.own = own
      self.ownAfter = ownAfter
      self.newFollower = newFollower
      self.newFollowerAfter = newFollowerAfter
      self.oldFollower = oldFollower
      self.oldFollowerAfter = oldFollowerAfter
    }
  }

  /// Neither the new follower nor the driver has to brake harder than is safe.
  @inlinable
  public func isSafe(_ outlook: Outlook) -> Bool {
    outlook.newFollowerAfter >= -safeDeceleration && outlook.ownAfter >= -safeDeceleration
  }

  /// How much more a change is worth than it must be, m/s^2; it pays if this is positive.
  ///
  /// - Parameter toLeft: to the left, else to the right.
  @inlinable
  public func advantage(_ outlook: Outlook, toLeft: Bool) -> Double {
    let others =
      (outlook.newFollowerAfter - outlook.newFollower)
      + (outlook.oldFollowerAfter - outlook.oldFollower)
    let bias = toLeft ? rightBias : -rightBias
    return outlook.ownAfter - outlook.own + politeness * others - threshold - bias
  }

  /// The acceleration of a driver on the right lane that must not pass on the right: not more than
  /// behind the leader on the left lane, if it is faster than that leader and both are faster than
  /// queues are.
  ///
  /// - Parameters:
  ///   - onRight: acceleration on the right lane, m/s^2.
  ///   - onLeft: acceleration that it would have on the left lane, m/s^2.
  ///   - speed: of the driver, m/s.
  ///   - leftLeader: speed of the leader on the left lane, m/s.
  ///   - queueSpeed: up to this speed passing on the right is allowed, m/s.
  @inlinable
  public static func accelerationKeepingBehind(
    onRight: Double, onLeft: Double, speed: Double, leftLeader: Double, queueSpeed: Double
  ) -> Double {
    speed > leftLeader && leftLeader > queueSpeed && onLeft < onRight ? onLeft : onRight
  }
}
