import SimGeometry
import SimStack

extension FrameLayer {
  /// Those within 80 m of whom the ego has no track: a ring, and the direction in which they are.
  static let unseen = FrameLayer("d", "unseen", isOn: false) { painter in
    let record = painter.record
    guard let tracks = record.drive(painter.moment.tick)?.tracks,
      let ego = record.pose(painter.show.ego, painter.moment)
    else { return }
    for agent in painter.agents where agent.row != painter.show.ego {
      let distance = agent.box.centre.distance(to: ego.position)
      guard distance < 80, distance > 1,
        !tracks.contains(where: { $0.box.centre.distance(to: agent.box.centre) < 2.5 })
      else { continue }
      let direction = (agent.box.centre - ego.position) / distance
      let side = direction.left * (agent.box.radius + 0.5)
      painter.canvas.fillPolygon(
        painter.view.pixels([
          ego.position, agent.box.centre + side + direction * 3,
          agent.box.centre - side + direction * 3,
        ]), Palette.vermilion.with(alpha: 60))
      let p = painter.view.pixel(agent.box.centre)
      let radius = max(agent.box.halfLength * painter.view.scale, 5) + 3
      painter.canvas.strokeCircle(centre: p, radius: radius, width: 2, Palette.vermilion)
      painter.write(
        "unseen", p.x, p.y - radius - 8, size: 7, anchor: .centre,
        halo: Colour.white.with(alpha: 170))
    }
  }
}
