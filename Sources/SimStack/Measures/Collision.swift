import SimCore
public import SimGeometry
public import SimWorld

/// How an ego collided, by nuPlan's classes.
public enum CollisionKind: String, Hashable, Sendable, CaseIterable {
  /// The ego stood.
  case stoppedEgo = "stopped_ego"
  /// The other one stood, or is an object.
  case stoppedTrack = "stopped_track"
  /// The other one came from behind.
  case activeRear = "active_rear"
  /// The ego's front bumper hit.
  case activeFront = "active_front"
  /// Anything else: side to side.
  case activeLateral = "active_lateral"

  /// Up to this speed a collision partner counts as standing, m/s.
  public static let standstill = 0.05

  /// The class of a collision between an ego and something else.
  ///
  /// - Parameters:
  ///   - ego: box of the ego; its front side is the bumper.
  ///   - egoSpeed: m/s.
  ///   - other: box of the other one.
  ///   - bearing: of the other one's centre from the ego's rear axle.
  ///   - otherClass: what it is; objects count as standing.
  ///   - otherSpeed: m/s; its sign does not matter.
  public init(
    ego: OrientedBox, egoSpeed: Double, other: OrientedBox, bearing: Bearing,
    otherClass: AgentClass, otherSpeed: Double
  ) {
    if egoSpeed <= CollisionKind.standstill {
      self = .stoppedEgo
    } else if otherClass.isObject || otherSpeed.magnitude <= CollisionKind.standstill {
      self = .stoppedTrack
    } else if bearing == .behind {
      self = .activeRear
    } else if other.intersects(ego.frontSegment) {
      self = .activeFront
    } else {
      self = .activeLateral
    }
  }

  /// Whether the ego is to blame (nuPlan): it ran into something, or moved sideways into
  /// something while it was not within one lane.
  ///
  /// - Parameter isInLane: all corners are in one lane or in connected ones.
  public func isAtFault(isInLane: Bool) -> Bool {
    switch self {
    case .stoppedTrack, .activeFront: true
    case .activeLateral: !isInLane
    case .stoppedEgo, .activeRear: false
    }
  }
}

/// The first contact of an ego with one other agent.
public struct Collision: Hashable, Sendable {
  /// First tick in which the boxes overlap.
  public var tick: Int
  /// Row of the other agent.
  public var agent: Int
  /// How they met.
  public var kind: CollisionKind
  /// Whether the ego is to blame, by nuPlan's rule.
  public var isAtFault: Bool
  /// Change of the ego's velocity if both were of equal mass and stuck together, m/s.
  public var deltaV: Double
  /// Unsigned angle between the ego's heading and the line from its rear axle to the other's
  /// centre, rad.
  public var bearing: Double
  /// The ego's share of the speed at which the two came together across the surface of contact:
  /// 1 if the ego alone closed in, 0 if the other one did, 1/2 if neither did.
  public var responsibility: Double

  /// A collision; angles in rad, speeds in m/s.
  public init(
    tick: Int, agent: Int, kind: CollisionKind, isAtFault: Bool, deltaV: Double, bearing: Double,
    responsibility: Double
  ) {
    self.tick = tick
    self.agent = agent
    self.kind = kind
    self.isAtFault = isAtFault
    self.deltaV = deltaV
    self.bearing = bearing
    self.responsibility = responsibility
  }

  /// Change of velocity of a body that sticks to another one of the same mass, m/s: half their
  /// relative speed.
  ///
  /// - Parameters:
  ///   - speed: along the heading, of the one; m/s.
  ///   - otherSpeed: of the other one.
  ///   - headingDifference: between the two, rad.
  public static func deltaV(
    speed: Double, otherSpeed: Double, headingDifference: Double
  ) -> Double {
    let square =
      speed * speed + otherSpeed * otherSpeed
      - 2 * speed * otherSpeed * ExactMath.cos(headingDifference)
    return 0.5 * max(square, 0).squareRoot()
  }

  /// Who closed in: share of `velocity` in the closing speed of two overlapping boxes along the
  /// normal of their contact, in [0, 1]. The normal is the axis of least penetration.
  public static func responsibility(
    of box: OrientedBox, moving velocity: Vector2, towards other: OrientedBox,
    moving otherVelocity: Vector2
  ) -> Double {
    let offset = other.centre - box.centre
    var normal = Vector2.zero
    var least = Double.infinity
    for axis in [
      box.direction, box.direction.left, other.direction, other.direction.left,
    ] {
      let along = offset.dot(axis)
      let depth = box.halfExtent(along: axis) + other.halfExtent(along: axis) - along.magnitude
      if depth < least {
        least = depth
        normal = along < 0 ? -axis : axis
      }
    }
    let own = max(velocity.dot(normal), 0)
    let others = max(-otherVelocity.dot(normal), 0)
    return own + others > 0 ? own / (own + others) : 0.5
  }
}
