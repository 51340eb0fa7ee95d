/// An axis-aligned rectangle, metres; `empty` (the union of nothing) has `min` above `max`.
@frozen
public struct BoundingBox: Hashable, Sendable {
  /// Corner with the least x and y.
  public var min: Vector2
  /// Corner with the greatest x and y.
  public var max: Vector2

  /// The box between two corners; empty if `min` is above `max`.
  @inlinable
  public init(min: Vector2, max: Vector2) {
    self.min = min
    self.max = max
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
    self.init(min: centre - h, max: centre + h)
  }

  /// The box that holds no point and changes nothing in a union.
  public static let empty = BoundingBox(
    min: Vector2(.infinity, .infinity), max: Vector2(-.infinity, -.infinity))

  /// Whether it holds no point.
  @inlinable public var isEmpty: Bool { !(min.x <= max.x && min.y <= max.y) }
  /// Middle of the box.
  @inlinable public var centre: Vector2 { (min + max) * 0.5 }
  /// Extent along x.
  @inlinable public var width: Double { max.x - min.x }
  /// Extent along y.
  @inlinable public var height: Double { max.y - min.y }

  /// Whether the point is inside or on the border.
  @inlinable public func contains(_ p: Vector2) -> Bool {
    p.x >= min.x && p.x <= max.x && p.y >= min.y && p.y <= max.y
  }

  /// Whether the boxes share a point; touching counts.
  @inlinable public func intersects(_ b: BoundingBox) -> Bool {
    min.x <= b.max.x && b.min.x <= max.x && min.y <= b.max.y && b.min.y <= max.y
  }

  /// Grows to hold a point.
  @inlinable public mutating func formUnion(_ p: Vector2) {
    min = Vector2(Swift.min(min.x, p.x), Swift.min(min.y, p.y))
    max = Vector2(Swift.max(max.x, p.x), Swift.max(max.y, p.y))
  }

  /// The smallest box that holds both.
  @inlinable public func union(_ b: BoundingBox) -> BoundingBox {
    BoundingBox(
      min: Vector2(Swift.min(min.x, b.min.x), Swift.min(min.y, b.min.y)),
      max: Vector2(Swift.max(max.x, b.max.x), Swift.max(max.y, b.max.y)))
  }

  /// The common part; `empty` in sense (see `isEmpty`) if there is none.
  @inlinable public func intersection(_ b: BoundingBox) -> BoundingBox {
    BoundingBox(
      min: Vector2(Swift.max(min.x, b.min.x), Swift.max(min.y, b.min.y)),
      max: Vector2(Swift.min(max.x, b.max.x), Swift.min(max.y, b.max.y)))
  }

  /// This box with every side moved outwards.
  @inlinable public func expanded(by margin: Double) -> BoundingBox {
    let m = Vector2(margin, margin)
    return BoundingBox(min: min - m, max: max + m)
  }

  /// Square of the distance to a point; 0 inside.
  @inlinable public func distanceSquared(to p: Vector2) -> Double {
    let dx = Swift.max(Swift.max(min.x - p.x, p.x - max.x), 0)
    let dy = Swift.max(Swift.max(min.y - p.y, p.y - max.y), 0)
    return dx * dx + dy * dy
  }

  /// Distance to a point, metres; 0 inside.
  @inlinable public func distance(to p: Vector2) -> Double { distanceSquared(to: p).squareRoot() }
}
