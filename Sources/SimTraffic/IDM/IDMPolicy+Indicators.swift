import SimStack
import SimWorld

// What drivers show of what they are about to do: turns and lane changes of their routes, and lane
// changes as they see fit, for some time before.
extension IDMPolicy {
  /// Where each car is among the turns of its route.
  struct Indicators: Sendable {
    /// By car: the arc length from which on its next turn has to be looked at anew.
    var next: [Double] = []
    /// By car: the turn that is next or under way.
    var turn: [Int32] = []
    /// By car: what it shows for turns.
    var shown: [VehicleLights] = []

    /// The car is on another route, or has come round.
    mutating func restart(_ c: Int) {
      if c < next.count { next[c] = -.infinity }
    }
  }

  mutating func prepareIndicators() {
    guard !tables.turns.isEmpty else { return }
    indicators.next = rows.map { _ in -.infinity }
    indicators.turn = rows.map { _ in 0 }
    indicators.shown = rows.map { _ in [] }
  }

  /// Writes what the agents asked for show.
  mutating func showIndicators(_ agents: [Int], _ commands: inout CommandBuffer) {
    if !tables.turns.isEmpty { showTurns(agents, &commands) }
    if !changes.isOff { showChanges(agents, &commands) }
    if !overtaking.isOff { showPassing(agents, &commands) }
  }

  private mutating func showTurns(_ agents: [Int], _ commands: inout CommandBuffer) {
    let isAll = agents.count == rows.count
    for c in indicators.next.indices where cars[c].isPresent {
      if cars[c].s >= indicators.next[c] { lookForTurn(c) }
      guard !indicators.shown[c].isEmpty, isAll || agents.contains(rows[c]) else { continue }
      commands.indicate(rows[c], indicators.shown[c])
    }
  }

  /// Finds out what a car shows where it is, and up to where.
  private mutating func lookForTurn(_ c: Int) {
    let turns = tables.routes[Int(cars[c].route)].turns
    if indicators.next[c] == -.infinity { indicators.turn[c] = turns.lowerBound }
    var turn = indicators.turn[c]
    while turn < turns.upperBound, tables.turns[Int(turn)].end <= cars[c].s { turn += 1 }
    indicators.turn[c] = turn
    indicators.shown[c] = []
    indicators.next[c] = .infinity
    guard turn < turns.upperBound else { return }
    let next = tables.turns[Int(turn)]
    if next.start <= cars[c].s {
      indicators.shown[c] = .indicator(toLeft: next.toLeft)
      indicators.next[c] = next.end
    } else {
      indicators.next[c] = next.start
    }
  }

  private mutating func showChanges(_ agents: [Int], _ commands: inout CommandBuffer) {
    let isAll = agents.count == rows.count
    for looker in changes.lists.active {
      let c = Int(looker)
      let state = changes.states[c]
      // Who gives up shows nothing; scripts show for themselves.
      guard state.isActive, !state.isReturn, state.progress < LaneChange.indicatesUntil,
        isAll || agents.contains(rows[c])
      else { continue }
      commands.indicate(rows[c], .indicator(toLeft: state.toLeft))
    }
    var kept = 0
    for k in changes.lists.intending.indices {
      let c = Int(changes.lists.intending[k])
      if changes.states[c].isActive || !cars[c].isPresent { changes.states[c].intends = nil }
      guard let toLeft = changes.states[c].intends else { continue }
      changes.lists.intending[kept] = Int32(c)
      kept += 1
      guard isAll || agents.contains(rows[c]) else { continue }
      commands.indicate(rows[c], .indicator(toLeft: toLeft))
    }
    changes.lists.intending.removeLast(changes.lists.intending.count - kept)
  }

  private func showPassing(_ agents: [Int], _ commands: inout CommandBuffer) {
    for looker in overtaking.lookers where cars[Int(looker)].isPresent {
      let state = overtaking.states[Int(looker)]
      let isMoving = state.phase != .none && state.profile.progress < LaneChange.indicatesUntil
      guard state.intends || isMoving, agents.contains(rows[Int(looker)]) else { continue }
      commands.indicate(rows[Int(looker)], .indicator(toLeft: state.phase != .back))
    }
  }
}
