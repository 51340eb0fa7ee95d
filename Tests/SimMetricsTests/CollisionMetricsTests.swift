import SimGeometry
import SimStack
import SimWorld
import Testing

@testable import SimMetrics

/// Collisions on hand-made roads. The Pacifica's front bumper is 4.049 m ahead of its rear axle,
/// its rear bumper 1.127 m behind, its sides 1.1485 m off the middle.
@Suite struct CollisionMetricsTests {
  let world = RoadWorld()
  let name = "no_ego_at_fault_collisions"

  /// A standing car whose rear is at x = 28: reached when the axle is at 23.951, so in the tick at
  /// x = 24. delta v = 10 / 2.
  @Test(arguments: MetricProfile.all)
  func drivingIntoAStandingCarIsAtFault(_ profile: MetricProfile) {
    let record = world.record(
      RoadWorld.steady(speed: 10, ticks: 40), [.steady("lead", x: 30, y: 0, ticks: 40)])
    let score = MetricCatalog.score(record, profile: profile)
    #expect(score.score == 0)
    #expect(score.value(name) == 0)
    #expect(score.statistic(name, "max_collision_energy_with_vehicles") == 5)
    #expect(
      score.explanation
        == "score 0: no_ego_at_fault_collisions = 0: stopped_track collision with 'lead' "
        + "at 2.4 s (tick 24)")
    #expect(score.firstFailure?.metric == "time_to_collision_within_bound")
    #expect(score.result("all_collisions")?.events.map(\.tick) == [24])
    #expect(score.result("all_collisions")?.events.map(\.value) == [1])
    #expect(score.value("outcome_rates") == 0)
    #expect(score.statistic("outcome_rates", "at_fault_crash") == 1)
    let before = [Double](repeating: 0, count: 24)
    #expect(score.result("outcome_rates")?.series == before + [Double](repeating: 1, count: 16))
    #expect(score.result("collision_energy")?.series == before + [Double](repeating: 5, count: 16))
  }

  /// The bumper hits a slower car: 10 against 6 m/s, delta v = 4 / 2.
  @Test(arguments: MetricProfile.all)
  func runningIntoASlowerCarIsActiveFront(_ profile: MetricProfile) {
    let record = world.record(
      RoadWorld.steady(speed: 10, ticks: 40), [.steady("lead", x: 10, y: 0, speed: 6, ticks: 40)])
    let result = MetricCatalog.score(record, profile: profile).result(name)
    #expect(result?.violations.map(\.reason) == ["active_front collision with 'lead'"])
    // Gap 8 - 4.049 = 3.951 m at 4 m/s: 0.988 s.
    #expect(result?.violations.map(\.firstTick) == [10])
    #expect(result?.series[10] == 2)
  }

  /// A walker who crosses at x = 19.5, 0.6 m long and wide, in front of an ego at 20 m/s. Its
  /// bumper is at 18.05 m in tick 7 and at 20.05 m in tick 8, past the walker: by nuPlan's rule
  /// that is the side of an ego in its lane, by the place where they met it is the front.
  @Test func aBumperThatIsPastWithinATickHasHit() {
    let record = world.record(
      RoadWorld.steady(speed: 20, ticks: 40),
      [
        .steady(
          "w", .pedestrian, x: 19.5, y: -0.8, heading: .pi / 2, speed: 1, length: 0.6, width: 0.6,
          ticks: 40)
      ])
    let strict = MetricCatalog.score(record, profile: .strict)
    #expect(
      strict.result(name)?.violations.map(\.reason) == ["active_front collision with 'w'"])
    #expect(strict.result(name)?.violations.map(\.firstTick) == [8])
    #expect(strict.value(name) == 0)
    #expect(MetricCatalog.score(record, profile: .nuPlanCompat).value(name) == 1)
  }

  /// A car that drifts into the ego's side from beside it has not been hit by the front.
  @Test func aSideThatIsTouchedIsNoFront() {
    let record = world.record(
      RoadWorld.steady(speed: 20, ticks: 40),
      [.steady("c", x: 0.5, y: 2.4, heading: -0.01, speed: 20, ticks: 40)])
    let strict = MetricCatalog.score(record, profile: .strict)
    #expect(strict.result("all_collisions")?.events.isEmpty == false)
    #expect(strict.result(name)?.violations.isEmpty == true)
  }

  /// One object 0.5, a second one 0, a pedestrian 0 at once.
  @Test(arguments: MetricProfile.all)
  func objectsCountHalf(_ profile: MetricProfile) {
    func value(_ actors: [RoadWorld.Actor]) -> Double {
      let record = world.record(RoadWorld.steady(speed: 10, ticks: 40), actors)
      return MetricCatalog.score(record, profile: profile).value(name)
    }
    func cone(_ id: String, _ x: Double) -> RoadWorld.Actor {
      .steady(id, .trafficCone, x: x, y: 0, length: 0.3, width: 0.3, ticks: 40)
    }
    #expect(value([]) == 1)
    #expect(value([cone("a", 20)]) == 0.5)
    #expect(value([cone("a", 20), cone("b", 30)]) == 0)
    let walker = RoadWorld.Actor.steady("w", .pedestrian, x: 20, y: 0, ticks: 40)
    #expect(value([walker]) == 0)
  }

  /// Whoever hits a standing ego is to blame (compat and strict alike).
  @Test(arguments: MetricProfile.all)
  func aStandingEgoIsNotAtFault(_ profile: MetricProfile) {
    let record = world.record(
      RoadWorld.steady(speed: 0, ticks: 40),
      [.steady("a", x: 20, y: 0, heading: .pi, speed: 5, ticks: 40)])
    let score = MetricCatalog.score(record, profile: profile)
    #expect(score.value(name) == 1)
    #expect(score.value("all_collisions") == 1)
    #expect(score.statistic("all_collisions", "number_of_stopped_ego_collisions") == 1)
    #expect(score.statistic("all_collisions", "greatest_responsibility") == 0)
    #expect(score.value("collision_energy") == 2.5)
    #expect(score.statistic("outcome_rates", "crash") == 1)
    #expect(score.statistic("outcome_rates", "at_fault_crash") == 0)
  }

  /// Hit from behind at 15 against 10 m/s.
  @Test(arguments: MetricProfile.all)
  func beingRearEndedIsNotAtFault(_ profile: MetricProfile) {
    let record = world.record(
      RoadWorld.steady(speed: 10, ticks: 40), [.steady("a", x: -8, y: 0, speed: 15, ticks: 40)])
    let score = MetricCatalog.score(record, profile: profile)
    #expect(score.value(name) == 1)
    #expect(score.statistic("all_collisions", "number_of_active_rear_collisions") == 1)
  }

  /// Side to side: the one who leaves its lane is to blame. The other car runs level with the ego
  /// (its centre 1.461 m ahead of the ego's axle is 90 degrees off at most) and their gap of
  /// 3.5 - 1.1485 - 1 m closes at 1 m/s.
  @Test(arguments: MetricProfile.all)
  func lateralHitsBlameWhoLeavesTheLane(_ profile: MetricProfile) {
    let ticks = 30
    func drifting(_ y: Double, _ rate: Double, _ x: Double) -> [Pose2] {
      (0..<ticks).map { Pose2(x: x + Double($0), y: y + rate * 0.1 * Double($0), heading: 0) }
    }
    // The ego keeps its lane, the other one drifts to the right.
    let other = RoadWorld.Actor(
      id: "b", motion: drifting(3.5, -1, -0.5).map { (pose: $0, speed: 10) })
    let hit = MetricCatalog.score(
      world.record(RoadWorld.steady(speed: 10, ticks: ticks), [other]), profile: profile)
    #expect(hit.value(name) == 1)
    #expect(hit.statistic("all_collisions", "number_of_active_lateral_collisions") == 1)
    // The ego drifts to the left, off its lane, the other one keeps its own.
    let ego = drifting(0, 1, 0).enumerated().map { tick, pose in
      EgoState(timeMicroseconds: Int64(tick) * 100_000, pose: pose, velocity: Vector2(10, 0))
    }
    let fault = MetricCatalog.score(
      world.record(ego, [.steady("b", x: -0.5, y: 3.5, speed: 10, ticks: ticks)]),
      profile: profile)
    #expect(fault.value(name) == 0)
    #expect(
      fault.explanation.hasPrefix(
        "score 0: no_ego_at_fault_collisions = 0: active_lateral collision with 'b' at 1.4 s"))
  }

  /// Of two zero multipliers the one that failed first is named.
  @Test func theFirstZeroIsNamed() {
    // Off the road from y = -1.75 - 0.3: the right corners (y - 1.1485) get there at y = -0.9015 m,
    // tick 10 of a drift of 1 m/s; the collision comes at tick 24.
    let ego = (0..<40).map { tick in
      EgoState(
        timeMicroseconds: Int64(tick) * 100_000,
        pose: Pose2(x: Double(tick), y: -0.1 * Double(tick), heading: 0), velocity: Vector2(10, 0))
    }
    let score = MetricCatalog.score(
      world.record(ego, [.steady("lead", x: 30, y: -2, width: 3, ticks: 40)]))
    #expect(
      score.explanation
        == "score 0: drivable_area_compliance = 0: off the drivable area by 3.30 m "
        + "at 1.0 s (tick 10)")
    #expect(score.details.count >= 2)
    #expect(score.details[1].hasPrefix("no_ego_at_fault_collisions = 0: stopped_track"))
    #expect(score.details[1].hasSuffix("at 2.4 s (tick 24)"))
  }

  /// Who closed in, along the normal of contact.
  @Test func responsibilityIsTheShareOfTheClosingSpeed() {
    let ego = OrientedBox(pose: Pose2(x: 0, y: 0, heading: 0), length: 4, width: 2)
    // Head on, touching by 0.1 m: 10 against 5 m/s.
    let oncoming = OrientedBox(pose: Pose2(x: 3.9, y: 0, heading: .pi), length: 4, width: 2)
    let share = Collision.responsibility(
      of: ego, moving: Vector2(10, 0), towards: oncoming, moving: Vector2(-5, 0))
    #expect((share - 2.0 / 3).magnitude < 1e-12)
    // Side by side: only sideways motion counts.
    let beside = OrientedBox(pose: Pose2(x: 0, y: 1.95, heading: 0), length: 4, width: 2)
    #expect(
      Collision.responsibility(
        of: ego, moving: Vector2(10, 0), towards: beside, moving: Vector2(10, -1)) == 0)
    // Nobody closes in.
    #expect(
      Collision.responsibility(of: ego, moving: .zero, towards: beside, moving: .zero) == 0.5)
  }
}
