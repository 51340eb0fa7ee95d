import SimCore
import SimEpisode
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
    _ kind: RingLoad.Kind, _ cars: Int, _ steps: Int
  ) throws(InputError) -> (scenario: Scenario, load: RingLoad) {
    let name = kind.rawValue
    guard let schema = catalogs.policies.first(where: { $0.schema.name == "idm" })?.schema else {
      throw InputError(at: .wholeFile(name), "there is no policy 'idm'")
    }
    do {
      let load = try RingLoad(kind, cars: cars)
      let scenario = Scenario(
        name: name, path: "", map: load.map, clock: TickClock(), ticks: steps, seed: 0,
        egos: [],
        agents: load.cars.map { car in
          AgentPlan(
            spec: car.spec,
            driver: .policy(
              ModuleChoice(
                name: schema.name,
                parameters: ParameterValues(schema, overriding: car.parameters))),
            route: car.route, family: load.ways.isEmpty ? nil : 0)
        }, paths: load.paths, ways: load.ways)
      return (scenario, load)
    } catch {
      throw InputError(at: .wholeFile(name), "\(error)")
    }
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
    let car = load.cars[0]
    var spec = car.spec
    spec.motion = .driven
    spec.vehicle = vehicle
    spec.length = vehicle.length
    spec.width = vehicle.width
    spec.centre = car.route.centreline.smoothPose(at: spec.arcLength)
    spec.path = nil
    var route = car.route
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
    let (traffic, load) = try ringScenario(kind, cars, steps)
    let scenario = hasEgo ? try withEgo(traffic, load) : traffic
    var timing = Timing()
    var hash: UInt64 = 0
    var meanSpeed = 0.0
    var changes: Double?
    for _ in 0..<repetitions {
      let modules: EpisodeModules
      do {
        modules = try EpisodeAssembly(catalogs: catalogs).modules(for: scenario)
      } catch {
        throw InputError(at: .wholeFile(name), "\(error)")
      }
      var runner = EpisodeRunner(
        scenario, header: EpisodeHeader(of: scenario, references: scenario.egos.map { _ in nil }),
        modules: modules,
        detail: .states)
      let episode = try timing.measure { () throws(InputError) in runner.run() }
      guard episode.outcome == .completed else {
        throw InputError(at: .wholeFile(name), episode.reason)
      }
      let history = episode.record.history
      let last = history.slot(steps, 0)
      if kind != .ring1 {
        let hours = scenario.clock.seconds(steps) / 3600
        changes =
          Double(load.laneChanges(x: history.x, y: history.y)) / (load.length / 1000 * hours)
      }
      meanSpeed = history.speed[last..<last + cars].reduce(0, +) / Double(cars)
      hash = episode.record.hashes.last ?? 0
    }
    let agentSteps = Double(cars * steps)
    return BenchRow(
      load: name, n: cars, steps: steps, agentStepsPerSecond: agentSteps / timing.best,
      agentStepsPerCPUSecond: agentSteps / timing.bestCPU,
      millisecondsPerTick: timing.best / Double(steps) * 1000, meanSpeed: meanSpeed,
      laneChanges: changes, hash: StateHash.text(hash), spread: timing.spread)
  }
}
