import SimCore
import SimGeometry
import SimStack

extension FrameLayer {
  /// Where the predictor thinks that others will go: the likelier, the stronger.
  static let forecasts = FrameLayer("f", "forecasts") { painter in
    guard let forecast = painter.record.drive(painter.moment.tick)?.forecast else { return }
    for agent in forecast.tracks.indices {
      for mode in 0..<forecast.modes {
        let p = forecast.probabilities[agent * forecast.modes + mode]
        guard p >= 0.02, let first = forecast.seen(agent, mode, in: painter) else { continue }
        let alpha = UInt8(min(max(70 + 185 * p, 0), 255))
        painter.line(first, 1.2 + 2.2 * p, Palette.purple.with(alpha: alpha))
        guard let end = first.last else { continue }
        let pixel = painter.view.pixel(end)
        painter.canvas.fillCircle(
          centre: pixel, radius: 2 + 1.5 * p, Palette.purple.with(alpha: alpha))
        if forecast.modes > 1, p >= 0.1 {
          painter.write(
            p.fixed(2), pixel.x + 6, pixel.y + 4, size: 7, halo: Colour.white.with(alpha: 150))
        }
      }
    }
  }

  /// How sure the predictor is of places at whole seconds: one standard deviation.
  static let ellipses = FrameLayer("e", "ellipses") { painter in
    guard let forecast = painter.record.drive(painter.moment.tick)?.forecast else { return }
    let second = max(1, Int(1_000_000 / max(forecast.stepMicroseconds, 1)))
    for agent in forecast.tracks.indices {
      for mode in 0..<forecast.modes {
        let p = forecast.probabilities[agent * forecast.modes + mode]
        guard p >= 0.15, forecast.seen(agent, mode, in: painter) != nil else { continue }
        for step in stride(from: second - 1, to: forecast.steps, by: second) {
          let point = forecast.point(agent, mode: mode, step: step)
          guard
            let ring = forecast.covariance(agent, mode: mode, step: step)?.ellipse(
              around: Vector2(point.x, point.y), corners: 24)
          else { continue }
          let corners = painter.view.pixels(ring)
          painter.canvas.fillPolygon(corners, Palette.purple.with(alpha: UInt8(50 * min(p, 1))))
          painter.canvas.strokePolygon(
            corners, StrokeStyle(width: 1, join: .bevel), Palette.purple.with(alpha: 130))
        }
      }
    }
  }

  /// Where those of whom there is a forecast then really went.
  static let truth = FrameLayer("u", "truth", isOn: false) { painter in
    let record = painter.record
    guard let forecast = record.drive(painter.moment.tick)?.forecast else { return }
    let horizon = Int64(forecast.steps) * forecast.stepMicroseconds
    let ticks = Int(horizon / record.header.clock.stepMicroseconds)
    let last = min(painter.moment.tick + ticks, record.ticks - 1)
    guard last > painter.moment.tick else { return }
    for agent in painter.agents where !agent.isEgo && painter.region.contains(agent.box.centre) {
      let way = (painter.moment.tick...last).compactMap { record.pose(agent.row, Moment(tick: $0)) }
      painter.line(way.map(\.position), 1.6, Palette.ink.with(alpha: 190), dashes: [5, 4])
    }
  }
}

extension Forecast {
  /// The way of a mode, if any of it may be seen.
  fileprivate func seen(_ agent: Int, _ mode: Int, in painter: FramePainter) -> [Vector2]? {
    guard steps > 0 else { return nil }
    let way = (0..<steps).map { step -> Vector2 in
      let point = point(agent, mode: mode, step: step)
      return Vector2(point.x, point.y)
    }
    let box = BoundingBox(around: way)
    return box.intersects(painter.region) ? way : nil
  }
}

extension Forecast.Covariance {
  /// Corners of the ellipse of one standard deviation; nil if there is hardly any.
  fileprivate func ellipse(around centre: Vector2, corners: Int) -> [Vector2]? {
    // The lower triangular root of the covariance maps the unit circle to the ellipse.
    guard xx > 1e-6 else { return nil }
    let a = xx.squareRoot()
    let b = xy / a
    let c = max(yy - b * b, 0).squareRoot()
    return Canvas.circle(centre: .zero, radius: 1, corners: corners).map {
      Vector2(centre.x + a * $0.x, centre.y + b * $0.x + c * $0.y)
    }
  }
}
