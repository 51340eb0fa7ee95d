import SimCore
import SimGeometry
import SimMap
import SimStack
import SimWorld

// Flows: when which vehicle arrives where, and where it goes, all drawn before the episode.
extension AgentPlacer {
  private static let arrivalPurpose = RandomPurpose("scenario.flow.arrival")
  private static let lanePurpose = RandomPurpose("scenario.flow.lane")
  private static let typePurpose = RandomPurpose("scenario.flow.type")
  private static let goalPurpose = RandomPurpose("scenario.flow.goal")
  private static let speedPurpose = RandomPurpose("scenario.flow.speed")
  private static let spreadPurpose = RandomPurpose("scenario.flow.spread")

  /// Lanes without a limit are entered at this speed, m/s.
  private static let speedWithoutLimit = 10.0

  /// A lane at which a flow enters.
  private struct Source {
    var lane: Int
    /// Places that its ways may lead to, with their weights; empty: straight on.
    var goals: [(lane: Int, weight: Double)]
  }

  /// Declares every vehicle of a flow that arrives before the episode's end.
  mutating func place(_ flow: FlowDeclaration) {
    let sources = self.sources(flow)
    guard !sources.isEmpty, flow.rate > 0 else { return }
    let random = CounterRandom(seed: seed)
    let stream = StableHash.of(flow.id)
    let first = flow.start ?? -clock.seconds(warmUpTicks)
    let end = min(
      flow.length.map { first + $0 } ?? .infinity, clock.seconds(ticks))
    var time = first
    var number = 0
    while number <= ScenarioLimits.agents {
      switch flow.arrivals {
      case .poisson:
        // In (0, 1], whose logarithm is finite.
        let share =
          1 - random.uniform(AgentPlacer.arrivalPurpose, stream: stream, tick: 0, index: number)
        time += -ExactMath.log(share) / flow.rate
      case .even:
        time = first + Double(number) / flow.rate
      }
      guard time < end else { break }
      let source: Source
      switch flow.arrivals {
      case .poisson:
        source =
          sources[
            random.below(
              sources.count, AgentPlacer.lanePurpose, stream: stream, tick: 0, index: number)]
      case .even: source = sources[number % sources.count]
      }
      let tick = Int((time / clock.step).rounded(.up))
      add(flow, number, source, arrival: tick, random)
      number += 1
    }
  }

  /// Reports more agents than there may be: how many a flow brings is known only now.
  func checkCount(_ declaration: ScenarioDeclaration) {
    guard let flow = declaration.flows.first, placed.count > ScenarioLimits.agents else { return }
    sink.error(
      at: flow.location,
      "with its flows the scenario has more than \(ScenarioLimits.agents) agents",
      hint: "lower 'rate', 'duration' or 'warm_up'")
  }

  /// The lanes at which a flow enters: of those it names the ones that no other of them leads to,
  /// or all if they lead round.
  private mutating func sources(_ flow: FlowDeclaration) -> [Source] {
    var seen: Set<Int> = []
    let isOfBicycles = flow.types.allSatisfy { $0.agentClass == .bicycle }
    func isOpen(_ lane: Int) -> Bool {
      map.lanes[lane].kind.isDrivable || (isOfBicycles && map.lanes[lane].kind == .bicycle)
    }
    let named = flow.lanes.flatMap { lanes.matching($0) }.filter { lane in
      isOpen(lane) && !map.lanes[lane].isConnector && seen.insert(lane).inserted
    }
    let entries = named.filter { lane in
      !leads(to: lane, fromAnyOf: seen)
    }
    guard !named.isEmpty else {
      if sink.errorCount == 0 {
        sink.error(
          at: flow.lanes[0].location, "flow '\(flow.id)' has no lane that vehicles drive on")
      }
      return []
    }
    let chosen = entries.isEmpty ? named : entries
    if let s = flow.s {
      guard chosen.allSatisfy({ lanes.isOn(map.lanes[$0], s) }) else { return [] }
    }
    var sources: [Source] = []
    let goals = flow.destinations.flatMap { destination in
      let found = lanes.matching(destination.lanes).filter(isOpen)
      return found.map { (lane: $0, weight: destination.weight / Double(found.count)) }
    }
    for lane in chosen {
      let reachable = goals.filter { $0.weight > 0 && hasWay(from: lane, to: $0.lane) }
      if reachable.isEmpty, !flow.destinations.isEmpty { continue }
      sources.append(Source(lane: lane, goals: reachable))
    }
    if sources.isEmpty, let destination = flow.destinations.first, sink.errorCount == 0 {
      sink.error(
        at: destination.lanes.location,
        "no lane of 'to' can be reached from a lane of flow '\(flow.id)'",
        hint: "ways follow successors and change lanes where that is allowed")
    }
    return sources
  }

  /// Another lane of a set leads to this one, at most over a junction.
  private func leads(to lane: Int, fromAnyOf set: Set<Int>) -> Bool {
    map.lanes[lane].predecessors.contains { before in
      if set.contains(before) { return true }
      guard map.lanes[before].isConnector else { return false }
      return map.lanes[before].predecessors.contains { set.contains($0) }
    }
  }

  private mutating func add(
    _ flow: FlowDeclaration, _ number: Int, _ source: Source, arrival: Int, _ random: CounterRandom
  ) {
    let id = "\(flow.id).\(number)"
    let stream = StableHash.of(id)
    func draw(_ purpose: RandomPurpose) -> Double {
      random.uniform(purpose, stream: stream, tick: 0)
    }
    let kind = AgentPlacer.drawn(
      flow.types.map { ($0.agentClass, $0.weight) }, draw(AgentPlacer.typePurpose))
    let goal =
      source.goals.isEmpty
      ? nil
      : AgentPlacer.drawn(
        source.goals.map { ($0.lane, $0.weight) }, draw(AgentPlacer.goalPurpose))
    let lane = source.lane
    let size = kind.typicalSize
    let s = min(flow.s?.value ?? size.length / 2, map.lanes[lane].length)
    var limit = map.lanes[lane].speedLimit ?? AgentPlacer.speedWithoutLimit
    if map.lanes[lane].kind == .bicycle { limit = min(limit, AgentClass.cyclingSpeed) }
    let wanted = flow.speed.map {
      random.uniform(AgentPlacer.speedPurpose, in: $0, stream: stream, tick: 0)
    }
    let speed = min(wanted ?? limit, kind.limits.maxSpeed)
    let way = flowWay(from: lane, s: s, to: goal, speed: speed, flow.policy)
    let spec = AgentSpec(
      id: id, agentClass: kind, length: size.length, width: size.width, motion: .path,
      isPresent: false, centre: map.lanes[lane].centreline.smoothPose(at: s), speed: speed,
      path: way.path, arcLength: way.route.startArcLength)
    var policy = flow.policy
    for (index, drawn) in flow.spread.enumerated() {
      let value = random.uniform(
        AgentPlacer.spreadPurpose, in: drawn.range, stream: stream, tick: 0, index: index)
      policy.parameters = policy.parameters.with(drawn.parameter, .number(value))
    }
    add(
      AgentPlan(
        spec: spec, driver: .policy(policy), route: way.route, family: way.family,
        arrival: arrival), flow.location)
  }

  /// The value that a share of the weights' sum points at.
  ///
  /// - Parameters:
  ///   - values: at least one, with weights that are not all 0.
  ///   - share: in [0, 1).
  static func drawn<Value>(_ values: [(value: Value, weight: Double)], _ share: Double) -> Value {
    var rest = share * values.reduce(0) { $0 + $1.weight }
    for (value, weight) in values {
      if rest < weight { return value }
      rest -= weight
    }
    // Rounding may leave a hair over.
    return values.last { $0.weight > 0 }?.value ?? values[0].value
  }
}
