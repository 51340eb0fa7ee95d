import SimCore
import SimGeometry
import SimModels
import SimWorld

/// One tick of an ego that follows a plan: a new plan of 8 s is fitted, the LQR tracker commands,
/// the bicycle obeys.
enum TrackerKernels {
  /// A drive through bends, sampled at each tick, and the plans cut from it.
  struct Load: Sendable {
    /// Ticks of a drive, and samples of a plan.
    static let ticks = 200
    static let samples = 81

    var drive: [TimedPose] = []

    init() {
      // 10 m/s on average, the wheels to the left and to the right by turns.
      var pose = Pose2(.zero, heading: 0)
      for k in 0..<(Load.ticks + Load.samples) {
        drive.append(TimedPose(timeMicroseconds: Int64(k) * 100_000, pose: pose))
        let speed = 10 + 3 * ExactMath.sin(0.05 * Double(k))
        pose.heading += 0.02 * ExactMath.sin(0.11 * Double(k))
        pose.position += pose.direction * (0.1 * speed)
      }
    }

    /// Follows the drive from half a metre beside it; the hash of all states.
    func follow(_ tracker: inout LQRTracker) -> UInt64 {
      let clock = TickClock()
      let vehicle = VehicleParameters.pacifica
      var ego = EgoState(pose: Pose2(x: 0, y: 0.5, heading: 0), velocity: Vector2(9, 0))
      var hash = StateHash()
      for tick in 0..<Load.ticks {
        tracker.load(Load.samples) { drive[tick + $0] }
        let command = tracker.command(for: ego, wheelbase: vehicle.wheelbase)
        ego = KinematicBicycle.standard.step(
          ego, acceleration: command.acceleration, steeringRate: command.steeringRate,
          vehicle: vehicle, clock: clock)
        hash.combine(ego.pose.x)
        hash.combine(ego.pose.y)
        hash.combine(ego.velocity.x)
      }
      return hash.value
    }
  }

  static var all: [Kernel] {
    let load = Load()
    return [
      Kernel("ego tick, LQR and bicycle", isLarge: true) {
        var tracker = LQRTracker()
        var hash = StateHash()
        for _ in 0..<(1_000 / Load.ticks) { hash.combine(load.follow(&tracker)) }
        return hash.value
      }
    ]
  }
}
