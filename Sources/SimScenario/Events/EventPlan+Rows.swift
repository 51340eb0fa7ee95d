extension EventPlan {
  /// The plan for a scenario whose agents have other rows.
  ///
  /// - Parameter row: the new row of an old one; every agent that events are about has one.
  public func renumbered(_ row: (Int) -> Int) -> EventPlan {
    var plan = self
    for event in plan.events.indices {
      plan.events[event].trigger = plan.events[event].trigger.renumbered(row)
      for step in plan.events[event].steps.indices {
        for action in plan.events[event].steps[step].indices {
          plan.events[event].steps[step][action].renumber(row)
        }
      }
    }
    return plan
  }
}

extension EventPlan {
  /// Rows of all agents that events are about, ascending.
  public var rows: [Int] {
    var found: Set<Int> = []
    for event in events {
      found.formUnion(event.trigger.rows)
      for action in event.steps.flatMap({ $0 }) {
        if let agent = action.agent { found.insert(agent) }
        switch action.verb {
        case .stopFor(let other, _), .cutIn(let other, _, _): found.insert(other)
        default: break
        }
      }
    }
    return found.sorted()
  }
}

extension EventTrigger {
  fileprivate var rows: [Int] {
    switch self {
    case .all(let parts), .any(let parts): parts.flatMap(\.rows)
    case .condition(let condition):
      switch condition {
      case .onLane(let agent, _, _), .near(let agent, _, _), .speed(let agent, _),
        .stands(let agent, _, _):
        [agent]
      case .distance(let from, let to, _), .timeGap(let from, let to, _),
        .timeToCollision(let from, let to, _):
        [from, to]
      case .time, .signal, .after, .ended: []
      }
    }
  }

  fileprivate func renumbered(_ row: (Int) -> Int) -> EventTrigger {
    switch self {
    case .all(let parts): .all(parts.map { $0.renumbered(row) })
    case .any(let parts): .any(parts.map { $0.renumbered(row) })
    case .condition(let condition): .condition(condition.renumbered(row))
    }
  }
}

extension EventCondition {
  fileprivate func renumbered(_ row: (Int) -> Int) -> EventCondition {
    switch self {
    case .onLane(let agent, let lane, let arcLength):
      .onLane(agent: row(agent), lane: lane, arcLength: arcLength)
    case .near(let agent, let point, let radius):
      .near(agent: row(agent), point: point, radius: radius)
    case .distance(let from, let to, let bound): .distance(row(from), row(to), bound)
    case .timeGap(let from, let to, let bound): .timeGap(row(from), row(to), bound)
    case .timeToCollision(let from, let to, let bound): .timeToCollision(row(from), row(to), bound)
    case .speed(let agent, let bound): .speed(agent: row(agent), bound)
    case .stands(let agent, let ticks, let slot):
      .stands(agent: row(agent), ticks: ticks, slot: slot)
    case .time, .signal, .after, .ended: self
    }
  }
}

extension ScriptedAction {
  fileprivate mutating func renumber(_ row: (Int) -> Int) {
    agent = agent.map(row)
    switch verb {
    case .stopFor(let other, let deceleration):
      verb = .stopFor(row: row(other), deceleration: deceleration)
    case .cutIn(let other, let gap, let ticks):
      verb = .cutIn(row: row(other), gap: gap, ticks: ticks)
    case .speed, .brake, .stop, .changeLane, .offset, .follow, .runRed, .changePolicy, .appear,
      .disappear, .show:
      break
    }
  }
}
