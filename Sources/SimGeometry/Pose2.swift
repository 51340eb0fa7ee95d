public import SimCore

/// A position and a heading in the plane: metres and radians, counter-clockwise from +x.
@frozen
public struct Pose2: Hashable, Sendable {
  /// Position, metres.
  public var position: Vector2
  /// Heading, radians counter-clockwise from +x; not wrapped.
  public var heading: Double

  /// A pose at a point, metres and radians.
  @inlinable
  public init(_ position: Vector2, heading: Double) {
    self.position = position
    self.heading = heading
  }

  /// A pose of three numbers: metres, metres, radians.
  @inlinable
  public init(x: Double, y: Double, heading: Double) {
    self.init(Vector2(x, y), heading: heading)
  }

  /// x of the position, metres.
  @inlinable public var x: Double { position.x }
  /// y of the position, metres.
  @inlinable public var y: Double { position.y }

  /// Unit vector along the heading.
  @inlinable public var direction: Vector2 {
    let (sine, cosine) = ExactMath.sinCos(heading)
    return Vector2(cosine, sine)
  }

  /// The pose a distance ahead (negative: behind) along the heading.
  @inlinable public func advanced(by distance: Double) -> Pose2 {
    Pose2(position + direction * distance, heading: heading)
  }
}
