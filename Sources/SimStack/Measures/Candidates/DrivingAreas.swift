public import SimGeometry
public import SimMap

/// Where a vehicle stands on the road, asked for many boxes in a neighbourhood at once: whether it
/// is across lanes, off the road, or where only others come towards it.
public struct DrivingAreas: Sendable {
  /// What is true of a box.
  @frozen
  public struct Place: OptionSet, Hashable, Sendable {
    /// Bits.
    public let rawValue: UInt8

    /// What some bits say.
    @inlinable
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Its corners are in more than one lane, and none holds all of them.
    public static let acrossLanes = Place(rawValue: 1)
    /// A corner is in no lane (nor, unless it is asked as the official planner does, in a drivable
    /// area).
    public static let offRoad = Place(rawValue: 2)
    /// Its centre is in no lane of the route (official), or only in lanes that run against it.
    public static let oncoming = Place(rawValue: 4)
  }

  /// How it is asked.
  @frozen
  public enum Rule: Hashable, Sendable {
    /// As PDM-Closed: lanes and car parks within 50 m are all that there is.
    case official
    /// All drivable areas count, and what is oncoming is told by direction.
    case map
  }

  private let map: LaneGraph
  private let rule: Rule
  private var isOnRoute: [Bool]
  /// Lanes and areas prepared so far.
  private var polygons = BandedPolygons()
  /// Place in `polygons` of each lane and, after those, of each drivable area; -1: not prepared.
  private var slots: [Int32]
  /// Those of the neighbourhood.
  private var near: [Near] = []

  fileprivate struct Near: Sendable {
    var box: BoundingBox
    var polygon: Int32
    /// -1: no lane.
    var lane: Int32
    var isOnRoute: Bool
  }

  /// Half the side of the square within which the official planner looks, metres.
  public static let officialReach = 50.0

  /// - Parameter segments: road segments of the route.
  public init(on map: LaneGraph, route segments: [Int], by rule: Rule) {
    self.map = map
    self.rule = rule
    isOnRoute = [Bool](repeating: false, count: map.lanes.count)
    for segment in segments {
      for lane in map.segments[segment].lanes { isOnRoute[lane] = true }
    }
    slots = [Int32](repeating: -1, count: map.lanes.count + map.drivableAreas.count)
  }

  /// The lanes and drivable areas (in map order, areas counted on after the lanes) that the
  /// official planner takes for drivable around a place.
  public static func official(around centre: Vector2, on map: LaneGraph) -> [Int] {
    var found: [Int] = []
    forEachOfficial(around: centre, on: map) { found.append($0) }
    return found
  }

  private static func forEachOfficial(
    around centre: Vector2, on map: LaneGraph, _ body: (Int) -> Void
  ) {
    let square = OrientedBox(
      centre: centre, heading: 0, direction: Vector2(1, 0), length: 2 * officialReach,
      width: 2 * officialReach)
    let box = square.boundingBox
    for isConnector in [false, true] {
      for segment in map.segments
      where segment.isConnector == isConnector && segment.mayMeet(box) {
        guard segment.polygon.overlaps(square) else { continue }
        for lane in segment.lanes { body(lane) }
      }
    }
    for (index, area) in map.drivableAreas.enumerated()
    where area.kind == .parking && area.polygon.overlaps(square) {
      body(map.lanes.count + index)
    }
  }

  /// Takes the neighbourhood that is asked about next.
  ///
  /// - Parameters:
  ///   - bounds: around all boxes that are asked about.
  ///   - centre: of the vehicle now.
  public mutating func gather(_ bounds: BoundingBox, around centre: Vector2) {
    near.removeAll(keepingCapacity: true)
    switch rule {
    case .official:
      let map = map
      for index in DrivingAreas.official(around: centre, on: map) {
        if index < map.lanes.count {
          add(index, map.lanes[index].polygon, lane: index, bounds)
        } else {
          add(index, map.drivableAreas[index - map.lanes.count].polygon, lane: -1, bounds)
        }
      }
    case .map:
      map.forEachDrivableLane(meeting: bounds) { lane in
        add(lane, map.lanes[lane].polygon, lane: lane, bounds)
      }
      // Answers do not depend on the order, but what is done does not either.
      near.sortByLane()
    }
  }

  private mutating func add(_ index: Int, _ polygon: Polygon, lane: Int, _ bounds: BoundingBox) {
    let box = polygon.boundingBox
    guard box.intersects(bounds) else { return }
    if slots[index] < 0 {
      slots[index] = Int32(polygons.append(polygon))
    }
    near.append(
      Near(
        box: box, polygon: slots[index], lane: Int32(lane),
        isOnRoute: lane >= 0 && isOnRoute[lane]))
  }

  /// Where a box stands; it must lie in the neighbourhood gathered.
  public func place(of box: OrientedBox) -> Place {
    let around = box.boundingBox
    let corners = box.corners
    let centre = box.centre
    var held = 0
    var covered = 0
    var isWhole = false
    var isOnRoute = false
    var isAlong = false
    var isInLane = false
    near.withUnsafeBufferPointer { near in
      polygons.withView { polygons in
        for k in near.indices where near[k].box.intersects(around) {
          let polygon = Int(near[k].polygon)
          let a = polygons.contains(corners.0, in: polygon) ? 1 : 0
          let b = polygons.contains(corners.1, in: polygon) ? 2 : 0
          let c = polygons.contains(corners.2, in: polygon) ? 4 : 0
          let d = polygons.contains(corners.3, in: polygon) ? 8 : 0
          let mask = a | b | c | d
          if mask != 0 { held += 1 }
          covered |= mask
          isWhole = isWhole || mask == 15
          if !isOnRoute, near[k].lane >= 0, near[k].isOnRoute || rule == .map,
            polygons.contains(centre, in: polygon)
          {
            isInLane = true
            isOnRoute = near[k].isOnRoute
            if !isOnRoute, !isAlong { isAlong = runsAlong(Int(near[k].lane), box) }
          }
        }
      }
    }
    var place: Place = []
    if held > 1 && !isWhole { place.insert(.acrossLanes) }
    switch rule {
    case .official:
      if covered != 15 { place.insert(.offRoad) }
      if !isOnRoute { place.insert(.oncoming) }
    case .map:
      if covered != 15, !isInDrivableArea(corners, except: covered) { place.insert(.offRoad) }
      if isInLane && !isOnRoute && !isAlong { place.insert(.oncoming) }
    }
    return place
  }

  /// Whether a lane runs the box's way where the box is.
  private func runsAlong(_ lane: Int, _ box: OrientedBox) -> Bool {
    let line = map.lanes[lane].centreline
    return line.directions[Int(line.project(box.centre).segment)].dot(box.direction) > 0
  }

  private func isInDrivableArea(
    _ corners: (Vector2, Vector2, Vector2, Vector2), except covered: Int
  ) -> Bool {
    (covered & 1 != 0 || map.isInDrivableArea(corners.0))
      && (covered & 2 != 0 || map.isInDrivableArea(corners.1))
      && (covered & 4 != 0 || map.isInDrivableArea(corners.2))
      && (covered & 8 != 0 || map.isInDrivableArea(corners.3))
  }

  /// How far a box that is off the road sticks out of it, metres; see `RoadExcursion`.
  public func excursion(of box: OrientedBox) -> Double { RoadExcursion(box, on: map).distance }

  /// Whether a point is in a junction.
  public func isInJunction(_ point: Vector2) -> Bool { map.isInJunction(point) }
}

extension [DrivingAreas.Near] {
  /// By lane, in place: there are few.
  fileprivate mutating func sortByLane() {
    for i in indices.dropFirst() {
      var k = i
      while k > 0, self[k - 1].lane > self[k].lane {
        swapAt(k - 1, k)
        k -= 1
      }
    }
  }
}
