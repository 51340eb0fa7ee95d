import SimCore
import SimGeometry
import SimModels
import SimStack
import SimWorld

// What comes out: the chosen plan, or one to brake by.
extension PDMClosedPlanner {
  /// Even the best plan ends in a collision soon.
  func mustBrake(_ result: CandidateScorer.Result, _ scene: Scene) -> Bool {
    guard let step = result.collisionStep,
      Double(step) * values.generator.step <= values.emergencyTime
    else { return false }
    return scene.ego.speed <= values.emergencySpeed
  }

  /// The official planner's braking: straight on (or back) at a speed that makes the tracker brake.
  func officialBraking(_ scene: Scene) -> Trajectory {
    let state = scene.ego
    let offset = scene.vehicle.rearAxleToCentre
    let speed = state.velocity.x
    let acceleration =
      state.acceleration.x + offset * state.yawRate * state.yawRate
      + offset * state.yawAcceleration
    let pull =
      speed > 0.2 ? -10 * speed : -4 * speed - acceleration
    let limited = min(max(pull, -4.05), 2.40)
    let wanted = speed > 0.2 ? 1.1 * (speed + limited) : limited
    return straight(scene) { wanted * $0 }
  }

  /// Points straight ahead.
  ///
  /// - Parameter way: metres from now, by seconds.
  private func straight(_ scene: Scene, _ way: (Double) -> Double) -> Trajectory {
    let step = values.generator.step
    var points: [Trajectory.Point] = []
    points.reserveCapacity(values.generator.extendedSteps + 1)
    for k in 0...values.generator.extendedSteps {
      let time = Double(k) * step
      points.append(
        Trajectory.Point(
          timeMicroseconds: scene.ego.timeMicroseconds + Int64(k) * stepMicroseconds,
          pose: scene.ego.pose.advanced(by: way(time)), speed: 0))
    }
    return Trajectory(points: points)
  }

  /// Down to standstill along the path of a candidate, as hard as it goes.
  func braking(
    along candidate: Int, _ scene: Scene, _ generator: CandidateGenerator
  ) -> Trajectory {
    let path = generator.paths[candidate / generator.policies]
    let start = generator.starts[candidate / generator.policies]
    let stop = EmergencyStop(
      from: scene.ego.velocity.x,
      deceleration: max(values.generator.emergency, values.generator.deceleration))
    var points: [Trajectory.Point] = []
    points.reserveCapacity(values.generator.extendedSteps + 1)
    var cursor = 0
    for k in 0...values.generator.extendedSteps {
      let state = stop.state(at: Double(k) * values.generator.step)
      points.append(
        Trajectory.Point(
          timeMicroseconds: scene.ego.timeMicroseconds + Int64(k) * stepMicroseconds,
          pose: path.pose(at: start + state.way, cursor: &cursor), speed: state.speed))
    }
    return Trajectory(points: points)
  }

  /// The whole plan of a candidate.
  func trajectory(
    of candidate: Int, _ scene: Scene, _ generator: CandidateGenerator
  ) -> Trajectory {
    var points: [Trajectory.Point] = []
    points.reserveCapacity(generator.samples)
    for k in 0..<generator.samples {
      points.append(
        Trajectory.Point(
          timeMicroseconds: scene.ego.timeMicroseconds + Int64(k) * stepMicroseconds,
          pose: generator.poses[candidate, k],
          speed: generator.speeds[candidate * generator.samples + k]))
    }
    return Trajectory(points: points)
  }

  private var stepMicroseconds: Int64 { Int64(values.generator.step * 1_000_000) }
}
