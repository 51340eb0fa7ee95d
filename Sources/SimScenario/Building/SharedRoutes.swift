import SimMap

/// Routes straight on that several agents of a scenario have in common, with the paths they run
/// on: all who start on the same lane, and all who go round the same ring.
struct SharedRoutes {
  private struct Entry {
    var route: Route
    var path: Int
    /// Arc length of the route at which the lane begins.
    var start: Double
  }

  /// By the lane that agents start on.
  private var entries: [Int: Entry] = [:]

  /// The route of an agent that starts at a place on a lane, if there is one already.
  func route(lane: Int, s: Double) -> (route: Route, path: Int)? {
    guard let entry = entries[lane] else { return nil }
    var route = entry.route
    route.startArcLength = entry.start + s
    return (route, entry.path)
  }

  /// A route for all who start on its first lane.
  mutating func add(_ route: Route, path: Int) {
    entries[route.lanes[0]] = Entry(route: route, path: path, start: 0)
  }

  /// A lap for all who start on any of its lanes.
  mutating func addLap(_ route: Route, path: Int) {
    for (lane, start) in zip(route.lanes, route.laneStarts) where entries[lane] == nil {
      entries[lane] = Entry(route: route, path: path, start: start)
    }
  }
}
