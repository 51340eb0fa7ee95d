import SimCore
import SimGeometry
import SimStack
import SimWorld
import Testing

@testable import SimMetrics

/// Who stands still is to blame if it has just cut in.
@Suite struct CutInBlameTests {
  /// The ego slides from y = 3.5 to 0 in five ticks up to `arrival`, at 0.5 m/s along x, and stands
  /// from then on with its rear end at x = 48.873; a car of 4 x 2 m on y = 0 meets it in tick 40.
  private func record(arrival: Int, speed: Double) -> EpisodeRecord {
    let states = (0..<50).map { tick -> EgoState in
      let y = min(max(0.7 * Double(arrival - tick), 0), 3.5)
      return EgoState(
        timeMicroseconds: Int64(tick) * 100_000, pose: Pose2(x: 50, y: y, heading: 0),
        velocity: Vector2(tick < arrival ? 0.5 : 0, 0))
    }
    // It goes on through the ego, which does not matter here.
    let car = RoadWorld.Actor.steady(
      "car", x: 46.9 - 4 * speed, y: 0, speed: speed, ticks: 50)
    return RoadWorld().record(states, [car])
  }

  private func isAtFault(_ profile: MetricProfile, arrival: Int, speed: Double) -> Bool {
    let score = MetricCatalog.score(record(arrival: arrival, speed: speed), profile: profile)
    return score.value("no_ego_at_fault_collisions") < 1
  }

  /// Half of the ego (1.1485 m) and of the car (1 m) meet below y = 2.1485: with arrival in tick 36
  /// in tick 33 (y = 2.1), when the car's front is 48.873 - (46.9 - 7 + 2) = 6.97 m away and closes
  /// in at 9.5 m/s: 6.5 m/s^2 would be needed.
  @Test func whoCutsInAndStopsIsToBlame() {
    #expect(isAtFault(.strict, arrival: 36, speed: 10))
    #expect(!isAtFault(.nuPlanCompat, arrival: 36, speed: 10))
    #expect(!isAtFault(.vMax, arrival: 36, speed: 10))
  }

  /// At 3 m/s the front is 48.873 - (46.9 - 2.1 + 2) = 2.07 m away and closes in at 2.5 m/s: 1.5
  /// m/s^2 are enough.
  @Test func whoLeavesRoomToBrakeIsNot() {
    #expect(!isAtFault(.strict, arrival: 36, speed: 3))
  }

  /// Arrived two seconds before, it has been standing there for all to see.
  @Test func whoHasStoodForLongIsNot() {
    #expect(!isAtFault(.strict, arrival: 20, speed: 10))
  }

  /// The ego stands all the time, its rear end at x = 48.873; a car of 4 x 2 m runs into it.
  private func isStandingEgoAtFault(
    _ motion: (Int) -> (pose: Pose2, speed: Double)?
  ) -> (atFault: Bool, collisions: Double) {
    let states = RoadWorld.steady(x: 50, speed: 0, ticks: 50)
    let car = RoadWorld.Actor(id: "car", motion: (0..<50).map(motion))
    let score = MetricCatalog.score(RoadWorld().record(states, [car]), profile: .strict)
    return (
      score.value("no_ego_at_fault_collisions") < 1,
      score.statistic("all_collisions", "number_of_stopped_ego_collisions")
    )
  }

  /// Along y = 4 past the ego's side, until in tick 38 it heads down and to the right at 10 m/s:
  /// only then the ego is ahead of it.
  @Test func whoIsTurnedIntoIsNot() {
    let turn = Pose2(x: 46, y: 4, heading: -0.9)
    let found = isStandingEgoAtFault { tick in
      tick < 38
        ? (Pose2(x: 46 + Double(tick - 38), y: 4, heading: 0), 10)
        : (turn.advanced(by: Double(tick - 38)), 10)
    }
    #expect(!found.atFault)
    #expect(found.collisions == 1)
  }

  /// It appears in tick 38, 2 m behind the ego, at 10 m/s.
  @Test func whoIsHitOutOfNowhereIsNot() {
    let found = isStandingEgoAtFault { tick in
      tick < 38 ? nil : (Pose2(x: 44.9 + Double(tick - 38), y: 0, heading: 0), 10)
    }
    #expect(!found.atFault)
    #expect(found.collisions == 1)
  }
}
