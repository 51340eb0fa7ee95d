public import SimGeometry
public import SimMap

/// Places at which a vehicle passed a line where everybody has to stop.
public struct StopPassage: Hashable, Sendable {
  /// The front was before the line at this tick, and past it at the next one.
  public var tick: Int
  /// Index of the line in the map.
  public var stopLine: Int
  /// Least speed with the front within reach before the line, m/s.
  public var leastSpeed: Double

  /// How far before the line one may stop, metres.
  public static let reach = 4.0
  /// Up to this speed one has stopped, m/s.
  public static let standstill = 0.1

  /// It stopped before it went on.
  public var hasStopped: Bool { leastSpeed < StopPassage.standstill }

  /// The passages of a drive, in order of time.
  ///
  /// - Parameters:
  ///   - driven: lanes of the vehicle's centre at each tick.
  ///   - speeds: m/s, one a tick.
  public static func all(
    _ boxes: [OrientedBox], _ driven: LaneSets, speeds: [Double], on map: LaneGraph
  ) -> [StopPassage] {
    guard map.stopLines.contains(where: { $0.rule == .stop }) else { return [] }
    var found: [StopPassage] = []
    for tick in 0..<max(min(boxes.count, driven.count) - 1, 0) {
      for lane in driven[tick] {
        guard let line = map.lanes[lane].stopLine, map.stopLines[line].rule == .stop else {
          continue
        }
        let middle = (map.stopLines[line].from + map.stopLines[line].to) * 0.5
        let centreline = map.lanes[lane].centreline
        let direction = centreline.direction(at: centreline.project(middle).s)
        func ahead(_ tick: Int) -> Double {
          let front = boxes[tick].centre + boxes[tick].direction * boxes[tick].halfLength
          return (middle - front).dot(direction)
        }
        guard ahead(tick) >= 0, ahead(tick + 1) < 0 else { continue }
        var least = Double.infinity
        var before = tick
        while before >= 0, ahead(before) <= reach {
          least = min(least, speeds[before])
          before -= 1
        }
        found.append(StopPassage(tick: tick, stopLine: line, leastSpeed: least))
      }
    }
    return found
  }
}
