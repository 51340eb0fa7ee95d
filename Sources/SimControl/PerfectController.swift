import SimCore
import SimGeometry
public import SimStack
public import SimWorld

/// Perfect tracking: at the next tick the vehicle is where the plan says.
///
/// Pose, speed and acceleration are the plan's, linear in time between its points; yaw rate,
/// tyre angle and their rates are those of the motion made in the tick, by the kinematic bicycle.
/// After its end a plan stands still at its last pose.
public struct PerfectController: Controller {
  static let schema = ModuleSchema(
    "perfect", "Perfect tracking: the vehicle is placed on the plan at every tick (nuPlan).")

  /// Below this speed the tyre angle does not follow from the motion and stays, m/s.
  static let crawl = 0.05

  /// A placement on the plan at the end of this tick, clamped to the plan's ends.
  ///
  /// - Throws: a plan with a `defect`.
  public mutating func control(
    _ ego: EgoState, _ vehicle: VehicleParameters, along trajectory: Trajectory,
    in context: TickContext
  ) throws(StageFailure) -> DriveCommand {
    if let defect = trajectory.defect { throw StageFailure(.control, defect) }
    let dt = context.clock.step
    let time = ego.timeMicroseconds + context.clock.stepMicroseconds
    let planned = PerfectController.state(of: trajectory.points, atMicroseconds: time)
    let turn = ExactMath.wrapAngle(planned.pose.heading - ego.pose.heading)
    let yawRate = turn / dt
    var steering = ego.steering
    if abs(planned.speed) > PerfectController.crawl {
      let angle = ExactMath.atan(vehicle.wheelbase * yawRate / planned.speed)
      steering = min(max(angle, -vehicle.maxSteering), vehicle.maxSteering)
    }
    return .place(
      EgoState(
        timeMicroseconds: time, pose: planned.pose, velocity: Vector2(planned.speed, 0),
        acceleration: Vector2(planned.acceleration, 0), steering: steering,
        steeringRate: (steering - ego.steering) / dt, yawRate: yawRate,
        yawAcceleration: (yawRate - ego.yawRate) / dt))
  }

  /// The planned state at a time.
  private static func state(
    of points: [Trajectory.Point], atMicroseconds time: Int64
  ) -> Trajectory.Point {
    let last = points[points.count - 1]
    if time > last.timeMicroseconds {
      return Trajectory.Point(timeMicroseconds: time, pose: last.pose, speed: 0)
    }
    // The first point at or after the time, at least the second one.
    var low = 1
    var high = points.count - 1
    while low < high {
      let middle = (low + high) / 2
      if points[middle].timeMicroseconds < time { low = middle + 1 } else { high = middle }
    }
    let a = points[low - 1]
    let b = points[low]
    let f = max(
      0,
      Double(time - a.timeMicroseconds) / Double(b.timeMicroseconds - a.timeMicroseconds))
    let turn = ExactMath.wrapAngle(b.pose.heading - a.pose.heading)
    return Trajectory.Point(
      timeMicroseconds: time,
      pose: Pose2(
        a.pose.position + (b.pose.position - a.pose.position) * f,
        heading: ExactMath.wrapAngle(a.pose.heading + turn * f)),
      speed: a.speed + (b.speed - a.speed) * f,
      acceleration: a.acceleration + (b.acceleration - a.acceleration) * f)
  }
}
