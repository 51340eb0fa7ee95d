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

  /// Half of the ego (1.1485 m) and of the car (1 m) meet below y = 2.1485: with arrival in tick 36 in
  /// tick 33 (y = 2.1), when the car's front is 48.873 - (46.9 - 7 + 2) = 6.97 m away and closes in
  /// at 9.5 m/s: 6.5 m/s^2 would be needed.
  @Test func whoCutsInAndStopsIsToBlame() {
    #expect(isAtFault(.strict, arrival: 36, speed: 10))
    #expect(!isAtFault(.nuPlanCompat, arrival: 36, speed: 10))
    #expect(!isAtFault(.vMax, arrival: 36, speed: 10))
  }

  /// At 3 m/s the front is 48.873 - (46.9 - 2.1 + 2) = 2.07 m away and closes in at 2.5 m/s: 1.5 m/s^2
  /// are enough.
  @Test func whoLeavesRoomToBrakeIsNot() {
    #expect(!isAtFault(.strict, arrival: 36, speed: 3))
  }

  /// Arrived two seconds before, it has been standing there for all to see.
  @Test func whoHasStoodForLongIsNot() {
    #expect(!isAtFault(.strict, arrival: 20, speed: 10))
  }
}
