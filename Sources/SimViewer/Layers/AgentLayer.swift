import SimGeometry
import SimWorld

extension FrameLayer {
  /// Everybody by class, with heading, indicators and brake lights; egos above the others.
  static let agents = FrameLayer("a", "agents") { painter in
    for agent in painter.agents where !agent.isEgo { painter.draw(agent) }
    for agent in painter.agents where agent.isEgo { painter.draw(agent) }
  }
}

extension FramePainter {
  fileprivate mutating func draw(_ agent: AgentNow) {
    guard region.contains(agent.box.centre) else { return }
    let colour = agent.isEgo ? Palette.blue : Palette.body(of: agent.agentClass)
    // However far away one looks from, an agent stays a few pixels large.
    var box = agent.box
    box.halfLength = max(box.halfLength, 2.5 / view.scale)
    box.halfWidth = max(box.halfWidth, 1.5 / view.scale)
    let wide = 2 * box.halfWidth * view.scale
    let edge = agent.isEgo ? Colour.white : Palette.ink
    switch agent.agentClass {
    case .car, .truck, .bus:
      guard wide > 5 else {
        canvas.fillPolygon(view.pixels(box.cornerArray), colour)
        return
      }
      drawVehicle(agent, box, colour, edge, wide)
    case .motorcycle, .bicycle:
      drawRider(box, colour, edge)
    case .pedestrian:
      let centre = view.pixel(box.centre)
      let radius = max(0.5 * (box.halfLength + box.halfWidth) * view.scale, 2.5)
      canvas.fillCircle(centre: centre, radius: radius + 1, edge)
      canvas.fillCircle(centre: centre, radius: radius, colour)
      if radius > 3 {
        let nose = centre + view.direction(box.direction) * radius
        canvas.strokePolyline([centre, nose], StrokeStyle(width: 1.5), edge)
      }
    case .trafficCone, .barrier, .constructionSign, .genericObject:
      let corners = view.pixels(box.cornerArray)
      canvas.fillPolygon(corners, colour)
      if wide > 4 { canvas.strokePolygon(corners, StrokeStyle(width: 1), edge) }
    }
  }

  /// A point of a box: -1 to 1 along and across.
  private func pixel(_ box: OrientedBox, _ along: Double, _ across: Double) -> Vector2 {
    view.pixel(box.global(Vector2(along * box.halfLength, across * box.halfWidth)))
  }

  private mutating func drawVehicle(
    _ agent: AgentNow, _ box: OrientedBox, _ colour: Colour, _ edge: Colour, _ wide: Double
  ) {
    // Corners are cut off by a fixed length, front corners more.
    let front = min(0.45 / box.halfLength, 0.4)
    let rear = min(0.2 / box.halfLength, 0.3)
    let body = [
      pixel(box, 1, 0.6), pixel(box, 1 - front, 1), pixel(box, rear - 1, 1), pixel(box, -1, 0.8),
      pixel(box, -1, -0.8), pixel(box, rear - 1, -1), pixel(box, 1 - front, -1),
      pixel(box, 1, -0.6),
    ]
    canvas.fillPolygon(body, colour)
    canvas.strokePolygon(
      body, StrokeStyle(width: agent.isEgo ? 1.8 : 1, join: .bevel), edge)
    if wide > 9 {
      // The windscreen, at the same distance from the front of all vehicles.
      let at = min(1.15 / box.halfLength, 0.7)
      let deep = min(0.75 / box.halfLength, 0.4)
      canvas.fillPolygon(
        [
          pixel(box, 1 - at, 0.78), pixel(box, 1 - at - deep, 0.62),
          pixel(box, 1 - at - deep, -0.62), pixel(box, 1 - at, -0.78),
        ], Palette.ink.with(alpha: 200))
    } else {
      canvas.fillPolygon(
        [pixel(box, 0.9, 0), pixel(box, 0.3, 0.7), pixel(box, 0.3, -0.7)],
        Colour.white.with(alpha: 220))
    }
    drawLights(agent.lights, box)
  }

  /// Brake lights as bars across the rear, indicators as arrows beside the front and the rear.
  private mutating func drawLights(_ lights: VehicleLights, _ box: OrientedBox) {
    let deep = min(max(0.5 / box.halfLength, 2.5 / (box.halfLength * view.scale)), 0.5)
    if lights.contains(.brake) {
      for side in [1.0, -1] {
        let lamp = [
          pixel(box, -1 - 0.4 * deep, 0.95 * side), pixel(box, -1 + deep, 0.95 * side),
          pixel(box, -1 + deep, 0.35 * side), pixel(box, -1 - 0.4 * deep, 0.35 * side),
        ]
        canvas.fillPolygon(lamp, Palette.brake)
        canvas.strokePolygon(lamp, StrokeStyle(width: 1, join: .bevel), .white)
      }
    }
    for side in [1.0, -1] where lights.contains(.indicator(toLeft: side > 0)) {
      for along in [0.8, -0.75] {
        canvas.fillPolygon(
          [
            pixel(box, along + deep, 1.05 * side), pixel(box, along - deep, 1.05 * side),
            pixel(box, along, 1.75 * side),
          ], Palette.yellow)
        canvas.strokePolygon(
          [
            pixel(box, along + deep, 1.05 * side), pixel(box, along - deep, 1.05 * side),
            pixel(box, along, 1.75 * side),
          ], StrokeStyle(width: 1, join: .bevel), Palette.ink)
      }
    }
  }

  private mutating func drawRider(_ box: OrientedBox, _ colour: Colour, _ edge: Colour) {
    let body = [
      pixel(box, 1, 0), pixel(box, 0.3, 0.9), pixel(box, -1, 0.5), pixel(box, -1, -0.5),
      pixel(box, 0.3, -0.9),
    ]
    canvas.fillPolygon(body, colour)
    canvas.strokePolygon(body, StrokeStyle(width: 1, join: .bevel), edge)
    canvas.fillCircle(
      centre: view.pixel(box.centre), radius: max(0.24 * view.scale, 1.2), edge)
  }
}
