import SimCore
import SimGeometry
public import SimWorld

/// nuPlan's trajectory tracker: a one-step linear quadratic regulator along the heading and one
/// across it, each in closed form.
///
/// Along: the acceleration that best reaches, with constant effort over the horizon, the planned
/// speed at its end. Across: the steering rate that best cancels, over the horizon, lateral error,
/// heading error and tyre angle under the planned curvature. Neither command is limited.
/// (nuPlan-devkit, two-stage controller.)
public struct LQRTracker: Sendable {
  /// Constants; the defaults are nuPlan's.
  @frozen
  public struct Parameters: Hashable, Sendable {
    /// Weight of the speed error against r.
    public var speedWeight = 10.0
    /// Weight of the square of the acceleration.
    public var accelerationWeight = 1.0
    /// Weight of the square of the lateral error at the horizon's end.
    public var lateralWeight = 1.0
    /// Weight of the square of the heading error there.
    public var headingWeight = 10.0
    /// Weight of the square of the tyre angle there.
    public var steeringWeight = 0.0
    /// Weight of the square of the steering rate.
    public var steeringRateWeight = 1.0
    /// Step of the controller's model and of the resampled plan, microseconds.
    public var stepMicroseconds: Int64 = 100_000
    /// Steps.
    public var horizon = 10
    /// Penalty of `SpeedFit`.
    public var jerkPenalty = 1e-4
    /// Penalty of `CurvatureFit`.
    public var curvatureRatePenalty = 1e-2
    /// Acceleration per speed error when stopping, 1/s.
    public var stoppingGain = 0.5
    /// Below this speed, planned and actual, it is stopping, m/s.
    public var stoppingSpeed = 0.2

    /// nuPlan's constants.
    public init() {}
  }

  /// What the actuators are asked for.
  @frozen
  public struct Command: Hashable, Sendable {
    /// m/s^2.
    public var acceleration: Double
    /// Of the tyre angle, rad/s.
    public var steeringRate: Double
  }

  /// What the tracker saw in a tick.
  @frozen
  public struct Errors: Hashable, Sendable {
    /// Of the rear axle from the plan now, metres, positive: it is to the left.
    public var lateral: Double
    /// Its heading less the planned one, wrapped.
    public var heading: Double
    /// Planned speed at the end of the horizon, m/s.
    public var referenceSpeed: Double
  }

  /// The constants of this tracker.
  public let parameters: Parameters
  @usableFromInline var current: ReferenceProfile

  /// The plan in force.
  public var profile: ReferenceProfile { current }

  /// A tracker without a plan.
  public init(_ parameters: Parameters = Parameters()) {
    self.parameters = parameters
    current = ReferenceProfile(
      stepMicroseconds: parameters.stepMicroseconds, jerkPenalty: parameters.jerkPenalty,
      curvatureRatePenalty: parameters.curvatureRatePenalty)
  }

  /// Takes a new plan; nothing is allocated if one of its length was tracked before.
  ///
  /// - Parameters:
  ///   - count: number of samples, at least 2; times increase strictly.
  ///   - sample: the sample of an index.
  @inlinable
  public mutating func load(_ count: Int, _ sample: (Int) -> TimedPose) {
    current.load(count, sample)
  }

  /// Where a vehicle is relative to the plan at its time.
  public func errors(of ego: EgoState) -> Errors {
    let time = ego.timeMicroseconds
    let planned = current.pose(atMicroseconds: time)
    let ahead = ExactMath.sinCos(planned.heading)
    let dx = ego.pose.x - planned.x
    let dy = ego.pose.y - planned.y
    let horizon = parameters.stepMicroseconds * Int64(parameters.horizon)
    return Errors(
      lateral: -dx * ahead.sin + dy * ahead.cos,
      heading: ExactMath.wrapAngle(ego.pose.heading - planned.heading),
      referenceSpeed: current.speed(atMicroseconds: time + horizon))
  }

  /// The command that tracks the loaded plan from a state; the state's time is the time now.
  public func command(for ego: EgoState, wheelbase: Double) -> Command {
    let p = parameters
    let errors = errors(of: ego)
    let speed = ego.velocity.x
    let reference = errors.referenceSpeed
    if reference <= p.stoppingSpeed && speed <= p.stoppingSpeed {
      return Command(acceleration: -p.stoppingGain * (speed - reference), steeringRate: 0)
    }
    let dt = Double(p.stepMicroseconds) / 1_000_000
    let reach = Double(p.horizon) * dt
    let acceleration =
      p.speedWeight * reach / (p.speedWeight * reach * reach + p.accelerationWeight)
      * (reference - speed)

    // Lateral error, heading error and tyre angle at the end of the horizon: `free` without
    // steering, `effect` for a unit of constant steering rate.
    var free = (lateral: errors.lateral, heading: errors.heading, steering: ego.steering)
    var effect = (lateral: 0.0, heading: 0.0, steering: 0.0)
    for k in 0..<p.horizon {
      let v = speed + Double(k) * dt * acceleration
      let time = ego.timeMicroseconds + Int64(k) * p.stepMicroseconds
      let curvature = current.curvature(atMicroseconds: time)
      let sideways = dt * v
      let turning = dt * v / wheelbase
      free = (
        free.lateral + sideways * free.heading,
        free.heading + turning * free.steering - sideways * curvature, free.steering
      )
      effect = (
        effect.lateral + sideways * effect.heading, effect.heading + turning * effect.steering,
        effect.steering + dt
      )
    }
    free.heading = ExactMath.wrapAngle(free.heading)
    free.steering = ExactMath.wrapAngle(free.steering)
    let cost =
      p.lateralWeight * effect.lateral * effect.lateral
      + p.headingWeight * effect.heading * effect.heading
      + p.steeringWeight * effect.steering * effect.steering + p.steeringRateWeight
    let gain =
      p.lateralWeight * effect.lateral * free.lateral
      + p.headingWeight * effect.heading * free.heading
      + p.steeringWeight * effect.steering * free.steering
    return Command(acceleration: acceleration, steeringRate: -gain / cost)
  }
}
