import SimGeometry
import SimMap

/// The lanes of a route's road segments, and how many lane changes each is away from where the
/// route leads: what a planner that chooses its own lane may choose from.
struct RouteLanes {
  let map: LaneGraph
  let route: Route
  /// Of each road segment in driving order.
  private var levels: [Level] = []

  private struct Level {
    var lanes: [Int]
    /// Changes that are needed later if one stays on the lane to its end.
    var staying: [Int]
    /// The least number of changes that lead from the lane to the goal.
    var changes: [Int]
  }

  /// From here the route cannot be driven on.
  static let unreachable = 1_000_000

  /// - Returns: nil for a route along which lanes are not to be chosen: one that runs in a ring,
  ///   passes a segment twice, or jumps from lane to lane.
  init?(_ route: Route, on map: LaneGraph) {
    guard !route.isClosed, let last = route.segments.indices.last else { return nil }
    for (k, segment) in route.segments.enumerated()
    where route.segments[..<k].contains(segment) { return nil }
    for (a, b) in zip(route.lanes, route.lanes.dropFirst()) {
      let isBeside = map.lanes[a].left?.lane == b || map.lanes[a].right?.lane == b
      guard map.lanes[a].successors.contains(b) || isBeside else { return nil }
    }
    self.map = map
    self.route = route
    levels = route.segments.map { segment in
      let lanes = map.segments[segment].lanes.filter {
        map.lanes[$0].kind.isDrivable || route.lanes.contains($0)
      }
      let none = [Int](repeating: Self.unreachable, count: lanes.count)
      return Level(lanes: lanes, staying: none, changes: none)
    }
    let goal = route.goalArcLength.map { route.lanes[route.laneIndex(at: $0)] }
    let goalLevel = goal.flatMap { level(of: $0) }
    for k in levels.indices.reversed() {
      for i in levels[k].lanes.indices {
        let lane = levels[k].lanes[i]
        var least = Self.unreachable
        if k == last {
          least = 0
        } else {
          for next in map.lanes[lane].successors {
            least = min(least, changes(next, at: k + 1))
          }
        }
        if k == goalLevel {
          // Behind the goal lanes do not matter.
          least = lane == goal ? 0 : Self.unreachable
        }
        levels[k].staying[i] = least
        levels[k].changes[i] = least
      }
      // As many rounds as there are lanes: each may lead over all others.
      for _ in levels[k].lanes.indices {
        for i in levels[k].lanes.indices {
          for target in targets(of: levels[k].lanes[i], at: k) {
            levels[k].changes[i] = min(levels[k].changes[i], changes(target, at: k) + 1)
          }
        }
      }
    }
  }

  /// Place of a lane's segment on the route; nil if it is not on it.
  func level(of lane: Int) -> Int? { route.segments.firstIndex(of: map.lanes[lane].segment) }

  /// The least number of changes from a lane to the goal.
  func changes(_ lane: Int, at level: Int) -> Int {
    levels[level].lanes.firstIndex(of: lane).map { levels[level].changes[$0] } ?? Self.unreachable
  }

  /// Lanes of the route that may be changed to from a lane.
  func targets(of lane: Int, at level: Int) -> [Int] {
    var targets = map.laneChangeTargets(of: lane)
    // What the route does is allowed.
    for (a, b) in zip(route.lanes, route.lanes.dropFirst())
    where a == lane && !map.lanes[a].successors.contains(b) && !targets.contains(b) {
      targets.append(b)
    }
    return targets.filter { levels[level].lanes.contains($0) }
  }

  /// The way over a lane and on along the route without a change, as far as that goes.
  func way(over lane: Int) -> LaneWay? {
    guard let first = level(of: lane) else { return nil }
    var lanes = [lane]
    // What is behind, where followers are looked for.
    var back = 0
    var length = 0.0
    while length < Self.lookBehind,
      let before = map.lanes[lanes[0]].predecessors.first(where: {
        isDrivenInto(lanes[0], from: $0) && !lanes.contains($0)
      })
    {
      lanes.insert(before, at: 0)
      length += map.lanes[before].length
      back += 1
    }
    var k = first
    var deadline: Int?
    var needed = 0
    while let here = lanes.last, let place = levels[k].lanes.firstIndex(of: here) {
      if deadline == nil, levels[k].changes[place] < levels[k].staying[place] {
        deadline = lanes.count - 1
        needed = levels[k].changes[place]
      }
      guard k + 1 < levels.count else { break }
      var next: Int?
      var least = Self.unreachable
      for successor in map.lanes[here].successors {
        let count = changes(successor, at: k + 1)
        let isPreferred = count == least && route.lanes.contains(successor)
        if count < least || isPreferred {
          least = count
          next = successor
        }
      }
      guard let next else { break }
      lanes.append(next)
      k += 1
    }
    let made = RoutePlanner(map).route(keeping: lanes)
    var limit: Double?
    if let deadline {
      limit = made.laneStarts[deadline] + map.lanes[lanes[deadline]].length
      if let goal = route.goalArcLength, route.laneIndex(at: goal) < route.lanes.count,
        map.lanes[route.lanes[route.laneIndex(at: goal)]].segment
          == map.lanes[lanes[deadline]].segment
      {
        limit = made.centreline.project(route.centreline.point(at: goal)).s
      }
    }
    return LaneWay(route: made, first: back, deadline: limit, changes: needed)
  }

  private func isDrivenInto(_ lane: Int, from before: Int) -> Bool {
    !map.lanes[before].isConnector || map.lanes[lane].predecessors.count == 1
  }

  /// Followers are looked for up to here behind the start of a lane, metres.
  private static let lookBehind = 120.0
}

/// A way along one lane after the other, some way back and as far on as the route allows without a
/// lane change.
struct LaneWay {
  /// With lanes behind the start; its centreline is that of the lanes.
  var route: Route
  /// Place in the lanes of the one that it was made for.
  var first: Int
  /// Arc length by which a change to another lane must be made; nil: it leads to the goal.
  var deadline: Double?
  /// Changes that are needed by then or later.
  var changes: Int

  var line: Polyline { route.centreline }
}
