import SimGeometry

/// Shortest ways by Dijkstra's method over lanes; of equal ones the first found, in order of cost
/// and then of index, so that the answer never depends on chance.
///
/// Every lane is two nodes: in the segment of the start, where it is entered beside the start, and
/// reached over a successor, where it is entered at its beginning. Thus a goal behind the start is
/// found by going round.
struct LaneSearch {
  private let map: LaneGraph
  private let options: RoutePlanner.Options
  private var cost: [Double]
  private var entry: [Double]
  private var changes: [Int]
  private var parent: [Int]

  init(_ map: LaneGraph, _ options: RoutePlanner.Options) {
    self.map = map
    self.options = options
    let nodes = 2 * map.lanes.count
    cost = Array(repeating: .infinity, count: nodes)
    entry = Array(repeating: 0, count: nodes)
    changes = Array(repeating: 0, count: nodes)
    parent = Array(repeating: -1, count: nodes)
  }

  /// The lanes of the shortest way, and which goal it leads to; nil if there is none.
  ///
  /// - Parameter limit: ways that cost more are not looked for.
  mutating func shortest(
    from start: Int, _ arcLength: Double, to goals: [(lane: Int, arcLength: Double)],
    limit: Double = .infinity
  ) -> (lanes: [Int], goal: Int)? {
    // Node 2 l: lane l beside the start; node 2 l + 1: lane l from its beginning.
    var queue = MinHeap()
    cost[2 * start] = 0
    entry[2 * start] = arcLength
    queue.push(0, 2 * start)
    var best: (cost: Double, node: Int, goal: Int)?
    while let (reached, node) = queue.pop() {
      if reached > cost[node] { continue }
      if let best, reached >= best.cost { break }
      if reached > limit { break }
      let lane = node / 2
      for (k, goal) in goals.enumerated() where goal.lane == lane {
        // A hair of slack for places projected from a neighbour.
        guard goal.arcLength >= entry[node] - 1e-6 else { continue }
        let total = reached + max(goal.arcLength - entry[node], 0)
        if total < best?.cost ?? .infinity { best = (total, node, k) }
      }
      relaxSuccessors(of: lane, node, reached, &queue)
      relaxNeighbours(of: lane, node, reached, &queue)
    }
    guard let best, best.cost <= limit else { return nil }
    var lanes: [Int] = []
    var node = best.node
    while node >= 0 {
      lanes.append(node / 2)
      node = parent[node]
    }
    return (lanes.reversed(), best.goal)
  }

  private mutating func relaxSuccessors(
    of lane: Int, _ node: Int, _ reached: Double, _ queue: inout MinHeap
  ) {
    let total = reached + map.lanes[lane].length - entry[node]
    for next in map.lanes[lane].successors where options.allows(next, after: lane, on: map) {
      let target = 2 * next + 1
      guard total < cost[target] else { continue }
      cost[target] = total
      entry[target] = 0
      changes[target] = 0
      parent[target] = node
      queue.push(total, target)
    }
  }

  private mutating func relaxNeighbours(
    of lane: Int, _ node: Int, _ reached: Double, _ queue: inout MinHeap
  ) {
    let here = map.lanes[lane]
    let total = reached + options.laneChangeCost
    for (link, marking) in [(here.left, here.leftMarking), (here.right, here.rightMarking)] {
      guard let link, link.isSameDirection, options.allows(link.lane, on: map) else { continue }
      if options.obeysMarkings && !marking.mayBeCrossed { continue }
      let target = 2 * link.lane + node % 2
      let line = map.lanes[link.lane].centreline
      let place =
        entry[node] == 0 ? 0 : line.project(here.centreline.point(at: entry[node])).s
      // Room for this change and those before it in the same segment.
      let room = min(line.length - place, here.length - entry[node])
      guard room >= Double(changes[node] + 1) * options.leastLaneChangeLength else { continue }
      guard total < cost[target] else { continue }
      cost[target] = total
      entry[target] = place
      changes[target] = changes[node] + 1
      parent[target] = node
      queue.push(total, target)
    }
  }
}

/// A queue of nodes by cost, then by number.
struct MinHeap {
  private var items: [(cost: Double, node: Int)] = []

  private func isBefore(_ a: Int, _ b: Int) -> Bool {
    items[a].cost == items[b].cost ? items[a].node < items[b].node : items[a].cost < items[b].cost
  }

  mutating func push(_ cost: Double, _ node: Int) {
    items.append((cost, node))
    var i = items.count - 1
    while i > 0, isBefore(i, (i - 1) / 2) {
      items.swapAt(i, (i - 1) / 2)
      i = (i - 1) / 2
    }
  }

  mutating func pop() -> (Double, Int)? {
    guard let top = items.first else { return nil }
    let last = items.removeLast()
    if !items.isEmpty {
      items[0] = last
      var i = 0
      while true {
        var least = i
        for child in [2 * i + 1, 2 * i + 2]
        where child < items.count && isBefore(child, least) { least = child }
        if least == i { break }
        items.swapAt(i, least)
        i = least
      }
    }
    return (top.cost, top.node)
  }
}
