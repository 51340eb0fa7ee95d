import SimCore
import SimEpisode
import SimGeometry
import SimMap
public import SimScenario
import SimStack
import SimWorld

/// What `simrun list` and `simrun show` say of scenarios.
public enum ScenarioText {
  /// One line an episode.
  public static func list(_ set: ScenarioSet) -> String {
    var table = TextTable([
      ("episode", .left), ("seed", .right), ("tags", .left), ("path", .left),
    ])
    for entry in set.entries {
      table.add([
        entry.ticket.name, String(entry.ticket.seed), entry.ticket.tags.joined(separator: ","),
        entry.ticket.path,
      ])
    }
    var text = set.entries.isEmpty ? "" : table.text
    for (path, reason) in set.skipped { text += "skipped \(path): \(reason)\n" }
    return text + "\(set.entries.count) episodes\n"
  }

  /// What happens in a scenario: map, agents, modules, goals, expectations.
  public static func description(_ scenario: Scenario) -> String {
    var text = scenario.name + "\n"
    if !scenario.summary.isEmpty { text += "  \(scenario.summary)\n" }
    if !scenario.tags.isEmpty { text += "  tags: \(scenario.tags.joined(separator: ", "))\n" }
    let seconds = scenario.clock.seconds(scenario.ticks)
    text += "  \(seconds.fixed(1)) s in \(scenario.ticks) ticks of "
    text += "\(scenario.clock.step.fixed(3)) s, seed \(scenario.seed)\n"
    text += map(scenario)
    let table = World(scenario).agents
    for ego in scenario.egos { text += self.ego(ego, in: scenario, table) }
    text += agents(scenario, table)
    text += events(scenario)
    if !scenario.endOn.isEmpty {
      text += "  ends on: \(scenario.endOn.map(\.rawValue).joined(separator: ", "))\n"
    }
    if !scenario.expectations.isEmpty {
      text += "  expects:\n"
      for expectation in scenario.expectations { text += "    \(expectation.sentence)\n" }
    }
    return text
  }

  /// Most values listed of a swept key.
  private static let shownValues = 24

  /// Which keys the episodes of one file differ in, and their values; nothing if there is only one.
  public static func expansion(_ names: [String]) -> String {
    guard names.count > 1 else { return "" }
    var keys: [String] = []
    var values: [String: [String]] = [:]
    for name in names {
      for (key, value) in CoverageTable.parts(of: name)?.values ?? [] {
        if values[key] == nil { keys.append(key) }
        if values[key]?.contains(value) != true { values[key, default: []].append(value) }
      }
    }
    var text = "  and \(names.count - 1) more episodes of this file"
    text += keys.isEmpty ? "\n" : ", over\n"
    for key in keys {
      let all = values[key] ?? []
      text += "    \(key): " + all.prefix(shownValues).joined(separator: ", ")
      text += all.count > shownValues ? ", … (\(all.count) values)\n" : "\n"
    }
    return text
  }

  private static func map(_ scenario: Scenario) -> String {
    let map = scenario.map
    let length = map.lanes.reduce(0) { $0 + $1.length }
    let extent = map.bounds.max - map.bounds.min
    return "  map '\(map.name)': \(map.lanes.count) lanes of \(length.fixed(0)) m, "
      + "\(map.junctions.count) junctions, \(map.signals.count) signals, "
      + "\(extent.x.fixed(0)) m x \(extent.y.fixed(0)) m\n"
  }

  private static func ego(
    _ ego: EgoPlan, in scenario: Scenario, _ table: AgentTable
  ) -> String {
    guard let agent = scenario.agents.first(where: { $0.spec.id == ego.id }),
      case .stack(let stack) = agent.driver
    else { return "" }
    var text = "  ego '\(ego.id)': \(place(agent, table))\n"
    for kind in [ModuleKind.perception, .predictor, .planner, .controller] {
      guard let choice = stack.modules[kind] else { continue }
      let rate = stack.every[kind].map { $0 == 1 ? "" : ", every \($0) ticks" } ?? ""
      text += "    \(kind.rawValue): \(choice.name)\(rate)\n"
    }
    if stack.planLatencyTicks > 0 {
      text += "    plans take effect after \(stack.planLatencyTicks) ticks\n"
    }
    if let route = agent.route {
      let end = route.goalArcLength.map { "to the goal at \($0.fixed(1)) m" } ?? "without a goal"
      text += "    route over \(route.lanes.count) lanes from \(route.startArcLength.fixed(1)) m, "
      text += end + "\n"
    }
    text += "    \(ego.goals.count) goals, "
    text += ego.expert == nil ? "no expert drive\n" : "with an expert drive\n"
    return text
  }

  private static func agents(_ scenario: Scenario, _ table: AgentTable) -> String {
    let egos = Set(scenario.egos.map(\.id))
    let others = scenario.agents.filter { !egos.contains($0.spec.id) }
    guard !others.isEmpty else { return "  no other agents\n" }
    var text = "  \(others.count) other agents\n"
    var lines = TextTable([
      ("    agent", .left), ("type", .left), ("driver", .left), ("at", .left),
    ])
    let shown = 20
    for agent in others.prefix(shown) {
      lines.add([
        "    " + agent.spec.id, agent.spec.agentClass.name, driver(agent), place(agent, table),
      ])
    }
    text += lines.text
    if others.count > shown { text += "    and \(others.count - shown) more\n" }
    return text
  }

  private static func events(_ scenario: Scenario) -> String {
    guard !scenario.events.isEmpty else { return "" }
    let events = scenario.events.events
    var text = "  \(events.count) events\n"
    for event in events { text += "    \(event.id): when \(event.text)\n" }
    return text
  }

  private static func driver(_ agent: AgentPlan) -> String {
    switch agent.driver {
    case .none: "none"
    case .policy(let choice): choice.name
    case .stack(let stack): "planner " + (stack.modules[.planner]?.name ?? "")
    }
  }

  private static func place(_ agent: AgentPlan, _ table: AgentTable) -> String {
    guard let row = table.row(of: agent.spec.id), table.present[row] != 0 else {
      return "appears later"
    }
    return "(\(table.x[row].fixed(1)), \(table.y[row].fixed(1))), "
      + "\(table.speed[row].fixed(1)) m/s"
  }
}

extension Expectation {
  /// E.g. `score at least 0.6`.
  fileprivate var sentence: String { "\(key) \(bounds)" }
}
