import SimCore
import SimGeometry
import SimScenario
import SimStack
import SimWorld

// How actions begin and end.
extension EventDirector {
  /// An agent slower than this has come to its halt, m/s.
  static let halt = 0.01

  /// Begins an action: from now on it decides what it is about.
  mutating func begin(
    _ number: Int, _ view: WorldView, _ traffic: inout [EpisodeModules.PolicyGroup]
  ) {
    let action = actions[number]
    actionStates[number].hasBegun = true
    actionStates[number].start = view.tick
    if case .show = action.verb {
      activate(number)
      actionStates[number].isDone = action.lasts == nil
      return
    }
    guard let row = action.agent else { return }
    if case .appear = action.verb {
      actionStates[number].isDone = isThere(row, view)
      if !actionStates[number].isDone { activate(number) }
      return
    }
    guard isThere(row, view) else {
      actionStates[number].isDone = true
      return
    }
    actionStates[number].startSpeed = view.agents.speed[row]
    switch action.verb {
    case .changePolicy(let choice, let instance):
      // What earlier actions still keep is the policy's again.
      for owner in [along[row], aside[row]] where owner >= 0 { stop(owner, view, &traffic) }
      hand(row, to: choice.name, instance, &traffic)
      actionStates[number].isDone = true
    case .runRed:
      activate(number)
      actionStates[number].isDone = action.lasts == nil
      direct(.heedsRules(false), row, &traffic)
    case .disappear:
      activate(number)
    default:
      activate(number)
      if action.verb.isAlong {
        let before = along[row]
        along[row] = number
        leave(before, row)
        direct(.isScripted(true), row, &traffic)
      }
      if action.verb.isAside {
        let before = aside[row]
        aside[row] = number
        leave(before, row)
        if case .offset(let target, let ticks) = action.verb {
          actionStates[number].side = SideMove(
            from: view.agents.lateralOffset[row], rate: sideRates[row], to: target, ticks: ticks,
            step: view.clock.step)
          actionStates[number].isAside = true
        }
      }
    }
  }

  private mutating func activate(_ number: Int) {
    actionStates[number].isActive = true
    running.append(number)
  }

  /// An action whose place another one has taken is over if it decides nothing else.
  private mutating func leave(_ before: Int, _ row: Int) {
    guard before >= 0, along[row] != before, aside[row] != before else { return }
    actionStates[before].isActive = false
    actionStates[before].isDone = true
  }

  /// Ends what an action decides.
  mutating func stop(
    _ number: Int, _ view: WorldView, _ traffic: inout [EpisodeModules.PolicyGroup]
  ) {
    guard actionStates[number].hasBegun else { return }
    actionStates[number].isDone = true
    guard actionStates[number].isActive else { return }
    actionStates[number].isActive = false
    guard let row = actions[number].agent else { return }
    if along[row] == number {
      along[row] = -1
      direct(.isScripted(false), row, &traffic)
    }
    if aside[row] == number { aside[row] = -1 }
    switch actions[number].verb {
    case .runRed:
      let others = running.contains { other in
        guard other != number, actionStates[other].isActive, actions[other].agent == row,
          case .runRed = actions[other].verb
        else { return false }
        return true
      }
      if !others { direct(.heedsRules(true), row, &traffic) }
    case .appear:
      // A door that was open for a time.
      if actions[number].lasts != nil { isShown[row] = false }
    default: break
    }
  }

  private func direct(
    _ directive: TrafficDirective, _ row: Int, _ traffic: inout [EpisodeModules.PolicyGroup]
  ) {
    for group in traffic.indices { traffic[group].policy.direct(directive, row: row) }
  }

  /// Puts an agent under another policy.
  private func hand(
    _ row: Int, to name: String, _ instance: Int, _ traffic: inout [EpisodeModules.PolicyGroup]
  ) {
    guard
      let target = traffic.firstIndex(where: { $0.name == name && $0.instance == instance })
    else { preconditionFailure("a group for every policy that agents change to") }
    for group in traffic.indices { traffic[group].rows.removeAll { $0 == row } }
    let place =
      traffic[target].rows.firstIndex { $0 > row } ?? traffic[target].rows.endIndex
    traffic[target].rows.insert(row, at: place)
  }

  // MARK: - In force

  /// Looks whether an action in force has come to its end.
  mutating func settle(
    _ number: Int, _ view: WorldView, _ traffic: inout [EpisodeModules.PolicyGroup]
  ) {
    let action = actions[number]
    guard actionStates[number].isActive else { return }
    if let lasts = action.lasts, view.tick - actionStates[number].start >= lasts {
      return stop(number, view, &traffic)
    }
    guard let row = action.agent else { return }
    if case .appear = action.verb {
      guard isThere(row, view) else { return }
      actionStates[number].isDone = action.lasts == nil
      if actionStates[number].isDone { stop(number, view, &traffic) }
      return
    }
    // Who has left the world does nothing any more.
    guard isThere(row, view) else { return stop(number, view, &traffic) }
    let speed = view.agents.speed[row]
    actionStates[number].stood = speed < EventDirector.halt ? actionStates[number].stood + 1 : 0
    switch action.verb {
    case .speed(let script):
      if hasReached(script, number, speed, view) { actionStates[number].isDone = true }
    case .brake:
      if speed < EventDirector.halt { actionStates[number].isDone = action.lasts == nil }
    case .stop(_, let ticks):
      if actionStates[number].stood > ticks { stop(number, view, &traffic) }
    case .stopFor(let other, _):
      let distance =
        isThere(other, view)
        ? view.agents.box(row).distance(to: view.agents.box(other)) : .infinity
      if distance > actionStates[number].distance + 0.01 || !isThere(other, view) {
        stop(number, view, &traffic)
      }
      actionStates[number].distance = distance
    case .changeLane, .cutIn:
      if actionStates[number].isAside, actionStates[number].side.isDone {
        stop(number, view, &traffic)
      }
    case .offset:
      if actionStates[number].side.isDone, action.lasts == nil {
        actionStates[number].isDone = true
      }
    case .follow(_, _, let stops):
      // At its end it stands for good.
      if stops, actionStates[number].isAside, speed < EventDirector.halt,
        left(onPathOf: row, view) < 1
      {
        actionStates[number].isDone = true
      }
    case .runRed, .changePolicy, .appear, .disappear, .show: break
    }
  }

  /// A path that an agent is to follow must begin beside its way: once the agent is on its way past
  /// that place without having come beside the path, the action is over, and that is recorded.
  mutating func giveUp(
    _ number: Int, _ view: WorldView, _ traffic: inout [EpisodeModules.PolicyGroup],
    _ recorder: inout EpisodeRecorder
  ) {
    guard actionStates[number].isActive, !actionStates[number].isAside,
      case .follow(let path, _, _) = actions[number].verb, let row = actions[number].agent,
      aside[row] == number, view.tick > actionStates[number].start
    else { return }
    let distance = view.paths[path].start.distance(to: centre(row, view))
    let nearest = min(actionStates[number].distance, distance)
    actionStates[number].distance = nearest
    let hasStood = actionStates[number].stood > view.clock.ticks(EventDirector.followPatience)
    guard distance > nearest + EventDirector.followRoom || hasStood else { return }
    stop(number, view, &traffic)
    recorder.record(
      EpisodeEvent(
        tick: view.tick,
        kind: names[events[number]].actions[number - states[events[number]].firsts[0]] + "_failed",
        agent: row, value: nearest))
  }

  /// Who goes away from the start of a path by this much, metres, or stands for so long, seconds,
  /// will not come to it.
  private static let followRoom = 2.0
  private static let followPatience = 5.0

  private func hasReached(
    _ script: SpeedScript, _ number: Int, _ speed: Double, _ view: WorldView
  ) -> Bool {
    let ticks = view.tick - actionStates[number].start
    switch script {
    case .towards(let target, _): return (speed - target).magnitude < 0.1
    case .within(_, let duration): return ticks >= duration
    case .profile(let points):
      return view.clock.seconds(ticks) >= (points.last?.time ?? 0) - 1e-9
    }
  }

  /// What is left of the path that an agent runs on, metres.
  func left(onPathOf row: Int, _ view: WorldView) -> Double {
    let path = Int(view.agents.path[row])
    guard view.pathTable.lines.indices.contains(path) else { return .infinity }
    return view.pathTable.lines[path].length - view.agents.arcLength[row]
  }
}

extension ScriptedAction.Verb {
  /// It decides the acceleration.
  var isAlong: Bool {
    switch self {
    case .speed, .brake, .stop, .stopFor, .follow, .cutIn: true
    case .changeLane, .offset, .runRed, .changePolicy, .appear, .disappear, .show: false
    }
  }

  /// It decides the lateral speed and the path.
  var isAside: Bool {
    switch self {
    case .changeLane, .offset, .follow, .cutIn: true
    case .speed, .brake, .stop, .stopFor, .runRed, .changePolicy, .appear, .disappear, .show: false
    }
  }
}
