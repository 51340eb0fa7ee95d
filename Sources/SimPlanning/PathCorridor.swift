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

    /// The first and the last segment of the path that come near it.
    var near: ClosedRange<Int>?

    /// Whether it may touch the strip along a stretch: it touches the strip of a segment, or an
    /// end of the stretch is near it.
    func mayTouch(_ stretch: Stretch) -> Bool {
      guard let near, stretch.firstSegment <= near.upperBound,
        stretch.lastSegment >= near.lowerBound
      else { return false }
      return !touched.isEmpty || near.contains(stretch.firstSegment)
        || near.contains(stretch.lastSegment)
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
  private var vehicle = OrientedBox(centre: .zero, heading: 0, length: 0, width: 0)
  /// Segments of the path that are looked at, and the box around them.
  private var segments = 0...0
  private var bounds = BoundingBox.empty

  init(path: Polyline, halfWidth: Double) {
    self.path = path
    self.halfWidth = halfWidth
  }

  /// Starts over, for things that may touch the stretch from `first` to `last` (arc lengths,
  /// metres), or that touch the vehicle itself, which may stand beside its path.
  mutating func start(vehicle: OrientedBox, from first: Double, to last: Double) {
    candidates.removeAll(keepingCapacity: true)
    touched.removeAll(keepingCapacity: true)
    self.vehicle = vehicle
    segments = path.segmentIndex(at: first)...path.segmentIndex(at: last)
    var box = BoundingBox.empty
    for i in segments.lowerBound...segments.upperBound + 1 { box.formUnion(path.vertices[i]) }
    bounds = box
  }

  /// Adds a thing if it may touch that stretch or the vehicle.
  ///
  /// - Parameter index: what the caller knows it by.
  mutating func add(_ box: OrientedBox, index: Int) {
    let radius = box.radius
    let reach = reach(of: radius)
    let near =
      bounds.expanded(by: reach).contains(box.centre)
      ? path.withView { $0.segments(segments, within: reach, of: box.centre) } : nil
    guard near != nil || box.overlaps(vehicle) else { return }
    let start = touched.count
    if let near {
      for i in near where box.distance(to: path.segment(i)) <= halfWidth { touched.append(i) }
    }
    candidates.append(
      Candidate(
        index: index, box: box, radius: radius, touched: start..<touched.count, near: near))
  }

  /// The stretch from `first` to `last`, arc lengths in metres.
  ///
  /// - Parameter near: segments of the ends of the last stretch, which only shorten the search;
  ///   updated.
  func stretch(
    from first: Double, to last: Double, near: inout (first: Int32, last: Int32)
  ) -> Stretch {
    let (start, end) = path.withView { path in
      (
        path.advance(cursor: &near.first, s: first).point,
        path.advance(cursor: &near.last, s: last).point
      )
    }
    let firstSegment = Int(near.first)
    let lastSegment = Int(near.last)
    return Stretch(
      firstSegment: firstSegment, lastSegment: lastSegment, start: start, end: end,
      rearCap: cap(at: start, towards: -path.directions[firstSegment]),
      frontCap: cap(at: end, towards: path.directions[lastSegment]))
  }

  /// The nearest thing that touches the vehicle or the strip along a stretch; of equally near ones
  /// the first. nil if there is none.
  func nearest(to box: OrientedBox, along stretch: Stretch) -> (index: Int, distance: Double)? {
    let radius = box.radius
    var nearest = Double.infinity
    var found = -1
    candidates.withUnsafeBufferPointer { candidates in
      for k in candidates.indices {
        let square = (candidates[k].box.centre - box.centre).lengthSquared
        let reach = (candidates[k].radius + radius) * (1 + 1e-9)
        // Boxes do not meet unless the circles around them do, nor are they nearer than those.
        let isNear = square <= reach * reach
        guard isNear || candidates[k].mayTouch(stretch), square.squareRoot() - reach < nearest,
          (isNear && candidates[k].box.overlaps(box)) || touches(candidates[k], stretch)
        else { continue }
        let distance = box.distance(to: candidates[k].box)
        if distance < nearest {
          nearest = distance
          found = candidates[k].index
        }
      }
    }
    return found < 0 ? nil : (found, nearest)
  }

  /// Whether a candidate touches the strip along a stretch.
  private func touches(_ candidate: Candidate, _ stretch: Stretch) -> Bool {
    let first = stretch.firstSegment
    let last = stretch.lastSegment
    let box = candidate.box
    let reach = (candidate.radius + halfWidth) * (1 + 1e-9)
    for k in candidate.touched {
      let segment = touched[k]
      guard segment >= first, segment <= last else { continue }
      if segment > first && segment < last { return true }
      let piece = Segment(
        segment == first ? stretch.start : path.vertices[segment],
        segment == last ? stretch.end : path.vertices[segment + 1])
      // No box is nearer than the circle around it.
      if (piece.nearestPoint(to: box.centre) - box.centre).lengthSquared <= reach * reach,
        box.distance(to: piece) <= halfWidth
      {
        return true
      }
    }
    let capReach = self.reach(of: candidate.radius)
    return isWithin(capReach, box.centre, stretch.start) && box.overlaps(stretch.rearCap)
      || isWithin(capReach, box.centre, stretch.end) && box.overlaps(stretch.frontCap)
  }

  private func isWithin(_ reach: Double, _ p: Vector2, _ q: Vector2) -> Bool {
    (p - q).lengthSquared <= reach * reach
  }

  /// How far from the path's points a box of some radius may touch the strip: its square ends reach
  /// beyond the path by half a width, and to their corners by sqrt(2).
  private func reach(of radius: Double) -> Double {
    (radius + halfWidth * 1.4142135623730951) * (1 + 1e-9)
  }

  /// The square end of the strip: half a width long, beyond `point` in direction `towards`.
  private func cap(at point: Vector2, towards direction: Vector2) -> OrientedBox {
    OrientedBox(
      centre: point + direction * (0.5 * halfWidth), heading: 0, direction: direction,
      length: halfWidth, width: 2 * halfWidth)
  }
}
