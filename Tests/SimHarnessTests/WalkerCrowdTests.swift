import SimCore
import SimEpisode
import SimGeometry
import SimHarness
import SimMap
import SimMetrics
import SimScenario
import SimStack
import SimWorld
import Testing

/// Walkers and cars in a town with crosswalks, from a scenario's text to the record.
@Suite struct WalkerCrowdTests {
  /// Nobody of the background touches anybody else of it; walkers move as people can, and nobody
  /// stands for more than a minute.
  @Test(arguments: ["signals", "priority", "all_way_stop"])
  func townIsSafe(_ control: String) throws {
    let text = """
      version: 1
      name: town
      map: {template: urban_grid, rows: 2, columns: 3, block: 90, borders: closed, sidewalks: true, crosswalks: true, control: \(control)}
      duration: 60
      ego: {lane: r1c1_r1c2.1, s: 10, speed: 0, planner: idm, route: [r1c2_r1c3.1]}
      fleet:
        - {id: car, count: 12, lanes: "*", scatter: 0.5, policy: idm}
        - {id: walker, count: 30, type: pedestrian, lanes: "*_walk", scatter: 0.8}
      """
    let ticket = try #require(
      try ScenarioLoader().load(
        Array(text.utf8), file: "t.yaml", relativePath: "t.yaml",
        options: LoadOptions(catalog: ModuleCatalogs.shipped.schema)
      ).tickets.first)
    let scenario = try ticket.build()
    let executor = EpisodeExecutor(catalogs: .shipped, profile: .strict, record: .all)
    let recording = try #require(executor.run(scenario).recording)
    let history = recording.episode.record.history
    let dt = scenario.clock.step
    let rows = scenario.agents.indices.filter { scenario.agents[$0].spec.motion == .path }
    var stood = [Int](repeating: 0, count: scenario.agents.count)
    var crossing = 0
    #expect(history.ticks > 500)
    for tick in 0..<history.ticks {
      var boxes: [(row: Int, box: OrientedBox)] = []
      for row in rows {
        let i = history.slot(tick, row)
        guard history.present[i] != 0 else { continue }
        let spec = scenario.agents[row].spec
        let place = Vector2(history.x[i], history.y[i])
        boxes.append(
          (
            row,
            OrientedBox(
              pose: Pose2(place, heading: history.heading[i]), length: spec.length,
              width: spec.width)
          ))
        stood[row] = history.speed[i] < 0.1 ? stood[row] + 1 : 0
        #expect(Double(stood[row]) * dt < 60, "\(spec.id) at tick \(tick)")
        let limits = spec.agentClass.limits
        #expect(history.acceleration[i] < limits.maxAcceleration + 1e-6, "\(spec.id) at \(tick)")
        #expect(history.acceleration[i] > -limits.maxDeceleration - 1e-6, "\(spec.id) at \(tick)")
        guard spec.agentClass == .pedestrian, tick > 0 else { continue }
        let before = history.slot(tick - 1, row)
        let way = place.distance(to: Vector2(history.x[before], history.y[before]))
        #expect(way < 3 * dt, "\(spec.id) jumps at tick \(tick)")
        if scenario.map.isInDrivableArea(place) { crossing += 1 }
      }
      for (k, a) in boxes.enumerated() {
        for b in boxes[..<k] where a.box.centre.distance(to: b.box.centre) < 6 {
          #expect(
            !a.box.overlaps(b.box),
            "\(scenario.agents[a.row].spec.id) and \(scenario.agents[b.row].spec.id) at \(tick)")
        }
      }
    }
    // Walkers do cross.
    #expect(crossing > 300)
  }
}
