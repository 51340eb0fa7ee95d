import SimGeometry
import SimWorld

extension SurroundingAgents {
  /// How long before a collision it is looked for who came into whose way, seconds.
  public static let blameSeconds = 1.0
  /// Braking harder than this is not to be asked of somebody whose way is cut off, m/s^2.
  public static let blameDeceleration = 3.4

  /// The same collisions, but an ego that stands is to blame if it had just come into the way of
  /// who runs into it, so near that this one would have had to brake harder than
  /// `blameDeceleration` from then on.
  ///
  /// (By nuPlan's rule who stands is never to blame.)
  public func blamingCutIns(_ collisions: [Collision], of motion: EgoMotion) -> [Collision] {
    guard collisions.contains(where: { $0.kind == .stoppedEgo }) else { return collisions }
    let step = motion.meanStepMicroseconds / 1_000_000
    guard step > 0 else { return collisions }
    let ticks = Int((SurroundingAgents.blameSeconds / step).rounded())
    return collisions.map { collision in
      guard collision.kind == .stoppedEgo, !classes[collision.agent].isObject,
        let needed = brakingForced(on: collision.agent, by: motion, before: collision.tick, ticks),
        needed > SurroundingAgents.blameDeceleration
      else { return collision }
      var blamed = collision
      blamed.isAtFault = true
      return blamed
    }
  }

  /// What braking the ego asked of another one when it last came into its way, m/s^2; nil if it did
  /// not in some ticks before one.
  ///
  /// It has come into it if it would not be in it where it was a tick before: who turns towards a
  /// standing ego, or appears behind it, has nobody come into its way.
  private func brakingForced(
    on row: Int, by motion: EgoMotion, before tick: Int, _ ticks: Int
  ) -> Double? {
    for then in stride(from: tick, to: max(tick - ticks, 0), by: -1) {
      guard isPresent(row, then), isPresent(row, then - 1) else { return nil }
      let other = box(then, row)
      guard let now = SurroundingAgents.gap(from: other, to: motion.boxes[then]),
        SurroundingAgents.gap(from: other, to: motion.boxes[then - 1]) == nil
      else { continue }
      let along = motion.signedSpeed(then) * motion.boxes[then].direction.dot(other.direction)
      let closing = speed(then, row) - along
      return closing > 0 ? closing * closing / (2 * max(now, 0.01)) : 0
    }
    return nil
  }

  private func isPresent(_ row: Int, _ tick: Int) -> Bool {
    history.present[history.slot(tick, row)] != 0
  }

  /// From the front of a box to the ego's, if some of that is straight ahead of it, metres; nil if
  /// the ego is not in its way.
  private static func gap(from other: OrientedBox, to ego: OrientedBox) -> Double? {
    var ahead = (least: Double.infinity, greatest: -Double.infinity)
    var left = (least: Double.infinity, greatest: -Double.infinity)
    for corner in ego.cornerArray {
      let offset = corner - other.centre
      let x = offset.dot(other.direction)
      let y = offset.dot(other.direction.left)
      ahead = (min(ahead.least, x), max(ahead.greatest, x))
      left = (min(left.least, y), max(left.greatest, y))
    }
    guard left.least < other.halfWidth, left.greatest > -other.halfWidth,
      ahead.greatest > other.halfLength
    else { return nil }
    return max(ahead.least - other.halfLength, 0)
  }
}
