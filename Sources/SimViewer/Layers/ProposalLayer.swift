import SimCore
import SimGeometry
import SimStack

extension FrameLayer {
  /// The ways that the planner of each ego weighed, coloured by score, the one that it took thick;
  /// only of episodes that were watched (`--record-choices`, or a scenario opened here).
  static let proposals = FrameLayer("v", "proposals") { painter in
    for drive in painter.record.egos {
      guard drive.indices.contains(painter.moment.tick),
        let choice = drive[painter.moment.tick].choice
      else { continue }
      painter.draw(choice)
    }
    // (The list of layers lies in the same place.)
    guard !painter.state.layers["layer-list"],
      let choice = painter.record.drive(painter.moment.tick)?.choice
    else { return }
    painter.drawLegend(choice)
  }
}

extension FramePainter {
  fileprivate mutating func draw(_ choice: PlanChoice) {
    // The best lie on top: many share most of their way.
    let order = choice.proposals.indices.sorted {
      (choice.proposals[$0].score, $0) < (choice.proposals[$1].score, $1)
    }
    if let chosen = choice.chosen, choice.proposals.indices.contains(chosen) {
      let way = choice.proposals[chosen].centres
      let width = view.thickness(1.2, atLeast: 8)
      line(way, width + 3, Palette.ink.with(alpha: 200))
      line(way, width, Palette.score(choice.proposals[chosen].score))
    }
    for index in order where index != choice.chosen {
      let proposal = choice.proposals[index]
      guard let end = proposal.centres.last,
        BoundingBox(around: proposal.centres).intersects(region)
      else { continue }
      let colour = Palette.score(proposal.score)
      line(proposal.centres, 2.2, colour)
      // Those that differ in speed alone end at different places.
      let p = view.pixel(end)
      canvas.fillCircle(centre: p, radius: 4.2, Palette.ink.with(alpha: 200))
      canvas.fillCircle(centre: p, radius: 3.2, colour)
    }
  }

  /// What the colours mean, above the slider at the left.
  fileprivate mutating func drawLegend(_ choice: PlanChoice) {
    let u = textSize
    let bottom = (state.layers["slider"] ? layout.slider.y : height) - u
    let rect = PanelRect(x: u, y: bottom - 4.3 * u, width: layout.hud.width, height: 4.3 * u)
    panel(rect)
    let best = choice.proposals.map(\.score).max() ?? 0
    var text = "\(choice.proposals.count) proposals, best \(best.fixed(2))"
    if choice.isEmergency { text += ": emergency" }
    write(fitting(text, rect.width - 2 * u), rect.x + u, rect.y + 1.7 * u)
    let bar = PanelRect(
      x: rect.x + 2.2 * u, y: rect.y + 2.5 * u, width: rect.width - 4.4 * u, height: u)
    let parts = 40
    for part in 0..<parts {
      let left = (bar.x + bar.width * Double(part) / Double(parts)).rounded()
      let right = (bar.x + bar.width * Double(part + 1) / Double(parts)).rounded()
      canvas.fillRect(
        x: left, y: bar.y, width: right - left, height: bar.height,
        Palette.score(Double(part) / Double(parts - 1)))
    }
    write("0", bar.x - 0.5 * u, bar.bottom, size: 0.85 * u, Palette.faint, anchor: .right)
    write("1", bar.right + 0.5 * u, bar.bottom, size: 0.85 * u, Palette.faint)
  }
}
