import SimCore
import SimGeometry
import SimMap
public import SimScenario
public import SimStack
import SimWorld

/// Runs the flows of a scenario before its first tick, so that the episode begins in traffic.
///
/// In the warm-up there are only those who arrive before tick 0 and what stands about for good; the
/// signals show what they showed then. At tick 0 everybody else is put where the scenario wants
/// them, and vehicles of flows that are in their way, or so near that one of the two would have to
/// brake hard, are taken out.
public struct WarmUp {
  /// Room that is kept between those who were there and those who appear at tick 0, metres.
  static let room = 2.0
  /// Nobody is to brake harder for somebody who has appeared, m/s^2.
  static let braking = 3.0
  /// Reaction time of whoever has somebody appear ahead, seconds.
  static let reaction = 0.5

  private let scenario: Scenario

  /// The warm-up of a scenario; nothing runs yet.
  public init(_ scenario: Scenario) {
    self.scenario = scenario
  }

  /// The scenario as it is at tick 0; it has no warm-up any more.
  ///
  /// - Parameter policies: makes the background policies of a scenario.
  /// - Throws: what a policy throws.
  public func warmed(
    _ policies: (Scenario) throws(StageFailure) -> [EpisodeModules.PolicyGroup]
  ) throws(StageFailure) -> Scenario {
    guard scenario.warmUpTicks > 0 else { return scenario }
    var before = scenario
    before.egos = []
    // Events begin with the episode.
    before.events = EventPlan()
    before.ticks = scenario.warmUpTicks
    before.agents = scenario.agents.filter { agent in
      agent.spec.motion == .fixed || (agent.arrival ?? 0) < 0
    }
    for row in before.agents.indices {
      before.agents[row].arrival = before.agents[row].arrival.map { $0 + scenario.warmUpTicks }
    }
    var groups = try policies(before)
    let end = try run(before, &groups)
    return taken(over: end.world, end.hasBeen)
  }

  /// The world at the end of the warm-up, and which of its rows have been in it at some time.
  private func run(
    _ before: Scenario, _ groups: inout [EpisodeModules.PolicyGroup]
  ) throws(StageFailure) -> (world: World, hasBeen: [Bool]) {
    let random = CounterRandom(seed: scenario.seed)
    var world = World(
      map: before.map, clock: before.clock, agents: before.agents.map(\.spec),
      paths: before.paths,
      signalStartMicroseconds: -before.clock.microseconds(scenario.warmUpTicks))
    var commands = world.makeCommands()
    var hasBeen = [Bool](repeating: false, count: world.count)
    while world.tick < scenario.warmUpTicks {
      commands.clear()
      do {
        let view = world.view
        for row in hasBeen.indices where view.agents.present[row] != 0 { hasBeen[row] = true }
        // Streams and ticks are those of the warm-up: nothing that is drawn in it is drawn again.
        let context = TickContext(
          clock: view.clock, tick: view.tick - scenario.warmUpTicks, random: random, stream: 0)
        for group in groups.indices {
          try groups[group].policy.decide(groups[group].rows, view, into: &commands, in: context)
        }
      }
      do {
        try world.step(commands)
      } catch {
        throw StageFailure(.decide, error.description)
      }
    }
    return (world, hasBeen)
  }

  /// The scenario with its flows as they are at the end of the warm-up.
  private func taken(over world: World, _ hasBeen: [Bool]) -> Scenario {
    var after = scenario
    after.warmUpTicks = 0
    after.signalControls = world.view.signalControls
    let table = world.agents
    let others = OccupiedPlaces(scenario)
    let named = Set(scenario.events.rows.map { scenario.agents[$0].spec.id })
    after.agents = scenario.agents.compactMap { agent in
      guard let arrival = agent.arrival, arrival < 0 else { return agent }
      // One that events are about keeps its row, though it is not there.
      func gone() -> AgentPlan? {
        guard named.contains(agent.spec.id) else { return nil }
        var absent = agent
        absent.arrival = nil
        absent.spec.isPresent = false
        return absent
      }
      guard let row = table.row(of: agent.spec.id) else { return gone() }
      var agent = agent
      if table.present[row] != 0 {
        let box = table.box(row)
        // Who is changing lanes is where it is, and where it is going to be.
        var aside = box
        aside.centre += box.direction.left * -table.lateralOffset[row]
        if others.isInTheWay(box, speed: table.speed[row])
          || others.isInTheWay(aside, speed: table.speed[row])
        {
          return gone()
        }
        place(&agent, table, row)
        return agent
      }
      // It has come and gone, or it is waiting still: then it waits on.
      return hasBeen[row] ? gone() : agent
    }
    if !scenario.events.isEmpty {
      let rowsByID = Dictionary(
        after.agents.enumerated().map { ($1.spec.id, $0) }, uniquingKeysWith: { first, _ in first })
      // Those alone are taken out that no event is about.
      after.events = scenario.events.renumbered { rowsByID[scenario.agents[$0].spec.id] ?? $0 }
    }
    return after
  }

  /// Puts an agent where it has got to.
  private func place(_ agent: inout AgentPlan, _ table: AgentTable, _ row: Int) {
    agent.arrival = nil
    agent.spec.isPresent = true
    agent.spec.centre = Pose2(x: table.x[row], y: table.y[row], heading: table.heading[row])
    agent.spec.speed = table.speed[row]
    agent.spec.acceleration = table.acceleration[row]
    agent.spec.arcLength = table.arcLength[row]
    agent.spec.lateralOffset = table.lateralOffset[row]
    let path = Int(table.path[row])
    if path != agent.spec.path, let way = scenario.ways.first(where: { $0.path == path }) {
      agent.spec.path = path
      agent.route = way.route
    }
    agent.route?.startArcLength = agent.spec.arcLength
  }
}

/// Where those are whom a scenario puts on the road at tick 0.
private struct OccupiedPlaces {
  private var boxes: [OrientedBox] = []
  private var speeds: [Double] = []

  init(_ scenario: Scenario) {
    for agent in scenario.agents where agent.arrival == nil && agent.spec.isPresent {
      let spec = agent.spec
      // Things have been there all the time.
      if spec.motion == .fixed { continue }
      boxes.append(OrientedBox(pose: spec.centre, length: spec.length, width: spec.width))
      speeds.append(spec.speed)
    }
  }

  /// A vehicle overlaps one of those places, or is in line with it and too near.
  func isInTheWay(_ box: OrientedBox, speed: Double) -> Bool {
    boxes.indices.contains { index in
      let other = boxes[index]
      if box.overlaps(other.expanded(by: WarmUp.room)) { return true }
      return isTooNear(box, speed, ahead: other, speeds[index])
        || isTooNear(other, speeds[index], ahead: box, speed)
    }
  }

  /// Somebody is ahead in the straight corridor of a vehicle that could not brake for it softly.
  private func isTooNear(
    _ box: OrientedBox, _ speed: Double, ahead other: OrientedBox, _ otherSpeed: Double
  ) -> Bool {
    let arm = other.centre - box.centre
    let along = arm.dot(box.direction)
    let cosine = box.direction.dot(other.direction)
    let sine = box.direction.cross(other.direction).magnitude
    let reachAside = other.halfLength * sine + other.halfWidth * cosine.magnitude + box.halfWidth
    guard along > 0, box.direction.cross(arm).magnitude < reachAside + 0.3 else { return false }
    let reach = other.halfLength * cosine.magnitude + other.halfWidth * sine + box.halfLength
    let leadSpeed = otherSpeed * cosine
    let closing = max(speed * speed - max(leadSpeed, 0) * leadSpeed, 0)
    let need =
      WarmUp.room + max(speed, 0) * WarmUp.reaction + closing / (2 * WarmUp.braking)
    return along - reach < need
  }
}
