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
    // (A line that is almost level runs through its text: the text has a ground of its own.)
    let (x, y) = (0.5 * (a.x + b.x), 0.5 * (a.y + b.y) - 16)
    let half = 0.5 * Canvas.textWidth(text, size: 9) + 5
    painter.canvas.fillRect(
      x: x - half, y: y - 9, width: 2 * half, height: 18, Colour.white.with(alpha: 235))
    painter.write(text, x, y, size: 9, anchor: .centre)
  }
}
