import SimCore
import SimGeometry
import SimMap
import SimStack

extension FrameLayer {
  /// What the forecast of the selected agent depended on: bands on lanes, lines to road users, the
  /// heavier the more; only of episodes that were watched with a predictor that attends.
  static let attention = FrameLayer("A", "attention") { painter in
    guard let row = painter.state.selected,
      let agent = painter.agents.first(where: { $0.row == row }),
      let drive = painter.record.drive(painter.moment.tick),
      let attention = drive.attention(to: agent)
    else { return }
    painter.drawStretches(attention)
    painter.drawLines(attention, from: agent, drive.tracks ?? [])
  }
}

extension EgoTickRecord {
  /// What the forecast of an agent depended on: of the track where it is.
  fileprivate func attention(to agent: AgentNow) -> ForecastAttention? {
    let near = (tracks ?? [])
      .map { ($0.id, $0.box.centre.distance(to: agent.box.centre)) }
      .filter { $0.1 < 2.5 }
      .min { $0.1 < $1.1 }
    guard let id = near?.0 else { return nil }
    return attention?.first { $0.track == id }
  }
}

extension FramePainter {
  fileprivate mutating func drawStretches(_ attention: ForecastAttention) {
    let lanes = record.header.map.lanes
    let most = attention.stretches.map(\.weight).max() ?? 1
    for stretch in attention.stretches where lanes.indices.contains(stretch.lane) {
      let centreline = lanes[stretch.lane].centreline
      let (start, end) = (max(stretch.start, 0), min(stretch.end, centreline.length))
      let share = Double(stretch.weight / most)
      guard end > start, share > 0.02 else { continue }
      let points = (0...6).map { centreline.point(at: start + (end - start) * Double($0) / 6) }
      guard BoundingBox(around: points).intersects(region) else { continue }
      line(
        points, view.thickness(2.2, atLeast: 4),
        Palette.yellow.with(alpha: UInt8(20 + 190 * min(share, 1))))
    }
  }

  fileprivate mutating func drawLines(
    _ attention: ForecastAttention, from agent: AgentNow, _ tracks: [Track]
  ) {
    var labels: [(text: String, at: Vector2)] = []
    for other in attention.agents {
      let place =
        other.track == ForecastAttention.ego
        ? record.pose(show.ego, moment)?.position
        : tracks.first { $0.id == other.track }?.box.centre
      guard let place, other.weight > 0.005 else { continue }
      let weight = Double(other.weight)
      let ends = [agent.box.centre, place]
      canvas.strokePolyline(
        view.pixels(ends), StrokeStyle(width: 3 + 7 * weight, cap: .round),
        Colour.white.with(alpha: 170))
      canvas.strokePolyline(
        view.pixels(ends), StrokeStyle(width: 1 + 7 * weight, cap: .round), Palette.ink)
      if weight >= 0.03 {
        labels.append(("\((100 * weight).fixed(0))%", view.pixel((ends[0] + ends[1] * 2) / 3)))
      }
    }
    for label in labels {
      write(
        label.text, label.at.x, label.at.y, weight: .bold, anchor: .centre,
        halo: Colour.white.with(alpha: 230))
    }
  }
}
