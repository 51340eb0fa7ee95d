import SimCore
import SimGeometry
import SimMap

/// Finds where a driver on a route shows an indicator: before and in turns at junctions where one
/// may also go another way, and where the route changes lanes.
///
/// Who goes round a bend does not turn, nor who enters a roundabout or stays on it; who leaves it
/// does.
struct TurnFinder {
  /// How long before a turn or a lane change the indicator is on, metres: the 100 feet of the US
  /// Uniform Vehicle Code, section 11-604.
  static let ahead = 30.0
  /// From this angle on another direction is another way, rad.
  static let leastAngle = 0.5
  /// Lanes before and after a bend that turn by this much the same way are parts of it, rad.
  static let bend = 0.2
  /// Duration of a lane change on a route, seconds; see `RoutePlanner.Options`.
  static let changeTime = 4.0

  let map: LaneGraph

  /// The stretches of a route.
  ///
  /// - Parameter entries: of the route, in order.
  func turns(of entries: ArraySlice<RouteTables.Entry>) -> [RouteTables.Turn] {
    var turns: [RouteTables.Turn] = []
    var index = entries.startIndex + 1
    while index < entries.endIndex {
      if entries[index].isLaneChange {
        if let change = change(entries[index - 1], entries[index]) { turns.append(change) }
        index += 1
        continue
      }
      guard map.lanes[Int(entries[index].lane)].isConnector else {
        index += 1
        continue
      }
      var last = index
      while last + 1 < entries.endIndex, map.lanes[Int(entries[last + 1].lane)].isConnector,
        !entries[last + 1].isLaneChange
      {
        last += 1
      }
      if let turn = turn(entries, index...last) { turns.append(turn) }
      index = last + 1
    }
    return turns
  }

  private func change(
    _ from: RouteTables.Entry, _ to: RouteTables.Entry
  ) -> RouteTables.Turn? {
    let lane = map.lanes[Int(from.lane)]
    let isLeft = lane.left?.lane == Int(to.lane)
    guard isLeft || lane.right?.lane == Int(to.lane) else { return nil }
    let half = 0.5 * min(max(TurnFinder.changeTime * (lane.speedLimit ?? 10), 15), 150)
    return RouteTables.Turn(
      start: to.start - half - TurnFinder.ahead, end: to.start + 0.7 * half, toLeft: isLeft)
  }

  private func turn(
    _ entries: ArraySlice<RouteTables.Entry>, _ run: ClosedRange<Int>
  ) -> RouteTables.Turn? {
    let before = Int(entries[run.lowerBound - 1].lane)
    let first = Int(entries[run.lowerBound].lane)
    let last = Int(entries[run.upperBound].lane)
    let angle = angle(from: first, to: last)
    guard angle.magnitude > TurnFinder.leastAngle, hasChoice(before, first, angle) else {
      return nil
    }
    if run.upperBound + 1 < entries.endIndex {
      let after = Int(entries[run.upperBound + 1].lane)
      let sign = angle > 0 ? 1.0 : -1.0
      if sign * self.angle(from: before, to: before) > TurnFinder.bend,
        sign * self.angle(from: after, to: after) > TurnFinder.bend
      {
        return nil
      }
    }
    return RouteTables.Turn(
      start: entries[run.lowerBound].start - TurnFinder.ahead, end: entries[run.upperBound].end,
      toLeft: angle > 0)
  }

  /// By how much one turns from the start of a lane to the end of another one, rad.
  private func angle(from first: Int, to last: Int) -> Double {
    let start = map.lanes[first].centreline.direction(at: 0)
    let line = map.lanes[last].centreline
    let end = line.direction(at: line.length)
    return ExactMath.atan2(start.cross(end), start.dot(end))
  }

  /// From the road before one may go another way than by this angle.
  private func hasChoice(_ before: Int, _ first: Int, _ angle: Double) -> Bool {
    let segment = map.lanes[before].segment
    var lanes = [before]
    for side in [\Lane.left, \Lane.right] {
      var lane = before
      while let next = map.lanes[lane][keyPath: side], next.isSameDirection,
        map.lanes[next.lane].segment == segment, !lanes.contains(next.lane)
      {
        lane = next.lane
        lanes.append(lane)
      }
    }
    return lanes.contains { lane in
      map.lanes[lane].successors.contains { next in
        next != first
          && (self.angle(from: next, to: next) - angle).magnitude > TurnFinder.leastAngle
      }
    }
  }
}
