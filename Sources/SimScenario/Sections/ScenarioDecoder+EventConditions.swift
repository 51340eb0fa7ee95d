import SimCore
import SimGeometry
import SimMap

// The conditions of events.
extension ScenarioDecoder {
  /// A mapping of conditions, all of which must hold; or a list of such mappings.
  func trigger(_ tree: ParameterTree, _ cast: EventCast) -> TriggerDeclaration? {
    guard let when = MappingDecoder(tree, .condition, sink) else { return nil }
    var parts: [TriggerDeclaration] = []
    var isWhole = true
    for key in ScenarioSection.condition.keys.map(\.name) where when.has(key) {
      guard let tree = when.value(key), let part = part(key, tree, when, cast) else {
        isWhole = false
        continue
      }
      parts.append(part)
    }
    if parts.isEmpty, isWhole, when.entries.isEmpty {
      sink.error(
        at: when.location, "an event needs a condition",
        hint: "keys here: " + ScenarioSection.condition.keys.map(\.name).joined(separator: ", "))
    }
    guard isWhole, let first = parts.first else { return nil }
    return parts.count == 1 ? first : .all(parts)
  }

  private func part(
    _ key: String, _ tree: ParameterTree, _ when: MappingDecoder, _ cast: EventCast
  ) -> TriggerDeclaration? {
    switch key {
    case "all", "any":
      let items = when.list(key) ?? []
      let parts = items.compactMap { trigger($0, cast) }
      guard !items.isEmpty, parts.count == items.count else {
        if items.isEmpty, case .sequence = tree.value {
          sink.error(at: tree.location, "'\(key)' needs conditions")
        }
        return nil
      }
      return key == "all" ? .all(parts) : .any(parts)
    default:
      return condition(key, tree, cast).map { .condition($0) }
    }
  }

  private func condition(
    _ key: String, _ tree: ParameterTree, _ cast: EventCast
  ) -> ConditionDeclaration? {
    switch key {
    case "time": return time(tree)
    case "position": return position(tree, cast)
    case "distance":
      return between(tree, "distance", .length, cast).map { .distance($0.from, $0.to, $0.bound) }
    case "time_gap":
      return between(tree, "time_gap", .time, cast).map { .timeGap($0.from, $0.to, $0.bound) }
    case "ttc":
      return between(tree, "ttc", .time, cast).map { .timeToCollision($0.from, $0.to, $0.bound) }
    case "speed":
      guard let given = MappingDecoder(tree, .eventSpeed, sink) else { return nil }
      let agent = member(given, "agent", cast)
      let bound = bound(given, .speed)
      guard let agent, let bound else { return nil }
      return .speed(agent, bound)
    case "stands":
      guard let given = MappingDecoder(tree, .stands, sink) else { return nil }
      let agent = member(given, "agent", cast)
      let ticks = given.has("for") ? given.value("for").flatMap { eventTicks($0, "'for'") } : 0
      guard let agent, let ticks else { return nil }
      return .stands(agent, ticks: ticks)
    case "signal":
      guard let given = MappingDecoder(tree, .signalState, sink) else { return nil }
      if !given.has("shows") { given.reportMissing("shows") }
      let id = given.required("id").flatMap { scalar.text($0, "'id'") }
      let colours = (given.items("shows") ?? []).compactMap { colour($0, "'shows'") }
      guard let id, !colours.isEmpty else { return nil }
      return .signal(id, colours)
    case "after": return scalar.text(tree, "'after'").map { .after($0) }
    case "ended": return scalar.text(tree, "'ended'").map { .ended($0) }
    default: preconditionFailure("a key of the section")
    }
  }

  private func time(_ tree: ParameterTree) -> ConditionDeclaration? {
    guard
      let seconds = scalar.quantity(
        tree, "'time'", .time, in: 0...ScenarioLimits.duration.upperBound)
    else { return nil }
    return .time(tick: Int((seconds / clock.step - 1e-6).rounded(.up)))
  }

  private func position(_ tree: ParameterTree, _ cast: EventCast) -> ConditionDeclaration? {
    guard let place = MappingDecoder(tree, .eventPlace, sink) else { return nil }
    let agent = member(place, "agent", cast)
    place.refuse("at", with: "lane")
    for key in ["radius"] where place.has(key) { place.refuse(key, with: "lane") }
    if place.has("lane") {
      let lane = place.text("lane")
      let range = 0...ScenarioLimits.coordinate
      let s: Located<Double>? =
        place.has("s")
        ? place.value("s").flatMap { tree in
          scalar.quantity(tree, "'s'", .length, in: range).map { Located($0, at: tree.location) }
        } : Located(0, at: place.location)
      guard let agent, let lane, let s else { return nil }
      return .onLane(agent: agent, lane: lane, s: s)
    }
    place.refuse("s", with: "at")
    guard place.has("at") else {
      sink.error(
        at: place.location, "a position needs a place", hint: "give 'lane' and 's', or 'at'")
      return nil
    }
    let radius = place.has("radius") ? place.quantity("radius", .length, in: 0.01...10_000) : 2
    let point = place.value("at").flatMap { self.point($0, "'at'") }
    guard let agent, let point, let radius else { return nil }
    return .near(agent: agent, point: point, radius: radius)
  }

  private func between(
    _ tree: ParameterTree, _ what: String, _ dimension: Dimension, _ cast: EventCast
  ) -> (from: String, to: String, bound: EventBound)? {
    guard let given = MappingDecoder(tree, .between, sink) else { return nil }
    let from = member(given, "from", cast)
    let to = member(given, "to", cast)
    let bound = bound(given, dimension)
    guard let from, let to, let bound else { return nil }
    guard from != to else {
      sink.error(at: given.keyLocation("to"), "'\(what)' is between two agents, not one")
      return nil
    }
    return (from, to, bound)
  }

  private func bound(_ given: MappingDecoder, _ dimension: Dimension) -> EventBound? {
    let range = 0...ScenarioLimits.coordinate
    guard given.has("below") || given.has("above") else {
      sink.error(at: given.location, "\(given.section.noun) needs 'below' or 'above'")
      return nil
    }
    let below = given.has("below") ? given.quantity("below", dimension, in: range) : nil
    let above = given.has("above") ? given.quantity("above", dimension, in: range) : nil
    if given.has("below"), below == nil { return nil }
    if given.has("above"), above == nil { return nil }
    if let below, let above, above >= below {
      sink.error(
        at: given.keyLocation("above"),
        "nothing is above \(NumberText.shown(above)) and below "
          + "\(NumberText.shown(below))")
      return nil
    }
    return EventBound(below: below, above: above)
  }

  /// The id of somebody of the cast; an unknown one is reported.
  func member(_ given: MappingDecoder, _ key: String, _ cast: EventCast) -> String? {
    given.required(key).flatMap { scalar.text($0, "'\(key)'") }
      .flatMap { cast.member($0, sink) }?.id
  }

  func colour(_ tree: ParameterTree, _ what: String) -> SignalColour? {
    scalar.choice(tree, what, among: ScenarioDecoder.colours.map(\.name)).flatMap { name in
      ScenarioDecoder.colours.first { $0.name == name }?.colour
    }
  }

  static let colours: [(name: String, colour: SignalColour)] = [
    ("green", .green), ("yellow", .yellow), ("red", .red), ("red_yellow", .redYellow),
    ("off", .inactive),
  ]
}

extension ScenarioSection {
  static let condition = ScenarioSection(
    path: "events[].when", noun: "a condition",
    summary: "What must hold; several keys must all hold in the same tick.",
    keys: [
      ScenarioKey("all", "list of conditions", .optional, "every one of them"),
      ScenarioKey("any", "list of conditions", .optional, "at least one of them"),
      ScenarioKey("time", "time", .optional, "from then on"),
      ScenarioKey("position", "mapping", .optional, "an agent is somewhere"),
      ScenarioKey("distance", "between", .optional, "box to box"),
      ScenarioKey(
        "time_gap", "between", .optional,
        "time that the one behind takes to where the rear of the one ahead is, along its way"),
      ScenarioKey(
        "ttc", "between", .optional,
        "time until their boxes touch if both keep speed and heading, within 30 s"),
      ScenarioKey("speed", "mapping", .optional, "of an agent"),
      ScenarioKey("stands", "mapping", .optional, "an agent is slower than 0.1 m/s"),
      ScenarioKey("signal", "mapping", .optional, "what a signal shows"),
      ScenarioKey("after", "event id", .optional, "that event has been"),
      ScenarioKey("ended", "event id", .optional, "that event has been and its actions are done"),
    ])

  static let between = ScenarioSection(
    path: "events[].when.distance", noun: "a condition between two agents",
    summary: """
      Between two agents: 'distance', 'time_gap', 'ttc'. A time gap goes from the front of whichever \
      is behind to the rear of the other along the former's way, lanes up to 12 m aside included; \
      without one (nobody is behind, or the one behind stands) it counts as infinite. A driver of \
      'idm' that is to change lanes or cut in once its time gap to somebody behind is below a bound \
      drops back for it if it would draw away.
      """,
    keys: [
      ScenarioKey("from", "agent id", .required, "one of the two"),
      ScenarioKey("to", "agent id", .required, "the other"),
      ScenarioKey("below", "length or time", .optional, "it is less"),
      ScenarioKey("above", "length or time", .optional, "it is more"),
    ])

  static let eventPlace = ScenarioSection(
    path: "events[].when.position", noun: "a position",
    summary: "Where an agent's box centre is.",
    keys: [
      ScenarioKey("agent", "agent id", .required, "whose"),
      ScenarioKey(
        "lane", "lane id", .optional, "on this lane at or past s, or on one that it leads to"),
      ScenarioKey("s", "length", .standard("0 m"), "along the lane"),
      ScenarioKey("at", "[x, y]", .optional, "no farther than the radius from this point"),
      ScenarioKey("radius", "length", .standard("2 m"), "around the point"),
    ])

  static let eventSpeed = ScenarioSection(
    path: "events[].when.speed", noun: "a condition on a speed", summary: "How fast an agent is.",
    keys: [
      ScenarioKey("agent", "agent id", .required, "whose"),
      ScenarioKey("below", "speed", .optional, "it is less"),
      ScenarioKey("above", "speed", .optional, "it is more"),
    ])

  static let stands = ScenarioSection(
    path: "events[].when.stands", noun: "a standstill", summary: "An agent stands still.",
    keys: [
      ScenarioKey("agent", "agent id", .required, "who"),
      ScenarioKey("for", "time", .standard("0 s"), "without a break"),
    ])

  static let signalState = ScenarioSection(
    path: "events[].when.signal", noun: "the state of a signal", summary: "What a signal shows.",
    keys: [
      ScenarioKey("id", "signal id", .required, "which"),
      ScenarioKey(
        "shows", "colour, or list of them", .required,
        ScenarioDecoder.colours.map(\.name).joined(separator: ", ")),
    ])
}
