extension RoutePlanner {
  /// The way straight on from the start of a lane without lane changes: to the first lane end from
  /// which nothing leads on, or until it is long enough.
  ///
  /// - Parameter distance: how long the way must be, metres.
  public func routeKeepingLane(fromLane lane: Int, distance: Double) -> Route {
    var lanes = [lane]
    var length = map.lanes[lane].length
    while length < distance, let last = lanes.last, let next = straightOn(from: last) {
      lanes.append(next)
      length += map.lanes[next].length
    }
    return route(keeping: lanes)
  }

  /// The way over some lanes, each of which leads to the next.
  public func route(keeping lanes: [Int]) -> Route {
    RouteAssembly(map, options).route(over: lanes.map { RouteStep($0) }, startArcLength: 0)
  }

  /// A lane ends, but from a lane beside it, or from one beside that, a way leads on: drivers must
  /// have changed lanes before.
  public func mustLeaveBeforeEnd(of lane: Int) -> Bool {
    guard straightOn(from: lane) == nil else { return false }
    return lanesBeside(lane).contains { straightOn(from: $0) != nil }
  }

  /// All lanes that lane changes lead to from a lane, one after the other, that lane included; in
  /// map order.
  public func lanesBeside(_ lane: Int) -> [Int] {
    var found = [lane]
    var next = 0
    while next < found.count {
      for target in laneChangeTargets(of: found[next]) where !found.contains(target) {
        found.append(target)
      }
      next += 1
    }
    return found.sorted()
  }
}
