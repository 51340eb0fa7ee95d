import SimCore
public import SimGeometry

/// A place on a walk: a sidewalk or crosswalk lane, and where along it.
public struct WalkPlace: Hashable, Sendable {
  /// Index of the lane.
  public var lane: Int
  /// Arc length of the lane, metres, whichever way it is walked.
  public var arcLength: Double

  /// A place on a lane, metres.
  public init(lane: Int, arcLength: Double) {
    self.lane = lane
    self.arcLength = arcLength
  }
}

/// Finds ways for walkers over the sidewalks and crosswalks of a map.
///
/// Walks are walked either way, and one goes over from one to the next wherever their ends meet.
/// The line of a way is rounded at the joints, so that somebody who walks beside it moves smoothly.
public struct WalkPlanner: Sendable {
  /// Ends of walks nearer than this meet, metres.
  static let reach = 0.5
  /// Radius of the line at a joint, where there is room, metres.
  static let cornerRadius = 1.0

  /// Where ways lead.
  public let map: LaneGraph
  /// Node at the start and at the end of each lane; -1 for lanes that are no walks.
  private var starts: [Int]
  private var ends: [Int]
  /// Walks that end at each node, ascending.
  private var walks: [[Int]]

  /// A lane that walkers use.
  public static func isWalk(_ lane: Lane) -> Bool {
    lane.kind == .sidewalk || lane.kind == .crosswalk
  }

  /// A planner of ways over the walks of a map; finds out which of their ends meet.
  public init(_ map: LaneGraph) {
    self.map = map
    starts = [Int](repeating: -1, count: map.lanes.count)
    ends = starts
    walks = []
    // (Not by `isWalk`: whole lanes are large values to hand over.)
    let lanes = map.lanes.indices.filter {
      map.lanes[$0].kind == .sidewalk || map.lanes[$0].kind == .crosswalk
    }
    if lanes.isEmpty { return }
    let points = lanes.flatMap { [map.lanes[$0].centreline.start, map.lanes[$0].centreline.end] }
    let index = SpatialIndex(points.map { BoundingBox(centre: $0, halfSide: 0) })
    var nodes = [Int](repeating: -1, count: points.count)
    for (k, point) in points.enumerated() {
      // Of the ends there the first one has the node.
      let near = index.query(BoundingBox(centre: point, halfSide: WalkPlanner.reach))
      for other in near.map(Int.init) where other < k {
        if nodes[k] < 0, points[other].distance(to: point) <= WalkPlanner.reach {
          nodes[k] = nodes[other]
        }
      }
      if nodes[k] < 0 {
        nodes[k] = walks.count
        walks.append([])
      }
      let lane = lanes[k / 2]
      if k % 2 == 0 { starts[lane] = nodes[k] } else { ends[lane] = nodes[k] }
      if walks[nodes[k]].last != lane { walks[nodes[k]].append(lane) }
    }
  }

  /// The walk nearest to a point, and the place on it; nil if there is none within the distance,
  /// metres.
  public func nearest(
    to point: Vector2, within limit: Double = 5
  ) -> (place: WalkPlace, offset: Double)? {
    var found: [Int32] = []
    map.laneIndex.query(BoundingBox(centre: point, halfSide: limit), into: &found)
    var best: (place: WalkPlace, offset: Double)?
    var least = limit
    for lane in found.map(Int.init) where starts[lane] >= 0 {
      let distance = map.lanes[lane].polygon.distance(to: point)
      let frenet = map.lanes[lane].centreline.project(point)
      // Within several, the one whose middle is nearest.
      let measure = distance > 0 ? distance : -1 / (1 + frenet.distance)
      guard measure < least else { continue }
      least = measure
      best = (WalkPlace(lane: lane, arcLength: frenet.s), frenet.d)
    }
    return best
  }

  /// The shortest way from a place over some walks in order to the nearest of some goals, at which
  /// its line ends; of equal ones that to the goal named first.
  ///
  /// - Parameters:
  ///   - start: where it begins.
  ///   - via: walks to lead over; may be empty.
  ///   - goals: where to go; at least one, unless there is a `via`, whose last walk is then walked
  ///     to its end.
  public func route(
    from start: WalkPlace, via: [Int] = [], to goals: [WalkPlace]
  ) throws(RouteFailure) -> Route {
    for place in [start] + goals + via.map({ WalkPlace(lane: $0, arcLength: 0) }) {
      guard map.lanes.indices.contains(place.lane), starts[place.lane] >= 0 else {
        let id =
          map.lanes.indices.contains(place.lane) ? map.lanes[place.lane].id : "\(place.lane)"
        throw RouteFailure(.badPlace, "lane '\(id)' is neither a sidewalk nor a crosswalk")
      }
    }
    var steps: [Step] = []
    var here = start
    for lane in via where lane != here.lane {
      let ways = [0, map.lanes[lane].length].compactMap { s -> (cost: Double, steps: [Step])? in
        search(from: here, to: [WalkPlace(lane: lane, arcLength: s)])
          .map { (cost: $0.cost, steps: $0.steps) }
      }
      // The end that is nearer: from there over the whole of it.
      guard let first = ways.min(by: { $0.cost < $1.cost }), let last = first.steps.last else {
        throw unreachable(start, [WalkPlace(lane: lane, arcLength: 0)])
      }
      let isForward = last.from < 0.5 * map.lanes[lane].length
      let far = isForward ? map.lanes[lane].length : 0
      var own = first.steps
      own[own.count - 1].from = isForward ? 0 : map.lanes[lane].length
      own[own.count - 1].to = far
      append(own, to: &steps)
      here = WalkPlace(lane: lane, arcLength: far)
    }
    if !goals.isEmpty {
      guard let found = search(from: here, to: goals) else { throw unreachable(start, goals) }
      append(found.steps, to: &steps)
    }
    return assemble(steps, from: start)
  }

  /// A way over one walk after the other from a place, never straight back, until it is long
  /// enough or the walks end.
  ///
  /// - Parameters:
  ///   - start: where it begins.
  ///   - isForward: it begins along the lane's direction.
  ///   - distance: how far to go, metres.
  ///   - choose: which of a number of ways on to take at the k-th joint.
  public func ramble(
    from start: WalkPlace, isForward: Bool, distance: Double,
    choose: (_ joint: Int, _ count: Int) -> Int
  ) -> Route {
    let length = map.lanes[start.lane].length
    var steps = [Step(lane: start.lane, from: start.arcLength, to: isForward ? length : 0)]
    var way = (steps[0].to - steps[0].from).magnitude
    var node = isForward ? ends[start.lane] : starts[start.lane]
    var joint = 0
    while way < distance {
      let last = steps[steps.count - 1].lane
      let onwards = walks[node].filter { $0 != last }
      if onwards.isEmpty { break }
      let lane = onwards[min(max(choose(joint, onwards.count), 0), onwards.count - 1)]
      joint += 1
      let isAlong = starts[lane] == node
      let length = map.lanes[lane].length
      steps.append(Step(lane: lane, from: isAlong ? 0 : length, to: isAlong ? length : 0))
      node = isAlong ? ends[lane] : starts[lane]
      way += length
    }
    return assemble(steps, from: start)
  }

  private func unreachable(_ start: WalkPlace, _ goals: [WalkPlace]) -> RouteFailure {
    let names = goals.prefix(3).map { "'\(map.lanes[$0.lane].id)'" }.joined(separator: ", ")
    return RouteFailure(
      .unreachable, "no walk leads from '\(map.lanes[start.lane].id)' to \(names)")
  }

  // MARK: - Search

  /// A walk, from one of its arc lengths to another.
  private struct Step {
    var lane: Int
    var from: Double
    var to: Double
  }

  private func append(_ more: [Step], to steps: inout [Step]) {
    var more = more
    if let last = steps.last, let first = more.first, last.lane == first.lane {
      steps[steps.count - 1].to = first.to
      more.removeFirst()
    }
    steps += more
  }

  /// Dijkstra's method over the nodes.
  private func search(
    from start: WalkPlace, to goals: [WalkPlace]
  ) -> (cost: Double, steps: [Step])? {
    var cost = [Double](repeating: .infinity, count: walks.count)
    // Lane by which each node was reached; -1: the first one.
    var parent = [Int](repeating: -1, count: walks.count)
    var queue = MinHeap()
    func reach(_ node: Int, _ total: Double, over lane: Int) {
      guard total < cost[node] else { return }
      cost[node] = total
      parent[node] = lane
      queue.push(total, node)
    }
    reach(starts[start.lane], start.arcLength, over: -1)
    reach(ends[start.lane], map.lanes[start.lane].length - start.arcLength, over: -1)
    while let (reached, node) = queue.pop() {
      if reached > cost[node] { continue }
      for lane in walks[node] {
        let other = starts[lane] == node ? ends[lane] : starts[lane]
        reach(other, reached + map.lanes[lane].length, over: lane)
      }
    }
    var best: (cost: Double, steps: [Step])?
    for goal in goals {
      let length = map.lanes[goal.lane].length
      var options = [
        (cost[starts[goal.lane]] + goal.arcLength, 0.0),
        (cost[ends[goal.lane]] + length - goal.arcLength, length),
      ]
      if goal.lane == start.lane {
        options.append(((goal.arcLength - start.arcLength).magnitude, -1))
      }
      for (total, entry) in options where total < best?.cost ?? .infinity {
        if entry < 0 {
          best = (
            total, [Step(lane: goal.lane, from: start.arcLength, to: goal.arcLength)]
          )
          continue
        }
        var steps = [Step(lane: goal.lane, from: entry, to: goal.arcLength)]
        var node = entry == 0 ? starts[goal.lane] : ends[goal.lane]
        while parent[node] >= 0 {
          let lane = parent[node]
          let isAlong = ends[lane] == node
          let length = map.lanes[lane].length
          steps.append(Step(lane: lane, from: isAlong ? 0 : length, to: isAlong ? length : 0))
          node = isAlong ? starts[lane] : ends[lane]
        }
        let first = starts[start.lane] == node ? 0 : map.lanes[start.lane].length
        steps.append(Step(lane: start.lane, from: start.arcLength, to: first))
        best = (total, steps.reversed())
      }
    }
    return best
  }

  // MARK: - Line

  /// The route over some walks. Its line begins where the walker does and ends where it goes.
  private func assemble(_ steps: [Step], from start: WalkPlace) -> Route {
    var corners: [Vector2] = []
    // Index of the corner at which each lane begins.
    var firsts: [Int] = []
    var lanes: [Int] = []
    for step in steps {
      let length = map.lanes[step.lane].length
      let points = stretch(step)
      // Next to nothing of a walk at a joint is none.
      if points.isEmpty || ((step.to - step.from).magnitude < 0.05 && length > 0.1) { continue }
      lanes.append(step.lane)
      firsts.append(corners.isEmpty ? 0 : corners.count - 1)
      if let last = corners.last, last.distance(to: points[0]) < WalkPlanner.reach {
        corners += points.dropFirst()
      } else {
        corners += points
      }
    }
    let (points, starts) = RoundedLine.round(corners, joints: firsts, WalkPlanner.cornerRadius)
    let here = map.lanes[start.lane].centreline
    guard lanes.count > 0, let line = Polyline(points) else {
      // It is where it wants to go: a line of no use, but a line.
      let pose = here.pose(at: start.arcLength)
      let short = here.slice(
        from: max(0, start.arcLength - 0.5), to: min(here.length, start.arcLength + 0.5))
      let line = short ?? here
      return Route(
        lanes: [start.lane], segments: [map.lanes[start.lane].segment], centreline: line,
        laneStarts: [0], startArcLength: line.project(pose.position).s,
        goalArcLength: line.length)
    }
    return Route(
      lanes: lanes, segments: lanes.map { map.lanes[$0].segment }, centreline: line,
      laneStarts: starts.enumerated().map { k, place in
        k == 0 ? 0 : line.arcLengths[min(place, line.arcLengths.count - 1)]
      },
      startArcLength: 0, goalArcLength: line.length)
  }

  /// The points of a lane's centreline between two arc lengths, in the order in which they are
  /// walked; empty if that is nothing.
  private func stretch(_ step: Step) -> [Vector2] {
    let line = map.lanes[step.lane].centreline
    let low = min(step.from, step.to)
    let high = max(step.from, step.to)
    guard high - low > 1e-3, let piece = line.slice(from: low, to: high) else { return [] }
    return step.from <= step.to ? piece.vertices : piece.vertices.reversed()
  }
}

/// A line of straight pieces with its sharp corners rounded.
enum RoundedLine {
  /// Corners that turn by less than this stay, rad.
  private static let leastTurn = 0.2

  /// - Parameters:
  ///   - corners: the line's points.
  ///   - joints: indices of some of them.
  ///   - radius: of the arcs, metres; less where pieces are short.
  /// - Returns: the points of the rounded line, and for each joint the index of the one in its
  ///   middle.
  static func round(
    _ corners: [Vector2], joints: [Int], _ radius: Double
  ) -> (points: [Vector2], joints: [Int]) {
    var points: [Vector2] = []
    var placeOf = [Int](repeating: 0, count: corners.count)
    for (k, corner) in corners.enumerated() {
      placeOf[k] = points.count
      guard k > 0, k + 1 < corners.count else {
        points.append(corner)
        continue
      }
      let before = corner - corners[k - 1]
      let after = corners[k + 1] - corner
      let turn = ExactMath.atan2(before.cross(after), before.dot(after))
      let room = 0.45 * min(before.length, after.length)
      let tangent = min(radius * ExactMath.tan(0.5 * turn.magnitude), room)
      guard turn.magnitude > leastTurn, turn.magnitude < 3, tangent > 0.05 else {
        points.append(corner)
        continue
      }
      let start = corner - before.normalized * tangent
      let arcRadius = tangent / ExactMath.tan(0.5 * turn.magnitude)
      let heading = ExactMath.atan2(before.y, before.x)
      let pieces = max(4, Int((turn.magnitude / 0.06).rounded(.up)))
      for i in 0...pieces {
        let part = 0.5 * turn * Double(i) / Double(pieces)
        let way = Pose2(.zero, heading: heading + part).direction
        points.append(start + way * (2 * arcRadius * ExactMath.sin(part).magnitude))
        if 2 * i == pieces || 2 * i == pieces + 1 { placeOf[k] = points.count - 1 }
      }
    }
    return (points, joints.map { placeOf[$0] })
  }
}
