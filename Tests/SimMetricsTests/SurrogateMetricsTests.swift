import SimCore
import SimGeometry
import SimStack
import SimWorld
import Testing

@testable import SimMetrics

/// Surrogate safety of whole drives, by hand. The ego is a Pacifica (5.176 m x 2.297 m) whose rear
/// axle is where the drive says; its front is 4.049 m ahead of that, its rear 1.127 m behind.
@Suite struct SurrogateMetricsTests {
  let world = RoadWorld()

  private func close(_ a: Double, _ b: Double, _ tolerance: Double = 1e-9) -> Bool {
    (a - b).magnitude <= tolerance
  }

  private func measured(_ record: EpisodeRecord) -> EpisodeScore {
    MetricCatalog.score(record, profile: .strict.measuringAll)
  }

  /// Surrogate safety takes time, and most batches have no use for it; no score depends on it.
  @Test func isMeasuredWhereItIsAskedFor() {
    let record = world.record(
      RoadWorld.steady(speed: 10, ticks: 20),
      [.steady("lead", x: 26.049, y: 0, speed: 5, ticks: 20)])
    let plain = MetricCatalog.score(record)
    #expect(plain.result("time_headway") == nil && plain.result("all_collisions") != nil)
    #expect(measured(record).score == plain.score)
    #expect(measured(record).result("time_headway") != nil)
  }

  /// 10 m/s behind a leader at 5 m/s whose rear is 20 m ahead; 20 ticks, so 10.5 m at the last.
  @Test func closingInOnALeader() {
    let ticks = 20
    let score = measured(
      world.record(
        RoadWorld.steady(speed: 10, ticks: ticks),
        [.steady("lead", x: 26.049, y: 0, speed: 5, ticks: ticks)]))
    #expect(close(score.value("time_headway"), 1.05))
    #expect(close(score.value("time_to_collision_1d"), 2.1))
    #expect(close(score.value("time_to_collision_accelerated"), 2.1))
    #expect(close(score.value("time_to_collision_2d"), 2.1))
    #expect(close(score.value("deceleration_to_avoid_crash"), 25.0 / 21))
    #expect(close(score.value("modified_deceleration_to_avoid_crash"), 2.5 / 1.1))
    #expect(close(score.value("longitudinal_acceleration_required"), 25.0 / 21))
    #expect(close(score.value("brake_threat_number"), 25.0 / 21 / 8))
    #expect(close(score.value("minimum_distance"), 10.5))
    // Both of one mass, 5 m/s apart.
    #expect(close(score.value("predicted_delta_v"), 2.5))
    // Aside by half of both widths, 2.1485 m, in 2.1 s.
    #expect(close(score.value("lateral_acceleration_required"), 2 * 2.1485 / 4.41))
    #expect(close(score.value("steer_threat_number"), 2 * 2.1485 / 4.41 / 8))
    // A full brake takes 25 / 16 m of the gap.
    #expect(close(score.value("time_to_brake"), (10.5 - 25.0 / 16) / 5, 2e-3))
    #expect(score.value("time_to_react") >= score.value("time_to_brake"))
    // Below 3 s from tick 11 (2.9 s) on.
    #expect(score.value("time_exposed_to_collision") == 0)
    #expect(
      close(
        score.statistic("time_exposed_to_collision", "time_exposed_to_collision_below_3_s"), 0.9))
    // 0.1 + 0.2 + ... + 0.9, times 0.1 s.
    #expect(
      close(
        score.statistic("time_integrated_to_collision", "time_integrated_to_collision_below_3_s"),
        0.45))
    #expect(score.statistic("encounters", "following_encounters") == 1)
    #expect(close(score.statistic("encounters", "following_time"), 2))
    #expect(score.value("post_encroachment_time").isNaN)
    // Series run over all ticks, and name the place of the worst.
    #expect(close(score.statistic("time_headway", "time_headway_at"), 1.9))
    #expect(score.result("time_headway")?.series.count == ticks)
    #expect(close(score.result("time_headway")?.series.first ?? 0, 2))
  }

  /// At equal speeds only the headway is short.
  @Test func followingClosely() {
    let score = measured(
      world.record(
        RoadWorld.steady(speed: 20, ticks: 30),
        [.steady("lead", x: 22.049, y: 0, speed: 20, ticks: 30)]))
    // 16 m at 20 m/s: all 3 s below one second.
    #expect(close(score.value("time_headway"), 0.8))
    #expect(close(score.statistic("time_headway", "time_headway_exposure"), 3))
    #expect(close(score.statistic("time_headway", "time_headway_integral"), 0.6))
    #expect(score.result("time_headway")?.violations.first?.firstTick == 0)
    #expect(
      score.result("time_headway")?.violations.first?.reason
        == "time headway down to 0.80 s with 'lead'")
    #expect(score.value("time_to_collision_1d").isNaN)
    #expect(score.value("deceleration_to_avoid_crash") == 0)
    // RSS wants 21.75 + 69.03125 - 25 = 65.78125 m. From tick 10 on the ego should brake.
    #expect(close(score.value("rss_violation"), 2))
    #expect(close(score.statistic("rss_violation", "rss_violation_dangerous"), 3))
    #expect(close(score.statistic("rss_violation", "rss_violation_greatest"), 49.78125))
    // None of this is in the score.
    #expect(score.factors.allSatisfy { $0.metric != "time_headway" })
  }

  /// 16 m/s towards a standing car with 40 m free: a full brake must begin within 1.5 s.
  @Test func tooLateToBrake() {
    let score = measured(
      world.record(
        RoadWorld.steady(speed: 16, ticks: 24), [.steady("wreck", x: 46.049, y: 0, ticks: 24)]))
    let series = score.result("time_to_brake")?.series ?? []
    #expect(close(series[0], 1.5, 1e-3))
    #expect(close(series[14], 0.1, 1e-3))
    #expect(score.value("time_to_brake") == 0)
    // At tick 15 the brake takes just the 16 m that are left; from 16 to 23 it does not do.
    #expect(close(score.statistic("time_to_brake", "time_to_brake_too_late"), 0.8, 0.11))
    // A contact that is less than 2 s after a full turn could begin.
    #expect(score.value("time_to_steer") >= 0)
    #expect(series.count == 24)
  }

  /// Somebody crosses from the right at x = 30 with 10 m/s and is through before the ego comes.
  /// The area is x in [29, 31], y in [-1.1485, 1.1485]. The other one enters when its centre is at
  /// y = -3.1485 (1.68515 s) and leaves at +3.1485 (2.31485 s); the ego's front is at x = 29 after
  /// 2.4951 s.
  @Test func crossingJustBefore() {
    let record = world.record(
      RoadWorld.steady(speed: 10, ticks: 40),
      [.steady("cross", x: 30, y: -20, heading: 0.5 * .pi, speed: 10, ticks: 40)])
    let score = measured(record)
    #expect(close(score.value("post_encroachment_time"), 0.18025, 1e-5))
    #expect(close(score.value("encroachment_time"), 0.6297, 1e-5))
    #expect(close(score.value("predicted_post_encroachment_time"), 0.18025, 1e-5))
    #expect(score.value("crossing_deceleration_to_avoid_crash") == 0)
    #expect(score.statistic("encounters", "crossing_encounters") == 1)
    #expect(score.statistic("encounters", "following_encounters") == 0)
    let violation = score.result("post_encroachment_time")?.violations.first
    #expect(violation?.firstTick == 25)
    #expect(violation?.reason == "crossing 0.18 s after 'cross'")
    let events = DerivedSignals(record, ego: 0, profile: .strict).surrogate.postEncroachments
    #expect(events.count == 1)
    #expect(events.first?.isEgoFirst == false)
  }

  /// The same crossing a second later: the ego is first, and would have had nothing to brake for.
  /// The ego's rear is at x = 31 after 3.2127 s; the other one, from y = -36, enters after
  /// (36 - 3.1485) / 10 = 3.28515 s.
  @Test func crossingJustAfter() {
    let score = measured(
      world.record(
        RoadWorld.steady(speed: 10, ticks: 50),
        [.steady("cross", x: 30, y: -36, heading: 0.5 * .pi, speed: 10, ticks: 50)]))
    #expect(close(score.value("post_encroachment_time"), 0.07245, 1e-5))
    // The ego is in the area from 2.4951 to 3.2127 s.
    #expect(close(score.value("encroachment_time"), 0.7176, 1e-5))
    #expect(score.value("crossing_deceleration_to_avoid_crash") == 0)
  }

  /// Both would be in the area at once: DRAC of the crossing. From y = -24 the other one enters
  /// after 2.08515 s and leaves after 2.71485 s, the ego at its front 24.951 m away: 10 m/s give
  /// 27.1485 m by then, 2 (10 - 24.951 / 2.71485) / 2.71485 at the start, and more later.
  @Test func brakingBeforeACrossing() {
    let record = world.record(
      RoadWorld.steady(speed: 10, ticks: 12),
      [.steady("cross", x: 30, y: -24, heading: 0.5 * .pi, speed: 10, ticks: 12)])
    let result = measured(record).result("crossing_deceleration_to_avoid_crash")
    #expect(close(result?.series.first ?? 0, 2 * (10 - 24.951 / 2.71485) / 2.71485, 1e-6))
    // After 1.1 s: 13.951 m in 1.61485 s.
    #expect(close(result?.value ?? 0, 2 * (10 - 13.951 / 1.61485) / 1.61485, 1e-6))
    #expect(measured(record).value("predicted_post_encroachment_time") == 0)
  }

  /// From the left lane into the ego's, 20 m ahead and faster: the ways join, the other one first.
  @Test func cuttingInMerges() {
    let ticks = 60
    let cut: [(pose: Pose2, speed: Double)?] = (0..<ticks).map { tick in
      let time = 0.1 * Double(tick)
      let part = min(max((time - 1) / 2, 0), 1)
      let slope = part > 0 && part < 1 ? -3.5 / (2 * 12) : 0
      return (Pose2(x: 20 + 12 * time, y: 3.5 * (1 - part), heading: slope), 12)
    }
    let record = world.record(
      RoadWorld.steady(speed: 10, ticks: ticks),
      [RoadWorld.Actor(id: "cutter", motion: cut)])
    let score = measured(record)
    #expect(score.statistic("encounters", "merging_encounters") == 1)
    #expect(score.statistic("encounters", "following_encounters") == 1)
    #expect(score.statistic("encounters", "crossing_encounters") == 0)
    // Both get through where the ways join, some 20 m + apart at about 11 m/s.
    let time = score.value("post_encroachment_time")
    #expect(time > 0.5 && time < 4)
    #expect(
      DerivedSignals(record, ego: 0, profile: .strict).surrogate.postEncroachments.first?.isEgoFirst
        == false)
  }

  /// Side by side, oncoming on its own lane, and somebody behind: nothing is alarming.
  @Test func neighboursAreNoLeaders() {
    let score = measured(
      world.record(
        RoadWorld.steady(speed: 10, ticks: 30),
        [
          .steady("beside", x: 1.461, y: 3.5, speed: 10, ticks: 30),
          .steady("oncoming", x: 60, y: 7, heading: .pi, speed: 10, ticks: 30),
          .steady("behind", x: -18, y: 0, speed: 12, ticks: 30),
        ]))
    #expect(score.value("time_headway").isNaN)
    #expect(score.value("time_to_collision_1d").isNaN)
    #expect(score.value("time_to_collision_2d").isNaN)
    #expect(score.value("rss_violation") == 0)
    #expect(score.statistic("encounters", "adjacent_encounters") == 1)
    #expect(score.statistic("encounters", "oncoming_encounters") == 0)
    // 3.5 m less half of both widths.
    #expect(close(score.value("minimum_distance"), 1.3515))
  }

  /// Somebody comes towards the ego on its lane: 100 m apart less 4.049 and 2 m, at 20 m/s.
  @Test func headOn() {
    let score = measured(
      world.record(
        RoadWorld.steady(speed: 10, ticks: 31),
        [.steady("wrong", x: 100, y: 0, heading: .pi, speed: 10, ticks: 31)]))
    #expect(close(score.value("time_to_collision_1d"), (93.951 - 60) / 20))
    #expect(close(score.value("time_to_collision_2d"), (93.951 - 60) / 20))
    #expect(score.statistic("encounters", "oncoming_encounters") == 1)
    #expect(score.value("predicted_delta_v") == 10)
    #expect(score.value("time_headway").isNaN)
  }

  @Test func brakingIsReported() {
    var states = RoadWorld.steady(speed: 10, ticks: 20)
    states[7].acceleration = Vector2(-3.25, 0)
    let score = measured(world.record(states))
    #expect(score.value("brake_rate") == 3.25)
    #expect(score.result("brake_rate")?.series[7] == 3.25)
  }
}
