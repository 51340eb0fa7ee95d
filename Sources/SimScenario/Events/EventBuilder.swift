import SimCore
import SimGeometry
import SimMap
import SimStack
import SimWorld

/// Makes the plan of a scenario's events, once its agents stand on the map.
struct EventBuilder {
  let declarations: [EventDeclaration]
  let sink: DiagnosticSink
  /// Paths of `follow_path`, by the actions in file order.
  private var followed: [Int] = []
  private var lanes: [ScriptedLane] = []
  /// Instances of policies that agents change to, by the actions in file order.
  private var instances: [Int] = []

  init(_ declarations: [EventDeclaration], _ sink: DiagnosticSink) {
    self.declarations = declarations
    self.sink = sink
  }

  private var actions: [ActionDeclaration] {
    declarations.flatMap { $0.steps.flatMap { $0 } }
  }

  /// Adds what events need: doors, paths, ways beside those of agents that change lanes; and takes
  /// those out of the world who appear later.
  ///
  /// - Parameter flows: whose vehicles have been placed.
  mutating func prepare(_ placer: inout AgentPlacer, flows: [String] = []) {
    guard !declarations.isEmpty else { return }
    var places: [String: Int] = [:]
    for (index, agent) in placer.placed.enumerated() { places[agent.plan.spec.id] = index }
    checkArrivals(Set(flows), places)
    for action in actions {
      // Who could not be placed has been reported.
      let index = action.agent.flatMap { places[$0] }
      switch action.verb {
      case .appear:
        if let index, placer.placed[index].plan.arrival != nil {
          sink.error(
            at: action.location,
            "'\(placer.placed[index].plan.spec.id)' comes with its flow and not by an event")
        } else if let index {
          placer.change(index) {
            EventBuilder.free(&$0)
            $0.spec.isPresent = false
          }
        }
      case .disappear:
        if let index { placer.change(index) { EventBuilder.free(&$0) } }
      case .openDoor(let toLeft):
        guard let index else { continue }
        let vehicle = placer.placed[index]
        let door = EventBuilder.door(of: vehicle.plan.spec, toLeft: toLeft)
        if places[door.id] == nil {
          places[door.id] = placer.placed.count
          placer.add(AgentPlan(spec: door, driver: .none), vehicle.location)
        }
      case .follow(let points, _, _):
        followed.append(path(points, &placer))
      case .changeLane, .cutIn:
        if let index { addLanes(for: placer.placed[index].plan, action, &placer) }
      case .changePolicy(let choice):
        instances.append(index.map { instance(choice, placer.placed[$0].plan, action) } ?? 0)
      default: break
      }
    }
    checkSides(placer, places)
  }

  /// Reports vehicles of flows that never come.
  private func checkArrivals(_ flows: Set<String>, _ places: [String: Int]) {
    for declaration in declarations {
      var ids = declaration.trigger.agents
      for action in declaration.steps.flatMap({ $0 }) { ids += action.agents }
      var reported = Set<String>()
      for id in ids where places[id] == nil && reported.insert(id).inserted {
        guard let (flow, _) = splitFlowID(id), flows.contains(flow) else { continue }
        var count = 0
        while places["\(flow).\(count)"] != nil { count += 1 }
        sink.error(
          at: declaration.location,
          "event '\(declaration.id)' is about '\(id)', and flow '\(flow)' brings \(count) vehicles "
            + "in this time",
          hint: count == 0
            ? "raise 'rate' or 'duration'" : "they are '\(flow).0' … '\(flow).\(count - 1)'")
      }
    }
  }

  /// Things that come and go are put where they are in every tick.
  private static func free(_ plan: inout AgentPlan) {
    if plan.spec.motion == .fixed { plan.spec.motion = .placed }
  }

  private mutating func path(_ points: Located<[Vector2]>, _ placer: inout AgentPlacer) -> Int {
    guard let line = Polyline(points.value) else {
      sink.error(at: points.location, "the path has no length")
      return 0
    }
    return placer.path(line)
  }

  // MARK: - Doors

  /// Length and thickness of a car door, metres.
  static let door = (length: 1.0, thickness: 0.1)

  static func doorID(_ id: String, toLeft: Bool) -> String {
    toLeft ? "\(id).door" : "\(id).door_right"
  }

  /// The door of a vehicle, wide open: it stands out square to the side, hinged a sixth of the
  /// vehicle's length ahead of its middle, as the front doors of a saloon are.
  private static func door(of vehicle: AgentSpec, toLeft: Bool) -> AgentSpec {
    let along = vehicle.centre.direction
    let side = toLeft ? along.left : along.left * -1
    var place = vehicle.centre
    place.position += along * (vehicle.length / 6) + side * (0.5 * (vehicle.width + door.length))
    place.heading = ExactMath.wrapAngle(place.heading + (toLeft ? 0.5 : -0.5) * Double.pi)
    return AgentSpec(
      id: doorID(vehicle.id, toLeft: toLeft), agentClass: .genericObject, length: door.length,
      width: door.thickness, motion: .placed, isPresent: false, centre: place)
  }

  // MARK: - Policies

  /// Which choice of the same policy this one is for an agent.
  private func instance(
    _ choice: ModuleChoice, _ plan: AgentPlan, _ action: ActionDeclaration
  ) -> Int {
    if choice.name == "idm", plan.route == nil {
      sink.error(
        at: action.location, "policy 'idm' follows lanes; '\(plan.spec.id)' moves along a path",
        hint: "give it policy 'constant_speed', or a lane and s instead of the path")
    }
    var known: [ModuleChoice] = []
    if case .policy(let own) = plan.driver, own.name == choice.name { known.append(own) }
    for other in actions where other.agent == plan.spec.id {
      if case .changePolicy(let wanted) = other.verb, wanted.name == choice.name,
        !known.contains(wanted)
      {
        known.append(wanted)
      }
    }
    return known.firstIndex(of: choice) ?? 0
  }

  // MARK: - Lanes

  /// Tables the lanes along an agent's path, and along those that it can come to from there.
  private mutating func addLanes(
    for plan: AgentPlan, _ action: ActionDeclaration, _ placer: inout AgentPlacer
  ) {
    guard let route = plan.route, let path = plan.spec.path else {
      sink.error(
        at: action.location, "'\(plan.spec.id)' moves along a path of its own, beside no lanes",
        hint: "give it a lane and s instead of the path")
      return
    }
    var open = [(path: path, route: route)]
    while let next = open.popLast() {
      guard !lanes.contains(where: { $0.path == next.path }) else { continue }
      for (k, lane) in next.route.lanes.enumerated() {
        var stretch = ScriptedLane(
          path: next.path, start: next.route.laneStarts[k],
          end: k + 1 < next.route.lanes.count
            ? next.route.laneStarts[k + 1] : next.route.centreline.length,
          left: nil, right: nil)
        let here = placer.map.lanes[lane]
        for toLeft in [true, false] where !here.isConnector {
          guard let beside = toLeft ? here.left : here.right, beside.isSameDirection,
            !placer.map.lanes[beside.lane].isConnector
          else { continue }
          let way = way(onto: beside.lane, family: plan.family, &placer)
          if toLeft { stretch.left = way.path } else { stretch.right = way.path }
          open.append(way)
        }
        lanes.append(stretch)
      }
    }
  }

  /// The way of the agent's family that leads over a lane, or else the one straight on from it.
  private func way(
    onto lane: Int, family: Int?, _ placer: inout AgentPlacer
  ) -> (path: Int, route: Route) {
    if let family, family > 0,
      let own = placer.ways.first(where: { $0.family == family && $0.route.lanes.contains(lane) })
    {
      return (own.path, own.route)
    }
    let way = placer.openWay(lane: lane, s: 0)
    guard let path = way.path else { preconditionFailure("an open way has a path") }
    return (path, way.route)
  }

  /// Reports lane changes to a side on which there never is a lane.
  private func checkSides(_ placer: AgentPlacer, _ places: [String: Int]) {
    for action in actions {
      guard case .changeLane(let toLeft, _) = action.verb, let id = action.agent,
        let index = places[id], placer.placed[index].plan.route != nil
      else { continue }
      // All lanes that it can come to by the kinds of changes that it makes.
      let sides = sides(of: id)
      var paths = Set([placer.placed[index].plan.spec.path ?? -1])
      var isAnywhere = false
      var isGrowing = true
      while isGrowing {
        isGrowing = false
        for lane in lanes where paths.contains(lane.path) {
          for beside in [sides.left ? lane.left : nil, sides.right ? lane.right : nil] {
            if let beside { isGrowing = paths.insert(beside).inserted || isGrowing }
          }
          if (toLeft ? lane.left : lane.right) != nil { isAnywhere = true }
        }
      }
      if !isAnywhere {
        sink.error(
          at: action.location,
          "there is no lane to the \(toLeft ? "left" : "right") anywhere on the way of '\(id)'")
      }
    }
  }

  /// The sides to which an agent is ever sent.
  private func sides(of id: String) -> (left: Bool, right: Bool) {
    var sides = (left: false, right: false)
    for action in actions where action.agent == id {
      switch action.verb {
      case .changeLane(let toLeft, _):
        if toLeft { sides.left = true } else { sides.right = true }
      case .cutIn: sides = (true, true)
      default: break
      }
    }
    return sides
  }

  // MARK: - The plan

  /// The events with all names resolved; what the map does not have is reported.
  ///
  /// - Parameter ids: of all agents, in row order.
  func plan(ids: [String], _ map: LaneGraph) -> EventPlan {
    guard !declarations.isEmpty else { return EventPlan() }
    var resolver = EventResolver(ids, map, declarations, sink)
    resolver.followed = followed
    resolver.instances = instances
    let events = declarations.compactMap { resolver.event($0) }
    guard events.count == declarations.count else { return EventPlan() }
    return EventPlan(events: events, order: resolver.order, lanes: lanes)
  }
}
