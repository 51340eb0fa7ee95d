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
    /// The first and the last segment of the path that come near it; -1 and -2: none does.
    var firstNear: Int
    var lastNear: Int
    /// Square of the distance within which an end of a stretch may matter.
    var endSquare: Double
    /// Square of the distance of its centre from the vehicle at the start.
    var square: Double
  }

  /// A segment of the path whose strip a thing touches.
  private struct Touch {
    var segment: Int
    /// Arc length on the path of the foot of the perpendicular from the box's centre, which may
    /// lie beyond the segment's ends.
    var foot: Double
    /// The box touches the strip right there, on the segment, by more than any rounding.
    var isClear: Bool
  }

  /// A piece of the strip between two arc lengths.
  struct Stretch {
    let first: Double
    let last: Double
    let firstSegment: Int
    let lastSegment: Int
    let start: Vector2
    let end: Vector2
  }

  let path: Polyline
  let halfWidth: Double
  /// Nearest first, as seen from the vehicle at the start.
  private(set) var candidates: [Candidate] = []
  private var touched: [Touch] = []
  private var vehicle = OrientedBox(centre: .zero, heading: 0, length: 0, width: 0)
  private var vehicleRadius = 0.0
  /// The greatest radius of a candidate, metres.
  private var mostRadius = 0.0
  /// Segments of the path that are looked at, and the box around them.
  private var segments = 0...0
  private var bounds = BoundingBox.empty

  /// What is more than this inside of a bound is so in spite of all rounding, metres.
  private static let clearance = 1e-6

  init(path: Polyline, halfWidth: Double) {
    self.path = path
    self.halfWidth = halfWidth
  }

  /// Starts over, for things that may touch the stretch from `first` to `last` (arc lengths,
  /// metres), or that touch the vehicle itself, which may stand beside its path.
  mutating func start(vehicle: OrientedBox, from first: Double, to last: Double) {
    candidates.removeAll(keepingCapacity: true)
    touched.removeAll(keepingCapacity: true)
    mostRadius = 0
    self.vehicle = vehicle
    vehicleRadius = vehicle.radius
    segments = path.segmentIndex(at: first)...path.segmentIndex(at: last)
    var box = BoundingBox.empty
    for i in segments.lowerBound...segments.upperBound + 1 { box.formUnion(path.vertices[i]) }
    bounds = box
  }

  /// Adds a thing if it may touch that stretch or the vehicle.
  ///
  /// - Parameters:
  ///   - index: what the caller knows it by; ascending.
  ///   - path: the corridor's path, lent once for all that are added.
  mutating func add(_ box: OrientedBox, index: Int, along path: PolylineView) {
    let square = (box.centre - vehicle.centre).lengthSquared
    // Far off, as most are, seen at a glance: no radius is longer than half a length and a width.
    let most = reach(of: box.halfLength + box.halfWidth)
    let mostToVehicle = reach(of: box.halfLength + box.halfWidth + vehicleRadius)
    if square > mostToVehicle * mostToVehicle,
      !bounds.expanded(by: most).contains(box.centre)
    {
      return
    }
    let radius = box.radius
    let reach = reach(of: radius)
    let near =
      bounds.expanded(by: reach).contains(box.centre)
      ? path.segments(segments, within: reach, of: box.centre) : nil
    if near == nil {
      // Boxes do not meet unless the circles around them do.
      let most = (radius + vehicleRadius) * (1 + 1e-9)
      guard square <= most * most, box.overlaps(vehicle) else { return }
    }
    let start = touched.count
    if let near {
      for i in near { addTouch(box, i) }
    }
    let candidate = Candidate(
      index: index, box: box, radius: radius, touched: start..<touched.count,
      firstNear: near?.lowerBound ?? -1, lastNear: near?.upperBound ?? -2,
      endSquare: reach * reach, square: square)
    mostRadius = max(mostRadius, radius)
    // The nearest ones first: then most of the others need not be looked at closely.
    candidates.append(candidate)
    var place = candidates.count - 1
    while place > 0, candidates[place - 1].square > candidate.square {
      candidates.swapAt(place - 1, place)
      place -= 1
    }
  }

  /// Notes a segment if a box touches its strip.
  private mutating func addTouch(_ box: OrientedBox, _ i: Int) {
    let direction = path.directions[i]
    let offset = box.centre - path.vertices[i]
    // Wholly on one side: nothing else has to be looked at.
    let beside = direction.cross(offset).magnitude - box.halfExtent(along: direction.left)
    if beside > halfWidth + PathCorridor.clearance { return }
    let along = offset.dot(direction)
    let from = path.arcLengths[i]
    let length = path.arcLengths[i + 1] - from
    var isClear = false
    if along > 0, along < length {
      let foot = path.vertices[i] + direction * along
      isClear = box.distance(to: foot) < halfWidth - PathCorridor.clearance
    }
    if isClear || box.distance(to: path.segment(i)) <= halfWidth {
      touched.append(Touch(segment: i, foot: from + along, isClear: isClear))
    }
  }

  /// The stretch from a point of the path to `last`, arc lengths in metres.
  ///
  /// - Parameters:
  ///   - first: the arc length of that point, clamped to the path.
  ///   - segment: the segment that it lies on.
  ///   - near: a segment near the end, which only shortens the search; updated.
  func stretch(
    from first: Double, at start: Vector2, on segment: Int32, to last: Double, near: inout Int32
  ) -> Stretch {
    let end = path.advance(cursor: &near, s: last).point
    return Stretch(
      first: max(first, 0), last: min(max(last, 0), path.length), firstSegment: Int(segment),
      lastSegment: Int(near), start: start, end: end)
  }

  /// The nearest thing that touches the vehicle or the strip along a stretch; of equally near ones
  /// the first that was added. nil if there is none.
  func nearest(to box: OrientedBox, along stretch: Stretch) -> (index: Int, distance: Double)? {
    let isVehicle = box.halfLength == vehicle.halfLength && box.halfWidth == vehicle.halfWidth
    let radius = isVehicle ? vehicleRadius : box.radius
    var nearest = Double.infinity
    var found = -1
    // Square of the distance from the vehicle at the start beyond which none is nearer.
    var endSquare = Double.infinity
    candidates.withUnsafeBufferPointer { candidates in
      guard var candidate = candidates.baseAddress else { return }
      for _ in candidates.indices {
        defer { candidate += 1 }
        if candidate.pointee.square > endSquare { return }
        // (Field by field: a candidate is a large value to copy.)
        let centre = candidate.pointee.box.centre
        let square = (centre - box.centre).lengthSquared
        let reach = (candidate.pointee.radius + radius) * (1 + 1e-9)
        // Boxes do not meet unless the circles around them do, nor are they nearer than those.
        let isNear = square <= reach * reach
        if !isNear {
          // It touches the strip of a segment, or an end of the stretch is near it.
          guard stretch.firstSegment <= candidate.pointee.lastNear,
            stretch.lastSegment >= candidate.pointee.firstNear
          else { continue }
          if candidate.pointee.touched.isEmpty {
            let square = candidate.pointee.endSquare
            guard
              (centre - stretch.start).lengthSquared <= square
                || (centre - stretch.end).lengthSquared <= square
            else { continue }
          }
        }
        // (Compared as squares: no root of what is farther off.)
        guard square < (nearest + reach) * (nearest + reach),
          (isNear && candidate.pointee.box.overlaps(box)) || touches(candidate, stretch)
        else { continue }
        let distance = box.distance(to: candidate.pointee.box)
        let isFirst = distance == nearest && candidate.pointee.index < found
        if distance < nearest || isFirst {
          nearest = distance
          found = candidate.pointee.index
          // Centres are no farther apart than the boxes, their radii and the way so far.
          let way = (box.centre - vehicle.centre).length
          let end = (distance + way + mostRadius + radius) * (1 + 1e-9)
          endSquare = end * end
        }
      }
    }
    return found < 0 ? nil : (found, nearest)
  }

  /// Whether a candidate touches the strip along a stretch.
  private func touches(_ candidate: UnsafePointer<Candidate>, _ stretch: Stretch) -> Bool {
    let first = stretch.firstSegment
    let last = stretch.lastSegment
    let box = candidate.pointee.box
    let reach = (candidate.pointee.radius + halfWidth) * (1 + 1e-9)
    for k in candidate.pointee.touched {
      let segment = touched[k].segment
      guard segment >= first, segment <= last else { continue }
      if segment > first && segment < last { return true }
      let foot = touched[k].foot
      let clearance = PathCorridor.clearance
      if touched[k].isClear, segment > first || foot > stretch.first + clearance,
        segment < last || foot < stretch.last - clearance
      {
        return true
      }
      // No point of the piece is nearer to the centre than along the path.
      if segment == first, stretch.first - foot > reach + clearance { continue }
      if segment == last, foot - stretch.last > reach + clearance { continue }
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
    let endSquare = candidate.pointee.endSquare
    return (box.centre - stretch.start).lengthSquared <= endSquare
      && box.overlaps(cap(at: stretch.start, towards: -path.directions[first]))
      || (box.centre - stretch.end).lengthSquared <= endSquare
        && box.overlaps(cap(at: stretch.end, towards: path.directions[last]))
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
