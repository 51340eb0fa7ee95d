import SimCore
import SimHarness
import SimMap
import SimMetrics
import SimScenario
import SimStack
import Testing

/// Red lights, from the text of a scenario to the score.
@Suite struct TrafficLightTests {
  /// A four-way junction with nobody there; the ego comes along one of its arms and goes straight
  /// on.
  static func scenario(_ arm: String, _ planner: String, s: Double, speed: Double) throws
    -> Scenario
  {
    let goals = ["south": "north", "west": "east"]
    return try FlowTests.scenario(
      """
      map: {template: four_way}
      duration: 8
      ego: {lane: \(arm)_in.1, s: \(s), speed: \(speed), goal: {lane: \(goals[arm] ?? "")_out.1, s: 60}, planner: \(planner)}
      """)
  }

  static func result(
    _ arm: String, _ planner: String, s: Double, speed: Double, profile: MetricProfile = .strict
  ) throws -> EpisodeResult {
    let executor = EpisodeExecutor(catalogs: .shipped, profile: profile, record: .none)
    return try #require(
      executor.run(try scenario(arm, planner, s: s, speed: speed)).results.first)
  }

  /// The arm whose signal shows a colour over the whole episode.
  static func arm(_ isWanted: (SignalColour) -> Bool) throws -> String {
    for arm in ["south", "west"] {
      let scenario = try scenario(arm, "idm", s: 20, speed: 5)
      let route = try #require(scenario.agents.first?.route)
      let signal = try #require(route.lanes.compactMap { scenario.map.lanes[$0].signal }.first)
      let program = scenario.map.signals[signal]
      if (0...80).allSatisfy({ isWanted(program.colour(atMicroseconds: Int64($0) * 100_000)) }) {
        return arm
      }
    }
    throw Missing()
  }

  struct Missing: Error {}

  /// At 13 m/s from 60 m before the end of its lane the blind one is over the line after 5 s.
  @Test func passingRedZeroesTheStrictScore() throws {
    let red = try Self.arm(\.meansStop)
    let blind = try Self.result(red, "blind", s: 40, speed: 13)
    #expect(blind.value(named: "traffic_light_compliance") == 0)
    #expect(blind.value(named: "red_lights") == 1)
    #expect(blind.score == 0)
    #expect(blind.zeroedBy == "traffic_light_compliance")
    let event = try #require(blind.events.first { $0.kind == "red_light" })
    #expect((35...50).contains(event.tick), "tick \(event.tick)")
    #expect(abs(event.value - 13.5) < 0.6)
    // nuPlan has no such term: there it is a number beside the score.
    let compat = try Self.result(red, "blind", s: 40, speed: 13, profile: .nuPlanCompat)
    #expect(compat.value(named: "red_lights") == 1)
    #expect((compat.score ?? 0) > 0)
  }

  @Test func waitingAtRedIsFine() throws {
    let waiting = try Self.result(try Self.arm(\.meansStop), "idm", s: 40, speed: 13)
    #expect(waiting.value(named: "red_lights") == 0)
    #expect(waiting.value(named: "signals_passed") == 0)
  }

  @Test func passingGreenIsFine() throws {
    let passing = try Self.result(try Self.arm { $0 == .green }, "blind", s: 40, speed: 13)
    #expect(passing.value(named: "signals_passed") == 1)
    #expect(passing.value(named: "traffic_light_compliance") == 1)
  }

  /// Who begins with the front beyond the line does not pass it.
  @Test func beginningBeyondTheLineIsFine() throws {
    let beyond = try Self.result(try Self.arm(\.meansStop), "blind", s: 99.5, speed: 10)
    #expect(beyond.value(named: "red_lights") == 0)
  }
}
