import SimGeometry

/// The strip that a vehicle sweeps along a path, and what stands in it.
///
/// The strip is the path widened by half the vehicle's width to both sides, with square ends, as
/// nuPlan's IDM planner has it. Things that can never touch it are sorted out once; what is left
/// is tested exactly for each stretch that is asked for.
struct PathCorridor {
  /// A thing near the path, with the range of segments that it may touch.
  struct Candidate {
    /// Index of the thing in the caller's list.
    var index: Int
    var box: OrientedBox
    var firstSegment: Int
    var lastSegment: Int
  }

  let path: Polyline
  let halfWidth: Double
  private(set) var candidates: [Candidate] = []

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
    let firstSegment = path.segmentIndex(at: first)
    let lastSegment = path.segmentIndex(at: last)
    for (index, box) in boxes {
      // The square ends reach beyond the path by half a width, and to its corners by sqrt(2).
      let reach = box.radius + halfWidth * 1.4142135623730951
      var low = Int.max
      var high = -1
      for i in firstSegment...lastSegment {
        if path.segment(i).distance(to: box.centre) <= reach {
          low = min(low, i)
          high = i
        }
      }
      if high >= 0 || box.overlaps(vehicle) {
        candidates.append(Candidate(index: index, box: box, firstSegment: low, lastSegment: high))
      }
    }
  }

  /// Whether a candidate touches the strip along the stretch from `first` to `last`.
  func touches(_ candidate: Candidate, from first: Double, to last: Double) -> Bool {
    let firstSegment = path.segmentIndex(at: first)
    let lastSegment = path.segmentIndex(at: last)
    let start = path.point(at: first)
    let end = path.point(at: last)
    let box = candidate.box
    let low = max(candidate.firstSegment, firstSegment)
    let high = min(candidate.lastSegment, lastSegment)
    if low <= high {
      for i in low...high {
        let piece = Segment(
          i == firstSegment ? start : path.vertices[i],
          i == lastSegment ? end : path.vertices[i + 1])
        if box.distance(to: piece) <= halfWidth { return true }
      }
    }
    return box.overlaps(cap(at: start, towards: -path.directions[firstSegment]))
      || box.overlaps(cap(at: end, towards: path.directions[lastSegment]))
  }

  /// The square end of the strip: half a width long, beyond `point` in direction `towards`.
  private func cap(at point: Vector2, towards direction: Vector2) -> OrientedBox {
    OrientedBox(
      centre: point + direction * (0.5 * halfWidth), heading: 0, direction: direction,
      length: halfWidth, width: 2 * halfWidth)
  }
}
