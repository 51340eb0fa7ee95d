import SimGeometry

// Questions about single lanes and what they lead to.
extension LaneGraph {
  /// Width of a lane from bound to bound half way along its centreline, metres.
  public func width(ofLane lane: Int) -> Double {
    let lines = lanes[lane].lines
    let middle = lines.centreline.point(at: 0.5 * lines.centreline.length)
    return lines.left.distance(to: middle) + lines.right.distance(to: middle)
  }

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
}
