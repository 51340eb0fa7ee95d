import SimCore
import SimGeometry
import SimStack
import SimWorld

/// Any predictor, with covariances of its points that grow as the motion along each mode gets
/// unsure (`KinematicUncertainty`). A forecast that has covariances already keeps them; things have
/// none.
struct UncertainPredictor: Predictor {
  private var base: any Predictor
  private let uncertainty: KinematicUncertainty

  /// The parameters that every predictor has for it.
  static let parameters = [
    ParameterSchema(
      "uncertainty",
      .choice(
        default: "none", among: ["none"] + KinematicUncertainty.Form.allCases.map(\.rawValue)),
      "What is unsure in every step, and makes covariances of the points: velocity or acceleration "
        + "(along, across), speed_heading, steering (acceleration, tyre angle)."),
    ParameterSchema(
      "spread_1", .number(default: 1, in: 1e-6...100, dimension: .none),
      "Deviation per step of the first of these: m/s, m/s^2."),
    ParameterSchema(
      "spread_2", .number(default: 0.1, in: 1e-6...100, dimension: .none),
      "Deviation per step of the second: m/s, m/s^2 or rad."),
  ]

  /// An entry whose module has covariances if its parameters ask for them.
  static func entry(
    _ base: CatalogEntry<DrivingSetup, any Predictor>
  ) -> CatalogEntry<DrivingSetup, any Predictor> {
    var entry = base
    entry.schema.parameters += parameters
    entry.make = { (values, setup) throws(StageFailure) in
      let made = try base.make(values, setup)
      guard let form = KinematicUncertainty.Form(rawValue: values.text("uncertainty")) else {
        return made
      }
      return UncertainPredictor(
        base: made,
        uncertainty: KinematicUncertainty(
          form, first: values.number("spread_1"), second: values.number("spread_2")))
    }
    return entry
  }

  init(base: any Predictor, uncertainty: KinematicUncertainty) {
    self.base = base
    self.uncertainty = uncertainty
  }

  func canSkip(_ scene: Scene) -> Bool { base.canSkip(scene) }

  var attention: [ForecastAttention] { base.attention }

  mutating func predict(_ scene: Scene, in context: TickContext) throws(StageFailure) -> Forecast {
    var forecast = try base.predict(scene, in: context)
    let dt = Double(forecast.stepMicroseconds) / 1_000_000
    guard forecast.covariances.isEmpty, dt > 0 else { return forecast }
    let sure = Forecast.Covariance(xx: 0, xy: 0, yy: 0)
    forecast.covariances.reserveCapacity(forecast.points.count)
    // One array for all modes.
    var path: [KinematicUncertainty.Step] = []
    path.reserveCapacity(forecast.steps)
    var next = 0
    for (agent, id) in forecast.tracks.enumerated() {
      while next < scene.tracks.count, scene.tracks[next].id < id { next += 1 }
      for mode in 0..<forecast.modes {
        let start = (agent * forecast.modes + mode) * forecast.steps
        guard next < scene.tracks.count, !scene.tracks[next].agentClass.isObject else {
          for _ in 0..<forecast.steps { forecast.covariances.append(sure) }
          continue
        }
        let points = forecast.points[start..<start + forecast.steps]
        walk(points, scene.tracks[next], dt, into: &path)
        uncertainty.append(path, dt: dt, to: &forecast.covariances)
      }
    }
    return forecast
  }

  /// Speeds, headings and rates of turn along the points of a mode, in place of what is there.
  private func walk(
    _ points: ArraySlice<Forecast.Point>, _ track: Track, _ dt: Double,
    into path: inout [KinematicUncertainty.Step]
  ) {
    path.removeAll(keepingCapacity: true)
    var before = track.box.centre
    var heading = track.box.heading
    for point in points {
      let way = Vector2(point.x, point.y) - before
      before = Vector2(point.x, point.y)
      let turn = ExactMath.wrapAngle(point.heading - heading)
      heading = point.heading
      let isBackwards = way.dot(Pose2(.zero, heading: heading).direction) < 0
      path.append(
        KinematicUncertainty.Step(
          speed: way.length / dt * (isBackwards ? -1 : 1), heading: heading, yawRate: turn / dt))
    }
  }
}
