import SimCore
import SimGeometry
import SimMap
import SimScenario
import SimStack
import SimWorld

/// Stages the events of an episode: looks at the frozen view at the start of a tick, and has its
/// actions in force over what policies and planners decided.
///
/// It changes nothing itself: all it does goes through the commands of the tick, and what it tells
/// policies through their directives. Events are looked at in the order of the plan; actions act in
/// the order in which they began. Nothing is allocated in a tick in which no event is.
struct EventDirector: Sendable {
  /// Where an event stands.
  enum Phase: Hashable, Sendable {
    /// Its condition is looked at.
    case waiting
    /// Its condition has held; it is at this tick.
    case due(tick: Int)
    /// It does its actions: those of a step that began at a tick.
    case acting(step: Int, since: Int)
    /// It has been as often as it may be.
    case over
  }

  struct EventState: Sendable {
    var phase = Phase.waiting
    /// What the condition was in the tick before; nil at the start.
    var held: Bool?
    /// At level, it counts again only once the condition has not held.
    var isArmed = true
    /// How often it has been, and how often its actions have come to their ends.
    var count = 0
    var ended = 0
    /// Numbers of the first action of each step, and one past the last.
    var firsts: [Int] = []
  }

  struct ActionState: Sendable {
    var hasBegun = false
    /// It has come to what it is for; what it reached may still be kept.
    var isDone = false
    /// It is in force.
    var isActive = false
    var start = 0
    /// m/s, at the start.
    var startSpeed = 0.0
    /// Ticks for which its agent has stood.
    var stood = 0
    /// From whom it waits for, in the tick before, metres.
    var distance = Double.infinity
    /// It is under way to the side, and has changed to the path that it is for.
    var side = SideMove()
    var isAside = false
  }

  let plan: EventPlan
  let specs: [AgentSpec]
  /// Ways of driven agents, by row.
  let routes: [Polyline?]
  /// All actions, event by event and step by step, with what they are called in records.
  let actions: [ScriptedAction]
  let names: [(event: String, actions: [String])]
  let events: [Int]
  /// Gaps that agents bring about themselves.
  let sought: [SoughtGap]
  /// The stretches of each path in `plan.lanes`.
  let stretches: [Range<Int>]

  var states: [EventState]
  var actionStates: [ActionState]
  /// Actions that are in force or not done, in the order in which they began.
  var running: [Int] = []
  /// The action that decides along the way and to the side, by row; -1: none.
  var along: [Int]
  var aside: [Int]
  /// Lateral speed that an action gave in the tick before, by row, m/s.
  var sideRates: [Double]
  /// Things that come and go: their rows, and by row whether they are there.
  let comers: [Int]
  var isShown: [Bool]
  /// Ticks for which the agents of the conditions of standstill have stood.
  var standing: [Int]
  let standers: [Int]

  init(_ scenario: Scenario) {
    plan = scenario.events
    let isOff = plan.isEmpty
    specs = isOff ? [] : scenario.agents.map(\.spec)
    routes = isOff ? [] : scenario.agents.map { $0.route?.centreline }
    var states: [EventState] = []
    var actions: [ScriptedAction] = []
    var names: [(event: String, actions: [String])] = []
    var events: [Int] = []
    for (number, event) in plan.events.enumerated() {
      var state = EventState()
      for step in event.steps {
        state.firsts.append(actions.count)
        actions += step
        events += step.map { _ in number }
      }
      state.firsts.append(actions.count)
      states.append(state)
      let own = event.steps.flatMap { $0 }.map { "event:\(event.id).\($0.word)" }
      names.append(("event:\(event.id)", own))
    }
    self.states = states
    self.actions = actions
    self.names = names
    self.events = events
    sought = isOff ? [] : EventDirector.soughtGaps(of: scenario)
    actionStates = actions.map { _ in ActionState() }
    running.reserveCapacity(actions.count)
    var stretches = [Range<Int>](repeating: 0..<0, count: isOff ? 0 : scenario.paths.count)
    for (index, lane) in plan.lanes.enumerated() {
      let known = stretches[lane.path]
      stretches[lane.path] = (known.isEmpty ? index : known.lowerBound)..<index + 1
    }
    self.stretches = stretches
    along = specs.map { _ in -1 }
    aside = along
    sideRates = specs.map { _ in 0 }
    isShown = specs.map(\.isPresent)
    comers = scenario.agents.indices.filter { row in
      guard !isOff, scenario.agents[row].spec.motion == .placed,
        case .none = scenario.agents[row].driver
      else { return false }
      return true
    }
    standers = EventDirector.standstills(of: plan)
    standing = standers.map { _ in 0 }
  }

  /// Begins what is due at the start of a tick, before anybody decides.
  mutating func observe(
    _ view: WorldView, _ traffic: inout [EpisodeModules.PolicyGroup],
    _ recorder: inout EpisodeRecorder
  ) {
    guard !plan.isEmpty else { return }
    countStandstills(view)
    for index in running.indices {
      settle(running[index], view, &traffic)
      giveUp(running[index], view, &traffic, &recorder)
    }
    for event in plan.order { look(at: event, view, &traffic, &recorder) }
    forgetWhatIsOver()
  }

  /// Keeps the actions that are still in force, or not done.
  private mutating func forgetWhatIsOver() {
    var kept = 0
    for index in running.indices {
      let state = actionStates[running[index]]
      guard state.isActive || !state.isDone else { continue }
      running[kept] = running[index]
      kept += 1
    }
    running.removeLast(running.count - kept)
  }

  // MARK: - Events

  private mutating func look(
    at number: Int, _ view: WorldView, _ traffic: inout [EpisodeModules.PolicyGroup],
    _ recorder: inout EpisodeRecorder
  ) {
    if case .over = states[number].phase { return }
    let event = plan.events[number]
    let counts = counts(number, event, view)
    if case .waiting = states[number].phase, counts {
      states[number].isArmed = false
      states[number].phase = .due(tick: view.tick + event.delay)
    }
    if case .due(let tick) = states[number].phase, tick <= view.tick {
      states[number].count += 1
      states[number].phase = .acting(step: 0, since: view.tick)
      for action in states[number].firsts[0]..<(states[number].firsts.last ?? 0) {
        // One that is still in force from the last time begins anew.
        stop(action, view, &traffic)
        actionStates[action] = ActionState()
      }
      recorder.record(
        EpisodeEvent(
          tick: view.tick, kind: names[number].event, agent: event.steps.first?.first?.agent,
          value: Double(states[number].count)))
    }
    act(number, event, view, &traffic, &recorder)
  }

  /// Whether an event's condition counts now.
  private mutating func counts(
    _ number: Int, _ event: ScriptedEvent, _ view: WorldView
  ) -> Bool {
    let holds = holds(event.trigger, view)
    let before = states[number].held
    states[number].held = holds
    switch event.edge {
    case .level:
      let counts = holds && states[number].isArmed
      if !holds { states[number].isArmed = true }
      return counts
    case .rising: return holds && before == false
    case .falling: return !holds && before == true
    }
  }

  /// Begins the actions of an event that are due, and goes on from step to step.
  private mutating func act(
    _ number: Int, _ event: ScriptedEvent, _ view: WorldView,
    _ traffic: inout [EpisodeModules.PolicyGroup], _ recorder: inout EpisodeRecorder
  ) {
    while case .acting(let step, let since) = states[number].phase {
      let first = states[number].firsts[step]
      let end = states[number].firsts[step + 1]
      var areDone = true
      for action in first..<end {
        if !actionStates[action].hasBegun, view.tick >= since + actions[action].after {
          begin(action, view, &traffic)
          recorder.record(
            EpisodeEvent(
              tick: view.tick, kind: names[number].actions[action - states[number].firsts[0]],
              agent: actions[action].agent, value: actions[action].value))
        }
        areDone = areDone && actionStates[action].hasBegun && actionStates[action].isDone
      }
      guard areDone else { return }
      if step + 2 < states[number].firsts.count {
        states[number].phase = .acting(step: step + 1, since: view.tick)
      } else {
        states[number].ended += 1
        states[number].phase = states[number].count < event.times ? .waiting : .over
      }
    }
  }
}

extension ScriptedAction {
  /// The figure of a record: a speed, a deceleration, an offset, a gap; 0 where there is none.
  fileprivate var value: Double {
    switch verb {
    case .speed(.towards(let speed, _)), .speed(.within(let speed, _)): speed
    case .speed(.profile(let points)): points.last?.speed ?? 0
    case .brake(let deceleration): deceleration
    case .stop(let deceleration, _), .stopFor(_, let deceleration): deceleration
    case .offset(let offset, _): offset
    case .cutIn(_, let gap, _): gap
    case .follow(_, let speed, _): speed ?? 0
    case .changeLane, .runRed, .changePolicy, .appear, .disappear, .show: 0
    }
  }
}
