import SimCore
import SimGeometry
import SimMap
import SimPlanning
import SimStack
import SimWorld
import StackTestSupport
import Testing

@Suite struct BlindPlannerTests {
  static let map = TestRoads.straight()

  static func planner() throws -> any Planner {
    let entry = try #require(PlannerCatalog.entries.first { $0.schema.name == "blind" })
    return try entry.make(ParameterValues(entry.schema), TestScenes.setup(map))
  }

  /// Every 0.1 s 0.3 m/s faster, up to the limit, whatever stands ahead: from 10 m/s the 13.9 m/s
  /// are there after 13 steps.
  @Test func speedsUpWhateverIsAhead() throws {
    let scene = TestScenes.scene(
      Self.map, ego: TestScenes.ego(x: 50, speed: 10), tracks: [TestScenes.car(1, x: 60, speed: 0)])
    var planner = try Self.planner()
    let plan = try planner.plan(scene, .none, in: TestScenes.context(scene))
    #expect(plan.points.count == 81)
    #expect(abs(plan.points[1].speed - 10.3) < 1e-12)
    #expect(abs(plan.points[12].speed - 13.6) < 1e-9)
    #expect(plan.points[13...].allSatisfy { abs($0.speed - 13.9) < 1e-9 })
    // The first step at the mean of 10 and 10.3 m/s.
    #expect(abs(plan.points[1].pose.x - plan.points[0].pose.x - 1.015) < 1e-9)
  }

  /// Straight on where the path ends, at 400 m: the centre from 390 m on gets 8 s further.
  @Test func goesOnBeyondTheEnd() throws {
    let scene = TestScenes.scene(Self.map, ego: TestScenes.ego(x: 390, speed: 13.9))
    var planner = try Self.planner()
    let plan = try planner.plan(scene, .none, in: TestScenes.context(scene))
    let last = try #require(plan.points.last)
    #expect(abs(last.pose.x - (390 + 8 * 13.9 - scene.vehicle.rearAxleToCentre)) < 1e-6)
    #expect(plan.points.allSatisfy { abs($0.pose.y - plan.points[0].pose.y) < 1e-9 })
  }
}
