import SimCore
public import SimScenario
public import SimStack
public import SimWorld

extension EpisodeHeader {
  /// The header of a scenario's episode.
  ///
  /// - Parameters:
  ///   - scenario: what will run.
  ///   - references: drive that progress of each ego is measured against, in the order of
  ///     `scenario.egos`; where there is an expert, it is the expert's.
  public init(of scenario: Scenario, references: [[EgoState]?]) {
    precondition(references.count == scenario.egos.count, "one reference or nil per ego")
    self.init(
      scenario: scenario.name, seed: scenario.seed, clock: scenario.clock, map: scenario.map,
      ids: scenario.agents.map(\.spec.id), classes: scenario.agents.map(\.spec.agentClass),
      lengths: scenario.agents.map(\.spec.length), widths: scenario.agents.map(\.spec.width),
      egos: zip(scenario.egos, references).map { ego, reference in
        Ego(ego, in: scenario, reference: reference)
      })
  }
}

extension EpisodeHeader.Ego {
  fileprivate init(_ ego: EgoPlan, in scenario: Scenario, reference: [EgoState]?) {
    guard let row = scenario.agents.firstIndex(where: { $0.spec.id == ego.id }),
      let vehicle = scenario.agents[row].spec.vehicle, let route = scenario.agents[row].route,
      case .stack(let stack) = scenario.agents[row].driver
    else { preconditionFailure("ego '\(ego.id)' is no driven agent with a route") }
    let drive = ego.expert ?? reference
    self.init(
      agent: row, vehicle: vehicle, route: route, hasGoal: !ego.goals.isEmpty, reference: drive,
      referenceKind: ego.expert != nil ? .expert : drive != nil ? .referenceRollout : .none,
      modules: stack.modules)
  }
}
