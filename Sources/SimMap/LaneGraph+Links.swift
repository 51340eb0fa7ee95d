// Questions about single lanes and what they lead to.
extension LaneGraph {
  /// Arc length at which traffic on a lane halts, metres; nil if the lane has no stop line.
  @inlinable
  public func stopArcLength(ofLane lane: Int) -> Double? {
    let s = stopArcLengths[lane]
    return s < .infinity ? s : nil
  }

  /// The signal that must not be red to go from one lane into the next: that of the connector
  /// entered, else that of the lane left.
  public func signal(from lane: Int, to successor: Int) -> Int? {
    let next = lanes[successor]
    if next.isConnector, let signal = next.signal { return signal }
    return lanes[lane].isConnector ? nil : lanes[lane].signal
  }

  /// The neighbours of a lane that a vehicle may change to: same direction, a marking that may be
  /// crossed, drivable; left first.
  public func laneChangeTargets(of lane: Int) -> [Int] {
    let here = lanes[lane]
    var targets: [Int] = []
    if let left = here.left, left.isSameDirection, here.leftMarking.mayBeCrossed {
      targets.append(left.lane)
    }
    if let right = here.right, right.isSameDirection, here.rightMarking.mayBeCrossed {
      targets.append(right.lane)
    }
    return targets.filter { lanes[$0].kind.isDrivable }
  }

  /// How far one can drive on from a place over successors without changing lanes, metres: along
  /// the longest way, at most `limit`.
  ///
  /// - Parameters:
  ///   - lane: index of the lane to start on.
  ///   - arcLength: place on it, metres.
  ///   - limit: where to stop looking, metres; a way that leads round in a circle has no end.
  public func reachableDistance(
    fromLane lane: Int, arcLength: Double, limit: Double = 10_000
  ) -> Double {
    // Longest way to each lane's start found so far; a lane is looked at again only if reached by
    // a longer one, and lanes are longer than nothing, so the limit ends every circle.
    var best = [Double](repeating: -1, count: lanes.count)
    var reached = max(lanes[lane].length - arcLength, 0)
    var pending = lanes[lane].successors.map { (lane: $0, distance: reached) }
    while let (next, distance) = pending.popLast() {
      if reached >= limit { return limit }
      guard distance > best[next] else { continue }
      best[next] = distance
      let end = distance + lanes[next].length
      reached = max(reached, end)
      for successor in lanes[next].successors { pending.append((successor, end)) }
    }
    return min(reached, limit)
  }
}
