import SimGeometry
import SimStack

extension FrameLayer {
  /// The agents of a second run as outlines, its egos with where they have been.
  static let ghost = FrameLayer("g", "ghost") { painter in
    guard let ghost = painter.show.ghost else { return }
    let moment = painter.moment.converted(
      from: painter.record.header.clock, to: ghost.header.clock, last: ghost.ticks - 1)
    for agent in ghost.agents(moment) {
      let corners = painter.view.pixels(agent.box.cornerArray)
      let outline = agent.isEgo ? Palette.ink : Palette.ink.with(alpha: 120)
      if agent.isEgo {
        let trail = (0...moment.tick).compactMap { ghost.pose(agent.row, Moment(tick: $0)) }
        painter.line(
          trail.map(\.position), 2, Palette.ink.with(alpha: 150), dashes: [6, 4])
        painter.canvas.fillPolygon(corners, Colour.white.with(alpha: 120))
      }
      painter.canvas.strokePolygon(
        corners,
        StrokeStyle(width: agent.isEgo ? 2.4 : 1.2, dashes: agent.isEgo ? [] : [4, 3]), outline)
      if agent.isEgo {
        let p = painter.view.pixel(agent.box.centre)
        painter.write(
          "ghost", p.x, p.y - agent.box.radius * painter.view.scale - 8, anchor: .centre,
          halo: Colour.white.with(alpha: 200))
      }
    }
  }
}
