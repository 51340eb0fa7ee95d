import SimCore
import SimGeometry

extension FrameLayer {
  /// The score if the drive ended here, with its factors and the one that made it 0.
  static let score = FrameLayer("3", "score") { painter in
    guard let standing = painter.standing ?? painter.show.findings.final else { return }
    let layout = painter.layout
    let u = layout.unit
    let rect = layout.score
    painter.panel(rect)
    let x = rect.x + u
    var y = rect.y + 1.7 * u
    let isHere = painter.standing != nil
    // (While time passes, the score of this very tick may not be known yet.)
    let tick = standing.tick ?? painter.moment.tick
    let place = tick == painter.moment.tick ? "here" : "at tick \(tick)"
    painter.write(isHere ? "if it ended \(place)" : "score", x, y, Palette.faint)
    painter.write(
      standing.score.fixed(3), rect.right - u, y + 0.35 * u, size: 1.5 * u, weight: .bold,
      anchor: .right)
    y += layout.line
    let reason = standing.zeroedBy.map { "0 by \($0)" } ?? standing.text
    painter.write(
      painter.fitting(reason, rect.width - 2 * u, size: 0.85 * u), x, y, size: 0.85 * u,
      standing.zeroedBy == nil ? Palette.faint : Palette.brake)
    y += 1.8 * u
    let barWidth = 6 * u
    let left = rect.right - u - barWidth
    let size = 0.85 * u
    for factor in standing.factors {
      let name = painter.fitting(factor.name, left - x - 5.5 * u, size: size)
      let isZero = factor.value == 0 && factor.isGate
      painter.write(
        name, x, y, size: size, isZero ? Palette.brake : Palette.ink,
        weight: factor.isGate ? .bold : .regular)
      if let value = factor.value {
        let share = min(max(value, 0), 1)
        painter.canvas.fillRect(
          x: left, y: y - 0.9 * u, width: barWidth, height: u, Colour(hex: 0xD5DADF))
        painter.canvas.fillRect(
          x: left, y: y - 0.9 * u, width: barWidth * share, height: u,
          share < 0.5 ? Palette.vermilion : share < 1 ? Palette.orange : Palette.green)
        painter.write(value.fixed(2), left - 0.6 * u, y, size: size, anchor: .right)
      } else {
        painter.write("-", left - 0.6 * u, y, size: size, anchor: .right)
      }
      y += 1.7 * u
    }
  }
}
