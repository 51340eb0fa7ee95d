import SimCore

/// A simple polygon, closed implicitly: the last vertex is joined to the first one. Metres.
///
/// Vertices may run either way round. Those equal to the one before them (the closing repeat of
/// other formats too) are dropped. A polygon of fewer than three vertices has no inside. A
/// boundary that crosses itself is not checked for here (see `isSimple`); inside then means inside
/// by the even-odd rule.
public struct Polygon: Hashable, Sendable {
  /// Vertices in the order given.
  public let vertices: [Vector2]
  /// The smallest axis-aligned box around it; `BoundingBox.empty` without vertices.
  public let boundingBox: BoundingBox

  /// The polygon through some points, metres; a point equal to the one before it is dropped.
  public init(_ vertices: [Vector2]) {
    let kept = Polygon.isDistinct(vertices) ? vertices : Polygon.cleaned(vertices)
    self.vertices = kept
    boundingBox = kept.withUnsafeBufferPointer { BoundingBox(around: $0) }
  }

  /// A polygon of vertices that are known to be distinct.
  private init(distinct vertices: [Vector2], _ boundingBox: BoundingBox) {
    self.vertices = vertices
    self.boundingBox = boundingBox
  }

  /// No point is like the one before it, nor the first like the last.
  private static func isDistinct(_ points: [Vector2]) -> Bool {
    guard var last = points.last, points.count > 1 else { return true }
    for point in points {
      if point == last { return false }
      last = point
    }
    return true
  }

  private static func cleaned(_ vertices: [Vector2]) -> [Vector2] {
    var kept: [Vector2] = []
    kept.reserveCapacity(vertices.count)
    for v in vertices where v != kept.last { kept.append(v) }
    while kept.count > 1 && kept.last == kept.first { kept.removeLast() }
    return kept
  }

  /// The outline of a box, counter-clockwise from the front-left corner.
  public init(_ box: OrientedBox) { self.init(box.cornerArray) }

  /// The outline of an axis-aligned box, counter-clockwise from its least corner.
  public init(_ box: BoundingBox) {
    self.init([
      box.min, Vector2(box.max.x, box.min.y), box.max, Vector2(box.min.x, box.max.y),
    ])
  }

  /// The polygon turned about the origin by counter-clockwise quarter turns and then moved, metres.
  public func moved(quarterTurns: Int = 0, by displacement: Vector2) -> Polygon {
    if quarterTurns & 3 != 0 {
      return Polygon(vertices.map { $0.turned(quarterTurns: quarterTurns) + displacement })
    }
    guard var last = vertices.last.map({ $0 + displacement }) else { return self }
    var areDistinct = true
    // (A copy of an array is made faster than one point by point.)
    var points = vertices
    points.withUnsafeMutableBufferPointer { points in
      for i in points.indices {
        let point = points[i] + displacement
        points[i] = point
        if point.x == last.x && point.y == last.y { areDistinct = false }
        last = point
      }
    }
    // Far out, where a metre is less than rounding, vertices may fall together.
    guard areDistinct else { return Polygon(points) }
    // Sums round in the order of their terms, so the least one stays the least.
    return Polygon(
      distinct: points,
      BoundingBox(min: boundingBox.min + displacement, max: boundingBox.max + displacement))
  }

  /// Where a point lies.
  @frozen
  public enum Location: Hashable, Sendable { case inside, boundary, outside }

  /// The edge that starts at vertex `i`.
  @inlinable public func edge(_ i: Int) -> Segment {
    Segment(vertices[i], vertices[i + 1 == vertices.count ? 0 : i + 1])
  }

  /// Whether a point is inside; a point on the boundary is not. Decided without rounding error.
  @inlinable public func contains(_ p: Vector2) -> Bool { location(of: p) == .inside }

  /// Whether a point is inside or on the boundary. Decided without rounding error.
  @inlinable public func containsOrTouches(_ p: Vector2) -> Bool { location(of: p) != .outside }

  /// Whether a point is inside, on the boundary or outside, decided without rounding error.
  ///
  /// Counts the edges that cross the ray from the point towards +x.
  @inlinable public func location(of p: Vector2) -> Location {
    if !boundingBox.contains(p) { return .outside }
    return vertices.withUnsafeBufferPointer { vertices in
      guard vertices.count >= 3 else { return .outside }
      var inside = false
      var a = vertices[vertices.count - 1]
      for b in vertices {
        defer { a = b }
        // Both ends strictly above or strictly below: nothing to see.
        if a.y > p.y ? b.y > p.y : (a.y < p.y && b.y < p.y) { continue }
        if p.x > max(a.x, b.x) { continue }
        if a.y == b.y {
          // Level with the point and not wholly to its left.
          if p.x >= min(a.x, b.x) { return .boundary }
          continue
        }
        let crosses = (a.y > p.y) != (b.y > p.y)
        if p.x < min(a.x, b.x) {
          if crosses { inside.toggle() }
          continue
        }
        let side = Orientation.sign(a, b, p)
        if side == 0 { return .boundary }
        if crosses && (side > 0) == (b.y > a.y) { inside.toggle() }
      }
      return inside ? .inside : .outside
    }
  }

  /// Distance to a point, metres; 0 inside; infinite for a polygon without vertices.
  @inlinable public func distance(to p: Vector2) -> Double {
    contains(p) ? 0 : boundaryDistance(to: p)
  }

  /// Distance from a point to the boundary, metres, from inside too.
  @inlinable public func boundaryDistance(to p: Vector2) -> Double {
    vertices.withUnsafeBufferPointer { vertices in
      guard var a = vertices.last else { return .infinity }
      var best = Double.infinity
      for b in vertices {
        let along = b - a
        let offset = p - a
        let square = along.lengthSquared
        let fraction = square > 0 ? min(max(offset.dot(along) / square, 0), 1) : 0
        best = min(best, (offset - along * fraction).lengthSquared)
        a = b
      }
      return best.squareRoot()
    }
  }
}
