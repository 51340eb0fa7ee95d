import SimCore
import SimGeometry
import SimStack
import SimWorld

extension RecordedTrack {
  /// The full states of a driven vehicle that moved like this track, one per tick.
  ///
  /// The rear axle follows from the box centre and the heading. It rolls without slip: its
  /// velocity is the recorded speed along the heading, its acceleration the recorded one along the
  /// heading and speed times yaw rate across it. Yaw rates are central differences of the headings
  /// (one-sided at the ends), yaw accelerations those of the yaw rates, and the tyre angle is the
  /// one of a kinematic bicycle of this yaw rate and speed.
  ///
  /// - Parameters:
  ///   - vehicle: the chassis.
  ///   - clock: ticks of the episode; tick 0 is its start.
  /// - Returns: nil if the agent is absent at a tick.
  func egoStates(_ vehicle: VehicleParameters, _ clock: TickClock) -> [EgoState]? {
    guard ticks > 0, present.allSatisfy({ $0 != 0 }) else { return nil }
    var continuous = heading
    for tick in continuous.indices.dropFirst() {
      let last = continuous[tick - 1]
      continuous[tick] = last + ExactMath.wrapAngle(heading[tick] - last)
    }
    let yawRates = rates(of: continuous, clock)
    let yawAccelerations = rates(of: yawRates, clock)
    let steering = (0..<ticks).map { tick -> Double in
      // Below walking speed the yaw rate of a recording is mostly noise.
      guard speed[tick].magnitude > 0.5 else { return 0 }
      let angle = ExactMath.atan2(vehicle.wheelbase * yawRates[tick], speed[tick].magnitude)
      let signed = speed[tick] < 0 ? -angle : angle
      return min(max(signed, -vehicle.maxSteering), vehicle.maxSteering)
    }
    let steeringRates = rates(of: steering, clock)
    return (0..<ticks).map { tick in
      EgoState(
        timeMicroseconds: clock.microseconds(tick),
        pose: Pose2(x: x[tick], y: y[tick], heading: heading[tick])
          .advanced(by: -vehicle.rearAxleToCentre),
        velocity: Vector2(speed[tick], 0),
        acceleration: Vector2(acceleration[tick], speed[tick] * yawRates[tick]),
        steering: steering[tick], steeringRate: steeringRates[tick], yawRate: yawRates[tick],
        yawAcceleration: yawAccelerations[tick])
    }
  }

  /// Central differences of values a tick apart, one-sided at the ends.
  private func rates(of values: [Double], _ clock: TickClock) -> [Double] {
    values.indices.map { i in
      let first = max(i - 1, 0)
      let last = min(i + 1, values.count - 1)
      guard last > first else { return 0 }
      return (values[last] - values[first]) / (Double(last - first) * clock.step)
    }
  }
}
