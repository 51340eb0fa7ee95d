import SimGeometry
import SimStack
import SimWorld
import Testing

@testable import SimMetrics

@Suite struct TimeToCollisionTests {
  let world = RoadWorld()
  let name = "time_to_collision_within_bound"

  /// One tick at 10 m/s, `gap` metres behind a car at 6 m/s (its half length is 2 m).
  func result(
    gap: Double, _ profile: MetricProfile, x: Double = 0, y: Double = 0, other: Double = 6
  ) -> MetricResult? {
    let record = world.record(
      RoadWorld.steady(x: x, speed: 10, ticks: 1),
      [.steady("lead", x: x + 4.049 + gap + 2, y: y, speed: other, ticks: 1)])
    return MetricCatalog.score(record, profile: profile).result(name)
  }

  /// 3.76 m at 4 m/s is 0.94 s: too short exactly, but the first sample that touches is 1.0 s.
  @Test func samplesRoundUp() throws {
    let strict = try #require(result(gap: 3.76, .strict))
    #expect((strict.series[0] - 0.94).magnitude < 1e-12)
    #expect(strict.value == 0)
    #expect(strict.violations.first?.reason == "time to collision down to 0.94 s with 'lead'")
    let compat = try #require(result(gap: 3.76, .nuPlanCompat))
    #expect(compat.series == [1])
    #expect(compat.value == 1)
  }

  /// 12.1 m at 4 m/s is 3.025 s: beyond the horizon; 11.8 m is 2.95 s: after the last sample.
  @Test func theHorizonEnds() {
    #expect(result(gap: 12.1, .strict)?.series == [.infinity])
    #expect(result(gap: 12.1, .nuPlanCompat)?.series == [.infinity])
    #expect(((result(gap: 11.8, .strict)?.series[0] ?? 0) - 2.95).magnitude < 1e-12)
    #expect(result(gap: 11.8, .nuPlanCompat)?.series == [.infinity])
  }

  /// A car that reverses towards the ego: 10 + 6 m/s over 8 m. nuPlan takes it for driving away.
  @Test func reversingTrafficApproaches() {
    #expect(((result(gap: 8, .strict, other: -6)?.series[0] ?? 0) - 0.5).magnitude < 1e-12)
    // 7.9 m at 4 m/s is 1.975 s.
    #expect(result(gap: 7.9, .nuPlanCompat, other: -6)?.series == [2])
  }

  /// Nothing can be hit by a standing ego.
  @Test(arguments: MetricProfile.all)
  func aStandingEgoHasNone(_ profile: MetricProfile) {
    let record = world.record(
      RoadWorld.steady(speed: 0.004, ticks: 1),
      [.steady("a", x: 10, y: 0, heading: .pi, speed: 10, ticks: 1)])
    #expect(MetricCatalog.score(record, profile: profile).result(name)?.series == [.infinity])
  }

  /// A car that crosses from the right at 5 m/s: its left side is at 1 m, so that it has 1.15 m to
  /// go to the ego's side at x ahead of the bumper. It lies 56 degrees off the heading: it counts
  /// only in a junction (or while straddling).
  @Test(arguments: [MetricProfile.strict, .nuPlanCompat])
  func trafficAtTheSideCountsInJunctions(_ profile: MetricProfile) {
    func series(_ x: Double) -> [Double]? {
      let record = world.record(
        RoadWorld.steady(x: x, speed: 10, ticks: 1),
        [
          .steady(
            "crossing", x: x + 4.5, y: -6.65, heading: .pi / 2, speed: 10, length: 4, width: 2,
            ticks: 1)
        ])
      return MetricCatalog.score(record, profile: profile).result(name)?.series
    }
    // Its front is at y = -4.65, 3.5015 m from the ego's side: there at 0.35 s, while the ego
    // covers x from -1.127 + 3.5 to 4.049 + 3.5 and the car x from 3.5 to 5.5.
    #expect(series(0) == [.infinity])
    let time = series(65)?[0] ?? .nan
    #expect((time - (profile.name == "strict" ? 0.35015 : 0.4)).magnitude < 1e-9)
  }

  /// Collided agents count no more, whoever was to blame; an at-fault tick counts as 0.
  @Test(arguments: MetricProfile.all)
  func collidedAgentsAreLeftOut(_ profile: MetricProfile) {
    let record = world.record(
      RoadWorld.steady(speed: 10, ticks: 5), [.steady("a", x: 7, y: 0, speed: 5, ticks: 5)])
    // The gap of 0.951 m closes at 5 m/s: contact at 0.19 s, tick 2.
    let series = MetricCatalog.score(record, profile: profile).result(name)?.series ?? []
    #expect(series.count == 5)
    #expect(series[1] > 0 && series[1] <= 0.1)
    #expect(series[2] == 0)
    #expect(series[3] == .infinity)
    #expect(series[4] == .infinity)
  }
}
