import SimCore
import SimGeometry
import SimMap

/// Routes for the agents of one scenario.
struct RouteFinder {
  private let map: LaneGraph
  private let planner: RoutePlanner
  private let sink: DiagnosticSink
  /// Duration of the episode, s.
  private let seconds: Double
  /// Highest limit of the map, m/s.
  private let limit: Double

  /// Agents may be faster than the limit; roads without one are taken to have this one, m/s.
  private static let speeding = 1.5
  private static let speedWithoutLimit = 15.0

  /// - Parameter seconds: duration of the episode.
  init(_ map: LaneGraph, seconds: Double, _ sink: DiagnosticSink) {
    self.map = map
    self.seconds = seconds
    self.sink = sink
    planner = RoutePlanner(map)
    limit = map.lanes.indices.reduce(RouteFinder.speedWithoutLimit) {
      max($0, map.lanes[$1].speedLimit ?? 0)
    }
  }

  /// How far an agent can get, metres.
  private func reach(_ speed: Double) -> Double {
    seconds * RouteFinder.speeding * max(limit, speed) + 50
  }

  /// The way straight on from a place, as far as the agent can get; roads may end sooner.
  func straightOn(from lane: Int, s: Double, speed: Double) -> Route {
    do throws(RouteFailure) {
      return try planner.routeFollowing(fromLane: lane, arcLength: s, distance: reach(speed))
    } catch {
      preconditionFailure("the place has been checked: \(error)")
    }
  }

  /// The way straight on from the start of a lane for all who start somewhere on it; nil if the
  /// way depends on where that is, because it leaves the lane sideways.
  func sharedStraightOn(from lane: Int) -> Route? {
    let route: Route
    do throws(RouteFailure) {
      let distance = map.lanes[lane].length + reach(0)
      route = try planner.routeFollowing(fromLane: lane, arcLength: 0, distance: distance)
    } catch {
      return nil
    }
    guard route.lanes.count == 1 || map.lanes[lane].successors.contains(route.lanes[1]) else {
      return nil
    }
    return route
  }

  /// The way straight on from the start of a lane, without lane changes.
  func keepingLane(from lane: Int) -> Route {
    planner.routeKeepingLane(fromLane: lane, distance: map.lanes[lane].length + reach(0))
  }

  /// The way over lanes each of which leads to the next.
  func keeping(_ lanes: [Int]) -> Route { planner.route(keeping: lanes) }

  func mustLeaveBeforeEnd(of lane: Int) -> Bool { planner.mustLeaveBeforeEnd(of: lane) }

  func lanesBeside(_ lane: Int) -> [Int] { planner.lanesBeside(lane) }

  /// One lap, if the way straight on from a lane leads back to it.
  func lap(from lane: Int) -> Route? {
    do throws(RouteFailure) {
      return try planner.closedRoute(fromLane: lane)
    } catch {
      return nil
    }
  }

  /// The way from the start of a lane to the end of another and straight on; nil if there is none.
  func way(from lane: Int, to goal: Int) -> Route? {
    let end = RouteGoal(lane: goal, arcLength: map.lanes[goal].length)
    do throws(RouteFailure) {
      return try planner.route(
        fromLane: lane, arcLength: 0, to: [end], continuing: reach(0))
    } catch {
      return nil
    }
  }

  /// The way over some lanes to the nearest goal and straight on; nil, with an error in the sink,
  /// if there is none.
  ///
  /// - Parameter locations: of the first lane to lead over and of the first goal.
  func route(
    from lane: Int, s: Double, speed: Double, via: [Int], goals: [Goal],
    at locations: (via: SourceLocation?, goal: SourceLocation?), for id: String
  ) -> Route? {
    let targets = goals.flatMap { places(of: $0) }
    if targets.isEmpty, !goals.isEmpty, goals.allSatisfy(isOffTheMap) {
      report(
        "the goal of '\(id)' cannot be reached",
        RouteFailure(.badPlace, "no lane or drivable area touches it"),
        at: locations.goal ?? locations.via)
      return nil
    }
    if targets.isEmpty, via.isEmpty { return straightOn(from: lane, s: s, speed: speed) }
    do throws(RouteFailure) {
      if via.isEmpty {
        return try planner.route(
          fromLane: lane, arcLength: s, to: targets, continuing: reach(speed))
      }
      do throws(RouteFailure) {
        _ = try planner.route(fromLane: lane, arcLength: s, via: via, to: [])
      } catch {
        report("the route of '\(id)' breaks off", error, at: locations.via)
        return nil
      }
      return try planner.route(
        fromLane: lane, arcLength: s, via: via, to: targets, continuing: reach(speed))
    } catch {
      report("the goal of '\(id)' cannot be reached", error, at: locations.goal ?? locations.via)
      return nil
    }
  }

  private func report(_ message: String, _ failure: RouteFailure, at location: SourceLocation?) {
    guard let location else { preconditionFailure("what leads nowhere has been declared") }
    sink.error(
      at: location, message,
      hint: failure.reason + "; ways follow successors and change lanes where that is allowed")
  }

  /// Places on lanes that stand for a goal; none if it says nothing about where.
  private func places(of goal: Goal) -> [RouteGoal] {
    (goal.regions ?? []).flatMap { region -> [RouteGoal] in
      switch region {
      case .lanePosition(let lane, let s): [RouteGoal(lane: lane, arcLength: s)]
      case .lanes(let lanes): lanes.map { RouteGoal(lane: $0) }
      case .circle(let centre, let radius): places(around: centre, radius)
      case .polygon(let polygon): places(in: polygon)
      }
    }
  }

  /// A goal in places none of which touches anything drivable.
  private func isOffTheMap(_ goal: Goal) -> Bool {
    guard let regions = goal.regions, !regions.isEmpty else { return false }
    return regions.allSatisfy { region in
      switch region {
      case .lanePosition, .lanes: false
      case .circle(let centre, let radius):
        map.distanceToDrivableArea(from: centre, within: radius) > radius
      case .polygon(let polygon):
        !map.drivableAreas.contains {
          $0.polygon.boundingBox.intersects(polygon.boundingBox)
            && $0.polygon.intersectionArea(with: polygon) > 0
        }
      }
    }
  }

  /// The points nearest to the centre of a circle on all lanes that pass through it. Beside the
  /// lanes, in a parking bay say, there are none, and the route goes straight on.
  private func places(around centre: Vector2, _ radius: Double) -> [RouteGoal] {
    let reach = BoundingBox(centre: centre, halfSide: radius)
    return candidates(reach).compactMap { lane in
      let point = map.lanes[lane].centreline.project(centre)
      let isInside = point.distance <= radius || map.lane(lane, contains: centre)
      return isInside ? RouteGoal(lane: lane, arcLength: point.s) : nil
    }
  }

  /// The middles of the stretches of all lanes that pass through a polygon.
  private func places(in polygon: Polygon) -> [RouteGoal] {
    candidates(polygon.boundingBox).compactMap { lane in
      let line = map.lanes[lane].centreline
      let step = max(0.25, line.length / 2000)
      var first: Double?
      var last = 0.0
      for k in 0...Int(line.length / step) {
        let s = step * Double(k)
        if polygon.contains(line.point(at: s)) {
          first = first ?? s
          last = s
        } else if first != nil {
          break
        }
      }
      return first.map { RouteGoal(lane: lane, arcLength: ($0 + last) / 2) }
    }
  }

  private func candidates(_ box: BoundingBox) -> [Int] {
    map.lanes.indices.filter { lane in
      map.lanes[lane].kind.isDrivable && map.lanes[lane].polygon.boundingBox.intersects(box)
    }
  }
}
