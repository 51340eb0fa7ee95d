import SimGeometry
import SimMap
import SimStack

extension FrameLayer {
  /// What the signals show, at the ends of the lanes that they release. Beside the colour, the
  /// place in the lamp says it: red at the top, green at the bottom.
  static let signals = FrameLayer("s", "signals") { painter in
    let record = painter.record
    let map = record.header.map
    let unit = min(max(0.34 * painter.view.scale, 2.2), 7)
    for (index, signal) in map.signals.enumerated() {
      let slot = painter.moment.tick * map.signals.count + index
      guard record.signals.indices.contains(slot) else { continue }
      for number in signal.lanes where map.lanes.indices.contains(number) {
        let lane = map.lanes[number]
        // A signal of a connector stands at its start, one of a lane at the lane's end.
        let end = lane.isConnector ? lane.centreline.start : lane.centreline.end
        guard painter.region.contains(end) else { continue }
        painter.lamp(at: painter.view.pixel(end), unit, record.signals[slot])
      }
    }
  }
}

extension FramePainter {
  fileprivate mutating func lamp(at p: Vector2, _ unit: Double, _ colour: SignalColour) {
    canvas.fillRect(
      x: p.x - 1.5 * unit, y: p.y - 4 * unit, width: 3 * unit, height: 8 * unit, Palette.ink)
    let lit: [Bool] = [
      colour == .red || colour == .redYellow, colour == .yellow || colour == .redYellow,
      colour == .green,
    ]
    for (k, shown) in [SignalColour.red, .yellow, .green].enumerated() {
      canvas.fillCircle(
        centre: Vector2(p.x, p.y + 2.45 * unit * Double(k - 1)), radius: 1.1 * unit,
        lit[k] ? Palette.light(shown) : Colour(hex: 0x5A636D))
    }
  }
}
