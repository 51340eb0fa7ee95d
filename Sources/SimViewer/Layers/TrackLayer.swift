import SimGeometry
import SimStack

extension FrameLayer {
  /// What the ego perceives: outlines beside the bodies of those that are there, and rings around
  /// those that it does not see.
  static let tracks = FrameLayer("k", "tracks") { painter in
    let record = painter.record
    guard let tracks = record.drive(painter.moment.tick)?.tracks else { return }
    for track in tracks where painter.region.contains(track.box.centre) {
      let corners = painter.view.pixels(track.box.expanded(by: 0.15).cornerArray)
      painter.canvas.strokePolygon(
        corners, StrokeStyle(width: 1.6, join: .bevel, dashes: [5, 3]), Palette.skyBlue)
    }
    for agent in painter.agents
    where agent.row != painter.show.ego && painter.region.contains(agent.box.centre) {
      let seen = tracks.contains { $0.box.centre.distance(to: agent.box.centre) < 2.5 }
      guard !seen else { continue }
      let p = painter.view.pixel(agent.box.centre)
      let radius = max(agent.box.halfLength * painter.view.scale, 5) + 3
      painter.canvas.strokeCircle(centre: p, radius: radius, width: 2, Palette.vermilion)
      painter.write(
        "unseen", p.x, p.y - radius - 8, size: 7, anchor: .centre,
        halo: Colour.white.with(alpha: 170))
    }
  }
}
