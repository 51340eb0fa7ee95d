/// A rectangle in the plane about its geometric centre: the footprint of a vehicle or an object.
///
/// Metres and radians. The direction is cached, so that nothing here needs an angle function.
@frozen
public struct OrientedBox: Hashable, Sendable {
  /// Geometric centre.
  public var centre: Vector2
  /// Unit vector along the length: (cos heading, sin heading).
  public var direction: Vector2
  /// Heading of the length axis, radians counter-clockwise from +x.
  public var heading: Double
  /// Half of the extent along `direction`.
  public var halfLength: Double
  /// Half of the extent across `direction`.
  public var halfWidth: Double

  /// A box whose direction is known already; `direction` must be the unit vector of `heading`.
  @inlinable
  public init(
    centre: Vector2, heading: Double, direction: Vector2, length: Double, width: Double
  ) {
    self.centre = centre
    self.direction = direction
    self.heading = heading
    halfLength = length * 0.5
    halfWidth = width * 0.5
  }

  /// A box about a centre, metres and radians; works out the direction.
  @inlinable
  public init(centre: Vector2, heading: Double, length: Double, width: Double) {
    self.init(
      centre: centre, heading: heading,
      direction: Pose2(centre, heading: heading).direction, length: length, width: width)
  }

  /// A box whose geometric centre has the given pose.
  @inlinable
  public init(pose: Pose2, length: Double, width: Double) {
    self.init(centre: pose.position, heading: pose.heading, length: length, width: width)
  }

  /// Extent along the heading, metres.
  @inlinable public var length: Double { 2 * halfLength }
  /// Extent across the heading, metres.
  @inlinable public var width: Double { 2 * halfWidth }
  /// Area, square metres.
  @inlinable public var area: Double { length * width }
  /// Pose of the centre.
  @inlinable public var pose: Pose2 { Pose2(centre, heading: heading) }
  /// Half of the diagonal: radius of the circle around all corners.
  @inlinable public var radius: Double {
    (halfLength * halfLength + halfWidth * halfWidth).squareRoot()
  }

  // Corners, each from the centre by the two half axes.
  /// Corner ahead of the centre and to its left.
  @inlinable public var frontLeft: Vector2 {
    centre + direction * halfLength + direction.left * halfWidth
  }
  /// Corner behind the centre and to its left.
  @inlinable public var rearLeft: Vector2 {
    centre - direction * halfLength + direction.left * halfWidth
  }
  /// Corner behind the centre and to its right.
  @inlinable public var rearRight: Vector2 {
    centre - direction * halfLength - direction.left * halfWidth
  }
  /// Corner ahead of the centre and to its right.
  @inlinable public var frontRight: Vector2 {
    centre + direction * halfLength - direction.left * halfWidth
  }

  /// Corners in nuPlan's order: front-left, rear-left, rear-right, front-right (counter-clockwise).
  @inlinable public var corners: (Vector2, Vector2, Vector2, Vector2) {
    (frontLeft, rearLeft, rearRight, frontRight)
  }

  /// The corners as an array, same order; allocates.
  @inlinable public var cornerArray: [Vector2] { [frontLeft, rearLeft, rearRight, frontRight] }

  /// The front bumper, from the left corner to the right one.
  @inlinable public var frontSegment: Segment { Segment(frontLeft, frontRight) }

  /// Half of the extent along a unit vector: the projection of the box reaches this far from the
  /// projection of its centre on both sides.
  @inlinable public func halfExtent(along axis: Vector2) -> Double {
    halfLength * direction.dot(axis).magnitude + halfWidth * direction.cross(axis).magnitude
  }

  /// The smallest axis-aligned box around it.
  @inlinable public var boundingBox: BoundingBox {
    let reach = Vector2(
      halfLength * direction.x.magnitude + halfWidth * direction.y.magnitude,
      halfLength * direction.y.magnitude + halfWidth * direction.x.magnitude)
    return BoundingBox(min: centre - reach, max: centre + reach)
  }

  /// A point in the frame of the box: x ahead of the centre, y to its left.
  @inlinable public func local(_ p: Vector2) -> Vector2 {
    let d = p - centre
    return Vector2(d.dot(direction), direction.cross(d))
  }

  /// A point given in the frame of the box (x ahead, y left), in the frame of the plane.
  @inlinable public func global(_ p: Vector2) -> Vector2 {
    centre + direction * p.x + direction.left * p.y
  }

  /// The box displaced without turning.
  @inlinable public func translated(by displacement: Vector2) -> OrientedBox {
    var moved = self
    moved.centre += displacement
    return moved
  }

  /// The box with every side moved outwards (negative: inwards, down to nothing).
  @inlinable public func expanded(by margin: Double) -> OrientedBox {
    var grown = self
    grown.halfLength = max(0, halfLength + margin)
    grown.halfWidth = max(0, halfWidth + margin)
    return grown
  }
}
