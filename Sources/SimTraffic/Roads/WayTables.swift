import SimMap
import SimStack

/// How the routes of `RouteTables` lie beside each other, for drivers who change lanes.
struct WayTables: Sendable {
  /// Where one gets from an entry of a route by a lane change to the left and to the right.
  struct Beside: Sendable {
    /// Entries of other routes; -1: none.
    var left: Int32 = -1
    var right: Int32 = -1
    /// Arc lengths of the path up to which the two go on side by side; infinite round a ring.
    var leftEnd = 0.0
    var rightEnd = 0.0

    /// The entry on one side, and how far.
    @inline(__always)
    func entry(toLeft: Bool) -> (entry: Int32, end: Double) {
      toLeft ? (left, leftEnd) : (right, rightEnd)
    }
  }

  /// What is said of a route.
  struct Way: Sendable {
    var path: Int32 = -1
    /// -1: nobody changes lanes from or to it.
    var family: Int32 = -1
    /// Who is on it must have changed over to another way by this arc length; infinite: need not.
    var leaveBy = Double.infinity
    var leavesToLeft = false
    /// Changes until the next way that need not be left; `Int32.max`: none can be come to.
    var changes: Int32 = 0
  }

  /// One per entry, and the route that it belongs to; empty if nobody changes lanes.
  var besides: [Beside] = []
  var routeOfEntry: [Int32] = []
  /// One per route.
  var ways: [Way] = []
  /// Lanes that lead into each lane: those of lane i are at `feedStarts[i]..<feedStarts[i + 1]`.
  var feeds: [Int32] = []
  var feedStarts: [Int32] = []
  /// Some way must be left.
  var hasShortWays = false

  init() {}

  /// - Parameters:
  ///   - routes: route and what is known of it, of those that belong to a family.
  init(_ map: LaneGraph, _ tables: RouteTables, _ routes: [(route: Int32, way: TrafficWay)]) {
    besides = tables.entries.map { _ in Beside() }
    routeOfEntry = [Int32](repeating: -1, count: tables.entries.count)
    for (number, route) in tables.routes.enumerated() {
      for entry in route.entries { routeOfEntry[Int(entry)] = Int32(number) }
    }
    ways = tables.routes.map { _ in Way() }
    for (route, way) in routes {
      ways[Int(route)].path = Int32(way.path)
      ways[Int(route)].family = Int32(way.family)
    }
    link(map, tables)
    findEnds(tables)
    let isShort = routes.filter { $0.way.endsShort }.map { Int($0.route) }
    findLeaving(tables, isShort)
    feedStarts = [0]
    for lane in map.lanes.indices {
      feeds += map.lanes[lane].predecessors.map { Int32($0) }
      feedStarts.append(Int32(feeds.count))
    }
  }

  /// Finds for each entry the ways on the lanes beside it.
  private mutating func link(_ map: LaneGraph, _ tables: RouteTables) {
    var entriesOfLane = [[Int32]](repeating: [], count: map.lanes.count)
    for (number, entry) in tables.entries.enumerated() {
      guard ways[Int(routeOfEntry[number])].family >= 0 else { continue }
      entriesOfLane[Int(entry.lane)].append(Int32(number))
    }
    func best(_ lane: Int, besides own: Int) -> Int32 {
      let route = Int(routeOfEntry[own])
      var best = (entry: Int32(-1), rest: -Double.infinity)
      for candidate in entriesOfLane[lane] {
        let other = Int(routeOfEntry[Int(candidate)])
        guard other != route, ways[other].family == ways[route].family else { continue }
        let bounds = tables.routes[other]
        let rest =
          bounds.isRing ? Double.infinity : bounds.length - tables.entries[Int(candidate)].start
        if rest > best.rest { best = (candidate, rest) }
      }
      return best.entry
    }
    for (number, entry) in tables.entries.enumerated() {
      guard ways[Int(routeOfEntry[number])].family >= 0 else { continue }
      let lane = Int(entry.lane)
      if map.lanes[lane].isConnector { continue }
      for target in map.laneChangeTargets(of: lane) where !map.lanes[target].isConnector {
        if map.lanes[lane].left?.lane == target {
          besides[number].left = best(target, besides: number)
        } else {
          besides[number].right = best(target, besides: number)
        }
      }
    }
  }

  /// How far the ways beside go on there.
  private mutating func findEnds(_ tables: RouteTables) {
    for route in tables.routes {
      for toLeft in [true, false] {
        // Twice round a ring, so that what goes on over its seam is seen.
        let laps = route.isRing ? 2 : 1
        var end = -Double.infinity
        var isUnbroken = true
        for lap in (0..<laps).reversed() {
          for number in route.entries.reversed() {
            let entry = Int(number)
            let beside = besides[entry].entry(toLeft: toLeft).entry
            guard beside >= 0 else {
              end = -.infinity
              isUnbroken = false
              continue
            }
            let isLast = number + 1 == route.entries.upperBound
            let next = isLast ? Int(route.entries.lowerBound) : Int(number) + 1
            let follows =
              (!isLast || route.isRing)
              && goesOn(beside, to: besides[next].entry(toLeft: toLeft).entry, tables)
            if !follows {
              end = tables.entries[entry].end + Double(lap) * route.length
              if !isLast || route.isRing { isUnbroken = false }
            }
            if toLeft { besides[entry].leftEnd = end } else { besides[entry].rightEnd = end }
          }
        }
        guard route.isRing, isUnbroken else { continue }
        for number in route.entries {
          if toLeft {
            besides[Int(number)].leftEnd = .infinity
          } else {
            besides[Int(number)].rightEnd = .infinity
          }
        }
      }
    }
  }

  private func goesOn(_ entry: Int32, to next: Int32, _ tables: RouteTables) -> Bool {
    guard next >= 0, routeOfEntry[Int(next)] == routeOfEntry[Int(entry)] else { return false }
    let route = tables.routes[Int(routeOfEntry[Int(entry)])]
    if entry + 1 == route.entries.upperBound {
      return route.isRing && next == route.entries.lowerBound
    }
    return next == entry + 1
  }

  /// Where ways that end short must be left, and to which side: by the fewest changes to a way
  /// that need not be left.
  private mutating func findLeaving(_ tables: RouteTables, _ short: [Int]) {
    var open = short.filter { !tables.routes[$0].isRing }
    var isKnown = ways.map { $0.family >= 0 }
    for route in open { isKnown[route] = false }
    var changes: Int32 = 0
    var found = true
    while found {
      found = false
      changes += 1
      var settled: [Int] = []
      for route in open {
        // The last entry from which a way is beside that leads on.
        for number in tables.routes[route].entries.reversed() {
          let beside = besides[Int(number)]
          let side = [false, true].first { toLeft in
            let target = beside.entry(toLeft: toLeft).entry
            return target >= 0 && isKnown[Int(routeOfEntry[Int(target)])]
          }
          guard let side else { continue }
          ways[route].leaveBy = beside.entry(toLeft: side).end
          ways[route].leavesToLeft = side
          ways[route].changes = changes
          hasShortWays = true
          settled.append(route)
          break
        }
      }
      for route in settled { isKnown[route] = true }
      open.removeAll { isKnown[$0] }
      found = !settled.isEmpty
    }
    for route in open { ways[route].changes = .max }
  }

  /// The lists as buffers, for hot loops; valid inside `withView` only.
  struct View {
    let besides: UnsafeBufferPointer<Beside>
    let routeOfEntry: UnsafeBufferPointer<Int32>
    let ways: UnsafeBufferPointer<Way>
    let feeds: UnsafeBufferPointer<Int32>
    let feedStarts: UnsafeBufferPointer<Int32>
  }

  /// Calls a function with the lists as buffers.
  func withView<R>(_ body: (View) -> R) -> R {
    besides.withUnsafeBufferPointer { besides in
      routeOfEntry.withUnsafeBufferPointer { routeOfEntry in
        ways.withUnsafeBufferPointer { ways in
          feeds.withUnsafeBufferPointer { feeds in
            feedStarts.withUnsafeBufferPointer { feedStarts in
              body(
                View(
                  besides: besides, routeOfEntry: routeOfEntry, ways: ways, feeds: feeds,
                  feedStarts: feedStarts))
            }
          }
        }
      }
    }
  }
}
