/// The arrays of a polyline as pointers, with the functions that hot loops need.
///
/// Only valid inside `Polyline.withView`. Nothing here calls an angle function.
@frozen
public struct PolylineView {
  @usableFromInline let vertices: UnsafeBufferPointer<Vector2>
  @usableFromInline let arcLengths: UnsafeBufferPointer<Double>
  @usableFromInline let directions: UnsafeBufferPointer<Vector2>

  @inlinable
  init(
    vertices: UnsafeBufferPointer<Vector2>, arcLengths: UnsafeBufferPointer<Double>,
    directions: UnsafeBufferPointer<Vector2>
  ) {
    self.vertices = vertices
    self.arcLengths = arcLengths
    self.directions = directions
  }

  /// Length of the polyline, metres.
  @inlinable public var length: Double { arcLengths[arcLengths.count - 1] }

  /// Index of the segment that holds `s`: the last one that starts at or before it, the first one
  /// for an `s` below 0.
  ///
  /// - Parameter hint: a segment near it; any value gives the same answer, a near one sooner.
  @inlinable
  public func segment(at s: Double, hint: Int32) -> Int {
    let last = directions.count - 1
    var i = min(max(Int(hint), 0), last)
    var steps = 0
    while i < last && s >= arcLengths[i + 1] {
      i += 1
      steps += 1
      if steps > 8 { return segment(at: s) }
    }
    while i > 0 && s < arcLengths[i] {
      i -= 1
      steps += 1
      if steps > 8 { return segment(at: s) }
    }
    return i
  }

  /// Index of the segment that holds `s`, by bisection.
  @inlinable
  public func segment(at s: Double) -> Int {
    var low = 0
    var high = directions.count
    while high - low > 1 {
      let middle = (low + high) >> 1
      if arcLengths[middle] <= s { low = middle } else { high = middle }
    }
    return low
  }

  /// The point at `s` (clamped) and the direction there, a unit vector.
  ///
  /// - Parameter cursor: the segment of the last call for this follower (start with 0); updated.
  @inlinable
  public func advance(
    cursor: inout Int32, s: Double
  ) -> (point: Vector2, direction: Vector2) {
    let i = segment(at: s, hint: cursor)
    cursor = Int32(truncatingIfNeeded: i)
    return (point(at: s, in: i), directions[i])
  }

  /// The point at `s` (clamped), which lies in segment `i`.
  @inlinable
  func point(at s: Double, in i: Int) -> Vector2 {
    // The end is met exactly, not only to within rounding.
    if s >= arcLengths[i + 1] { return vertices[i + 1] }
    return vertices[i] + directions[i] * max(s - arcLengths[i], 0)
  }

  /// Square of the distance of a point from a segment.
  @inlinable
  public func square(ofDistanceFrom p: Vector2, toSegment i: Int) -> Double {
    let offset = p - vertices[i]
    let length = arcLengths[i + 1] - arcLengths[i]
    let along = min(max(offset.dot(directions[i]), 0), length)
    return (offset - directions[i] * along).lengthSquared
  }

  /// The first and the last of some segments that come within a distance of a point; nil if none
  /// does.
  ///
  /// A line comes nearer by no more than it is long: what follows too soon on a segment that is far
  /// away is not looked at.
  @inlinable
  public func segments(
    _ range: ClosedRange<Int>, within reach: Double, of p: Vector2
  ) -> ClosedRange<Int>? {
    let end = range.upperBound + 1
    var low = Int.max
    var high = -1
    var i = range.lowerBound
    while i < end {
      let square = square(ofDistanceFrom: p, toSegment: i)
      i += 1
      if square <= reach * reach {
        low = min(low, i - 1)
        high = i - 1
        continue
      }
      // (Less what rounding may be.)
      let s = arcLengths[i] + (square.squareRoot() - reach) * (1 - 1e-9) - 1e-6
      if arcLengths[end] < s { break }
      if i < end, arcLengths[i + 1] >= s { continue }
      // The first one that ends there or farther on, by bisection.
      var last = end
      while last - i > 1 {
        let middle = (i + last) >> 1
        if arcLengths[middle] < s { i = middle } else { last = middle }
      }
    }
    return high < 0 ? nil : low...high
  }

  /// The nearest point of the whole polyline; of equally near ones the one with the lowest s.
  @inlinable
  public func project(_ p: Vector2) -> FrenetPoint {
    project(p, from: 0, through: directions.count - 1)
  }

  /// The nearest point among the segments that reach into [s - window, s + window].
  ///
  /// The answer does not depend on the cursor, which only shortens the search for `s`.
  ///
  /// - Parameters:
  ///   - p: the point.
  ///   - s: arc length around which to look, metres; clamped.
  ///   - window: how far to look on both sides, metres.
  ///   - cursor: the segment of the last answer for this follower (start with 0); updated.
  @inlinable
  public func project(
    _ p: Vector2, near s: Double, window: Double, cursor: inout Int32
  ) -> FrenetPoint {
    let last = directions.count - 1
    let s = min(max(s, 0), length)
    let middle = segment(at: s, hint: cursor)
    var first = middle
    while first > 0 && arcLengths[first] >= s - window { first -= 1 }
    var final = middle
    while final < last && arcLengths[final + 1] <= s + window { final += 1 }
    let found = project(p, from: first, through: final)
    cursor = found.segment
    return found
  }

  /// The nearest point among a range of segments; of equally near ones the one with the lowest s.
  @inlinable
  public func project(_ p: Vector2, from first: Int, through final: Int) -> FrenetPoint {
    var best = Double.infinity
    var index = first
    var i = first
    while i <= final {
      let offset = p - vertices[i]
      let along = offset.dot(directions[i])
      let across = directions[i].cross(offset)
      // How far the foot of the perpendicular lies beyond the ends of the segment.
      let beyond = max(max(-along, along - (arcLengths[i + 1] - arcLengths[i])), 0)
      let square = across * across + beyond * beyond
      if square < best {
        best = square
        index = i
      }
      i += 1
    }
    return frenet(p, in: index)
  }

  /// The Frenet coordinates of a point whose nearest segment is known.
  @inlinable
  func frenet(_ p: Vector2, in i: Int) -> FrenetPoint {
    let direction = directions[i]
    let offset = p - vertices[i]
    let along = offset.dot(direction)
    let across = direction.cross(offset)
    let extent = arcLengths[i + 1] - arcLengths[i]
    let index = Int32(truncatingIfNeeded: i)
    if along >= 0 && along <= extent {
      return FrenetPoint(
        s: arcLengths[i] + along, d: across, segment: index, distance: across.magnitude)
    }
    let after = along > extent
    let vertex = after ? i + 1 : i
    let distance = p.distance(to: vertices[vertex])
    let neighbour = after ? i + 1 : i - 1
    if neighbour < 0 || neighbour == directions.count {
      return FrenetPoint(s: arcLengths[vertex], d: across, segment: index, distance: distance)
    }
    // Outside of a bend: the side is told by the mean direction, whose normal halves the wedge.
    let side = (direction + directions[neighbour]).cross(p - vertices[vertex])
    return FrenetPoint(
      s: arcLengths[vertex], d: side < 0 ? -distance : distance, segment: index,
      distance: distance)
  }
}
