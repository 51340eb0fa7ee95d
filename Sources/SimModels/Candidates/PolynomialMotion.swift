/// A jerk-optimal motion along one axis: a polynomial of fifth degree at most up to its end, then
/// on at the speed reached.
///
/// Werling, Ziegler, Kammel, Thrun: Optimal trajectory generation for dynamic street scenarios in a
/// Frenet frame (2010). The variable is time, or, for a lateral offset over the way, arc length.
@frozen
public struct PolynomialMotion: Hashable, Sendable {
  /// A place with its first two derivatives.
  @frozen
  public struct State: Hashable, Sendable {
    /// Metres.
    public var position: Double
    /// Per unit of the variable.
    public var speed: Double
    /// Per square of it.
    public var acceleration: Double

    /// At rest unless speed and acceleration are given.
    @inlinable
    public init(_ position: Double, speed: Double = 0, acceleration: Double = 0) {
      self.position = position
      self.speed = speed
      self.acceleration = acceleration
    }
  }

  /// Where the polynomial ends.
  public let duration: Double
  @usableFromInline let start: State
  @usableFromInline let c3: Double
  @usableFromInline let c4: Double
  @usableFromInline let c5: Double
  @usableFromInline let end: State

  /// The quartic that reaches a speed, wherever that is, without acceleration at the end (velocity
  /// keeping).
  ///
  /// - Precondition: the duration is positive, as for `reaching(position:…)`.
  public static func reaching(
    speed: Double, from start: State, in duration: Double
  ) -> PolynomialMotion {
    let t = duration
    let c3 = (speed - start.speed - 2 / 3 * start.acceleration * t) / (t * t)
    let c4 = -(start.acceleration + 6 * c3 * t) / (12 * t * t)
    return PolynomialMotion(start, c3, c4, 0, duration)
  }

  /// The quintic that is at a place with a speed and without acceleration at the end (following,
  /// stopping, lateral changes).
  public static func reaching(
    position: Double, speed: Double, from start: State, in duration: Double
  ) -> PolynomialMotion {
    let t = duration
    let way =
      position - start.position - start.speed * t - 0.5 * start.acceleration * t * t
    let gain = (speed - start.speed - start.acceleration * t) * t
    let bend = -start.acceleration * t * t
    return PolynomialMotion(
      start, (10 * way - 4 * gain + 0.5 * bend) / (t * t * t),
      (-15 * way + 7 * gain - bend) / (t * t * t * t),
      (6 * way - 3 * gain + 0.5 * bend) / (t * t * t * t * t), duration)
  }

  private init(_ start: State, _ c3: Double, _ c4: Double, _ c5: Double, _ duration: Double) {
    self.start = start
    self.c3 = c3
    self.c4 = c4
    self.c5 = c5
    self.duration = duration
    let t = duration
    end = State(
      start.position + t
        * (start.speed + t * (0.5 * start.acceleration + t * (c3 + t * (c4 + t * c5)))),
      speed: start.speed + t * (start.acceleration + t * (3 * c3 + t * (4 * c4 + t * 5 * c5))))
  }

  /// Where it is, how fast and how accelerated.
  @inlinable
  public func state(at t: Double) -> State {
    if t >= duration {
      return State(end.position + end.speed * (t - duration), speed: end.speed)
    }
    let a = start.acceleration
    return State(
      start.position + t * (start.speed + t * (0.5 * a + t * (c3 + t * (c4 + t * c5)))),
      speed: start.speed + t * (a + t * (3 * c3 + t * (4 * c4 + t * 5 * c5))),
      acceleration: a + t * (6 * c3 + t * (12 * c4 + t * 20 * c5)))
  }

  /// The integral of the squared third derivative, which the polynomial makes least.
  public var jerkCost: Double {
    // j(t) = a + b t + c t^2.
    let a = 6 * c3
    let b = 24 * c4
    let c = 60 * c5
    let t = duration
    return t
      * (a * a + t * (a * b + t * ((b * b + 2 * a * c) / 3 + t * (b * c / 2 + t * c * c / 5))))
  }
}
