import SimCore
import SimWorld

// Many agents at once: `fleet: {count: 30, lanes: main.*, speed: [20, 28]}`.
extension ScenarioDecoder {
  func fleets(_ file: MappingDecoder) -> [FleetDeclaration] {
    (file.items("fleet") ?? []).compactMap { fleet($0) }
  }

  private func fleet(_ tree: ParameterTree) -> FleetDeclaration? {
    guard let fleet = MappingDecoder(tree, .fleet, sink) else { return nil }
    let id = self.id(fleet, standard: "fleet")
    let agentClass = self.agentClass(fleet)
    if agentClass.isObject {
      sink.error(at: fleet.keyLocation("type"), "a fleet of things that cannot move")
    }
    let count = fleet.required("count").flatMap {
      scalar.integer($0, "'count'", in: 1...ScenarioLimits.agents)
    }
    if !fleet.has("lanes") { fleet.reportMissing("lanes") }
    let lanes = (fleet.items("lanes") ?? []).compactMap { scalar.text($0, "a lane of 'lanes'") }
    let length = fleet.quantity("length", .length, in: ScenarioLimits.length)
    let width = fleet.quantity("width", .length, in: ScenarioLimits.width)
    let speed = fleet.value("speed").flatMap {
      rangeOrValue($0, "'speed'", .speed, in: ScenarioLimits.speed)
    }
    let policy =
      fleet.has("policy")
      ? fleet.value("policy").flatMap { modules.choice($0, .policy) }
      : modules.standard(.policy, preferring: agentClass == .pedestrian ? "walker" : "idm")
    guard let count, let policy, !lanes.isEmpty else { return nil }
    let size = agentClass.typicalSize
    return FleetDeclaration(
      id: id.value, location: id.location, count: count, lanes: lanes,
      scatter: fleet.quantity("scatter", .none, in: 0...1) ?? 0, agentClass: agentClass,
      length: length ?? size.length, width: width ?? size.width, speed: speed,
      spread: spread(fleet, policy), policy: policy)
  }

  /// Ranges of the policy's numbers from which each agent draws its own.
  func spread(
    _ fleet: MappingDecoder, _ policy: ModuleChoice
  ) -> [(parameter: String, range: ClosedRange<Double>)] {
    guard let tree = fleet.value("spread") else { return [] }
    guard case .mapping(let entries) = tree.value else {
      sink.error(
        at: tree.location, "'spread' must be a mapping, not \(tree.kindName)",
        hint: "write it like {parameter: [low, high]}")
      return []
    }
    let parameters = options.catalog.module(.policy, policy.name)?.parameters ?? []
    var spread: [(parameter: String, range: ClosedRange<Double>)] = []
    for entry in entries {
      guard let parameter = parameters.first(where: { $0.name == entry.key }),
        case .number(_, let range, let dimension) = parameter.kind
      else {
        let numbers = parameters.filter { if case .number = $0.kind { true } else { false } }
        let names = numbers.map(\.name)
        let near = nearestSpelling(of: entry.key, among: names)
        sink.error(
          at: entry.keyLocation, "policy '\(policy.name)' has no number '\(entry.key)'",
          hint: near.map { "did you mean '\($0)'?" } ?? "numbers: " + names.joined(separator: ", "))
        continue
      }
      if let drawn = bounds(entry.value, "'\(entry.key)'", dimension, in: range) {
        spread.append((entry.key, drawn))
      }
    }
    return spread
  }

  /// A single value, or a range of them.
  func rangeOrValue(
    _ tree: ParameterTree, _ what: String, _ dimension: Dimension, in range: ClosedRange<Double>
  ) -> ClosedRange<Double>? {
    if case .scalar = tree.value {
      return scalar.quantity(tree, what, dimension, in: range).map { $0...$0 }
    }
    return bounds(tree, what, dimension, in: range)
  }
}

extension ScenarioSection {
  static let fleet = ScenarioSection(
    path: "fleet", noun: "a fleet",
    summary: "Agents fleet.0, fleet.1, … spread over the free parts of some lanes.",
    keys: [
      ScenarioKey("id", "name", .standard("fleet"), "what its agents are called"),
      ScenarioKey("count", "whole number", .required, "how many"),
      ScenarioKey(
        "lanes", "list of lane ids", .required, "where; '*' is any text, '?' a character"),
      ScenarioKey(
        "scatter", "0 to 1", .standard("0"),
        "0: evenly spaced; 1: each anywhere in the room that is its own, drawn by the seed"),
      ScenarioKey("type", "word", .standard("car"), "as of an agent"),
      ScenarioKey("length", "length", .standard("that of its type"), "of the box"),
      ScenarioKey("width", "length", .standard("that of its type"), "of the box"),
      ScenarioKey(
        "speed", "speed or [from, to]", .standard("0 m/s"), "at tick 0, drawn for each"),
      ScenarioKey(
        "policy", "module", .standard("idm; for walkers walker"), "decides for them"),
      ScenarioKey(
        "spread", "mapping", .optional, "parameter of the policy: [from, to], drawn for each"),
    ])
}
