import SimCore
import SimGeometry

/// A place to go to: a lane, and a place on it.
public struct RouteGoal: Hashable, Sendable {
  /// Index of the lane.
  public var lane: Int
  /// Arc length on the lane, metres; nil: anywhere on it, for which its middle stands.
  public var arcLength: Double?

  /// A place on a lane, metres, or any on it.
  public init(lane: Int, arcLength: Double? = nil) {
    self.lane = lane
    self.arcLength = arcLength
  }
}

/// Why there is no route.
public struct RouteFailure: Error, Hashable, Sendable, CustomStringConvertible {
  /// What kind of reason.
  public enum Kind: String, Hashable, Sendable {
    /// The start or a goal is no place of the map.
    case badPlace
    /// No way leads from the start to any goal.
    case unreachable
    /// No lane fits the recorded positions.
    case offMap
    /// The lane does not lead back to itself.
    case notClosed
  }

  /// What kind of reason.
  public var kind: Kind
  /// One sentence without a full stop.
  public var reason: String

  /// A reason in a sentence.
  public init(_ kind: Kind, _ reason: String) {
    self.kind = kind
    self.reason = reason
  }

  public var description: String { reason }
}

/// Finds ways over a lane graph.
///
/// A way follows successors and changes to same-direction neighbours across markings that may be
/// crossed. Its line passes from one centreline to the next by a quintic blend (no slope or bend
/// at its ends) over the distance that `laneChangeTime` takes at the speed limit, between 15 and
/// 150 m, or what room there is. Lane changes come as early as they can: at the start of the route,
/// or at the start of the first segment from which the two lanes run on side by side.
public struct RoutePlanner: Sendable {
  /// What a way may do and what that costs.
  public struct Options: Hashable, Sendable {
    /// Cost of a lane change, in metres of way.
    public var laneChangeCost = 50.0
    /// Room that every lane change needs, metres.
    public var leastLaneChangeLength = 10.0
    /// Duration from which a lane change's length follows, s.
    public var laneChangeTime = 4.0
    /// Speed for that on lanes without a limit, m/s.
    public var speedWithoutLimit = 13.9
    /// Lanes that may be used beside the one started on.
    public var filter = LaneFilter.drivable
    /// Lane changes need a marking that may be crossed.
    public var obeysMarkings = true

    /// Drivable lanes, with markings obeyed.
    public init() {}

    /// A way may use a lane, wherever it comes from.
    func allows(_ lane: Int, on map: LaneGraph) -> Bool {
      filter.contains(LaneFilter(classOf: map.lanes[lane]))
    }

    /// A way may lead on into a lane: a lane for bicycles leads on to others of them for those who
    /// are on it.
    func allows(_ lane: Int, after last: Int, on map: LaneGraph) -> Bool {
      allows(lane, on: map)
        || (map.lanes[lane].kind == .bicycle && map.lanes[last].kind == .bicycle)
    }
  }

  /// Where ways lead.
  public let map: LaneGraph
  /// What ways may do and what it costs.
  public var options: Options

  /// A planner of ways over a map.
  public init(_ map: LaneGraph, options: Options = Options()) {
    self.map = map
    self.options = options
  }

  /// The shortest way from a place to the nearest of some goals, lane changes counted with their
  /// cost; of equal ones, that to the goal named first.
  ///
  /// - Parameters:
  ///   - lane: lane of the start.
  ///   - arcLength: place on it, metres.
  ///   - goals: where to go; at least one.
  ///   - continuing: how far the route goes on beyond the goal's lane, metres, straight on.
  public func route(
    fromLane lane: Int, arcLength: Double, to goals: [RouteGoal], continuing: Double = 0
  ) throws(RouteFailure) -> Route {
    try checkPlace(lane, arcLength, "start")
    for goal in goals { try checkPlace(goal.lane, goal.arcLength ?? 0, "goal") }
    var search = LaneSearch(map, options)
    guard
      let found = search.shortest(
        from: lane, arcLength, to: goals.map { ($0.lane, $0.arcLength ?? middle($0.lane)) })
    else {
      let names = goals.prefix(3).map { "'\(map.lanes[$0.lane].id)'" }.joined(separator: ", ")
      throw RouteFailure(
        .unreachable,
        "no way leads from lane '\(map.lanes[lane].id)' at \(arcLength) m to "
          + (goals.isEmpty ? "nowhere" : names))
    }
    var lanes = advancingLaneChanges(in: found.lanes, startArcLength: arcLength)
    let goalPlace = lanes.count - 1
    extend(&lanes, by: continuing)
    var assembly = RouteAssembly(map, options)
    let goal = goals[found.goal]
    assembly.goal = (goalPlace, goal.arcLength ?? middle(goal.lane))
    return assembly.route(over: lanes, startArcLength: arcLength)
  }

  /// The way straight on from a place: at every fork the successor that turns least.
  ///
  /// Where the lane ends, the way changes to a neighbour that goes on; if there is none it ends
  /// there, before the distance is reached.
  ///
  /// - Parameters:
  ///   - lane: lane of the start.
  ///   - arcLength: place on it, metres.
  ///   - distance: how far the route must reach beyond the start, metres.
  public func routeFollowing(
    fromLane lane: Int, arcLength: Double, distance: Double
  ) throws(RouteFailure) -> Route {
    try checkPlace(lane, arcLength, "start")
    var lanes = [lane]
    extend(&lanes, by: distance - (map.lanes[lane].length - arcLength), startArcLength: arcLength)
    let assembly = RouteAssembly(map, options)
    return assembly.route(over: lanes, startArcLength: arcLength)
  }

  /// One lap from a place round a ring, straight on at every fork.
  public func closedRoute(fromLane lane: Int, arcLength: Double = 0) throws(RouteFailure) -> Route {
    try checkPlace(lane, arcLength, "start")
    var lanes = [lane]
    while let last = lanes.last, lanes.count <= map.lanes.count {
      guard let next = straightOn(from: last) else { break }
      if next == lane {
        let assembly = RouteAssembly(map, options)
        return assembly.lap(over: lanes, startArcLength: arcLength)
      }
      lanes.append(next)
    }
    throw RouteFailure(
      .notClosed, "lane '\(map.lanes[lane].id)' does not lead back to itself")
  }

  /// The successor whose end turns least from the lane's end; of equal ones the first.
  ///
  /// The turn is that over the first 30 m, or over all of a shorter successor; if that does not
  /// tell (less than 0.01 rad apart), the turn over the whole of it.
  public func straightOn(from lane: Int) -> Int? {
    let line = map.lanes[lane].centreline
    let heading = line.vertexHeadings[line.vertices.count - 1]
    func turn(_ next: Int, over distance: Double) -> Double {
      let line = map.lanes[next].centreline
      let there = line.smoothHeading(at: min(distance, line.length))
      return ExactMath.wrapAngle(there - heading).magnitude
    }
    let successors = map.lanes[lane].successors
    if successors.count == 1 {
      return options.allows(successors[0], after: lane, on: map) ? successors[0] : nil
    }
    var best: (lane: Int, near: Double)?
    for next in successors where options.allows(next, after: lane, on: map) {
      let near = turn(next, over: 30)
      guard let leader = best else {
        best = (next, near)
        continue
      }
      let isStraighter =
        (near - leader.near).magnitude < 0.01
        ? turn(next, over: .infinity) < turn(leader.lane, over: .infinity) - 1e-9
        : near < leader.near
      if isStraighter { best = (next, near) }
    }
    return best?.lane
  }

  private func middle(_ lane: Int) -> Double { 0.5 * map.lanes[lane].length }

  private func checkPlace(
    _ lane: Int, _ arcLength: Double, _ role: String
  ) throws(RouteFailure) {
    guard map.lanes.indices.contains(lane) else {
      throw RouteFailure(.badPlace, "the \(role)'s lane \(lane) does not exist")
    }
    let length = map.lanes[lane].length
    guard arcLength >= 0, arcLength <= length else {
      throw RouteFailure(
        .badPlace,
        "the \(role) lies at \(arcLength) m of lane '\(map.lanes[lane].id)', which is "
          + "\(length) m long")
    }
  }

  /// Most lanes of a way.
  static let mostLanes = 100_000

  /// Goes straight on from the last lane until at least the distance is added, over `mostLanes` at
  /// the most.
  func extend(_ lanes: inout [Int], by distance: Double, startArcLength: Double = 0) {
    var rest = distance
    // Where the lane was entered: what is left of it limits lane changes.
    var entry = lanes.count == 1 ? startArcLength : 0
    while rest > 0, lanes.count < Self.mostLanes, let last = lanes.last {
      if let next = straightOn(from: last) {
        lanes.append(next)
        rest -= map.lanes[next].length
        entry = 0
        continue
      }
      let room = map.lanes[last].length - entry
      guard room >= options.leastLaneChangeLength,
        let beside = laneChangeTargets(of: last).first(where: {
          straightOn(from: $0) != nil && !lanes.suffix(8).contains($0)
        })
      else { return }
      lanes.append(beside)
    }
  }

  func laneChangeTargets(of lane: Int) -> [Int] {
    guard options.obeysMarkings else {
      return [map.lanes[lane].left, map.lanes[lane].right].compactMap {
        $0?.isSameDirection == true ? $0?.lane : nil
      }.filter { options.allows($0, on: map) }
    }
    return map.laneChangeTargets(of: lane).filter { options.allows($0, on: map) }
  }

  /// Length of a comfortable lane change from a lane, metres.
  func laneChangeLength(from lane: Int) -> Double {
    let limit = map.lanes[lane].speedLimit ?? options.speedWithoutLimit
    return min(max(options.laneChangeTime * limit, 15), 150)
  }

  /// Moves lane changes to the first segment from which the two lanes run on side by side, if it
  /// has comfortable room.
  private func advancingLaneChanges(in given: [Int], startArcLength: Double) -> [Int] {
    var lanes = given
    var i = lanes.count - 1
    // lanes[i - 2] → lanes[i - 1] straight on, lanes[i - 1] to lanes[i] beside it.
    while i >= 2 {
      let (before, here, target) = (lanes[i - 2], lanes[i - 1], lanes[i])
      if isStraight(before, here), !isStraight(here, target),
        let earlier = laneChangeTargets(of: before).first(where: { isStraight($0, target) }),
        hasRoom(forAnotherChangeAt: i - 2, in: lanes, startArcLength: startArcLength)
      {
        lanes[i - 1] = earlier
        // A change right after this one may now follow it.
        i = min(i + 1, lanes.count - 1)
      } else {
        i -= 1
      }
    }
    return lanes
  }

  private func isStraight(_ lane: Int, _ next: Int) -> Bool {
    map.lanes[lane].successors.contains(next)
  }

  private func hasRoom(
    forAnotherChangeAt place: Int, in lanes: [Int], startArcLength: Double
  ) -> Bool {
    var first = place
    while first > 0, !isStraight(lanes[first - 1], lanes[first]) { first -= 1 }
    let entry = first == 0 ? startArcLength : 0
    let changes = Double(place - first + 1)
    return map.lanes[lanes[first]].length - entry
      >= changes * laneChangeLength(from: lanes[first])
  }
}
