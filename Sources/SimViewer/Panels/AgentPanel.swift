import SimCore
import SimGeometry
import SimStack
import SimWorld

extension FrameLayer {
  /// The state of the selected agent.
  static let agentPanel = FrameLayer("4", "agent") { painter in
    guard let row = painter.state.selected else { return }
    let layout = painter.layout
    let u = layout.unit
    let rect = layout.agent
    let record = painter.record
    painter.panel(rect)
    let x = rect.x + u
    var y = rect.y + 1.7 * u
    let title = "\(record.header.ids[row])  \(record.header.classes[row])"
    painter.write(painter.fitting(title, rect.width - 2 * u), x, y, weight: .bold)
    y += layout.line
    let slot = record.history.slot(painter.moment.tick, row)
    guard record.history.present[slot] != 0 else {
      painter.write("not there at this tick", x, y)
      return
    }
    let history = record.history
    let place = Vector2(history.x[slot], history.y[slot])
    var lines = [
      ("x, y", "\(history.x[slot].fixed(2)), \(history.y[slot].fixed(2)) m"),
      ("heading", "\((history.heading[slot] * 180 / .pi).fixed(1)) deg"),
      ("speed", "\(history.speed[slot].fixed(2)) m/s"),
      (
        "acceleration",
        "\(history.acceleration[slot].fixed(2)), asked "
          + history.commandAcceleration[slot].fixed(2)
      ),
    ]
    let lights = record.lights(painter.moment.tick, row)
    let names =
      (lights.contains(.left) ? ["left"] : []) + (lights.contains(.right) ? ["right"] : [])
      + (lights.contains(.brake) ? ["brake"] : [])
    lines.append(("lights", names.isEmpty ? "none" : names.joined(separator: ", ")))
    if row == painter.show.ego {
      lines.append(("steering", "\((history.steering[slot] * 180 / .pi).fixed(2)) deg"))
    } else if let ego = record.pose(painter.show.ego, painter.moment) {
      lines.append(("to the ego", "\(place.distance(to: ego.position).fixed(1)) m"))
    }
    for (name, value) in lines {
      painter.write(name, x, y, Palette.faint)
      painter.write(value, x + 0.4 * rect.width, y)
      y += layout.line
    }
  }
}
