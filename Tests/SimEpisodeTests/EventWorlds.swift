import SimCore
import SimEpisode
import SimGeometry
import SimMap
import SimScenario
import SimStack
import SimWorld
import StackTestSupport

/// Tiny worlds for events: a straight road of three lanes (main.1 along y = 0, 3.5 m each) or a
/// crossing with signals, and policies whose every move is known.
enum EventWorlds {
  /// `hold` keeps its speed and `push` accelerates at its rate.
  static let catalog = CatalogSchema(modules: [
    .perception: [ModuleSchema("test", "of the tests")],
    .predictor: [ModuleSchema("test", "of the tests")],
    .planner: [ModuleSchema("test", "of the tests")],
    .controller: [ModuleSchema("test", "of the tests")],
    .policy: [
      ModuleSchema("hold", "keeps its speed"),
      ModuleSchema(
        "push", "accelerates",
        parameters: [
          ParameterSchema("rate", .number(default: 1, in: -5...5, dimension: .acceleration), "a")
        ]),
    ],
  ])

  /// A scenario with an ego on main.1 at s = 20, which stands unless a speed is given.
  static func scenario(
    _ events: String, agents: String = "", ego: String = "{lane: main.1, s: 20}",
    map: String = "{template: straight, lanes: 3, length: 400}", duration: Double = 10,
    seed: Int = 0
  ) throws -> Scenario {
    func list(_ key: String, _ items: String) -> String {
      items.isEmpty ? "" : "\(key):\n" + items + "\n"
    }
    let text = """
      version: 1
      seed: \(seed)
      map: \(map)
      duration: \(duration)
      ego: \(ego)
      \(list("agents", agents))\(list("events", events))
      """
    return try ScenarioLoader().load(
      Array(text.utf8), file: "test.yaml", relativePath: "test.yaml",
      options: LoadOptions(catalog: catalog)
    ).tickets[0].build()
  }

  static func run(
    _ events: String, agents: String = "", ego: String = "{lane: main.1, s: 20}",
    map: String = "{template: straight, lanes: 3, length: 400}", duration: Double = 10
  ) throws -> EpisodeRecord {
    run(try scenario(events, agents: agents, ego: ego, map: map, duration: duration))
  }

  static func run(_ scenario: Scenario) -> EpisodeRecord { episode(scenario).record }

  static func episode(_ scenario: Scenario) -> Episode {
    var runner = EpisodeRunner(
      scenario, header: EpisodeHeader(of: scenario, references: [nil]),
      modules: EpisodeModules(drivers: [driver(scenario)], traffic: traffic(scenario)),
      detail: .states)
    return runner.run()
  }

  private static func driver(_ scenario: Scenario) -> EpisodeModules.Driver {
    guard let route = scenario.agents.first(where: { $0.spec.id == "ego" })?.route else {
      preconditionFailure("the ego has a route")
    }
    return EpisodeModules.Driver(
      perceiver: RoutePerceiver(route: route), predictor: StillPredictor(),
      planner: StraightPlanner(), controller: PlanController())
  }

  private static func traffic(_ scenario: Scenario) -> [EpisodeModules.PolicyGroup] {
    let changes = scenario.events.policyChanges
    var groups: [EpisodeModules.PolicyGroup] = []
    for name in ["hold", "push"] {
      for instance in 0..<3 {
        var rates: [Int: Double] = [:]
        var rows: [Int] = []
        for (row, agent) in scenario.agents.enumerated() {
          guard case .policy(let own) = agent.driver else { continue }
          if own.name == name, instance == 0 {
            rates[row] = name == "push" ? own.parameters.number("rate") : 0
            rows.append(row)
          }
          for change in changes
          where change.row == row && change.choice.name == name && change.instance == instance {
            rates[row] = name == "push" ? change.choice.parameters.number("rate") : 0
          }
        }
        guard !rates.isEmpty else { continue }
        groups.append(
          EpisodeModules.PolicyGroup(
            name: name, instance: instance, policy: RatePolicy(rates: rates), rows: rows))
      }
    }
    return groups
  }
}

/// Every agent accelerates at its rate; while it need not heed rules, at 3 m/s^2.
struct RatePolicy: TrafficPolicy {
  var rates: [Int: Double]
  var lawless: Set<Int> = []

  func decide(
    _ agents: [Int], _ view: WorldView, into commands: inout CommandBuffer, in context: TickContext
  ) throws(StageFailure) {
    for row in agents where view.agents.present[row] != 0 {
      commands.acceleration[row] = lawless.contains(row) ? 3 : rates[row] ?? 0
    }
  }

  mutating func direct(_ directive: TrafficDirective, row: Int) {
    guard case .heedsRules(let heeds) = directive else { return }
    if heeds { lawless.remove(row) } else { lawless.insert(row) }
  }
}

extension EpisodeRecord {
  /// Ticks at which an event or action (`id` or `id.action`) was.
  func ticks(of event: String) -> [Int] {
    events.filter { $0.kind == "event:" + event }.map(\.tick)
  }

  func row(_ id: String) -> Int { header.ids.firstIndex(of: id) ?? -1 }

  func isThere(_ id: String, _ tick: Int) -> Bool {
    history.present[history.slot(tick, row(id))] != 0
  }

  func speed(_ id: String, _ tick: Int) -> Double { history.speed[history.slot(tick, row(id))] }
  func x(_ id: String, _ tick: Int) -> Double { history.x[history.slot(tick, row(id))] }
  func y(_ id: String, _ tick: Int) -> Double { history.y[history.slot(tick, row(id))] }
  func heading(_ id: String, _ tick: Int) -> Double {
    history.heading[history.slot(tick, row(id))]
  }
  func acceleration(_ id: String, _ tick: Int) -> Double {
    history.acceleration[history.slot(tick, row(id))]
  }
}
