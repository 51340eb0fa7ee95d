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

/// Scenarios whose traffic changes lanes, from their text to the record.
@Suite struct LaneChangeScenarioTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var name: String
    var body: String
    var testDescription: String { name }
  }

  static let cases = [
    Case(
      name: "on-ramp",
      body: """
        map: {template: highway, lanes: 2, length: 1200, on_ramp: true, on_ramp_at: 250, \
        acceleration_length: 250, speed_limit: 100 km/h}
        ego: {lane: main.2, s: 10, speed: 22, planner: idm}
        fleet:
          - {id: main, count: 24, lanes: [main.1, main.2], speed: [20, 24], scatter: 0.8, policy: {idm: {lane_change: mobil, style: mixed}}}
          - {id: ramp, count: 4, lanes: [ramp.1], speed: 15, policy: {idm: {lane_change: mobil}}}
        """),
    Case(
      name: "lane drop",
      body: """
        map: {template: lane_drop, lanes: 3, drop_at: 500, narrow_length: 900, speed_limit: 80 km/h}
        ego: {lane: main.3, s: 10, speed: 15, planner: idm}
        fleet: {count: 40, lanes: "main.*", speed: [12, 18], scatter: 0.7, policy: {idm: {lane_change: mobil, style: mixed}}}
        """),
    Case(
      name: "exit",
      body: """
        map: {template: highway, lanes: 3, length: 1200, off_ramp: true, speed_limit: 100 km/h}
        ego: {lane: main.2, s: 10, speed: 22, planner: idm}
        agents:
          - {id: leaver, lane: main.3, s: 60, speed: 24, goal: {lane: off_ramp.1, s: 100}, policy: {idm: {lane_change: mobil}}}
        fleet: {count: 30, lanes: "main.*", speed: [20, 25], scatter: 0.8, policy: {idm: {lane_change: mobil, style: mixed}}}
        """),
    Case(
      name: "town",
      body: """
        map: {template: urban_grid, lanes: 2}
        ego: {lane: w1_r1c1.1, s: 30, speed: 8, planner: idm}
        fleet: {count: 60, lanes: "*", speed: [5, 12], spread: {desired_speed: [9, 14]}, policy: {idm: {lane_change: mobil, style: mixed}}}
        """),
  ]

  /// Nobody of the traffic touches anybody else of it, and every vehicle stays on the road.
  @Test(arguments: cases, 0..<3) func trafficIsSafe(_ this: Case, _ seed: Int) throws {
    let text = "version: 1\nduration: 40\nseed: \(seed)\n" + this.body
    let ticket = try #require(
      try ScenarioLoader().load(
        Array(text.utf8), file: "t.yaml", relativePath: "t.yaml",
        options: LoadOptions(catalog: ModuleCatalogs.shipped.schema)
      ).tickets.first)
    let scenario = try ticket.build()
    let executor = EpisodeExecutor(catalogs: .shipped, profile: .strict, record: .all)
    let recording = try #require(executor.run(scenario).recording)
    let history = recording.episode.record.history
    let count = history.agents
    let movers = scenario.agents.indices.filter { scenario.agents[$0].spec.motion == .path }
    var sideways = 0
    for tick in 0..<history.ticks {
      let boxes = movers.map { row -> OrientedBox? in
        let i = history.slot(tick, row)
        guard history.present[i] != 0 else { return nil }
        return OrientedBox(
          pose: Pose2(x: history.x[i], y: history.y[i], heading: history.heading[i]),
          length: scenario.agents[row].spec.length, width: scenario.agents[row].spec.width)
      }
      for (a, box) in boxes.enumerated() {
        guard let box else { continue }
        if tick % 5 == 0 {
          #expect(
            scenario.map.isInDrivableArea(box.centre),
            "\(scenario.agents[movers[a]].spec.id) is off the road at tick \(tick)")
        }
        for other in boxes[(a + 1)...] {
          guard let other, (other.centre - box.centre).lengthSquared < 400 else { continue }
          let hit = box.overlaps(other)
          #expect(!hit, "\(scenario.agents[movers[a]].spec.id) is hit at tick \(tick)")
          if hit { return }
        }
      }
      guard tick > 0 else { continue }
      for row in movers where history.present[history.slot(tick, row)] != 0 {
        let i = history.slot(tick, row)
        let turn = ExactMath.wrapAngle(history.heading[i] - history.heading[i - count])
        if abs(turn) > 1e-3 && abs(turn) < 0.02 { sideways += 1 }
      }
    }
    #expect(sideways > 0)
    if let leaver = scenario.agents.firstIndex(where: { $0.spec.id == "leaver" }) {
      // From the left lane it has come to the exit lane or further: three changes.
      let last = history.slot(history.ticks - 1, leaver)
      let isGone = history.present[last] == 0
      let place = Vector2(history.x[last], history.y[last])
      let isOnRamp = scenario.map.lanes(containing: place).contains {
        ["exit.1", "off_ramp.1"].contains(scenario.map.lanes[$0].id)
      }
      #expect(isGone || isOnRamp, "at \(place)")
    }
  }
}
