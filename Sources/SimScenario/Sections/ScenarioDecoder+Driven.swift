import SimCore
import SimGeometry
import SimWorld

// The vehicles under test, and what they share with all other driven agents: the modules of the
// driving stack and the chassis.
extension ScenarioDecoder {
  /// The egos of a file: `ego`, or the items of `egos`.
  func egos(_ file: MappingDecoder) -> [AgentDeclaration] {
    file.refuse("egos", with: "ego")
    if let tree = file.value("ego") {
      return ego(tree, standardID: "ego").map { [$0] } ?? []
    }
    guard file.has("egos") else {
      if !file.has("ego") { file.reportMissing("ego") }
      return []
    }
    let items = file.list("egos") ?? []
    if file.has("egos"), items.isEmpty || items.count > ScenarioLimits.egos {
      sink.error(
        at: file.keyLocation("egos"),
        "between 1 and \(ScenarioLimits.egos) egos are possible, not \(items.count)")
    }
    return items.prefix(ScenarioLimits.egos).compactMap { ego($0, standardID: nil) }
  }

  private func ego(_ tree: ParameterTree, standardID: String?) -> AgentDeclaration? {
    guard let ego = MappingDecoder(tree, .ego, sink) else { return nil }
    let id = self.id(ego, standard: standardID)
    let vehicle = self.vehicle(ego.value("vehicle"), for: .car)
    return AgentDeclaration(
      id: id.value, location: id.location, isEgo: true, agentClass: .car, length: vehicle.length,
      width: vehicle.width, placement: placement(ego), speed: speed(ego),
      driver: stack(ego).map { .stack($0, vehicle) } ?? .none, via: via(ego), goals: goals(ego))
  }

  /// The id of an agent; if there is none, which is then reported, one that nobody else has.
  func id(_ agent: MappingDecoder, standard: String?) -> Located<String> {
    if !agent.has("id") {
      if let standard { return Located(standard, at: agent.location) }
      agent.reportMissing("id")
    }
    if let id = agent.text("id"), checkedName(id, "the id", allowing: "") { return id }
    // Unique, so that it is not taken for a duplicate.
    return Located("?\(agent.location.line):\(agent.location.column)", at: agent.location)
  }

  func speed(_ agent: MappingDecoder) -> Double {
    agent.quantity("speed", .speed, in: ScenarioLimits.speed) ?? 0
  }

  /// The modules of a driven agent; nil if one of them is wrong.
  func stack(_ agent: MappingDecoder) -> DrivingStack? {
    var chosen: [ModuleKind: ModuleChoice] = [:]
    for kind in DrivingStack.kinds where agent.has(kind.rawValue) {
      chosen[kind] = agent.value(kind.rawValue).flatMap { modules.choice($0, kind) }
    }
    if !agent.has(ModuleKind.planner.rawValue) {
      chosen[.planner] = defaults[.planner] ?? modules.standard(.planner)
    }
    for kind in DrivingStack.kinds where !agent.has(kind.rawValue) {
      let key = kind.rawValue
      if chosen[kind] == nil {
        chosen[kind] =
          defaults[kind] ?? modules.standard(kind, preferring: partner(kind, of: chosen[.planner]))
        if chosen[kind] == nil, options.catalog.modules[kind]?.isEmpty ?? true {
          sink.error(
            at: agent.location, "this program has no \(key) to drive \(agent.section.noun)")
        }
      }
    }
    let every = every(agent)
    let latency = latencyTicks(agent)
    guard chosen.count == DrivingStack.kinds.count else { return nil }
    return DrivingStack(modules: chosen, every: every, planLatencyTicks: latency)
  }

  /// The module of a kind that a planner goes with.
  private func partner(_ kind: ModuleKind, of planner: ModuleChoice?) -> String? {
    planner.flatMap {
      options.catalog.module(.planner, $0.name)?.partner(kind, with: $0.parameters)
    }
  }

  private func every(_ agent: MappingDecoder) -> [ModuleKind: Int] {
    guard let tree = agent.value("every"), let every = MappingDecoder(tree, .every, sink) else {
      return [:]
    }
    var ticks: [ModuleKind: Int] = [:]
    for kind in DrivingStack.kinds {
      ticks[kind] = every.integer(kind.rawValue, in: 1...1000)
    }
    return ticks
  }

  private func latencyTicks(_ agent: MappingDecoder) -> Int {
    guard let tree = agent.value("latency"),
      let seconds = scalar.quantity(tree, "'latency'", .time, in: 0...10)
    else { return 0 }
    let ticks = seconds / clock.step
    if abs(ticks - ticks.rounded()) > 1e-6 {
      sink.error(
        at: tree.location,
        "'latency' must be a whole number of ticks of \(NumberText.shown(clock.step)) s, "
          + "not \(NumberText.shown(seconds)) s")
    }
    return clock.ticks(seconds)
  }

  // MARK: - Chassis

  /// The chassis of a driven agent: a preset's name, or sizes of its own.
  func vehicle(_ tree: ParameterTree?, for agentClass: AgentClass) -> VehicleParameters {
    let standard = ScenarioDecoder.standardVehicle(agentClass)
    guard let tree else { return standard }
    if case .scalar = tree.value {
      let names = ScenarioDecoder.presets.map(\.name)
      let name = scalar.choice(tree, "'vehicle'", among: names)
      return ScenarioDecoder.presets.first { $0.name == name }?.vehicle ?? standard
    }
    guard let own = MappingDecoder(tree, .vehicle, sink) else { return standard }
    let length = own.quantity("length", .length, in: 0.5...ScenarioLimits.length.upperBound)
    let width = own.quantity("width", .length, in: 0.2...ScenarioLimits.width.upperBound)
    var vehicle = ScenarioDecoder.vehicle(
      length: length ?? standard.length, width: width ?? standard.width)
    let wheelbase = own.quantity("wheelbase", .length, in: 0.2...vehicle.length)
    vehicle.wheelbase = wheelbase ?? vehicle.wheelbase
    let axle = own.quantity("rear_axle_to_centre", .length, in: 0...vehicle.length / 2)
    vehicle.rearAxleToCentre = axle ?? vehicle.rearAxleToCentre
    let steering = own.quantity("max_steering", .angle, in: 0.05...1.5)
    vehicle.maxSteering = steering ?? vehicle.maxSteering
    return vehicle
  }

  private static let presets: [(name: String, vehicle: VehicleParameters)] = [
    ("pacifica", .pacifica), ("bmw320i", .bmw320i),
  ]

  private static func standardVehicle(_ agentClass: AgentClass) -> VehicleParameters {
    if agentClass == .car { return .pacifica }
    let size = agentClass.typicalSize
    return vehicle(length: size.length, width: size.width)
  }

  /// A chassis with the Pacifica's proportions.
  static func vehicle(length: Double, width: Double) -> VehicleParameters {
    let model = VehicleParameters.pacifica
    return VehicleParameters(
      length: length, width: width,
      rearAxleToCentre: model.rearAxleToCentre / model.length * length,
      wheelbase: model.wheelbase / model.length * length, maxSteering: model.maxSteering)
  }
}

extension ScenarioSection {
  /// Keys of every agent that is driven by modules.
  static let stackKeys: [ScenarioKey] = [
    ScenarioKey(
      "vehicle", "pacifica, bmw320i or own sizes", .standard("pacifica"), "body and chassis"),
    ScenarioKey("planner", "module", .standard("the first of the catalog"), "decides where to go"),
    ScenarioKey(
      "predictor", "module", .standard("the planner's, else the first of the catalog"),
      "foresees the others"),
    ScenarioKey(
      "perception", "module", .standard("the first of the catalog"), "what it gets to see"),
    ScenarioKey("controller", "module", .standard("the first of the catalog"), "follows the plan"),
    ScenarioKey("every", "mapping", .optional, "module: it runs every n-th tick only"),
    ScenarioKey("latency", "time", .standard("0 s"), "a plan takes effect after it, whole ticks"),
  ]

  static let ego = ScenarioSection(
    path: "ego", noun: "the ego", summary: "A vehicle under test; positions are its box centre.",
    keys: [ScenarioKey("id", "name", .standard("ego"), "its name; needed in a list of egos")]
      + placementKeys + routeKeys + stackKeys)

  static let every = ScenarioSection(
    path: "ego.every", noun: "'every'", summary: "How often modules run; 1 is each tick.",
    keys: DrivingStack.kinds.map {
      ScenarioKey($0.rawValue, "whole number", .standard("1"), "runs every n-th tick")
    })

  static let vehicle = ScenarioSection(
    path: "ego.vehicle", noun: "a vehicle",
    summary: "Own sizes; what is not given is in the Pacifica's proportions.",
    keys: [
      ScenarioKey("length", "length", .optional, "of the box"),
      ScenarioKey("width", "length", .optional, "of the box"),
      ScenarioKey("wheelbase", "length", .optional, "between the axles"),
      ScenarioKey("rear_axle_to_centre", "length", .optional, "rear axle to box centre"),
      ScenarioKey("max_steering", "angle", .optional, "largest tyre angle"),
    ])
}
