import SimCore
import SimGeometry
import SimModels
import SimWorld
import TestSupport
import Testing

/// Paths, plans along them and what becomes of them, on a straight road along +x.
@Suite struct CandidateTests {
  static let vehicle = VehicleParameters.pacifica

  static func path(length: Double = 300, y: Double = 0) throws -> CandidatePath {
    let poses = (0...Int(length / 10)).map { Pose2(x: 10 * Double($0), y: y, heading: 0) }
    return try #require(CandidatePath(poses: poses))
  }

  static func obstacles(_ boxes: [(OrientedBox, speed: Double)], stepsPerEntry: Int = 1)
    -> ObstacleForecast
  {
    var forecast = ObstacleForecast(steps: 80, stepsPerEntry: stepsPerEntry, capacity: 10)
    for (index, (box, speed)) in boxes.enumerated() {
      forecast.add(
        id: index, .car, box: box, speed: speed, isFixed: speed == 0
      ) { entry in
        (
          box.centre + box.direction * (speed * 0.1 * Double(entry * stepsPerEntry)),
          box.direction
        )
      }
    }
    return forecast
  }

  static func car(_ x: Double, y: Double = 0, heading: Double = 0) -> OrientedBox {
    OrientedBox(centre: Vector2(x, y), heading: heading, length: 4.8, width: 1.9)
  }

  @Test func posesAreLinearInArcLength() throws {
    // Two headings in one place, as where lanes are joined: before it the first, after it the next.
    let path = try #require(
      CandidatePath(poses: [
        Pose2(x: 0, y: 0, heading: 0), Pose2(x: 10, y: 0, heading: 0.1),
        Pose2(x: 10, y: 0, heading: 0.3), Pose2(x: 20, y: 0, heading: 0.5),
      ]))
    #expect(path.length == 20)
    var cursor = 0
    #expect(abs(path.pose(at: 5, cursor: &cursor).heading - 0.05) < 1e-15)
    #expect(path.pose(at: 10, cursor: &cursor).heading == 0.1)
    #expect(abs(path.pose(at: 15, cursor: &cursor).heading - 0.4) < 1e-15)
    // Any cursor gives the same answer; both ends hold.
    cursor = 2
    #expect(path.pose(at: 5, cursor: &cursor).x == 5)
    #expect(path.pose(at: 99, cursor: &cursor).x == 20)
    #expect(path.project(Vector2(12, 7)) == 12)
    #expect(path.project(Vector2(-3, 1)) == 0)
    #expect(path.project(Vector2(2, 0), from: 11, to: 20) == 10)
    let beside = try #require(path.beside(by: 2))
    #expect(abs(beside.line[0].y - 2) < 1e-15)
    #expect(CandidatePath(poses: [Pose2(x: 1, y: 1, heading: 0)]) == nil)
    #expect(
      CandidatePath(poses: [Pose2(x: 1, y: 1, heading: 0), Pose2(x: 1, y: 1, heading: 1)]) == nil)
  }

  @Test func followsTheModelOnAFreeRoad() throws {
    // Limit 10, fractions 0.5 and 1; v = 5 at arc length 50 of 300. Nobody ahead: the path's end
    // counts, gap 300 - 50 - 2.588 less 0.7 s of 5 m/s: 243.912 m; dv = 5:
    // s* = 1 + 7.5 + 25 / (2 sqrt(4.5)) = 14.392557; (s*/s)^2 = 0.00348185
    // half: a = 1.5 (1 - 1 - 0.00348185) = -0.0052228;
    // whole: a = 1.5 (1 - 0.5^10 - 0.00348185) = 1.4933124.
    var parameters = CandidateGenerator.Parameters()
    parameters.speedFractions = [0.5, 1]
    parameters.jerk = 1000
    var generator = CandidateGenerator(paths: [try Self.path()], parameters)
    generator.rules = CandidateGenerator.Rules(speeds: [10])
    generator.generate(
      from: [50], speed: 5, vehicle: Self.vehicle, among: Self.obstacles([]))
    #expect(abs(generator.speeds[1] - (5 - 0.1 * 0.0052228)) < 1e-7)
    #expect(abs(generator.speeds[81 + 1] - (5 + 0.1 * 1.4933124)) < 1e-7)
    // Explicit Euler with the old speed.
    #expect(abs(generator.progress[81 + 1] - 50.5) < 1e-12)
    #expect(generator.poses[1, 1] == Pose2(x: 50.5, y: 0, heading: 0))
  }

  @Test func accelerationChangesLittleByLittle() throws {
    // 2.5 m/s^3: from -0.5 m/s^2 on -0.25 m/s^2 in the first step, 0 in the second, then 0.25.
    var generator = CandidateGenerator(paths: [try Self.path()], .init())
    generator.rules = CandidateGenerator.Rules(speeds: [10])
    generator.generate(
      from: [50], speed: 5, acceleration: -0.5, vehicle: Self.vehicle, among: Self.obstacles([]))
    let whole = generator.speeds[(4 * 81)...]
    #expect(abs(whole[4 * 81 + 1] - 4.975) < 1e-12)
    #expect(abs(whole[4 * 81 + 2] - 4.975) < 1e-12)
    #expect(abs(whole[4 * 81 + 3] - 5) < 1e-12)
  }

  @Test func leaderThatBrakesIsForeseenToStand() throws {
    // From 10 m/s with 5 m/s^2: 9.25 m/s on average in the second step, 6.75 m/s half a second on.
    let car = Self.car(70)
    var obstacles = ObstacleForecast(steps: 80, stepsPerEntry: 1, capacity: 1)
    obstacles.add(id: 0, .car, box: car, speed: 10, isFixed: false) { entry in
      let time = min(Double(entry) * 0.1, 2)
      return (car.centre + Vector2(10 * time - 2.5 * time * time, 0), car.direction)
    }
    var generator = CandidateGenerator(paths: [try Self.path()], .init())
    generator.rules = CandidateGenerator.Rules(speeds: [14])
    generator.generate(from: [50], speed: 10, vehicle: Self.vehicle, among: obstacles)
    #expect(abs(generator.leaders[1].speed - 9.25) < 1e-9)
    #expect(abs(generator.leaders[1].braking - 5) < 1e-9)
    // Its rear comes to stand at 77.6, 23.551 m ahead of the front (50 + 4.049).
    for step in 0...40 { #expect(generator.progress[4 * 81 + step] + 4.049 < 77.6) }
  }

  @Test func compatBrakesInTheFirstStep() throws {
    // No leader has been looked up: it acts as if something stood at the minimum gap. At 5 m/s
    // that is more than 3 m/s^2; at standstill s* = s0 and a = 1.5 (1 - 0 - 1) = 0.
    var parameters = CandidateGenerator.Parameters()
    parameters.compat = true
    var generator = CandidateGenerator(paths: [try Self.path()], parameters)
    generator.rules = CandidateGenerator.Rules(speeds: [10])
    generator.generate(from: [50], speed: 5, vehicle: Self.vehicle, among: Self.obstacles([]))
    #expect((0..<5).allSatisfy { abs(generator.speeds[81 * $0 + 1] - 4.7) < 1e-12 })
    generator.generate(from: [50], speed: 0, vehicle: Self.vehicle, among: Self.obstacles([]))
    #expect((0..<5).allSatisfy { generator.speeds[81 * $0 + 1] == 0 })
  }

  @Test func leaderIsNearestInTheCorridor() throws {
    // Rear axle at 50: front at 50 + 1.461 + 2.588 = 54.049. The car at 80 begins at 77.6; the one
    // at 70, y = 2.2 does not count: its side at 1.25 is outside of half the width, 1.1485.
    var generator = CandidateGenerator(paths: [try Self.path()], .init())
    generator.rules = CandidateGenerator.Rules(speeds: [10])
    let obstacles = Self.obstacles([(Self.car(70, y: 2.2), 4), (Self.car(80), 4)])
    generator.generate(from: [50], speed: 5, vehicle: Self.vehicle, among: obstacles)
    let leader = generator.leaders[1]
    #expect(leader.obstacle == 1)
    // At step 1 it is 0.4 m further.
    #expect(abs(leader.progress - (50 + 78 - 54.049)) < 1e-9)
    #expect(abs(leader.speed - 4) < 1e-9)
    // What is behind does not lead.
    let behind = Self.obstacles([(Self.car(40), 2)])
    generator.generate(from: [50], speed: 5, vehicle: Self.vehicle, among: behind)
    #expect(generator.leaders[40].obstacle == -1)
  }

  @Test func neverBackwardsAndNeverThroughAStop() throws {
    var generator = CandidateGenerator(paths: [try Self.path()], .init())
    generator.rules = CandidateGenerator.Rules(speeds: [14])
    generator.rules.stops = [100]
    generator.generate(from: [50], speed: 12, vehicle: Self.vehicle, among: Self.obstacles([]))
    for candidate in 0..<5 {
      generator.extend(candidate, among: Self.obstacles([]))
      for step in 0...80 {
        #expect(generator.speeds[candidate * 81 + step] >= 0)
        // Here arc lengths are the front's half a length ahead.
        #expect(generator.progress[candidate * 81 + step] + 2.588 <= 100)
      }
    }
  }

  @Test func rollOutIsTrackerAndVehicleModel() throws {
    // Candidates along an arc, from beside it; each must drive as a controller would that is given
    // the same plan once.
    let points = (0...40).map { k -> Pose2 in
      let angle = Double(k) * 0.02
      return Pose2(x: 50 * ExactMath.sin(angle), y: 50 - 50 * ExactMath.cos(angle), heading: angle)
    }
    var plans = CandidatePoses(candidates: 2, samples: 41)
    for step in 0...40 {
      plans[0, step] = points[step]
      plans[1, step] = Pose2(x: 0.4 * Double(step), y: 0, heading: 0)
    }
    let ego = EgoState(
      pose: Pose2(x: 0, y: 0.5, heading: 0.05), velocity: Vector2(7, 0), steering: 0.02)
    var rollout = CandidateRollout(candidates: 2, steps: 40)
    rollout.drive(plans, from: ego, Self.vehicle)
    for candidate in 0..<2 {
      var tracker = LQRTracker()
      tracker.load(41) {
        TimedPose(timeMicroseconds: Int64($0) * 100_000, pose: plans[candidate, $0])
      }
      var state = ego
      for step in 1...40 {
        let command = tracker.command(for: state, wheelbase: Self.vehicle.wheelbase)
        state = KinematicBicycle.standard.step(
          state, acceleration: command.acceleration, steeringRate: command.steeringRate,
          vehicle: Self.vehicle, clock: TickClock())
        let pose = rollout.states.pose(candidate, step)
        #expect(pose.position.distance(to: state.pose.position) < 1e-9)
        #expect(abs(rollout.states[.speed, candidate, step] - state.velocity.x) < 1e-9)
        #expect(abs(rollout.states[.steering, candidate, step] - state.steering) < 1e-9)
        #expect(abs(rollout.states[.yawRate, candidate, step] - state.yawRate) < 1e-9)
      }
    }
  }

  @Test func forecastsAreReadAtTheStepBefore() {
    // One box every two steps, at 10 m/s: step 3 sees that of step 2.
    let forecast = Self.obstacles([(Self.car(0), 10)], stepsPerEntry: 2)
    #expect(forecast.entry(at: 3) == 1)
    #expect(abs(forecast.centre(0, entry: 1).x - 2) < 1e-12)
    #expect(abs(forecast.velocity(0, entry: 0, step: 0.1).x - 10) < 1e-12)
    #expect(forecast.entry(at: 1000) == forecast.entries - 1)
  }
}
