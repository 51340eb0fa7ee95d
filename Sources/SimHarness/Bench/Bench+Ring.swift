import SimCore
import SimGeometry
import SimMap
import SimScenario
import SimStack
import SimTraffic
import SimWorld

extension Bench {
  /// Steps that the peers run for a number of cars.
  static func peerSteps(_ cars: Int) -> Int {
    cars <= 200 ? 1000 : cars <= 1000 ? 300 : 100
  }

  /// A ring load as an episode without an ego.
  private func ringScenario(
    _ load: RingLoad, _ steps: Int
  ) throws(InputError) -> Scenario {
    let schema = try idm(load.kind.rawValue)
    let parameters = ParameterValues(schema, overriding: load.parameters)
    return Scenario(
      name: load.kind.rawValue, path: "", map: load.map, clock: TickClock(), ticks: steps, seed: 0,
      egos: [],
      agents: (0..<load.count).map {
        plan(load.car($0), schema.name, parameters, family: load.ways.isEmpty ? nil : 0)
      }, paths: load.paths, ways: load.ways)
  }

  /// The same load with an ego in the place of its first car, that perceives all others in every
  /// tick, foresees them, plans and is steered.
  private func withEgo(_ scenario: Scenario, _ load: RingLoad) throws(InputError) -> Scenario {
    var modules: [ModuleKind: ModuleChoice] = [:]
    for kind in [ModuleKind.perception, .predictor, .planner, .controller] {
      modules[kind] = catalogs.standardChoice(kind)
    }
    // Farther than any ring is wide.
    modules[.perception]?.parameters.set("range", .number(10_000))
    let vehicle = VehicleParameters.pacifica
    var scenario = scenario
    let car = load.car(0)
    var spec = car.spec
    spec.motion = .driven
    spec.vehicle = vehicle
    spec.length = vehicle.length
    spec.width = vehicle.width
    var route = car.route.laidOut
    spec.centre = route.centreline.smoothPose(at: spec.arcLength)
    spec.path = nil
    route.startArcLength = spec.arcLength
    scenario.agents[0] = AgentPlan(
      spec: spec, driver: .stack(DrivingStack(modules: modules)), route: route)
    scenario.egos = [EgoPlan(id: spec.id, goals: [])]
    return scenario
  }

  func ring(
    _ kind: RingLoad.Kind, cars: Int, steps: Int?, hasEgo: Bool = false
  ) throws(InputError) -> BenchRow {
    let name = hasEgo ? "poses" : kind.rawValue
    let steps = steps ?? Bench.peerSteps(cars)
    return try crowd(name, cars: cars, steps: steps) { () throws(InputError) in
      let load: RingLoad
      do {
        load = try RingLoad(kind, cars: cars)
      } catch {
        throw InputError(at: .wholeFile(name), "\(error)")
      }
      let traffic = try ringScenario(load, steps)
      return Crowd(
        scenario: hasEgo ? try withEgo(traffic, load) : traffic,
        observer: load.ways.isEmpty ? nil : RingLoad.Observer(load), length: load.length)
    }
  }
}
