import SimCore
import SimGeometry
import SimMap

/// Routes for agents of a recording: from a start towards goals, and along recorded lanes.
struct RecordingRoutes {
  let map: LaneGraph
  private let planner: RoutePlanner

  /// A start farther than this from every lane of its direction is off the road, metres.
  private static let startReach = 5.0
  /// Every route goes on this far behind its goal, metres: nobody is to brake for a route's end.
  private static let beyondGoal = 200.0
  /// Start lanes whose misfits differ by less than this may be either, metres.
  private static let likeness = 0.5
  /// A goal region concerns lanes within this of its own directions, rad.
  private static let goalTurn = Double.pi / 4

  init(_ map: LaneGraph) {
    self.map = map
    planner = RoutePlanner(map)
  }

  // MARK: - Recorded ways

  /// The way along recorded lanes and on beyond them; its goal is where the recording ends.
  ///
  /// - Parameters:
  ///   - beyond: how far it goes on straight, metres.
  ///   - start: where the drive begins; nil: where the recording does.
  /// - Returns: nil if the recording touches no lane of its direction.
  func along(
    _ motion: RecordedMotion, beyond: Double, startingAt start: Pose2? = nil
  ) -> Route? {
    let poses = zip(motion.positions, motion.headings).map { Pose2($0, heading: $1) }
    for filter in [LaneFilter.drivable, .all] {
      var planner = planner
      planner.options.filter = filter
      guard var route = try? planner.routeAlong(poses, continuing: beyond) else { continue }
      // From where it starts the end is not more than its own way ahead; beyond that another
      // stretch of the route may come by.
      route.goalArcLength =
        route.centreline.project(
          motion.positions[motion.positions.count - 1],
          near: min(route.startArcLength + motion.travelled, route.centreline.length),
          window: 20 + 0.2 * motion.travelled
        ).s
      if let start {
        route.startArcLength =
          route.centreline.project(
            start.position, near: route.startArcLength, window: 50
          ).s
      }
      return route
    }
    return nil
  }

  /// Whether fewer than half of the recorded positions lie on lanes of the route made of them: a
  /// drive on the oncoming side, or beside the road.
  func isBeside(_ route: Route, _ motion: RecordedMotion) -> Bool {
    let held = motion.positions.count { position in
      route.lanes.contains { map.lane($0, contains: position) }
    }
    return 2 * held < motion.positions.count
  }

  // MARK: - Towards goals

  /// The way from a start to the nearest goal, going on behind it; without a goal in space, or
  /// without a way to one, straight on.
  ///
  /// - Parameters:
  ///   - start: box centre.
  ///   - goals: alternatives.
  ///   - distance: how far a route without a goal has to reach, metres.
  /// - Returns: the route and what is odd about it; nil if the start is on no lane.
  func route(
    from start: Pose2, to goals: [Goal], distance: Double
  ) -> (route: Route, note: String?)? {
    let starts = startLanes(start)
    guard let first = straightest(starts) else { return nil }
    let targets = goals.flatMap { self.targets(of: $0) }
    if targets.isEmpty {
      let hasRegions = goals.contains { $0.regions != nil }
      return onward(from: first, distance).map {
        ($0, hasRegions ? "goals that touch no lane: the route follows the road" : nil)
      }
    }
    for obeysMarkings in [true, false] {
      for lane in starts {
        if let route = route(from: lane, to: targets, obeysMarkings: obeysMarkings) {
          return (route, obeysMarkings ? nil : "ways to a goal that cross solid markings")
        }
      }
    }
    return onward(from: first, distance).map {
      ($0, "goals that cannot be reached: the route follows the road")
    }
  }

  private func route(
    from lane: LaneMatch, to targets: [RouteGoal], obeysMarkings: Bool
  ) -> Route? {
    var planner = planner
    planner.options.obeysMarkings = obeysMarkings
    let start = min(max(lane.frenet.s, 0), map.lanes[lane.lane].length)
    // A goal that is a lane as a whole is met by standing on it.
    let goals = targets.map { target in
      var goal = target
      if goal.lane == lane.lane, goal.arcLength == nil {
        goal.arcLength = max(start, 0.5 * map.lanes[lane.lane].length)
      }
      return goal
    }
    return try? planner.route(
      fromLane: lane.lane, arcLength: start, to: goals, continuing: Self.beyondGoal)
  }

  private func onward(from lane: LaneMatch, _ distance: Double) -> Route? {
    let start = min(max(lane.frenet.s, 0), map.lanes[lane.lane].length)
    return try? planner.routeFollowing(
      fromLane: lane.lane, arcLength: start, distance: distance)
  }

  /// Whether a start is on the road, or near enough to it.
  func canStart(_ start: Pose2) -> Bool { !startLanes(start).isEmpty }

  /// Distance from a start to the nearest lane, metres; nil if there is none.
  func distanceToRoad(from start: Pose2) -> Double? {
    map.lanes.map { $0.polygon.distance(to: start.position) }.min()
  }

  /// Lanes that an ego may start on, likeliest first: drivable ones of its direction that hold it,
  /// by how well they fit; without one the nearest, whatever kind it is.
  private func startLanes(_ start: Pose2) -> [LaneMatch] {
    for filter in [LaneFilter.drivable, .all] {
      for gate in [Double.pi / 3, .pi] {
        let matches = map.laneMatches(
          for: start, within: Self.startReach, headingGate: gate, filter)
        let holding = matches.filter { $0.distance == 0 }
        let fitting = (holding.isEmpty ? matches : holding).enumerated().sorted { a, b in
          let misfits = (misfit(a.element), misfit(b.element))
          return misfits.0 == misfits.1 ? a.offset < b.offset : misfits.0 < misfits.1
        }
        if !fitting.isEmpty { return fitting.map(\.element) }
      }
    }
    return []
  }

  /// Of the start lanes that fit about as well as the best, the one that turns least from here to
  /// its end: where the lanes through a junction still lie over each other, the start alone does
  /// not tell which one it is.
  private func straightest(_ starts: [LaneMatch]) -> LaneMatch? {
    guard let first = starts.first else { return nil }
    var best = (match: first, turn: turnToEnd(first))
    for match in starts.dropFirst()
    where match.distance == first.distance && misfit(match) <= misfit(first) + Self.likeness {
      let turn = turnToEnd(match)
      if turn < best.turn { best = (match, turn) }
    }
    return best.match
  }

  /// Change of heading from a place on a lane to the lane's end, rad.
  private func turnToEnd(_ match: LaneMatch) -> Double {
    let line = map.lanes[match.lane].centreline
    let here = line.smoothPose(at: min(max(match.frenet.s, 0), line.length)).heading
    return ExactMath.wrapAngle(line.smoothPose(at: line.length).heading - here).magnitude
  }

  /// A tenth of a radian counts as much as half a metre.
  private func misfit(_ match: LaneMatch) -> Double {
    match.distance + match.frenet.distance + 5 * match.headingDifference.magnitude
  }

  /// Places on lanes that stand for a goal.
  private func targets(of goal: Goal) -> [RouteGoal] {
    (goal.regions ?? []).flatMap { region -> [RouteGoal] in
      switch region {
      case .lanes(let lanes): return lanes.map { RouteGoal(lane: $0) }
      case .lanePosition(let lane, let arcLength):
        return [RouteGoal(lane: lane, arcLength: arcLength)]
      case .polygon(let polygon):
        return targets(meeting: polygon, around: polygon.centroid, goal)
      case .circle(let centre, let radius):
        // A regular polygon of 16 corners around the circle.
        let around = radius / ExactMath.cos(.pi / 16)
        let corners = (0..<16).map {
          Pose2(centre, heading: Double($0) * .pi / 8).advanced(by: around).position
        }
        return targets(meeting: Polygon(corners), around: centre, goal)
      }
    }
  }

  /// The lanes that a region lies on, each at the place nearest to the region's middle; only those
  /// of the goal's direction, if it states one and any lane has it.
  private func targets(
    meeting area: Polygon, around middle: Vector2, _ goal: Goal
  ) -> [RouteGoal] {
    var aligned: [RouteGoal] = []
    var others: [RouteGoal] = []
    for lane in map.lanes where lane.kind.isDrivable && lane.polygon.intersects(area) {
      let place = lane.centreline.project(middle)
      let target = RouteGoal(lane: lane.index, arcLength: min(max(place.s, 0), lane.length))
      // Touching the region's edge is not yet being in it.
      guard area.distance(to: lane.centreline.point(at: place.s)) <= 2 else { continue }
      if let heading = goal.heading {
        let direction = lane.centreline.smoothPose(at: place.s).heading
        let range = AngleInterval(
          from: heading.lower - Self.goalTurn,
          to: heading.lower + heading.width + Self.goalTurn)
        guard range.contains(direction) else {
          others.append(target)
          continue
        }
      }
      aligned.append(target)
    }
    return aligned.isEmpty ? others : aligned
  }
}
