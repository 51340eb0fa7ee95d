import SimGeometry
import SimMap
import SimStack

/// Ways for the agents of a scenario that change lanes as they see fit: where nobody has to say
/// beforehand which lane an agent is on.
///
/// A way leads along one lane after the other; there is one for each sequence of lanes, however
/// many agents share it. Ways that lead to the same place are a family, those straight on are
/// family 0.
struct WayFinder {
  /// A place on a way.
  struct Place {
    var way: Int
    /// Arc length of the way at which the lane begins.
    var start: Double
  }

  private let map: LaneGraph
  private let finder: RouteFinder
  /// With the paths in the order in which they were added.
  private(set) var ways: [TrafficWay] = []
  /// Ways straight on by the lane that they are for.
  private var open: [Int: Place] = [:]
  /// Families by the lanes of their routes and the place of the goal.
  private var families: [[Int]: Place] = [:]
  private var familyCount = 1

  init(_ map: LaneGraph, _ finder: RouteFinder) {
    self.map = map
    self.finder = finder
  }

  /// The route on a way of an agent that starts on it.
  func route(_ place: Place, s: Double) -> Route {
    var route = ways[place.way].route
    route.startArcLength = place.start + s
    return route
  }

  /// The way straight on from a lane; on a ring a lap of it.
  mutating func openWay(from lane: Int, _ paths: inout [Polyline]) -> Place {
    if let known = open[lane] { return known }
    let route = finder.keepingLane(from: lane)
    if route.lanes.dropFirst().contains(lane), let lap = finder.lap(from: lane) {
      let way = add(lap, family: 0, endsShort: false, &paths)
      for (lane, start) in zip(lap.lanes, lap.laneStarts) where open[lane] == nil {
        open[lane] = Place(way: way, start: start)
      }
    } else {
      let last = route.lanes[route.lanes.count - 1]
      let way = add(route, family: 0, endsShort: finder.mustLeaveBeforeEnd(of: last), &paths)
      open[lane] = Place(way: way, start: 0)
    }
    return open[lane] ?? Place(way: 0, start: 0)
  }

  private mutating func add(
    _ route: Route, family: Int, endsShort: Bool, _ paths: inout [Polyline]
  ) -> Int {
    ways.append(
      TrafficWay(route: route, path: paths.count, family: family, endsShort: endsShort))
    paths.append(route.centreline)
    return ways.count - 1
  }

  /// Adds the ways straight on that can be reached from those there are by lane changes.
  mutating func addOpenWaysBeside(_ paths: inout [Polyline]) {
    // How far a way leads on from the start of each lane; infinite if as far as any could.
    var reach: [Int: Double] = [:]
    var next = 0
    while next < ways.count {
      let way = ways[next]
      next += 1
      guard way.family == 0 else { continue }
      cover(way, in: &reach)
      for (k, lane) in way.route.lanes.enumerated() where !map.lanes[lane].isConnector {
        let rest = rest(of: way.route, from: k)
        for beside in map.laneChangeTargets(of: lane) where !map.lanes[beside].isConnector {
          if open[beside] != nil || (reach[beside] ?? 0) >= rest - 1 { continue }
          let place = openWay(from: beside, &paths)
          cover(ways[place.way], in: &reach)
        }
      }
    }
  }

  private func cover(_ way: TrafficWay, in reach: inout [Int: Double]) {
    for (k, lane) in way.route.lanes.enumerated() {
      reach[lane] = max(reach[lane] ?? 0, rest(of: way.route, from: k))
    }
  }

  /// How far a route leads on from its k-th lane, metres; infinite round a ring, and where the road
  /// ends.
  private func rest(of route: Route, from k: Int) -> Double {
    let last = route.lanes[route.lanes.count - 1]
    if route.isClosed || map.lanes[last].successors.isEmpty { return .infinity }
    return route.centreline.length - route.laneStarts[k]
  }

  // MARK: - To a goal

  /// The ways beside a route, along all lanes from which it can be joined, and the place of its
  /// first lane among them.
  ///
  /// - Parameters:
  ///   - route: a route to a goal, with lane changes.
  ///   - goal: place in the route's lanes of the one that must be come to.
  mutating func waysBeside(
    _ route: Route, goal: Int, _ paths: inout [Polyline]
  ) -> Place {
    if let known = families[route.lanes + [-1, goal]] { return known }
    let rows = rows(of: route)
    let family = familyCount
    familyCount += 1
    var used = rows.map { _ in Set<Int>() }
    let goalRow = rows.firstIndex { $0.places.contains(goal) } ?? rows.count - 1
    var first: Place?
    for start in rows.indices {
      for lane in rows[start].lanes where !used[start].contains(lane) {
        var lanes = [lane]
        used[start].insert(lane)
        var row = start
        while row + 1 < rows.count, let last = lanes.last {
          // Who passes the goal on another lane has missed it.
          if row == goalRow && last != route.lanes[goal] { break }
          let onwards = rows[row + 1].lanes.filter { map.lanes[last].successors.contains($0) }
          guard let next = onwards.first(where: { route.lanes.contains($0) }) ?? onwards.first,
            !used[row + 1].contains(next)
          else { break }
          lanes.append(next)
          used[row + 1].insert(next)
          row += 1
        }
        let missesGoal = row < goalRow || (row == goalRow && lanes.last != route.lanes[goal])
        let way = add(
          finder.keeping(lanes), family: family, endsShort: start <= goalRow && missesGoal, &paths)
        if start == 0 && lane == route.lanes[0] { first = Place(way: way, start: 0) }
      }
    }
    let place = first ?? Place(way: ways.count - 1, start: 0)
    families[route.lanes + [-1, goal]] = place
    return place
  }

  /// The lanes side by side along a route, from one stretch to the next.
  ///
  /// - Returns: for each stretch its lanes, and which of the route's are among them.
  private func rows(of route: Route) -> [(lanes: [Int], places: Range<Int>)] {
    var rows: [(lanes: [Int], places: Range<Int>)] = []
    var k = 0
    while k < route.lanes.count {
      let first = k
      while k + 1 < route.lanes.count,
        !map.lanes[route.lanes[k]].successors.contains(route.lanes[k + 1])
      {
        k += 1
      }
      k += 1
      let own = Array(route.lanes[first..<k])
      let beside =
        map.lanes[own[0]].isConnector ? own : finder.lanesBeside(own[0]) + own
      var lanes: [Int] = []
      for lane in beside.sorted() where lane != lanes.last { lanes.append(lane) }
      rows.append((lanes, first..<k))
    }
    return rows
  }
}
