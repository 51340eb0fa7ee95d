public import SimGeometry
public import SimMap

/// How far a vehicle's corners stick out of where one may drive, at one tick.
@frozen
public struct RoadExcursion: Hashable, Sendable {
  /// All corners are in a lane, a connector or a drivable area.
  public var isInside: Bool
  /// Distance of the farthest outside corner to the nearest of: drivable areas, lanes of the
  /// vehicle's centre. 0 if all are inside; infinite if there is nothing to be near to. Metres.
  public var distance: Double

  /// The excursion at each tick.
  ///
  /// - Parameter placement: lanes of the vehicle's centre and corners.
  public static func all(
    _ boxes: [OrientedBox], _ placement: LanePlacement, on map: LaneGraph
  ) -> [RoadExcursion] {
    boxes.indices.map { tick in
      // The usual case by far.
      if !placement.corners.contains(where: { $0.isEmpty(tick) }) {
        return RoadExcursion(isInside: true, distance: 0)
      }
      return RoadExcursion(boxes[tick], drivenLanes: placement.driven[tick], on: map) { corner, _ in
        !placement.corners[corner].isEmpty(tick)
      }
    }
  }

  private init(isInside: Bool, distance: Double) {
    self.isInside = isInside
    self.distance = distance
  }

  /// The excursion of a box by itself.
  public init(_ box: OrientedBox, on map: LaneGraph) {
    self.init(box, drivenLanes: map.lanes(containing: box.centre), on: map) { _, position in
      !map.lanes(containing: position).isEmpty
    }
  }

  /// - Parameters:
  ///   - drivenLanes: lanes of the box's centre.
  ///   - isInLane: whether a corner (its number and place) is in some lane.
  private init(
    _ box: OrientedBox, drivenLanes: some Sequence<Int>, on map: LaneGraph,
    isInLane: (Int, Vector2) -> Bool
  ) {
    isInside = true
    distance = 0
    let corners = box.corners
    for (corner, position) in [corners.0, corners.1, corners.2, corners.3].enumerated() {
      if isInLane(corner, position) || map.isInDrivableArea(position) { continue }
      isInside = false
      var nearest = map.distanceToDrivableArea(from: position)
      for lane in drivenLanes {
        nearest = min(nearest, map.lanes[lane].polygon.distance(to: position))
      }
      distance = max(distance, nearest)
    }
  }
}
