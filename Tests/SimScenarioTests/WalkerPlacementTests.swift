import SimCore
import SimGeometry
import SimMap
import SimScenario
import SimWorld
import Testing

/// Where scenario files put walkers, and what they cannot ask of them.
@Suite struct WalkerPlacementTests {
  private static var options: LoadOptions {
    var options = TestCatalog.options
    options.catalog.modules[.policy]?.append(ModuleSchema("walker", "walks"))
    return options
  }

  private func scenario(_ agents: String) throws -> Scenario {
    let text = """
      version: 1
      name: walk
      map: {template: two_way, lanes: 1, length: 200, sidewalks: true, crosswalk_at: 100}
      duration: 10
      ego: {lane: main.1, s: 10}
      \(agents)
      """
    let result = try ScenarioLoader().load(text, options: Self.options)
    return try #require(result.tickets.first).build()
  }

  private func agent(_ scenario: Scenario, _ id: String) throws -> AgentPlan {
    try #require(scenario.agents.first { $0.spec.id == id })
  }

  /// From the near walk, 1.25 m behind the kerb at y = -1.75, over the crosswalk at x = 100.
  @Test func walksFromLaneToLane() throws {
    let scenario = try scenario(
      """
      agents:
        - {id: w, type: pedestrian, lane: main_walk_west, s: 90, offset: 0.4, goal: {lane: far_walk_west, s: 10}, policy: walker}
      """)
    let walker = try agent(scenario, "w")
    let route = try #require(walker.route)
    #expect(
      route.lanes.map { scenario.map.lanes[$0].id }
        == ["main_walk_west", "crosswalk", "far_walk_west"])
    #expect(walker.spec.motion == .path)
    #expect(walker.spec.centre.position.distance(to: Vector2(90, -2.6)) < 1e-9)
  }

  @Test func walksFromAPlaceAgainstTheLane() throws {
    let scenario = try scenario(
      """
      agents:
        - {id: w, type: pedestrian, position: [50, -3.2], heading: 180 deg, policy: walker}
        - {id: t, type: pedestrian, lane: main_walk_east, s: 30, turned: 180 deg, offset: 0.4, policy: walker}
      """)
    let walker = try agent(scenario, "w")
    #expect(walker.spec.centre.position.distance(to: Vector2(50, -3.2)) < 1e-9)
    #expect(walker.spec.centre.direction.x < -0.99)
    // To the left of the lane is to the right of who walks against it.
    let turned = try agent(scenario, "t")
    #expect(turned.spec.centre.position.distance(to: Vector2(130, -2.6)) < 1e-9)
    #expect(turned.spec.lateralOffset == -0.4)
  }

  @Test func aFleetWalksOnSidewalksOnly() throws {
    let scenario = try scenario("fleet: {count: 20, type: pedestrian, lanes: \"*\"}")
    let walkers = scenario.agents.filter { $0.spec.agentClass == .pedestrian }
    #expect(walkers.count == 20)
    for walker in walkers {
      #expect(!scenario.map.isInDrivableArea(walker.spec.centre.position))
      guard case .policy(let policy) = walker.driver else { continue }
      #expect(policy.name == "walker")
    }
  }

  @Test(arguments: [
    (
      "{id: w, type: pedestrian, lane: main.1, s: 50, policy: walker}",
      "lane 'main.1' is neither a sidewalk nor a crosswalk"
    ),
    (
      "{id: w, type: pedestrian, lane: main_walk_west, s: 50, goal: {lane: main.1, s: 50}, policy: walker}",
      "lane 'main.1' is neither a sidewalk nor a crosswalk"
    ),
    (
      "{id: w, type: pedestrian, lane: main_walk_west, s: 500, policy: walker}",
      "lies beyond the end of lane 'main_walk_west', 100 m"
    ),
    (
      "{id: w, type: pedestrian, position: [50, 80], policy: walker}",
      "no sidewalk or crosswalk is near the start of 'w'"
    ),
    (
      "{id: w, type: pedestrian, lane: main_walk_west, s: 5, goal: {position: [50, 80]}, policy: walker}",
      "no sidewalk or crosswalk is at this goal of a walker"
    ),
    ("{id: w, lane: main.1, s: 50, policy: walker}", "policy 'walker' is for pedestrians, not for a car"),
  ])
  func whatIsWrongIsLocated(_ agent: String, _ message: String) {
    do {
      _ = try scenario("agents:\n  - \(agent)")
      Issue.record("no error")
    } catch {
      #expect("\(error)".contains(message), "\(error)")
      #expect("\(error)".contains("test.yaml:7:"), "\(error)")
    }
  }
}
