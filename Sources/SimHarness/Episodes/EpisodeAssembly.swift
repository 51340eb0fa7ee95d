import SimCore
import SimEpisode
import SimMap
import SimScenario
import SimStack
import SimWorld

/// Makes the modules of an episode from the catalogs.
struct EpisodeAssembly {
  let catalogs: ModuleCatalogs

  /// Fresh modules for a scenario.
  ///
  /// - Throws: the failure of a module that cannot be made.
  func modules(for scenario: Scenario) throws(StageFailure) -> EpisodeModules {
    EpisodeModules(drivers: try drivers(scenario), traffic: try traffic(scenario))
  }

  private func drivers(_ scenario: Scenario) throws(StageFailure) -> [EpisodeModules.Driver] {
    var drivers: [EpisodeModules.Driver] = []
    // By index, here and below: an agent is a large value to copy.
    for row in scenario.agents.indices where scenario.agents[row].spec.motion == .driven {
      let agent = scenario.agents[row]
      guard case .stack(let stack) = agent.driver, let vehicle = agent.spec.vehicle,
        let route = agent.route
      else { preconditionFailure("driven agent '\(agent.spec.id)' has no stack or no route") }
      let ego = scenario.egos.first { $0.id == agent.spec.id }
      var setup = DrivingSetup(
        clock: scenario.clock, map: scenario.map, route: route, vehicle: vehicle,
        ticks: scenario.ticks, expert: ego?.expert,
        arrival: ego?.goals.lazy.compactMap {
          $0.arrival(along: route, on: scenario.map, duration: scenario.ticks)
        }.first)
      setup.predictorEvery = stack.every[.predictor] ?? 1
      drivers.append(
        EpisodeModules.Driver(
          perceiver: try make(.perception, catalogs.perceivers, stack, setup),
          predictor: try make(.predictor, catalogs.predictors, stack, setup),
          planner: try make(.planner, catalogs.planners, stack, setup),
          controller: try make(.controller, catalogs.controllers, stack, setup),
          rates: StageRates(
            perception: stack.every[.perception] ?? 1, predictor: stack.every[.predictor] ?? 1,
            planner: stack.every[.planner] ?? 1, controller: stack.every[.controller] ?? 1),
          planLatencyTicks: stack.planLatencyTicks))
    }
    return drivers
  }

  /// One group a policy, in catalog order, and further ones for agents that change from one choice
  /// of it to another; rows are those of the scenario's agents, which stand in the order of the
  /// agent table.
  func traffic(_ scenario: Scenario) throws(StageFailure) -> [EpisodeModules.PolicyGroup] {
    var groups: [EpisodeModules.PolicyGroup] = []
    let scripted = Set(scenario.events.scriptedRows)
    let changes = scenario.events.policyChanges
    let owners = policies(of: scenario)
    for (number, entry) in catalogs.policies.enumerated() {
      let name = entry.schema.name
      let last = changes.reduce(0) { $1.choice.name == name ? max($0, $1.instance) : $0 }
      for instance in 0...last {
        var agents: [TrafficAgentSetup] = []
        var rows: [Int] = []
        let count = owners.count { $0 == number }
        agents.reserveCapacity(count)
        rows.reserveCapacity(count)
        for row in scenario.agents.indices where owners[row] >= 0 {
          let isOwn = owners[row] == number && instance == 0
          let change = changes.first {
            $0.row == row && $0.choice.name == name && $0.instance == instance
          }
          guard isOwn || change != nil, case .policy(let own) = scenario.agents[row].driver,
            let choice = isOwn ? own : change?.choice
          else { continue }
          let speed = scenario.agents[row].spec.speed
          agents.append(
            TrafficAgentSetup(
              row: row, stream: AgentTable.stream(of: scenario.agents[row].spec.id),
              parameters: choice.parameters, route: scenario.agents[row].route,
              recording: scenario.agents[row].recording, family: scenario.agents[row].family,
              arrival: scenario.agents[row].arrival.map { TrafficArrival(tick: $0, speed: speed) },
              isScripted: scripted.contains(row)))
          if isOwn { rows.append(row) }
        }
        guard !agents.isEmpty else { continue }
        let setup = TrafficSetup(
          clock: scenario.clock, map: scenario.map, agents: agents, ways: scenario.ways)
        let policy = try entry.make(ParameterValues(entry.schema), setup)
        groups.append(
          EpisodeModules.PolicyGroup(name: name, instance: instance, policy: policy, rows: rows))
      }
    }
    return groups
  }

  /// Of each agent the place of its policy in the catalog; -1: it has none, or none of the catalog.
  private func policies(of scenario: Scenario) -> [Int] {
    var last = (name: "", number: -1)
    return scenario.agents.indices.map { row in
      guard case .policy(let own) = scenario.agents[row].driver else { return -1 }
      // Most have that of the one before.
      if own.name != last.name {
        last = (own.name, catalogs.policies.firstIndex { $0.schema.name == own.name } ?? -1)
      }
      return last.number
    }
  }

  private func make<Module>(
    _ kind: ModuleKind, _ entries: [CatalogEntry<DrivingSetup, Module>], _ stack: DrivingStack,
    _ setup: DrivingSetup
  ) throws(StageFailure) -> Module {
    guard let choice = stack.modules[kind],
      let entry = entries.first(where: { $0.schema.name == choice.name })
    else { preconditionFailure("the scenario reader let an unknown \(kind.rawValue) pass") }
    return try entry.make(choice.parameters, setup)
  }
}
