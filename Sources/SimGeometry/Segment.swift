/// A straight piece between two points, metres; it may be of length 0.
@frozen
public struct Segment: Hashable, Sendable {
  /// Where it begins, metres.
  public var start: Vector2
  /// Where it ends, metres; may equal `start`.
  public var end: Vector2

  /// The straight piece from one point to another.
  @inlinable
  public init(_ start: Vector2, _ end: Vector2) {
    self.start = start
    self.end = end
  }

  /// Length, metres.
  @inlinable public var length: Double { start.distance(to: end) }

  /// The smallest axis-aligned box around it.
  @inlinable public var boundingBox: BoundingBox {
    BoundingBox(
      min: Vector2(min(start.x, end.x), min(start.y, end.y)),
      max: Vector2(max(start.x, end.x), max(start.y, end.y)))
  }

  /// The point at a fraction of the way from start (0) to end (1); not clamped.
  @inlinable public func point(at fraction: Double) -> Vector2 { start + (end - start) * fraction }

  /// Fraction in [0, 1] of the point nearest to `p`; 0 if the segment has no length.
  @inlinable public func nearestFraction(to p: Vector2) -> Double {
    let along = end - start
    let square = along.lengthSquared
    if !(square > 0) { return 0 }
    return min(max((p - start).dot(along) / square, 0), 1)
  }

  /// The point of the segment nearest to `p`.
  @inlinable public func nearestPoint(to p: Vector2) -> Vector2 {
    point(at: nearestFraction(to: p))
  }

  /// Distance to a point, metres.
  @inlinable public func distance(to p: Vector2) -> Double { nearestPoint(to: p).distance(to: p) }

  /// Whether the point lies exactly on the segment, ends included.
  @inlinable public func contains(_ p: Vector2) -> Bool {
    boundingBox.contains(p) && Orientation.sign(start, end, p) == 0
  }

  /// Whether the segments share a point, decided exactly; touching and lying along count.
  @inlinable
  public func intersects(_ other: Segment) -> Bool {
    guard boundingBox.intersects(other.boundingBox) else { return false }
    let a = Orientation.sign(start, end, other.start)
    let b = Orientation.sign(start, end, other.end)
    if a * b > 0 { return false }
    let c = Orientation.sign(other.start, other.end, start)
    let d = Orientation.sign(other.start, other.end, end)
    if c * d > 0 { return false }
    // All four on one line: the boxes overlap, so the segments do. (A segment of length 0 gives
    // sign 0 for every point; then its own point decides through the other pair and the boxes.)
    return true
  }

  /// Where the segments cross, as fractions of both; nil if they do not or are parallel.
  @inlinable
  public func intersection(with other: Segment) -> (fraction: Double, otherFraction: Double)? {
    let r = end - start
    let q = other.end - other.start
    let denominator = r.cross(q)
    guard denominator != 0, intersects(other) else { return nil }
    let between = other.start - start
    // Rounding may lead a hair outside although the exact test says they meet.
    let t = min(max(between.cross(q) / denominator, 0), 1)
    let u = min(max(between.cross(r) / denominator, 0), 1)
    return (t, u)
  }

  /// Distance between the segments, metres; 0 if they meet.
  @inlinable
  public func distance(to other: Segment) -> Double {
    if intersects(other) { return 0 }
    return min(
      min(distance(to: other.start), distance(to: other.end)),
      min(other.distance(to: start), other.distance(to: end)))
  }
}
