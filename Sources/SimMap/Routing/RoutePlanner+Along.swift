public import SimGeometry

extension RoutePlanner {
  /// The route that a recorded track drove.
  ///
  /// Lane changes of the track become lane changes of the route, where the track crossed over,
  /// also across solid markings. Where the track leaves the map for a while the route takes the
  /// shortest way between, or a direct link if the map has none.
  ///
  /// - Parameters:
  ///   - poses: positions and headings in order of time; as many a metre as there are.
  ///   - continuing: how far the route goes on straight beyond the last lane, metres.
  /// - Throws: if no position lies on a lane that runs its way.
  public func routeAlong(_ poses: [Pose2], continuing: Double = 0) throws(RouteFailure) -> Route {
    let stretches = TrackMatcher(map, options.filter).stretches(of: poses)
    guard let first = stretches.first, let last = stretches.last else {
      throw RouteFailure(.offMap, "none of the \(poses.count) positions lies on a lane")
    }
    var steps = [RouteStep(first.lane)]
    for (a, b) in zip(stretches, stretches.dropFirst()) { append(b, after: a, to: &steps) }
    var lanes = [last.lane]
    extend(&lanes, by: continuing)
    steps += lanes.dropFirst().map { RouteStep($0) }
    return RouteAssembly(map, options).route(over: steps, startArcLength: first.first)
  }

  /// Adds the way from one stretch of a track to the next.
  private func append(
    _ b: TrackMatcher.Stretch, after a: TrackMatcher.Stretch, to steps: inout [RouteStep]
  ) {
    let here = map.lanes[a.lane]
    if here.successors.contains(b.lane) {
      steps.append(RouteStep(b.lane))
      return
    }
    let crossing = here.centreline.project(b.entered).s
    if here.left?.lane == b.lane || here.right?.lane == b.lane {
      steps.append(RouteStep(b.lane, crossing: crossing))
      return
    }
    // A gap: the shortest way, if it is not much longer than the gap is wide. The track may have
    // crossed any marking, and needed less room than a careful driver.
    var free = options
    free.obeysMarkings = false
    free.leastLaneChangeLength = 0
    free.laneChangeCost = 10
    var search = LaneSearch(map, free)
    let gap = here.centreline.point(at: a.last).distance(to: b.entered)
    if let found = search.shortest(
      from: a.lane, a.last, to: [(b.lane, b.first)], limit: 2 * gap + 50)
    {
      for lane in found.lanes.dropFirst() { steps.append(RouteStep(lane)) }
      return
    }
    steps.append(RouteStep(b.lane, jump: (leave: a.last, enter: b.first)))
  }
}
