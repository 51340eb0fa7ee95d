import SimCore
import SimGeometry
import SimMap

/// The lines ahead of an ego: from the lane that it is in along its route, else along what bends
/// least.
struct LanePaths {
  private let map: LaneGraph
  private let route: [Int]
  private let reach: Double
  /// By lane, for those asked for so far.
  private var known: [(lane: Int, path: Polyline)] = []

  /// - Parameter reach: how far beyond the lane itself the lines go, metres.
  init(on map: LaneGraph, route: [Int], reach: Double) {
    self.map = map
    self.route = route
    self.reach = reach
  }

  /// Of the lanes that the ego may be on, the one that it is on: that of its route, else the first.
  func lane(_ candidates: ArraySlice<Int>) -> Int? {
    candidates.first { route.contains($0) } ?? candidates.first
  }

  /// The line from the start of a lane.
  mutating func path(from lane: Int) -> Polyline {
    if let found = known.first(where: { $0.lane == lane }) { return found.path }
    var line = map.lanes[lane].centreline
    let enough = line.length + reach
    var current = lane
    var steps = 0
    while line.length < enough, steps < 64, let next = successor(of: current) {
      line = line.appending(map.lanes[next].centreline)
      current = next
      steps += 1
    }
    known.append((lane, line))
    return line
  }

  private func successor(of lane: Int) -> Int? {
    let successors = map.lanes[lane].successors
    if let planned = successors.first(where: { route.contains($0) }) { return planned }
    let before = map.lanes[lane].centreline.directions
    guard let end = before.last else { return nil }
    var best: Int?
    var most = -Double.infinity
    for next in successors {
      guard let direction = map.lanes[next].centreline.directions.last else { continue }
      let cosine = end.dot(direction)
      if cosine > most {
        most = cosine
        best = next
      }
    }
    return best
  }
}
