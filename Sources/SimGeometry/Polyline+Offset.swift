extension Polyline {
  /// The line at a constant distance beside this one.
  ///
  /// Vertices move along the bisector of their bend; on the outside of a bend sharper than a right
  /// angle the corner is cut. On the inside of a bend tighter than the offset the moved line runs
  /// back in a loop, which is cut off where the line crosses itself. A line that passes over itself
  /// after more than the circle of the offset's radius (a loop ramp) keeps both its parts.
  ///
  /// - Parameter distance: offset, metres, left positive.
  /// - Returns: nil if nothing of the line is left.
  public func offset(by distance: Double) -> Polyline? {
    if distance == 0 { return self }
    let moved = OffsetLine(self, distance: distance)
    if !moved.hasLoops { return Polyline(moved.points) }
    return Polyline(moved.withoutLoops)
  }
}

/// The moved vertices of a polyline, and the places that they come from.
private struct OffsetLine {
  let source: Polyline
  let distance: Double
  private(set) var points: [Vector2] = []
  /// Arc length on the source of each point.
  private(set) var places: [Double] = []
  /// Some piece runs against the source: there are loops to cut off.
  private(set) var hasLoops = false

  init(_ source: Polyline, distance: Double) {
    self.source = source
    self.distance = distance
    let directions = source.directions
    append(source.start + directions[0].left * distance, from: 0)
    for i in directions.indices.dropFirst() {
      let before = directions[i - 1].left
      let after = directions[i].left
      let place = source.arcLengths[i]
      let isOutside = directions[i - 1].cross(directions[i]) * distance < 0
      if isOutside && before.dot(after) < 0 {
        append(source.vertices[i] + before * distance, from: place)
        append(source.vertices[i] + after * distance, from: place)
      } else {
        // |before + after|^2 = 2 (1 + cos turn). Nearly back on itself the inside has no corner;
        // any far point does, since it lies in the loop.
        let scale = max(1 + before.dot(after), 0.05)
        append(source.vertices[i] + (before + after) * (distance / scale), from: place)
      }
    }
    append(source.end + directions[directions.count - 1].left * distance, from: source.length)
  }

  private mutating func append(_ point: Vector2, from place: Double) {
    if let last = points.last, let lastPlace = places.last, lastPlace < place {
      let direction = source.directions[source.segmentIndex(at: 0.5 * (lastPlace + place))]
      if (point - last).dot(direction) < 0 { hasLoops = true }
    }
    points.append(point)
    places.append(place)
  }

  /// How far along the source a loop may reach, metres.
  private var window: Double { 2 * .pi * distance.magnitude }

  /// The pieces between crossings that keep the distance from the source, one after the other.
  var withoutLoops: [Vector2] {
    var kept: [Vector2] = []
    for (k, cuts) in crossings.enumerated() {
      let piece = Segment(points[k], points[k + 1])
      let fractions = [0] + cuts.sorted() + [1]
      for (from, to) in zip(fractions, fractions.dropFirst()) where from < to {
        let middle = 0.5 * (from + to)
        guard isFar(k, middle) else { continue }
        // At the ends of the line a loop may be open: there a piece is valid in part.
        kept.append(piece.point(at: lastFar(k, from: middle, towards: from)))
        kept.append(piece.point(at: lastFar(k, from: middle, towards: to)))
      }
    }
    return kept
  }

  /// Whether the point at a fraction of a piece keeps the distance from the source around it.
  private func isFar(_ k: Int, _ fraction: Double) -> Bool {
    let place = places[k] + (places[k + 1] - places[k]) * fraction
    let point = Segment(points[k], points[k + 1]).point(at: fraction)
    return source.project(point, near: place, window: window).distance
      >= distance.magnitude * (1 - 1e-6) - 1e-9
  }

  /// How far a piece is valid on the way from a valid fraction to another one.
  private func lastFar(_ k: Int, from valid: Double, towards end: Double) -> Double {
    if isFar(k, end) { return end }
    var valid = valid
    var invalid = end
    for _ in 0..<40 {
      let middle = 0.5 * (valid + invalid)
      if isFar(k, middle) { valid = middle } else { invalid = middle }
    }
    return valid
  }

  /// For each piece the fractions at which others cross it.
  private var crossings: [[Double]] {
    var cuts = [[Double]](repeating: [], count: points.count - 1)
    for i in cuts.indices {
      let first = Segment(points[i], points[i + 1])
      for j in cuts.indices.dropFirst(i + 2) {
        if places[j] - places[i + 1] > window { break }
        let second = Segment(points[j], points[j + 1])
        if let crossing = first.intersection(with: second) {
          cuts[i].append(crossing.fraction)
          cuts[j].append(crossing.otherFraction)
        }
      }
    }
    return cuts
  }
}
