import SimCore
public import SimGeometry

// Look-ups at a point or box. The `into:` variants append and allocate nothing but the growth of
// the given array; answers are always in map order. A point on a boundary is outside (nuPlan's
// rule).
extension LaneGraph {
  /// Appends the lanes whose polygons contain a point, in map order.
  @inlinable
  public func lanes(
    containing point: Vector2, _ filter: LaneFilter = .drivable, into result: inout [Int32]
  ) {
    let first = result.count
    laneIndex.query(point, into: &result)
    keep(in: &result, from: first) {
      filter.contains(laneClasses[$0]) && laneLines[$0].polygon.contains(point)
    }
  }

  /// The lanes whose polygons contain a point, in map order; allocates.
  public func lanes(containing point: Vector2, _ filter: LaneFilter = .drivable) -> [Int] {
    var found: [Int32] = []
    lanes(containing: point, filter, into: &found)
    return found.map(Int.init)
  }

  /// Whether a point is inside a lane.
  @inlinable
  public func lane(_ lane: Int, contains point: Vector2) -> Bool {
    laneLines[lane].polygon.contains(point)
  }

  /// Appends the lanes whose polygons share a point with a box (touching counts), in map order.
  @inlinable
  public func lanes(
    meeting box: OrientedBox, _ filter: LaneFilter = .drivable, into result: inout [Int32]
  ) {
    let first = result.count
    laneIndex.query(box.boundingBox, into: &result)
    keep(in: &result, from: first) {
      filter.contains(laneClasses[$0]) && laneLines[$0].polygon.overlaps(box)
    }
  }

  /// Whether a point is inside a junction.
  @inlinable
  public func isInJunction(_ point: Vector2) -> Bool {
    var found = false
    let box = BoundingBox(min: point, max: point)
    junctionIndex.forEachUnordered(meeting: box) {
      found = found || junctionPolygons[Int($0)].contains(point)
    }
    return found
  }

  /// Whether a point is inside a drivable area.
  @inlinable
  public func isInDrivableArea(_ point: Vector2) -> Bool {
    var found = false
    let box = BoundingBox(min: point, max: point)
    areaIndex.forEachUnordered(meeting: box) {
      found = found || areaPolygons[Int($0)].contains(point)
    }
    return found
  }

  /// Distance from a point to the nearest drivable area, metres; 0 inside, infinite if the map
  /// has none within `limit`.
  @inlinable
  public func distanceToDrivableArea(
    from point: Vector2, within limit: Double = .infinity
  ) -> Double {
    areaIndex.nearest(to: point, within: limit) { areaPolygons[Int($0)].distance(to: point) }?
      .distance ?? .infinity
  }

  /// The lane that a pose most likely drives in.
  ///
  /// Of the lanes that run within `headingGate` of the pose's heading, the one whose polygon is
  /// nearest; among those that contain the position, the one whose centreline is nearest; of equal
  /// ones the first in map order.
  ///
  /// - Parameters:
  ///   - pose: position and heading.
  ///   - limit: lanes farther than this are not found, metres.
  ///   - headingGate: greatest difference of heading, rad; pi lets every lane pass.
  ///   - filter: lanes to consider.
  /// - Returns: nil if no lane fits.
  public func nearestLane(
    to pose: Pose2, within limit: Double = 10, headingGate: Double = .pi / 2,
    _ filter: LaneFilter = .drivable
  ) -> LaneMatch? {
    var best: LaneMatch?
    for match in laneMatches(for: pose, within: limit, headingGate: headingGate, filter) {
      guard let leader = best else {
        best = match
        continue
      }
      let isNearer = match.distance < leader.distance
      let isAsNear = match.distance == leader.distance
      if isNearer || (isAsNear && match.frenet.distance < leader.frenet.distance) { best = match }
    }
    return best
  }

  /// All lanes within a distance of a pose that run within a heading gate of it, in map order.
  ///
  /// - Parameters:
  ///   - pose: position and heading.
  ///   - limit: greatest distance to the lane's polygon, metres.
  ///   - headingGate: greatest difference of heading, rad; pi lets every lane pass.
  ///   - filter: lanes to consider.
  public func laneMatches(
    for pose: Pose2, within limit: Double, headingGate: Double, _ filter: LaneFilter = .drivable
  ) -> [LaneMatch] {
    var found: [Int32] = []
    laneIndex.query(BoundingBox(centre: pose.position, halfSide: limit), into: &found)
    var matches: [LaneMatch] = []
    for index in found {
      let lane = Int(index)
      guard filter.contains(laneClasses[lane]) else { continue }
      let centreline = lanes[lane].centreline
      let frenet = centreline.project(pose.position)
      let heading = centreline.smoothPose(at: frenet.s).heading
      let difference = ExactMath.wrapAngle(pose.heading - heading)
      guard difference.magnitude <= headingGate else { continue }
      let distance = laneLines[lane].polygon.distance(to: pose.position)
      guard distance <= limit else { continue }
      matches.append(
        LaneMatch(lane: lane, frenet: frenet, distance: distance, headingDifference: difference))
    }
    return matches
  }

  /// Keeps the entries from `first` on that pass a test, in place.
  @inlinable
  func keep(in result: inout [Int32], from first: Int, where passes: (Int) -> Bool) {
    var kept = first
    for i in first..<result.count where passes(Int(result[i])) {
      result[kept] = result[i]
      kept += 1
    }
    result.removeLast(result.count - kept)
  }
}

extension LaneGraph {
  /// Calls `body` with the lanes for bicycles whose bounding boxes meet a box, in no particular
  /// order; allocates nothing.
  public func forEachBicycleLane(meeting box: BoundingBox, _ body: (Int) -> Void) {
    laneIndex.forEachUnordered(meeting: box) { item in
      if lanes[Int(item)].kind == .bicycle { body(Int(item)) }
    }
  }

  /// Calls `body` with the drivable lanes whose bounding boxes meet a box, in no particular order;
  /// allocates nothing.
  @inlinable
  public func forEachDrivableLane(meeting box: BoundingBox, _ body: (Int) -> Void) {
    laneIndex.forEachUnordered(meeting: box) { item in
      let lane = Int(item)
      if LaneFilter.drivable.contains(laneClasses[lane]) { body(lane) }
    }
  }
}
