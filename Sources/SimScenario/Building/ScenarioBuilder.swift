import SimCore
import SimGeometry
import SimMap
import SimStack
import SimWorld

/// Builds the episode of a declaration: makes the map, puts everybody on it, finds their routes.
///
/// It reports everything that only the map can tell: lanes that are not there, places beyond a
/// lane's end, goals out of reach, agents inside each other.
struct ScenarioBuilder {
  let declaration: ScenarioDeclaration
  let origin: ScenarioOrigin
  let sink: DiagnosticSink

  init(_ declaration: ScenarioDeclaration, _ origin: ScenarioOrigin, _ sink: DiagnosticSink) {
    self.declaration = declaration
    self.origin = origin
    self.sink = sink
  }

  /// The episode, or every error found.
  static func scenario(
    _ declaration: ScenarioDeclaration, _ origin: ScenarioOrigin
  ) throws(InputError) -> Scenario {
    let sink = DiagnosticSink(origin.source)
    let scenario = ScenarioBuilder(declaration, origin, sink).build()
    try sink.throwIfFailed()
    guard let scenario else { preconditionFailure("a scenario without errors can be built") }
    return scenario
  }

  /// Puts into the sink what is wrong, for a declaration that has errors already.
  func check() { _ = build() }

  private func build() -> Scenario? {
    guard let map = MapSource(declaration.map, origin, sink).map() else { return nil }
    var placer = AgentPlacer(map, declaration, sink)
    for agent in declaration.agents { placer.place(agent) }
    for fleet in declaration.fleets { placer.place(fleet) }
    for flow in declaration.flows { placer.place(flow) }
    placer.checkCount(declaration)
    var events = EventBuilder(declaration.events, sink)
    events.prepare(&placer, flows: declaration.flows.map(\.id))
    placer.settleOnPaths()
    OverlapCheck(sink).check(placer.placed)
    // Plans are large: they are put in order by their numbers.
    let ids = placer.placed.map(\.plan.spec.id)
    let order = ids.orderByBytes
    let plan = events.plan(ids: order.map { ids[$0] }, map)
    guard sink.errorCount == 0 else { return nil }
    let agents = order.map { placer.placed[$0].plan }
    let ways = placer.addWays()
    // They are recorded: the same bytes wherever the files lie.
    let expectations = declaration.expectations.map { expectation in
      var expectation = expectation
      expectation.location.file = origin.relativePath
      return expectation
    }
    var scenario = Scenario(
      name: declaration.name, path: origin.relativePath, summary: declaration.summary,
      tags: declaration.tags, map: map, clock: declaration.clock, ticks: declaration.ticks,
      seed: declaration.seed, egos: placer.egos, agents: agents,
      paths: PathList(placer.paths), ways: ways, events: plan, endOn: declaration.endOn,
      expectations: expectations, profile: declaration.profile, notes: sink.sorted())
    scenario.warmUpTicks = declaration.warmUpTicks
    return scenario
  }
}
