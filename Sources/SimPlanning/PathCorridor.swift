import SimGeometry

/// The strip that a vehicle sweeps along a path, and what stands in it.
///
/// The strip is the path widened by half the vehicle's width to both sides, with square ends, as
/// nuPlan's IDM planner has it. Things that can never touch it are sorted out once, and what each
/// of the others touches is found once; a stretch then has to look at its two ends only.
struct PathCorridor {
  /// A thing near the path.
  struct Candidate {
    /// Index of the thing in the caller's list.
    var index: Int
    var box: OrientedBox
    /// Half of the box's diagonal, metres.
    var radius: Double
    /// The segments of the path whose strip it touches: a range of the corridor's list of them.
    var touched: Range<Int>

    /// A distance that the box is certainly not nearer than, metres.
    func distanceBound(to other: OrientedBox, radius otherRadius: Double) -> Double {
      (box.centre - other.centre).length - (radius + otherRadius) * (1 + 1e-9)
    }
  }

  /// A piece of the strip between two arc lengths.
  struct Stretch {
    let firstSegment: Int
    let lastSegment: Int
    let start: Vector2
    let end: Vector2
    /// The square ends, half a width long.
    let rearCap: OrientedBox
    let frontCap: OrientedBox
  }

  let path: Polyline
  let halfWidth: Double
  private(set) var candidates: [Candidate] = []
  private var touched: [Int] = []

  init(path: Polyline, halfWidth: Double) {
    self.path = path
    self.halfWidth = halfWidth
  }

  /// Starts over with things that may touch the stretch from `first` to `last` (arc lengths,
  /// metres), or that touch the vehicle itself, which may stand beside its path.
  mutating func gather(
    _ boxes: some Sequence<(index: Int, box: OrientedBox)>, vehicle: OrientedBox,
    from first: Double, to last: Double
  ) {
    candidates.removeAll(keepingCapacity: true)
    touched.removeAll(keepingCapacity: true)
    let firstSegment = path.segmentIndex(at: first)
    let lastSegment = path.segmentIndex(at: last)
    for (index, box) in boxes {
      let radius = box.radius
      // The square ends reach beyond the path by half a width, and to its corners by sqrt(2).
      let reach = (radius + halfWidth * 1.4142135623730951) * (1 + 1e-9)
      let (low, high) = segments(
        from: firstSegment, through: lastSegment, within: reach, of: box.centre)
      guard high >= 0 || box.overlaps(vehicle) else { continue }
      let start = touched.count
      if high >= 0 {
        for i in low...high where box.distance(to: path.segment(i)) <= halfWidth {
          touched.append(i)
        }
      }
      candidates.append(
        Candidate(
          index: index, box: box, radius: radius, touched: start..<touched.count))
    }
  }

  /// The first and the last of some segments that come near a point; (.max, -1) if none does.
  private func segments(
    from first: Int, through last: Int, within reach: Double, of p: Vector2
  ) -> (Int, Int) {
    var low = Int.max
    var high = -1
    path.vertices.withUnsafeBufferPointer { vertices in
      path.directions.withUnsafeBufferPointer { directions in
        path.arcLengths.withUnsafeBufferPointer { arcLengths in
          for i in first...last {
            let offset = p - vertices[i]
            let length = arcLengths[i + 1] - arcLengths[i]
            let along = min(max(offset.dot(directions[i]), 0), length)
            if (offset - directions[i] * along).lengthSquared <= reach * reach {
              low = min(low, i)
              high = i
            }
          }
        }
      }
    }
    return (low, high)
  }

  /// The stretch from `first` to `last`, arc lengths in metres.
  func stretch(from first: Double, to last: Double) -> Stretch {
    let firstSegment = path.segmentIndex(at: first)
    let lastSegment = path.segmentIndex(at: last)
    let start = path.point(at: first)
    let end = path.point(at: last)
    return Stretch(
      firstSegment: firstSegment, lastSegment: lastSegment, start: start, end: end,
      rearCap: cap(at: start, towards: -path.directions[firstSegment]),
      frontCap: cap(at: end, towards: path.directions[lastSegment]))
  }

  /// Whether a candidate touches the strip along a stretch.
  func touches(_ candidate: Candidate, _ stretch: Stretch) -> Bool {
    let first = stretch.firstSegment
    let last = stretch.lastSegment
    let box = candidate.box
    for k in candidate.touched {
      let segment = touched[k]
      guard segment >= first, segment <= last else { continue }
      if segment > first && segment < last { return true }
      let piece = Segment(
        segment == first ? stretch.start : path.vertices[segment],
        segment == last ? stretch.end : path.vertices[segment + 1])
      if box.distance(to: piece) <= halfWidth { return true }
    }
    return box.overlaps(stretch.rearCap) || box.overlaps(stretch.frontCap)
  }

  /// The square end of the strip: half a width long, beyond `point` in direction `towards`.
  private func cap(at point: Vector2, towards direction: Vector2) -> OrientedBox {
    OrientedBox(
      centre: point + direction * (0.5 * halfWidth), heading: 0, direction: direction,
      length: halfWidth, width: 2 * halfWidth)
  }
}
