import SimCore
public import SimGeometry
public import SimWorld

/// The others around an ego over the ticks of an episode: what collision and TTC measures look at.
public struct SurroundingAgents: Sendable {
  /// State of all agents over the episode.
  public let history: AgentHistory
  /// What kind of thing each is, by row.
  public let classes: [AgentClass]
  /// Boxes along the heading, metres, by row.
  public let lengths: [Double]
  /// Boxes across the heading, metres, by row.
  public let widths: [Double]
  /// Row of the ego itself, which is left out; -1 if it has none.
  public let ego: Int
  /// How it is told what is ahead and what behind.
  public let bearings: Bearing.Rule
  /// Half diagonal of each box, metres.
  @usableFromInline let radii: [Double]

  /// The rows of a history but for the ego's.
  ///
  /// - Precondition: there is one class, length and width for each row.
  public init(
    history: AgentHistory, classes: [AgentClass], lengths: [Double], widths: [Double], ego: Int,
    bearings: Bearing.Rule = .exact
  ) {
    precondition(
      classes.count == history.agents && lengths.count == history.agents
        && widths.count == history.agents, "one entry a row")
    self.history = history
    self.classes = classes
    self.lengths = lengths
    self.widths = widths
    self.ego = ego
    self.bearings = bearings
    radii = zip(lengths, widths).map { 0.5 * Vector2($0, $1).length }
  }

  /// Box of a row at a tick.
  @inlinable
  public func box(_ tick: Int, _ row: Int) -> OrientedBox {
    let slot = history.slot(tick, row)
    return OrientedBox(
      pose: Pose2(x: history.x[slot], y: history.y[slot], heading: history.heading[slot]),
      length: lengths[row], width: widths[row])
  }

  /// Signed speed of a row at a tick, m/s; objects stand.
  @inlinable
  public func speed(_ tick: Int, _ row: Int) -> Double {
    classes[row].isObject ? 0 : history.speed[history.slot(tick, row)]
  }

  /// The first contact of the ego with every other agent, by tick and row.
  ///
  /// - Parameters:
  ///   - motion: the ego's drive.
  ///   - isInLane: at each tick, all corners are in one lane or in connected ones.
  public func collisions(with motion: EgoMotion, isInLane: [Bool]) -> [Collision] {
    var found: [Collision] = []
    var hasCollided = [Bool](repeating: false, count: history.agents)
    let egoRadius = 0.5 * Vector2(motion.vehicle.length, motion.vehicle.width).length
    let ticks = min(motion.count, history.ticks)
    let squares = radii.map { (egoRadius + $0) * (egoRadius + $0) }
    history.x.withUnsafeBufferPointer { x in
      history.y.withUnsafeBufferPointer { y in
        for tick in 0..<ticks {
          let centre = motion.boxes[tick].centre
          let base = history.slot(tick, 0)
          for (row, square) in squares.enumerated() {
            let dx = x[base + row] - centre.x
            let dy = y[base + row] - centre.y
            if dx * dx + dy * dy > square { continue }
            if row == ego || hasCollided[row] || history.present[base + row] == 0 { continue }
            let box = box(tick, row)
            guard motion.boxes[tick].overlaps(box) else { continue }
            hasCollided[row] = true
            found.append(collision(tick, row, box, motion, isInLane: isInLane[tick]))
          }
        }
      }
    }
    return found
  }

  /// Nearer to the moment of contact than this share of a tick nothing is looked for: 2^-12.
  private static let halvings = 12
  /// What counts as touching the bumper at that moment, metres.
  private static let touch = 0.02

  /// Between this tick and the one before, the ego's front side was the first to be touched.
  private func metAtFront(
    _ tick: Int, _ row: Int, _ box: OrientedBox, _ motion: EgoMotion
  ) -> Bool {
    guard tick > 0, history.present[history.slot(tick - 1, row)] != 0 else { return false }
    let before = (ego: motion.boxes[tick - 1], other: self.box(tick - 1, row))
    let now = (ego: motion.boxes[tick], other: box)
    var apart = 0.0
    var together = 1.0
    for _ in 0..<SurroundingAgents.halvings {
      let middle = 0.5 * (apart + together)
      let ego = SurroundingAgents.between(before.ego, now.ego, middle)
      let other = SurroundingAgents.between(before.other, now.other, middle)
      if ego.overlaps(other) { together = middle } else { apart = middle }
    }
    let ego = SurroundingAgents.between(before.ego, now.ego, together)
    let other = SurroundingAgents.between(before.other, now.other, together)
    return other.expanded(by: SurroundingAgents.touch).intersects(ego.frontSegment)
  }

  /// A box on its way from one place to another, at a share of the way.
  private static func between(_ a: OrientedBox, _ b: OrientedBox, _ share: Double) -> OrientedBox {
    let turn = ExactMath.wrapAngle(b.heading - a.heading)
    return OrientedBox(
      centre: a.centre + (b.centre - a.centre) * share, heading: a.heading + turn * share,
      length: 2 * a.halfLength, width: 2 * a.halfWidth)
  }

  private func collision(
    _ tick: Int, _ row: Int, _ box: OrientedBox, _ motion: EgoMotion, isInLane: Bool
  ) -> Collision {
    let state = motion.states[tick]
    let ego = motion.boxes[tick]
    let speed = speed(tick, row)
    let bearing = Bearing(
      of: box.centre, from: state.pose.position, heading: ego.heading, along: ego.direction,
      by: bearings)
    var kind = CollisionKind(
      ego: ego, egoSpeed: motion.speeds[tick], other: box, bearing: bearing,
      otherClass: classes[row], otherSpeed: speed)
    // Within a tick a fast bumper is past a walker: what counts is where the two met.
    if kind == .activeLateral, bearings == .exact, metAtFront(tick, row, box, motion) {
      kind = .activeFront
    }
    return Collision(
      tick: tick, agent: row, kind: kind, isAtFault: kind.isAtFault(isInLane: isInLane),
      deltaV: Collision.deltaV(
        speed: motion.speeds[tick], otherSpeed: speed.magnitude,
        headingDifference: state.pose.heading - box.heading),
      bearing: Bearing.angle(
        of: box.centre, from: state.pose.position, along: ego.direction),
      responsibility: Collision.responsibility(
        of: ego, moving: ego.direction * motion.signedSpeed(tick), towards: box,
        moving: box.direction * speed))
  }
}
