import SimCore
import SimGeometry
public import SimStack

/// Everybody stays where they are.
public struct StandstillPredictor: Predictor {
  static let schema = ModuleSchema("standstill", "Everybody stays where they are; one mode.")

  /// Eight seconds of the places where they are.
  public mutating func predict(_ scene: Scene, in context: TickContext) throws(StageFailure)
    -> Forecast
  {
    let steps = 80
    let points = scene.tracks.flatMap { track in
      let here = Forecast.Point(
        x: track.box.centre.x, y: track.box.centre.y, heading: track.box.heading)
      return Array(repeating: here, count: steps)
    }
    return Forecast(
      stepMicroseconds: 100_000, steps: steps, modes: 1, tracks: scene.tracks.map(\.id),
      probabilities: scene.tracks.map { _ in 1 }, points: points)
  }
}
