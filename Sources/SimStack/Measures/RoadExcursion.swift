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
      var excursion = RoadExcursion(isInside: true, distance: 0)
      let corners = boxes[tick].corners
      for (corner, position) in [corners.0, corners.1, corners.2, corners.3].enumerated() {
        if !placement.corners[corner].isEmpty(tick) || map.isInDrivableArea(position) { continue }
        excursion.isInside = false
        var distance = map.distanceToDrivableArea(from: position)
        for lane in placement.driven[tick] {
          distance = min(distance, map.lanes[lane].polygon.distance(to: position))
        }
        excursion.distance = max(excursion.distance, distance)
      }
      return excursion
    }
  }
}
