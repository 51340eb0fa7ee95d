import SimGeometry

/// The strip that a vehicle sweeps along a stretch of a path: the line widened to both sides, with
/// square ends.
struct CandidateCorridor: Sendable {
  private(set) var halfWidth = 0.0
  private var points: [Vector2] = []
  private var directions: [Vector2] = []
  private var lengths: [Double] = []
  private var runs: [Run] = []
  private var bounds = BoundingBox.empty
  private var rearCap = OrientedBox(centre: .zero, heading: 0, length: 0, width: 0)
  private var frontCap = OrientedBox(centre: .zero, heading: 0, length: 0, width: 0)

  private static let runLength = 8

  /// Some segments in a row, to be passed over at a glance.
  private struct Run: Sendable {
    /// Around them.
    var box: BoundingBox
    /// A point of a line along them, the line's normal, and how far they lie off it to either side.
    var origin: Vector2
    var normal: Vector2
    var least: Double
    var most: Double

    /// Whether a box is not wholly beside the strip.
    func mayMeet(_ box: OrientedBox, halfWidth: Double) -> Bool {
      let aside = (box.centre - origin).dot(normal)
      let reach = box.halfExtent(along: normal) + halfWidth + 1e-9
      return aside - reach <= most && aside + reach >= least
    }
  }

  /// No stretch yet, with room for one of some vertices.
  init(reserving vertices: Int) {
    points.reserveCapacity(vertices + 2)
    directions.reserveCapacity(vertices + 2)
    lengths.reserveCapacity(vertices + 2)
    runs.reserveCapacity(vertices / Self.runLength + 2)
  }

  /// Takes a stretch of a path.
  ///
  /// - Parameters:
  ///   - first: arc length of its start, clamped to the path, as `last`.
  ///   - compat: made of the path's vertices within the stretch only, as the official planner's;
  ///     where there are fewer than two, the exact stretch.
  mutating func set(
    _ path: CandidatePath, from first: Double, to last: Double, halfWidth: Double, compat: Bool
  ) {
    self.halfWidth = halfWidth
    points.removeAll(keepingCapacity: true)
    directions.removeAll(keepingCapacity: true)
    lengths.removeAll(keepingCapacity: true)
    runs.removeAll(keepingCapacity: true)
    let first = min(max(first, 0), path.length)
    let last = min(max(last, first), path.length)
    if compat {
      for i in path.line.indices where path.arcLengths[i] >= first && path.arcLengths[i] <= last {
        append(path.line[i])
      }
    }
    if points.count < 2 {
      points.removeAll(keepingCapacity: true)
      directions.removeAll(keepingCapacity: true)
      lengths.removeAll(keepingCapacity: true)
      append(path.point(at: first))
      var i = path.segment(at: max(first, CandidatePath.start), near: 0) + 1
      while i < path.line.count, path.arcLengths[i] < last {
        append(path.line[i])
        i += 1
      }
      append(path.point(at: last))
    }
    if points.count < 2 {
      // A stretch of no length: at the end of the path.
      let i = path.segment(at: max(first, CandidatePath.start), near: 0)
      directions.append(path.directions[i])
      lengths.append(0)
      points.append(points[0])
    }
    bounds = .empty
    var i = 0
    while i < directions.count {
      let end = min(i + Self.runLength, directions.count)
      let chord = points[end] - points[i]
      let normal = chord.length > 0 ? (chord / chord.length).left : directions[i].left
      var run = Run(box: .empty, origin: points[i], normal: normal, least: 0, most: 0)
      for k in i...end {
        run.box.formUnion(points[k])
        let aside = (points[k] - run.origin).dot(normal)
        run.least = min(run.least, aside)
        run.most = max(run.most, aside)
      }
      runs.append(run)
      bounds = bounds.union(run.box)
      i = end
    }
    rearCap = cap(at: points[0], towards: -directions[0])
    frontCap = cap(at: points[points.count - 1], towards: directions[directions.count - 1])
  }

  private mutating func append(_ point: Vector2) {
    guard let last = points.last else {
      points.append(point)
      return
    }
    let step = point - last
    let length = step.length
    guard length > 0 else { return }
    points.append(point)
    directions.append(step / length)
    lengths.append(length)
  }

  /// The square end of the strip: half a width long, beyond `point` in direction `towards`.
  private func cap(at point: Vector2, towards direction: Vector2) -> OrientedBox {
    OrientedBox(
      centre: point + direction * (0.5 * halfWidth), heading: 0, direction: direction,
      length: halfWidth, width: 2 * halfWidth)
  }

  /// Whether a box touches the strip.
  ///
  /// - Parameter radius: half of the box's diagonal.
  func touches(_ box: OrientedBox, radius: Double) -> Bool {
    // The square ends reach beyond the line by half a width, their corners by sqrt(2) of that.
    let reach = radius + halfWidth * 1.414_213_562_373_095_2 + 1e-9
    let square = reach * reach
    guard bounds.square(ofDistanceFrom: box.centre) <= square else { return false }
    let touchesLine = points.withUnsafeBufferPointer { points in
      directions.withUnsafeBufferPointer { directions in
        lengths.withUnsafeBufferPointer { lengths in
          for run in runs.indices {
            guard runs[run].box.square(ofDistanceFrom: box.centre) <= square,
              runs[run].mayMeet(box, halfWidth: halfWidth)
            else { continue }
            var i = run * Self.runLength
            let end = min(i + Self.runLength, directions.count)
            while i < end {
              let offset = box.centre - points[i]
              let along = min(max(offset.dot(directions[i]), 0), lengths[i])
              let distance = (offset - directions[i] * along).lengthSquared
              if distance <= halfWidth * halfWidth { return true }
              let normal = directions[i].left
              // Beside the line as far as it may be prolonged: the usual case of the next lane.
              let isBeside =
                offset.dot(normal).magnitude - box.halfExtent(along: normal) > halfWidth + 1e-9
              if distance <= square, !isBeside, lengths[i] > 0,
                box.distance(to: Segment(points[i], points[i + 1])) <= halfWidth
              {
                return true
              }
              i += 1
            }
          }
          return false
        }
      }
    }
    return touchesLine || box.overlaps(rearCap) || box.overlaps(frontCap)
  }

  /// Whether an area touches the strip.
  func touches(_ area: Polygon) -> Bool {
    guard bounds.expanded(by: 2 * halfWidth).intersects(area.boundingBox) else { return false }
    if area.overlaps(rearCap) || area.overlaps(frontCap) { return true }
    for i in directions.indices where lengths[i] > 0 {
      let piece = OrientedBox(
        centre: (points[i] + points[i + 1]) * 0.5, heading: 0, direction: directions[i],
        length: lengths[i], width: 2 * halfWidth)
      if area.overlaps(piece) { return true }
    }
    return false
  }
}
