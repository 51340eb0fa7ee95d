import SimCore
public import SimGeometry

/// Where something lies as seen along a heading: nuPlan's three sectors.
@frozen
public enum Bearing: Hashable, Sendable {
  /// Less than 30 degrees off the heading.
  case ahead
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

  /// The angle between a heading and the line from `origin` to `target`, rad, in [0, pi]; 0 for a
  /// target at the origin.
  public static func angle(
    of target: Vector2, from origin: Vector2, along direction: Vector2
  ) -> Double {
    let offset = target - origin
    return ExactMath.atan2(direction.cross(offset).magnitude, direction.dot(offset))
  }
}
