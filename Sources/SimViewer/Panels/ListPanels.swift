import SimGeometry

extension FrameLayer {
  /// All layers with their keys; a click shows and hides one.
  static let layerList = FrameLayer("y", "layer-list", isOn: false) { painter in
    let layout = painter.layout
    let u = layout.unit
    painter.panel(layout.list)
    for (index, layer) in layout.listed.enumerated() {
      let entry = layout.entry(index)
      let isOn = painter.state.layers[layer.name]
      let y = entry.y + 1.3 * u
      painter.canvas.fillRect(
        x: entry.x, y: entry.y + 0.2 * u, width: 1.4 * u, height: 1.4 * u,
        isOn ? Palette.blue : Colour(hex: 0xD5DADF))
      painter.write(
        String(layer.key), entry.x + 0.7 * u, entry.y + 0.9 * u, size: 0.9 * u,
        isOn ? .white : Palette.ink, weight: .bold, anchor: .centre)
      painter.write(layer.name, entry.x + 2.2 * u, y, isOn ? Palette.ink : Palette.faint)
    }
  }

  /// What Enter offers: planners and seeds to go on with from this tick.
  static let menu = FrameLayer("\r", "menu") { painter in
    guard let menu = painter.state.menu else { return }
    let u = painter.textSize
    let line = 2 * u
    let rect = PanelRect(
      x: 0.5 * painter.width - 16 * u,
      y: 0.5 * painter.height - 0.5 * line * Double(menu.choices.count + 3), width: 32 * u,
      height: line * Double(menu.choices.count + 3))
    painter.panel(rect)
    var y = rect.y + 2 * u
    painter.write("go on from tick \(painter.moment.tick) with", rect.x + u, y, weight: .bold)
    for (index, choice) in menu.choices.enumerated() {
      y += line
      if index == menu.place {
        painter.canvas.fillRect(
          x: rect.x + 0.5 * u, y: y - 1.45 * u, width: rect.width - u, height: line,
          Palette.skyBlue.with(alpha: 150))
      }
      painter.write(choice, rect.x + 1.5 * u, y)
    }
    painter.write(
      "up, down, Enter; Escape leaves", rect.x + u, y + 1.2 * line, size: 0.85 * u, Palette.faint)
  }

  /// All keys.
  static let help = FrameLayer("?", "help", isOn: false) { painter in
    let u = painter.textSize
    let line = 1.9 * u
    let keys = FrameLayer.keys
    let rect = PanelRect(
      x: 0.5 * painter.width - 29 * u,
      y: 0.5 * painter.height - 0.5 * line * Double(keys.count + 1),
      width: 58 * u, height: line * Double(keys.count + 1))
    painter.panel(rect)
    painter.panel(rect)
    for (index, entry) in keys.enumerated() {
      let y = rect.y + line * Double(index + 1)
      painter.write(entry.key, rect.x + 1.5 * u, y, weight: .bold)
      painter.write(entry.what, rect.x + 17 * u, y)
    }
  }

  /// The keys of the viewer, for the help panel and the manual.
  public static let keys: [(key: String, what: String)] = [
    ("space", "play, pause"), ("left, right", "a tick; shift: a second, ctrl: five"),
    ("home, end", "first and last tick"), ("up, down", "faster, slower"), ("l", "loop"),
    (", .", "event before, event after"), ("j", "the worst tick"),
    ("tab, click", "select an agent; escape: none"), ("wheel, + -", "zoom"),
    ("drag", "move the map"), ("c", "camera follows or stays"), ("o", "heading up or north up"),
    ("z", "the whole map"), ("w", "measure by dragging"),
    ("Enter", "go on from here with another planner or seed"), ("x", "save the picture"),
    ("y", "layers and their keys"), ("Q", "quit"),
  ]
}
