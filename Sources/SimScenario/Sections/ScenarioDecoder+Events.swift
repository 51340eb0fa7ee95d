import SimCore
import SimWorld

// Events: `when` something holds, `do` something.
extension ScenarioDecoder {
  /// The events of a file.
  ///
  /// - Parameter cast: everybody that an event may be about.
  func events(_ file: MappingDecoder, _ cast: EventCast) -> [EventDeclaration] {
    guard file.has("events"), let items = file.list("events") else { return [] }
    guard items.count <= ScenarioLimits.events else {
      sink.error(
        at: file.keyLocation("events"),
        "\(items.count) events; at most \(ScenarioLimits.events) are possible")
      return []
    }
    let events = items.enumerated().compactMap { event($1, number: $0, cast) }
    checkEventIds(events)
    let actions = events.reduce(0) { $0 + $1.steps.reduce(0) { $0 + $1.count } }
    if actions > ScenarioLimits.eventActions {
      sink.error(
        at: file.keyLocation("events"),
        "\(actions) actions; at most \(ScenarioLimits.eventActions) are possible")
    }
    return events
  }

  private func event(
    _ tree: ParameterTree, number: Int, _ cast: EventCast
  ) -> EventDeclaration? {
    guard let event = MappingDecoder(tree, .event, sink) else { return nil }
    let id = self.id(event, standard: "event\(number)")
    let trigger = event.required("when").flatMap { self.trigger($0, cast) }
    let actions = EventActionDecoder(self, cast)
    var steps: [[ActionDeclaration]] = []
    if let tree = event.required("do") { steps.append(actions.step(tree)) }
    for tree in event.items("then") ?? [] { steps.append(actions.step(tree)) }
    let edge = event.word("edge", of: ScriptedEvent.Edge.self) ?? .level
    let delay = event.value("delay").flatMap { eventTicks($0, "'delay'") } ?? 0
    let times = event.integer("times", in: 1...1000) ?? 1
    guard let trigger else { return nil }
    var text = (tree["when"]?.compactText ?? "") + (edge == .level ? "" : " \(edge.rawValue)")
    text += " do " + (tree["do"]?.compactText ?? "")
    if let then = tree["then"] { text += " then " + then.compactText }
    return EventDeclaration(
      id: id.value, location: id.location, trigger: trigger, edge: edge, delay: delay,
      times: times, steps: steps, text: text)
  }

  /// A length of time as the nearest number of ticks.
  func eventTicks(_ tree: ParameterTree, _ what: String) -> Int? {
    scalar.quantity(tree, what, .time, in: 0...ScenarioLimits.duration.upperBound).map {
      clock.ticks($0)
    }
  }

  private func checkEventIds(_ events: [EventDeclaration]) {
    var places: [String: SourceLocation] = [:]
    for event in events {
      if let first = places[event.id] {
        sink.error(
          at: event.location,
          "the event '\(event.id)' is there twice; first at line \(first.line), "
            + "column \(first.column)")
      } else {
        places[event.id] = event.location
      }
    }
    // What waits for what; who waits for itself in the end never happens.
    var waits: [String: [Located<String>]] = [:]
    for event in events {
      waits[event.id, default: []] += event.trigger.events
      for other in event.trigger.events where places[other.value] == nil {
        let near = nearestSpelling(of: other.value, among: events.map(\.id))
        sink.error(
          at: other.location, "there is no event '\(other.value)'",
          hint: near.map { "did you mean '\($0)'?" }
            ?? "events: " + events.map(\.id).joined(separator: ", "))
      }
    }
    for event in events {
      var seen: Set<String> = []
      var open = event.trigger.events
      while let next = open.popLast() {
        if next.value == event.id {
          let own = event.trigger.events.first?.location ?? event.location
          sink.error(at: own, "the event '\(event.id)' waits for itself")
          break
        }
        if seen.insert(next.value).inserted { open += waits[next.value] ?? [] }
      }
    }
  }
}

extension TriggerDeclaration {
  /// The events that it names.
  var events: [Located<String>] {
    switch self {
    case .all(let parts), .any(let parts): parts.flatMap(\.events)
    case .condition(.after(let event)), .condition(.ended(let event)): [event]
    case .condition: []
    }
  }
}

extension ScenarioSection {
  static let event = ScenarioSection(
    path: "events[]", noun: "an event",
    summary: """
      Something that is done once something holds. Conditions look at the world as it is at the \
      start of a tick; what is done shows in the next. What is said of an agent that is not in the \
      world does not hold, and what is done to one has no effect but that it may appear. Vehicles of \
      fleets and flows are agents ID.0, ID.1, … in the order of their arrival. Several \
      actions on one agent: along the way (speed, brake, stop, stop_for, cut_in, follow_path) and \
      aside (lane_change, lane_offset, cut_in, follow_path) the later one takes the place of the \
      earlier one, of two in the same tick the one that stands later in the file. Times are \
      rounded to ticks. Each event and each action leaves an entry among the events of the result, \
      as 'event:ID' and 'event:ID.action'.
      """,
    keys: [
      ScenarioKey("id", "name", .standard("event0, event1, …"), "its name in results and paths"),
      ScenarioKey(
        "when", "condition", .required, "several conditions in one mapping must all hold"),
      ScenarioKey(
        "do", "action, or list of them", .required,
        "side by side; 'after' puts one off, counted from the event"),
      ScenarioKey(
        "then", "list of actions or of lists", .optional,
        "one step after the other, each once all of the step before is done"),
      ScenarioKey(
        "edge", "level, rising or falling", .standard("level"),
        "level: as soon as it holds; rising, falling: when that changes, not at the start"),
      ScenarioKey("delay", "time", .standard("0 s"), "from then until the event is"),
      ScenarioKey(
        "times", "whole number", .standard("1"),
        "how often; again after its actions are done and once it has not held in between"),
    ])
}
