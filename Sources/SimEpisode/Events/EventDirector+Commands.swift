import SimCore
import SimGeometry
import SimMap
import SimScenario
import SimStack
import SimWorld

// What actions in force write over what policies and planners decided.
extension EventDirector {
  /// Writes the commands of all actions in force.
  mutating func command(_ view: WorldView, _ commands: inout CommandBuffer) {
    guard !plan.isEmpty else { return }
    if !sought.isEmpty { seekGaps(view, &commands) }
    for index in running.indices where actionStates[running[index]].isActive {
      act(running[index], view, &commands)
    }
    for row in comers where isShown[row] {
      commands.present[row] = 1
      commands.x[row] = specs[row].centre.x
      commands.y[row] = specs[row].centre.y
      commands.heading[row] = specs[row].centre.heading
      commands.speed[row] = 0
      commands.acceleration[row] = 0
    }
  }

  private mutating func act(
    _ number: Int, _ view: WorldView, _ commands: inout CommandBuffer
  ) {
    let action = actions[number]
    if case .show(let signal, let colour) = action.verb {
      commands.signals[signal] = colour
      return
    }
    guard let row = action.agent else { return }
    switch action.verb {
    case .appear: return appear(number, row, view, &commands)
    case .disappear:
      isShown[row] = false
      if view.agents.motions[row] == .path { commands.present[row] = CommandBuffer.leaves }
      return
    default: break
    }
    if aside[row] == number {
      moveAside(number, row, view, &commands)
      indicate(number, row, view, &commands)
    }
    if along[row] == number { drive(number, row, view, &commands) }
  }

  // MARK: - Coming

  /// Lets somebody in whose place is free. Doors open into whoever is there.
  private mutating func appear(
    _ number: Int, _ row: Int, _ view: WorldView, _ commands: inout CommandBuffer
  ) {
    guard !isThere(row, view) else { return }
    if actions[number].word == "appear", !isFree(row, before: number, view, commands) { return }
    isShown[row] = true
    commands.present[row] = 1
  }

  /// Nobody is where an agent enters, nor enters there in this tick.
  private func isFree(
    _ row: Int, before number: Int, _ view: WorldView, _ commands: CommandBuffer
  ) -> Bool {
    let place = entrance(row)
    for other in 0..<view.agents.count where view.agents.present[other] != 0 {
      if view.agents.box(other).overlaps(place) { return false }
    }
    for other in running {
      if other == number { break }
      guard case .appear = actions[other].verb, let earlier = actions[other].agent,
        earlier != row, !isThere(earlier, view), commands.present[earlier] == 1
      else { continue }
      if entrance(earlier).overlaps(place) { return false }
    }
    return true
  }

  private func entrance(_ row: Int) -> OrientedBox {
    OrientedBox(pose: specs[row].centre, length: specs[row].length, width: specs[row].width)
      .expanded(by: -0.005)
  }

  // MARK: - Aside

  private mutating func moveAside(
    _ number: Int, _ row: Int, _ view: WorldView, _ commands: inout CommandBuffer
  ) {
    var offset = view.agents.lateralOffset[row]
    if !actionStates[number].isAside {
      guard let (path, target, ticks) = change(number, row, view) else {
        sideRates[row] = 0
        return
      }
      if path != Int(view.agents.path[row]) {
        commands.path[row] = Int32(path)
        commands.pathArcLength[row] = target.s
        commands.pathOffset[row] = target.offset
      }
      offset = target.offset
      actionStates[number].isAside = true
      actionStates[number].side = SideMove(
        from: offset, rate: sideRates[row], to: 0, ticks: ticks, step: view.clock.step)
    } else {
      // Whatever its policy had in mind with it.
      commands.path[row] = -1
    }
    let rate = actionStates[number].side.advance(
      from: offset, speed: view.agents.speed[row], step: view.clock.step)
    commands.lateralRate[row] = rate
    sideRates[row] = rate
  }

  /// Shows a lane change, also while its agent cannot begin it yet.
  private func indicate(
    _ number: Int, _ row: Int, _ view: WorldView, _ commands: inout CommandBuffer
  ) {
    let state = actionStates[number]
    var toLeft: Bool
    switch actions[number].verb {
    case .changeLane(let isLeft, _): toLeft = isLeft
    case .cutIn(let other, _, _):
      toLeft = state.side.isToLeft
      if !state.isAside {
        guard isThere(other, view) else { return }
        let aside = lead(of: row, over: other, view).aside
        guard aside.magnitude >= 1.2 else { return }
        toLeft = aside > 0
      }
    default: return
    }
    let isDone = state.isAside && state.side.isNearlyDone
    commands.indicate(row, isDone ? [] : .indicator(toLeft: toLeft))
  }

  /// Path that an action takes its agent to, its place there, and how long it takes; nil if it
  /// cannot yet.
  private func change(
    _ number: Int, _ row: Int, _ view: WorldView
  ) -> (path: Int, place: (s: Double, offset: Double), ticks: Int)? {
    var found: (path: Int, ticks: Int)?
    switch actions[number].verb {
    case .changeLane(let toLeft, let ticks):
      found = beside(row, toLeft: toLeft, view).map { ($0, ticks) }
    case .cutIn(let other, let gap, let ticks):
      guard isThere(other, view) else { return nil }
      let lead = lead(of: row, over: other, view)
      let desired = desired(gap, other, view)
      // Most of the gap is there, and it opens on while the lane is changed.
      guard lead.gap > min(0.8 * desired, desired - 1), lead.gap < max(1.5 * desired, desired + 3)
      else { return nil }
      if lead.aside.magnitude < 1.2 {
        // It is on the other's lane already.
        let own = Int(view.agents.path[row])
        return (own, (view.agents.arcLength[row], view.agents.lateralOffset[row]), ticks)
      }
      found = beside(row, toLeft: lead.aside > 0, view).map { ($0, ticks) }
    case .follow(let path, _, _): found = (path, view.clock.ticks(2))
    default: return nil
    }
    guard let found, let place = place(row, on: found.path, view) else { return nil }
    // A path that lies somewhere else is not gone to across everything.
    if case .follow = actions[number].verb,
      place.offset.magnitude > EventDirector.followBeside
    {
      return nil
    }
    return (found.path, place, found.ticks)
  }

  /// A path to follow begins at most this far beside its agent, metres: a lane and a half.
  private static let followBeside = 6.0

  /// The path on the lane beside an agent's; nil if there is none here.
  private func beside(_ row: Int, toLeft: Bool, _ view: WorldView) -> Int? {
    let path = Int(view.agents.path[row])
    guard stretches.indices.contains(path) else { return nil }
    let s = view.agents.arcLength[row]
    for number in stretches[path] where s >= plan.lanes[number].start && s < plan.lanes[number].end
    {
      return toLeft ? plan.lanes[number].left : plan.lanes[number].right
    }
    return nil
  }

  /// Where an agent is on another path; nil if it is not beside it.
  private func place(
    _ row: Int, on path: Int, _ view: WorldView
  ) -> (s: Double, offset: Double)? {
    let middle = centre(row, view)
    let guess = view.paths[path].project(middle)
    let halfBase = AgentTable.halfBase(length: view.agents.lengths[row])
    return view.pathTable.withView { paths in
      let place = paths.locate(middle, halfBase: halfBase, on: path, near: guess.s)
      let miss = paths.place(at: place.s, offset: place.offset, halfBase: halfBase, on: path)
        .distance(to: middle)
      guard miss < 0.5 * World.jumpTolerance, place.s >= 0, place.s < paths.lines[path].length
      else { return nil }
      return place
    }
  }

  // MARK: - Along

  private mutating func drive(
    _ number: Int, _ row: Int, _ view: WorldView, _ commands: inout CommandBuffer
  ) {
    let limits = view.agents.classes[row].limits
    let wish = min(
      max(acceleration(number, row, view), -limits.maxDeceleration), limits.maxAcceleration)
    guard let index = view.drivenRows.firstIndex(of: row) else {
      commands.acceleration[row] = wish
      return
    }
    // Nobody tracks a plan perfectly whose pedals are not its own.
    if commands.egoPlacements[index] != nil {
      commands.egoPlacements[index] = nil
      commands.steeringRate[row] = 0
    }
    commands.acceleration[row] = driven(wish, row, view)
  }

  /// The command to a vehicle with a lag: the wish itself, unless it would make it reverse.
  private func driven(_ wish: Double, _ row: Int, _ view: WorldView) -> Double {
    let step = view.clock.step
    let share = step / (step + KinematicBicycle.standard.accelerationLag)
    let now = view.agents.acceleration[row]
    let speed = view.agents.speed[row]
    let next = now + share * (wish - now)
    guard speed + next * step < 0 else { return wish }
    return now + (-speed / step - now) / share
  }

  private func acceleration(_ number: Int, _ row: Int, _ view: WorldView) -> Double {
    let speed = view.agents.speed[row]
    let state = actionStates[number]
    let step = view.clock.step
    // A lagging vehicle is led softly to its speed.
    let settling = view.agents.motions[row] == .driven ? 0.5 : step
    switch actions[number].verb {
    case .speed(.towards(let target, let rate)):
      return min(max((target - speed) / settling, -rate), rate)
    case .speed(.within(let target, let ticks)):
      let left = Double(ticks - (view.tick - state.start)) * step
      return (target - speed) / max(left, settling)
    case .speed(.profile(let points)):
      let now = view.clock.seconds(view.tick - state.start)
      return (EventDirector.speed(of: points, from: state.startSpeed, at: now + settling) - speed)
        / settling
    case .brake(let deceleration), .stop(let deceleration, _), .stopFor(_, let deceleration):
      return -deceleration
    case .cutIn(let other, let gap, _):
      guard isThere(other, view) else { return 0 }
      let lead = lead(of: row, over: other, view)
      let pull = min(max(0.4 * (desired(gap, other, view) - lead.gap), -5), 8)
      let target = view.agents.speed[other] + pull
      return min(max((target - speed) / 0.6, -4), 3)
    case .follow(_, let pace, let stops):
      let target = pace ?? state.startSpeed
      let free = min(max((target - speed) / step, -2), 2)
      guard stops, state.isAside else { return free }
      return EventDirector.stopping(speed, in: left(onPathOf: row, view) - 0.02, free, step)
    case .changeLane, .offset, .runRed, .changePolicy, .appear, .disappear, .show: return 0
    }
  }

  /// Braking so as to stand after a way, as late as 3 m/s^2 allow.
  private static func stopping(
    _ speed: Double, in way: Double, _ free: Double, _ step: Double
  ) -> Double {
    let next = max(speed + free * step, 0)
    let left = way - 0.5 * (speed + next) * step
    if left > 0, next * next <= 2 * 3 * left { return free }
    return way > 0 ? -speed * speed / (2 * way) : -speed / step
  }

  /// The speed of a profile at a time since its start; before its first point on the line from the
  /// speed at the start.
  static func speed(
    of points: [(time: Double, speed: Double)], from start: Double, at time: Double
  ) -> Double {
    var before = (time: 0.0, speed: start)
    for point in points {
      if time < point.time {
        let share = (time - before.time) / (point.time - before.time)
        return before.speed + share * (point.speed - before.speed)
      }
      before = point
    }
    return before.speed
  }

  // MARK: - Cutting in

  /// How far an agent is ahead of another one along its own way, rear to front, and how far that
  /// one is to the left.
  func lead(
    of row: Int, over other: Int, _ view: WorldView
  ) -> (gap: Double, aside: Double) {
    let way = view.paths[Int(view.agents.path[row])]
    let place = way.project(centre(other, view))
    let direction = way.direction(at: place.s)
    let reach = view.agents.box(other).halfExtent(along: direction)
    var ahead = view.agents.arcLength[row] - place.s
    if PathTable.isRing(way) {
      if ahead > 0.5 * way.length { ahead -= way.length }
      if ahead < -0.5 * way.length { ahead += way.length }
    }
    return (
      ahead - 0.5 * view.agents.lengths[row] - reach,
      place.d - view.agents.lateralOffset[row]
    )
  }

  /// The gap to get ahead by, metres.
  private func desired(_ gap: Double, _ other: Int, _ view: WorldView) -> Double {
    max(gap * view.agents.speed[other], 1)
  }
}
