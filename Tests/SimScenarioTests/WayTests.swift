import SimCore
import SimGeometry
import SimMap
import SimScenario
import SimStack
import SimWorld
import Testing

/// Ways of agents whose policy chooses lanes itself.
@Suite struct WayTests {
  static var options: LoadOptions {
    var options = TestCatalog.options
    options.catalog.modules[.policy]?[0].parameters.append(
      ParameterSchema(
        "lane_change", .choice(default: "none", among: ["none", "mobil"]), "lane changes"))
    return options
  }

  static func scenario(_ body: String) throws -> Scenario {
    let text = "version: 1\nduration: 20\n" + body
    return try #require(
      try ScenarioLoader().load(text, options: options).tickets.first
    ).build()
  }

  /// However many cars there are, a ring of three lanes has three paths.
  @Test func ringHasOneWayPerLane() throws {
    let scenario = try Self.scenario(
      """
      map: {template: ring, circumference: 1000, lanes: 3}
      ego: {lane: ring_1.1, s: 10}
      fleet: {count: 90, lanes: "ring*", speed: 10, policy: {idm: {lane_change: mobil}}}
      """)
    #expect(scenario.ways.count == 3)
    #expect(scenario.paths.count == 3)
    for way in scenario.ways {
      #expect(way.family == 0 && !way.endsShort)
      #expect(way.route.lanes.count == 4)
      #expect(scenario.paths[way.path] == way.route.centreline)
    }
    for agent in scenario.agents where agent.spec.motion == .path {
      #expect(agent.family == 0)
      let path = scenario.paths[try #require(agent.spec.path)]
      let centre = path.point(at: agent.spec.arcLength)
      #expect(centre.distance(to: agent.spec.centre.position) < 0.01)
    }
  }

  /// Nobody is on lanes 2 and 3, but one may get there.
  @Test func waysBesideAreAdded() throws {
    let scenario = try Self.scenario(
      """
      map: {template: straight, lanes: 3, length: 500}
      ego: {lane: main.1, s: 10}
      agents:
        - {id: a, lane: main.1, s: 100, policy: {idm: {lane_change: mobil}}}
        - {id: b, lane: main.1, s: 200, policy: idm}
      """)
    #expect(
      scenario.ways.map { scenario.map.lanes[$0.route.lanes[0]].id } == [
        "main.1", "main.2", "main.3",
      ])
    // Where all lanes end there, none ends short.
    #expect(scenario.ways.allSatisfy { !$0.endsShort })
    #expect(scenario.agents.map(\.family) == [0, nil, nil])
  }

  @Test func whereALaneEndsItsWayEndsShort() throws {
    let scenario = try Self.scenario(
      """
      map: {template: lane_drop, lanes: 3, drop_at: 200}
      ego: {lane: main.3, s: 10}
      agents: [{id: a, lane: main.1, s: 50, policy: {idm: {lane_change: mobil}}}]
      """)
    #expect(scenario.ways.map(\.endsShort) == [true, false, false])
    #expect(scenario.ways[0].route.lanes.count == 1)
    #expect(scenario.ways[1].route.lanes.count > 1)
  }

  /// From the left lane to the exit: its own way passes the exit, the one beside leads there.
  @Test func waysToAGoal() throws {
    let scenario = try Self.scenario(
      """
      map: {template: highway, lanes: 2, length: 900, off_ramp: true}
      ego: {lane: main.1, s: 10}
      agents:
        - id: a
          lane: main.2
          s: 50
          goal: {lane: off_ramp.1, s: 50}
          policy: {idm: {lane_change: mobil}}
      """)
    let a = scenario.agents[0]
    let family = try #require(a.family)
    #expect(family > 0)
    let own = try #require(scenario.ways.first { $0.path == a.spec.path })
    #expect(own.endsShort && own.family == family)
    let last = scenario.ways.filter { $0.family == family && !$0.endsShort }
    #expect(
      last.contains { way in
        way.route.lanes.contains { scenario.map.lanes[$0].id == "off_ramp.1" }
      })
    for way in scenario.ways where way.family == family {
      for (lane, next) in zip(way.route.lanes, way.route.lanes.dropFirst()) {
        #expect(scenario.map.lanes[lane].successors.contains(next))
      }
    }
  }

  @Test func whoKeepsItsRouteHasNoWays() throws {
    let scenario = try Self.scenario(
      """
      map: {template: straight, lanes: 3, length: 500}
      ego: {lane: main.1, s: 10}
      agents: [{id: a, lane: main.1, s: 100, policy: idm}]
      """)
    #expect(scenario.ways.isEmpty)
    #expect(scenario.paths.count == 1)
  }
}
