import SimCore
import SimGeometry
import SimMap
import SimScenario
import SimStack
import SimWorld
import Testing

/// Lanes for bicycles in scenario files: the key, who may be there, and flows.
@Suite struct BicycleLaneScenarioTests {
  func ids(_ scenario: Scenario, _ agent: String) throws -> [String] {
    let plan = try #require(scenario.agents.first { $0.spec.id == agent })
    return try #require(plan.route).lanes.map { scenario.map.lanes[$0].id }
  }

  @Test func aCyclistFollowsIt() throws {
    let scenario = try WayTests.scenario(
      """
      map: {template: four_way, length: 80, bicycle_lane: 150 cm}
      ego: {lane: west_in.1, s: 10}
      agents:
        - {id: on, type: bicycle, lane: west_in_bicycle, s: 20, speed: 4, policy: idm}
        - {id: turns, type: bicycle, lane: west_in_bicycle, s: 30, speed: 4, policy: idm, goal: {lane: south_out_bicycle, s: 30}}
        - {id: van, lane: west_in_bicycle, s: 60, policy: none}
      """)
    #expect(scenario.map.lane(id: "west_in_bicycle")?.kind == .bicycle)
    #expect(
      try ids(scenario, "on") == ["west_in_bicycle", "west_to_east_bicycle", "east_out_bicycle"])
    #expect(
      try ids(scenario, "turns").prefix(2) == ["west_in_bicycle", "west_to_south_bicycle"])
  }

  /// Cyclists enter at 4.2 m/s, not at the limit of the road, and go where `to` says.
  @Test func flowsOfBicyclesEnterThere() throws {
    let scenario = try WayTests.scenario(
      """
      map: {template: four_way, length: 80, bicycle_lane: 1.5 m}
      ego: {lane: west_in.1, s: 10}
      flows:
        - {id: b, lanes: "*_in_bicycle", rate: 1800, arrivals: even, type: bicycle, to: "*_out_bicycle"}
        - {id: c, lanes: "*_in*", rate: 1800, arrivals: even, policy: idm}
      """)
    let bicycles = scenario.agents.filter { $0.spec.id.hasPrefix("b.") }
    #expect(bicycles.count >= 10)
    for plan in bicycles {
      #expect(plan.spec.speed == AgentClass.cyclingSpeed)
      let lanes = try ids(scenario, plan.spec.id)
      #expect(lanes.allSatisfy { $0.hasSuffix("_bicycle") }, "\(lanes)")
    }
    #expect(Set(try bicycles.map { try ids(scenario, $0.spec.id).last ?? "" }).count > 2)
    // Cars do not, though the pattern fits.
    for plan in scenario.agents where plan.spec.id.hasPrefix("c.") {
      #expect(try ids(scenario, plan.spec.id).allSatisfy { !$0.contains("bicycle") })
    }
  }

  @Test func inlineRoadsTakeTheKey() throws {
    let scenario = try WayTests.scenario(
      """
      map: {roads: [{id: a, course: [{line: 90}], oncoming: 1, bicycle_lane: 1.85 m}, {id: b, after: a, course: [{line: 60}], oncoming: 1, bicycle_lane: 1.85 m}]}
      ego: {lane: a.1, s: 10}
      agents: [{id: bike, type: bicycle, lane: a_bicycle, s: 20, speed: 4, policy: idm}]
      """)
    #expect(try ids(scenario, "bike") == ["a_bicycle", "b_bicycle"])
    #expect(scenario.map.lane(id: "b_oncoming_bicycle")?.successors.count == 1)
  }
}
