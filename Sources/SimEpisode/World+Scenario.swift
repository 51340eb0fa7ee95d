public import SimScenario
public import SimWorld

extension World {
  /// The world of a scenario at tick 0.
  public init(_ scenario: Scenario) {
    // (A state is much larger than nothing, and in a crowd there is hardly any.)
    let isAnyGiven = scenario.agents.contains { $0.hasInitialState }
    self.init(
      map: scenario.map, clock: scenario.clock, agents: scenario.agents.map(\.spec),
      paths: scenario.paths, egoStates: isAnyGiven ? scenario.agents.map(\.initialState) : [],
      signalControls: scenario.signalControls)
  }
}
