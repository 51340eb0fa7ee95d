import SimCore
import SimWorld

// Traffic that enters in the course of an episode: `flows: [{lanes: main.*, rate: 1200}]`.
extension ScenarioDecoder {
  func flows(_ file: MappingDecoder) -> [FlowDeclaration] {
    guard file.has("flows"), let items = file.list("flows") else { return [] }
    return items.enumerated().compactMap { number, tree in
      flow(tree, standardId: number == 0 ? "flow" : "flow\(number + 1)")
    }
  }

  private func flow(_ tree: ParameterTree, standardId: String) -> FlowDeclaration? {
    guard let flow = MappingDecoder(tree, .flow, sink) else { return nil }
    let id = self.id(flow, standard: standardId)
    if !flow.has("lanes") { flow.reportMissing("lanes") }
    let lanes = (flow.items("lanes") ?? []).compactMap { scalar.text($0, "a lane of 'lanes'") }
    let rate = flow.required("rate").flatMap { self.rate($0) }
    let types = self.types(flow)
    let arrivals =
      flow.word("arrivals", of: FlowDeclaration.Arrivals.self) ?? .poisson
    let start = flow.quantity("start", .time, in: 0...ScenarioLimits.duration.upperBound)
    let length = flow.quantity("for", .time, in: 0...ScenarioLimits.duration.upperBound)
    let s = flow.value("s").flatMap { tree in
      scalar.quantity(tree, "'s'", .length, in: 0...ScenarioLimits.coordinate).map {
        Located($0, at: tree.location)
      }
    }
    let speed = flow.value("speed").flatMap {
      rangeOrValue($0, "'speed'", .speed, in: ScenarioLimits.speed)
    }
    let destinations = self.weights(flow, "to").map {
      FlowDeclaration.Destination(lanes: $0.name, weight: $0.weight)
    }
    let policy =
      flow.has("policy")
      ? flow.value("policy").flatMap { modules.choice($0, .policy) }
      : modules.standard(.policy, preferring: "idm")
    // Schemas do not tell which policies bring agents in, so the one that does is named here.
    if let policy, policy.name != "idm" {
      sink.error(
        at: flow.keyLocation("policy"), "policy '\(policy.name)' cannot bring in a flow",
        hint: "policy 'idm' can")
    }
    guard let rate, let policy, !lanes.isEmpty, !types.isEmpty else { return nil }
    return FlowDeclaration(
      id: id.value, location: id.location, lanes: lanes, s: s, rate: rate, arrivals: arrivals,
      start: start, length: length, types: types, destinations: destinations, speed: speed,
      spread: spread(flow, policy), policy: policy)
  }

  /// Vehicles per second: a plain number counts them by the hour.
  private func rate(_ tree: ParameterTree) -> Double? {
    let most = ScenarioLimits.flowRate
    if case .scalar(let text, quoted: false) = tree.value, text.utf8.allSatisfy(\.isOfPlainNumber) {
      return scalar.quantity(tree, "'rate'", .none, in: 0...most).map { $0 / 3600 }
    }
    return scalar.quantity(tree, "'rate'", .frequency, in: 0...most / 3600)
  }

  /// What enters, and in which proportions.
  private func types(_ flow: MappingDecoder) -> [FlowDeclaration.Kind] {
    flow.refuse("types", with: "type")
    guard flow.has("types") else {
      let agentClass = self.agentClass(flow)
      return check(agentClass, at: flow.keyLocation("type"))
        ? [FlowDeclaration.Kind(agentClass: agentClass, weight: 1)] : []
    }
    let names = AgentClass.allCases.map(\.name)
    return weights(flow, "types").compactMap { name, weight in
      guard let agentClass = AgentClass.allCases.first(where: { $0.name == name.value }) else {
        sink.error(
          at: name.location, "'types' cannot hold '\(name.value)'",
          hint: nearestSpelling(of: name.value, among: names).map { "did you mean '\($0)'?" }
            ?? "one of: " + names.joined(separator: ", "))
        return nil
      }
      return check(agentClass, at: name.location)
        ? FlowDeclaration.Kind(agentClass: agentClass, weight: weight) : nil
    }
  }

  private func check(_ agentClass: AgentClass, at location: SourceLocation) -> Bool {
    if agentClass.isVehicle || agentClass == .bicycle { return true }
    sink.error(
      at: location, "a flow is of vehicles, not of a \(agentClass.name)",
      hint: "walkers and things are declared under 'agents'")
    return false
  }

  /// Names with weights: `{a: 0.8, b: 0.2}`, or `[a, b]` or `a` with equal ones.
  private func weights(
    _ flow: MappingDecoder, _ key: String
  ) -> [(name: Located<String>, weight: Double)] {
    guard let tree = flow.value(key) else { return [] }
    guard case .mapping(let entries) = tree.value else {
      return (flow.items(key) ?? []).compactMap { item in
        scalar.text(item, "a name of '\(key)'").map { ($0, 1) }
      }
    }
    let weighted = entries.compactMap { entry -> (name: Located<String>, weight: Double)? in
      scalar.quantity(entry.value, "the weight of '\(entry.key)'", .none, in: 0...1e6).map {
        (Located(entry.key, at: entry.keyLocation), $0)
      }
    }
    if weighted.count == entries.count, weighted.reduce(0, { $0 + $1.weight }) <= 0 {
      sink.error(at: tree.location, "the weights of '\(key)' are all 0", hint: "raise one of them")
      return []
    }
    return weighted
  }
}

extension ScenarioSection {
  static let flow = ScenarioSection(
    path: "flows[]", noun: "a flow",
    summary: """
      Vehicles flow.0, flow.1, … that enter at the start of lanes as they arrive, each as soon as it \
      fits between those ahead and behind, and leave where their way ends.
      """,
    keys: [
      ScenarioKey("id", "name", .standard("flow, flow2, …"), "what its agents are called"),
      ScenarioKey(
        "lanes", "list of lane ids", .required,
        "where they enter; of lanes that lead to each other the first; '*' is any text"),
      ScenarioKey("rate", "frequency", .required, "of all lanes together; a number is vehicles/h"),
      ScenarioKey(
        "arrivals", "word", .standard("poisson"),
        FlowDeclaration.Arrivals.allCases.map(\.rawValue).joined(separator: ", ")
          + "; even: one every 1/rate, a lane after the other"),
      ScenarioKey("start", "time", .standard("with the warm-up"), "of the first arrivals"),
      ScenarioKey("for", "time", .standard("to the end"), "how long vehicles arrive"),
      ScenarioKey("type", "word", .standard("car"), "as of an agent"),
      ScenarioKey("types", "mapping", .optional, "type: weight, instead of type"),
      ScenarioKey(
        "to", "lane ids, or lane id: weight", .standard("straight on"),
        "lanes that their ways lead to, of those that can be reached; '*' is any text"),
      ScenarioKey(
        "s", "length", .standard("half a vehicle"), "of the box centre where they enter"),
      ScenarioKey(
        "speed", "speed or [from, to]", .standard("the lane's limit"),
        "at entry, drawn for each; lower behind slow ones"),
      ScenarioKey("policy", "module", .standard("idm"), "decides for them"),
      ScenarioKey(
        "spread", "mapping", .optional, "parameter of the policy: [from, to], drawn for each"),
    ])
}

extension UInt8 {
  /// A character of a number without unit.
  fileprivate var isOfPlainNumber: Bool { "0123456789.+-eE".utf8.contains(self) }
}
