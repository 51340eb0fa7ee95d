import SimCore
import SimGeometry
import SimMap
import SimStack
import SimWorld

/// An agent on the map, with the place in the file that it comes from.
struct PlacedAgent {
  var plan: AgentPlan
  var location: SourceLocation
}

/// Puts agents on the map and finds their routes.
struct AgentPlacer {
  let map: LaneGraph
  let sink: DiagnosticSink
  let clock: TickClock
  let ticks: Int
  let warmUpTicks: Int
  let seed: UInt64
  let lanes: LaneNames
  var finder: RouteFinder
  /// In the order in which they were placed.
  private(set) var placed: [PlacedAgent] = []
  private(set) var egos: [EgoPlan] = []
  private(set) var paths: [Polyline] = []
  /// Routes that several agents share, with their paths.
  private var shared = SharedRoutes()
  /// Ways from lanes at which flows enter to lanes that they lead to; nil: there is none.
  private var flowRoutes: [FlowWay: (route: Route, path: Int)?] = [:]
  /// Ways straight on from lanes that were asked for; nil: none serves all who start there.
  private var straightWays: [Int: Route?] = [:]
  /// Ways of walkers.
  let walks: WalkPlanner
  /// Ways of those who choose lanes themselves.
  private var wayFinder: WayFinder

  init(_ map: LaneGraph, _ declaration: ScenarioDeclaration, _ sink: DiagnosticSink) {
    self.map = map
    self.sink = sink
    clock = declaration.clock
    ticks = declaration.ticks
    warmUpTicks = declaration.warmUpTicks
    seed = declaration.seed
    lanes = LaneNames(map, sink)
    let seconds = clock.seconds(ticks + warmUpTicks)
    finder = RouteFinder(map, seconds: seconds, sink)
    wayFinder = WayFinder(map, finder)
    walks = WalkPlanner(map)
  }

  /// Where an agent is, once it is known.
  private struct Place {
    var pose: Pose2
    /// Lane, arc length and offset to the left; nil if it is on no lane.
    var lane: (index: Int, s: Double, offset: Double)?
    var location: SourceLocation
  }

  mutating func place(_ agent: AgentDeclaration) {
    if placeOnWalk(agent) { return }
    let goals = agent.goals.compactMap { goal($0) }
    guard let declared = agent.placement else { return }
    if case .path(let points, let s, let offset) = declared {
      placeOnPath(agent, points, s, offset)
      return
    }
    guard let place = place(declared, agent) else { return }
    var spec = AgentSpec(
      id: agent.id, agentClass: agent.agentClass, length: agent.length, width: agent.width,
      motion: .fixed, centre: place.pose, speed: agent.speed)
    switch agent.driver {
    case .none:
      add(AgentPlan(spec: spec, driver: .none), agent.location)
    case .policy(let policy):
      guard let lane = onLane(place, agent) else { return }
      guard let route = route(agent, place, lane, goals) else { return }
      spec.motion = .path
      spec.arcLength = route.route.startArcLength
      spec.lateralOffset = lane.offset
      spec.path = route.path ?? path(route.route.centreline)
      add(
        AgentPlan(
          spec: spec, driver: .policy(policy), route: route.route, family: route.family),
        agent.location)
    case .stack(let stack, let vehicle):
      guard let lane = onLane(place, agent) else { return }
      guard let route = route(agent, place, lane, goals) else { return }
      spec.motion = .driven
      spec.vehicle = vehicle
      let state = EgoState(
        pose: place.pose.advanced(by: -vehicle.rearAxleToCentre), velocity: Vector2(agent.speed, 0))
      add(
        AgentPlan(spec: spec, driver: .stack(stack), route: route.route, initialState: state),
        agent.location)
      if agent.isEgo { egos.append(EgoPlan(id: agent.id, goals: goals)) }
    }
  }

  mutating func add(_ plan: consuming AgentPlan, _ location: SourceLocation) {
    placed.take(PlacedAgent(plan: plan, location: location))
  }

  /// Changes an agent that has been placed.
  mutating func change(_ index: Int, _ change: (inout AgentPlan) -> Void) {
    change(&placed[index].plan)
  }

  /// Ways among which agents may change, as far as they are known by now.
  var ways: [TrafficWay] { wayFinder.ways }

  /// Registers a path of its own.
  mutating func path(_ line: Polyline) -> Int {
    paths.append(line)
    return paths.count - 1
  }

  /// Puts path agents where the world will have them: in bends a box lies along the chord of its
  /// wheels and not along the lane at its middle.
  mutating func settleOnPaths() {
    let rows = placed.indices.filter { placed[$0].plan.spec.motion == .path }
    var specs = rows.map { placed[$0].plan.spec }
    AgentSpec.centreOnPaths(&specs, paths)
    for (spec, row) in zip(specs, rows) { placed[row].plan.spec.centre = spec.centre }
  }

  // MARK: - Places

  private func place(_ declared: PlacementDeclaration, _ agent: AgentDeclaration) -> Place? {
    switch declared {
    case .lane(let name, let s, let offset, let turned):
      guard let index = lanes.index(name) else { return nil }
      let lane = map.lanes[index]
      guard lanes.isOn(lane, s) else { return nil }
      if turned != 0, case .policy = agent.driver {
        sink.error(
          at: name.location, "'turned' has no use for '\(agent.id)': its policy follows the lane",
          hint: "give it a planner, or 'policy: none'")
      }
      var pose = lane.centreline.smoothPose(at: s.value)
      pose.position += pose.direction.left * offset
      pose.heading = ExactMath.wrapAngle(pose.heading + turned)
      let place = Place(pose: pose, lane: (index, s.value, offset), location: s.location)
      // A lane's own centreline is road to its very ends, where it lies on the area's boundary.
      let isOnCentreline = offset == 0 && lane.kind.isDrivable
      if !isOnCentreline, isOffRoad(place, agent) { return nil }
      return place
    case .pose(let pose):
      var place = Place(pose: pose.value, lane: nil, location: pose.location)
      if isOffRoad(place, agent) { return nil }
      // A policy puts its agent on the lane and turns it along; a driven one may start askew.
      var gate = 0.75 * Double.pi
      if case .policy = agent.driver { gate = Double.pi / 3 }
      if let match = map.nearestLane(to: pose.value, headingGate: gate) {
        place.lane = (match.lane, match.frenet.s, match.frenet.d)
      }
      return place
    case .path:
      return nil
    }
  }

  /// Vehicles that move must start on the road; obstacles and walkers may stand beside it.
  private func isOffRoad(_ place: Place, _ agent: AgentDeclaration) -> Bool {
    if case .none = agent.driver { return false }
    guard agent.agentClass.isVehicle, !map.isInDrivableArea(place.pose.position) else {
      return false
    }
    sink.error(
      at: place.location, "'\(agent.id)' starts off the road",
      hint: "x = \(shown(place.pose.x)), y = \(shown(place.pose.y)) is in no drivable area")
    return true
  }

  private func onLane(
    _ place: Place, _ agent: AgentDeclaration
  ) -> (index: Int, s: Double, offset: Double)? {
    if let lane = place.lane { return lane }
    sink.error(
      at: place.location, "no lane near the start of '\(agent.id)' runs its way",
      hint: "check 'heading', or give 'lane' and 's'")
    return nil
  }

  private mutating func placeOnPath(
    _ agent: AgentDeclaration, _ points: Located<[Vector2]>, _ s: Located<Double>, _ offset: Double
  ) {
    guard let line = Polyline(points.value) else {
      sink.error(at: points.location, "the path of '\(agent.id)' has no length")
      return
    }
    guard s.value <= line.length else {
      sink.error(
        at: s.location,
        "s = \(shown(s.value)) m lies beyond the end of the path, \(shown(line.length)) m")
      return
    }
    guard case .policy(let policy) = agent.driver else {
      sink.error(
        at: points.location, "'path' is for agents under a policy",
        hint: "an agent with a planner starts on a lane or at a position")
      return
    }
    var pose = line.pose(at: s.value)
    pose.position += line.direction(at: s.value).left * offset
    let spec = AgentSpec(
      id: agent.id, agentClass: agent.agentClass, length: agent.length, width: agent.width,
      motion: .path, centre: pose, speed: agent.speed, path: path(line), arcLength: s.value,
      lateralOffset: offset)
    add(AgentPlan(spec: spec, driver: .policy(policy)), agent.location)
  }

  // MARK: - Routes

  /// The route of an agent; agents on the same lane without a goal share their path.
  private mutating func route(
    _ agent: AgentDeclaration, _ place: Place, _ lane: (index: Int, s: Double, offset: Double),
    _ goals: [Goal]
  ) -> (route: Route, path: Int?, family: Int?)? {
    var choosesLanes = false
    var knowsLanes = false
    if case .policy(let policy) = agent.driver {
      (choosesLanes, knowsLanes) = (policy.choosesLanes, policy.knowsLanes)
    }
    if agent.goals.isEmpty, agent.via.isEmpty {
      if case .stack = agent.driver {
        return (finder.straightOn(from: lane.index, s: lane.s, speed: agent.speed), nil, nil)
      }
      if choosesLanes || (knowsLanes && mustChange(from: lane.index)) {
        return openWay(lane: lane.index, s: lane.s)
      }
      let (route, path) = openRoute(lane: lane.index, s: lane.s, speed: agent.speed)
      return (route, path, nil)
    }
    // What was wrong with a goal or lane has been said.
    let via = agent.via.compactMap { lanes.index($0) }
    guard goals.count == agent.goals.count, via.count == agent.via.count else { return nil }
    let route = finder.route(
      from: lane.index, s: lane.s, speed: agent.speed, via: via, goals: goals,
      at: (agent.via.first?.location, agent.goals.first?.location), for: agent.id)
    // A way over given lanes is to be gone as it is given.
    if let route, choosesLanes || (knowsLanes && mustChange(on: route)), agent.via.isEmpty,
      let goal = route.goalArcLength
    {
      let way = wayFinder.waysBeside(route, goal: route.laneIndex(at: goal), &paths)
      let own = wayFinder.ways[way.way]
      return (wayFinder.route(way, s: lane.s), own.path, own.family)
    }
    return route.map { ($0, nil, nil) }
  }

  /// A route leads over to lanes beside: who can looks for a gap there by itself.
  private func mustChange(on route: Route) -> Bool {
    zip(route.lanes, route.lanes.dropFirst()).contains { lane, next in
      !map.lanes[lane].successors.contains(next)
    }
  }

  /// The same of the way straight on from a lane.
  mutating func mustChange(from lane: Int) -> Bool {
    // There is none that serves all who start there if it leaves the lane sideways.
    straightOn(from: lane).map { mustChange(on: $0) } ?? true
  }

  /// The way straight on that serves all who start on a lane; nil: there is none.
  private mutating func straightOn(from lane: Int) -> Route? {
    if let known = straightWays[lane] { return known }
    let route = finder.sharedStraightOn(from: lane)
    straightWays[lane] = .some(route)
    return route
  }

  /// The way straight on from a place on a lane of an agent that chooses lanes itself.
  mutating func openWay(lane: Int, s: Double) -> (route: Route, path: Int?, family: Int?) {
    let way = wayFinder.openWay(from: lane, &paths)
    let own = wayFinder.ways[way.way]
    return (wayFinder.route(way, s: s), own.path, own.family)
  }

  /// All ways among which those who choose lanes themselves may change.
  mutating func addWays() -> [TrafficWay] {
    wayFinder.addOpenWaysBeside(&paths)
    return wayFinder.ways
  }

  /// The route straight on from a place on a lane, and its path. Who can come
  /// round a ring again runs on a lap of it.
  mutating func openRoute(lane: Int, s: Double, speed: Double) -> (route: Route, path: Int) {
    if let known = shared.route(lane: lane, s: s) { return known }
    guard let route = straightOn(from: lane) else {
      let route = finder.straightOn(from: lane, s: s, speed: speed)
      return (route, path(route.centreline))
    }
    if route.lanes.dropFirst().contains(lane), let lap = finder.lap(from: lane) {
      shared.addLap(lap, path: path(lap.centreline))
    } else {
      shared.add(route, path: path(route.centreline))
    }
    guard let added = shared.route(lane: lane, s: s) else {
      preconditionFailure("a way from a lane serves all who start on it")
    }
    return added
  }

  /// From a lane to a lane.
  private struct FlowWay: Hashable {
    var from: Int
    var to: Int
  }

  /// Some way leads from a lane to the end of another.
  mutating func hasWay(from lane: Int, to goal: Int) -> Bool {
    flowRoute(FlowWay(from: lane, to: goal)) != nil
  }

  private mutating func flowRoute(_ way: FlowWay) -> (route: Route, path: Int)? {
    if let known = flowRoutes[way] { return known }
    let route = finder.way(from: way.from, to: way.to)
    let added = route.map { ($0, path($0.centreline)) }
    flowRoutes[way] = .some(added)
    return added
  }

  /// The way of one vehicle of a flow.
  ///
  /// - Parameters:
  ///   - goal: a lane that `hasWay` leads to; nil: straight on.
  mutating func flowWay(
    from lane: Int, s: Double, to goal: Int?, speed: Double, _ policy: ModuleChoice
  ) -> (route: Route, path: Int, family: Int?) {
    guard let goal, let known = flowRoute(FlowWay(from: lane, to: goal)) else {
      if policy.choosesLanes || (policy.knowsLanes && mustChange(from: lane)) {
        let way = wayFinder.openWay(from: lane, &paths)
        let own = wayFinder.ways[way.way]
        return (wayFinder.route(way, s: s), own.path, own.family)
      }
      let (route, path) = openRoute(lane: lane, s: s, speed: speed)
      return (route, path, nil)
    }
    if policy.choosesLanes || (policy.knowsLanes && mustChange(on: known.route)),
      let place = known.route.goalArcLength
    {
      let way = wayFinder.waysBeside(
        known.route, goal: known.route.laneIndex(at: place), &paths)
      let own = wayFinder.ways[way.way]
      return (wayFinder.route(way, s: s), own.path, own.family)
    }
    var route = known.route
    route.startArcLength = s
    return (route, known.path, nil)
  }

  // MARK: - Goals

  private func goal(_ declared: GoalDeclaration) -> Goal? {
    var goal = Goal(ticks: declared.ticks, speed: declared.speed, heading: declared.heading)
    if let window = declared.ticks, window.lowerBound > ticks {
      sink.error(
        at: declared.location,
        "the goal's time begins after the episode's end at \(shown(clock.seconds(ticks))) s")
      return nil
    }
    switch declared.region {
    case nil: break
    case .circle(let centre, let radius): goal.regions = [.circle(centre: centre, radius: radius)]
    case .polygon(let points): goal.regions = [.polygon(Polygon(points))]
    case .lanes(let names):
      let found = names.flatMap { lanes.matching($0) }
      guard !found.isEmpty else { return nil }
      goal.regions = [.lanes(found)]
    case .lanePosition(let name, let s):
      guard let index = lanes.index(name), lanes.isOn(map.lanes[index], s) else { return nil }
      goal.regions = [.lanePosition(lane: index, arcLength: s.value)]
    }
    return goal
  }

  private func shown(_ value: Double) -> String { LaneNames.shown(value) }
}
