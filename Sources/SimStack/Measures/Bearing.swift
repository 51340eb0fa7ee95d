import SimCore
public import SimGeometry

/// Where something lies as seen along a heading: nuPlan's three sectors.
@frozen
public enum Bearing: Hashable, Sendable {
  /// Less than 30 degrees off the heading.
  case ahead
  /// From 30 to 150 degrees off the heading, to either side.
  case lateral
  /// More than 150 degrees off the heading.
  case behind

  /// The sector that holds `target` as seen from `origin`; a target at the origin is lateral.
  ///
  /// - Parameter direction: unit vector of the heading.
  @inlinable
  public init(of target: Vector2, from origin: Vector2, along direction: Vector2) {
    let offset = target - origin
    let along = offset.dot(direction)
    let limit = 0.866_025_403_784_438_6 * offset.length  // cos 30 degrees
    self = along > limit ? .ahead : along < -limit ? .behind : .lateral
  }

  /// How the sector is found.
  @frozen
  public enum Rule: Hashable, Sendable {
    /// By the exact angle.
    case exact
    /// As nuPlan computes it: where the cosine of the angle comes out a rounding error beyond 1,
    /// its arc cosine is no number and the target counts as neither ahead nor behind. That happens
    /// now and then to targets dead ahead or dead astern.
    case nuPlan
  }

  /// The sector that holds `target` as seen from `origin`, by either rule.
  ///
  /// - Parameters:
  ///   - heading: rad.
  ///   - direction: unit vector of the heading.
  @inlinable
  public init(
    of target: Vector2, from origin: Vector2, heading: Double, along direction: Vector2,
    by rule: Rule
  ) {
    self.init(of: target, from: origin, along: direction)
    if rule == .nuPlan && self != .lateral {
      let offset = target - origin
      // Far from dead ahead nothing can come out beyond 1.
      let aside = direction.cross(offset).magnitude
      if aside < 1e-6 * offset.length && Bearing.isBeyondOne(offset, heading) { self = .lateral }
    }
  }

  /// The cosine of the angle between an offset and a heading comes out beyond 1, in the order of
  /// operations of NumPy and with angle functions as good as the system library's.
  @usableFromInline
  static func isBeyondOne(_ offset: Vector2, _ heading: Double) -> Bool {
    let (sin, cos) = ExactMath.sinCosRounded(heading)
    return Vector2(cos, sin).dot(offset / offset.length).magnitude > 1
  }

  /// The angle between a heading and the line from `origin` to `target`, rad, in [0, pi]; 0 for a
  /// target at the origin.
  public static func angle(
    of target: Vector2, from origin: Vector2, along direction: Vector2
  ) -> Double {
    let offset = target - origin
    return ExactMath.atan2(direction.cross(offset).magnitude, direction.dot(offset))
  }
}
