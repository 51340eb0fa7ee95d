import SimCore
import SimGeometry
public import SimStack
import SimWorld

/// Follows the recorded drive of the ego (log replay): what the one who was recorded would score.
///
/// It is an oracle: it knows the recording's future. Placed by perfect tracking the drive is the
/// recorded one to the bit; other controllers follow it as well as they can.
public struct ReplayPlanner: Planner {
  static let schema = ModuleSchema(
    "replay",
    "Log replay: the ego's own recorded drive (the expert), an oracle; fails where there is none.",
    partners: [ModulePartner(.controller, "perfect")])

  private let expert: [EgoState]
  private let stepMicroseconds: Int64

  /// Points of a plan after the first: eight seconds at 10 Hz.
  private static let samples = 80

  /// - Throws: the ego has no recorded drive.
  init(_ setup: DrivingSetup) throws(StageFailure) {
    guard let expert = setup.expert, !expert.isEmpty else {
      throw StageFailure(
        .plan, "planner 'replay' follows a recorded drive, and this ego has none (no expert)")
    }
    self.expert = expert
    stepMicroseconds = setup.clock.stepMicroseconds
  }

  /// It goes by what was recorded.
  public var readsForecast: Bool { false }

  /// The recorded states from this tick on, and beyond the last one straight on at its speed.
  public mutating func plan(_ scene: Scene, _ forecast: Forecast, in context: TickContext)
    throws(StageFailure) -> Trajectory
  {
    let step = Double(stepMicroseconds) / 1_000_000
    let last = expert.count - 1
    var points: [Trajectory.Point] = []
    points.reserveCapacity(ReplayPlanner.samples + 1)
    for k in 0...ReplayPlanner.samples {
      let tick = max(scene.tick + k, 0)
      let state = expert[min(tick, last)]
      let beyond = Double(max(tick - last, 0)) * step
      points.append(
        Trajectory.Point(
          timeMicroseconds: scene.ego.timeMicroseconds + Int64(k) * stepMicroseconds,
          pose: beyond > 0 ? state.pose.advanced(by: state.velocity.x * beyond) : state.pose,
          speed: state.velocity.x, acceleration: beyond > 0 ? 0 : state.acceleration.x))
    }
    return Trajectory(points: points)
  }
}
