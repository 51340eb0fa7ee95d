import SimGeometry
import SimMap

/// Who gives way to whom where two lanes conflict: by the map's rules and signs, and where there
/// are none, to whoever comes from the right.
struct RightOfWay {
  private let map: LaneGraph
  /// By lane: it is part of a circle. Empty: there are none.
  let isOnCircle: [Bool]
  /// There are lanes for bicycles.
  let hasBicycles: Bool
  /// Whether every way into a junction has a stop sign; empty if the map has no stop signs.
  private let areAllWayStops: [Bool]
  /// The map's rules by the lanes that they name, each in the map's order: those of lane i are at
  /// `ruleStarts[i]..<ruleStarts[i + 1]`.
  private let rules: [Int32]
  private let ruleStarts: [Int32]

  init(_ map: LaneGraph) {
    self.map = map
    hasBicycles = map.lanes.indices.contains { map.lanes[$0].kind == .bicycle }
    isOnCircle = Circles.lanes(of: map)
    (rules, ruleStarts) = RightOfWay.rulesByLane(map)
    guard map.stopLines.contains(where: { $0.rule == .stop }) else {
      areAllWayStops = []
      return
    }
    areAllWayStops = map.junctions.map { junction in
      junction.lanes.allSatisfy { connector in
        let before = map.lanes[connector].predecessors
        return !before.isEmpty
          && before.allSatisfy { lane in
            map.lanes[lane].stopLine.map { map.stopLines[$0].rule == .stop } ?? false
          }
      }
    }
  }

  private static func rulesByLane(_ map: LaneGraph) -> (rules: [Int32], starts: [Int32]) {
    // Counting sort: first how many each lane has, then each into its place.
    var starts = [Int32](repeating: 0, count: map.lanes.count + 1)
    for rule in map.priorities {
      starts[rule.yielding + 1] += 1
      starts[rule.priority + 1] += 1
    }
    for lane in map.lanes.indices { starts[lane + 1] += starts[lane] }
    var next = starts
    var rules = [Int32](repeating: 0, count: 2 * map.priorities.count)
    for (number, rule) in map.priorities.enumerated() {
      for lane in [rule.yielding, rule.priority] {
        rules[Int(next[lane])] = Int32(number)
        next[lane] += 1
      }
    }
    return (rules, starts)
  }

  /// The rule at the end of a lane: that of its stop line, nil without one.
  func stopRule(of lane: Int) -> StopLine.Rule? {
    guard let line = map.lanes[lane].stopLine, map.stopLines.indices.contains(line) else {
      return nil
    }
    return map.stopLines[line].rule
  }

  /// What a driver on a lane has to do for one on another lane that conflicts with it.
  func rule(_ lane: Int, _ other: Int) -> RouteTables.Rule {
    // At an all-way stop nobody has a right: first come, first served. But who turns across the
    // lane for bicycles beside it gives way there too.
    if isAllWayStop(lane), isAllWayStop(other) {
      return areBeside(lane, other) ? mapRule(lane, other) ?? .none : .none
    }
    if let rule = mapRule(lane, other) ?? ruleAhead(lane, other) { return rule }
    let mine = sign(of: lane)
    let theirs = sign(of: other)
    if mine == .none && theirs == .none { return byGeometry(lane, other) }
    switch (mine == .minor, theirs == .minor) {
    case (true, false): return .yield
    case (false, true): return .priority
    default: return .none
    }
  }

  /// What a driver has to do who turns across the lane for bicycles beside its own, or a cyclist
  /// for one who turns so; none: they do not come from lanes beside each other.
  func ruleOfTurning(_ lane: Int, _ other: Int) -> RouteTables.Rule {
    hasBicycles && areBeside(lane, other) ? rule(lane, other) : .none
  }

  /// Two lanes, one of them for bicycles, come from lanes beside each other.
  private func areBeside(_ lane: Int, _ other: Int) -> Bool {
    guard (map.lanes[lane].kind == .bicycle) != (map.lanes[other].kind == .bicycle) else {
      return false
    }
    return map.lanes[lane].predecessors.contains { from in
      map.lanes[other].predecessors.contains { last in
        [map.lanes[from].left, map.lanes[from].right].contains {
          $0?.lane == last && $0?.isSameDirection == true
        }
      }
    }
  }

  /// What the map says of two lanes; nil: nothing.
  private func mapRule(_ lane: Int, _ other: Int) -> RouteTables.Rule? {
    for k in Int(ruleStarts[lane])..<Int(ruleStarts[lane + 1]) {
      let rule = map.priorities[Int(rules[k])]
      if rule.yielding == lane && rule.priority == other { return .yield }
      if rule.yielding == other && rule.priority == lane { return .priority }
    }
    return nil
  }

  /// Of lanes of a circle over whose ends long vehicles reach: what the map says of those that come
  /// next, if that is one thing.
  private func ruleAhead(_ lane: Int, _ other: Int) -> RouteTables.Rule? {
    guard !isOnCircle.isEmpty, isOnCircle[lane] || isOnCircle[other],
      !map.lanes[lane].isConnector || !map.lanes[other].isConnector
    else { return nil }
    var found: RouteTables.Rule?
    for isMine in [true, false] where !map.lanes[isMine ? lane : other].isConnector {
      for next in map.lanes[isMine ? lane : other].successors {
        guard let rule = isMine ? mapRule(next, other) : mapRule(lane, next) else { continue }
        if let found, found != rule { return nil }
        found = rule
      }
    }
    return found
  }

  /// Who gives way of two that halt at an all-way stop at the same time: the one on the left.
  func tie(_ lane: Int, _ other: Int) -> RouteTables.Rule {
    isAllWayStop(lane) && isAllWayStop(other) ? byGeometry(lane, other) : .none
  }

  private enum Sign {
    case none, minor, signal
  }

  /// What is posted before a lane.
  private func sign(of lane: Int) -> Sign {
    if map.lanes[lane].signal != nil { return .signal }
    if !map.lanes[lane].isConnector {
      // Near its end long vehicles reach over others already.
      switch stopRule(of: lane) {
      case .stop, .yield: return .minor
      case .signal: return .signal
      default: break
      }
    }
    for before in map.lanes[lane].predecessors {
      if map.lanes[before].signal != nil { return .signal }
      let rule = stopRule(of: before)
      if rule == .stop || rule == .yield { return .minor }
      if rule == .signal { return .signal }
    }
    return .none
  }

  /// Every way into the junction of a lane has a stop sign.
  private func isAllWayStop(_ lane: Int) -> Bool {
    guard let junction = map.lanes[lane].junction, areAllWayStops.indices.contains(junction)
    else { return false }
    return areAllWayStops[junction]
  }

  /// Priority to the right, and to oncoming traffic for those who turn across it.
  private func byGeometry(_ lane: Int, _ other: Int) -> RouteTables.Rule {
    let mine = map.lanes[lane].centreline
    let theirs = map.lanes[other].centreline
    guard let heading = mine.directions.first, let otherHeading = theirs.directions.first,
      let end = mine.directions.last, let otherEnd = theirs.directions.last,
      map.lanes[lane].isConnector || map.lanes[other].isConnector,
      // Where ways merge, the first to come goes first.
      !map.lanes[lane].successors.contains(where: map.lanes[other].successors.contains)
    else { return .none }
    let side = heading.cross(otherHeading)
    if heading.dot(otherHeading) < -0.7 {
      let across = map.drivingSide == .right ? 1.0 : -1.0
      let turns = across * heading.cross(end) > 0.5
      let otherTurns = across * otherHeading.cross(otherEnd) > 0.5
      return turns == otherTurns ? .none : turns ? .yield : .priority
    }
    // Who comes from the right drives towards the left.
    return side > 0.5 ? .yield : side < -0.5 ? .priority : .none
  }
}
