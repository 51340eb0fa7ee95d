import SimCore
import SimGeometry
import SimMap

/// Finds the lanes to follow along a route (PDM-Closed's centreline): by length, without changing
/// lanes but where the route's segments do not connect otherwise.
struct CentrelineSearch {
  let map: LaneGraph
  /// Road segments of the route.
  let segments: [Int]

  /// Segments that are looked at ahead of the start.
  private static let window = 30

  /// Lanes of the route, segment by segment.
  var lanes: [Int] { segments.flatMap { map.segments[$0].lanes } }

  /// The lane in which a vehicle is best taken to start; nil for a route without lanes.
  ///
  /// - Parameter areas: lanes in which it may be, in order of preference among equals.
  func startLane(_ ego: Pose2, box: OrientedBox, among areas: [Int]) -> Int? {
    let route = lanes
    var best: Int?
    var least = Double.infinity
    for lane in areas where lane < map.lanes.count && route.contains(lane) {
      guard map.lanes[lane].polygon.containsOrTouches(ego.position) else { continue }
      let match = map.lanes[lane].centreline.nearestVertex(to: ego.position)
      let error = ExactMath.wrapAngle(match.heading - ego.heading).magnitude
      if error < least {
        least = error
        best = lane
      }
    }
    if let best { return best }
    let outline = Polygon(box)
    for lane in route {
      if map.lanes[lane].polygon.contains(box.centre) { return lane }
      let distance = map.lanes[lane].polygon.distance(to: outline)
      if distance < least {
        least = distance
        best = lane
      }
    }
    return best
  }

  /// The cheapest chain of lanes from a start to the last segment of the window; where that cannot
  /// be reached, the cheapest of the longest chains.
  func path(from start: Int) -> [Int] {
    let allowed = lanes
    let place = segments.firstIndex(of: map.lanes[start].segment) ?? 0
    let goal = segments[min(place + Self.window, segments.count) - 1]
    var parents = [Int: Int]()
    var queue = [Reached(lane: start, cost: 1, depth: 1)]
    var expanded: [Reached] = []
    var isKnown = Set([start])
    var end: Int?
    while let next = queue.indices.min(by: { queue[$0].cost < queue[$1].cost }) {
      let here = queue.remove(at: next)
      if map.lanes[here.lane].segment == goal {
        end = here.lane
        break
      }
      expanded.append(here)
      for lane in map.lanes[here.lane].successors where allowed.contains(lane) {
        let cost = here.cost + map.lanes[lane].length
        if !isKnown.contains(lane) {
          isKnown.insert(lane)
          parents[lane] = here.lane
          queue.append(Reached(lane: lane, cost: cost, depth: here.depth + 1))
        } else if let k = queue.firstIndex(where: { $0.lane == lane }), cost < queue[k].cost {
          parents[lane] = here.lane
          queue[k] = Reached(lane: lane, cost: cost, depth: here.depth + 1)
        }
      }
    }
    if end == nil {
      let deepest = expanded.map(\.depth).max() ?? 1
      end = expanded.filter { $0.depth == deepest }.min { $0.cost < $1.cost }?.lane
    }
    var path = [end ?? start]
    while let last = path.last, let parent = parents[last] { path.append(parent) }
    return path.reversed()
  }

  private struct Reached {
    var lane: Int
    var cost: Double
    var depth: Int
  }

  /// The centrelines of lanes in a row as the official planner has them: every vertex, with the
  /// heading to the next one of its lane; joints twice.
  static func poses(_ lanes: [Int], on map: LaneGraph) -> [Pose2] {
    lanes.flatMap { lane -> [Pose2] in
      let line = map.lanes[lane].centreline
      return line.vertices.indices.map { i in
        Pose2(line.vertices[i], heading: line.segmentHeadings[min(i, line.segmentCount - 1)])
      }
    }
  }
}
