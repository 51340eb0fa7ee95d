/// Surrogate safety of two road users whose ways cross or join in a conflict area.
public enum CrossingMeasures {
  /// When somebody will be in a conflict area, seconds from now.
  public struct Passage: Hashable, Sendable {
    /// The front reaches the area; 0 if it is in it or beyond, infinite if never.
    public var enter: Double
    /// The rear leaves it; infinite if never.
    public var exit: Double

    /// A passage of known times, seconds.
    public init(enter: Double, exit: Double) {
      self.enter = enter
      self.exit = exit
    }

    /// The passage of somebody who keeps speed, or goes on braking; who accelerates is not
    /// believed to go on.
    ///
    /// - Parameters:
    ///   - toEnter: from the front to where the area begins, metres along the way.
    ///   - toExit: from the rear to where it ends, metres.
    ///   - speed: m/s; negative counts as standing.
    ///   - acceleration: m/s^2.
    public init(toEnter: Double, toExit: Double, speed: Double, acceleration: Double) {
      enter = CrossingMeasures.time(over: toEnter, speed: speed, acceleration: acceleration)
      exit = CrossingMeasures.time(over: toExit, speed: speed, acceleration: acceleration)
    }
  }

  /// How long a distance takes at constant speed, or braking, seconds; 0 if it is not positive,
  /// infinite if it is never covered.
  public static func time(over distance: Double, speed: Double, acceleration: Double) -> Double {
    if distance <= 0 { return 0 }
    if speed <= 0 { return .infinity }
    if acceleration >= 0 { return distance / speed }
    let square = speed * speed + 2 * acceleration * distance
    return square < 0 ? .infinity : 2 * distance / (speed + square.squareRoot())
  }

  /// Predicted post-encroachment time, seconds: from the first one's leaving to the second one's
  /// entering; 0 if they would be in the area together, infinite if not both get there.
  public static func postEncroachmentTime(_ a: Passage, _ b: Passage) -> Double {
    let first = a.enter <= b.enter ? a : b
    let second = a.enter <= b.enter ? b : a
    if second.enter == .infinity { return .infinity }
    return max(second.enter - first.exit, 0)
  }

  /// Deceleration with which the second one enters a conflict area just as the first one leaves
  /// it, or stops before it if that asks for less, m/s^2 (DRAC of crossings). 0 if it comes later
  /// anyway, infinite if it is in the area already.
  ///
  /// - Parameters:
  ///   - distance: from the second one's front to the area, metres.
  ///   - speed: of the second one, m/s.
  ///   - clearsAfter: when the first one leaves the area, seconds; may be infinite.
  public static func decelerationToAvoidCrash(
    distance: Double, speed: Double, clearsAfter time: Double
  ) -> Double {
    if speed <= 0 || time <= 0 { return 0 }
    if distance <= 0 { return .infinity }
    if time * speed <= distance { return 0 }
    // After twice the time of the undisturbed way, stopping is the lesser demand.
    if time * speed >= 2 * distance { return 0.5 * speed * speed / distance }
    return 2 * (speed - distance / time) / time
  }
}
