import SimCore
import SimGeometry
import SimStack

extension FrameLayer {
  /// Where everybody was in the last three seconds.
  static let trails = FrameLayer("t", "trails") { painter in
    let record = painter.record
    let history = record.history
    let ticks = record.header.clock.ticks(3)
    let stride = max(1, ticks / 10)
    let now = painter.moment.tick
    for agent in painter.agents where painter.region.contains(agent.box.centre) {
      var points: [Vector2] = []
      // Ticks of one grid, so that a trail does not wobble as time goes on.
      var tick = (max(0, now - ticks) + stride - 1) / stride * stride
      while tick <= now {
        let slot = history.slot(tick, agent.row)
        if history.present[slot] != 0 { points.append(Vector2(history.x[slot], history.y[slot])) }
        tick += stride
      }
      points.append(agent.box.centre)
      guard let first = points.first, first.distance(to: agent.box.centre) > 0.3 else { continue }
      let colour = agent.isEgo ? Palette.blue : Palette.body(of: agent.agentClass)
      painter.line(
        points, painter.view.thickness(0.3, atLeast: 1.2), colour.with(alpha: 130))
    }
  }
}
