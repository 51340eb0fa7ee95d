import SimGeometry
import SimMap
import SimScenario
import SimStack
import SimWorld

/// Looks every tick whether a condition of `end_on` holds.
///
/// It is a rule of the scenario and no score: collisions count whoever is to blame, and a vehicle
/// is off the road when a corner is `tolerance` or more from everything drivable.
struct EndWatch {
  /// As in the drivable-area metric, metres.
  static let tolerance = 0.3

  private let conditions: [EndCondition]
  /// Which of the driven vehicles each ego is.
  private let drivers: [Int]

  init(_ conditions: [EndCondition], drivers: [Int]) {
    self.conditions = conditions
    self.drivers = drivers
  }

  /// Why the episode ends now; nil if it goes on.
  func reason(in view: WorldView, goals: GoalWatch) -> String? {
    for condition in conditions {
      switch condition {
      case .goal:
        if goals.haveAllReached { return "goal reached" }
      case .collision:
        for driver in drivers {
          guard let other = collisionPartner(of: view.drivenRows[driver], in: view) else {
            continue
          }
          let ego = view.agents.ids[view.drivenRows[driver]]
          return "collision of '\(ego)' with '\(view.agents.ids[other])'"
        }
      case .offRoad:
        for driver in drivers
        where isOffRoad(view.egos[driver].box(view.vehicles[driver]), view.map) {
          return "'\(view.agents.ids[view.drivenRows[driver]])' left the road"
        }
      }
    }
    return nil
  }

  /// The first row (other than its own) whose box meets that of `ego`.
  private func collisionPartner(of ego: Int, in view: WorldView) -> Int? {
    let box = view.agents.box(ego)
    return view.agents.x.indices.first { row in
      row != ego && view.agents.present[row] != 0 && box.overlaps(view.agents.box(row))
    }
  }

  private func isOffRoad(_ box: OrientedBox, _ map: LaneGraph) -> Bool {
    RoadExcursion(box, on: map).distance >= EndWatch.tolerance
  }
}
