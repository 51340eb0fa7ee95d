/// A point or a displacement in the plane, metres; x forward (or east), y left (or north).
@frozen
public struct Vector2: Hashable, Sendable {
  /// Forward or east, metres.
  public var x: Double
  /// Left or north, metres.
  public var y: Double

  /// A vector of two coordinates, metres.
  @inlinable
  public init(_ x: Double, _ y: Double) {
    self.x = x
    self.y = y
  }

  /// The origin, or no displacement.
  public static let zero = Vector2(0, 0)

  /// The sum by coordinates.
  @inlinable public static func + (a: Vector2, b: Vector2) -> Vector2 {
    Vector2(a.x + b.x, a.y + b.y)
  }
  /// The difference by coordinates: the way from `b` to `a`.
  @inlinable public static func - (a: Vector2, b: Vector2) -> Vector2 {
    Vector2(a.x - b.x, a.y - b.y)
  }
  /// The vector that points the other way.
  @inlinable public static prefix func - (a: Vector2) -> Vector2 { Vector2(-a.x, -a.y) }
  /// The vector with both coordinates times `k`.
  @inlinable public static func * (a: Vector2, k: Double) -> Vector2 { Vector2(a.x * k, a.y * k) }
  /// The vector with both coordinates times `k`.
  @inlinable public static func * (k: Double, a: Vector2) -> Vector2 { Vector2(a.x * k, a.y * k) }
  /// The vector with both coordinates divided by `k`; not finite for 0.
  @inlinable public static func / (a: Vector2, k: Double) -> Vector2 { Vector2(a.x / k, a.y / k) }
  /// Adds a vector by coordinates.
  @inlinable public static func += (a: inout Vector2, b: Vector2) { a = a + b }
  /// Subtracts a vector by coordinates.
  @inlinable public static func -= (a: inout Vector2, b: Vector2) { a = a - b }

  /// Scalar product.
  @inlinable public func dot(_ b: Vector2) -> Double { x * b.x + y * b.y }

  /// z component of the cross product; positive if `b` lies counter-clockwise of this vector.
  @inlinable public func cross(_ b: Vector2) -> Double { x * b.y - y * b.x }

  /// Length, metres.
  @inlinable public var length: Double { (x * x + y * y).squareRoot() }

  /// Square of the length.
  @inlinable public var lengthSquared: Double { x * x + y * y }

  /// This vector turned a quarter turn counter-clockwise (its left normal).
  @inlinable public var left: Vector2 { Vector2(-y, x) }

  /// This vector turned by counter-clockwise quarter turns, exactly.
  @inlinable public func turned(quarterTurns: Int) -> Vector2 {
    switch quarterTurns & 3 {
    case 0: self
    case 1: left
    case 2: -self
    default: Vector2(y, -x)
    }
  }

  /// Distance to another point, metres.
  @inlinable public func distance(to b: Vector2) -> Double { (b - self).length }

  /// This vector scaled to length 1; zero stays zero.
  @inlinable public var normalized: Vector2 {
    let l = length
    return l > 0 ? self / l : .zero
  }

  /// Both coordinates are finite.
  @inlinable public var isFinite: Bool { x.isFinite && y.isFinite }
}
