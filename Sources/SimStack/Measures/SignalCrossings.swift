public import SimGeometry
public import SimMap

/// Places at which a vehicle passed a stop line that a signal closes at times.
public struct SignalCrossing: Hashable, Sendable {
  /// The front was before the line at this tick, and past it at the next one.
  public var tick: Int
  /// Index of the signal in the map.
  public var signal: Int
  /// Connector that was entered, or lane that was left.
  public var lane: Int

  /// The passages of a drive, in order of time.
  ///
  /// A signal that belongs to a connector releases its entry, one that belongs to an ordinary lane
  /// its end; one passes it with the middle of the front bumper at the lane's stop line, or where
  /// there is none at that end of the lane. Lines that the drive begins beyond are not passed.
  ///
  /// - Parameters:
  ///   - boxes: the vehicle, tick by tick.
  ///   - driven: lanes of its centre.
  ///   - route: lanes that it wants to go, which tell which of several connectors it is on.
  public static func all(
    _ boxes: [OrientedBox], _ driven: LaneSets, route: [Int], on map: LaneGraph
  ) -> [SignalCrossing] {
    guard !map.signals.isEmpty else { return [] }
    var crossings: [SignalCrossing] = []
    for tick in driven.count > 1 ? 1..<driven.count : 0..<0 {
      if driven.sharesStore(tick, tick - 1) { continue }
      let before = driven[tick - 1]
      let entered = driven[tick].filter { !before.contains($0) }
      let connectors = entered.filter { map.lanes[$0].isConnector }
      let connector = connectors.first { route.contains($0) } ?? connectors.first
      var passed: [(lane: Int, approach: Int?)] = []
      if let connector, map.lanes[connector].signal != nil {
        let approach = before.first { map.lanes[connector].predecessors.contains($0) }
        passed.append((connector, approach))
      }
      // The same line may be said of the lane before; the connector knows better.
      let isKnown = !passed.isEmpty
      for lane in before
      where !isKnown && !driven[tick].contains(lane) && !map.lanes[lane].isConnector {
        let leadsOn = map.lanes[lane].successors.contains { entered.contains($0) }
        if map.lanes[lane].signal != nil, leadsOn { passed.append((lane, lane)) }
      }
      for (lane, approach) in passed {
        guard let signal = map.lanes[lane].signal,
          let last = lastTickBefore(line(of: lane, approach, on: map), boxes, until: tick)
        else { continue }
        let crossing = SignalCrossing(tick: last, signal: signal, lane: lane)
        crossings.append(crossing)
      }
    }
    return crossings
  }

  /// A point of the stop line, and the direction in which it is passed.
  private static func line(
    of lane: Int, _ approach: Int?, on map: LaneGraph
  ) -> (point: Vector2, direction: Vector2) {
    let centreline = map.lanes[lane].centreline
    let isEntry = map.lanes[lane].isConnector
    let end = isEntry ? 0 : centreline.length
    let place = (point: centreline.point(at: end), direction: centreline.direction(at: end))
    let stop = approach.flatMap { map.lanes[$0].stopLine } ?? map.lanes[lane].stopLine
    guard let stop else { return place }
    let middle = (map.stopLines[stop].from + map.stopLines[stop].to) * 0.5
    // One that is far off belongs to another end.
    return middle.distance(to: place.point) < 30 ? (middle, place.direction) : place
  }

  /// The last tick at which the front was not beyond a line; nil if it always was.
  private static func lastTickBefore(
    _ line: (point: Vector2, direction: Vector2), _ boxes: [OrientedBox], until tick: Int
  ) -> Int? {
    var k = tick
    while k >= 0 {
      let front = boxes[k].centre + boxes[k].direction * boxes[k].halfLength
      if (front - line.point).dot(line.direction) <= 0 {
        return k + 1 < boxes.count ? k : nil
      }
      k -= 1
    }
    return nil
  }
}
