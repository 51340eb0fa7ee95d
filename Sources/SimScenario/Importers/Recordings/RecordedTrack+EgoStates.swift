import SimCore
import SimGeometry
import SimStack
import SimWorld

extension RecordedTrack {
  /// The full states of a driven vehicle that moved like this track, one per tick.
  ///
  /// The rear axle follows from the box centre and the heading. It rolls without slip: its
  /// velocity is the recorded speed along the heading, its acceleration the recorded one along the
  /// heading and speed times yaw rate across it. Yaw rates are slopes of the headings over a second
  /// around each tick: recorded headings jump by some hundredths of a radian from tick to tick, and
  /// their differences would start a drive with the wheels turned far away. Yaw accelerations are
  /// the slopes of the yaw rates, and the tyre angle is the one of a kinematic bicycle of this yaw
  /// rate and speed.
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

  /// Ticks on either side of one that its rate of change is taken from, as far as there are any.
  private static let reach = 5

  /// Slopes of the straight lines that fit best through the values around each tick, per second.
  private func rates(of values: [Double], _ clock: TickClock) -> [Double] {
    values.indices.map { i in
      let first = max(i - Self.reach, 0)
      let last = min(i + Self.reach, values.count - 1)
      guard last > first else { return 0 }
      let middle = Double(first + last) / 2
      var moment = 0.0
      var squares = 0.0
      for k in first...last {
        let away = Double(k) - middle
        // About the value here: the sum loses no digits when all are equal.
        moment += away * (values[k] - values[i])
        squares += away * away
      }
      return moment / (squares * clock.step)
    }
  }
}
