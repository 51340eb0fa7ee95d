import SimCore
import SimGeometry
import SimMap
import SimStack
import SimWorld
import Testing

@testable import SimMetrics

/// Scores of other benchmarks, by hand.
@Suite struct OtherScoresTests {
  let world = RoadWorld()

  private func close(_ a: Double, _ b: Double, _ tolerance: Double = 1e-9) -> Bool {
    (a - b).magnitude <= tolerance
  }

  private func measured(
    _ record: EpisodeRecord, profile: MetricProfile = .strict
  ) -> EpisodeScore {
    MetricCatalog.score(record, profile: profile.measuringAll)
  }

  /// 0.6 m beside the middle, away from the junction at x = 60 to 80.
  @Test func laneKeepingCountsTwoSeconds() {
    func value(_ y: Double, _ ticks: Int, x: Double = 0) -> Double {
      measured(world.record(RoadWorld.steady(x: x, y: y, speed: 10, ticks: ticks)))
        .value("lane_keeping")
    }
    #expect(value(0.6, 19) == 1)
    #expect(value(0.6, 20) == 0)
    #expect(value(0.4, 60) == 1)
    // The rear axle is in the junction from x = 60 to 80: 20 of 30 ticks do not count.
    #expect(value(0.6, 30, x: 58) == 1)
    // 10 ticks before the junction and 10 after it: the counter is kept.
    #expect(value(0.6, 42, x: 50) == 0)
  }

  /// Across the line between two lanes for 3.4, 3.5 and 5.8 s.
  @Test func straddlingIsGraded() {
    func result(_ ticks: Int) -> MetricResult? {
      measured(world.record(RoadWorld.steady(y: 1.75, speed: 5, ticks: ticks)))
        .result("multiple_lanes")
    }
    #expect(result(34)?.value == 1)
    #expect(result(35)?.value == 0.5)
    #expect(result(35)?.violations.first?.firstTick == 34)
    #expect(result(57)?.value == 0.5)
    #expect(result(58)?.value == 0)
    // The profile weighs it with 3 of 19.
    let score = measured(
      world.record(
        RoadWorld.steady(y: 1.75, speed: 5, ticks: 58),
        reference: RoadWorld.steady(speed: 5, ticks: 58)), profile: .vMax)
    #expect(close(score.score, 16.0 / 19))
  }

  /// A steady drive alone loses nothing; half of the reference's way is half of EP.
  @Test func drivePartsOfPDMS() {
    func score(_ speed: Double, y: Double = 0) -> EpisodeScore {
      measured(
        world.record(
          RoadWorld.steady(y: y, speed: speed, ticks: 41),
          reference: RoadWorld.steady(speed: 10, ticks: 41)))
    }
    #expect(close(score(10).value("pdms"), 1))
    #expect(close(score(10).value("epdms"), 1))
    #expect(close(score(5).value("pdms"), (2.5 + 5 + 2) / 12, 1e-6))
    // 0.55 m aside all the time: lane keeping is lost (right corners 0.05 m inside the road).
    #expect(close(score(10, y: -0.55).value("epdms"), 12.0 / 14))
    #expect(close(score(10, y: -0.55).value("pdms"), 1))
    // 0.61 m: a corner is outside by 8 mm. There is no tolerance.
    #expect(score(10, y: -0.61).value("pdms") == 0)
    // Without a reference, progress leaves the mean.
    let alone = measured(world.record(RoadWorld.steady(speed: 10, ticks: 41)))
    #expect(close(alone.value("pdms"), 1))
  }

  /// Progress counts in full where the reference hardly moved.
  @Test func shortReferencesCountInFull() {
    let score = measured(
      world.record(
        RoadWorld.steady(speed: 0.5, ticks: 41), reference: RoadWorld.steady(speed: 1, ticks: 41)))
    #expect(close(score.value("pdms"), 1))
  }

  /// Into a standing car: contact at tick 20 or so. The way covered is all of the reference's.
  @Test func drivingScoresOfACollision() {
    let ego = RoadWorld.steady(speed: 10, ticks: 41)
    let hit = measured(
      world.record(ego, [.steady("wreck", x: 26, y: 0, ticks: 41)], reference: ego))
    #expect(close(hit.statistic("carla_driving_score", "vehicles_hit"), 1))
    #expect(close(hit.value("carla_driving_score"), 60))
    #expect(close(hit.value("carla_driving_score_2_1"), 100 / 1.7))
    #expect(hit.value("bench2drive_success") == 0)
    // A walker and a cone: 0.5 x 0.65; 1 / (1 + 1 + 0.6).
    let two = measured(
      world.record(
        ego,
        [
          .steady("walker", .pedestrian, x: 20, y: 1, length: 0.5, width: 0.5, ticks: 41),
          .steady("cone", .trafficCone, x: 30, y: 0, length: 0.4, width: 0.4, ticks: 41),
        ], reference: ego))
    #expect(close(two.value("carla_driving_score"), 32.5))
    #expect(close(two.value("carla_driving_score_2_1"), 100 / 2.6))
    // Whoever stands when it is hit is not to blame.
    let standing = measured(
      world.record(
        RoadWorld.steady(speed: 0, ticks: 41),
        [.steady("rammer", x: -20, y: 0, speed: 10, ticks: 41)],
        reference: RoadWorld.steady(speed: 0, ticks: 41)))
    #expect(standing.statistic("carla_driving_score", "vehicles_hit") == 0)
  }

  @Test func drivingScoresOfAClearDrive() {
    let ego = RoadWorld.steady(speed: 10, ticks: 41)
    let score = measured(world.record(ego, reference: ego))
    #expect(close(score.value("carla_driving_score"), 100))
    #expect(close(score.value("carla_driving_score_2_1"), 100))
    #expect(score.value("bench2drive_success") == 1)
    #expect(score.value("bench2drive_smoothness") == 1)
    #expect(score.value("bench2drive_efficiency").isNaN)
    // Half of the way, and half of the way against the lane.
    let half = measured(
      world.record(RoadWorld.steady(speed: 5, ticks: 41), reference: ego))
    #expect(close(half.value("carla_driving_score"), 50, 0.01))
    #expect(half.value("bench2drive_success") == 0)
    let wrong = measured(
      world.record(RoadWorld.steady(y: 7, speed: 10, ticks: 41), reference: ego))
    #expect(wrong.statistic("carla_driving_score", "off_lane_share") > 0.9)
  }

  /// 10 m/s among a car at 20 m/s and one at 5 m/s beside it, a walker not counting: 10 / 12.5.
  @Test func efficiencyIsRelativeToTheTraffic() {
    let score = measured(
      world.record(
        RoadWorld.steady(speed: 10, ticks: 20),
        [
          .steady("a", x: 0, y: 3.5, speed: 20, ticks: 20),
          .steady("b", x: 15, y: 7, heading: .pi, speed: 5, ticks: 20),
          .steady("w", .pedestrian, x: 20, y: -5, speed: 1, ticks: 20),
          .steady("far", x: 150, y: 3.5, speed: 0, ticks: 20),
        ]))
    #expect(close(score.value("bench2drive_efficiency"), 80))
  }

  /// A jerk in the second of two segments.
  @Test func smoothnessIsByTheSegment() {
    var ego = RoadWorld.steady(speed: 10, ticks: 45)
    for tick in 28..<34 { ego[tick].acceleration = Vector2(-6, 0) }
    let score = measured(world.record(ego))
    #expect(score.value("bench2drive_smoothness") == 0.5)
    #expect(score.result("bench2drive_smoothness")?.violations.map(\.firstTick) == [20])
    #expect(score.result("bench2drive_smoothness")?.series[44].isNaN == true)
  }

  @Test func simpsonIsExactForCubics() {
    // Integral of t^3 from 0 to 4: 64; to 3, the last step by a parabola (exact to squares): of
    // t^2, 9.
    #expect(close(CommonRoadCostMetric.simpson([0, 1, 8, 27, 64], step: 1), 64))
    #expect(close(CommonRoadCostMetric.simpson([0, 1, 4, 9], step: 1), 9))
    #expect(CommonRoadCostMetric.simpson([3, 5], step: 0.5) == 2)
    #expect(CommonRoadCostMetric.slopes([0, 1, 4], step: 0.5) == [2, 4, 6])
  }

  /// A stop line at x = 40 on the ego's lane: its front (4.049 m ahead of the rear axle) passes it
  /// at 10 m/s in tick 35 to 36; or it stands 2 m before it for a second and goes on.
  @Test func stopsAreKeptOrMissed() {
    let road = world.map()
    var lanes = road.lanes
    lanes[0].stopLine = 0
    let map = LaneGraph(
      name: "stop", lanes: lanes, segments: road.segments, junctions: road.junctions,
      drivableAreas: road.drivableAreas,
      stopLines: [
        StopLine(id: "l", rule: .stop, from: Vector2(40, 1.75), to: Vector2(40, -1.75), lanes: [0])
      ])
    let missed = measured(
      world.record(RoadWorld.steady(speed: 10, ticks: 60), on: map)
    ).result("stop_compliance")
    #expect(missed?.value == 0.5)
    #expect(missed?.violations.map(\.firstTick) == [35])
    #expect(missed?.violations.first?.reason == "passes stop line 'l' at 10.0 m/s or more")
    let states = (0..<60).map { tick -> EgoState in
      let stands = (20..<30).contains(tick)
      let x =
        tick < 20 ? 33.951 - 0.2 * Double(20 - tick) : 33.951 + 0.3 * Double(max(tick - 29, 0))
      return EgoState(
        timeMicroseconds: Int64(tick) * 100_000, pose: Pose2(x: x, y: 0, heading: 0),
        velocity: Vector2(stands ? 0 : 3, 0))
    }
    let kept = measured(world.record(states, on: map))
    #expect(kept.value("stop_compliance") == 1)
    #expect(kept.statistic("stop_compliance", "stops_passed") == 1)
    #expect(measured(world.record(states)).value("stop_compliance") == 1)
    // CARLA's product has 0.8 for it, and names it.
    let carla = measured(
      world.record(RoadWorld.steady(speed: 10, ticks: 60), on: map)
    ).result("carla_driving_score")
    #expect(carla?.violations.map(\.reason) == ["does not stop at 'l'"])
    #expect(carla?.violations.map(\.firstTick) == [35])
    #expect(
      close(
        measured(world.record(RoadWorld.steady(speed: 10, ticks: 60), on: map))
          .value("carla_driving_score"), 80))
  }

  /// 4 s at 10 m/s with limit 12 m/s, 0.3 m aside, alone: T 4, L 40, V 4 x 4, LC 4 x 0.09.
  @Test func commonRoadCosts() {
    let score = measured(
      world.record(RoadWorld.steady(y: 0.3, speed: 10, ticks: 41)))
    func cost(_ name: String) -> Double { score.statistic("commonroad_cost", "commonroad_\(name)") }
    #expect(close(cost("jb1"), 4))
    #expect(close(cost("sa1"), 0))
    #expect(close(cost("sm1"), 40 + 20 * 16, 1e-6))
    #expect(close(cost("sm2"), 40, 1e-6))
    #expect(close(cost("sm3"), 320, 1e-6))
    #expect(close(cost("wx1"), 40 + 16 + 400, 1e-6))
    #expect(close(cost("mw1"), 0.2 * 16 + 0.25, 1e-6))
    #expect(close(cost("tr1"), 0.5 * 0.36, 1e-6))
    #expect(close(score.value("commonroad_cost"), 360, 1e-6))
    // Somebody 10 m off beside it: D = 4 exp(-2) (of the series, at each tick).
    let beside = measured(
      world.record(
        RoadWorld.steady(y: 0.3, speed: 10, ticks: 41),
        [.steady("x", x: 1.461, y: 0.3 + 1.1485 + 1 + 10, speed: 10, ticks: 41)]))
    #expect(
      close(
        beside.statistic("commonroad_cost", "commonroad_tr1"),
        0.5 * 0.36 + 8 * 4 * ExactMath.exp(-2), 1e-6))
  }

  /// At 10 m/s towards a car that stands with its rear at x = 38: the front (4.049 m ahead) touches
  /// it in tick 34, and is 8.95 m before it, 0.9 s away, in tick 25.
  @Test func everyScoreNamesTheMoment() throws {
    let score = measured(
      world.record(
        RoadWorld.steady(speed: 10, ticks: 40), [.steady("a", x: 40, y: 0, ticks: 40)]))
    for name in ["carla_driving_score", "carla_driving_score_2_1", "bench2drive_success"] {
      let violations = try #require(score.result(name)).violations
      #expect(violations.map(\.firstTick) == [34], "\(name)")
      #expect(violations.first?.reason == "hits 'a'")
    }
    for name in ["pdms", "epdms"] {
      let violations = try #require(score.result(name)).violations
      #expect(violations.map(\.firstTick) == [25, 34], "\(name)")
      #expect(violations.first?.reason.hasSuffix(" s to a collision with 'a'") == true)
      #expect(violations.map(\.agent) == [0, 0])
      #expect(violations.last?.reason == "collides with 'a' at fault")
    }
  }

  /// What only NAVSIM's second score has: 0.55 m beside the middle for all 40 ticks; against the
  /// lane at 5 m/s 2 m are driven in 4 ticks, tick 4, 5.5 m over 11 ticks.
  @Test func theSecondScoreNamesItsOwnTerms() throws {
    let aside = measured(world.record(RoadWorld.steady(y: -0.55, speed: 10, ticks: 40)))
    #expect(try #require(aside.result("pdms")).violations.isEmpty)
    let kept = try #require(aside.result("epdms")).violations
    #expect(kept.map(\.reason) == ["0.55 m beside the middle of the lane"])
    let back = measured(world.record(RoadWorld.steady(speed: -5, ticks: 40)))
    let wrong = try #require(back.result("epdms")).violations
    #expect(wrong.map(\.reason).contains("5.5 m against the lane's direction within 1 s"))
    #expect(
      wrong.first { $0.reason.hasPrefix("5.5 m against") }?.firstTick
        == back.result("driving_direction_compliance")?.violations.first?.firstTick)
  }

  /// Half of the way to a goal 100 m on at 10 m/s in 5 s.
  @Test func anUnfinishedRouteIsNamed() throws {
    let score = measured(
      world.record(
        RoadWorld.steady(speed: 10, ticks: 51), reference: RoadWorld.steady(speed: 20, ticks: 51)))
    let result = try #require(score.result("bench2drive_success"))
    #expect(result.value == 0)
    #expect(result.violations.map(\.reason) == ["50 % of the route are covered at the end"])
    #expect(result.violations.map(\.firstTick) == [50])
  }
}
