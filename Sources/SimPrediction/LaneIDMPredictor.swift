import SimCore
import SimGeometry
import SimMap
public import SimStack
import SimWorld

/// Vehicles go on along their lanes by the intelligent driver model, all together: behind their
/// leaders, with the limits and bends ahead, to red signals; what they do otherwise now they do for
/// some seconds more.
///
/// Ways are those of `lane-following`. At lines where one stops or gives way nobody waits.
public struct LaneIDMPredictor: Predictor {
  static let schema = ModuleSchema(
    "lane-idm",
    "Along the lanes by the intelligent driver model, all together: leaders, limits, bends, red "
      + "signals; one mode.",
    parameters: [
      ParameterSchema(
        "horizon", .number(default: 8, in: 0.1...30, dimension: .time),
        "How far ahead to predict."),
      ParameterSchema(
        "step", .number(default: 0.2, in: 0.01...1, dimension: .time),
        "Time between predicted points."),
    ])

  private let rule: LaneFollowingPredictor
  private let rules: ForecastRules

  init(_ parameters: ParameterValues, _ setup: DrivingSetup) {
    let step = Int64((parameters.number("step") * 1_000_000).rounded())
    let horizon = Int64((parameters.number("horizon") * 1_000_000).rounded())
    rule = LaneFollowingPredictor(stepMicroseconds: step, steps: max(1, Int(horizon / step)))
    rules = ForecastRules(setup.map)
  }

  /// One mode a track; no covariance.
  public mutating func predict(_ scene: Scene, in context: TickContext) throws(StageFailure)
    -> Forecast
  {
    let traffic = ForecastTraffic(
      [Track(ego: scene)] + scene.tracks, rules, on: scene.map, signals: scene.signals, rule)
    var points: [Forecast.Point] = []
    points.reserveCapacity(scene.tracks.count * rule.steps)
    for index in scene.tracks.indices {
      traffic.append(index + 1, rule, on: scene.map, to: &points)
    }
    return Forecast(
      stepMicroseconds: rule.stepMicroseconds, steps: rule.steps, modes: 1,
      tracks: scene.tracks.map(\.id),
      probabilities: [Double](repeating: 1, count: scene.tracks.count), points: points)
  }
}

extension Track {
  /// The ego of a scene as others are seen. (Planners do not indicate, but who brakes shows it.)
  init(ego scene: Scene) {
    let (speed, acceleration) = (scene.ego.velocity.x, scene.ego.acceleration.x)
    self.init(
      id: -1, agentClass: .car, box: scene.ego.box(scene.vehicle), speed: speed,
      acceleration: acceleration,
      lights: VehicleLights.shown([], .car, speed: speed, acceleration: acceleration))
  }
}
