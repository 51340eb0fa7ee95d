import SimCore
import SimGeometry
import SimMap
import SimStack
import SimWorld

// Walkers on the sidewalks and crosswalks of the map.
extension AgentPlacer {
  private static let turnPurpose = RandomPurpose("scenario.walker.turn")
  private static let wayPurpose = RandomPurpose("scenario.walker.way")

  /// How far a walker that has no goal goes, metres: farther than it can in the episode.
  private var rambling: Double { 3 * clock.seconds(ticks) + 20 }

  /// Puts a pedestrian under a policy on a walk of the map.
  ///
  /// - Returns: false if it does not start on one.
  mutating func placeOnWalk(_ agent: AgentDeclaration) -> Bool {
    guard agent.agentClass == .pedestrian, case .policy(let policy) = agent.driver,
      let declared = agent.placement
    else { return false }
    let start: WalkPlace
    var offset = 0.0
    var isForward = true
    switch declared {
    case .lane(let name, let s, let aside, let turned):
      guard let index = lanes.index(name) else { return true }
      guard WalkPlanner.isWalk(map.lanes[index]) else {
        guard policy.name == "walker" else { return false }
        sink.error(
          at: name.location, "lane '\(name.value)' is neither a sidewalk nor a crosswalk",
          hint: "give '\(agent.id)' a walk, a position on one, or a path")
        return true
      }
      guard lanes.isOn(map.lanes[index], s) else { return true }
      start = WalkPlace(lane: index, arcLength: s.value)
      offset = aside
      isForward = ExactMath.wrapAngle(turned).magnitude <= 0.5 * .pi
    case .pose(let pose):
      guard let near = walks.nearest(to: pose.value.position) else {
        guard policy.name == "walker" else { return false }
        sink.error(
          at: pose.location, "no sidewalk or crosswalk is near the start of '\(agent.id)'",
          hint: "the map may need 'sidewalks: true'; or give a path")
        return true
      }
      start = near.place
      offset = near.offset
      let way = map.lanes[start.lane].centreline.direction(at: start.arcLength)
      isForward = way.dot(pose.value.direction) >= 0
    case .path: return false
    }
    let via = agent.via.compactMap { lanes.index($0) }
    let goals = agent.goals.compactMap { walkGoal($0) }
    guard via.count == agent.via.count, goals.count == agent.goals.count else { return true }
    let route: Route
    if via.isEmpty && goals.isEmpty {
      route = ramble(from: start, isForward: isForward, agent.id)
    } else {
      do throws(RouteFailure) {
        route = try walks.route(from: start, via: via, to: goals)
      } catch {
        sink.error(
          at: agent.goals.first?.location ?? agent.via.first?.location ?? agent.location,
          "'\(agent.id)' cannot walk there", hint: error.reason)
        return true
      }
    }
    let along = map.lanes[start.lane].centreline.direction(at: start.arcLength)
    let isAlong = route.centreline.direction(at: route.startArcLength).dot(along) >= 0
    let spec = AgentSpec(
      id: agent.id, agentClass: agent.agentClass, length: agent.length, width: agent.width,
      motion: .path, centre: route.centreline.pose(at: route.startArcLength), speed: agent.speed,
      path: path(route.centreline), arcLength: route.startArcLength,
      lateralOffset: isAlong ? offset : -offset)
    add(AgentPlan(spec: spec, driver: .policy(policy), route: route), agent.location)
    return true
  }

  /// A walk that turns at joints as the seed says.
  mutating func ramble(from start: WalkPlace, isForward: Bool, _ id: String) -> Route {
    let random = CounterRandom(seed: seed)
    let stream = StableHash.of(id)
    return walks.ramble(from: start, isForward: isForward, distance: rambling) { joint, count in
      random.below(count, AgentPlacer.turnPurpose, stream: stream, tick: 0, index: joint)
    }
  }

  /// The way of the number-th walker of a fleet, either way along its walk.
  mutating func fleetWalk(_ id: String, lane: Int, s: Double) -> Route {
    let isForward = CounterRandom(seed: seed).bernoulli(
      1, 2, AgentPlacer.wayPurpose, stream: StableHash.of(id), tick: 0)
    return ramble(from: WalkPlace(lane: lane, arcLength: s), isForward: isForward, id)
  }

  /// The place of a goal on the walks.
  private func walkGoal(_ declared: GoalDeclaration) -> WalkPlace? {
    func checked(_ index: Int, _ name: Located<String>) -> Int? {
      if WalkPlanner.isWalk(map.lanes[index]) { return index }
      sink.error(
        at: name.location, "lane '\(name.value)' is neither a sidewalk nor a crosswalk",
        hint: "a walker's goal is on a walk")
      return nil
    }
    switch declared.region {
    case .lanePosition(let name, let s):
      guard let index = lanes.index(name), lanes.isOn(map.lanes[index], s) else { return nil }
      return checked(index, name).map { WalkPlace(lane: $0, arcLength: s.value) }
    case .lanes(let names):
      guard let name = names.first, let index = lanes.index(name) else { return nil }
      return checked(index, name).map {
        WalkPlace(lane: $0, arcLength: 0.5 * map.lanes[$0].length)
      }
    case .circle(let centre, let radius):
      if let near = walks.nearest(to: centre, within: max(radius, 3)) { return near.place }
    case .polygon(let points):
      if let near = walks.nearest(to: Polygon(points).centroid, within: 5) { return near.place }
    case nil: break
    }
    sink.error(
      at: declared.location, "no sidewalk or crosswalk is at this goal of a walker",
      hint: "give 'lane' and 's' of a walk, or a position on one")
    return nil
  }
}
