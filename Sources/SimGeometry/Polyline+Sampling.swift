extension Polyline {
  /// Index of the segment that holds `s`: the last one that starts at or before it, the first one
  /// for an `s` below 0.
  @inlinable public func segmentIndex(at s: Double) -> Int { withView { $0.segment(at: s) } }

  /// The point at arc length `s`, clamped to the ends.
  @inlinable public func point(at s: Double) -> Vector2 {
    withView { $0.point(at: s, in: $0.segment(at: s)) }
  }

  /// The unit vector of the segment at `s`.
  @inlinable public func direction(at s: Double) -> Vector2 { directions[segmentIndex(at: s)] }

  /// The point at `s`, clamped, with the heading of its segment (continuous, not wrapped).
  @inlinable public func pose(at s: Double) -> Pose2 {
    let i = segmentIndex(at: s)
    return Pose2(point(at: s), heading: segmentHeadings[i])
  }

  /// The point at `s`, clamped, with the heading interpolated between the vertices' headings.
  @inlinable public func smoothPose(at s: Double) -> Pose2 {
    let i = segmentIndex(at: s)
    return Pose2(withView { $0.point(at: s, in: i) }, heading: smoothHeading(at: s, in: i))
  }

  /// The point at `s`, clamped, with the heading interpolated between the vertices' headings, and
  /// a cursor as in `advance`: the answer does not depend on it.
  @inlinable public func smoothPose(at s: Double, cursor: inout Int32) -> Pose2 {
    let point = advance(cursor: &cursor, s: s).point
    return Pose2(point, heading: smoothHeading(at: s, in: Int(cursor)))
  }

  /// The heading at `s`, interpolated between the vertices' headings (continuous, not wrapped).
  @inlinable public func smoothHeading(at s: Double) -> Double {
    smoothHeading(at: s, in: segmentIndex(at: s))
  }

  @inlinable func smoothHeading(at s: Double, in i: Int) -> Double {
    let extent = arcLengths[i + 1] - arcLengths[i]
    let fraction = min(max((s - arcLengths[i]) / extent, 0), 1)
    return vertexHeadings[i] + (vertexHeadings[i + 1] - vertexHeadings[i]) * fraction
  }

  /// The point at `s` (clamped) and the direction there, with a cursor: a few nanoseconds for a
  /// follower that moves on a little at a time, forwards or backwards.
  ///
  /// - Parameter cursor: the segment of the last call for this follower (start with 0); updated.
  ///   It only shortens the search: any value gives the same answer.
  @inlinable
  public func advance(
    cursor: inout Int32, s: Double
  ) -> (point: Vector2, direction: Vector2) {
    withView { $0.advance(cursor: &cursor, s: s) }
  }

  /// Curvature at `s`, 1/m, left positive: at a vertex the turn there over the mean length of the
  /// segments beside it, between vertices linear; the end vertices take their neighbour's.
  public func curvature(at s: Double) -> Double {
    let i = segmentIndex(at: s)
    let a = vertexCurvature(i)
    let b = vertexCurvature(i + 1)
    let fraction = (s - arcLengths[i]) / (arcLengths[i + 1] - arcLengths[i])
    return a + (b - a) * min(max(fraction, 0), 1)
  }

  /// Curvature at a vertex, 1/m; 0 if the polyline is one segment.
  private func vertexCurvature(_ index: Int) -> Double {
    guard segmentCount > 1 else { return 0 }
    let i = min(max(index, 1), segmentCount - 1)
    return (segmentHeadings[i] - segmentHeadings[i - 1])
      / (0.5 * (arcLengths[i + 1] - arcLengths[i - 1]))
  }

  /// The nearest point of the whole polyline to `p`; of equally near ones the one with lowest s.
  @inlinable public func project(_ p: Vector2) -> FrenetPoint { withView { $0.project(p) } }

  /// The nearest point among the segments that reach into [s - window, s + window], metres.
  @inlinable
  public func project(_ p: Vector2, near s: Double, window: Double) -> FrenetPoint {
    var cursor: Int32 = -1
    return withView {
      cursor = Int32(truncatingIfNeeded: $0.segment(at: s))
      return $0.project(p, near: s, window: window, cursor: &cursor)
    }
  }

  /// The nearest point among the segments that reach into [s - window, s + window], with a cursor
  /// as in `advance`: the answer does not depend on it.
  @inlinable
  public func project(
    _ p: Vector2, near s: Double, window: Double, cursor: inout Int32
  ) -> FrenetPoint {
    withView { $0.project(p, near: s, window: window, cursor: &cursor) }
  }

  /// Distance from a point to the polyline, metres.
  @inlinable public func distance(to p: Vector2) -> Double { project(p).distance }

  /// The point at arc length `s` (clamped) and lateral offset `d` (left positive).
  @inlinable public func cartesian(s: Double, d: Double) -> Vector2 {
    withView {
      let i = $0.segment(at: s)
      return $0.point(at: s, in: i) + $0.directions[i].left * d
    }
  }
}
