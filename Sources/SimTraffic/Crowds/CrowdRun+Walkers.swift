import SimCore
import SimGeometry
import SimMap
import SimWorld

// What walkers must not do, and what must not be done to them.
extension CrowdRun {
  /// Nobody runs faster, m/s.
  static let fastestWalker = 3.5

  mutating func watchWalkers(_ before: AgentTable) {
    let agents = world.agents
    for row in walkers where agents.present[row] != 0 {
      let place = Vector2(agents.x[row], agents.y[row])
      if before.present[row] != 0 {
        let step = place.distance(to: Vector2(before.x[row], before.y[row]))
        longestStep = max(longestStep, step)
        if step > CrowdRun.fastestWalker * world.clock.step {
          report(.jump, agents.ids[row], step)
        }
      }
      if agents.speed[row] > 0.1 {
        stood[row] = 0
      } else if !waitsForSignal(row) {
        stood[row] += 1
        longestWait = max(longestWait, stood[row])
        if stood[row] == 600 { report(.waiting, agents.ids[row], agents.arcLength[row]) }
      }
      let box = agents.box(row)
      for other in 0..<agents.count where other != row && agents.present[other] != 0 {
        let reach = 0.5 * agents.lengths[other] + 2.6
        let isWalker = agents.classes[other] == .pedestrian
        if abs(agents.x[row] - agents.x[other]) > reach
          || abs(agents.y[row] - agents.y[other]) > reach || (isWalker && other > row)
        {
          continue
        }
        note(
          box.overlaps(agents.box(other)), isWalker ? .bump : .contact, row, other)
      }
    }
  }

  /// The next crosswalk of a walker's way has a signal that is not green, and it is about to come
  /// to it.
  private func waitsForSignal(_ row: Int) -> Bool {
    let route = routes[row]
    let s = world.agents.arcLength[row]
    for k in route.lanes.indices where route.laneStarts[k] > s - 1 && route.laneStarts[k] < s + 6 {
      let lane = map.lanes[route.lanes[k]]
      guard lane.kind == .crosswalk, let signal = lane.signal else { continue }
      return world.view.signals[signal] != .green
    }
    return false
  }
}
