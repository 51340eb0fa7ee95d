import SimCore
import SimGeometry

extension FrameLayer {
  /// Series over the whole drive, in step with the slider.
  static let strips = FrameLayer("2", "strips") { painter in
    let layout = painter.layout
    for (strip, rect) in zip(painter.show.findings.strips, layout.strips) {
      painter.draw(strip, rect, layout)
    }
  }
}

extension Findings.Strip {
  /// The ticks of the least and of the greatest value among some, in order; one if they are the
  /// same, none if there is no value.
  func extremes(_ ticks: Range<Int>) -> [Int] {
    let known = ticks.filter { values[$0].isFinite }
    guard let least = known.min(by: { values[$0] < values[$1] }),
      let greatest = known.max(by: { values[$0] < values[$1] })
    else { return [] }
    return least == greatest ? [least] : [min(least, greatest), max(least, greatest)]
  }
}

extension FramePainter {
  /// Draws a part of a series without gaps, and empties it.
  private mutating func draw(_ curve: inout [Vector2]) {
    // A value between two gaps is a dot.
    if curve.count == 1 { curve = [curve[0] - Vector2(0.75, 0), curve[0] + Vector2(0.75, 0)] }
    canvas.strokePolyline(curve, StrokeStyle(width: 1.5, join: .bevel), Palette.blue)
    curve.removeAll(keepingCapacity: true)
  }

  fileprivate mutating func draw(
    _ strip: Findings.Strip, _ rect: PanelRect, _ layout: PanelLayout
  ) {
    let u = layout.unit
    panel(rect)
    let chart = layout.chart(in: rect)
    let last = Double(max(show.lastTick, 1))
    func x(_ tick: Double) -> Double { chart.x + chart.width * tick / last }
    for broken in strip.broken {
      let left = x(Double(broken.lowerBound))
      canvas.fillRect(
        x: left, y: chart.y, width: max(x(Double(broken.upperBound)) - left, 2),
        height: chart.height, Palette.orange.with(alpha: 120))
    }
    let finite = strip.values.filter { $0.isFinite }
    var low = finite.min() ?? 0
    var high = finite.max() ?? 1
    for bound in [strip.lower, strip.upper].compactMap(\.self) {
      low = min(low, bound)
      high = max(high, bound)
    }
    if high - low < 1e-6 { (low, high) = (low - 0.5, high + 0.5) }
    func y(_ value: Double) -> Double {
      chart.bottom - 1 - (chart.height - 2) * (value - low) / (high - low)
    }
    for bound in [strip.lower, strip.upper].compactMap(\.self) {
      canvas.strokePolyline(
        [Vector2(chart.x, y(bound)), Vector2(chart.right, y(bound))],
        StrokeStyle(width: 1, dashes: [4, 3]), Palette.vermilion)
    }
    if low < 0, high > 0 {
      canvas.fillRect(
        x: chart.x, y: y(0) - 0.5, width: chart.width, height: 1, Palette.ink.with(alpha: 60))
    }
    // Of a long drive each column of pixels gets its least and its greatest value: what lasts but
    // a tick is still to be seen.
    let stride = max(1, Int(last / max(chart.width, 1)))
    var curve: [Vector2] = []
    for tick in Swift.stride(from: 0, to: strip.values.count, by: stride) {
      let ends = strip.extremes(tick..<min(tick + stride, strip.values.count))
      if ends.isEmpty { draw(&curve) }
      for end in ends { curve.append(Vector2(x(Double(end)), y(strip.values[end]))) }
    }
    draw(&curve)
    let now = Double(moment.tick) + moment.share
    canvas.fillRect(x: x(now) - 0.75, y: chart.y, width: 1.5, height: chart.height, Palette.ink)
    let value =
      strip.values.indices.contains(moment.tick) ? strip.values[moment.tick] : .nan
    if value.isFinite {
      canvas.fillCircle(centre: Vector2(x(now), y(value)), radius: 0.4 * u, Palette.ink)
    }
    let size = 0.85 * u
    write(fitting(strip.name, 0.6 * rect.width, size: size), chart.x, rect.y + 1.6 * u, size: size)
    let text = value.isFinite ? "\(value.fixed(2)) \(strip.unit)" : "-"
    write(text, chart.right, rect.y + 1.6 * u, size: size, weight: .bold, anchor: .right)
  }
}
