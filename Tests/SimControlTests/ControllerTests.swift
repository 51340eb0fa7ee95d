import SimControl
import SimCore
import SimGeometry
import SimModels
import SimStack
import SimWorld
import StackTestSupport
import Testing

@Suite struct ControllerTests {
  typealias Conformance = ControllerConformanceTests

  static func make(_ name: String) throws -> any Controller {
    let entry = try Conformance.entry(name)
    return try entry.make(ParameterValues(entry.schema), TestScenes.setup(Conformance.map))
  }

  /// The first commands of the specification's golden roll-out on a straight.
  @Test func lqrIsTheTracker() throws {
    var controller = try Self.make("lqr")
    let plan = Conformance.plan { (Pose2(x: 10 * $0, y: 0, heading: 0), 10) }
    let ego = EgoState(pose: Pose2(x: 0, y: 0.5, heading: 0), velocity: Vector2(8, 0))
    let command = try controller.control(
      ego, .pacifica, along: plan, in: Conformance.context(ego))
    guard case .actuate(let acceleration, let rate) = command else {
      Issue.record("it places the vehicle")
      return
    }
    #expect(abs(acceleration - 1.8181818182) < 6e-11)
    #expect(abs(rate + 0.0551188553) < 6e-11)
  }

  /// A plan made anew at each tick and the same plan kept for all ticks command the same.
  @Test func keptPlanIsTrackedOn() throws {
    var kept = try Self.make("lqr")
    let plan = Conformance.plan { (Pose2(x: 10 * $0, y: 0.1 * $0, heading: 0.01), 10) }
    var ego = EgoState(pose: Pose2(x: 0, y: 0.5, heading: 0), velocity: Vector2(8, 0))
    for _ in 0..<5 {
      var fresh = try Self.make("lqr")
      let command = try kept.control(ego, .pacifica, along: plan, in: Conformance.context(ego))
      #expect(
        try fresh.control(ego, .pacifica, along: plan, in: Conformance.context(ego)) == command)
      ego.timeMicroseconds += 100_000
      ego.pose.position.x += 0.8
    }
  }

  /// A left bend of radius 20 m at 5 m/s: yaw rate 0.25 rad/s, tan(steering) = 3.089 / 20. From
  /// straight wheels both rates are a tenth of a second's change.
  @Test func perfectDerivesEveryColumn() throws {
    var controller = try Self.make("perfect")
    let plan = Conformance.plan {
      let angle = 0.25 * $0
      return (
        Pose2(x: 20 * ExactMath.sin(angle), y: 20 * (1 - ExactMath.cos(angle)), heading: angle), 5
      )
    }
    let ego = EgoState(pose: Pose2(x: 0, y: 0, heading: 0), velocity: Vector2(5, 0))
    guard
      case .place(let state) = try controller.control(
        ego, .pacifica, along: plan, in: Conformance.context(ego))
    else {
      Issue.record("it does not place the vehicle")
      return
    }
    let steering = ExactMath.atan(3.089 / 20)
    #expect(state.timeMicroseconds == 100_000)
    #expect(state.pose == plan.points[1].pose)
    #expect(state.velocity == Vector2(5, 0))
    #expect(abs(state.yawRate - 0.25) < 1e-12)
    #expect(abs(state.steering - steering) < 1e-12)
    #expect(abs(state.steeringRate - steering * 10) < 1e-11)
    #expect(abs(state.yawAcceleration - 2.5) < 1e-11)
  }

  /// Points at 0 and 1 s, across the cut of the angle: a tenth of the way is a tenth of the turn.
  @Test func perfectInterpolatesOverTheCut() throws {
    var controller = try Self.make("perfect")
    let plan = Conformance.plan(step: 1, seconds: 1) {
      (Pose2(x: 10 * $0, y: 0, heading: $0 == 0 ? 3.1 : -3.1), 10 + $0)
    }
    let ego = EgoState(pose: Pose2(x: 0, y: 0, heading: 3.1), velocity: Vector2(10, 0))
    guard
      case .place(let state) = try controller.control(
        ego, .pacifica, along: plan, in: Conformance.context(ego))
    else {
      Issue.record("it does not place the vehicle")
      return
    }
    #expect(abs(state.pose.x - 1) < 1e-12)
    #expect(abs(state.velocity.x - 10.1) < 1e-12)
    #expect(abs(state.pose.heading - (3.1 + 0.1 * (2 * .pi - 6.2))) < 1e-12)
  }

  /// A plan of 0.1 s followed for a second one: it stands at the plan's end.
  @Test func perfectStandsAtTheEndOfThePlan() throws {
    var controller = try Self.make("perfect")
    let plan = Conformance.plan(seconds: 0.1) { (Pose2(x: 10 * $0, y: 0, heading: 0), 10) }
    let ego = EgoState(
      timeMicroseconds: 100_000, pose: Pose2(x: 1, y: 0, heading: 0), velocity: Vector2(10, 0))
    guard
      case .place(let state) = try controller.control(
        ego, .pacifica, along: plan, in: Conformance.context(ego))
    else {
      Issue.record("it does not place the vehicle")
      return
    }
    #expect(state.pose == plan.points[1].pose)
    #expect(state.velocity == .zero)
  }
}
