/// An axis-aligned rectangle, metres; `empty` (the union of nothing) has `lower` above `upper`.
@frozen
public struct BoundingBox: Hashable, Sendable {
  /// Corner with the least x and y.
  public var lower: Vector2
  /// Corner with the greatest x and y.
  public var upper: Vector2

  @inlinable
  public init(lower: Vector2, upper: Vector2) {
    self.lower = lower
    self.upper = upper
  }

  /// The smallest box around some points; `empty` if there are none.
  @inlinable
  public init(around points: some Sequence<Vector2>) {
    self = .empty
    for p in points { formUnion(p) }
  }

  /// The square of the given half side around a point.
  @inlinable
  public init(centre: Vector2, halfSide: Double) {
    let h = Vector2(halfSide, halfSide)
    self.init(lower: centre - h, upper: centre + h)
  }

  /// The box that holds no point and changes nothing in a union.
  public static let empty = BoundingBox(
    lower: Vector2(.infinity, .infinity), upper: Vector2(-.infinity, -.infinity))

  /// Whether it holds no point.
  @inlinable public var isEmpty: Bool { !(lower.x <= upper.x && lower.y <= upper.y) }
  /// Middle of the box.
  @inlinable public var centre: Vector2 { (lower + upper) * 0.5 }
  /// Extent along x.
  @inlinable public var width: Double { upper.x - lower.x }
  /// Extent along y.
  @inlinable public var height: Double { upper.y - lower.y }

  /// Whether the point is inside or on the border.
  @inlinable public func contains(_ p: Vector2) -> Bool {
    p.x >= lower.x && p.x <= upper.x && p.y >= lower.y && p.y <= upper.y
  }

  /// Whether the boxes share a point; touching counts.
  @inlinable public func intersects(_ b: BoundingBox) -> Bool {
    lower.x <= b.upper.x && b.lower.x <= upper.x && lower.y <= b.upper.y && b.lower.y <= upper.y
  }

  /// Grows to hold a point.
  @inlinable public mutating func formUnion(_ p: Vector2) {
    lower = Vector2(Swift.min(lower.x, p.x), Swift.min(lower.y, p.y))
    upper = Vector2(Swift.max(upper.x, p.x), Swift.max(upper.y, p.y))
  }

  /// The smallest box that holds both.
  @inlinable public func union(_ b: BoundingBox) -> BoundingBox {
    BoundingBox(
      lower: Vector2(Swift.min(lower.x, b.lower.x), Swift.min(lower.y, b.lower.y)),
      upper: Vector2(Swift.max(upper.x, b.upper.x), Swift.max(upper.y, b.upper.y)))
  }

  /// The common part; `empty` in sense (see `isEmpty`) if there is none.
  @inlinable public func intersection(_ b: BoundingBox) -> BoundingBox {
    BoundingBox(
      lower: Vector2(Swift.max(lower.x, b.lower.x), Swift.max(lower.y, b.lower.y)),
      upper: Vector2(Swift.min(upper.x, b.upper.x), Swift.min(upper.y, b.upper.y)))
  }

  /// This box with every side moved outwards.
  @inlinable public func expanded(by margin: Double) -> BoundingBox {
    let m = Vector2(margin, margin)
    return BoundingBox(lower: lower - m, upper: upper + m)
  }

  /// Square of the distance to a point; 0 inside.
  @inlinable public func distanceSquared(to p: Vector2) -> Double {
    let dx = Swift.max(Swift.max(lower.x - p.x, p.x - upper.x), 0)
    let dy = Swift.max(Swift.max(lower.y - p.y, p.y - upper.y), 0)
    return dx * dx + dy * dy
  }

  /// Distance to a point, metres; 0 inside.
  @inlinable public func distance(to p: Vector2) -> Double { distanceSquared(to: p).squareRoot() }
}
