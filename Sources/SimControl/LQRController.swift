import SimCore
import SimModels
public import SimStack
public import SimWorld

/// nuPlan's two-stage controller: the LQR tracker commands, the vehicle model of the world obeys.
public struct LQRController: Controller {
  static let schema = ModuleSchema(
    "lqr",
    "Linear quadratic tracker; the world's kinematic bicycle with actuator lag follows (nuPlan).",
    parameters: [
      ParameterSchema(
        "q_speed", .number(default: 10, in: 0...1e6, dimension: .none),
        "Cost of the speed error at the end of the horizon."),
      ParameterSchema(
        "r_accel", .number(default: 1, in: 1e-6...1e6, dimension: .none),
        "Cost of acceleration."),
      ParameterSchema(
        "q_lateral", .number(default: 1, in: 0...1e6, dimension: .none),
        "Cost of the lateral error at the end of the horizon."),
      ParameterSchema(
        "q_heading", .number(default: 10, in: 0...1e6, dimension: .none),
        "Cost of the heading error at the end of the horizon."),
      ParameterSchema(
        "q_steering", .number(default: 0, in: 0...1e6, dimension: .none),
        "Cost of the tyre angle at the end of the horizon."),
      ParameterSchema(
        "r_steering_rate", .number(default: 1, in: 1e-6...1e6, dimension: .none),
        "Cost of the steering rate."),
      ParameterSchema(
        "step", .number(default: 0.1, in: 0.01...1, dimension: .time),
        "Step of the tracker's model."),
      ParameterSchema("horizon", .integer(default: 10, in: 1...100), "Steps looked ahead."),
      ParameterSchema(
        "jerk_penalty", .number(default: 1e-4, in: 1e-12...1e3, dimension: .none),
        "Smoothing of the planned speeds."),
      ParameterSchema(
        "curvature_rate_penalty", .number(default: 1e-2, in: 1e-12...1e3, dimension: .none),
        "Smoothing of the planned curvatures."),
      ParameterSchema(
        "stopping_gain", .number(default: 0.5, in: 0...10, dimension: .frequency),
        "Braking per speed error when stopping."),
      ParameterSchema(
        "stopping_speed", .number(default: 0.2, in: 0...5, dimension: .speed),
        "Planned and actual speed below which the vehicle is stopping."),
    ])

  private var tracker: LQRTracker
  /// The plan that the tracker holds; nil before the first.
  private var loaded: Trajectory?

  init(_ values: ParameterValues) {
    var parameters = LQRTracker.Parameters()
    parameters.speedWeight = values.number("q_speed")
    parameters.accelerationWeight = values.number("r_accel")
    parameters.lateralWeight = values.number("q_lateral")
    parameters.headingWeight = values.number("q_heading")
    parameters.steeringWeight = values.number("q_steering")
    parameters.steeringRateWeight = values.number("r_steering_rate")
    parameters.stepMicroseconds = Int64((values.number("step") * 1_000_000).rounded())
    parameters.horizon = values.integer("horizon")
    parameters.jerkPenalty = values.number("jerk_penalty")
    parameters.curvatureRatePenalty = values.number("curvature_rate_penalty")
    parameters.stoppingGain = values.number("stopping_gain")
    parameters.stoppingSpeed = values.number("stopping_speed")
    tracker = LQRTracker(parameters)
  }

  /// The tracker's command.
  ///
  /// - Throws: a plan with a `defect`.
  public mutating func control(
    _ ego: EgoState, _ vehicle: VehicleParameters, along trajectory: Trajectory,
    in context: TickContext
  ) throws(StageFailure) -> DriveCommand {
    // A plan that is followed for several ticks is fitted once.
    if loaded != trajectory {
      if let defect = trajectory.defect { throw StageFailure(.control, defect) }
      trajectory.points.withUnsafeBufferPointer { points in
        tracker.load(points.count) {
          TimedPose(timeMicroseconds: points[$0].timeMicroseconds, pose: points[$0].pose)
        }
      }
      loaded = trajectory
    }
    let command = tracker.command(for: ego, wheelbase: vehicle.wheelbase)
    return .actuate(acceleration: command.acceleration, steeringRate: command.steeringRate)
  }
}
