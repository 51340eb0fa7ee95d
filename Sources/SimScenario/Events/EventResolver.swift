import SimCore
import SimMap
import SimStack

/// Puts rows and indices in the place of the names in events.
struct EventResolver {
  private let rows: [String: Int]
  private let lanes: LaneNames
  private let map: LaneGraph
  private let declarations: [EventDeclaration]
  private let sink: DiagnosticSink
  /// What was prepared for the actions, in file order.
  var followed: [Int] = []
  var instances: [Int] = []
  private var nextFollowed = 0
  private var nextInstance = 0
  private var standstills = 0

  init(
    _ ids: [String], _ map: LaneGraph, _ declarations: [EventDeclaration], _ sink: DiagnosticSink
  ) {
    rows = Dictionary(ids.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    lanes = LaneNames(map, sink)
    self.map = map
    self.declarations = declarations
    self.sink = sink
  }

  /// Events after those that they wait for, otherwise in file order.
  var order: [Int] {
    var order: [Int] = []
    var isDone = Set<String>()
    while order.count < declarations.count {
      let ready = declarations.indices.first { index in
        !isDone.contains(declarations[index].id)
          && declarations[index].trigger.events.allSatisfy { isDone.contains($0.value) }
      }
      // A circle has been reported.
      guard let ready else { return Array(declarations.indices) }
      order.append(ready)
      isDone.insert(declarations[ready].id)
    }
    return order
  }

  mutating func event(_ declared: EventDeclaration) -> ScriptedEvent? {
    let trigger = trigger(declared.trigger)
    var steps: [[ScriptedAction]] = []
    var isWhole = true
    for step in declared.steps {
      let actions = step.compactMap { action($0) }
      isWhole = isWhole && actions.count == step.count
      steps.append(actions)
    }
    guard let trigger, isWhole else { return nil }
    return ScriptedEvent(
      id: declared.id, trigger: trigger, edge: declared.edge, delay: declared.delay,
      times: declared.times, steps: steps, text: declared.text)
  }

  private mutating func trigger(_ declared: TriggerDeclaration) -> EventTrigger? {
    switch declared {
    case .all(let parts):
      let all = parts.compactMap { trigger($0) }
      return all.count == parts.count ? .all(all) : nil
    case .any(let parts):
      let any = parts.compactMap { trigger($0) }
      return any.count == parts.count ? .any(any) : nil
    case .condition(let condition): return self.condition(condition).map { .condition($0) }
    }
  }

  private mutating func condition(_ declared: ConditionDeclaration) -> EventCondition? {
    switch declared {
    case .time(let tick): return .time(tick: tick)
    case .onLane(let agent, let name, let s):
      guard let row = rows[agent], let lane = lanes.index(name), lanes.isOn(map.lanes[lane], s)
      else { return nil }
      return .onLane(agent: row, lane: lane, arcLength: s.value)
    case .near(let agent, let point, let radius):
      return rows[agent].map { .near(agent: $0, point: point, radius: radius) }
    case .distance(let from, let to, let bound):
      guard let from = rows[from], let to = rows[to] else { return nil }
      return .distance(from, to, bound)
    case .timeGap(let from, let to, let bound):
      guard let from = rows[from], let to = rows[to] else { return nil }
      return .timeGap(from, to, bound)
    case .timeToCollision(let from, let to, let bound):
      guard let from = rows[from], let to = rows[to] else { return nil }
      return .timeToCollision(from, to, bound)
    case .speed(let agent, let bound): return rows[agent].map { .speed(agent: $0, bound) }
    case .stands(let agent, let ticks):
      standstills += 1
      return rows[agent].map { .stands(agent: $0, ticks: ticks, slot: standstills - 1) }
    case .signal(let id, let colours): return signal(id).map { .signal($0, colours) }
    case .after(let event): return number(of: event).map { .after(event: $0) }
    case .ended(let event): return number(of: event).map { .ended(event: $0) }
    }
  }

  private func number(of event: Located<String>) -> Int? {
    declarations.firstIndex { $0.id == event.value }
  }

  private func signal(_ id: Located<String>) -> Int? {
    if let index = map.signals.firstIndex(where: { $0.id == id.value }) { return index }
    let ids = map.signals.map(\.id)
    let near = nearestSpelling(of: id.value, among: ids)
    let shown = ids.prefix(12).joined(separator: ", ") + (ids.count > 12 ? ", …" : "")
    sink.error(
      at: id.location, "the map has no signal '\(id.value)'",
      hint: near.map { "did you mean '\($0)'?" }
        ?? (ids.isEmpty ? "it has no signals at all" : "signals: \(shown)"))
    return nil
  }

  private mutating func action(_ declared: ActionDeclaration) -> ScriptedAction? {
    var agent = declared.agent.flatMap { rows[$0] }
    let verb: ScriptedAction.Verb
    switch declared.verb {
    case .speed(let script): verb = .speed(script)
    case .brake(let deceleration): verb = .brake(deceleration)
    case .stop(let deceleration, let ticks): verb = .stop(deceleration: deceleration, ticks: ticks)
    case .stopFor(let other, let deceleration):
      guard let row = rows[other] else { return nil }
      verb = .stopFor(row: row, deceleration: deceleration)
    case .changeLane(let toLeft, let ticks): verb = .changeLane(toLeft: toLeft, ticks: ticks)
    case .offset(let offset, let ticks): verb = .offset(offset, ticks: ticks)
    case .follow(_, let speed, let stops):
      guard followed.indices.contains(nextFollowed) else { return nil }
      verb = .follow(path: followed[nextFollowed], speed: speed, stops: stops)
      nextFollowed += 1
    case .cutIn(let other, let gap, let ticks):
      guard let row = rows[other] else { return nil }
      verb = .cutIn(row: row, gap: gap, ticks: ticks)
    case .runRed: verb = .runRed
    case .changePolicy(let choice):
      guard instances.indices.contains(nextInstance) else { return nil }
      verb = .changePolicy(choice, instance: instances[nextInstance])
      nextInstance += 1
    case .appear: verb = .appear
    case .disappear: verb = .disappear
    case .openDoor(let toLeft):
      agent = declared.agent.flatMap { rows[EventBuilder.doorID($0, toLeft: toLeft)] }
      verb = .appear
    case .show(let id, let colour):
      guard let signal = signal(id) else { return nil }
      verb = .show(signal: signal, colour)
    }
    // Who could not be placed has been reported.
    if declared.agent != nil, agent == nil { return nil }
    return ScriptedAction(
      agent: agent, verb: verb, after: declared.after, lasts: declared.lasts, word: declared.word)
  }
}
