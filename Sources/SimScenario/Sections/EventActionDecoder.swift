import SimCore
import SimMap
import SimWorld

/// Reads what events do.
struct EventActionDecoder {
  let decoder: ScenarioDecoder
  let cast: EventCast
  var sink: DiagnosticSink { decoder.sink }
  var scalar: ScalarDecoder { decoder.scalar }

  init(_ decoder: ScenarioDecoder, _ cast: EventCast) {
    self.decoder = decoder
    self.cast = cast
  }

  /// The actions of a step: a mapping, or a list of them.
  func step(_ tree: ParameterTree) -> [ActionDeclaration] {
    if case .sequence(let items) = tree.value {
      if items.isEmpty { sink.error(at: tree.location, "a step needs an action") }
      return items.compactMap { action($0) }
    }
    return action(tree).map { [$0] } ?? []
  }

  /// What an action can be: its key, the other keys that it takes, and whom it is for.
  private struct Word {
    enum Subject {
      /// Agents under a policy or a driving stack.
      case anyMover
      /// Agents under a policy.
      case policy
      /// Agents under a policy and things that stand about.
      case policyOrThing
      /// Vehicles that stand about.
      case parked
      case signal
    }

    var key: String
    var subject: Subject
    var others: [String]
  }

  private static let words: [Word] = [
    Word(key: "speed", subject: .anyMover, others: ["over", "accel", "for"]),
    Word(key: "brake", subject: .anyMover, others: ["for"]),
    Word(key: "stop", subject: .anyMover, others: ["decel"]),
    Word(key: "stop_for", subject: .anyMover, others: ["decel", "for"]),
    Word(key: "lane_change", subject: .policy, others: ["over"]),
    Word(key: "lane_offset", subject: .policy, others: ["over", "for"]),
    Word(key: "follow_path", subject: .policy, others: ["pace", "at_end"]),
    Word(key: "cut_in", subject: .policy, others: ["gap", "over"]),
    Word(key: "run_red", subject: .policy, others: ["for"]),
    Word(key: "policy", subject: .policy, others: []),
    Word(key: "appear", subject: .policyOrThing, others: []),
    Word(key: "disappear", subject: .policyOrThing, others: []),
    Word(key: "door_open", subject: .parked, others: ["for"]),
    Word(key: "show", subject: .signal, others: ["for"]),
  ]

  private func action(_ tree: ParameterTree) -> ActionDeclaration? {
    guard let action = MappingDecoder(tree, .action, sink) else { return nil }
    let found = EventActionDecoder.words.filter { action.has($0.key) }
    guard let word = found.first else {
      sink.error(
        at: action.location, "an action says what is done",
        hint: "one of: " + EventActionDecoder.words.map(\.key).joined(separator: ", "))
      return nil
    }
    for other in found.dropFirst() { action.refuse(other.key, with: word.key) }
    for key in ["over", "accel", "decel", "gap", "pace", "at_end", "for"]
    where action.has(key) && !word.others.contains(key) {
      sink.error(at: action.keyLocation(key), "'\(key)' has no use with '\(word.key)'")
    }
    let after = action.has("after") ? ticks(action, "after") : 0
    let lasts = action.has("for") ? ticks(action, "for") : nil
    if action.has("for"), lasts == nil { return nil }
    let agent: EventCast.Member?
    if word.subject == .signal {
      if action.has("agent") { action.refuse("agent", with: word.key) }
      if !action.has("signal") { action.reportMissing("signal") }
      agent = nil
    } else {
      if action.has("signal") { action.refuse("signal", with: word.key) }
      guard let id = action.required("agent").flatMap({ scalar.text($0, "'agent'") }),
        let member = cast.member(id, sink), isPossible(word, for: member, id.location)
      else {
        // What else is wrong belongs to the same list.
        _ = verb(word.key, action, nil)
        return nil
      }
      agent = member
    }
    guard let after, let verb = verb(word.key, action, agent) else { return nil }
    return ActionDeclaration(
      agent: agent?.id, verb: verb, after: after, lasts: lasts, word: word.key,
      location: action.keyLocation(word.key))
  }

  private func ticks(_ action: MappingDecoder, _ key: String) -> Int? {
    action.value(key).flatMap { decoder.eventTicks($0, "'\(key)'") }
  }

  /// Whether an action can be done to somebody; one that cannot is reported.
  private func isPossible(
    _ word: Word, for member: EventCast.Member, _ location: SourceLocation
  ) -> Bool {
    var reason: String?
    switch (word.subject, member.mover) {
    case (.anyMover, .none), (.policy, .none): reason = "it never moves"
    case (.policy, .stack), (.policyOrThing, .stack):
      reason = "it is driven by its planner; speed, brake, stop and stop_for go before that"
    case (.parked, .policy), (.parked, .stack): reason = "only what stands ('policy: none') can"
    case (.parked, .none) where !member.agentClass.isVehicle: reason = "it has no doors"
    case (.policy, .policy("constant_speed")) where word.key == "run_red":
      reason = "policy 'constant_speed' looks at no signals anyway"
    case (.policy, _)
    where ["lane_change", "cut_in"].contains(word.key)
      && member.agentClass == .pedestrian:
      reason = "walkers keep to no lanes; 'lane_offset' and 'follow_path' are for them"
    case (_, .policy("replay")): reason = "it follows its recording"
    default: reason = nil
    }
    guard let reason else { return true }
    sink.error(
      at: location, "'\(word.key)' is not possible for '\(member.id)': \(reason)")
    return false
  }

  // MARK: - Words

  private func verb(
    _ key: String, _ action: MappingDecoder, _ agent: EventCast.Member?
  ) -> ActionDeclaration.Verb? {
    switch key {
    case "speed": return speed(action).map { .speed($0) }
    case "brake":
      return action.quantity("brake", .acceleration, in: 0.01...20).map { .brake($0) }
    case "stop":
      guard let ticks = ticks(action, "stop"), let deceleration = deceleration(action) else {
        return nil
      }
      return .stop(deceleration: deceleration, ticks: ticks)
    case "stop_for":
      guard let other = other("stop_for", action, agent), let deceleration = deceleration(action)
      else { return nil }
      return .stopFor(other, deceleration: deceleration)
    case "lane_change":
      guard let tree = action.value(key),
        let side = scalar.choice(tree, "'lane_change'", among: ["left", "right"]),
        let over = over(action)
      else { return nil }
      return .changeLane(toLeft: side == "left", ticks: over)
    case "lane_offset":
      guard let offset = action.quantity(key, .length, in: -20...20), let over = over(action)
      else { return nil }
      return .offset(offset, ticks: over)
    case "follow_path": return followPath(action)
    case "cut_in":
      let gap = action.has("gap") ? action.quantity("gap", .time, in: 0...20) : 1
      guard let other = other(key, action, agent), let gap, let over = over(action) else {
        return nil
      }
      return .cutIn(other, gap: gap, ticks: over)
    case "policy":
      guard let tree = action.value(key), let choice = decoder.modules.choice(tree, .policy)
      else { return nil }
      guard choice.name != "replay" else {
        sink.error(at: tree.location, "policy 'replay' needs a recording, which nobody has here")
        return nil
      }
      return .changePolicy(choice)
    case "door_open":
      return action.value(key)
        .flatMap { scalar.choice($0, "'door_open'", among: ["left", "right"]) }
        .map { .openDoor(toLeft: $0 == "left") }
    case "show":
      guard let tree = action.value(key), let colour = decoder.colour(tree, "'show'"),
        let signal = action.value("signal").flatMap({ scalar.text($0, "'signal'") })
      else { return nil }
      return .show(signal, colour)
    default: return flag(key, action)
    }
  }

  /// Actions that are only named: `run_red: true`.
  private func flag(_ key: String, _ action: MappingDecoder) -> ActionDeclaration.Verb? {
    guard let tree = action.value(key), let isMeant = scalar.flag(tree, "'\(key)'") else {
      return nil
    }
    guard isMeant else {
      sink.error(
        at: tree.location, "'\(key): false' does nothing", hint: "remove the action, or write true")
      return nil
    }
    return key == "run_red" ? .runRed : key == "appear" ? .appear : .disappear
  }

  private func deceleration(_ action: MappingDecoder) -> Double? {
    action.has("decel") ? action.quantity("decel", .acceleration, in: 0.1...20) : 3
  }

  /// How long a move to the side takes.
  private func over(_ action: MappingDecoder) -> Int? {
    guard action.has("over") else { return decoder.clock.ticks(3.5) }
    return action.value("over").flatMap { tree in
      scalar.quantity(tree, "'over'", .time, in: 0.1...60).map { max(1, decoder.clock.ticks($0)) }
    }
  }

  /// Somebody else than the agent of the action.
  private func other(
    _ key: String, _ action: MappingDecoder, _ agent: EventCast.Member?
  ) -> String? {
    guard let other = decoder.member(action, key, cast) else { return nil }
    guard other != agent?.id else {
      sink.error(at: action.keyLocation(key), "'\(key)' names the agent itself")
      return nil
    }
    return other
  }

  private func speed(_ action: MappingDecoder) -> SpeedScript? {
    guard let tree = action.value("speed") else { return nil }
    if case .sequence(let items) = tree.value {
      for key in ["over", "accel"] { action.refuse(key, with: "speed") }
      return profile(items, tree)
    }
    action.refuse("over", with: "accel")
    let speed = scalar.quantity(tree, "'speed'", .speed, in: ScenarioLimits.speed)
    if action.has("over") {
      guard let speed, let ticks = ticks(action, "over") else { return nil }
      return .within(speed, ticks: ticks)
    }
    let rate = action.has("accel") ? action.quantity("accel", .acceleration, in: 0.01...20) : 2
    guard let speed, let rate else { return nil }
    return .towards(speed, rate: rate)
  }

  /// Points of time and speed.
  private func profile(_ items: [ParameterTree], _ tree: ParameterTree) -> SpeedScript? {
    guard (1...ScenarioLimits.profilePoints).contains(items.count) else {
      sink.error(
        at: tree.location,
        "a profile has between 1 and \(ScenarioLimits.profilePoints) points, not \(items.count)")
      return nil
    }
    var points: [(time: Double, speed: Double)] = []
    for item in items {
      guard case .sequence(let pair) = item.value, pair.count == 2 else {
        sink.error(
          at: item.location, "a point of a profile is [time, speed], not \(item.sizedKindName)",
          hint: "write it like [[0, 12], [3 s, 20 km/h]]")
        return nil
      }
      let time = scalar.quantity(
        pair[0], "the time", .time, in: 0...ScenarioLimits.duration.upperBound)
      let speed = scalar.quantity(pair[1], "the speed", .speed, in: ScenarioLimits.speed)
      guard let time, let speed else { return nil }
      if let last = points.last, time <= last.time {
        sink.error(at: pair[0].location, "the times of a profile must rise")
        return nil
      }
      points.append((time, speed))
    }
    return .profile(points)
  }

  private func followPath(_ action: MappingDecoder) -> ActionDeclaration.Verb? {
    guard let tree = action.value("follow_path"),
      let points = decoder.points(tree, "'follow_path'", atLeast: 2)
    else { return nil }
    let pace = action.has("pace") ? action.quantity("pace", .speed, in: ScenarioLimits.speed) : nil
    if action.has("pace"), pace == nil { return nil }
    var stops = true
    if let end = action.value("at_end") {
      guard let word = scalar.choice(end, "'at_end'", among: ["stop", "leave"]) else { return nil }
      stops = word == "stop"
    }
    return .follow(Located(points, at: tree.location), speed: pace, stops: stops)
  }
}

extension ScenarioSection {
  static let action = ScenarioSection(
    path: "events[].do[]", noun: "an action",
    summary: """
      One thing that is done to one agent (or signal). What agents do is bounded by what their kind \
      can do at most. An agent under no action is its policy's (or planner's); a scripted one may \
      be rude: nothing keeps it from hitting somebody.
      """,
    keys: [
      ScenarioKey(
        "agent", "agent id", .optional,
        "who; needed but with 'show'; agents of a fleet are ID.0, ID.1, …, those of flows have no say"
      ),
      ScenarioKey("signal", "signal id", .optional, "which; with 'show'"),
      ScenarioKey("after", "time", .standard("0 s"), "since the event, or the start of the step"),
      ScenarioKey(
        "for", "time", .standard("without end"),
        "how long it lasts; without it what was reached is kept until another action takes over"),
      ScenarioKey(
        "speed", "speed, or list of [time, speed]", .optional, "goes to this speed and keeps it"),
      ScenarioKey("accel", "acceleration", .standard("2 m/s^2"), "with speed: how fast it changes"),
      ScenarioKey(
        "over", "time", .standard("3.5 s"),
        "with speed: reaches it in this time; with moves aside: what they take (slow ones more: 7 m of way for each m aside)"
      ),
      ScenarioKey("brake", "acceleration", .optional, "brakes this hard until it stands"),
      ScenarioKey("stop", "time", .optional, "comes to a halt and stands for as long"),
      ScenarioKey(
        "stop_for", "agent id", .optional, "comes to a halt until that one moves away from it"),
      ScenarioKey("decel", "acceleration", .standard("3 m/s^2"), "with stop and stop_for"),
      ScenarioKey(
        "lane_change", "left or right", .optional,
        "to the lane beside, as soon as there is one, and straight on from there"),
      ScenarioKey(
        "lane_offset", "length", .optional, "to this place left of the middle of its lane or path"),
      ScenarioKey(
        "follow_path", "list of [x, y]", .optional,
        "leaves the lanes and goes along these points once it is at most 6 m beside them; going away from their start without that ends it as 'event:ID.follow_path_failed'"
      ),
      ScenarioKey("pace", "speed", .standard("the speed it has"), "on the path of follow_path"),
      ScenarioKey("at_end", "stop or leave", .standard("stop"), "at the end of that path"),
      ScenarioKey(
        "cut_in", "agent id", .optional,
        "gets ahead of that one on the lane beside it and changes to its lane"),
      ScenarioKey("gap", "time", .standard("1 s"), "with cut_in: from rear to front"),
      ScenarioKey(
        "run_red", "true", .optional,
        "takes no notice of signals, signs and who goes first; a walker does not look before it crosses"
      ),
      ScenarioKey(
        "policy", "module", .optional,
        "is under this policy from now on, which also takes back what earlier actions keep"),
      ScenarioKey(
        "appear", "true", .optional,
        "comes into the world in its state at the start, once its place is free; until its first it is not there"
      ),
      ScenarioKey("disappear", "true", .optional, "leaves the world"),
      ScenarioKey(
        "door_open", "left or right", .optional,
        "a door of 1 m stands out of that side of a parked vehicle, as agent ID.door"),
      ScenarioKey(
        "show", "colour", .optional, "the signal shows this: green, yellow, red, red_yellow, off"),
    ])
}
