import Foundation
import SimCore
import SimGeometry
import SimMap
import SimScenario
import SimWorld
import TestSupport
import Testing

/// Scenarios as people write them, each looked at closely.
@Suite struct ExampleTests {
  static let folder = SharedData.packageRoot.appending(path: "Tests/SimScenarioTests/Examples")

  static func load(_ name: String) throws -> LoadResult {
    let bytes = [UInt8](try Data(contentsOf: folder.appending(path: "\(name).yaml")))
    return try ScenarioLoader().load(
      bytes, file: "\(name).yaml", relativePath: "\(name).yaml", options: TestCatalog.options)
  }

  static let names: [String] = {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return files.filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }.sorted()
  }()

  @Test(arguments: names) func everyExampleIsSound(_ name: String) throws {
    let result = try Self.load(name)
    for ticket in result.tickets {
      let scenario = try ticket.build()
      #expect(scenario.name == ticket.name)
      #expect(scenario.seed == ticket.seed)
      let ids = scenario.agents.map(\.spec.id)
      #expect(ids == ids.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
      for agent in scenario.agents {
        switch agent.spec.motion {
        case .path:
          let path = try #require(agent.spec.path.map { scenario.paths[$0] })
          // The centre lies where path, arc length and offset say.
          let centre = path.cartesian(s: agent.spec.arcLength, d: agent.spec.lateralOffset)
          #expect(centre.distance(to: agent.spec.centre.position) < 1e-9)
        case .driven:
          let vehicle = try #require(agent.spec.vehicle)
          let state = try #require(agent.initialState)
          let centre = state.centre(vehicle)
          #expect(centre.position.distance(to: agent.spec.centre.position) < 1e-9)
          #expect(agent.route != nil)
        case .fixed, .placed:
          #expect(agent.spec.speed == 0)
        }
      }
    }
  }

  @Test func theCutInOfTheDesign() throws {
    let result = try Self.load("cut_in")
    #expect(result.tickets.count == 20)
    #expect(result.tickets[6].name == "cut_in_hard_brake[agents.cutter.speed=28,seed=1]")
    let scenario = try result.tickets[6].build()
    #expect(scenario.tags == ["highway", "cut-in", "interactive"])
    #expect(scenario.ticks == 200)
    #expect(scenario.agents.map(\.spec.id) == ["cutter", "ego"])
    let event = try #require(scenario.events.events.first)
    #expect(event.id == "event0" && event.steps.count == 1 && event.times == 1)
    guard case .condition(.timeGap(0, 1, EventBound(below: 0.8))) = event.trigger else {
      Issue.record("\(event.trigger)")
      return
    }
    #expect(event.steps[0].map(\.agent) == [0, 0])
    #expect(event.steps[0].map(\.after) == [0, 10])
    #expect(event.steps[0].map(\.lasts) == [nil, 20])
    guard case .changeLane(toLeft: false, ticks: 25) = event.steps[0][0].verb,
      case .brake(4) = event.steps[0][1].verb
    else {
      Issue.record("\(event.steps[0])")
      return
    }
    #expect(scenario.agents[0].spec.speed == 28)
    #expect(scenario.expectations.map(\.key) == ["collisions_at_fault", "score"])
    #expect(scenario.expectations[0].minimum == 0 && scenario.expectations[0].maximum == 0)
    #expect(scenario.expectations[1].minimum == 0.6 && scenario.expectations[1].maximum == nil)
    guard case .lanePosition(let lane, let s)? = scenario.egos[0].goals[0].regions?.first else {
      Issue.record("the goal is a place on a lane")
      return
    }
    #expect(scenario.map.lanes[lane].id == "main.1")
    #expect(s == 550)
  }

  @Test func aFleetFillsItsLanesEvenly() throws {
    let scenario = try Self.load("dense_highway").tickets[0].build()
    #expect(scenario.agents.count == 131)
    let cars = scenario.agents.filter { $0.spec.id.hasPrefix("fleet.") }
    #expect(cars.count == 120)
    for y in [0, 3.5, 7] {
      let lane = cars.filter { abs($0.spec.centre.y - y) < 0.1 }.map(\.spec.centre.x).sorted()
      // 40 a lane of 2 km: 50 m apart, but for the gap about the ego.
      #expect((39...41).contains(lane.count))
      let gaps = zip(lane.dropFirst(), lane).map { $0 - $1 }
      #expect(gaps.allSatisfy { $0 > 40 && $0 < 70 })
    }
    #expect(cars.allSatisfy { (20...28).contains($0.spec.speed) })
    #expect(Set(cars.map(\.spec.speed)).count == 120)
    for car in cars {
      guard case .policy(let policy) = car.driver else { continue }
      #expect((80 / 3.6...130 / 3.6).contains(policy.parameters.number("desired_speed")))
    }
    let trucks = scenario.agents.filter { $0.spec.id.hasPrefix("truck.") }
    #expect(trucks.count == 10)
    #expect(trucks.allSatisfy { $0.spec.agentClass == .truck && $0.spec.centre.y == 0 })
  }

  @Test func aFleetDependsOnTheSeedAlone() throws {
    var options = TestCatalog.options
    options.seeds = [4, 5]
    let bytes = [UInt8](try Data(contentsOf: Self.folder.appending(path: "dense_highway.yaml")))
    let tickets = try ScenarioLoader().load(
      bytes, file: "a.yaml", relativePath: "a.yaml", options: options
    ).tickets
    let written = try Self.load("dense_highway").tickets[0].build().agents.map(\.spec.speed)
    #expect(try tickets[0].build().agents.map(\.spec.speed) == written)
    #expect(try tickets[1].build().agents.map(\.spec.speed) != written)
  }

  @Test func aScatteredFleetKeepsItsGaps() throws {
    func places(_ scatter: String, seed: Int) throws -> [Double] {
      let scenario = try ScenarioLoader().scenario(
        """
        version: 1
        map: {template: straight, lanes: 1, length: 1000}
        duration: 1
        seed: \(seed)
        ego: {lane: main.1, s: 500}
        fleet: {count: 60, lanes: main.1, scatter: \(scatter)}
        """)
      return scenario.agents.map(\.spec.centre.x).sorted()
    }
    let even = try places("0", seed: 1)
    let scattered = try places("1", seed: 1)
    #expect(scattered != even)
    #expect(try places("1", seed: 1) == scattered)
    #expect(try places("1", seed: 2) != scattered)
    // Cars of 4.8 m with 2 m between them at least.
    let gaps = zip(scattered.dropFirst(), scattered).map { $0 - $1 }
    #expect(gaps.allSatisfy { $0 > 6.8 - 1e-9 })
    #expect(Set(gaps.map { ($0 * 10).rounded() }).count > 20)
  }

  @Test func placesTurnsAndClocks() throws {
    let scenario = try Self.load("crossing_walker").tickets[0].build()
    #expect(scenario.clock.stepMicroseconds == 50_000)
    #expect(scenario.ticks == 250)
    #expect(scenario.endOn == [.collision])
    func agent(_ id: String) throws -> AgentPlan {
      try #require(scenario.agents.first { $0.spec.id == id })
    }
    let walker = try agent("walker")
    #expect(walker.spec.centre == Pose2(x: 80, y: -5, heading: .pi / 2))
    guard case .policy(let policy) = walker.driver else {
      Issue.record("the walker has a policy")
      return
    }
    #expect(policy.name == "constant_speed")
    let parked = try agent("parked_2")
    #expect(parked.spec.centre.position == Vector2(95, -2.9))
    #expect(abs(parked.spec.centre.heading - .pi / 60) < 1e-15)
    #expect(parked.spec.motion == .fixed)
    guard case .stack(let stack) = try agent("ego").driver else {
      Issue.record("the ego has a stack")
      return
    }
    #expect(stack.every == [.predictor: 2, .planner: 2])
    #expect(stack.planLatencyTicks == 2)
    #expect(stack.modules[.planner]?.parameters.integer("candidates") == 5)
    #expect(stack.modules[.controller]?.name == "lqr")
  }

  @Test func severalEgosAndADrivenOther() throws {
    let scenario = try Self.load("two_egos").tickets[0].build()
    #expect(scenario.egos.map(\.id) == ["left", "right"])
    #expect(scenario.agents.map(\.spec.id) == ["left", "right", "robot"])
    #expect(scenario.profile == "nuplan-compat")
    #expect(scenario.agents[0].spec.vehicle == .bmw320i)
    #expect(scenario.agents[1].spec.vehicle?.wheelbase == 2.6)
    // In the Pacifica's proportions: 1.461 / 5.176 of 4.2 m.
    #expect(abs((scenario.agents[1].spec.vehicle?.rearAxleToCentre ?? 0) - 1.18551) < 1e-5)
    let goals = scenario.egos[1].goals
    // 5 s to 14 s at 20 Hz.
    #expect(goals[0].ticks == 100...280)
    #expect(goals[1].speed == 0...0.5)
    #expect(abs((goals[1].heading?.width ?? 0) - .pi / 9) < 1e-12)
    let planners = scenario.agents.map { agent -> String? in
      if case .stack(let stack) = agent.driver { stack.modules[.planner]?.name } else { nil }
    }
    #expect(planners == ["pdm-closed", "pdm-closed", "idm"])
  }

  @Test func aliasesAndMergesMakeAgents() throws {
    let scenario = try Self.load("aliases").tickets[0].build()
    #expect(scenario.agents.map(\.spec.id) == ["a", "b", "c", "cone", "ego", "wall"])
    #expect(scenario.agents[1].spec.centre == Pose2(x: 150, y: 0, heading: 0))
    #expect(scenario.agents[2].spec.centre == Pose2(x: 120, y: 7, heading: 0))
    #expect(scenario.agents[1].spec.speed == 15)
    #expect(scenario.agents[5].spec.length == 3)
  }
}
