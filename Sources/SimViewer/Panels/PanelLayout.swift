import SimGeometry
import SimStack

/// Where the panels lie: computed alike for drawing and for the mouse.
struct PanelLayout {
  /// Height of capitals of ordinary text, pixels.
  let unit: Double
  let hud: PanelRect
  let slider: PanelRect
  /// The button that plays and pauses.
  let button: PanelRect
  /// The bar of time.
  let bar: PanelRect
  /// The row of marks below it.
  let track: PanelRect
  let score: PanelRect
  let strips: [PanelRect]
  let agent: PanelRect
  let list: PanelRect
  /// Layers with a key, as they are listed.
  let listed: [FrameLayer]

  /// Distance of base lines of text, pixels.
  var line: Double { 1.95 * unit }

  init(_ state: ViewerState, _ show: Exhibit) {
    unit = state.textSize
    let u = unit
    let line = 1.95 * u
    let (width, height) = (Double(state.width), Double(state.height))
    let margin = u
    let side = min(33 * u, 0.46 * width)
    hud = PanelRect(x: margin, y: margin, width: side, height: 5 * line + 1.2 * u)
    slider = PanelRect(
      x: margin, y: height - margin - 6.6 * u, width: width - 2 * margin, height: 6.6 * u)
    button = PanelRect(x: slider.x, y: slider.y, width: 5.6 * u, height: slider.height)
    bar = PanelRect(
      x: slider.x + 6.6 * u, y: slider.y + 1.1 * u,
      width: max(slider.width - 6.6 * u - 15 * u, 10), height: 1.3 * u)
    track = PanelRect(x: bar.x, y: bar.bottom + 0.3 * u, width: bar.width, height: 2.6 * u)
    let floor = state.layers["slider"] ? slider.y - margin : height - margin
    let factors = show.findings.final?.factors.count ?? 0
    score = PanelRect(
      x: width - margin - side, y: margin, width: side,
      height: Double(factors) * 1.7 * u + 2 * line + 1.4 * u)
    var top = state.layers["score"] && factors > 0 ? score.bottom + margin : margin
    var rects: [PanelRect] = []
    let tall = 6.4 * u
    for _ in show.findings.strips where top + tall <= floor {
      rects.append(PanelRect(x: width - margin - side, y: top, width: side, height: tall))
      top += tall + 0.5 * u
    }
    strips = rects
    agent = PanelRect(
      x: margin, y: state.layers["hud"] ? hud.bottom + margin : margin, width: side,
      height: 7 * line + 1.2 * u)
    listed = FrameLayer.all.filter { !"\r".contains($0.key) }
    let rows = Double((listed.count + 1) / 2)
    list = PanelRect(
      x: margin, y: floor - rows * 1.8 * u - 1.2 * u, width: side, height: rows * 1.8 * u + 1.2 * u)
  }

  /// The place of a layer's entry in the list.
  func entry(_ index: Int) -> PanelRect {
    let rows = (listed.count + 1) / 2
    let half = 0.5 * (list.width - unit)
    return PanelRect(
      x: list.x + 0.5 * unit + Double(index / rows) * half,
      y: list.y + 0.6 * unit + Double(index % rows) * 1.8 * unit, width: half,
      height: 1.8 * unit)
  }

  /// The layer whose entry lies under a pixel.
  func listed(at p: Vector2) -> FrameLayer? {
    listed.indices.first { entry($0).contains(p) }.map { listed[$0] }
  }

  /// The column of a number of ticks on the bar.
  func column(_ ticks: Double, of show: Exhibit) -> Double {
    bar.x + bar.width * ticks / Double(max(show.lastTick, 1))
  }

  /// The number of ticks at a pixel, by the bar.
  func ticks(at p: Vector2, of show: Exhibit) -> Double {
    let share = min(max((p.x - bar.x) / bar.width, 0), 1)
    return share * Double(show.lastTick)
  }

  /// The number of ticks at a pixel of a strip; nil: there is none.
  func stripTicks(at p: Vector2, of show: Exhibit) -> Double? {
    guard let rect = strips.first(where: { $0.contains(p) }) else { return nil }
    let chart = chart(in: rect)
    let share = min(max((p.x - chart.x) / chart.width, 0), 1)
    return share * Double(show.lastTick)
  }

  /// The part of a strip's panel that its curve takes.
  func chart(in rect: PanelRect) -> PanelRect {
    PanelRect(
      x: rect.x + 0.6 * unit, y: rect.y + 2.2 * unit, width: rect.width - 1.2 * unit,
      height: rect.height - 2.8 * unit)
  }

  /// The mark under a pixel of the event track; others may have its tick.
  func mark(at p: Vector2, of show: Exhibit) -> Findings.Mark? {
    guard track.contains(p) else { return nil }
    return show.findings.marks
      .map { ($0, (column(Double($0.tick), of: show) - p.x).magnitude) }
      .filter { $0.1 <= unit }
      .min { $0.1 < $1.1 }?.0
  }
}

extension ViewerState {
  /// Where the panels lie.
  func layout(of show: Exhibit) -> PanelLayout { PanelLayout(self, show) }
}
