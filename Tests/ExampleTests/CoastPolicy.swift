import SimCore
public import SimStack
public import SimWorld

/// Rolls to a halt.
public struct CoastPolicy: TrafficPolicy {
  static let schema = ModuleSchema(
    "coast", "Rolls to a halt along its path.",
    parameters: [
      ParameterSchema(
        "drag", .number(default: 0.5, in: 0...5, dimension: .acceleration), "Deceleration.")
    ])
  /// By row.
  private var drag: [Int: Double] = [:]

  init(_ setup: TrafficSetup) {
    for agent in setup.agents { drag[agent.row] = agent.parameters.number("drag") }
  }

  /// Writes decelerations, m/s^2, that do not reverse anybody.
  public mutating func decide(
    _ agents: [Int], _ view: WorldView, into commands: inout CommandBuffer, in context: TickContext
  ) throws(StageFailure) {
    for row in agents where view.agents.present[row] != 0 {
      let stopping = view.agents.speed[row] / view.clock.step
      commands.acceleration[row] = -min(drag[row] ?? 0, stopping)
    }
  }
}
