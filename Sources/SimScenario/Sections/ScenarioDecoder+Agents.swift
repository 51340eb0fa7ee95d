import SimCore
import SimWorld

// Everybody but the egos: traffic under a policy, vehicles with a driving stack of their own,
// things that stand about.
extension ScenarioDecoder {
  func backgroundAgents(_ file: MappingDecoder) -> [AgentDeclaration] {
    guard file.has("agents"), let items = file.list("agents") else { return [] }
    return items.compactMap { agent($0) }
  }

  private func agent(_ tree: ParameterTree) -> AgentDeclaration? {
    guard let agent = MappingDecoder(tree, .agent, sink) else { return nil }
    let id = self.id(agent, standard: nil)
    let agentClass = self.agentClass(agent)
    var length = agent.quantity("length", .length, in: ScenarioLimits.length)
    var width = agent.quantity("width", .length, in: ScenarioLimits.width)
    let driver: AgentDeclaration.Driver
    if agent.has("planner") {
      agent.refuse("policy", with: "planner")
      for key in ["length", "width"] { agent.refuse(key, with: "planner") }
      let vehicle = self.vehicle(agent.value("vehicle"), for: agentClass)
      length = vehicle.length
      width = vehicle.width
      driver = stack(agent).map { .stack($0, vehicle) } ?? .none
      if !agentClass.isVehicle, agentClass != .bicycle {
        sink.error(
          at: agent.keyLocation("planner"), "a \(agentClass.name) cannot have a planner",
          hint: "give it a policy, or make it a car")
      }
    } else {
      for key in ScenarioSection.stackKeys.map(\.name) where agent.has(key) {
        sink.error(
          at: agent.keyLocation(key), "'\(key)' of an agent needs 'planner'",
          hint: "give it a planner of its own, or remove the key")
      }
      driver = policy(agent, agentClass).map { .policy($0) } ?? .none
    }
    let size = agentClass.typicalSize
    return AgentDeclaration(
      id: id.value, location: id.location, isEgo: false, agentClass: agentClass,
      length: length ?? size.length, width: width ?? size.width, placement: placement(agent),
      speed: speed(agent), driver: driver, via: via(agent), goals: goals(agent))
  }

  func agentClass(_ agent: MappingDecoder) -> AgentClass {
    guard let tree = agent.value("type"),
      let name = scalar.choice(tree, "'type'", among: AgentClass.allCases.map(\.name))
    else { return .car }
    return AgentClass.allCases.first { $0.name == name } ?? .car
  }

  /// The policy of an agent; nil for a thing that stands still (or for one that is wrong).
  private func policy(_ agent: MappingDecoder, _ agentClass: AgentClass) -> ModuleChoice? {
    if case .scalar("none", _) = agent.value("policy")?.value {
      refuseMotion(agent, because: "with 'policy: none' it stands still")
      return nil
    }
    if agentClass.isObject {
      if agent.has("policy") {
        sink.error(
          at: agent.keyLocation("policy"), "a \(agentClass.name) has no policy",
          hint: "it stands still")
      }
      refuseMotion(agent, because: "a \(agentClass.name) stands still")
      return nil
    }
    if let tree = agent.value("policy") {
      guard let policy = modules.choice(tree, .policy) else { return nil }
      checkNeeds(of: policy, agent, agentClass, tree)
      return policy
    }
    // Nobody follows a leader on a path of their own.
    let isOnPath = agent.has("path") || agentClass == .pedestrian
    let standard = modules.standard(.policy, preferring: isOnPath ? "constant_speed" : "idm")
    if standard == nil {
      sink.error(
        at: agent.location, "this program has no policy to drive an agent",
        hint: "with 'policy: none' it stands still")
    }
    return standard
  }

  /// What a policy needs that an agent of a scenario file does not have. Schemas do not tell, so
  /// the policies that need something are named here.
  private func checkNeeds(
    of policy: ModuleChoice, _ agent: MappingDecoder, _ agentClass: AgentClass,
    _ tree: ParameterTree
  ) {
    if policy.name == "walker", agentClass != .pedestrian {
      sink.error(
        at: tree.location, "policy 'walker' is for pedestrians, not for a \(agentClass.name)",
        hint: "add 'type: pedestrian'")
    }
    if policy.name == "replay" {
      sink.error(
        at: tree.location, "policy 'replay' needs a recording, which this agent has not",
        hint: "recordings come from imported files")
    }
    if policy.name == "idm", agent.has("path") {
      sink.error(
        at: tree.location, "policy 'idm' follows lanes and cannot follow a 'path'",
        hint: "give it policy 'constant_speed', or a lane and s instead of the path")
    }
  }

  private func refuseMotion(_ agent: MappingDecoder, because reason: String) {
    for key in ["goal", "route", "path"] where agent.has(key) {
      sink.error(at: agent.keyLocation(key), "'\(key)' has no use here: \(reason)")
    }
    if speed(agent) != 0 {
      sink.error(at: agent.keyLocation("speed"), "'speed' must be 0 here: \(reason)")
    }
  }
}

extension ScenarioSection {
  static let agent = ScenarioSection(
    path: "agents[]", noun: "an agent",
    summary: "A road user or an obstacle; with a planner it has a driving stack as the ego has.",
    keys: [
      ScenarioKey("id", "name", .required, "its name, once in the file"),
      ScenarioKey(
        "type", "word", .standard("car"),
        AgentClass.allCases.map(\.name).joined(separator: ", ")),
      ScenarioKey("length", "length", .standard("that of its type"), "of the box"),
      ScenarioKey("width", "length", .standard("that of its type"), "of the box"),
      ScenarioKey(
        "policy", "module or none", .standard("idm; on a path and for walkers constant_speed"),
        "decides for it; none: it stands"),
      ScenarioKey("path", "list of [x, y]", .optional, "moves along it, instead of on the lanes"),
    ] + placementKeys + routeKeys + stackKeys)
}
