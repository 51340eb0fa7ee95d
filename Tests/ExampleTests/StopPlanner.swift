import SimCore
import SimGeometry
public import SimStack
import SimWorld

/// Stops where it is.
public struct StopPlanner: Planner {
  static let schema = ModuleSchema(
    "stop", "Brakes to a halt straight ahead.",
    parameters: [
      ParameterSchema(
        "decel", .number(default: 2, in: 0.1...10, dimension: .acceleration), "How hard.")
    ])
  let deceleration: Double

  init(_ parameters: ParameterValues) { deceleration = parameters.number("decel") }

  /// Eight seconds of it: straight ahead, braking.
  public mutating func plan(_ scene: Scene, _ forecast: Forecast, in context: TickContext)
    throws(StageFailure) -> Trajectory
  {
    let speed = max(scene.ego.velocity.x, 0)
    return Trajectory(
      points: (0...80).map { k in
        let time = min(0.1 * Double(k), speed / deceleration)
        return Trajectory.Point(
          timeMicroseconds: scene.ego.timeMicroseconds + Int64(k) * 100_000,
          pose: scene.ego.pose.advanced(by: speed * time - 0.5 * deceleration * time * time),
          speed: speed - deceleration * time)
      })
  }
}
