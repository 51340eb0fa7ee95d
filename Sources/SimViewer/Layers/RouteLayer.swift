import SimGeometry
import SimMap
import SimStack

extension FrameLayer {
  /// The way that each ego was sent, and its goal.
  static let route = FrameLayer("r", "route") { painter in
    for ego in painter.record.header.egos {
      let line = ego.route.centreline
      let width = painter.view.thickness(0.9, atLeast: 2.5)
      painter.canvas.strokePolyline(
        painter.view.pixels(line.vertices),
        StrokeStyle(width: width, join: .bevel), Palette.blue.with(alpha: 95))
      guard let goal = ego.route.goalArcLength else { continue }
      let p = painter.view.pixel(line.point(at: goal))
      let radius = max(1.6 * painter.view.scale, 7)
      painter.canvas.fillCircle(centre: p, radius: radius, Colour.white.with(alpha: 190))
      painter.canvas.strokeCircle(
        centre: p, radius: radius, width: max(0.3 * radius, 2), Palette.blue)
      painter.canvas.fillCircle(centre: p, radius: 0.35 * radius, Palette.blue)
    }
  }
}
