public import SimGeometry
public import SimMap

/// Which lanes a driving vehicle is in, tick by tick, by nuPlan's rules: once in a lane it stays
/// assigned to it, then to what follows from it, and only then the map is asked again.
public struct LaneAssociation: Sendable {
  /// A connector that was left for another one is kept while it is nearer than this, metres.
  public static let stickiness = 5.0

  private let map: LaneGraph

  /// The rules on a map; lanes are indices of it.
  public init(on map: LaneGraph) { self.map = map }

  /// The lanes of a vehicle's centre: one lane, or all connectors that it may be on.
  ///
  /// - Parameters:
  ///   - positions: of the centre at each tick.
  ///   - directions: unit vector of the heading at each tick; it decides between lanes that
  ///     overlap.
  public func driven(_ positions: [Vector2], heading directions: [Vector2]) -> LaneSets {
    var route = LaneSets(reservingTicks: positions.count)
    var current: [Int] = []
    for tick in positions.indices {
      let position = positions[tick]
      // The usual case by far: still where it was.
      if !current.isEmpty, areAll(current, under: position) {
        route.appendAgain()
        continue
      }
      if !current.isEmpty { current = lanes(at: position, among: current) }
      if current.isEmpty {
        current = lanes(at: position, heading: directions[tick])
        if tick > 1, let sticky = stickyLanes(at: position, after: route[tick - 1], found: current)
        {
          current = sticky
        }
      }
      route.append(current)
    }
    narrow(&route)
    return route
  }

  /// The lanes of a vehicle's four corners; the candidates of each are the lanes of all corners at
  /// the tick before.
  ///
  /// - Returns: front-left, rear-left, rear-right, front-right.
  public func corners(_ boxes: [OrientedBox]) -> [LaneSets] {
    var route = [LaneSets](repeating: LaneSets(reservingTicks: boxes.count), count: 4)
    var candidates: [Int] = []
    var next: [Int] = []
    for (tick, box) in boxes.enumerated() {
      let corners = box.corners
      if !candidates.isEmpty, areAll(candidates, under: corners.0),
        areAll(candidates, under: corners.1), areAll(candidates, under: corners.2),
        areAll(candidates, under: corners.3)
      {
        for corner in 0..<4 { route[corner].append(candidates) }
        continue
      }
      next.removeAll(keepingCapacity: true)
      for corner in 0..<4 {
        let position =
          corner == 0
          ? corners.0 : corner == 1 ? corners.1 : corner == 2 ? corners.2 : corners.3
        var found = candidates.isEmpty ? [] : lanes(at: position, among: candidates)
        if found.isEmpty {
          found = lanes(at: position, heading: box.direction)
          // At the second tick alone, what one corner finds is a candidate for the ones after it.
          if tick == 1 { candidates.appendNew(found) }
        }
        next.appendNew(found)
        route[corner].append(found)
      }
      swap(&candidates, &next)
    }
    return route
  }

  /// Whether all of some lanes hold a point.
  private func areAll(_ lanes: [Int], under position: Vector2) -> Bool {
    for lane in lanes where !map.lane(lane, contains: position) { return false }
    return true
  }

  /// The candidates that hold a point; if none does and there is only one, those of its successors
  /// that do.
  private func lanes(at position: Vector2, among candidates: [Int]) -> [Int] {
    let kept = candidates.filter { map.lane($0, contains: position) }
    guard kept.isEmpty, candidates.count == 1 else { return kept }
    return map.lanes[candidates[0]].successors.filter {
      map.lane($0, contains: position)
    }
  }

  /// What the map says: the lane under a point, else all connectors under it.
  ///
  /// Where lanes overlap (which nuPlan's never do) those that run the vehicle's way are taken.
  private func lanes(at position: Vector2, heading direction: Vector2) -> [Int] {
    let under = map.lanes(containing: position)
    if under.isEmpty { return under }
    let lanes = under.filter { !map.lanes[$0].isConnector }
    if lanes.isEmpty { return under }
    if lanes.count == 1 { return lanes }
    let along = lanes.filter {
      let line = map.lanes[$0].centreline
      return line.directions[Int(line.project(position).segment)].dot(direction) > 0
    }
    return along.isEmpty ? lanes : along
  }

  /// Previous connectors that are still close, where the map now says another connector or, in a
  /// junction, nothing.
  private func stickyLanes(
    at position: Vector2, after previous: ArraySlice<Int>, found: [Int]
  ) -> [Int]? {
    guard let last = previous.first, map.lanes[last].isConnector else { return nil }
    if let now = found.first {
      guard map.lanes[now].isConnector else { return nil }
    } else {
      guard map.isInJunction(position) else { return nil }
    }
    let close = previous.filter {
      map.lanes[$0].polygon.distance(to: position) < LaneAssociation.stickiness
    }
    return close.isEmpty ? nil : close
  }

  /// Backwards in time: where several connectors remain, those that fit what came after.
  private func narrow(_ route: inout LaneSets) {
    guard route.count > 1 else { return }
    for tick in (0..<(route.count - 1)).reversed() {
      let current = route[tick]
      if current.count <= 1 { continue }
      let next = route[tick + 1]
      if current.count > next.count, next.allSatisfy(current.contains) {
        route.replace(tick, byThatOf: tick + 1)
      }
      guard let following = next.first, !map.lanes[following].isConnector else { continue }
      let leading = map.lanes[following].predecessors
      let kept = current.filter(leading.contains)
      if !kept.isEmpty { route.replace(tick, by: kept) }
    }
  }
}

extension [Int] {
  /// Appends the elements that are not in the array yet.
  mutating func appendNew(_ elements: some Sequence<Int>) {
    for element in elements where !contains(element) { append(element) }
  }
}
