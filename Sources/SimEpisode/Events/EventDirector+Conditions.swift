import SimGeometry
import SimMap
import SimScenario
import SimStack
import SimWorld

// What holds in a frozen view.
extension EventDirector {
  /// Who is slower stands, m/s.
  static let standstill = 0.1
  /// An agent this far beside another one's way still has a time gap to it, metres: three lanes.
  static let gapWidth = 12.0
  /// How far ahead a time to collision is looked for, seconds.
  static let collisionHorizon = 30.0

  /// A condition holds now.
  func holds(_ trigger: EventTrigger, _ view: WorldView) -> Bool {
    switch trigger {
    case .all(let parts): return parts.allSatisfy { holds($0, view) }
    case .any(let parts): return parts.contains { holds($0, view) }
    case .condition(let condition): return holds(condition, view)
    }
  }

  private func holds(_ condition: EventCondition, _ view: WorldView) -> Bool {
    switch condition {
    case .time(let tick): return view.tick >= tick
    case .onLane(let agent, let lane, let arcLength):
      return isThere(agent, view) && isOn(lane, from: arcLength, centre(agent, view), view.map)
    case .near(let agent, let point, let radius):
      return isThere(agent, view) && centre(agent, view).distance(to: point) <= radius
    case .distance(let from, let to, let bound):
      return isThere(from, view) && isThere(to, view)
        && bound.holds(view.agents.box(from).distance(to: view.agents.box(to)))
    case .timeGap(let from, let to, let bound):
      return isThere(from, view) && isThere(to, view) && bound.holds(timeGap(from, to, view))
    case .timeToCollision(let from, let to, let bound):
      return isThere(from, view) && isThere(to, view)
        && bound.holds(timeToCollision(from, to, view))
    case .speed(let agent, let bound):
      return isThere(agent, view) && bound.holds(view.agents.speed[agent].magnitude)
    case .stands(_, let ticks, let slot): return standing[slot] > ticks
    case .signal(let signal, let colours): return colours.contains(view.signals[signal])
    case .after(let event): return states[event].count > 0
    case .ended(let event): return states[event].ended > 0
    }
  }

  func isThere(_ row: Int, _ view: WorldView) -> Bool { view.agents.present[row] != 0 }

  func centre(_ row: Int, _ view: WorldView) -> Vector2 {
    Vector2(view.agents.x[row], view.agents.y[row])
  }

  private func isOn(_ lane: Int, from s: Double, _ point: Vector2, _ map: LaneGraph) -> Bool {
    if map.lanes[lane].polygon.containsOrTouches(point) {
      return map.lanes[lane].centreline.project(point).s >= s
    }
    // The lane's end may be passed within one tick.
    return map.lanes[lane].successors.contains { map.lanes[$0].polygon.containsOrTouches(point) }
  }

  // MARK: - Between two agents

  /// Time that the one behind takes to where the rear of the one ahead is, seconds; infinite if
  /// neither is ahead of the other, or if the one behind stands.
  func timeGap(_ a: Int, _ b: Int, _ view: WorldView) -> Double {
    let (gap, speed): (Double, Double)
    if let ahead = gapAhead(of: a, to: b, view) {
      (gap, speed) = (ahead, view.agents.speed[a])
    } else if let ahead = gapAhead(of: b, to: a, view) {
      (gap, speed) = (ahead, view.agents.speed[b])
    } else {
      return .infinity
    }
    if gap <= 0 { return 0 }
    return speed > 0 ? gap / speed : .infinity
  }

  /// From the front of an agent to the rear of another one ahead along its way, metres, 0 if they
  /// are side by side; nil if the other is behind or far to the side.
  private func gapAhead(of row: Int, to other: Int, _ view: WorldView) -> Double? {
    guard let way = way(of: row, view) else { return nil }
    let own =
      view.agents.motions[row] == .path
      ? view.agents.arcLength[row] : way.project(centre(row, view)).s
    let place = way.project(centre(other, view))
    guard place.distance <= EventDirector.gapWidth else { return nil }
    var ahead = place.s - own
    if PathTable.isRing(way) {
      // Whichever way round is shorter.
      if ahead > 0.5 * way.length { ahead -= way.length }
      if ahead < -0.5 * way.length { ahead += way.length }
    }
    guard ahead > 0 else { return nil }
    let reach = view.agents.box(other).halfExtent(along: way.direction(at: place.s))
    return max(ahead - 0.5 * view.agents.lengths[row] - reach, 0)
  }

  /// The line along which an agent goes; nil for things.
  private func way(of row: Int, _ view: WorldView) -> Polyline? {
    view.agents.motions[row] == .path ? view.paths[Int(view.agents.path[row])] : routes[row]
  }

  private func timeToCollision(_ a: Int, _ b: Int, _ view: WorldView) -> Double {
    var measure = TimeToCollision(.swept)
    measure.horizon = EventDirector.collisionHorizon
    return measure.between(
      view.agents.box(a), moving: velocity(a, view), view.agents.box(b),
      moving: velocity(b, view))
  }

  private func velocity(_ row: Int, _ view: WorldView) -> Vector2 {
    Vector2(view.agents.directionX[row], view.agents.directionY[row]) * view.agents.speed[row]
  }

  // MARK: - Standstill

  /// Agents of the conditions of standstill, by slot.
  static func standstills(of plan: EventPlan) -> [Int] {
    var found: [(slot: Int, agent: Int)] = []
    func search(_ trigger: EventTrigger) {
      switch trigger {
      case .all(let parts), .any(let parts): for part in parts { search(part) }
      case .condition(.stands(let agent, _, let slot)): found.append((slot, agent))
      case .condition: break
      }
    }
    for event in plan.events { search(event.trigger) }
    return found.sorted { $0.slot < $1.slot }.map(\.agent)
  }

  /// Counts the ticks for which agents have stood, this one included.
  mutating func countStandstills(_ view: WorldView) {
    for slot in standing.indices {
      let row = standers[slot]
      let stands =
        isThere(row, view) && view.agents.speed[row].magnitude < EventDirector.standstill
      standing[slot] = stands ? standing[slot] + 1 : 0
    }
  }
}
