import SimCore
import SimGeometry
import SimStack

extension FrameLayer {
  /// The slider of time with the event track below it.
  static let slider = FrameLayer("1", "slider") { painter in
    let layout = painter.layout
    let u = layout.unit
    painter.panel(layout.slider)
    painter.drawButton(layout)
    let bar = layout.bar
    let now = layout.column(
      Double(painter.moment.tick) + painter.moment.share, of: painter.show)
    painter.canvas.fillRect(
      x: bar.x, y: bar.y, width: bar.width, height: bar.height, Colour(hex: 0xD5DADF))
    painter.canvas.fillRect(
      x: bar.x, y: bar.y, width: now - bar.x, height: bar.height, Palette.skyBlue)
    painter.drawMarks(layout)
    // (It ends above the line of text, which begins where the bar does.)
    painter.canvas.fillRect(
      x: now - 1, y: bar.y - 0.4 * u, width: 2, height: layout.track.bottom - bar.y - 0.2 * u,
      Palette.ink)
    painter.canvas.fillCircle(
      centre: Vector2(now, bar.y + 0.5 * bar.height), radius: 0.95 * u, Palette.ink)
    painter.canvas.fillCircle(
      centre: Vector2(now, bar.y + 0.5 * bar.height), radius: 0.6 * u, .white)
    let x = bar.right + 2 * u
    let clock = painter.record.header.clock
    let total = clock.seconds(painter.show.lastTick)
    let seconds = clock.step * (Double(painter.moment.tick) + painter.moment.share)
    painter.write(
      "\(seconds.fixed(1)) / \(total.fixed(1)) s", x, bar.y + 1.2 * u, weight: .bold)
    let rate = painter.state.rate
    let speed = rate < 1 ? rate.fixed(2) : rate.fixed(0)
    painter.write(
      "x\(speed)\(painter.state.loops ? "  loop" : "")", x, bar.y + 1.2 * u + layout.line)
    let note = painter.state.note.isEmpty ? "? help  y layers" : painter.state.note
    let size = 0.85 * u
    painter.write(
      painter.fitting(note, layout.slider.right - bar.x - u, size: size), bar.x,
      layout.slider.bottom - 0.5 * u, size: size, Palette.faint)
  }
}

extension FramePainter {
  fileprivate mutating func drawButton(_ layout: PanelLayout) {
    let u = layout.unit
    let centre = Vector2(
      layout.button.x + 3.1 * u, layout.button.y + 0.5 * layout.button.height)
    canvas.fillCircle(centre: centre, radius: 2.1 * u, Palette.blue)
    if state.isPlaying {
      for side in [-1.0, 1] {
        canvas.fillRect(
          x: centre.x + side * 0.55 * u - 0.3 * u, y: centre.y - 0.85 * u, width: 0.6 * u,
          height: 1.7 * u, .white)
      }
    } else {
      canvas.fillPolygon(
        [
          centre + Vector2(-0.6 * u, -1 * u), centre + Vector2(1.05 * u, 0),
          centre + Vector2(-0.6 * u, 1 * u),
        ], .white)
    }
  }

  /// Marks as pins with the letter of their kind, so that they can be told apart without colour.
  fileprivate mutating func drawMarks(_ layout: PanelLayout) {
    let u = layout.unit
    // The gravest are drawn last.
    for kind in Findings.Mark.Kind.allCases.reversed() {
      for mark in show.findings.marks where mark.kind == kind {
        let x = layout.column(Double(mark.tick), of: show)
        let y = layout.track.y + 1.25 * u
        canvas.fillRect(
          x: x - 0.75, y: layout.bar.y, width: 1.5, height: y - layout.bar.y, kind.colour)
        canvas.fillCircle(centre: Vector2(x, y), radius: 1.15 * u, kind.colour)
        write(
          kind.letter, x, y, size: max(0.95 * u, 7), kind.isDark ? .white : Palette.ink,
          anchor: .centre)
      }
    }
  }
}

extension Findings.Mark.Kind {
  /// Its colour in the event track.
  var colour: Colour {
    switch self {
    case .collision: Palette.brake
    case .signal: Palette.vermilion
    case .comfort: Palette.purple
    case .planner: Palette.ink
    case .bound: Palette.orange
    case .event: Palette.green
    }
  }

  /// Text on it is white.
  var isDark: Bool { self == .collision || self == .planner || self == .event || self == .signal }

  /// Its letter in the event track.
  var letter: String {
    switch self {
    case .collision: "x"
    case .signal: "r"
    case .comfort: "c"
    case .planner: "p"
    case .bound: "!"
    case .event: "e"
    }
  }
}
