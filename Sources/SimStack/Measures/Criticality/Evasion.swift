import SimCore
public import SimGeometry

/// How late an ego can still evade somebody: time to brake, to steer, to kick down and to react
/// (Hillenbrand 2006), by bisection on short roll-outs.
///
/// Both keep heading and speed until the manoeuvre begins, and the other one also thereafter.
/// A manoeuvre evades if there is no contact until it has come to its end.
public struct Evasion: Hashable, Sendable {
  /// What an ego can do.
  public enum Manoeuvre: Hashable, Sendable, CaseIterable {
    /// Full brake; full turn to either side at constant speed; full acceleration.
    case brake, steerLeft, steerRight, kickDown
  }

  /// Latest times of the manoeuvres, seconds; infinite if there is nothing to evade, minus
  /// infinity if it is too late already.
  public struct Times: Hashable, Sendable {
    /// TTB.
    public var brake = Double.infinity
    /// TTS: of the better side.
    public var steer = Double.infinity
    /// TTK.
    public var kickDown = Double.infinity

    /// Nothing to evade.
    public init() {}

    /// TTR: the latest of the three.
    public var react: Double { max(brake, steer, kickDown) }
  }

  /// Deceleration of the brake, m/s^2.
  public var braking = ThreatMeasures.fullBraking
  /// Lateral acceleration of the turn, m/s^2.
  public var lateralAcceleration = ThreatMeasures.fullLateralAcceleration
  /// The tightest turn, 1/m.
  public var mostCurvature = 0.2
  /// Acceleration of the kick-down, m/s^2.
  public var acceleration = 4.0
  /// Where the kick-down ends, m/s.
  public var mostSpeed = 50.0
  /// Turns and kick-downs must hold until this long after the contact that they evade, seconds.
  public var extraTime = 2.0

  /// Length of a piece of a roll-out, in which the motion is taken as straight, seconds.
  static let step = 0.1
  /// Halvings of the time to the contact.
  static let halvings = 12

  /// A dry road and a passenger car.
  public init() {}

  /// One pair: ego and other, with their velocities.
  public struct Pair: Sendable {
    /// Box of the ego.
    public var box: OrientedBox
    /// Along its heading, m/s.
    public var speed: Double
    /// Box of the other one.
    public var other: OrientedBox
    /// Of the other one, m/s, world frame.
    public var otherVelocity: Vector2

    /// A pair; m/s.
    public init(box: OrientedBox, speed: Double, other: OrientedBox, otherVelocity: Vector2) {
      self.box = box
      self.speed = speed
      self.other = other
      self.otherVelocity = otherVelocity
    }
  }

  /// Latest times of all manoeuvres.
  ///
  /// - Parameter contact: when the pair touches if nobody does anything, seconds.
  public func times(_ pair: Pair, contact: Double) -> Times {
    var times = Times()
    if contact == .infinity { return times }
    times.brake = latest(.brake, pair, contact: contact)
    times.steer = max(
      latest(.steerLeft, pair, contact: contact), latest(.steerRight, pair, contact: contact))
    times.kickDown = latest(.kickDown, pair, contact: contact)
    return times
  }

  /// The latest time at which a manoeuvre evades, seconds; minus infinity if it does not now.
  public func latest(_ manoeuvre: Manoeuvre, _ pair: Pair, contact: Double) -> Double {
    if contact == .infinity { return .infinity }
    guard contact > 0, evades(manoeuvre, pair, after: 0, contact: contact) else {
      return -.infinity
    }
    var low = 0.0
    var high = contact
    for _ in 0..<Evasion.halvings {
      let middle = 0.5 * (low + high)
      if evades(manoeuvre, pair, after: middle, contact: contact) {
        low = middle
      } else {
        high = middle
      }
    }
    return low
  }

  /// Whether a manoeuvre that begins after some time evades the contact.
  func evades(
    _ manoeuvre: Manoeuvre, _ pair: Pair, after start: Double, contact: Double
  ) -> Bool {
    var box = pair.box.translated(by: pair.box.direction * (pair.speed * start))
    var other = pair.other.translated(by: pair.otherVelocity * start)
    var speed = pair.speed
    let end: Double
    var rate = 0.0
    var turn = (sin: 0.0, cos: 1.0)
    switch manoeuvre {
    case .brake:
      end = start + speed.magnitude / braking
      rate = speed < 0 ? braking : -braking
    case .kickDown:
      end = contact + extraTime
      rate = acceleration
    case .steerLeft, .steerRight:
      end = contact + extraTime
      let curvature = min(
        mostCurvature, speed == 0 ? 0 : lateralAcceleration / (speed * speed))
      let sign: Double = manoeuvre == .steerLeft ? 1 : -1
      turn = ExactMath.sinCos(sign * curvature * speed * Evasion.step)
    }
    let reach = box.radius + other.radius
    var time = start
    while time < end {
      let length = min(Evasion.step, end - time)
      var next = speed + rate * length
      if manoeuvre == .kickDown { next = min(next, max(mostSpeed, speed)) }
      // Turns: the chord lies half way between the headings before and after.
      var direction = box.direction
      if turn.sin != 0 {
        let after = Evasion.turned(direction, turn)
        let middle = (direction + after).normalized
        box.direction = middle
        direction = after
      }
      let velocity = box.direction * (0.5 * (speed + next))
      let offset = other.centre - box.centre
      let most = reach + (velocity.length + pair.otherVelocity.length) * length
      if offset.lengthSquared <= most * most {
        let touch = box.sweptTimeToContact(
          other, velocity: velocity, otherVelocity: pair.otherVelocity, horizon: length)
        if touch <= length { return false }
      }
      box.centre += velocity * length
      other.centre += pair.otherVelocity * length
      box.direction = direction
      speed = next
      time += length
    }
    return true
  }

  private static func turned(_ v: Vector2, _ turn: (sin: Double, cos: Double)) -> Vector2 {
    Vector2(v.x * turn.cos - v.y * turn.sin, v.x * turn.sin + v.y * turn.cos)
  }
}
