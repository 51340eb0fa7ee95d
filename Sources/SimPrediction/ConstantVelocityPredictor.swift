import SimCore
import SimGeometry
public import SimStack
import SimWorld

/// Every track goes on along its heading at its present speed; things that cannot move stay.
public struct ConstantVelocityPredictor: Predictor {
  static let schema = ModuleSchema(
    "constant-velocity", "Straight on along the heading at the present speed; one mode.",
    parameters: [
      ParameterSchema(
        "horizon", .number(default: 8, in: 0.1...30, dimension: .time),
        "How far ahead to predict."),
      ParameterSchema(
        "step", .number(default: 0.2, in: 0.01...5, dimension: .time),
        "Time between predicted points."),
    ])

  let stepMicroseconds: Int64
  let steps: Int
  /// Time from now of each point, s.
  private let times: [Double]

  init(_ parameters: ParameterValues) {
    stepMicroseconds = Int64((parameters.number("step") * 1_000_000).rounded())
    let horizon = Int64((parameters.number("horizon") * 1_000_000).rounded())
    steps = max(1, Int(horizon / stepMicroseconds))
    let step = Double(stepMicroseconds) / 1_000_000
    times = (1...steps).map { Double($0) * step }
  }

  /// Only numbers beyond all measure could overflow in a forecast.
  public func canSkip(_ scene: Scene) -> Bool {
    scene.tracks.allSatisfy {
      $0.box.centre.x.magnitude < 1e100 && $0.box.centre.y.magnitude < 1e100
        && $0.speed.magnitude < 1e100
    }
  }

  /// One mode a track, at its speed along its heading; no covariance.
  public mutating func predict(_ scene: Scene, in context: TickContext) throws(StageFailure)
    -> Forecast
  {
    let count = scene.tracks.count * steps
    var ids: [Int] = []
    var probabilities: [Double] = []
    ids.reserveCapacity(scene.tracks.count)
    probabilities.reserveCapacity(scene.tracks.count)
    for track in scene.tracks {
      ids.append(track.id)
      probabilities.append(1)
    }
    let points = [Forecast.Point](unsafeUninitializedCapacity: count) { points, written in
      guard var next = points.baseAddress else { return }
      times.withUnsafeBufferPointer { times in
        for track in scene.tracks {
          let speed = track.agentClass.isObject ? 0 : track.speed
          let velocity = track.box.direction * speed
          let centre = track.box.centre
          let heading = track.box.heading
          for time in times {
            let place = centre + velocity * time
            next.initialize(to: Forecast.Point(x: place.x, y: place.y, heading: heading))
            next += 1
          }
        }
      }
      written = count
    }
    return Forecast(
      stepMicroseconds: stepMicroseconds, steps: steps, modes: 1, tracks: ids,
      probabilities: probabilities, points: points)
  }
}
