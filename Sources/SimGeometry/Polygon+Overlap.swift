extension Polygon {
  /// Whether the polygon (its inside or boundary) shares a point with a segment.
  public func intersects(_ segment: Segment) -> Bool {
    guard boundingBox.intersects(segment.boundingBox) else { return false }
    if containsOrTouches(segment.start) { return true }
    return vertices.indices.contains { edge($0).intersects(segment) }
  }

  /// Whether the polygons share a point; touching counts. Decided without rounding error.
  public func intersects(_ other: Polygon) -> Bool {
    guard boundingBox.intersects(other.boundingBox) else { return false }
    guard let mine = vertices.first, let theirs = other.vertices.first else { return false }
    for i in vertices.indices {
      let a = edge(i)
      let box = a.boundingBox
      guard box.intersects(other.boundingBox) else { continue }
      for j in other.vertices.indices where a.intersects(other.edge(j)) { return true }
    }
    return containsOrTouches(theirs) || other.containsOrTouches(mine)
  }

  /// Whether the polygon shares a point with a box; touching counts.
  public func overlaps(_ box: OrientedBox) -> Bool {
    let around = box.boundingBox
    guard boundingBox.intersects(around) else { return false }
    // Most edges of a long lane are far away. (The margin is more than rounding.)
    let near = around.expanded(by: 1e-6)
    let isTouched = vertices.withUnsafeBufferPointer { vertices in
      guard var a = vertices.last else { return false }
      for b in vertices {
        let isFar =
          (a.x < near.min.x && b.x < near.min.x) || (a.x > near.max.x && b.x > near.max.x)
          || (a.y < near.min.y && b.y < near.min.y) || (a.y > near.max.y && b.y > near.max.y)
        if !isFar, box.intersects(Segment(a, b)) { return true }
        a = b
      }
      return false
    }
    return isTouched || contains(box.centre)
  }

  /// Distance between the polygons, metres; 0 if they share a point.
  public func distance(to other: Polygon) -> Double {
    if intersects(other) { return 0 }
    let mine = vertices.reduce(Double.infinity) { min($0, other.boundaryDistance(to: $1)) }
    return other.vertices.reduce(mine) { min($0, boundaryDistance(to: $1)) }
  }

  /// Area common to both polygons, square metres; neither needs to be convex.
  ///
  /// The inside of a polygon is the signed sum of the areas below its edges. So the common area is
  /// the sum over pairs of edges of the area below the lower one of the two, which has a closed
  /// form: no vertex is ever classified, and no degenerate position needs a special case.
  public func intersectionArea(with other: Polygon) -> Double {
    let common = boundingBox.intersection(other.boundingBox)
    guard !common.isEmpty else { return 0 }
    let mine = SlopedEdge.edges(of: self, within: common)
    let theirs = SlopedEdge.edges(of: other, within: common)
    var area = 0.0
    for a in mine {
      for b in theirs where a.x0 < b.x1 && b.x0 < a.x1 { area += a.commonArea(below: b) }
    }
    return max(0, area)
  }
}

/// A non-vertical edge as a line over an interval of x, with the sign of its direction.
private struct SlopedEdge {
  let x0: Double
  let x1: Double
  /// Heights at x0 and slope, measured from the bottom of the common box.
  let y0: Double
  let slope: Double
  let sign: Double

  /// The edges that pass over the common box's extent in x; those below it count as its bottom.
  static func edges(of polygon: Polygon, within box: BoundingBox) -> [SlopedEdge] {
    // Counter-clockwise, the upper boundary runs towards -x and adds area.
    let orientation: Double = polygon.signedArea < 0 ? -1 : 1
    var edges: [SlopedEdge] = []
    edges.reserveCapacity(polygon.vertices.count)
    for i in polygon.vertices.indices {
      let edge = polygon.edge(i)
      let forwards = edge.start.x < edge.end.x
      let a = forwards ? edge.start : edge.end
      let b = forwards ? edge.end : edge.start
      guard a.x < b.x, a.x < box.max.x, b.x > box.min.x else { continue }
      guard max(a.y, b.y) > box.min.y else { continue }
      let slope = (b.y - a.y) / (b.x - a.x)
      let left = max(a.x, box.min.x)
      edges.append(
        SlopedEdge(
          x0: left, x1: min(b.x, box.max.x), y0: a.y - box.min.y + slope * (left - a.x),
          slope: slope, sign: forwards ? -orientation : orientation))
    }
    return edges
  }

  func height(at x: Double) -> Double { y0 + slope * (x - x0) }

  /// Signed area below the lower of two edges and above the bottom, over their common extent.
  func commonArea(below other: SlopedEdge) -> Double {
    let left = max(x0, other.x0)
    let right = min(x1, other.x1)
    let a0 = height(at: left)
    let a1 = height(at: right)
    let b0 = other.height(at: left)
    let b1 = other.height(at: right)
    let width = right - left
    let sum: Double
    if (a0 - b0) * (a1 - b1) < 0 {
      // They cross: the lower one changes.
      let t = (a0 - b0) / ((a0 - b0) - (a1 - b1))
      let middle = a0 + (a1 - a0) * t
      sum =
        Self.areaAbove(min(a0, b0), middle, width * t)
        + Self.areaAbove(middle, min(a1, b1), width * (1 - t))
    } else {
      sum = Self.areaAbove(min(a0, b0), min(a1, b1), width)
    }
    return sign * other.sign * sum
  }

  /// Area above 0 and below a line from height `a` to height `b`.
  static func areaAbove(_ a: Double, _ b: Double, _ width: Double) -> Double {
    if a <= 0 && b <= 0 { return 0 }
    if a < 0 { return 0.5 * b * width * (b / (b - a)) }
    if b < 0 { return 0.5 * a * width * (a / (a - b)) }
    return 0.5 * (a + b) * width
  }
}
