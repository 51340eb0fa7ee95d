import SimCore
import SimEpisode
import SimScenario
import SimStack
import SimTraffic

extension Bench {
  /// A load of many cars: an episode, and who watches it from outside.
  struct Crowd {
    var scenario: Scenario
    /// Counts lane changes.
    var observer: RingLoad.Observer?
    /// Of the road that is observed, metres.
    var length = 0.0
  }

  /// The policy of all cars.
  func idm(_ load: String) throws(InputError) -> ModuleSchema {
    guard let schema = catalogs.policies.first(where: { $0.schema.name == "idm" })?.schema else {
      throw InputError(at: .wholeFile(load), "there is no policy 'idm'")
    }
    return schema
  }

  /// A car of a load as an agent of a scenario.
  ///
  /// - Parameter parameters: of all cars; kept once.
  func plan(
    _ car: RingLoad.Car, _ policy: String, _ parameters: ParameterValues, family: Int?
  ) -> AgentPlan {
    AgentPlan(
      spec: car.spec,
      driver: .policy(
        ModuleChoice(
          name: policy, parameters: parameters.with("speed_factor", .number(car.speedFactor)))),
      route: car.route, family: family)
  }

  /// Agents times ticks of states that are handed on at a time: what fits well into a cache.
  private static let block = 4_000

  /// Runs a crowd some times over. Every tick of it is hashed and recorded as in a batch; the
  /// record is read as it is written, since nobody scores it.
  func crowd(
    _ name: String, cars: Int, steps: Int, _ make: () throws(InputError) -> Crowd
  ) throws(InputError) -> BenchRow {
    var timing = Timing()
    var hash: UInt64 = 0
    var meanSpeed = 0.0
    var changes: Double?
    for _ in 0..<repetitions {
      // What the repetition before took.
      FreedMemory.giveBack()
      var crowd = try make()
      let hours = crowd.scenario.clock.seconds(steps) / 3600
      var runner = try runner(crowd.scenario)
      crowd.scenario.agents = []
      // What the set-up of a crowd took, before its tables are laid out.
      FreedMemory.giveBack()
      let episode = try timing.measure { (aside: inout Aside) throws(InputError) in
        runner.run(inBlocksOf: max(1, Bench.block / cars)) { first, history in
          // What the bench looks at is not what it measures.
          aside.leaveOut {
            for tick in 0..<history.ticks {
              let row = history.slot(tick, 0)..<history.slot(tick + 1, 0)
              crowd.observer?.observe(x: history.x[row], y: history.y[row])
              if first + tick == steps {
                meanSpeed = history.speed[row].reduce(0, +) / Double(cars)
              }
            }
          }
        }
      }
      guard episode.outcome == .completed else {
        throw InputError(at: .wholeFile(name), episode.reason)
      }
      changes = crowd.observer.map { Double($0.changes) / (crowd.length / 1000 * hours) }
      hash = episode.record.hashes.last ?? 0
    }
    let agentSteps = Double(cars * steps)
    return BenchRow(
      load: name, n: cars, steps: steps, agentStepsPerSecond: agentSteps / timing.best,
      agentStepsPerCPUSecond: agentSteps / timing.bestCPU,
      millisecondsPerTick: timing.best / Double(steps) * 1000, meanSpeed: meanSpeed,
      laneChanges: changes, hash: StateHash.text(hash), spread: timing.spread)
  }

  private func runner(_ scenario: Scenario) throws(InputError) -> EpisodeRunner {
    do {
      return EpisodeRunner(
        scenario, header: EpisodeHeader(of: scenario, references: scenario.egos.map { _ in nil }),
        modules: try EpisodeAssembly(catalogs: catalogs).modules(for: scenario), detail: .states)
    } catch {
      throw InputError(at: .wholeFile(scenario.name), "\(error)")
    }
  }
}
