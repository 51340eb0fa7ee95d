public import SimScenario
public import SimWorld

extension World {
  /// The world of a scenario at tick 0.
  public init(_ scenario: Scenario) {
    self.init(
      map: scenario.map, clock: scenario.clock, agents: scenario.agents.map(\.spec),
      paths: scenario.paths, egoStates: scenario.agents.map(\.initialState))
  }
}
