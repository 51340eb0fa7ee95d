import SimCore
import SimHarness
import SimMetrics
import SimScenario
import Testing

/// Crashes that once happened and that nobody has to accept.
@Suite struct AvoidableCrashTests {
  static func collisions(_ body: String) throws -> Double? {
    let executor = EpisodeExecutor(catalogs: .shipped, profile: .strict, record: .none)
    return executor.run(try FlowTests.scenario(body)).results.first?.value(named: "collisions")
  }

  /// A car stands in full view, 94 m of gap ahead: at 15 m/s that takes 1.2 m/s^2. Whoever delivers
  /// only part of what is planned, or replans before a plan has begun to brake, used to hit it.
  @Test(arguments: ["lqr", "perfect"]) func standingCarInView(_ controller: String) throws {
    let found = try Self.collisions(
      """
      map: {template: straight, lanes: 1, length: 400, speed_limit: 100 km/h}
      duration: 20
      ego: {lane: main.1, s: 20, speed: 15, planner: idm, controller: \(controller)}
      agents: [{id: wall, lane: main.1, s: 119, policy: none}]
      """)
    #expect(found == 0)
  }

  /// Somebody of a flow is on its way into the ego's lane, just beside it, when the warm-up ends.
  @Test func warmUpEndsInALaneChange() throws {
    let found = try Self.collisions(
      """
      map: {template: highway, lanes: 3, length: 1000, lane_width: 3.75, speed_limit: 100 km/h}
      duration: 5
      warm_up: 40 s
      seed: 4
      ego: {lane: main.2, s: 20, speed: 22, planner: idm}
      flows:
        - {lanes: [main.*], rate: 4200, types: {car: 0.85, truck: 0.15}, speed: [18, 25], policy: {idm: {lane_change: mobil, style: mixed}}, spread: {speed_factor: [0.7, 1.0]}}
      """)
    #expect(found == 0)
  }
}
