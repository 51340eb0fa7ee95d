import SimCore
import SimGeometry
import SimMap

/// Routes for the agents of one scenario.
struct RouteFinder {
  private let map: LaneGraph
  private let seconds: Double
  private let sink: DiagnosticSink

  /// - Parameter seconds: duration of the episode.
  init(_ map: LaneGraph, seconds: Double, _ sink: DiagnosticSink) {
    self.map = map
    self.seconds = seconds
    self.sink = sink
  }

  /// Straight on along the lane (interim, until the route planner arrives).
  func openRoute(from lane: Int, s: Double, speed: Double) -> Route {
    let start = map.lanes[lane]
    return Route(
      lanes: [lane], segments: [start.segment], centreline: start.centreline, laneStarts: [0],
      startArcLength: s, goalArcLength: nil)
  }

  /// The way over some lanes to a goal (interim).
  func route(
    from lane: Int, s: Double, speed: Double, via: [Int], goals: [Goal], at location: SourceLocation
  ) -> Route? {
    var route = openRoute(from: lane, s: s, speed: speed)
    route.goalArcLength = route.centreline.length
    for goal in goals {
      if case .lanePosition(let target, let end)? = goal.regions?.first {
        guard target == lane, end >= s else {
          sink.error(at: location, "the goal cannot be reached")
          return nil
        }
        route.goalArcLength = end
      }
    }
    return route
  }
}
