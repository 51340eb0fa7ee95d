import SimCore
import SimGeometry
import SimStack

extension FrameLayer {
  /// Scenario, modules, tick, time, speed and score.
  static let hud = FrameLayer("h", "hud") { painter in
    let layout = painter.layout
    let u = layout.unit
    let rect = layout.hud
    let header = painter.record.header
    let (tick, clock) = (painter.moment.tick, header.clock)
    painter.panel(rect)
    let x = rect.x + u
    let inner = rect.width - 2 * u
    var y = rect.y + 0.6 * u + u
    func fit(_ text: String) -> String { painter.fitting(text, inner) }
    // (Episodes of one file differ at the end of their names.)
    painter.write(
      Canvas.shortened(header.scenario, to: inner, size: u), x, y, weight: .bold)
    y += layout.line
    if let modules = painter.show.modules(at: tick) {
      painter.write(fit(modules), x, y, Palette.faint)
    }
    y += layout.line
    let seconds = clock.step * (Double(tick) + painter.moment.share)
    painter.write(
      "tick \(tick) of \(painter.show.lastTick)", x, y)
    painter.write("\(seconds.fixed(1)) s", x + 0.64 * inner, y)
    y += layout.line
    let slot = painter.record.history.slot(tick, painter.show.ego)
    let speed = painter.record.history.speed[slot]
    let both = "\(speed.fixed(1)) m/s  \((speed * 3.6).fixed(0)) km/h"
    painter.write(inner > 26 * u ? both : "\(speed.fixed(1)) m/s", x, y)
    let acceleration = painter.record.history.acceleration[slot]
    painter.write("\(acceleration.fixed(1)) m/s2", x + 0.64 * inner, y)
    y += layout.line
    var score = ""
    if let standing = painter.standing {
      // (While time passes, the score of this very tick may not be known yet.)
      let known = standing.tick ?? tick
      let place = known == tick ? "so far" : "at tick \(known)"
      score = "score \(standing.score.fixed(3)) \(place)"
    }
    if let final = painter.show.findings.final {
      score +=
        score.isEmpty ? "score \(final.score.fixed(3))" : ", \(final.score.fixed(3)) in the end"
    }
    if score.isEmpty { score = painter.show.findings.outcome }
    painter.write(fit(score), x, y, weight: .bold)
  }

  /// A bar of a round length, at the lower left of the picture.
  static let scaleBar = FrameLayer("b", "scale-bar") { painter in
    let u = painter.textSize
    let metres = MapPainter.roundLength(atMost: 18 * u / painter.view.scale)
    let length = metres * painter.view.scale
    let slider = painter.state.layers["slider"]
    let y = (slider ? painter.layout.slider.y : painter.height) - 1.6 * u
    let right = painter.state.layers["strips"] && !painter.layout.strips.isEmpty
    let x =
      right ? painter.layout.strips[0].x - length - 2 * u : painter.width - length - 2 * u
    painter.canvas.fillRect(
      x: x - 2, y: y - 2, width: length + 4, height: 0.5 * u + 4, Colour.white.with(alpha: 200))
    for part in 0..<4 where part % 2 == 0 {
      painter.canvas.fillRect(
        x: x + length * Double(part) / 4, y: y, width: length / 4, height: 0.5 * u, Palette.ink)
    }
    painter.canvas.strokePolygon(
      [
        Vector2(x, y), Vector2(x + length, y), Vector2(x + length, y + 0.5 * u),
        Vector2(x, y + 0.5 * u),
      ], StrokeStyle(width: 1), Palette.ink)
    let text =
      metres >= 1000 ? "\((metres / 1000).fixed(0)) km" : "\(metres.fixed(metres < 1 ? 1 : 0)) m"
    painter.write(
      text, x + length, y - 0.7 * u, anchor: .right, halo: Colour.white.with(alpha: 200))
  }
}
