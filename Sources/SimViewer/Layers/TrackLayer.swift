import SimGeometry
import SimStack

extension FrameLayer {
  /// What the ego perceives, as outlines: of all from near, from far away of those that are not
  /// where it thinks.
  static let tracks = FrameLayer("k", "tracks") { painter in
    guard let tracks = painter.record.drive(painter.moment.tick)?.tracks else { return }
    let isNear = painter.view.scale >= 7
    for track in tracks where painter.region.contains(track.box.centre) {
      let isRight = painter.agents.contains {
        $0.box.centre.distance(to: track.box.centre) < 0.3
      }
      guard isNear || painter.moment.share == 0 && !isRight else { continue }
      let corners = painter.view.pixels(track.box.expanded(by: 0.15).cornerArray)
      painter.canvas.strokePolygon(
        corners, StrokeStyle(width: 1.6, join: .bevel, dashes: [5, 3]), Palette.skyBlue)
    }
  }
}
