import SimCore
import SimGeometry
import SimModels
import SimWorld
import Testing

/// Roll-outs whose numbers stand in the specification of tracker and vehicle model.
@Suite struct LQRTrackerTests {
  static func plan(_ count: Int, _ pose: (Int) -> Pose2) -> [TimedPose] {
    (0..<count).map { TimedPose(timeMicroseconds: Int64($0) * 100_000, pose: pose($0)) }
  }

  static let straight = plan(81) { Pose2(x: Double($0), y: 0, heading: 0) }

  /// Poses every 0.1 s on a circle of 50 m radius, 1 m of arc apart, to the left.
  static let arc = plan(81) {
    let angle = Double($0) / 50
    return Pose2(
      x: 50 * ExactMath.sin(angle), y: 50 * (1 - ExactMath.cos(angle)), heading: angle)
  }

  static func rollout(_ plan: [TimedPose], from start: EgoState, ticks: Int) -> [(
    command: LQRTracker.Command, state: EgoState
  )] {
    var tracker = LQRTracker()
    tracker.load(plan.count) { plan[$0] }
    var state = start
    var result: [(LQRTracker.Command, EgoState)] = []
    for _ in 0..<ticks {
      let command = tracker.command(for: state, wheelbase: 3.089)
      state = KinematicBicycle.standard.step(
        state, acceleration: command.acceleration, steeringRate: command.steeringRate,
        vehicle: .pacifica, clock: TickClock())
      result.append((command, state))
    }
    return result
  }

  private func expect(
    _ s: EgoState, _ x: Double, _ y: Double, _ h: Double, _ v: Double, _ a: Double, _ d: Double
  ) {
    let ours = [s.pose.x, s.pose.y, s.pose.heading, s.velocity.x, s.acceleration.x, s.steering]
    for (a, b) in zip(ours, [x, y, h, v, a, d]) { #expect(abs(a - b) < 6e-11) }
  }

  @Test func straightFromBesideAndBelowSpeed() {
    let start = EgoState(pose: Pose2(x: 0, y: 0.5, heading: 0), velocity: Vector2(8, 0))
    let ticks = Self.rollout(Self.straight, from: start, ticks: 5)
    #expect(abs(ticks[0].command.acceleration - 1.8181818182) < 6e-11)
    #expect(abs(ticks[0].command.steeringRate + 0.0551188553) < 6e-11)
    expect(ticks[0].state, 0.8, 0.5, 0, 8.0606060606, 0.6060606061, -0.0036745904)
    expect(
      ticks[4].state, 4.0916881504, 0.4925961988, -0.0081568023, 8.5518974091, 1.3691361168,
      -0.0121453884)
  }

  @Test func arcFromStraightWheels() {
    let start = EgoState(pose: Pose2(x: 0, y: 0, heading: 0), velocity: Vector2(10, 0))
    var profile = ReferenceProfile(
      stepMicroseconds: 100_000, jerkPenalty: 1e-4, curvatureRatePenalty: 1e-2)
    profile.load(Self.arc.count) { Self.arc[$0] }
    #expect(abs(profile.speed(atMicroseconds: 1_000_000) - 9.9993333467) < 6e-11)
    #expect(abs(profile.curvature(atMicroseconds: 0) - 0.0200013334) < 6e-11)
    let ticks = Self.rollout(Self.arc, from: start, ticks: 5)
    #expect(abs(ticks[0].command.steeringRate - 0.1717956424) < 6e-11)
    expect(
      ticks[4].state, 4.9996591532, 0.0367858513, 0.0363217993, 9.9998160379, -0.0004563696,
      0.0540034008)
  }

  /// Speed error 0, so the speed profile is constant and only the lateral gain is at work.
  @Test func lateralGainsAtTenMetresASecond() {
    func rate(y: Double, heading: Double) -> Double {
      let start = EgoState(pose: Pose2(x: 0, y: y, heading: heading), velocity: Vector2(10, 0))
      return Self.rollout(Self.straight, from: start, ticks: 1)[0].command.steeringRate
    }
    #expect(abs(rate(y: 0.5, heading: 0) + 0.0520556679) < 6e-11)
    #expect(abs(rate(y: 0, heading: 0.05) + 0.0715765434) < 6e-11)
  }

  /// Planned to stand and nearly standing: -0.5 (v - v_ref) = -0.05, no steering.
  @Test func stoppingRule() {
    let plan = Self.plan(21) { _ in Pose2(x: 3, y: 0, heading: 0) }
    let start = EgoState(pose: Pose2(x: 3, y: 0.2, heading: 0), velocity: Vector2(0.1, 0))
    let tick = Self.rollout(plan, from: start, ticks: 1)[0]
    #expect(abs(tick.command.acceleration + 0.05) < 1e-12)
    #expect(tick.command.steeringRate == 0)
  }

  /// The tyre angle is held at the vehicle's limit; the rate reported is the one before the limit.
  @Test func tyreAngleIsLimited() {
    var state = EgoState(
      pose: Pose2(x: 0, y: 0, heading: 0), velocity: Vector2(1, 0), steering: 1.04)
    state = KinematicBicycle.standard.step(
      state, acceleration: 0, steeringRate: 1, vehicle: .pacifica, clock: TickClock())
    #expect(state.steering == .pi / 3)
    #expect(abs(state.steeringRate - 2.0 / 3) < 1e-12)
  }
}
