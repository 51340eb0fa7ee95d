import SimCore
import SimGeometry
import SimMap
import SimStack
import SimWorld
import StackTestSupport
import TestSupport
import Testing

@testable import SimPlanning

/// What the planner makes of scenes on a straight road of two lanes, limit 13.9 m/s.
@Suite struct PDMClosedPlannerTests {
  static let map = TestRoads.straight()

  static func planner(_ overrides: [String: ParameterValues.Value] = [:]) -> PDMClosedPlanner {
    PDMClosedPlanner(
      ParameterValues(PDMClosedPlanner.schema, overriding: overrides), TestScenes.setup(map))
  }

  @Test func freeRoadIsDrivenAtTheLimitAlongTheCentreline() throws {
    var planner = Self.planner()
    let scene = TestScenes.scene(Self.map, ego: TestScenes.ego(x: 50, speed: 10))
    let plan = try planner.plan(scene, .none, in: TestScenes.context(scene))
    #expect(planner.decision.chosen == 4)
    // Three paths times five speeds, for 4 s in steps of 0.5 s; the one taken is as good as any.
    let choice = try #require(planner.choice)
    #expect(choice.chosen == 4 && !choice.isEmergency)
    #expect(choice.proposals.count == 15 && choice.stepMicroseconds == 500_000)
    #expect(choice.proposals.allSatisfy { $0.centres.count == 9 })
    #expect(choice.proposals.map(\.score).max() == choice.proposals[4].score)
    #expect(choice.proposals[4].centres[0] == Vector2(50, 0))
    #expect(!planner.decision.isEmergency)
    #expect(plan.points.count == 81)
    #expect(plan.points.allSatisfy { abs($0.pose.y) < 1e-9 })
    // The plan starts at the rear axle, 1.461 m behind the centre.
    #expect(abs(plan.points[0].pose.x - (50 - 1.461)) < 1e-9)
    #expect(plan.points[80].speed > 13 && plan.points[80].speed <= 13.9)
  }

  @Test func parkedCarAtTheEdgeIsPassedOnItsFreeSide() throws {
    // Its left side at y = -0.65 blocks the centreline (half the ego's width: 1.1485) and all the
    // more the path on the right; on the left path the ego's side is at y = -0.1485.
    var planner = Self.planner()
    var parked = TestScenes.car(1, x: 85, y: -1.6, speed: 0)
    parked.agentClass = .car
    let scene = TestScenes.scene(
      Self.map, ego: TestScenes.ego(x: 50, speed: 10), tracks: [parked])
    _ = try planner.plan(scene, .none, in: TestScenes.context(scene))
    #expect(planner.decision.chosen / 5 == 2)
  }

  @Test func stopsBehindWhatStandsInTheWay() throws {
    var planner = Self.planner()
    try DrivenEgo.stopsBehindALorry(by: &planner, hardest: 4)
  }

  @Test func brakesInAnEmergency() throws {
    // Someone stands 1.66 m ahead of the bumper at 4 m/s: no plan can be driven without a hit.
    var planner = Self.planner()
    let walker = Track(
      id: 1, agentClass: .pedestrian,
      box: OrientedBox(centre: Vector2(54.5, 0), heading: 0, length: 0.5, width: 0.5), speed: 0)
    let scene = TestScenes.scene(
      Self.map, ego: TestScenes.ego(x: 50, speed: 4), tracks: [walker])
    let plan = try planner.plan(scene, .none, in: TestScenes.context(scene))
    #expect(planner.decision.isEmergency)
    // 8 m/s^2: 4 - 0.8 after a tick, nothing after 0.5 s.
    #expect(abs(plan.points[1].speed - 3.2) < 1e-12)
    // The tracker brakes by what is missing a second ahead: 4 - 8 m/s there.
    #expect(abs(plan.points[5].speed) < 1e-12)
    #expect(abs(plan.points[10].speed + 4) < 1e-12)
    #expect(plan.points[80].speed == 0)
  }

  @Test func forecastsDecide() throws {
    // A car in the next lane that is foreseen to move over right ahead of the ego, and brake to
    // 2 m/s; without the forecast it stays where it is and nothing is in the way.
    let ego = TestScenes.ego(x: 50, speed: 10)
    let other = TestScenes.car(7, x: 62, y: 3.5, speed: 10)
    let scene = TestScenes.scene(Self.map, ego: ego, tracks: [other])
    let points = (1...40).map { k in
      Forecast.Point(x: 62 + 2 * 0.2 * Double(k), y: max(0, 3.5 - Double(k)), heading: 0)
    }
    let forecast = Forecast(
      stepMicroseconds: 200_000, steps: 40, modes: 1, tracks: [7], probabilities: [1],
      points: points)
    var free = Self.planner()
    let without = try free.plan(scene, .none, in: TestScenes.context(scene))
    var warned = Self.planner()
    let with = try warned.plan(scene, forecast, in: TestScenes.context(scene))
    #expect(without.points[20].speed > 10)
    #expect(with.points[20].speed < 8)
  }

  @Test func theLikeliestWayCounts() {
    let forecast = Forecast(
      stepMicroseconds: 200_000, steps: 1, modes: 2, tracks: [3, 9],
      probabilities: [0.4, 0.6, 0.5, 0.5],
      points: Array(repeating: Forecast.Point(x: 0, y: 0, heading: 0), count: 4))
    #expect(forecast.likeliestMode(of: 0) == 1)
    #expect(forecast.likeliestMode(of: 1) == 0)
    #expect(forecast.row(of: 9) == 1)
    #expect(forecast.row(of: 4) == nil)
  }
}
