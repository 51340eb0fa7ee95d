public import SimGeometry
import SimWorld

/// How long until an ego and others touch if all keep heading and speed.
public struct TimeToCollision: Hashable, Sendable {
  /// How the motion ahead is looked at.
  public enum Method: Hashable, Sendable {
    /// nuPlan: at 0.1, 0.2 ... 2.9 s, everything moving forwards at the size of its speed.
    case sampled
    /// The exact first contact within the horizon, now included; what reverses moves backwards.
    case swept
  }

  /// How the motion ahead is looked at.
  public var method: Method
  /// How far to look ahead, seconds.
  public var horizon = 3.0
  /// Up to this speed the ego counts as standing and has no time to collision, m/s.
  public static let standstill = 0.005
  /// Time between samples, seconds.
  public static let sampleStep = 0.1

  /// The measure with a horizon of 3 s.
  public init(_ method: Method) { self.method = method }

  /// The first time at which two boxes that keep their headings touch, seconds; infinite if they
  /// do not within the horizon.
  ///
  /// - Parameters:
  ///   - velocity: of `box`, m/s, world frame.
  ///   - otherVelocity: of `other`.
  public func between(
    _ box: OrientedBox, moving velocity: Vector2, _ other: OrientedBox,
    moving otherVelocity: Vector2
  ) -> Double {
    switch method {
    case .swept:
      return box.sweptTimeToContact(
        other, velocity: velocity, otherVelocity: otherVelocity, horizon: horizon)
    case .sampled:
      // No sample can touch before the exact contact; a hair of width keeps rounding out of it.
      let contact = box.expanded(by: 1e-6).sweptTimeToContact(
        other, velocity: velocity, otherVelocity: otherVelocity, horizon: horizon)
      if contact == .infinity { return .infinity }
      let step = TimeToCollision.sampleStep
      let samples = Int(((horizon - step) / step).rounded(.up))
      var i = max(0, Int(contact / step) - 1)
      while i < samples {
        let time = step + Double(i) * step
        if box.translated(by: velocity * time).overlaps(other.translated(by: otherVelocity * time))
        {
          return time
        }
        i += 1
      }
      return .infinity
    }
  }
}

/// The time to collision of an ego at each tick, with whom.
public struct TimeToCollisionSeries: Sendable {
  /// Seconds; infinite where there is none, 0 where an at-fault collision begins.
  public var values: [Double]
  /// Row of the agent that would be hit first; -1 where there is none.
  public var agents: [Int32]
}

extension SurroundingAgents {
  /// The time to collision at each tick (nuPlan's choice of what is relevant).
  ///
  /// Relevant is what is ahead, and, while the ego is not within one lane or its rear axle is in a
  /// junction, whatever is not behind. What has collided is left out from that tick on; a tick in
  /// which an at-fault collision begins counts as 0.
  ///
  /// - Parameters:
  ///   - motion: the ego's drive.
  ///   - collisions: its collisions, by tick.
  ///   - isInLane: at each tick, all corners are in one lane or in connected ones.
  ///   - isInJunction: at each tick, the rear axle is in a junction.
  public func timeToCollision(
    of motion: EgoMotion, collisions: [Collision], isInLane: [Bool], isInJunction: [Bool],
    by measure: TimeToCollision
  ) -> TimeToCollisionSeries {
    let ticks = min(motion.count, history.ticks)
    var series = TimeToCollisionSeries(
      values: [Double](repeating: .infinity, count: ticks),
      agents: [Int32](repeating: -1, count: ticks))
    var collisionTick = [Int](repeating: .max, count: history.agents)
    for collision in collisions { collisionTick[collision.agent] = collision.tick }
    let egoRadius = 0.5 * Vector2(motion.vehicle.length, motion.vehicle.width).length
    let isSwept = measure.method == .swept

    withColumns { columns in
      for tick in 0..<ticks where motion.speeds[tick] > TimeToCollision.standstill {
        let box = motion.boxes[tick]
        let rearAxle = motion.states[tick].pose.position
        let velocity =
          box.direction * (isSwept ? motion.signedSpeed(tick) : motion.speeds[tick])
        let own = velocity.length
        let seesSides = !isInLane[tick] || isInJunction[tick]
        let base = history.slot(tick, 0)
        for row in 0..<history.agents {
          let slot = base + row
          if columns.present[slot] == 0 || row == ego || tick >= collisionTick[row] { continue }
          let centre = Vector2(columns.x[slot], columns.y[slot])
          let offset = centre - box.centre
          let signed = columns.isObject[row] ? 0 : columns.speed[slot]
          // Too far to meet even head on. (The margin keeps rounding out of it.)
          let most = (own + signed.magnitude) * measure.horizon + egoRadius + columns.radii[row]
          let beyond = (most + 0.1) * (1 + 1e-9)
          if offset.lengthSquared > beyond * beyond { continue }
          let distance = offset.length
          let speed = isSwept ? signed : signed.magnitude
          // The other one can close in at most at its speed: most pairs end here. The 0.1 m spare
          // the exact test the pairs that rounding could decide.
          let closing = max(velocity.dot(offset) + speed.magnitude * distance, 0)
          let gap = distance - egoRadius - columns.radii[row] - 0.1
          if gap * distance > closing * measure.horizon { continue }
          let bearing = Bearing(
            of: centre, from: rearAxle, heading: box.heading, along: box.direction, by: bearings)
          if bearing == .behind || (bearing == .lateral && !seesSides) { continue }
          let other = self.box(tick, row)
          let time = measure.between(
            box, moving: velocity, other, moving: other.direction * speed)
          if time < series.values[tick] {
            series.values[tick] = time
            series.agents[tick] = Int32(truncatingIfNeeded: row)
          }
        }
      }
    }
    for collision in collisions where collision.isAtFault && series.values[collision.tick] > 0 {
      series.values[collision.tick] = 0
      series.agents[collision.tick] = Int32(truncatingIfNeeded: collision.agent)
    }
    return series
  }

  /// What is read of every row at every tick, as buffers: four numbers a pair cost less than their
  /// bounds checks.
  private struct Columns {
    let present: UnsafeBufferPointer<UInt8>
    let x: UnsafeBufferPointer<Double>
    let y: UnsafeBufferPointer<Double>
    let speed: UnsafeBufferPointer<Double>
    /// By row.
    let isObject: UnsafeBufferPointer<Bool>
    let radii: UnsafeBufferPointer<Double>
  }

  private func withColumns(_ body: (Columns) -> Void) {
    let isObject = classes.map(\.isObject)
    history.present.withUnsafeBufferPointer { present in
      history.x.withUnsafeBufferPointer { x in
        history.y.withUnsafeBufferPointer { y in
          history.speed.withUnsafeBufferPointer { speed in
            isObject.withUnsafeBufferPointer { isObject in
              radii.withUnsafeBufferPointer { radii in
                body(
                  Columns(
                    present: present, x: x, y: y, speed: speed, isObject: isObject, radii: radii))
              }
            }
          }
        }
      }
    }
  }
}
