public import SimMap

extension LaneGraph {
  /// The speed limit that nuPlan's metrics hold a vehicle to, m/s; nil if nothing is known.
  ///
  /// In a lane it is that lane's. On connectors, whose own limits do not count, it is the greatest
  /// of all lanes before and after all of them, and unknown if one of those is.
  ///
  /// - Parameter lanes: the vehicle's lane, or all connectors that it may be on.
  @inlinable
  public func scoredSpeedLimit(in lanes: some Collection<Int>) -> Double? {
    var greatest: Double?
    for lane in lanes {
      if self.lanes[lane].isConnector {
        for neighbour in self.lanes[lane].successors {
          guard let limit = self.lanes[neighbour].speedLimit, limit > 0 else { return nil }
          greatest = max(greatest ?? 0, limit)
        }
        for neighbour in self.lanes[lane].predecessors {
          guard let limit = self.lanes[neighbour].speedLimit, limit > 0 else { return nil }
          greatest = max(greatest ?? 0, limit)
        }
      } else {
        guard let limit = self.lanes[lane].speedLimit, limit > 0 else { return nil }
        greatest = max(greatest ?? 0, limit)
      }
    }
    return greatest
  }
}
