extension FrameLayer {
  /// Drivable areas, lanes with their markings, crossings and stop lines.
  static let map = FrameLayer("m", "map") { painter in
    painter.tiles.draw(on: &painter.canvas, painter.view)
  }
}
