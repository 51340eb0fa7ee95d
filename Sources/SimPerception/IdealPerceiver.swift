import SimCore
import SimGeometry
import SimMap
public import SimStack
public import SimWorld

/// Sees every agent within a range exactly as it is, and every signal.
///
/// Range is measured between box centres. Tracks carry the agent's row as their id, so the same
/// thing keeps its id for the whole episode.
public struct IdealPerceiver: Perceiver {
  static let schema = ModuleSchema(
    "ideal", "Exact boxes and speeds of everything within range; no deficits.",
    parameters: [
      ParameterSchema(
        "range", .number(default: 200, in: 1...10_000, dimension: .length),
        "Largest distance between box centres at which a thing is seen.")
    ])

  let range: Double
  let route: Route
  /// Room for the tracks of the next call: a little more than there were in the last one.
  private var room = 32

  init(_ parameters: ParameterValues, _ setup: DrivingSetup) {
    range = parameters.number("range")
    route = setup.route
  }

  /// The scene as it is; never throws.
  public mutating func perceive(_ view: WorldView, ego: Int, in context: TickContext)
    throws(StageFailure) -> Scene
  {
    let row = view.drivenRows[ego]
    let rangeSquared = range * range
    var tracks: [Track] = []
    tracks.reserveCapacity(room)
    view.agents.withColumns { agents in
      let centreX = agents.x[row]
      let centreY = agents.y[row]
      for other in 0..<agents.count where other != row && agents.present[other] != 0 {
        let dx = agents.x[other] - centreX
        let dy = agents.y[other] - centreY
        guard dx * dx + dy * dy <= rangeSquared else { continue }
        tracks.append(
          Track(
            id: other, agentClass: view.agents.classes[other], box: agents.box(other),
            speed: agents.speed[other], acceleration: agents.acceleration[other],
            lights: view.agents.lights(other)))
      }
    }
    room = tracks.count + 16
    return Scene(
      tick: view.tick, ego: view.egos[ego], vehicle: view.vehicles[ego], tracks: tracks,
      signals: view.signals, map: view.map, route: route)
  }
}
