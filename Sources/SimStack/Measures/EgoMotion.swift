public import SimGeometry
public import SimWorld

/// The drive of one vehicle as most measures need it: boxes, speeds and times, one entry a tick.
public struct EgoMotion: Sendable {
  /// Its body and chassis.
  public let vehicle: VehicleParameters
  /// One state a tick, of the rear axle.
  public let states: [EgoState]
  /// Box about the geometric centre at each tick, world frame.
  public let boxes: [OrientedBox]
  /// Norm of the rear-axle velocity, m/s.
  public let speeds: [Double]

  /// The drive through the given states, which are in order of time.
  public init(states: [EgoState], vehicle: VehicleParameters) {
    self.vehicle = vehicle
    self.states = states
    boxes = states.map { $0.box(vehicle) }
    speeds = states.map(\.speed)
  }

  /// Number of states.
  public var count: Int { states.count }

  /// Speed with the sign of the motion along the heading (negative: reversing), m/s.
  public func signedSpeed(_ tick: Int) -> Double {
    states[tick].velocity.x < 0 ? -speeds[tick] : speeds[tick]
  }

  /// Mean time between states, microseconds; 0 if there are fewer than two.
  public var meanStepMicroseconds: Double {
    guard let first = states.first, let last = states.last, count > 1 else { return 0 }
    return Double(last.timeMicroseconds - first.timeMicroseconds) / Double(count - 1)
  }

  /// Time from first to last state, seconds.
  public var duration: Double {
    guard let first = states.first, let last = states.last else { return 0 }
    return Double(last.timeMicroseconds - first.timeMicroseconds) / 1_000_000
  }
}
