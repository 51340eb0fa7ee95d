import SimCore
import SimGeometry
import SimMap
import SimModels
import SimStack
import SimWorld
import StackTestSupport
import Testing

@testable import SimPlanning

/// The lattice on a straight road of two lanes, limit 13.9 m/s.
@Suite struct FrenetPlannerTests {
  static let map = TestRoads.straight()

  static func planner(_ overrides: [String: ParameterValues.Value] = [:]) -> FrenetPlanner {
    FrenetPlanner(
      ParameterValues(FrenetPlanner.schema, overriding: overrides), TestScenes.setup(map))
  }

  @Test func freeRoadIsDrivenTowardsTheLimitInTheMiddle() throws {
    var planner = Self.planner()
    let scene = TestScenes.scene(Self.map, ego: TestScenes.ego(x: 50, speed: 10))
    let plan = try planner.plan(scene, .none, in: TestScenes.context(scene))
    #expect(!planner.decision.isEmergency)
    #expect(plan.points.count == 81)
    #expect(plan.points.allSatisfy { abs($0.pose.y) < 1e-9 })
    #expect(abs(plan.points[0].pose.x - (50 - 1.461)) < 1e-9)
    #expect(plan.points[80].speed > 13 && plan.points[80].speed <= 13.9 + 1e-9)
    // The speed changes by 3.9 m/s in no less than 1.5 * 3.9 / 1.5 = 3.9 s.
    #expect(plan.points[30].speed < 13.9)
  }

  @Test func latticeHoldsWhatTheSamplesSay() throws {
    // At the limit: no quartic speeds up, and all keep below it; the three ends are there.
    var planner = Self.planner()
    let scene = TestScenes.scene(Self.map, ego: TestScenes.ego(x: 50, speed: 13.9))
    _ = try planner.plan(scene, .none, in: TestScenes.context(scene))
    let candidates = planner.lattice.candidates
    #expect(Set(candidates.map(\.lateral)) == [0, 1, 2])
    #expect(candidates.allSatisfy { $0.motion.state(at: 4).speed <= 13.9 + 1e-9 })
    // The first one keeps its speed: no jerk at all.
    #expect(candidates[0].cost == 0)
    #expect(planner.decision.chosen == 0)
    // 3 s at 13.9 m/s are the length of a change of 1 m to the right.
    let right = planner.lattice.laterals[1]
    #expect(abs(right.duration - 41.7) < 1e-9)
    #expect(abs(right.state(at: 20.85).position + 0.5) < 1e-9)
    #expect(abs(right.state(at: 60).position + 1) < 1e-9)
  }

  @Test func returnsToTheMiddleFromBesideIt() throws {
    var planner = Self.planner(["offsets": .integer(0)])
    let scene = TestScenes.scene(Self.map, ego: TestScenes.ego(x: 50, y: 0.8, speed: 10))
    let plan = try planner.plan(scene, .none, in: TestScenes.context(scene))
    #expect(abs(plan.points[0].pose.y - 0.8) < 1e-9)
    // After half of 30 m half of the way aside is left, and nothing at the end.
    let half = plan.points.min { abs($0.pose.x - 63.539) < abs($1.pose.x - 63.539) }
    #expect(abs(try #require(half).pose.y - 0.4) < 0.05)
    #expect(abs(plan.points[80].pose.y) < 1e-9)
  }

  @Test func followsWithItsHeadway() throws {
    // Driven by its own plans for 40 s behind a car at 8 m/s.
    var planner = Self.planner()
    var ego = DrivenEgo(TestScenes.ego(x: 20, speed: 12))
    var leader = TestScenes.car(1, x: 60, speed: 8)
    for tick in 0..<350 {
      let scene = TestScenes.scene(Self.map, ego: ego.state, tracks: [leader])
      let plan = try planner.plan(scene, .none, in: TestScenes.context(scene))
      ego.follow(plan)
      leader.box.centre.x += 0.8
      #expect(!ego.state.box(TestScenes.vehicle).overlaps(leader.box), "tick \(tick)")
      #expect(ego.state.acceleration.x > -4, "tick \(tick)")
    }
    #expect(abs(ego.state.speed - 8) < 0.5)
    let gap =
      leader.box.centre.x - 2.4
      - (ego.state.centre(TestScenes.vehicle).x + TestScenes.vehicle.length / 2)
    // From three quarters of 1.5 s to somewhat more than that at 8 m/s, and 1.5 m.
    #expect(gap > 9 && gap < 18)
  }

  @Test func stopsBehindWhatStandsInTheWay() throws {
    var planner = Self.planner()
    try DrivenEgo.stopsBehindALorry(by: &planner, hardest: 4.05)
  }

  @Test func brakesInAnEmergency() throws {
    // Someone stands 1.66 m ahead of the bumper at 4 m/s.
    var planner = Self.planner()
    let walker = Track(
      id: 1, agentClass: .pedestrian,
      box: OrientedBox(centre: Vector2(54.5, 0), heading: 0, length: 0.5, width: 0.5), speed: 0)
    let scene = TestScenes.scene(
      Self.map, ego: TestScenes.ego(x: 50, speed: 4), tracks: [walker])
    let plan = try planner.plan(scene, .none, in: TestScenes.context(scene))
    #expect(planner.decision.isEmergency)
    #expect(abs(plan.points[1].speed - 3.2) < 1e-12)
    // The tracker brakes by what is missing a second ahead: 4 - 8 m/s there.
    #expect(abs(plan.points[5].speed) < 1e-12)
    #expect(abs(plan.points[10].speed + 4) < 1e-12)
    #expect(plan.points[80].speed == 0)
  }
}
