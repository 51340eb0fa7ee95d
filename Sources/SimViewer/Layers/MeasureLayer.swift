import SimCore
import SimGeometry

extension FrameLayer {
  /// The measuring tool: the distance between two places.
  static let measure = FrameLayer("w", "measure") { painter in
    guard let (from, to) = painter.state.measured else { return }
    let (a, b) = (painter.view.pixel(from), painter.view.pixel(to))
    painter.canvas.strokePolyline([a, b], StrokeStyle(width: 4.5, cap: .round), .white)
    painter.canvas.strokePolyline([a, b], StrokeStyle(width: 2, cap: .round), Palette.ink)
    for p in [a, b] {
      painter.canvas.fillCircle(centre: p, radius: 5, .white)
      painter.canvas.fillCircle(centre: p, radius: 3.4, Palette.ink)
    }
    let delta = to - from
    let text =
      "\(from.distance(to: to).fixed(2)) m  (dx \(delta.x.fixed(2)), dy \(delta.y.fixed(2)))"
    painter.write(
      text, 0.5 * (a.x + b.x), 0.5 * (a.y + b.y) - 14, size: 9, anchor: .centre, halo: .white)
  }
}
