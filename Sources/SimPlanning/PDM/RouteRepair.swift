import SimCore
import SimGeometry
import SimMap

/// Makes a list of road segments drivable from where a vehicle stands (PDM-Closed's repair).
///
/// Who starts beside the route is led onto it, gaps between segments are filled, and what follows
/// a loop is cut off.
struct RouteRepair {
  let map: LaneGraph

  /// Segments searched backwards from the route's start, and forwards onto it.
  private static let backwardDepth = 15
  private static let forwardDepth = 30
  /// A lane fits a vehicle that is nearer than this to one of its vertices, metres, and off its
  /// heading by less than an eighth of a turn.
  private static let displacement = 3.0
  private static let headingError = Double.pi / 4
  /// Half the side of the square around the rear axle in which segments are looked for, metres.
  private static let reach = 1.0
  /// Connectors that share more than this form a loop, square metres.
  private static let loopArea = 1.0

  /// The repaired route of a vehicle with its rear axle at `pose`.
  func repaired(_ route: [Int], from pose: Pose2) -> [Int] {
    var route = unique(route)
    guard let first = route.first else { return route }
    let start = startSegments(pose, route)
    if let chosen = start.chosen, !route.contains(chosen) {
      if let path = path(from: first, to: start.all, backwards: true, Self.backwardDepth) {
        route.insert(contentsOf: path.dropLast(), at: 0)
      } else if let path = path(
        from: chosen, to: Array(route.prefix(3)), backwards: false, Self.forwardDepth),
        let end = path.last, let place = route.firstIndex(of: end)
      {
        route.replaceSubrange(0...place, with: path)
      }
    }
    return unique(withoutLoop(linked(route)))
  }

  /// Each segment once.
  private func unique(_ segments: [Int]) -> [Int] {
    var kept: [Int] = []
    for segment in segments where !kept.contains(segment) { kept.append(segment) }
    return kept
  }

  /// The segment that the vehicle most likely is in, and all that are as good for a start.
  private func startSegments(_ pose: Pose2, _ route: [Int]) -> (chosen: Int?, all: [Int]) {
    let square = OrientedBox(
      centre: pose.position, heading: 0, direction: Vector2(1, 0), length: 2 * Self.reach,
      width: 2 * Self.reach)
    var candidates: [Int] = []
    for isConnector in [false, true] {
      candidates += map.segments.indices.filter {
        map.segments[$0].isConnector == isConnector && map.segments[$0].polygon.overlaps(square)
      }
    }
    if candidates.isEmpty {
      for isConnector in [false, true] {
        let nearest = map.segments.indices.filter { map.segments[$0].isConnector == isConnector }
          .map { ($0, map.segments[$0].polygon.distance(to: pose.position)) }
          .min { $0.1 < $1.1 }
        if let nearest { candidates.append(nearest.0) }
      }
    }
    var onRoute: [(segment: Int, distance: Double)] = []
    var others: [(segment: Int, distance: Double)] = []
    var all: [(segment: Int, distance: Double)] = []
    for segment in candidates {
      var least = Double.infinity
      for lane in map.segments[segment].lanes {
        let match = map.lanes[lane].centreline.nearestVertex(to: pose.position)
        least = min(least, match.distance)
        let error = ExactMath.wrapAngle(match.heading - pose.heading).magnitude
        guard error < Self.headingError, match.distance < Self.displacement else { continue }
        if route.contains(segment) {
          onRoute.append((segment, match.distance))
        } else {
          others.append((segment, match.distance))
        }
      }
      all.append((segment, least))
    }
    let chosen = !onRoute.isEmpty ? onRoute : !others.isEmpty ? others : all
    let best = chosen.min { $0.distance < $1.distance }
    return (best?.segment, chosen.map(\.segment))
  }

  /// A shortest chain of segments in driving order, both ends included; nil if there is none.
  ///
  /// - Parameter backwards: from `start` against the driving direction: the chain ends there.
  private func path(
    from start: Int, to targets: [Int], backwards: Bool, _ depth: Int
  ) -> [Int]? {
    var parents = [Int](repeating: -1, count: map.segments.count)
    var seen = [Bool](repeating: false, count: map.segments.count)
    seen[start] = true
    var level = [start]
    for _ in 0..<depth {
      if let end = level.first(where: targets.contains) {
        var path = [end]
        while let last = path.last, parents[last] >= 0 { path.append(parents[last]) }
        return backwards ? path : path.reversed()
      }
      var next: [Int] = []
      for segment in level {
        let neighbours =
          backwards ? map.segments[segment].predecessors : map.segments[segment].successors
        for neighbour in neighbours {
          if !seen[neighbour] {
            seen[neighbour] = true
            next.append(neighbour)
            parents[neighbour] = segment
          } else if next.contains(neighbour) {
            // Of several ways of one length the official search keeps the last.
            parents[neighbour] = segment
          }
        }
      }
      if next.isEmpty { return nil }
      level = next
    }
    return nil
  }

  /// The route with what is missing between its segments.
  private func linked(_ route: [Int]) -> [Int] {
    var result: [Int] = []
    for (index, segment) in route.enumerated() {
      result.append(segment)
      guard index + 1 < route.count else { continue }
      let next = route[index + 1]
      if map.segments[next].predecessors.contains(segment) { continue }
      if let path = path(from: segment, to: [next], backwards: false, Self.forwardDepth),
        path.count >= 3
      {
        result += path.dropFirst().dropLast()
      }
    }
    return result
  }

  /// The route up to the first connector that lies over an earlier one.
  private func withoutLoop(_ route: [Int]) -> [Int] {
    var earlier: [Int] = []
    for (index, segment) in route.enumerated() where map.segments[segment].isConnector {
      let area = map.segments[segment].polygon
      for other in earlier
      where map.segments[other].polygon.intersectionArea(with: area) > Self.loopArea {
        return Array(route.prefix(index))
      }
      earlier.append(segment)
    }
    return route
  }
}

extension Polyline {
  /// The vertex nearest to a point, its distance, and the heading of the segment that begins there.
  func nearestVertex(to p: Vector2) -> (distance: Double, heading: Double) {
    var best = Double.infinity
    var found = 0
    for i in vertices.indices {
      let square = (vertices[i] - p).lengthSquared
      if square < best {
        best = square
        found = i
      }
    }
    return (best.squareRoot(), segmentHeadings[Swift.min(found, segmentCount - 1)])
  }
}
