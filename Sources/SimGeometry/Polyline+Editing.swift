extension Polyline {
  /// The same line the other way round.
  public var reversed: Polyline {
    // The vertices are those of a polyline, so the result cannot be nil; the headings turn round.
    Polyline(
      vertices.reversed(), headings: vertexHeadings.reversed().map { $0 + .pi }) ?? self
  }

  /// The part between two arc lengths, metres; they are clamped.
  ///
  /// - Returns: nil if nothing (less than `minimumSpacing`) is left between them.
  public func slice(from first: Double, to last: Double) -> Polyline? {
    let first = max(first, 0)
    let last = min(last, length)
    guard last - first >= Polyline.minimumSpacing else { return nil }
    var points = [point(at: first)]
    var headings = [smoothPose(at: first).heading]
    // The last point must stay, so vertices a hair before it do not.
    let final = last - Polyline.minimumSpacing
    for i in 0..<vertices.count where arcLengths[i] > first && arcLengths[i] < final {
      points.append(vertices[i])
      headings.append(vertexHeadings[i])
    }
    points.append(point(at: last))
    headings.append(smoothPose(at: last).heading)
    return Polyline(points, headings: headings)
  }

  /// This line followed by another one; a gap between them becomes a segment, a shared point is
  /// kept once.
  public func appending(_ other: Polyline) -> Polyline {
    Polyline(vertices + other.vertices) ?? self
  }

  /// The line through points at equal arc lengths, both ends included.
  ///
  /// - Parameter step: the greatest spacing, metres, above 0; the actual one divides the length.
  public func resampled(step: Double) -> Polyline {
    precondition(step > 0, "the spacing is positive")
    let pieces = max(1, (length / step - 1e-9).rounded(.up))
    var points: [Vector2] = []
    points.reserveCapacity(Int(pieces) + 1)
    var cursor: Int32 = 0
    for k in 0..<Int(pieces) {
      points.append(advance(cursor: &cursor, s: length * Double(k) / pieces).point)
    }
    points.append(end)
    return Polyline(points) ?? self
  }

  /// The line at a constant distance beside this one.
  ///
  /// Vertices move along the bisector of their bend (outside of a bend sharper than a right angle
  /// the corner is cut). On the inside of a bend tighter than the offset the line would run
  /// backwards in a loop; the loop is cut off where it crosses itself.
  ///
  /// - Parameter distance: offset, metres, left positive.
  /// - Returns: nil if nothing of the line is left.
  public func offset(by distance: Double) -> Polyline? {
    if distance == 0 { return self }
    return Polyline(withoutLoops(shifted(by: distance), offset: distance))
  }

  /// Every vertex moved along its bisector; may hold loops.
  private func shifted(by distance: Double) -> [Vector2] {
    var points = [start + directions[0].left * distance]
    for i in 1..<max(segmentCount, 1) {
      let before = directions[i - 1].left
      let after = directions[i].left
      let outside = directions[i - 1].cross(directions[i]) * distance < 0
      if outside && before.dot(after) < 0 {
        points.append(vertices[i] + before * distance)
        points.append(vertices[i] + after * distance)
      } else {
        // |before + after|^2 = 2 (1 + cos turn); near a full turn back the inside has no corner,
        // and any point does, since it lies in the loop.
        let scale = max(1 + before.dot(after), 0.05)
        points.append(vertices[i] + (before + after) * (distance / scale))
      }
    }
    points.append(end + directions[segmentCount - 1].left * distance)
    return points
  }

  /// The points without those nearer to this line than the offset; where a run of them is dropped,
  /// the pieces around it are joined at their crossing.
  private func withoutLoops(_ points: [Vector2], offset: Double) -> [Vector2] {
    let least = offset.magnitude * (1 - 1e-6) - 1e-9
    var kept: [Vector2] = []
    var lastKept = -1
    for (j, point) in points.enumerated() where distance(to: point) >= least {
      if lastKept >= 0 && j > lastKept + 1 {
        let a = Segment(points[lastKept], points[lastKept + 1])
        let b = Segment(points[j - 1], points[j])
        if let crossing = a.intersection(with: b) { kept.append(a.point(at: crossing.fraction)) }
      }
      kept.append(point)
      lastKept = j
    }
    return kept
  }
}
