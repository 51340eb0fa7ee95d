import SimGeometry

/// One lane of a route, and how it is entered from the one before.
struct RouteStep {
  var lane: Int
  /// For a lane change: where on the lane before the vehicle crossed over, if that is known.
  var crossing: Double?
  /// For a lane that is neither successor nor neighbour: where the lane before is left and where
  /// this one is entered.
  var jump: (leave: Double, enter: Double)?

  init(_ lane: Int, crossing: Double? = nil, jump: (leave: Double, enter: Double)? = nil) {
    self.lane = lane
    self.crossing = crossing
    self.jump = jump
  }
}

/// Makes the line and the tables of a route from its lanes.
struct RouteAssembly {
  let map: LaneGraph
  let options: RoutePlanner.Options
  /// Place in the lanes, and arc length on that lane, of the goal.
  var goal: (place: Int, arcLength: Double)?

  init(_ map: LaneGraph, _ options: RoutePlanner.Options) {
    self.map = map
    self.options = options
  }

  /// A lane change: on the lane left from `start` to `end`, arriving on the other at `arrival`.
  private struct Blend {
    var start: Double
    var end: Double
    var arrival: Double
  }

  /// The route over some lanes.
  ///
  /// - Parameter startArcLength: place on the first lane.
  func route(over steps: [RouteStep], startArcLength: Double) -> Route {
    route(over: steps, steps.map(\.lane), startArcLength: startArcLength)
  }

  /// The route over some lanes, each entered as the map has it.
  func route(over lanes: [Int], startArcLength: Double) -> Route {
    route(over: lanes.map { RouteStep($0) }, lanes, startArcLength: startArcLength)
  }

  private func route(
    over steps: [RouteStep], _ lanes: [Int], startArcLength: Double
  ) -> Route {
    var trail = Trail()
    // Index of the vertex at which each lane begins.
    var starts: [Int] = []
    var entry = 0.0
    // Where the way settles on each lane up to the goal's, for places on it.
    var settled: [(vertex: Int, arcLength: Double)] = []
    starts.reserveCapacity(steps.count)
    if let goal { settled.reserveCapacity(goal.place + 1) }
    trail.reserve(
      steps.reduce(1) { $0 + map.lanes[$1.lane].centreline.vertices.count })
    var i = 0
    starts.append(0)
    settle(0, 0, &settled)
    while i < steps.count {
      var changes = 0
      while i + changes + 1 < steps.count, isChange(steps[i + changes], steps[i + changes + 1]) {
        changes += 1
      }
      if changes > 0 {
        let blends = plan(
          steps[i...(i + changes)], from: i == 0 ? max(entry, startArcLength) : entry)
        for (k, blend) in blends.enumerated() {
          let a = map.lanes[steps[i + k].lane].centreline
          let b = map.lanes[steps[i + k + 1].lane].centreline
          trail.append(a, from: entry, to: blend.start)
          starts.append(trail.append(blendFrom: a, blend.start, blend.end, to: b))
          settle(trail.points.count - 1, blend.arrival, &settled)
          entry = blend.arrival
        }
        i += changes
      }
      if i + 1 < steps.count {
        continueAlong(steps, i, &entry, &trail, &starts, &settled)
      } else {
        trail.append(map.lanes[steps[i].lane].centreline, from: entry, to: .infinity)
      }
      i += 1
    }
    return finish(lanes, trail, starts, settled, startArcLength)
  }

  /// Drives a lane to its end (or to where it is left) and enters the next one.
  private func continueAlong(
    _ steps: [RouteStep], _ i: Int, _ entry: inout Double, _ trail: inout Trail,
    _ starts: inout [Int],
    _ settled: inout [(vertex: Int, arcLength: Double)]
  ) {
    let line = map.lanes[steps[i].lane].centreline
    let next = map.lanes[steps[i + 1].lane].centreline
    if let jump = steps[i + 1].jump {
      trail.append(line, from: entry, to: jump.leave)
      trail.append(linkFrom: line.smoothPose(at: jump.leave), to: next.smoothPose(at: jump.enter))
      entry = jump.enter
    } else {
      trail.append(line, from: entry, to: .infinity)
      entry = 0
    }
    starts.append(max(trail.points.count - 1, 0))
    settle(max(trail.points.count - 1, 0), entry, &settled)
  }

  /// Notes where the way settles on the next lane, if a goal may lie there.
  private func settle(
    _ vertex: Int, _ arcLength: Double, _ settled: inout [(vertex: Int, arcLength: Double)]
  ) {
    guard let goal, settled.count <= goal.place else { return }
    settled.append((vertex, arcLength))
  }

  private func isChange(_ a: RouteStep, _ b: RouteStep) -> Bool {
    guard b.jump == nil, !map.lanes[a.lane].successors.contains(b.lane) else { return false }
    return map.lanes[a.lane].left?.lane == b.lane || map.lanes[a.lane].right?.lane == b.lane
  }

  /// Places the changes between some lanes of one segment.
  private func plan(_ steps: ArraySlice<RouteStep>, from start: Double) -> [Blend] {
    let lanes = steps.map { map.lanes[$0.lane] }
    let count = Double(lanes.count - 1)
    let first = lanes[0].centreline
    let last = lanes[lanes.count - 1].centreline
    var end = last.length
    // Before the goal if there is room, else beyond it.
    let least = count * options.leastLaneChangeLength
    if let goal, goal.place == steps.endIndex - 1,
      goal.arcLength > last.project(first.point(at: start)).s + least
    {
      end = goal.arcLength
    }
    // All in arc lengths of the first lane, as far as it goes.
    let room = max(min(first.project(last.point(at: end)).s, first.length) - start, 0)
    let length = min(
      RoutePlanner(map, options: options).laneChangeLength(from: lanes[0].index), room / count)
    var blends: [Blend] = []
    var from = start
    for (k, step) in steps.enumerated().dropFirst() {
      let a = lanes[k - 1].centreline
      let b = lanes[k].centreline
      if let crossing = step.crossing {
        // Around where the vehicle crossed, but with room for what is still to come.
        let later = a.length - length * Double(lanes.count - k)
        from = min(max(from, crossing - 0.5 * length), max(from, later))
      }
      let to = min(from + length, a.length)
      let arrival = b.project(a.point(at: to)).s
      blends.append(Blend(start: from, end: to, arrival: arrival))
      from = arrival
    }
    return blends
  }

  private func finish(
    _ lanes: [Int], _ trail: Trail, _ starts: [Int],
    _ settled: [(vertex: Int, arcLength: Double)], _ startArcLength: Double
  ) -> Route {
    // A lane has a length, so the trail has one.
    let line = Polyline(trail.points) ?? map.lanes[lanes[0]].centreline
    func arc(_ vertex: Int) -> Double {
      line.arcLengths[min(vertex, line.arcLengths.count - 1)]
    }
    let laneStarts = starts.map(arc)
    var goalArc: Double?
    if let goal {
      let place = settled[goal.place]
      if goal.arcLength >= place.arcLength {
        goalArc = min(arc(place.vertex) + goal.arcLength - place.arcLength, line.length)
      } else {
        // Within the lane change: the nearest point of the way.
        let point = map.lanes[lanes[goal.place]].centreline.point(at: goal.arcLength)
        goalArc = line.project(point, near: arc(place.vertex), window: 150).s
      }
    }
    var segments: [Int] = []
    segments.reserveCapacity(lanes.count)
    for lane in lanes where map.lanes[lane].segment != segments.last {
      segments.append(map.lanes[lane].segment)
    }
    return Route(
      lanes: lanes, segments: segments, centreline: line, laneStarts: laneStarts,
      startArcLength: min(startArcLength, line.length), goalArcLength: goalArc)
  }

  /// One lap over lanes whose last leads to the first.
  func lap(over lanes: [Int], startArcLength: Double) -> Route {
    let route = route(over: lanes, startArcLength: startArcLength)
    var points = route.centreline.vertices
    // The seam: exactly the first point, in place of a last one that may lie a hair beside it.
    if points[points.count - 1].distance(to: points[0]) < 0.5 { points.removeLast() }
    points.append(points[0])
    return Route(
      lanes: route.lanes, segments: route.segments,
      centreline: Polyline(points) ?? route.centreline, laneStarts: route.laneStarts,
      startArcLength: route.startArcLength, goalArcLength: route.goalArcLength, isClosed: true)
  }
}

/// The points of a route's line as they are put together.
struct Trail {
  private(set) var points: [Vector2] = []

  /// Makes room for a number of points.
  mutating func reserve(_ count: Int) { points.reserveCapacity(count) }

  /// Appends a stretch of a lane's centreline.
  ///
  /// Where the lanes of a map do not quite meet, points that lie behind what is there already
  /// (up to 2 m) are left out, so that the line never runs backwards.
  mutating func append(_ line: Polyline, from first: Double, to last: Double) {
    let last = min(last, line.length)
    guard last > first else { return }
    add(line.point(at: first))
    for i in line.vertices.indices
    where line.arcLengths[i] > first + 1e-6 && line.arcLengths[i] < last - 1e-6 {
      add(line.vertices[i])
    }
    add(line.point(at: last))
  }

  /// Appends a lane change; returns the index of the vertex half-way across.
  mutating func append(
    blendFrom a: Polyline, _ start: Double, _ end: Double, to b: Polyline
  ) -> Int {
    let pieces = 2 * max(4, Int(((end - start) / 2).rounded(.up)))
    var middle = points.count
    for k in 0...pieces {
      let u = Double(k) / Double(pieces)
      let p = a.point(at: start + (end - start) * u)
      let q = b.point(at: b.project(p).s)
      add(p + (q - p) * SmoothStep.value(u))
      if 2 * k == pieces { middle = max(points.count - 1, 0) }
    }
    return middle
  }

  /// Appends a smooth link to a pose that is not connected.
  mutating func append(linkFrom a: Pose2, to b: Pose2) {
    add(a.position)
    let gap = a.position.distance(to: b.position)
    if gap > 2, (b.position - a.position).dot(a.direction) > 0.5 * gap {
      for point in QuinticCurve(from: a, to: b, speed: gap).samples(turn: 0).points { add(point) }
    }
    add(b.position)
  }

  private mutating func add(_ point: Vector2) {
    if points.count >= 1 {
      let last = points[points.count - 1]
      let gap = point.distance(to: last)
      // Nothing new, or a seam between lanes that do not quite meet.
      if gap < 1e-6 { return }
      if points.count >= 2, gap < 2 {
        let way = (last - points[points.count - 2]).normalized
        if (point - last).dot(way) < 0.05 * gap { return }
      }
    }
    points.append(point)
  }
}
