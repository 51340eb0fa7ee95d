public import SimGeometry
public import SimStack
public import SimWorld

/// An agent as it is drawn: its box, what it is, and its name.
public struct DrawnAgent: Sendable {
  /// Its outline, metres in the frame of the map.
  public var box: OrientedBox
  /// Decides the colour of all but egos.
  public var agentClass: AgentClass
  /// Drawn in the ego's colour and above the others.
  public var isEgo: Bool
  /// Written beside it; nil for none.
  public var label: String?
  /// Lights that are on.
  public var lights: VehicleLights
  /// Where it has been, oldest first.
  public var trail: [Vector2]

  /// An agent to draw; a car without a name unless told otherwise.
  public init(
    box: OrientedBox, agentClass: AgentClass = .car, isEgo: Bool = false, label: String? = nil,
    lights: VehicleLights = [], trail: [Vector2] = []
  ) {
    self.box = box
    self.agentClass = agentClass
    self.isEgo = isEgo
    self.label = label
    self.lights = lights
    self.trail = trail
  }

  /// The agents that are present in a tick of an episode, in row order.
  ///
  /// - Parameters:
  ///   - record: the episode.
  ///   - tick: a recorded tick.
  ///   - trailTicks: how many earlier ticks a trail holds.
  public static func all(
    of record: EpisodeRecord, tick: Int, trailTicks: Int = 0
  ) -> [DrawnAgent] {
    precondition(tick >= 0 && tick < record.ticks, "the tick is recorded")
    let history = record.history
    let egos = record.header.egos.map(\.agent)
    return (0..<history.agents).compactMap { row in
      let slot = history.slot(tick, row)
      guard history.present[slot] != 0 else { return nil }
      let trail = (max(0, tick - trailTicks)..<tick).compactMap { earlier -> Vector2? in
        let k = history.slot(earlier, row)
        return history.present[k] == 0 ? nil : Vector2(history.x[k], history.y[k])
      }
      return DrawnAgent(
        box: OrientedBox(
          centre: Vector2(history.x[slot], history.y[slot]), heading: history.heading[slot],
          length: record.header.lengths[row], width: record.header.widths[row]),
        agentClass: record.header.classes[row], isEgo: egos.contains(row),
        label: record.header.ids[row], lights: record.lights(tick, row), trail: trail)
    }
  }
}
