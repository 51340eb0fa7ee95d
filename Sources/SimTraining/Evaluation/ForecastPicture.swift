import SimCore
import SimGeometry
import SimPrediction
public import SimStack
public import SimViewer
import SimWorld

/// Pictures of forecasts: the map, everybody with the way of the last 2 s, what was foreseen of
/// everybody within sight, and what then happened.
public enum ForecastPicture {
  /// Draws what a predictor foresees in a frame of an episode.
  ///
  /// - Parameter step: time between frames, seconds.
  /// - Returns: nil if there is no ego in that frame.
  public static func draw(
    _ episode: ForecastEpisode, frame: Int, step: Double, _ contestant: ForecastTrial.Contestant,
    width: Int = 900, height: Int = 700
  ) throws(StageFailure) -> Canvas? {
    guard let ego = episode.ego, episode.isPresent(ego.row, frame) else { return nil }
    let clock = TickClock(stepMicroseconds: Int64((step * 1_000_000).rounded()))
    var predictor = try contestant.make(
      DrivingSetup(
        clock: clock, map: episode.road.graph, route: ego.route, vehicle: ego.vehicle,
        ticks: episode.frames))
    var forecast = Forecast.none
    for then in max(0, frame - 20)...frame where episode.isPresent(ego.row, then) {
      forecast = try predictor.predict(
        episode.scene(then, clock, ego),
        in: TickContext(
          clock: clock, tick: then, random: CounterRandom(seed: episode.seed), stream: 0))
    }
    let scene = episode.scene(frame, clock, ego)
    let centre = scene.ego.centre(scene.vehicle).position
    let reach = Vector2(63, 49)
    let view = MapViewport(
      fitting: BoundingBox(min: centre - reach, max: centre + reach), width: width,
      height: height, margin: 0)
    var painter = MapPainter(map: episode.road.graph, view: view)
    painter.drawSurfaces()
    painter.drawBounds()
    painter.drawStopLines()
    painter.drawSignals(scene.signals)
    let agents = episode.rows.indices.filter { episode.isPresent($0, frame) }.map { row in
      let track = episode.track(row, frame)
      return DrawnAgent(
        box: track.box, agentClass: track.agentClass, isEgo: row == ego.row,
        lights: track.lights,
        trail: (0...10).compactMap { back in
          episode.isPresent(row, frame - back)
            ? episode.position(row, frame - back) + episode.road.map.origin : nil
        })
    }
    painter.drawAgents(agents)
    draw(forecast, scene, &painter)
    for row in episode.rows.indices where row != ego.row && episode.isPresent(row, frame) {
      let truth = (0...15).compactMap { later in
        episode.isPresent(row, frame + later)
          ? episode.position(row, frame + later) + episode.road.map.origin : nil
      }
      painter.canvas.strokePolyline(
        view.pixels(truth), StrokeStyle(width: 1.2, dashes: [4, 3]), Colour.black)
    }
    painter.drawCaption(
      "\(episode.name)  \((Double(frame) * step).fixed(1)) s  \(contestant.name)")
    return painter.canvas
  }

  /// Every mode as a line to its end, the likelier the less transparent.
  private static func draw(_ forecast: Forecast, _ scene: Scene, _ painter: inout MapPainter) {
    for (agent, track) in scene.tracks.enumerated() where agent < forecast.tracks.count {
      for mode in 0..<forecast.modes {
        let probability = forecast.probabilities[agent * forecast.modes + mode]
        guard probability > 0.02 else { continue }
        var points = [track.box.centre]
        for step in 0..<forecast.steps {
          let point = forecast.point(agent, mode: mode, step: step)
          points.append(Vector2(point.x, point.y))
        }
        let colour = Colour(214, 64, 20, alpha: UInt8(min(255, 60 + 195 * probability)))
        painter.canvas.strokePolyline(
          painter.view.pixels(points), StrokeStyle(width: 2.2, join: .round, cap: .round), colour)
        if let end = points.last {
          painter.canvas.fillCircle(centre: painter.view.pixel(end), radius: 2.8, colour)
        }
      }
    }
  }
}
