import SimCore
import SimMap
import SimScenario
import SimWorld
import Testing

@Suite struct CommandLineTests {
  static func options(
    set settings: [(path: String, value: String)] = [], modules: [ModuleKind: String] = [:]
  ) -> LoadOptions {
    var options = TestCatalog.options
    options.settings = settings
    options.modules = modules
    return options
  }

  static func stack(_ scenario: Scenario, _ id: String = "ego") -> DrivingStack? {
    guard let agent = scenario.agents.first(where: { $0.spec.id == id }),
      case .stack(let stack) = agent.driver
    else { return nil }
    return stack
  }

  @Test func setsValuesByPath() throws {
    let scenario = try ScenarioLoader().scenario(
      MinimalScenarioTests.text,
      options: Self.options(set: [
        ("agents.lead.speed", "18 km/h"), ("ego.planner.idm.headway", "800 ms"),
        ("ego.latency", "0.2"), ("seed", "99"), ("map.lanes", "3"),
      ]))
    #expect(scenario.agents[2].spec.speed == 5)
    let stack = Self.stack(scenario)
    #expect(stack?.modules[.planner]?.parameters.number("headway") == 0.8)
    #expect(stack?.planLatencyTicks == 2)
    #expect(scenario.seed == 99)
    #expect(scenario.map.lanes.count == 3)
  }

  @Test func laterSettingsWin() throws {
    let scenario = try ScenarioLoader().scenario(
      MinimalScenarioTests.text, options: Self.options(set: [("seed", "1"), ("seed", "2")]))
    #expect(scenario.seed == 2)
  }

  @Test func modulesOfTheCommandLineReplaceThoseOfTheEgo() throws {
    let text = MinimalScenarioTests.text.replacing("speed: 10, goal", with: "planner: idm, goal")
    let scenario = try ScenarioLoader().scenario(
      text,
      options: Self.options(modules: [.planner: "pdm-closed", .perception: "{ideal: {range: 50}}"]))
    let stack = Self.stack(scenario)
    #expect(stack?.modules[.planner]?.name == "pdm-closed")
    #expect(stack?.modules[.perception]?.parameters.number("range") == 50)
  }

  @Test func aSetValueIsNoLongerSwept() throws {
    let result = try ScenarioLoader().load(
      MinimalScenarioTests.text + "\nsweep: {ego.speed: [5, 10], seed: 0..1}",
      options: Self.options(set: [("ego.speed", "7")]))
    #expect(result.tickets.map(\.name) == ["straight_on[seed=0]", "straight_on[seed=1]"])
    #expect(try result.tickets[0].build().agents[1].spec.speed == 7)
  }

  @Test func egoMeansEveryEgo() throws {
    let text = """
      version: 1
      map: {template: straight, lanes: 2, length: 400}
      duration: 5
      egos:
        - {id: a, lane: main.1, s: 50}
        - {id: b, lane: main.2, s: 50}
      """
    let scenario = try ScenarioLoader().scenario(
      text, options: Self.options(set: [("ego.speed", "4"), ("egos.b.speed", "6")]))
    #expect(scenario.agents.map(\.spec.speed) == [4, 6])
  }

  @Test func errorsPointAtTheirFlag() {
    let text = message {
      _ = try ScenarioLoader().load(
        MinimalScenarioTests.text,
        options: Self.options(
          set: [
            ("agents.laed.speed", "3"), ("agents.lead.speed", "fast"), ("ego.sped", "3"),
            ("ego.planner.pdm-closed.x", "1"), ("ego.planner.idm.headway", "40 s"),
            ("ego..speed", "3"), ("ego.speed.max", "3"), ("ego.goal", "{lane: [1"),
          ], modules: [.predictor: "constant_speed", .planner: "idm"]))
    }
    #expect(
      text == """
        --predictor:1:1: error: there is no predictor 'constant_speed'
          constant_speed
          ^
          hint: known: constant-velocity
        --set:1:1: error: there is no 'laed' in 'agents'
          agents.laed.speed=3
          ^
          hint: did you mean 'lead'?
        --set:2:19: error: 'speed' must be a speed: 'fast' is not a number
          agents.lead.speed=fast
                            ^
          hint: write it like '50 km/h'
        --set:3:1: error: unknown key 'sped' in the ego
          ego.sped=3
          ^
          hint: did you mean 'speed'?
        --set:4:1: error: 'ego.planner' is 'idm' and has no 'pdm-closed'
          ego.planner.pdm-closed.x=1
          ^
          hint: choose the module first, e.g. --set ego.planner=pdm-closed
        --set:5:25: error: 'headway' must be between 0 s and 10 s, not 40 s
          ego.planner.idm.headway=40 s
                                  ^
        --set:6:1: error: 'ego..speed' is not the path of a key
          ego..speed=3
          ^
          hint: write it like agents.cutter.speed or ego.planner.idm.headway
        --set:7:1: error: 'ego.speed' is '10' and has no 'max'
          ego.speed.max=3
          ^
        --set:8:19: error: did not find expected ',' or ']' while parsing a flow sequence that \
        starts at line 8, column 17
          ego.goal={lane: [1
                            ^
          hint: the text ends too early; is it complete?
        """)
  }
}
