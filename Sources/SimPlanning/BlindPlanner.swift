import SimCore
import SimGeometry
import SimMap
public import SimStack
import SimWorld

/// Drives its route at full speed and sees nothing: neither other road users nor signals nor bends.
///
/// A yardstick from below: a scenario that it passes asks nothing of a planner.
public struct BlindPlanner: Planner {
  static let schema = ModuleSchema(
    "blind",
    "Along the route at full speed, blind to everybody, signals and bends: what must fail.",
    parameters: [
      ParameterSchema(
        "speed", .number(default: 0, in: 0...60, dimension: .speed),
        "Speed to reach; 0: the highest limit of its route, or its speed at the start if higher."),
      ParameterSchema(
        "accel", .number(default: 3, in: 0.1...10, dimension: .acceleration),
        "Acceleration towards it."),
    ])

  private let path: Polyline
  /// m/s; nil: not known before the first call.
  private var speed: Double?
  private let limit: Double
  private let acceleration: Double
  /// Where on the path the centre was last, metres.
  private var arcLength: Double

  /// Points of a plan, and their distance in time.
  private static let samples = 80
  private static let stepMicroseconds: Int64 = 100_000
  /// On routes without a limit, m/s.
  private static let speedWithoutLimit = 15.0

  init(_ parameters: ParameterValues, _ setup: DrivingSetup) {
    path = setup.route.centreline
    let given = parameters.number("speed")
    speed = given > 0 ? given : nil
    limit =
      setup.route.lanes.compactMap { setup.map.lanes[$0].speedLimit }.max()
      ?? BlindPlanner.speedWithoutLimit
    acceleration = parameters.number("accel")
    arcLength = setup.route.startArcLength
  }

  /// It goes by what it sees now.
  public var readsForecast: Bool { false }

  /// Eight seconds along the route, ten points a second, straight on beyond its end.
  public mutating func plan(_ scene: Scene, _ forecast: Forecast, in context: TickContext)
    throws(StageFailure) -> Trajectory
  {
    let vehicle = scene.vehicle
    let target = speed ?? max(limit, scene.ego.speed)
    speed = target
    arcLength =
      path.project(scene.ego.centre(vehicle).position, near: arcLength, window: 50).s
    var axle = TowedAxle(
      path: path, arcLength: arcLength, rearAxleToCentre: vehicle.rearAxleToCentre)
    let step = Double(BlindPlanner.stepMicroseconds) / 1_000_000
    var s = arcLength
    var v = max(scene.ego.velocity.x, 0)
    var points: [Trajectory.Point] = []
    points.reserveCapacity(BlindPlanner.samples + 1)
    for k in 0...BlindPlanner.samples {
      points.append(
        Trajectory.Point(
          timeMicroseconds: scene.ego.timeMicroseconds + Int64(k) * BlindPlanner.stepMicroseconds,
          // Straight on where the path ends.
          pose: axle.advance(to: min(s, path.length)).advanced(by: max(s - path.length, 0)),
          speed: v))
      let next = min(v + acceleration * step, max(target, v))
      s += 0.5 * (v + next) * step
      v = next
    }
    return Trajectory(points: points)
  }
}
