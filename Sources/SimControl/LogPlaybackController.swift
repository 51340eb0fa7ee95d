import SimCore
import SimGeometry
public import SimStack
public import SimWorld

/// Places the vehicle on its recorded drive, whatever the plan: open-loop evaluation of planners
/// (nuPlan's challenge 1).
///
/// It is an oracle: it knows the recording's future, and hands on its next state. After the end of
/// the recording the vehicle goes straight on at its speed.
public struct LogPlaybackController: Controller {
  static let schema = ModuleSchema(
    "log-playback",
    "Open loop: the ego is on its recorded drive whatever it plans, an oracle; fails without one.")

  private let expert: [EgoState]

  /// - Throws: the ego has no recorded drive.
  init(_ setup: DrivingSetup) throws(StageFailure) {
    guard let expert = setup.expert, !expert.isEmpty else {
      throw StageFailure(
        .control, "controller 'log-playback' needs a recorded drive, and this ego has none")
    }
    self.expert = expert
  }

  /// The recorded state at the next tick.
  ///
  /// - Throws: a plan with a `defect`.
  public mutating func control(
    _ ego: EgoState, _ vehicle: VehicleParameters, along trajectory: Trajectory,
    in context: TickContext
  ) throws(StageFailure) -> DriveCommand {
    if let defect = trajectory.defect { throw StageFailure(.control, defect) }
    let last = expert.count - 1
    let tick = max(context.tick + 1, 0)
    var state = expert[min(tick, last)]
    if tick > last {
      state.pose = state.pose.advanced(
        by: state.velocity.x * context.clock.step * Double(tick - last))
    }
    state.timeMicroseconds = ego.timeMicroseconds + context.clock.stepMicroseconds
    return .place(state)
  }
}
