import SimGeometry
import SimMap
import SimStack

/// The lines on a route at which everybody has to stop: closed until the vehicle has stood before
/// them.
struct StopSigns {
  /// Arc lengths on the route's centreline, ascending.
  private let lines: [Double]
  /// The next one that is closed.
  private var next = 0

  /// Who has stood within this far of the line has stopped at it, metres: half a metre less than what
  /// is asked for, since a bend makes the way to the line longer than the distance.
  private static let reach = StopPassage.reach - 0.5

  init(route: Route, map: LaneGraph) {
    var lines: [Double] = []
    for (k, lane) in route.lanes.enumerated() {
      guard let line = map.lanes[lane].stopLine, map.stopLines[line].rule == .stop else { continue }
      let middle = (map.stopLines[line].from + map.stopLines[line].to) * 0.5
      let near = route.laneStarts[k] + map.lanes[lane].centreline.project(middle).s
      let arcLength = route.centreline.project(middle, near: near, window: 20).s
      // (A change between lanes of one road passes one line.)
      if let last = lines.last, arcLength < last + 1 { continue }
      lines.append(arcLength)
    }
    self.lines = lines
  }

  /// Where the front has to halt next; nil if nowhere.
  ///
  /// - Parameters:
  ///   - front: arc length of the vehicle's front, metres.
  ///   - speed: m/s.
  mutating func closed(front: Double, speed: Double) -> Double? {
    while next < lines.count, lines[next] < front { next += 1 }
    if next < lines.count, speed < StopPassage.standstill,
      lines[next] - front <= StopSigns.reach
    {
      next += 1
    }
    return next < lines.count ? lines[next] : nil
  }
}
