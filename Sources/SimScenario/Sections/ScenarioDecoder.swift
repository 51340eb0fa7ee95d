import SimCore

/// Makes a declaration of a scenario's tree, reporting everything that is wrong with it at once.
///
/// It is split by topic: this file holds the file's own keys, the extensions one kind of mapping
/// each, with the section that documents its keys.
struct ScenarioDecoder {
  let options: LoadOptions
  let sink: DiagnosticSink
  /// Set by the file's `step` or `rate` before anything that counts in ticks is read.
  var clock = TickClock()
  /// Modules of driven agents that name none.
  var defaults: [ModuleKind: ModuleChoice] = [:]

  var scalar: ScalarDecoder { ScalarDecoder(sink) }
  let modules: ModuleDecoder

  init(options: LoadOptions, sink: DiagnosticSink) {
    self.options = options
    self.sink = sink
    modules = ModuleDecoder(options.catalog, sink)
  }

  /// What a file says; with errors in the sink it may be incomplete, and nil if it makes no sense
  /// to look on.
  ///
  /// - Parameter fallbackName: the scenario's name if the file gives none.
  mutating func scenario(_ tree: ParameterTree, fallbackName: String) -> ScenarioDeclaration? {
    guard let file = MappingDecoder(tree, .scenario, sink) else { return nil }
    checkVersion(file)
    clock = self.clock(file)
    let duration = duration(file)
    for kind in DrivingStack.kinds {
      defaults[kind] = file.value(kind.rawValue).flatMap { modules.choice($0, kind) }
    }
    let map = file.required("map").flatMap { self.map($0) }
    var agents = egos(file)
    agents += backgroundAgents(file)
    let fleets = self.fleets(file)
    let flows = self.flows(file)
    let warmUp = self.warmUp(file, flows)
    checkIds(agents, fleets, flows)
    checkCount(agents, fleets, file)
    let seed = file.value("seed").flatMap { scalar.seed($0, "'seed'") } ?? 0
    let events = self.events(file, EventCast(agents, fleets, flows))
    let expectations = self.expectations(file)
    let profile = self.profile(file)
    let endOn = self.endOn(file)
    let name = self.name(file) ?? fallbackName
    let tags = self.tags(file)
    guard let map else { return nil }
    return ScenarioDeclaration(
      name: name, summary: summary(file), tags: tags, map: map, clock: clock,
      ticks: max(1, clock.ticks(duration)), seed: seed, agents: agents, fleets: fleets,
      flows: flows, warmUpTicks: warmUp, events: events, endOn: endOn,
      expectations: expectations, profile: profile)
  }

  private func checkVersion(_ file: MappingDecoder) {
    guard let tree = file.required("version"),
      let version = scalar.integer(tree, "'version'", in: 0...Int.max), version != 1
    else { return }
    sink.error(
      at: tree.location, "version \(version) of the format is not known to this program",
      hint: "write 'version: 1'")
  }

  private func clock(_ file: MappingDecoder) -> TickClock {
    file.refuse("rate", with: "step")
    var step = 0.1
    if let given = file.quantity("step", .time, in: ScenarioLimits.step) {
      step = given
    } else if let rate = file.quantity("rate", .frequency, in: 1...1000) {
      step = 1 / rate
    }
    let microseconds = (step * 1_000_000).rounded()
    if abs(microseconds - step * 1_000_000) > 1e-6 * microseconds {
      let key = file.has("step") ? "step" : "rate"
      sink.error(
        at: file.value(key)?.location ?? file.location,
        "a tick of \(NumberText.shown(step)) s is not a whole number of microseconds",
        hint: "10 Hz, 20 Hz, 25 Hz, 50 Hz and 100 Hz are")
    }
    return TickClock(stepMicroseconds: Int64(max(1, microseconds)))
  }

  func endOn(_ file: MappingDecoder) -> [EndCondition] {
    (file.items("end_on") ?? []).compactMap {
      scalar.word($0, "'end_on'", of: EndCondition.self)
    }
  }

  /// The required length of the episode in seconds, a whole number of ticks.
  func duration(_ file: MappingDecoder) -> Double {
    guard let tree = file.required("duration"),
      let seconds = scalar.quantity(tree, "'duration'", .time, in: ScenarioLimits.duration)
    else { return clock.step }
    let ticks = seconds / clock.step
    if ticks > Double(ScenarioLimits.ticks) {
      sink.error(
        at: tree.location,
        "\(NumberText.shown(seconds)) s are more than \(ScenarioLimits.ticks) ticks of "
          + "\(NumberText.shown(clock.step)) s")
      return clock.step
    }
    if abs(ticks - ticks.rounded()) > 1e-6 {
      sink.error(
        at: tree.location,
        "'duration' must be a whole number of ticks of \(NumberText.shown(clock.step)) s")
    }
    return seconds
  }

  /// Ticks for which flows run before tick 0.
  private func warmUp(_ file: MappingDecoder, _ flows: [FlowDeclaration]) -> Int {
    guard let seconds = file.quantity("warm_up", .time, in: 0...ScenarioLimits.warmUp) else {
      return 0
    }
    if flows.isEmpty, file.has("warm_up"), !file.has("flows") {
      sink.error(
        at: file.keyLocation("warm_up"), "'warm_up' is for flows, and there are none",
        hint: "add 'flows', or remove the key")
    }
    let ticks = clock.ticks(seconds)
    if ticks > ScenarioLimits.ticks {
      sink.error(
        at: file.keyLocation("warm_up"), "the warm-up is longer than \(ScenarioLimits.ticks) ticks")
      return 0
    }
    return ticks
  }

  private func name(_ file: MappingDecoder) -> String? {
    guard let name = file.text("name") else { return nil }
    return checkedName(name, "'name'") ? name.value : nil
  }

  /// Names appear in file names, tables and `name[key=value]`, so they are plain words.
  func checkedName(_ name: Located<String>, _ what: String, allowing extra: String = "./") -> Bool {
    let isPlain = name.value.unicodeScalars.allSatisfy {
      switch $0 {
      case "a"..."z", "A"..."Z", "0"..."9", "_", "-": true
      default:
        extra.unicodeScalars.contains($0) || (!$0.isASCII && $0.properties.isAlphabetic)
      }
    }
    if isPlain, name.value.utf8.count <= ScenarioLimits.nameBytes { return true }
    let allowed = ("_-" + extra).map { "'\($0)'" }.joined(separator: " ")
    sink.error(
      at: name.location,
      isPlain
        ? "\(what) is longer than \(ScenarioLimits.nameBytes) bytes"
        : "\(what) '\(name.value)' may hold letters, digits and \(allowed) only")
    return false
  }

  private func summary(_ file: MappingDecoder) -> String {
    file.refuse("description", with: "summary")
    return (file.text("summary") ?? file.text("description"))?.value ?? ""
  }

  private func tags(_ file: MappingDecoder) -> [String] {
    var tags: [String] = []
    for item in file.items("tags") ?? [] {
      guard let tag = scalar.text(item, "a tag"), checkedName(tag, "the tag") else { continue }
      if tags.contains(tag.value) {
        sink.error(at: tag.location, "the tag '\(tag.value)' is given twice")
      } else {
        tags.append(tag.value)
      }
    }
    return tags
  }

  func profile(_ file: MappingDecoder) -> String? {
    file.value("profile").flatMap { scalar.choice($0, "'profile'", among: options.profiles) }
  }

  /// Ids name rows, random streams and events, so each is there once.
  private func checkIds(
    _ agents: [AgentDeclaration], _ fleets: [FleetDeclaration], _ flows: [FlowDeclaration]
  ) {
    var places: [String: SourceLocation] = [:]
    let groups = fleets.map { ($0.id, $0.location) } + flows.map { ($0.id, $0.location) }
    for (id, location) in agents.map({ ($0.id, $0.location) }) + groups {
      if let first = places[id] {
        sink.error(
          at: location,
          "the id '\(id)' is given twice; first at line \(first.line), column \(first.column)")
      } else {
        places[id] = location
      }
    }
  }

  private func checkCount(
    _ agents: [AgentDeclaration], _ fleets: [FleetDeclaration], _ file: MappingDecoder
  ) {
    let count = agents.count + fleets.reduce(0) { $0 + $1.count }
    if count > ScenarioLimits.agents {
      sink.error(
        at: file.location, "\(count) agents; at most \(ScenarioLimits.agents) are possible")
    }
  }
}

extension DrivingStack {
  /// The kinds of module that make a driving stack, in the order of the tick.
  static let kinds: [ModuleKind] = [.perception, .predictor, .planner, .controller]
}

extension ScenarioSection {
  static let scenario = ScenarioSection(
    path: "", noun: "the scenario", summary: "A scenario file is one mapping.",
    keys: [
      ScenarioKey("version", "1", .required, "version of this format, 1"),
      ScenarioKey(
        "name", "name", .standard("the file's name without its ending"),
        "what results call it: letters, digits, '_', '-', '.', '/'"),
      ScenarioKey("summary", "text", .optional, "one line that says what happens"),
      ScenarioKey("description", "text", .optional, "another word for summary"),
      ScenarioKey("tags", "list of names", .optional, "words to select scenarios by"),
      ScenarioKey("map", "map", .required, "the road"),
      ScenarioKey("duration", "time", .required, "length of the episode, whole ticks"),
      ScenarioKey("step", "time", .standard("0.1 s"), "length of a tick, whole microseconds"),
      ScenarioKey("rate", "frequency", .standard("10 Hz"), "ticks a second, instead of step"),
      ScenarioKey("seed", "whole number", .standard("0"), "seed of all random numbers"),
      ScenarioKey("ego", "ego", .optional, "the vehicle under test"),
      ScenarioKey(
        "egos", "list of egos", .optional, "several vehicles under test, instead of ego"),
      ScenarioKey("agents", "list of agents", .optional, "everybody else"),
      ScenarioKey("fleet", "fleet, or list of them", .optional, "many agents spread over lanes"),
      ScenarioKey("flows", "list of flows", .optional, "vehicles that enter as time goes by"),
      ScenarioKey(
        "warm_up", "time", .standard("0 s"),
        "flows run this long before tick 0, with nobody else there but things that stand"),
      ScenarioKey("events", "list of events", .optional, "what is done once something holds"),
      ScenarioKey("perception", "module", .optional, "of every driven agent that names none"),
      ScenarioKey("predictor", "module", .optional, "of every driven agent that names none"),
      ScenarioKey("planner", "module", .optional, "of every driven agent that names none"),
      ScenarioKey("controller", "module", .optional, "of every driven agent that names none"),
      ScenarioKey("sweep", "mapping", .optional, "path of a key: list or range of its values"),
      ScenarioKey("expect", "mapping", .optional, "result: bound that it must keep"),
      ScenarioKey(
        "profile", "name", .standard("that of the command line"), "how the drive is scored; --profile goes before it"),
      ScenarioKey(
        "end_on", "word or list", .optional, "what ends it early: collision, goal, off_road"),
    ])
}
