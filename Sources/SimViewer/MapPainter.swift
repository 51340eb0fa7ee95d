import SimGeometry
public import SimMap

/// Draws a map, and what is on it, onto a canvas in layers: surfaces, paint, lines, labels.
public struct MapPainter {
  /// What is drawn.
  public let map: LaneGraph
  /// Where the map lies on the canvas.
  public let view: MapViewport
  /// The picture so far.
  public var canvas: Canvas
  /// What later labels and arrows keep clear of, in pixels.
  var labels: [OrientedBox] = []
  /// Names with a place, to be written.
  var names: [PlacedText] = []

  /// A painter with an empty canvas of the view's size.
  public init(map: LaneGraph, view: MapViewport) {
    self.map = map
    self.view = view
    canvas = Canvas(width: view.width, height: view.height, background: Palette.ground)
  }

  /// Lanes that can be seen, in map order.
  private var visibleLanes: [Lane] {
    let region = view.region
    return map.lanes.filter { $0.polygon.boundingBox.intersects(region) }
  }

  /// Areas and lanes by their kind, junctions, crossings.
  public mutating func drawSurfaces() {
    for area in map.drivableAreas { fill(area.polygon, Palette.surface(of: area.kind)) }
    for junction in map.junctions { fill(junction.polygon, Palette.junction) }
    let lanes = visibleLanes
    // Connectors overlap one another: they are tinted once, below the lanes.
    for lane in lanes where lane.isConnector && lane.kind.isDrivable {
      fill(lane.polygon, Palette.junction)
    }
    for lane in lanes where lane.isConnector && !lane.kind.isDrivable {
      fill(lane.polygon, Palette.surface(of: lane.kind))
    }
    for lane in lanes where !lane.isConnector {
      fill(lane.polygon, Palette.surface(of: lane.kind))
    }
    for crossing in map.crosswalks { drawCrossing(crossing) }
  }

  private mutating func fill(_ polygon: Polygon, _ colour: Colour) {
    guard polygon.boundingBox.intersects(view.region) else { return }
    let points = view.pixels(polygon.vertices)
    canvas.fillPolygon(points, colour)
    // Neighbours share an edge, whose pixels both cover in part: a hairline closes the seam.
    canvas.strokePolygon(points, StrokeStyle(width: 0.6, join: .bevel), colour)
  }

  /// Bars of 0.5 m along the traffic's direction, at gaps of 0.5 m.
  private mutating func drawCrossing(_ crossing: Crosswalk) {
    guard crossing.polygon.boundingBox.intersects(view.region) else { return }
    let across = crossing.polygon.area / crossing.path.length
    let bar = max(0.5 * view.scale, 1.5)
    canvas.fillPolygon(view.pixels(crossing.polygon.vertices), Palette.paint.with(alpha: 70))
    canvas.strokePolyline(
      view.pixels(crossing.path.vertices),
      StrokeStyle(width: max(across * view.scale, 2), dashes: [bar, bar]),
      Palette.paint.with(alpha: 220))
  }

  /// The bounds of lanes with their markings. Lanes through junctions have none.
  public mutating func drawBounds() {
    let lanes = visibleLanes.filter { !$0.isConnector }
    // What forbids most is drawn last: neighbours may describe their common bound differently.
    for marking in [LaneMarking.unknown, .dashed, .solid, .curb] {
      for lane in lanes {
        if lane.leftMarking == marking { drawBound(lane.leftBound, marking) }
        if lane.rightMarking == marking { drawBound(lane.rightBound, marking) }
      }
    }
  }

  private mutating func drawBound(_ bound: Polyline, _ marking: LaneMarking) {
    let points = view.pixels(bound.vertices)
    switch marking {
    case .none: break
    case .unknown:
      canvas.strokePolyline(points, StrokeStyle(width: 0.8), Palette.unknownBound)
    case .dashed:
      // Dashes of 3 m at gaps of 3 m, but never finer than can be seen.
      let dash = max(3 * view.scale, 3)
      canvas.strokePolyline(
        points,
        StrokeStyle(width: view.thickness(0.15, atLeast: 1), dashes: [dash, dash]),
        Palette.paint)
    case .solid:
      canvas.strokePolyline(
        points, StrokeStyle(width: view.thickness(0.15, atLeast: 1)), Palette.paint)
    case .curb:
      canvas.strokePolyline(
        points, StrokeStyle(width: view.thickness(0.2, atLeast: 1.2)), Palette.curb)
    }
  }

  /// Centrelines of connectors, and arrows in the direction of travel on all lanes, where no name
  /// or agent is.
  public mutating func drawDirections() {
    for lane in visibleLanes where lane.kind != .sidewalk && lane.kind != .crosswalk {
      let line = lane.centreline
      if lane.isConnector {
        canvas.strokePolyline(
          view.pixels(line.vertices), StrokeStyle(width: max(0.08 * view.scale, 0.8)),
          Palette.paint.with(alpha: 110))
      }
      let length = line.length * view.scale
      let width = laneWidth(lane) * view.scale
      let size = min(max(0.3 * width, 2.5), 9)
      guard length > 3 * size, width > 3 else { continue }
      // (A lane of a damaged recording may be longer than can be counted.)
      let count = max(1, Int(min(length / max(90, 12 * size), 100_000)))
      var cursor: Int32 = 0
      for k in 0..<count {
        let s = line.length * (Double(k) + 0.5) / Double(count)
        let place = line.advance(cursor: &cursor, s: s)
        drawArrow(at: view.pixel(place.point), view.direction(place.direction), size)
      }
    }
  }

  private mutating func drawArrow(at p: Vector2, _ direction: Vector2, _ size: Double) {
    let box = OrientedBox(
      centre: p, heading: 0, direction: direction, length: 2 * size, width: 1.5 * size)
    if labels.contains(where: { $0.overlaps(box) }) { return }
    canvas.fillPolygon(
      [
        p + direction * size,
        p - direction * (0.7 * size) + direction.left * (0.75 * size),
        p - direction * (0.25 * size),
        p - direction * (0.7 * size) - direction.left * (0.75 * size),
      ], Palette.paint.with(alpha: 190))
  }

  /// Mean width of a lane, metres.
  func laneWidth(_ lane: Lane) -> Double { lane.polygon.area / max(lane.length, 1e-3) }

  /// Stop lines in the colour of their rule.
  public mutating func drawStopLines() {
    for line in map.stopLines {
      let points = view.pixels([line.from, line.to])
      let width = view.thickness(0.4, atLeast: 1.6)
      let dashes = line.rule == .yield ? [2 * width, width] : []
      canvas.strokePolyline(
        points, StrokeStyle(width: width, dashes: dashes), Palette.stopLine(line.rule))
    }
  }

  /// What the signals show, as lamps at the ends of the lanes that they release.
  ///
  /// - Parameter colours: one colour a signal of the map.
  public mutating func drawSignals(_ colours: [SignalColour]) {
    precondition(colours.count == map.signals.count, "one colour a signal")
    let radius = max(0.6 * view.scale, 2.5)
    for (signal, colour) in zip(map.signals, colours) {
      for index in signal.lanes where map.lanes.indices.contains(index) {
        let lane = map.lanes[index]
        // A signal of a connector stands at its start, one of a lane at the lane's end.
        let place = view.pixel(lane.isConnector ? lane.centreline.start : lane.centreline.end)
        canvas.fillCircle(centre: place, radius: radius + 1, Palette.ink)
        canvas.fillCircle(centre: place, radius: radius, Palette.light(colour))
      }
    }
  }
}
