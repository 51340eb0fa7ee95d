import SimGeometry
import SimMap
import SimScenario
import SimStack
import SimWorld

/// Looks every tick whether an ego meets one of its goals for the first time.
struct GoalWatch {
  private let goals: [[Goal]]
  /// Which of the driven vehicles each ego is.
  private let drivers: [Int]
  private let vehicles: [VehicleParameters]
  private(set) var hasReached: [Bool]

  init(_ scenario: Scenario, drivers: [Int], vehicles: [VehicleParameters]) {
    goals = scenario.egos.map(\.goals)
    self.drivers = drivers
    self.vehicles = vehicles
    hasReached = goals.map { _ in false }
  }

  /// Every ego has reached a goal (an ego without any never does).
  var haveAllReached: Bool { !hasReached.isEmpty && hasReached.allSatisfy { $0 } }

  /// One event for each ego that meets a goal for the first time now.
  mutating func events(in view: WorldView) -> [EpisodeEvent] {
    var events: [EpisodeEvent] = []
    for ego in goals.indices where !hasReached[ego] {
      let driver = drivers[ego]
      let state = view.egos[driver]
      let isMet = goals[ego].contains {
        $0.isMet(by: state, vehicles[driver], tick: view.tick, on: view.map)
      }
      guard isMet else { continue }
      hasReached[ego] = true
      events.append(
        EpisodeEvent(
          tick: view.tick, kind: "goal_reached", agent: view.drivenRows[driver], value: state.speed)
      )
    }
    return events
  }
}

extension Goal {
  /// Every stated condition holds for this state.
  func isMet(
    by state: EgoState, _ vehicle: VehicleParameters, tick: Int, on map: LaneGraph
  ) -> Bool {
    if let ticks, !ticks.contains(tick) { return false }
    if let speed, !speed.contains(state.speed) { return false }
    if let heading, !isWithin(heading, state.pose.heading) { return false }
    guard let regions else { return true }
    let centre = state.centre(vehicle).position
    return regions.contains { $0.contains(centre, on: map) }
  }

  private func isWithin(_ interval: (lower: Double, width: Double), _ heading: Double) -> Bool {
    // Counter-clockwise from the lower end, in [0, 2 pi); an angle of nearly a whole turn is one
    // that rounding has put just before the lower end.
    let turn = 2 * Double.pi
    let offset = heading - interval.lower
    let ahead = offset - turn * (offset / turn).rounded(.down)
    return ahead <= interval.width || ahead >= turn - 1e-9
  }
}

extension Goal.Region {
  /// Whether a box centre is in the region.
  func contains(_ centre: Vector2, on map: LaneGraph) -> Bool {
    switch self {
    case .polygon(let polygon):
      return polygon.containsOrTouches(centre)
    case .circle(let middle, let radius):
      return centre.distance(to: middle) <= radius
    case .lanes(let lanes):
      return lanes.contains { map.lanes[$0].polygon.containsOrTouches(centre) }
    case .lanePosition(let index, let arcLength):
      let lane = map.lanes[index]
      if lane.polygon.containsOrTouches(centre) {
        return lane.centreline.project(centre).s >= arcLength
      }
      // A goal near the lane's end may be passed within one tick.
      return lane.successors.contains { map.lanes[$0].polygon.containsOrTouches(centre) }
    }
  }
}
