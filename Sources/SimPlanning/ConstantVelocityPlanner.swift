import SimCore
import SimGeometry
public import SimStack
import SimWorld

/// Keeps speed and heading, whatever is ahead: the simplest yardstick (nuPlan's simple planner
/// without its speed limit).
public struct ConstantVelocityPlanner: Planner {
  static let schema = ModuleSchema(
    "constant-velocity",
    "Straight on at the speed of the moment, blind to the road and to everybody: a yardstick.",
    parameters: [
      ParameterSchema(
        "horizon", .number(default: 8, in: 0.5...30, dimension: .time), "Length of the plan.")
    ])

  private static let stepMicroseconds: Int64 = 100_000
  /// Points after the first.
  private let samples: Int

  init(_ parameters: ParameterValues) {
    samples = max(1, Int((parameters.number("horizon") * 10).rounded()))
  }

  /// It goes by what it does now.
  public var readsForecast: Bool { false }

  /// Ten points a second straight ahead (or back, for who rolls backwards).
  public mutating func plan(_ scene: Scene, _ forecast: Forecast, in context: TickContext)
    throws(StageFailure) -> Trajectory
  {
    let speed = scene.ego.velocity.x
    let step = Double(ConstantVelocityPlanner.stepMicroseconds) / 1_000_000
    return Trajectory(
      points: (0...samples).map { k in
        Trajectory.Point(
          timeMicroseconds: scene.ego.timeMicroseconds
            + Int64(k) * ConstantVelocityPlanner.stepMicroseconds,
          pose: scene.ego.pose.advanced(by: speed * step * Double(k)), speed: speed)
      })
  }
}
