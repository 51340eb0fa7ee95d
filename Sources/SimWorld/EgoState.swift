public import SimGeometry

/// The full state of a driven vehicle: the twelve columns of nuPlan's ego history.
@frozen
public struct EgoState: Hashable, Sendable {
  /// Time since the episode's start, microseconds.
  public var timeMicroseconds: Int64
  /// Rear axle, world frame.
  public var pose: Pose2
  /// Velocity of the rear axle in the body frame, m/s: x forward, y left.
  public var velocity: Vector2
  /// Acceleration of the rear axle in the body frame, m/s^2.
  public var acceleration: Vector2
  /// Tyre angle, rad, positive to the left.
  public var steering: Double
  /// rad/s.
  public var steeringRate: Double
  /// rad/s.
  public var yawRate: Double
  /// rad/s^2.
  public var yawAcceleration: Double

  /// A state in SI units; without rates unless they are given.
  @inlinable
  public init(
    timeMicroseconds: Int64 = 0, pose: Pose2, velocity: Vector2, acceleration: Vector2 = .zero,
    steering: Double = 0, steeringRate: Double = 0, yawRate: Double = 0, yawAcceleration: Double = 0
  ) {
    self.timeMicroseconds = timeMicroseconds
    self.pose = pose
    self.velocity = velocity
    self.acceleration = acceleration
    self.steering = steering
    self.steeringRate = steeringRate
    self.yawRate = yawRate
    self.yawAcceleration = yawAcceleration
  }

  /// Speed as all scores use it: the norm of the rear-axle velocity, m/s.
  @inlinable public var speed: Double { velocity.length }

  /// Pose of the geometric centre.
  @inlinable public func centre(_ vehicle: VehicleParameters) -> Pose2 {
    pose.advanced(by: vehicle.rearAxleToCentre)
  }

  /// The vehicle's box.
  @inlinable public func box(_ vehicle: VehicleParameters) -> OrientedBox {
    OrientedBox(pose: centre(vehicle), length: vehicle.length, width: vehicle.width)
  }

  /// No field is NaN or infinite.
  @inlinable public var isFinite: Bool {
    pose.position.isFinite && pose.heading.isFinite && velocity.isFinite && acceleration.isFinite
      && steering.isFinite && steeringRate.isFinite && yawRate.isFinite && yawAcceleration.isFinite
  }
}
