import SimCore
import SimGeometry
import SimStack
import SimWorld
import Testing

@testable import SimMetrics

/// Plans against a recorded drive at 10 m/s along y = 0, 20 s long.
@Suite struct OpenLoopTests {
  static let expert = RoadWorld.steady(speed: 10, ticks: 201)

  /// The ego is on the recorded drive for 5 s; its plans reach to 8 s at `speed`, turned by
  /// `heading`.
  private func record(speed: Double, heading: Double = 0) -> EpisodeRecord {
    var record = RoadWorld().record(
      Array(Self.expert.prefix(51)), reference: Self.expert)
    for tick in 0...50 {
      record.egos[0][tick].plan = Trajectory(
        points: (0...16).map { k in
          let t = 0.5 * Double(k)
          return Trajectory.Point(
            timeMicroseconds: Int64(tick) * 100_000 + Int64(k) * 500_000,
            pose: Pose2(x: Double(tick) + speed * t, y: 0, heading: heading), speed: speed)
        })
    }
    return record
  }

  private func score(_ record: EpisodeRecord) -> EpisodeScore {
    MetricCatalog.score(record, profile: .strict.measuringAll)
  }

  @Test func theRecordedDriveItselfIsPerfect() {
    let score = score(record(speed: 10))
    #expect(abs(score.value("open_loop_score") - 1) < 1e-12)
    #expect(score.result("open_loop_score")?.violations.isEmpty == true)
  }

  /// 1 m/s too slow: 1, 2, … m off. ADE (2 + 3 + 4.5) / 3, FDE (3 + 5 + 8) / 3, headings right;
  /// none misses 6, 8 and 16 m: (1 - 3.1667 / 8 + 1 - 5.3333 / 8 + 4) / 6.
  @Test func errorsFallOffLinearly() {
    let score = score(record(speed: 9))
    #expect(abs(score.statistic("open_loop_score", "open_loop_ade") - 9.5 / 3) < 1e-9)
    #expect(abs(score.statistic("open_loop_score", "open_loop_fde") - 16.0 / 3) < 1e-9)
    #expect(
      abs(score.value("open_loop_score") - (6 - 9.5 / 3 / 8 - 16.0 / 3 / 8) / 6) < 1e-9)
    #expect(abs((score.result("open_loop_score")?.series[10] ?? 0) - 3) < 1e-9)
  }

  /// Plans stand: 30, 50 and 80 m off at the ends. All miss; the first is named.
  @Test func whoMissesScoresNothing() throws {
    let score = score(record(speed: 0))
    #expect(score.value("open_loop_score") == 0)
    #expect(score.statistic("open_loop_score", "open_loop_miss_rate_3s") == 1)
    let violations = try #require(score.result("open_loop_score")).violations
    #expect(violations.map(\.firstTick) == [0, 10, 20, 30, 40, 50])
    #expect(violations[0].reason == "the plan is 30.0 m off the recorded drive within 3 s")
  }

  /// Turned by 0.4 rad about the rear axle: headings are off by half of what makes 0, and the
  /// centre (1.461 m ahead) by 2 * 1.461 * sin 0.2 = 0.5805 m.
  @Test func headingsCountTwice() {
    let score = score(record(speed: 10, heading: 0.4))
    let off = 2 * 1.461 * ExactMath.sin(0.2)
    #expect(
      abs(score.value("open_loop_score") - (2 * (1 - off / 8) + 4 * 0.5) / 6) < 1e-9)
  }

  @Test func withoutARecordingThereIsNothingToSay() {
    var record = record(speed: 10)
    record.header.egos[0].referenceKind = .referenceRollout
    #expect(score(record).result("open_loop_score")?.value == nil)
    let bare = RoadWorld().record(Array(Self.expert.prefix(51)), reference: Self.expert)
    #expect(score(bare).result("open_loop_score")?.value == nil)
  }
}
