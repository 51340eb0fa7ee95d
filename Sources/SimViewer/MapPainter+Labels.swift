import SimGeometry
import SimMap

extension MapPainter {
  /// Finds places for the names of lanes, along their centrelines where there is room and nothing
  /// else; `drawNames` writes them.
  ///
  /// - Parameter includingConnectors: also those of lanes through junctions.
  public mutating func placeLaneNames(includingConnectors: Bool = false) {
    for lane in map.lanes where includingConnectors || !lane.isConnector {
      let size = min(0.42 * laneWidth(lane) * view.scale, 11)
      guard size >= 5, let visible = visiblePart(lane) else { continue }
      let room = (visible.upperBound - visible.lowerBound) * view.scale
      guard Canvas.textWidth(lane.id, size: size) + size < room else { continue }
      for share in [0.5, 0.35, 0.65, 0.2, 0.8] {
        let s = visible.lowerBound + share * (visible.upperBound - visible.lowerBound)
        var direction = view.direction(lane.centreline.direction(at: s))
        // Never upside down.
        if direction.x < -1e-9 || (direction.x.magnitude <= 1e-9 && direction.y > 0) {
          direction = -direction
        }
        if place(lane.id, at: view.pixel(lane.centreline.point(at: s)), direction, size) { break }
      }
    }
  }

  /// The longest stretch of a lane that can be seen, by arc length.
  private func visiblePart(_ lane: Lane) -> ClosedRange<Double>? {
    let region = view.region
    let samples = 40
    var best: (first: Int, count: Int) = (0, 0)
    var run = 0
    for k in 0...samples {
      let p = lane.centreline.point(at: lane.length * Double(k) / Double(samples))
      run = region.contains(p) ? run + 1 : 0
      if run > best.count { best = (k - run + 1, run) }
    }
    guard best.count > 1 else { return nil }
    let step = lane.length / Double(samples)
    return (step * Double(best.first))...(step * Double(best.first + best.count - 1))
  }

  /// Takes the place of a text centred at a pixel, unless it would cover something.
  mutating func place(
    _ text: String, at p: Vector2, _ direction: Vector2, _ size: Double
  ) -> Bool {
    // Only the direction of a box matters for overlap, not its heading.
    let box = OrientedBox(
      centre: p, heading: 0, direction: direction,
      length: Canvas.textWidth(text, size: size) + 4, width: 1.5 * size + 2)
    if labels.contains(where: { $0.overlaps(box) }) { return false }
    labels.append(box)
    names.append(PlacedText(text: text, at: p, direction: direction, size: size))
    return true
  }

  /// Writes the names that have found a place.
  public mutating func drawNames() {
    for name in names {
      canvas.drawText(
        name.text, at: name.at,
        TextStyle(
          size: name.size, colour: Palette.ink, halo: Colour.white.with(alpha: 150),
          anchor: .centre, direction: name.direction))
    }
    names.removeAll()
  }

  /// A bar of a round length with its name, at the lower left.
  public mutating func drawScaleBar() {
    let metres = MapPainter.roundLength(atMost: 150 / view.scale)
    let width = metres * view.scale
    let x = 16.0
    let y = Double(view.height) - 18
    let text = MapPainter.text(metres)
    canvas.fillRect(
      x: x - 8, y: y - 20, width: max(width, Canvas.textWidth(text, size: 8)) + 16, height: 32,
      Colour.white.with(alpha: 200))
    for part in 0..<4 {
      canvas.fillRect(
        x: x + width * Double(part) / 4, y: y, width: width / 4, height: 4,
        part % 2 == 0 ? Palette.ink : .white)
    }
    canvas.strokePolygon(
      [Vector2(x, y), Vector2(x + width, y), Vector2(x + width, y + 4), Vector2(x, y + 4)],
      StrokeStyle(width: 1), Palette.ink)
    canvas.drawText(text, at: Vector2(x, y - 5), TextStyle(size: 8, colour: Palette.ink))
  }

  /// The greatest of 1, 2 and 5 times a power of ten that is not greater than a length.
  static func roundLength(atMost length: Double) -> Double {
    var power = 0.01
    while power * 10 <= length && power < 1e9 { power *= 10 }
    for factor in [5.0, 2, 1] where factor * power <= length { return factor * power }
    return power
  }

  private static func text(_ metres: Double) -> String {
    if metres >= 1000 { return "\(Int((metres / 1000).rounded())) km" }
    if metres >= 1 { return "\(Int(metres.rounded())) m" }
    return "\(Int((metres * 100).rounded())) cm"
  }

  /// A line of text at the upper left.
  public mutating func drawCaption(_ text: String) {
    let size = 10.0
    canvas.fillRect(
      x: 8, y: 8, width: Canvas.textWidth(text, size: size) + 16, height: size + 14,
      Colour.white.with(alpha: 200))
    canvas.drawText(text, at: Vector2(16, 8 + 7 + size), TextStyle(size: size, colour: Palette.ink))
  }

  /// The colours of the kinds of lane on the map, at the lower right, if there are several.
  public mutating func drawLegend() {
    let kinds = LaneKind.allCases.filter { kind in map.lanes.contains { $0.kind == kind } }
    guard kinds.count > 1 else { return }
    let size = 8.0
    let row = 16.0
    let width = kinds.map { Canvas.textWidth($0.rawValue, size: size) }.reduce(0, max) + 42
    let x = Double(view.width) - width - 8
    let y = Double(view.height) - row * Double(kinds.count) - 16
    canvas.fillRect(
      x: x, y: y, width: width, height: row * Double(kinds.count) + 8,
      Colour.white.with(alpha: 200))
    for (k, kind) in kinds.enumerated() {
      let top = y + 4 + row * Double(k)
      canvas.fillRect(x: x + 8, y: top + 2, width: 18, height: 12, Palette.surface(of: kind))
      canvas.drawText(
        kind.rawValue, at: Vector2(x + 33, top + 12), TextStyle(size: size, colour: Palette.ink))
    }
  }
}

/// A text with its place on the image.
struct PlacedText: Sendable {
  var text: String
  /// Middle of the text, pixels.
  var at: Vector2
  /// Along the base line, y down.
  var direction: Vector2
  /// Height of capitals, pixels.
  var size: Double
}
