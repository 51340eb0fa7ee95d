import SimCore
import SimGeometry
import SimMap
import SimModels
import SimStack
import SimWorld
import StackTestSupport
import Testing

/// An ego that follows plans as in an episode, by nuPlan's tracker and kinematic bicycle.
struct DrivenEgo {
  private(set) var state: EgoState
  let vehicle: VehicleParameters
  private var tracker = LQRTracker()

  init(_ state: EgoState, vehicle: VehicleParameters = TestScenes.vehicle) {
    self.state = state
    self.vehicle = vehicle
  }

  /// Follows a plan for a tick.
  ///
  /// - Returns: the acceleration that the tracker asked for, m/s^2.
  @discardableResult
  mutating func follow(_ plan: Trajectory) -> Double {
    tracker.load(plan.points.count) {
      TimedPose(timeMicroseconds: plan.points[$0].timeMicroseconds, pose: plan.points[$0].pose)
    }
    let command = tracker.command(for: state, wheelbase: vehicle.wheelbase)
    state = KinematicBicycle.standard.step(
      state, acceleration: command.acceleration, steeringRate: command.steeringRate,
      vehicle: vehicle, clock: TickClock())
    return command.acceleration
  }

  /// Expects a planner to stop in time before a lorry that stands across both lanes of the straight
  /// road, 100 m ahead of it at 13 m/s.
  ///
  /// - Parameter hardest: no braking reaches this, m/s^2.
  static func stopsBehindALorry(by planner: inout some Planner, hardest: Double) throws {
    let map = TestRoads.straight()
    var lorry = TestScenes.car(1, x: 150, y: 1.75, heading: .pi / 2, speed: 0)
    lorry.box.halfLength = 5
    var ego = DrivenEgo(TestScenes.ego(x: 50, speed: 13))
    for tick in 0..<300 {
      let scene = TestScenes.scene(map, ego: ego.state, tracks: [lorry])
      ego.follow(try planner.plan(scene, .none, in: TestScenes.context(scene)))
      #expect(!ego.state.box(TestScenes.vehicle).overlaps(lorry.box), "tick \(tick)")
      #expect(ego.state.acceleration.x > -hardest)
    }
    #expect(ego.state.speed < 0.1)
    let front = ego.state.box(TestScenes.vehicle).boundingBox.max.x
    #expect(front > 140 && front < 149.05)
  }
}
