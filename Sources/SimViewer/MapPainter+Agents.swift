public import SimGeometry
import SimWorld

extension MapPainter {
  /// A way along the map, e.g. the ego's route, with a ring at its goal.
  ///
  /// - Parameters:
  ///   - line: the way, metres.
  ///   - goal: where it ends; nil if it has no goal.
  public mutating func drawRoute(_ line: Polyline, goal: Vector2?) {
    canvas.strokePolyline(
      view.pixels(line.vertices),
      StrokeStyle(width: view.thickness(0.9, atLeast: 2.5), join: .round, cap: .round),
      Palette.blue.with(alpha: 110))
    if let goal {
      let p = view.pixel(goal)
      let radius = max(1.6 * view.scale, 6)
      canvas.strokeCircle(centre: p, radius: radius, width: max(0.3 * radius, 2), Palette.blue)
      canvas.fillCircle(centre: p, radius: 0.35 * radius, Palette.blue)
    }
  }

  /// Keeps the place of agents free of names, and finds places for their own labels beside them;
  /// `drawNames` writes these.
  public mutating func placeAgents(_ agents: [DrawnAgent]) {
    for agent in agents {
      labels.append(
        OrientedBox(
          centre: view.pixel(agent.box.centre), heading: 0,
          direction: view.direction(agent.box.direction),
          length: agent.box.length * view.scale + 4, width: agent.box.width * view.scale + 4))
    }
    let size = 7.5
    for agent in agents {
      guard let label = agent.label else { continue }
      let box = agent.box.boundingBox
      let centre = view.pixel(agent.box.centre)
      let up = Vector2(0, 0.5 * box.height * view.scale + 1.3 * size)
      let aside = Vector2(
        0.5 * (box.width * view.scale + Canvas.textWidth(label, size: size)) + 7, 0)
      for p in [centre - up, centre + up, centre + aside, centre - aside]
      where place(label, at: p, Vector2(1, 0), size) {
        break
      }
    }
  }

  /// Agents with their trails: others first, then egos, each group in the order given.
  public mutating func drawAgents(_ agents: [DrawnAgent]) {
    for agent in agents where !agent.isEgo { draw(agent) }
    for agent in agents where agent.isEgo { draw(agent) }
  }

  private mutating func draw(_ agent: DrawnAgent) {
    let colour = agent.isEgo ? Palette.blue : Palette.body(of: agent.agentClass)
    canvas.strokePolyline(
      view.pixels(agent.trail),
      StrokeStyle(width: view.thickness(0.3, atLeast: 1.2), join: .round), colour.with(alpha: 140))
    // However far away one looks from, an agent stays a few pixels large.
    var box = agent.box
    box.halfLength = max(box.halfLength, 2.5 / view.scale)
    box.halfWidth = max(box.halfWidth, 1.5 / view.scale)
    let corners = view.pixels(box.cornerArray)
    canvas.fillPolygon(corners, colour)
    if box.halfWidth * view.scale > 2 {
      canvas.strokePolygon(
        corners, StrokeStyle(width: agent.isEgo ? 1.6 : 1), agent.isEgo ? .white : Palette.ink)
    }
    guard box.halfWidth * view.scale > 3,
      agent.agentClass.isVehicle || agent.agentClass.isVulnerable
    else { return }
    // Which way it faces: a wedge in its front half.
    let front = [
      Vector2(0.85 * box.halfLength, 0), Vector2(0.25 * box.halfLength, 0.65 * box.halfWidth),
      Vector2(0.25 * box.halfLength, -0.65 * box.halfWidth),
    ]
    canvas.fillPolygon(
      front.map { view.pixel(box.global($0)) }, Colour.white.with(alpha: 210))
    draw(agent.lights, of: box)
  }

  /// Indicators at the corners of their side, brake lights at the rear.
  private mutating func draw(_ lights: VehicleLights, of box: OrientedBox) {
    let radius = view.thickness(0.3, atLeast: 1.2)
    func lamp(_ along: Double, _ across: Double, _ colour: Colour) {
      let place = Vector2(along * box.halfLength, across * box.halfWidth)
      canvas.fillCircle(centre: view.pixel(box.global(place)), radius: radius, colour)
    }
    for across in [0.75, -0.75] {
      if lights.contains(.brake) { lamp(-0.95, across, Palette.vermilion) }
      guard lights.contains(.indicator(toLeft: across > 0)) else { continue }
      lamp(0.9, across, Palette.yellow)
      lamp(-0.9, across, Palette.yellow)
    }
  }
}
