import SimCore
import SimGeometry
import SimMap
import SimScenario
import SimWorld
import Testing

@Suite struct MinimalScenarioTests {
  static let text = """
    version: 1
    name: straight_on
    map: {template: straight, lanes: 2, length: 400, speed_limit: 72 km/h}
    duration: 12.5
    seed: 7
    ego: {lane: main.1, s: 50, speed: 10, goal: {lane: main.1, s: 300}}
    agents:
      - {id: lead, lane: main.1, s: 80, speed: 36 km/h, policy: {idm: {style: timid}}}
      - {id: cone, type: cone, position: [120, 8], policy: none}
    """

  @Test func buildsAStraightRoadWithAnEgoAndTwoOthers() throws {
    let scenario = try ScenarioLoader().scenario(Self.text)
    #expect(scenario.name == "straight_on")
    #expect(scenario.ticks == 125)
    #expect(scenario.seed == 7)
    #expect(scenario.map.lanes[0].speedLimit == 20)
    // Rows in ascending byte order of the ids.
    #expect(scenario.agents.map(\.spec.id) == ["cone", "ego", "lead"])
    #expect(scenario.egos.map(\.id) == ["ego"])
    let ego = scenario.agents[1]
    #expect(ego.spec.motion == .driven)
    #expect(ego.spec.centre.position == Vector2(50, 0))
    // The rear axle of the Pacifica lies 1.461 m behind its centre.
    #expect(ego.initialState?.pose.position == Vector2(50 - 1.461, 0))
    #expect(ego.initialState?.velocity == Vector2(10, 0))
    let lead = scenario.agents[2]
    #expect(lead.spec.motion == .path)
    #expect(lead.spec.speed == 10)
    #expect(lead.spec.arcLength == 80)
    guard case .policy(let policy) = lead.driver else {
      Issue.record("the lead has a policy")
      return
    }
    #expect(policy.name == "idm")
    #expect(policy.parameters.text("style") == "timid")
  }

  @Test func equalTicketsBuildEqualScenarios() throws {
    let result = try ScenarioLoader().load(Self.text)
    let a = try result.tickets[0].build()
    let b = try result.tickets[0].build()
    #expect(a.agents.map(\.spec.centre) == b.agents.map(\.spec.centre))
    #expect(a.paths == b.paths)
  }
}
