import SimCore
import SimGeometry
import SimStack

extension ViewerState {
  /// Takes notice of what a person does.
  ///
  /// - Returns: what the program around the viewer has to do; nil: nothing.
  public mutating func handle(_ event: ViewerEvent, of show: Exhibit) -> ViewerRequest? {
    switch event {
    case .key(let key, let modifiers): return handle(key, modifiers, of: show)
    case .press(let p): press(p, of: show)
    case .move(let p): move(to: p, of: show)
    case .release(let p): release(p, of: show)
    case .wheel(let p, let turns): zoom(turns, at: p, of: show)
    case .resize(let width, let height):
      self.width = min(max(width, 64), Canvas.maximumSide)
      self.height = min(max(height, 64), Canvas.maximumSide)
    }
    return nil
  }

  private mutating func handle(
    _ key: ViewerEvent.Key, _ modifiers: ViewerEvent.Modifiers, of show: Exhibit
  ) -> ViewerRequest? {
    note = ""
    if menu != nil { return handleInMenu(key, of: show) }
    switch key {
    case .left: step(-1, modifiers, of: show)
    case .right: step(1, modifiers, of: show)
    case .up: changeRate(by: 1)
    case .down: changeRate(by: -1)
    case .home: go(to: 0, of: show)
    case .end: go(to: show.lastTick, of: show)
    case .tab: selectNext(modifiers.contains(.shift) ? -1 : 1, of: show)
    case .escape: leave()
    case .enter:
      if choices.isEmpty {
        note = "only a scenario can be branched: open the scenario instead of its recording"
      } else {
        menu = Menu(choices: choices)
        isPlaying = false
      }
    case .character(let character): return handle(character, of: show)
    }
    return nil
  }

  private mutating func handle(_ character: Character, of show: Exhibit) -> ViewerRequest? {
    switch character {
    case " ":
      if !isPlaying, moment(of: show).tick == show.lastTick { position = 0 }
      isPlaying.toggle()
    case "l": loops.toggle()
    case "c":
      if camera.mode == .follow { stayHere(of: show) } else { camera.mode = .follow }
    case "o": camera.isHeadingUp.toggle()
    case "z": showAll(of: show)
    case "+", "=": zoom(1, at: centre, of: show)
    case "-": zoom(-1, at: centre, of: show)
    case ".": jump(1, of: show)
    case ",": jump(-1, of: show)
    case "j": if let worst = show.findings.worstTick { go(to: worst, of: show) }
    case "w":
      measures.toggle()
      if !measures { (measureFrom, measureTo) = (nil, nil) }
    case "x": return .save
    case "Q": return .quit
    default:
      guard let layer = FrameLayer.all.first(where: { $0.key == character }) else { return nil }
      layers[layer.name].toggle()
      note = "\(layer.name) \(layers[layer.name] ? "shown" : "hidden")"
    }
    return nil
  }

  private mutating func handleInMenu(_ key: ViewerEvent.Key, of show: Exhibit) -> ViewerRequest? {
    guard var open = menu else { return nil }
    switch key {
    case .up: open.place = max(open.place - 1, 0)
    case .down: open.place = min(open.place + 1, open.choices.count - 1)
    case .enter:
      menu = nil
      return .branch(tick: moment(of: show).tick, choice: open.choices[open.place])
    case .escape:
      menu = nil
      return nil
    default: break
    }
    menu = open
    return nil
  }

  private var centre: Vector2 { Vector2(0.5 * Double(width), 0.5 * Double(height)) }

  /// One tick; with shift a second, with control five.
  private mutating func step(
    _ direction: Int, _ modifiers: ViewerEvent.Modifiers, of show: Exhibit
  ) {
    let clock = show.record.header.clock
    let ticks =
      modifiers.contains(.control)
      ? clock.ticks(5) : modifiers.contains(.shift) ? clock.ticks(1) : 1
    go(to: moment(of: show).tick + direction * max(ticks, 1), of: show)
  }

  private mutating func changeRate(by places: Int) {
    let rates = ViewerState.rates
    let place = rates.firstIndex { $0 >= rate } ?? 3
    rate = rates[min(max(place + places, 0), rates.count - 1)]
  }

  private mutating func jump(_ direction: Int, of show: Exhibit) {
    let now = moment(of: show).tick
    let ticks = show.findings.marks.map(\.tick)
    let target =
      direction > 0 ? ticks.filter { $0 > now }.min() : ticks.filter { $0 < now }.max()
    guard let target else {
      note = direction > 0 ? "no later event" : "no earlier event"
      return
    }
    go(toMarksOf: target, show)
  }

  /// Goes to a tick and says all that happened in it.
  private mutating func go(toMarksOf tick: Int, _ show: Exhibit) {
    go(to: tick, of: show)
    note = show.findings.marks.filter { $0.tick == tick }.map(\.text).joined(separator: "; ")
  }

  private mutating func selectNext(_ direction: Int, of show: Exhibit) {
    let rows = show.record.agents(moment(of: show)).map(\.row)
    guard !rows.isEmpty else { return }
    guard let selected, let place = rows.firstIndex(of: selected) else {
      self.selected = direction > 0 ? rows.first : rows.last
      return
    }
    self.selected = rows[(place + direction + rows.count) % rows.count]
  }

  /// Escape leaves one thing at a time.
  private mutating func leave() {
    if layers["help"] {
      layers["help"] = false
    } else if measures {
      measures = false
      (measureFrom, measureTo) = (nil, nil)
    } else {
      selected = nil
    }
  }

  private mutating func stayHere(of show: Exhibit) {
    camera.centre = view(of: show).centre
    camera.mode = .fixed
  }

  // MARK: The mouse

  private mutating func press(_ p: Vector2, of show: Exhibit) {
    let layout = layout(of: show)
    if layers["slider"], layout.slider.contains(p) {
      if layout.button.contains(p) {
        isPlaying.toggle()
      } else if let mark = layout.mark(at: p, of: show) {
        go(toMarksOf: mark.tick, show)
      } else {
        grip = .slider
        position = layout.ticks(at: p, of: show)
      }
    } else if layers["layer-list"], let layer = layout.listed(at: p) {
      layers[layer.name].toggle()
    } else if layers["strips"], let ticks = layout.stripTicks(at: p, of: show) {
      grip = .slider
      position = ticks
    } else if measures {
      measureFrom = view(of: show).place(p)
      measureTo = measureFrom
      grip = .measure
    } else {
      grip = .plane(from: p, last: p, isDragged: false)
    }
  }

  private mutating func move(to p: Vector2, of show: Exhibit) {
    switch grip {
    case .nothing: break
    case .slider:
      let layout = layout(of: show)
      position = layout.stripTicks(at: p, of: show) ?? layout.ticks(at: p, of: show)
    case .measure: measureTo = view(of: show).place(p)
    case .plane(let from, let last, let wasDragged):
      // A click may tremble.
      guard wasDragged || from.distance(to: p) > 4 else { return }
      if camera.mode == .follow { stayHere(of: show) }
      let view = view(of: show)
      camera.centre += view.place(last) - view.place(p)
      grip = .plane(from: from, last: p, isDragged: true)
    }
  }

  private mutating func release(_ p: Vector2, of show: Exhibit) {
    if case .plane(_, _, let wasDragged) = grip, !wasDragged { select(at: p, of: show) }
    if grip == .slider { position = position.rounded() }
    grip = .nothing
  }

  /// The agent under a pixel, or at most six pixels beside it.
  private mutating func select(at p: Vector2, of show: Exhibit) {
    let view = view(of: show)
    let place = view.place(p)
    selected =
      show.record.agents(moment(of: show))
      .map { ($0.row, $0.box.expanded(by: 6 / view.scale), $0.box.centre.distance(to: place)) }
      .filter { _, box, _ in
        let local = box.local(place)
        return local.x.magnitude <= box.halfLength && local.y.magnitude <= box.halfWidth
      }
      .min { $0.2 < $1.2 }?.0
  }

  /// Zooms by a quarter a turn; a fixed camera keeps what lies under the pixel.
  private mutating func zoom(_ turns: Double, at p: Vector2, of show: Exhibit) {
    guard turns.isFinite else { return }
    let before = view(of: show).place(p)
    var factor = 1.0
    for _ in 0..<Int(min(turns.magnitude, 20).rounded(.up)) { factor *= 1.25 }
    let scale = turns > 0 ? camera.scale * factor : camera.scale / factor
    camera.scale = min(max(scale, Camera.scales.lowerBound), Camera.scales.upperBound)
    if camera.mode == .fixed { camera.centre += before - view(of: show).place(p) }
  }
}
