import SimCore
import SimGeometry
import SimMap
import SimPlanning
import SimStack
import SimWorld
import StackTestSupport
import Testing

/// The planners that look at nobody: the recorded drive, and straight on.
@Suite struct YardstickPlannerTests {
  static let map = TestRoads.straight()

  static func planner(_ name: String, expert: [EgoState]? = nil) throws -> any Planner {
    let entry = try #require(PlannerCatalog.entries.first { $0.schema.name == name })
    var setup = TestScenes.setup(map)
    setup.expert = expert
    return try entry.make(ParameterValues(entry.schema), setup)
  }

  /// A recording of three ticks that speeds up and drifts to the left.
  static let recorded = [
    TestScenes.ego(x: 50, y: 0, speed: 10, tick: 0),
    TestScenes.ego(x: 51, y: 0.1, heading: 0.1, speed: 11, tick: 1),
    TestScenes.ego(x: 52.1, y: 0.3, heading: 0.2, speed: 12, tick: 2),
  ]

  @Test func replayIsTheRecordedDrive() throws {
    var planner = try Self.planner("replay", expert: Self.recorded)
    let scene = TestScenes.scene(
      Self.map, ego: Self.recorded[1], tracks: [TestScenes.car(1, x: 58, speed: 0)])
    let plan = try planner.plan(scene, .none, in: TestScenes.context(scene))
    #expect(plan.points.count == 81)
    #expect(plan.points[0].pose == Self.recorded[1].pose)
    #expect(plan.points[1].pose == Self.recorded[2].pose)
    #expect(plan.points[1].speed == 12)
    #expect(plan.points[1].timeMicroseconds == 200_000)
    // Two ticks beyond the end, straight on: 12 m/s for 0.2 s.
    let way = plan.points[3].pose.position - Self.recorded[2].pose.position
    #expect(abs(way.length - 2.4) < 1e-9)
    #expect(plan.points[3].pose.heading == Self.recorded[2].pose.heading)
  }

  @Test func replayWithoutARecordingFails() {
    #expect {
      _ = try Self.planner("replay")
    } throws: { error in
      (error as? StageFailure)?.reason.contains("no expert") == true
    }
  }

  @Test func constantVelocityGoesStraightOn() throws {
    // 8 m/s at a heading of 0.5 rad, towards the edge of the road and past a car that stands.
    var planner = try Self.planner("constant-velocity")
    let ego = TestScenes.ego(x: 50, heading: 0.5, speed: 8)
    let scene = TestScenes.scene(
      Self.map, ego: ego, tracks: [TestScenes.car(1, x: 58, speed: 0)])
    let plan = try planner.plan(scene, .none, in: TestScenes.context(scene))
    #expect(plan.points.count == 81)
    let last = try #require(plan.points.last)
    #expect(last.timeMicroseconds == 8_000_000)
    #expect(abs((last.pose.position - ego.pose.position).length - 64) < 1e-9)
    #expect(plan.points.allSatisfy { $0.pose.heading == 0.5 && $0.speed == 8 })
  }

  @Test func constantVelocityRollsBack() throws {
    var planner = try Self.planner("constant-velocity")
    let ego = TestScenes.ego(x: 50, speed: -1)
    let scene = TestScenes.scene(Self.map, ego: ego)
    let plan = try planner.plan(scene, .none, in: TestScenes.context(scene))
    #expect(abs(plan.points[10].pose.x - (ego.pose.x - 1)) < 1e-12)
  }
}
