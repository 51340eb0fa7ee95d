public import SimCore
import SimGeometry

/// nuPlan's kinematic bicycle about the rear axle, with first-order lags in drive train and
/// steering.
///
/// Explicit Euler: position and heading move with the speed and tyre angle at the start of the
/// tick. The speed is not held at 0, so it may end slightly negative after hard braking; the
/// command is limited nowhere but in the tyre angle. (nuPlan-devkit's vehicle model.)
@frozen
public struct KinematicBicycle: Hashable, Sendable {
  /// Time constant of the acceleration, seconds.
  public var accelerationLag: Double
  /// Time constant of the tyre angle, seconds.
  public var steeringLag: Double

  /// A model with these time constants, seconds; nuPlan's unless told otherwise.
  @inlinable
  public init(accelerationLag: Double = 0.2, steeringLag: Double = 0.05) {
    self.accelerationLag = accelerationLag
    self.steeringLag = steeringLag
  }

  /// nuPlan's constants.
  public static let standard = KinematicBicycle()

  /// The state one tick later.
  ///
  /// - Parameters:
  ///   - state: the state now.
  ///   - acceleration: commanded acceleration along the heading, m/s^2.
  ///   - steeringRate: commanded rate of the tyre angle, rad/s.
  ///   - vehicle: its wheelbase and greatest tyre angle count.
  ///   - clock: its step is the length of the tick.
  public func step(
    _ state: EgoState, acceleration: Double, steeringRate: Double, vehicle: VehicleParameters,
    clock: TickClock
  ) -> EgoState {
    let dt = clock.step
    let speed = state.velocity.x
    let heading = state.pose.heading

    // What the actuators deliver of the command.
    let lagged =
      dt / (dt + accelerationLag) * (acceleration - state.acceleration.x) + state.acceleration.x
    let target = dt * steeringRate + state.steering
    let turned = dt / (dt + steeringLag) * (target - state.steering) + state.steering
    let rate = (turned - state.steering) / dt

    let turnRate = speed * ExactMath.tan(state.steering) / vehicle.wheelbase
    let nextSpeed = speed + lagged * dt
    let nextSteering = min(
      max(state.steering + rate * dt, -vehicle.maxSteering), vehicle.maxSteering)
    let yawRate = nextSpeed * ExactMath.tan(nextSteering) / vehicle.wheelbase
    return EgoState(
      timeMicroseconds: state.timeMicroseconds + clock.stepMicroseconds,
      pose: Pose2(
        x: state.pose.x + speed * ExactMath.cos(heading) * dt,
        y: state.pose.y + speed * ExactMath.sin(heading) * dt,
        heading: ExactMath.wrapAngle(heading + turnRate * dt)),
      velocity: Vector2(nextSpeed, 0),
      acceleration: Vector2(lagged, 0),
      steering: nextSteering,
      steeringRate: rate,
      yawRate: yawRate,
      yawAcceleration: (yawRate - state.yawRate) / dt)
  }
}
