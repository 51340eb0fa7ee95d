import SimGeometry
import SimStack

extension FrameLayer {
  /// Ids of all agents.
  static let labels = FrameLayer("i", "labels", isOn: false) { painter in
    for agent in painter.agents where painter.region.contains(agent.box.centre) {
      let p = painter.view.pixel(agent.box.centre)
      // (The frame around the selected one lies between.)
      let gap = agent.row == painter.state.selected ? max(painter.view.scale, 8) + 9.0 : 9
      let reach =
        agent.box.halfExtent(along: painter.view.right.left) * painter.view.scale + gap
      painter.write(
        painter.record.header.ids[agent.row], p.x, p.y - reach, size: 7.5, anchor: .centre,
        halo: Colour.white.with(alpha: 170))
    }
  }
}
