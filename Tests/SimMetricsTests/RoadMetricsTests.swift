import SimGeometry
import SimMap
import SimStack
import SimWorld
import Testing

@testable import SimMetrics

/// Road, direction, progress and speed on the hand-made road. The Pacifica's box reaches 1.1485 m
/// to either side of its axle.
@Suite struct RoadMetricsTests {
  let world = RoadWorld()

  /// Right corners at y - 1.1485; the road ends at -1.75: out by 0.29 m at y = -0.8915, by 0.31 m
  /// at y = -0.9115.
  @Test(arguments: MetricProfile.all)
  func drivableAreaHasATolerance(_ profile: MetricProfile) {
    let name = "drivable_area_compliance"
    func result(_ y: Double) -> MetricResult? {
      MetricCatalog.score(
        world.record(RoadWorld.steady(y: y, speed: 10, ticks: 5)), profile: profile
      ).result(name)
    }
    #expect(result(0)?.value == 1)
    #expect(result(0)?.series == [0, 0, 0, 0, 0])
    let near = result(-0.8915)
    #expect(near?.value == 1)
    #expect(near?.statistics.first?.value == 0)  // corners_in_drivable_area
    let far = result(-0.9115)
    #expect(far?.value == 0)
    #expect(((far?.series[0] ?? 0) - 0.31).magnitude < 1e-12)
    #expect(far?.violations.map(\.reason) == ["off the drivable area by 0.31 m"])
    #expect(far?.violations.map(\.lastTick) == [4])
  }

  /// Backwards against the lane: of 12 ticks the first has no progress yet, the sums cover 11
  /// ticks: 11 x 0.1 s at 1.8, 1.9, 5.4 and 5.5 m/s are 1.98, 2.09, 5.94 and 6.05 m.
  @Test(
    arguments: [(1.8, 1.0), (1.9, 0.5), (5.4, 0.5), (5.5, 0.0)], MetricProfile.all)
  func drivingAgainstTheLaneCosts(_ row: (speed: Double, score: Double), _ profile: MetricProfile) {
    let record = world.record(RoadWorld.steady(speed: -row.speed, ticks: 12))
    let result = MetricCatalog.score(record, profile: profile)
      .result("driving_direction_compliance")
    #expect(result?.value == row.score)
    #expect(((result?.series.last ?? 0) + 1.1 * row.speed).magnitude < 1e-9)
    #expect((result?.violations.isEmpty ?? true) == (row.score == 1))
  }

  /// In the oncoming lane at 10 m/s: after 1 s 10 m the wrong way.
  @Test func theOncomingLaneIsTheWrongWay() {
    let score = MetricCatalog.score(world.record(RoadWorld.steady(y: 7, speed: 10, ticks: 30)))
    #expect(score.score == 0)
    // At tick 2, 2 m are reached.
    #expect(
      score.explanation
        == "score 0: driving_direction_compliance = 0: 11.0 m against the lane's direction within "
        + "1 s at 0.2 s (tick 2)")
  }

  /// 10 s: the reference covers 100 m.
  @Test(
    arguments: [(10.0, 1.0, 1.0), (12, 1, 1), (5, 0.5, 1), (2, 0.2, 1), (1.9, 0.19, 0)],
    MetricProfile.all)
  func progressIsAShareOfTheReference(
    _ row: (speed: Double, ratio: Double, moving: Double), _ profile: MetricProfile
  ) {
    let record = world.record(
      RoadWorld.steady(x: -20, speed: row.speed, ticks: 101),
      reference: RoadWorld.steady(x: -20, speed: 10, ticks: 101))
    let score = MetricCatalog.score(record, profile: profile)
    #expect((score.value("ego_progress_along_expert_route") - row.ratio).magnitude < 1e-9)
    #expect(score.value("ego_is_making_progress") == row.moving)
    #expect(score.progressReference == .expert)
  }

  /// Either total counts as 2 m at least; backwards by more than that is nothing.
  @Test func littleProgressIsForgiven() {
    func ratio(_ speed: Double, reference: Double) -> Double {
      let record = world.record(
        RoadWorld.steady(x: 20, speed: speed, ticks: 101),
        reference: RoadWorld.steady(x: 20, speed: reference, ticks: 101))
      return MetricCatalog.score(record).value("ego_progress_along_expert_route")
    }
    #expect(ratio(0, reference: 0.1) == 1)  // 0 of 1 m
    #expect((ratio(0, reference: 1) - 0.2).magnitude < 1e-9)  // 2 of 10 m
    #expect(ratio(-0.19, reference: 0.1) == 1)
    #expect(ratio(-0.21, reference: 0.1) == 0)  // -2.1 m
  }

  /// A stuck ego shows since when: 3 s at 10 m/s, then nothing.
  @Test func stuckEgoIsLocated() {
    let states = (0...100).map { tick in
      EgoState(
        timeMicroseconds: Int64(tick) * 100_000,
        pose: Pose2(x: Double(min(tick, 30)), y: 0, heading: 0),
        velocity: Vector2(tick < 30 ? 10 : 0, 0))
    }
    let score = MetricCatalog.score(
      world.record(states, reference: RoadWorld.steady(speed: 10, ticks: 101)))
    let result = score.result("ego_progress_along_expert_route")
    #expect(
      result?.violations.map(\.reason)
        == ["30.0 m of the expert's 100.0 m, none gained any more"])
    #expect(result?.violations.map(\.firstTick) == [30])
  }

  /// Without a reference there is no value, and a reference off the lanes asks for nothing.
  @Test func progressNeedsARoute() {
    let none = MetricCatalog.score(world.record(RoadWorld.steady(speed: 10, ticks: 30)))
    #expect(none.result("ego_progress_along_expert_route")?.value == nil)
    #expect(none.result("ego_is_making_progress")?.value == nil)
    // What is left: 5 TTC + 4 speed + 2 comfort.
    #expect(none.score == 1)
    let beside = MetricCatalog.score(
      world.record(
        RoadWorld.steady(speed: 0, ticks: 30),
        reference: RoadWorld.steady(y: 40, speed: 10, ticks: 30)))
    #expect(beside.value("ego_progress_along_expert_route") == 1)
  }

  /// 101 ticks, of which 21 at 13 m/s where 12 are allowed: 21 x 0.1 x 1 / (2.23 x 10).
  @Test(arguments: MetricProfile.all)
  func speedingCostsByItsIntegral(_ profile: MetricProfile) {
    let states = RoadWorld.steady(speed: 1, ticks: 101).enumerated().map { tick, state in
      var state = state
      state.velocity = Vector2(tick >= 40 && tick <= 60 ? 13 : 10, 0)
      return state
    }
    let result = MetricCatalog.score(world.record(states), profile: profile)
      .result("speed_limit_compliance")
    #expect(((result?.value ?? 0) - (1 - 2.1 / 22.3)).magnitude < 1e-12)
    #expect(result?.violations.map(\.firstTick) == [40])
    #expect(result?.violations.map(\.lastTick) == [60])
    #expect(result?.violations.map(\.reason) == ["up to 1.0 m/s over the speed limit"])
  }

  /// 5 mm/s too fast costs a little and is no event; 2 cm/s too fast is one.
  @Test(arguments: [(12.005, 0), (12.02, 1)])
  func onlyNoticeableSpeedingIsAnEvent(_ speed: Double, _ events: Int) {
    let record = world.record(RoadWorld.steady(speed: speed, ticks: 30))
    let result = MetricCatalog.score(record).result("speed_limit_compliance")
    #expect(result?.violations.count == 1)
    #expect(result?.events.count == events)
  }

  /// No limit, no speeding.
  @Test func unknownLimitsAreNotScored() {
    let record = world.record(
      RoadWorld.steady(speed: 40, ticks: 20), on: world.map(speedLimit: nil))
    #expect(MetricCatalog.score(record).value("speed_limit_compliance") == 1)
  }

  /// From the right lane (y = 0) to the left one (3.5) at 1 m/s sideways: the left corners cross
  /// the line (1.75) at y = 0.6015, tick 7, the right ones at y = 2.8985, tick 29.
  @Test(arguments: MetricProfile.all)
  func laneChangesAreTimed(_ profile: MetricProfile) {
    let states = (0...45).map { tick in
      EgoState(
        timeMicroseconds: Int64(tick) * 100_000,
        pose: Pose2(x: Double(tick), y: min(0.1 * Double(tick), 3.5), heading: 0),
        velocity: Vector2(10, 0))
    }
    let score = MetricCatalog.score(world.record(states), profile: profile)
    #expect(score.value("ego_lane_change") == 1)
    #expect(
      (score.statistic("ego_lane_change", "max_ego_lane_change_duration") - 2.2).magnitude < 1e-9)
    #expect(score.statistic("ego_lane_change", "ratio_of_failed_ego_lane_change") == 0)
    #expect(score.result("ego_lane_change")?.events.map(\.tick) == [7])
  }

  /// Driving straight on through a connector is no lane change: the lanes follow each other.
  @Test func connectedLanesAreOne() {
    let signals = DerivedSignals(
      world.record(RoadWorld.steady(x: 40, speed: 10, ticks: 60)), ego: 0, profile: .strict)
    #expect(signals.placement.isInLane.allSatisfy { $0 })
    #expect(signals.placement.driven.first(0) == 0)
    #expect(signals.placement.driven.first(59) == 6)
    #expect(signals.placement.isInJunction.count { $0 } == 19)  // x = 61 ... 79
  }
}
