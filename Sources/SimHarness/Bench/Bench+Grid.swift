import SimCore
import SimEpisode
import SimScenario
import SimTraffic

extension Bench {
  /// The town of traffic lights as an episode without an ego.
  private func gridScenario(_ cars: Int, _ steps: Int) throws(InputError) -> Scenario {
    let schema = try idm("grid")
    let clock = TickClock()
    let load: GridLoad
    do {
      load = try GridLoad(cars: cars, seconds: clock.seconds(steps))
    } catch {
      throw InputError(at: .wholeFile("grid"), "\(error)")
    }
    let parameters = ParameterValues(schema, overriding: load.parameters)
    return Scenario(
      name: "grid", path: "", map: load.map, clock: clock, ticks: steps, seed: 0, egos: [],
      agents: (0..<cars).map { plan(load.car($0), schema.name, parameters, family: nil) },
      paths: load.paths)
  }

  func grid(cars: Int, steps: Int?) throws(InputError) -> BenchRow {
    let steps = steps ?? Bench.peerSteps(cars)
    return try crowd("grid", cars: cars, steps: steps) { () throws(InputError) in
      Crowd(scenario: try gridScenario(cars, steps))
    }
  }
}
