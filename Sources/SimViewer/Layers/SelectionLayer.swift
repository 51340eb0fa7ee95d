import SimCore
import SimGeometry
import SimStack

extension FrameLayer {
  /// A frame around the selected agent, and where it goes in the next three seconds.
  static let selection = FrameLayer("q", "selection") { painter in
    guard let row = painter.state.selected,
      let agent = painter.agents.first(where: { $0.row == row })
    else { return }
    let record = painter.record
    let last = min(painter.moment.tick + record.header.clock.ticks(3), record.ticks - 1)
    let way = (painter.moment.tick...last).compactMap { record.pose(row, Moment(tick: $0)) }
    painter.line(way.map(\.position), 1.6, Palette.ink.with(alpha: 170), dashes: [5, 4])
    let corners = painter.view.pixels(
      agent.box.expanded(by: max(1, 8 / painter.view.scale)).cornerArray)
    painter.canvas.strokePolygon(corners, StrokeStyle(width: 4), .white)
    painter.canvas.strokePolygon(corners, StrokeStyle(width: 2), Palette.ink)
  }
}
