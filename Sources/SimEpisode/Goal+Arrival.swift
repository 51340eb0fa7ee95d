import SimGeometry
public import SimMap
public import SimScenario
public import SimStack

extension Goal {
  /// The goal as an appointment along a route.
  ///
  /// - Parameter duration: ticks of the episode.
  /// - Returns: nil if it says no more than "within the episode", or the route does not pass it.
  public func arrival(
    along route: Route, on map: LaneGraph, duration: Int
  ) -> ArrivalWindow? {
    guard let ticks, ticks.lowerBound > 0 || ticks.upperBound < duration, let regions else {
      return nil
    }
    let line = route.centreline
    var found: ClosedRange<Double>?
    var s = max(route.startArcLength, 0)
    while s <= line.length {
      let point = line.point(at: s)
      if regions.contains(where: { $0.contains(point, on: map) }) {
        found = (found?.lowerBound ?? s)...s
      } else if found != nil {
        break
      }
      s += Self.sampling
    }
    return found.map { ArrivalWindow(ticks: ticks, arcLengths: $0, speeds: speed) }
  }

  /// The line is looked at so often, metres.
  private static let sampling = 0.25
}
