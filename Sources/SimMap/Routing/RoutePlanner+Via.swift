import SimGeometry

extension RoutePlanner {
  /// The shortest way that leads over some lanes, in their order, to the nearest of some goals.
  ///
  /// - Parameters:
  ///   - lane: lane of the start.
  ///   - arcLength: place on it, metres.
  ///   - via: lanes to drive on the way.
  ///   - goals: where to go after the last of them; none: straight on.
  ///   - continuing: how far the route goes on beyond the last lane, metres, straight on.
  public func route(
    fromLane lane: Int, arcLength: Double, via: [Int], to goals: [RouteGoal],
    continuing: Double = 0
  ) throws(RouteFailure) -> Route {
    var lanes = [lane]
    var place = arcLength
    for next in via where lanes.last != next {
      let leg = try self.route(
        fromLane: lanes.last ?? lane, arcLength: place, to: [RouteGoal(lane: next)])
      for (before, after) in zip(leg.lanes, leg.lanes.dropFirst()) {
        place = entry(of: after, from: before, at: place)
        lanes.append(after)
      }
    }
    var goalPlace: (place: Int, arcLength: Double)?
    if !goals.isEmpty {
      let last = try self.route(fromLane: lanes.last ?? lane, arcLength: place, to: goals)
      lanes += last.lanes.dropFirst()
      let goal = goals.first { $0.lane == lanes.last } ?? goals[0]
      goalPlace = (lanes.count - 1, goal.arcLength ?? 0.5 * map.lanes[goal.lane].length)
    }
    extend(&lanes, by: continuing)
    var assembly = RouteAssembly(map, options)
    assembly.goal = goalPlace
    return assembly.route(over: lanes.map { RouteStep($0) }, startArcLength: arcLength)
  }

  /// Where a lane is entered from the lane before: at its start, or beside where that one is left.
  private func entry(of lane: Int, from before: Int, at place: Double) -> Double {
    if map.lanes[before].successors.contains(lane) { return 0 }
    return map.lanes[lane].centreline.project(map.lanes[before].centreline.point(at: place)).s
  }
}
