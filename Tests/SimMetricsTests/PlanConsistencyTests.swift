import SimCore
import SimGeometry
import SimStack
import SimWorld
import Testing

@testable import SimMetrics

/// Plans against the ones before them, and against the drive.
@Suite struct PlanConsistencyTests {
  /// A plan of 4 s every 0.5 s from a time on, along +x with an acceleration and a turn rate.
  private func plan(
    at microseconds: Int64, from x: Double = 0, speed: Double, acceleration: Double = 0,
    yawRate: Double = 0, heading: Double = 0
  ) -> Trajectory {
    Trajectory(
      points: (0...8).map { k in
        let t = 0.5 * Double(k)
        return Trajectory.Point(
          timeMicroseconds: microseconds + Int64(k) * 500_000,
          pose: Pose2(
            x: x + speed * t + 0.5 * acceleration * t * t, y: 0, heading: heading + yawRate * t),
          speed: speed + acceleration * t)
      })
  }

  /// Both at constant acceleration, 1.5 and 0.5 m/s^2: 1 m/s^2 apart, without jerk. Turning at 0.3
  /// and 0.1 rad/s: 0.2 rad/s apart.
  @Test func differencesAreOfDerivatives() throws {
    let speeding = try #require(
      PlanConsistency(
        plan(at: 0, speed: 10, acceleration: 1.5),
        plan(at: 100_000, speed: 10.15, acceleration: 0.5)))
    #expect(abs(speeding.acceleration - 1) < 1e-9)
    #expect(speeding.jerk < 1e-9 && speeding.yawRate < 1e-9)
    #expect(!speeding.isConsistent)
    let turning = try #require(
      PlanConsistency(
        plan(at: 0, speed: 10, yawRate: 0.3), plan(at: 0, speed: 10, yawRate: 0.1)))
    #expect(abs(turning.yawRate - 0.2) < 1e-9)
    #expect(turning.acceleration < 1e-9 && turning.yawAcceleration < 1e-9)
    #expect(!turning.isConsistent)
    let slightly = try #require(
      PlanConsistency(
        plan(at: 0, speed: 10), plan(at: 0, speed: 10, acceleration: 0.69)))
    #expect(slightly.isConsistent)
    // Another count of turns is no difference.
    let turned = try #require(
      PlanConsistency(
        plan(at: 0, speed: 10, heading: 3.1), plan(at: 0, speed: 10, heading: 3.1 - 2 * .pi)))
    #expect(turned.yawRate < 1e-9)
    // 1.4 s in common are too little, and a plan from before the other's start says nothing.
    let short = Trajectory(points: Array(plan(at: 0, speed: 10).points.prefix(3)))
    #expect(PlanConsistency(short, plan(at: 0, speed: 10)) == nil)
    #expect(PlanConsistency(plan(at: 100_000, speed: 10), plan(at: 0, speed: 10)) == nil)
  }

  /// 41 ticks at 10 m/s. Plans say so, but from tick 20 to 29 they brake by 2 m/s^2: two changes,
  /// at 20 and 30, of 40.
  @Test func changesOfMindAreCounted() throws {
    var record = RoadWorld().record(RoadWorld.steady(speed: 10, ticks: 41))
    for tick in 0..<41 {
      record.egos[0][tick].plan = plan(
        at: Int64(tick) * 100_000, from: Double(tick), speed: 10,
        acceleration: (20..<30).contains(tick) ? -2 : 0)
    }
    let score = MetricCatalog.score(record, profile: .strict.measuringAll)
    #expect(abs(score.value("plan_consistency") - 38.0 / 40) < 1e-12)
    let violations = try #require(score.result("plan_consistency")).violations
    #expect(violations.map(\.firstTick) == [20, 30] && violations.map(\.lastTick) == [20, 30])
    #expect(violations[0].reason == "the plan changes by 2.00 m/s^2, bound 0.7")
    // One second after a braking plan the drive is 1 m farther: 10 of the 31 plans that are that
    // old.
    #expect(
      abs(score.statistic("plan_consistency", "plan_error_1s") - 10.0 / 31) < 1e-9)
    // 2 s after, 4 m: one of 21; 3 s after, none.
    #expect(
      abs(score.statistic("plan_consistency", "plan_error_2s") - 4.0 / 21) < 1e-9)
    #expect(score.statistic("plan_consistency", "plan_error_3s") < 1e-9)
    // Its share is NAVSIM's extended comfort: 2 of 11 parts, as there is no reference to progress.
    #expect(abs(score.value("epdms") - (1 - 2.0 / 40 * 2 / 11)) < 1e-9)
  }

  @Test func withoutPlansThereIsNothingToSay() {
    let record = RoadWorld().record(RoadWorld.steady(speed: 10, ticks: 41))
    let score = MetricCatalog.score(record, profile: .strict.measuringAll)
    #expect(score.result("plan_consistency")?.value == nil)
  }
}
