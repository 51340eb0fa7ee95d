import SimCore
import SimEpisode
import SimScenario
import SimStack
import SimTraffic
import SimWorld

extension Bench {
  /// The town of traffic lights as an episode without an ego.
  private func gridScenario(_ cars: Int, _ steps: Int) throws(InputError) -> Scenario {
    guard let schema = catalogs.policies.first(where: { $0.schema.name == "idm" })?.schema else {
      throw InputError(at: .wholeFile("grid"), "there is no policy 'idm'")
    }
    let load: GridLoad
    do {
      load = try GridLoad(cars: cars)
    } catch {
      throw InputError(at: .wholeFile("grid"), "\(error)")
    }
    return Scenario(
      name: "grid", path: "", map: load.map, clock: TickClock(), ticks: steps, seed: 0, egos: [],
      agents: load.cars.map { car in
        AgentPlan(
          spec: car.spec,
          driver: .policy(
            ModuleChoice(
              name: schema.name, parameters: ParameterValues(schema, overriding: car.parameters))),
          route: car.route)
      }, paths: load.paths)
  }

  func grid(cars: Int, steps: Int?) throws(InputError) -> BenchRow {
    let steps = steps ?? Bench.peerSteps(cars)
    let scenario = try gridScenario(cars, steps)
    var timing = Timing()
    var hash: UInt64 = 0
    var meanSpeed = 0.0
    for _ in 0..<repetitions {
      let modules: EpisodeModules
      do {
        modules = try EpisodeAssembly(catalogs: catalogs).modules(for: scenario)
      } catch {
        throw InputError(at: .wholeFile("grid"), "\(error)")
      }
      var runner = EpisodeRunner(
        scenario, header: EpisodeHeader(of: scenario, references: []), modules: modules,
        detail: .states)
      let episode = try timing.measure { () throws(InputError) in runner.run() }
      guard episode.outcome == .completed else {
        throw InputError(at: .wholeFile("grid"), episode.reason)
      }
      let history = episode.record.history
      let last = history.slot(steps, 0)
      meanSpeed = history.speed[last..<last + cars].reduce(0, +) / Double(cars)
      hash = episode.record.hashes.last ?? 0
    }
    let agentSteps = Double(cars * steps)
    return BenchRow(
      load: "grid", n: cars, steps: steps, agentStepsPerSecond: agentSteps / timing.best,
      agentStepsPerCPUSecond: agentSteps / timing.bestCPU,
      millisecondsPerTick: timing.best / Double(steps) * 1000, meanSpeed: meanSpeed,
      hash: StateHash.text(hash), spread: timing.spread)
  }
}
