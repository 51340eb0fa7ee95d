import SimGeometry
import SimStack
import SimWorld
import Testing

@testable import SimMetrics

@Suite struct ComfortTests {
  let world = RoadWorld()
  let name = "ego_is_comfortable"

  func result(_ states: [EgoState], _ profile: MetricProfile) -> MetricResult? {
    MetricCatalog.score(world.record(states), profile: profile).result(name)
  }

  /// States with a given acceleration and yaw rate at each tick; headings are their sums.
  func states(
    _ ticks: Int, speed: Double, acceleration: Double = 0, yawRate: (Int) -> Double = { _ in 0 }
  ) -> [EgoState] {
    var heading = 0.0
    return (0..<ticks).map { tick in
      defer { heading += 0.1 * yawRate(tick) }
      return EgoState(
        timeMicroseconds: Int64(tick) * 100_000, pose: Pose2(x: 0, y: 0, heading: heading),
        velocity: Vector2(speed, 0), acceleration: Vector2(acceleration, 0),
        yawRate: yawRate(tick))
    }
  }

  /// A circle at 10 m/s and 0.5 rad/s pulls sideways with 5 m/s^2. The recorded lateral
  /// acceleration of the rear axle is 0, and nuPlan looks at no more than that.
  @Test func circlesPullSideways() {
    let circle = states(60, speed: 10) { _ in 0.5 }
    #expect(result(circle, .nuPlanCompat)?.value == 1)
    let strict = result(circle, .strict)
    #expect(strict?.value == 0)
    #expect(
      strict?.violations.map(\.reason) == ["lateral acceleration of 5.00 m/s^2, bound 4.89"])
    // Window 7: three ticks at either end do not count.
    #expect(strict?.violations.map(\.firstTick) == [3])
    #expect(strict?.violations.map(\.lastTick) == [56])
    let gentle = states(60, speed: 9.7) { _ in 0.5 }
    #expect(result(gentle, .strict)?.value == 1)
  }

  /// At 0.3 rad/s the geometric centre, 1.461 m ahead, is pulled back by 0.13 m/s^2: of 2.3 m/s^2
  /// at the axle 2.17 are left there, not 2.43 as nuPlan has it (the bound is 2.4).
  @Test func theCentreIsPulledTowardsTheAxle() {
    let turn = states(60, speed: 5, acceleration: 2.3) { _ in 0.3 }
    let compat = result(turn, .nuPlanCompat)
    #expect(compat?.value == 0)
    #expect(
      compat?.violations.map(\.reason) == ["longitudinal acceleration of 2.43 m/s^2, bound 2.40"])
    #expect(compat?.violations.map(\.lastTick) == [59])
    let strict = result(turn, .strict)
    #expect(strict?.value == 1)
    let greatest = strict?.statistics.first { $0.name == "max_ego_lon_acceleration" }?.value
    #expect(((greatest ?? 0) - (2.3 - 1.461 * 0.09)).magnitude < 1e-8)
  }

  /// A yaw rate that grows by 0.6 rad/s^2 at 10 m/s is a lateral jerk of 6 m/s^3, above 5; from
  /// -0.4 to 0.4 rad/s all else stays in bounds (the acceleration's size jerks by 6 < 8.37).
  @Test func lateralJerkIsBoundedInStrict() {
    let ramp = states(60, speed: 10) { min(max(-0.4 + 0.06 * Double($0 - 20), -0.4), 0.4) }
    #expect(result(ramp, .nuPlanCompat)?.value == 1)
    let strict = result(ramp, .strict)
    #expect(strict?.value == 0)
    #expect(strict?.violations.allSatisfy { $0.reason.hasPrefix("lateral jerk of 5.") } == true)
    let slow = states(60, speed: 10) { min(max(-0.4 + 0.04 * Double($0 - 20), -0.4), 0.4) }
    #expect(result(slow, .strict)?.value == 1)
  }

  /// A jump of the acceleration in the first tick alone: nuPlan's edge polynomials turn it into
  /// jerk, strict does not look at the edge.
  @Test func edgesDoNotCountInStrict() {
    var states = states(60, speed: 10)
    states[0].acceleration = Vector2(3, 0)
    states[59].acceleration = Vector2(-3, 0)
    #expect(result(states, .strict)?.value == 1)
    let compat = result(states, .nuPlanCompat)
    #expect((compat?.series[0] ?? 0) > 0.5)
    #expect(result(states, .strict)?.series[0].isNaN == true)
  }

  /// nuPlan narrows its windows down to the four samples that a cubic needs; strict wants one tick
  /// that no edge of 3 + 7 ticks touches.
  @Test func shortDrivesHaveNoValue() {
    #expect(result(states(3, speed: 5), .nuPlanCompat)?.value == nil)
    #expect(result(states(4, speed: 5), .nuPlanCompat)?.value == 1)
    #expect(result(states(20, speed: 5), .strict)?.value == nil)
    #expect(result(states(21, speed: 5), .strict)?.value == 1)
    let score = MetricCatalog.score(world.record(states(3, speed: 5)), profile: .nuPlanCompat)
    #expect(score.factors.first { $0.metric == name }?.loss == 0)
    #expect(score.score == 1)
  }

  /// One tick of braking at 6 m/s^2 among 60: a seventh of it, smoothed, is in bounds; three ticks
  /// are not, and the graded value tells how long it was.
  @Test func gradedValueIsTheShareOfTime() throws {
    var braking = states(60, speed: 10)
    for tick in 25..<35 { braking[tick].acceleration = Vector2(-6, 0) }
    let result = try #require(self.result(braking, .strict))
    #expect(result.value == 0)
    let graded = try #require(result.statistics.first { $0.name == "graded" }?.value)
    #expect(graded > 0.5 && graded < 1)
    let first = try #require(result.statistics.first { $0.name == "first_violation_time" }?.value)
    #expect(first == 0.1 * Double(result.violations[0].firstTick))
  }
}
