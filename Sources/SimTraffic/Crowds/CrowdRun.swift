import SimCore
import SimGeometry
import SimMap
import SimStack
import SimWorld

/// A crowd that is being run, and what went wrong so far.
public struct CrowdRun {
  /// Something that must not be.
  public struct Incident: Sendable {
    /// What it is.
    public enum Kind: String, Sendable, CaseIterable {
      /// Two vehicles touch; the centre of one leaves the road; one stands for a minute for which
      /// no signal is the reason; one speeds up or brakes beyond what its class can, or harder
      /// than 4.5 m/s^2.
      case collision, offRoad, standing, limits, harshBraking
      /// A walker and a vehicle touch; two walkers do; one walker stands for a minute for which no
      /// signal is the reason; an agent is farther away than it can get in a tick.
      case contact, bump, waiting, jump
    }
    /// What it is.
    public var kind: Kind
    /// When.
    public var tick: Int
    /// Ids.
    public var who: String
    /// A measure of it, by its kind: arc length, m, acceleration, m/s^2, or step, m.
    public var value: Double
  }

  /// Who runs, and where.
  public let crowd: Crowd
  let map: LaneGraph
  private(set) var world: World
  private(set) var routes: [Route] = []
  var policy: any TrafficPolicy
  var walking: any TrafficPolicy
  private var commands: CommandBuffer
  private let rows: [Int]
  let walkers: [Int]
  /// What went wrong so far.
  public private(set) var incidents: [Incident] = []
  private(set) var hardest = 0.0
  /// Ticks x vehicles.
  private(set) var steps = 0
  /// Way of all vehicles together, metres.
  public private(set) var travelled = 0.0
  /// Most ticks for which a vehicle stood, no signal being the reason.
  public private(set) var longestStand = 0
  /// The same of walkers.
  public internal(set) var longestWait = 0
  /// Of walkers in a tick, metres.
  var longestStep = 0.0
  var stood: [Int]
  private var touching: Set<Int> = []
  private var isOff: [Bool]

  /// - Throws: if its map cannot be built, or a policy made.
  public init(_ crowd: Crowd) throws {
    self.crowd = crowd
    guard let template = MapTemplateCatalog.template(named: crowd.template),
      let idm = PolicyCatalog.entries.first(where: { $0.schema.name == "idm" }),
      let walker = PolicyCatalog.entries.first(where: { $0.schema.name == "walker" })
    else { preconditionFailure("no such template") }
    let map = try template.make(
      ParameterValues(
        template.schema,
        overriding: Dictionary(
          uniqueKeysWithValues: crowd.settings.map { (key: $0.name, value: $0.value) })))
    self.map = map
    var draft = CrowdDraft(crowd, map)
    draft.fill()
    let world = World(map: map, clock: TickClock(), agents: draft.specs, paths: draft.paths)
    self.world = world
    routes = draft.routes
    commands = world.makeCommands()
    rows = world.agents.classes.indices.filter { world.agents.classes[$0] != .pedestrian }
    walkers = world.agents.classes.indices.filter { world.agents.classes[$0] == .pedestrian }
    stood = [Int](repeating: 0, count: world.count)
    isOff = [Bool](repeating: false, count: world.count)
    func setups(_ rows: [Int], _ schema: ModuleSchema) -> TrafficSetup {
      TrafficSetup(
        clock: world.clock, map: map,
        agents: rows.map { row in
          TrafficAgentSetup(
            row: row, stream: world.agents.streams[row],
            parameters: ParameterValues(schema, overriding: draft.parameters[row]),
            route: draft.routes[row], recording: draft.recordings[row])
        })
    }
    policy = try idm.make(ParameterValues(idm.schema), setups(rows, idm.schema))
    walking = try walker.make(ParameterValues(walker.schema), setups(walkers, walker.schema))
  }

  /// Runs it to its end.
  ///
  /// - Throws: what a policy or the world does.
  public mutating func run() throws {
    for _ in 0..<world.clock.ticks(crowd.seconds) { try step() }
  }

  /// Runs one tick.
  ///
  /// - Throws: what a policy or the world does.
  public mutating func step() throws {
    commands.clear()
    let view = world.view
    let context = TickContext(
      clock: view.clock, tick: view.tick, random: CounterRandom(seed: crowd.seed), stream: 0)
    try policy.decide(rows, view, into: &commands, in: context)
    try walking.decide(walkers, view, into: &commands, in: context)
    let before = walkers.isEmpty ? nil : view.agents
    try world.step(commands)
    watch()
    if let before { watchWalkers(before) }
  }

  mutating func report(_ kind: Incident.Kind, _ who: String, _ value: Double) {
    incidents.append(Incident(kind: kind, tick: world.tick, who: who, value: value))
  }

  private mutating func watch() {
    let agents = world.agents
    for row in rows where agents.present[row] != 0 {
      steps += 1
      travelled += agents.speed[row] * world.clock.step
      let limits = agents.classes[row].limits
      let a = agents.acceleration[row]
      hardest = min(hardest, a)
      if a > limits.maxAcceleration + 1e-6 || a < -limits.maxDeceleration - 1e-6 {
        report(.limits, agents.ids[row], a)
      }
      if a < -4.5 { report(.harshBraking, agents.ids[row], a) }
      let place = Vector2(agents.x[row], agents.y[row])
      let off =
        agents.classes[row] == .bicycle
        ? !map.lanes(containing: place, .all).contains { map.lanes[$0].kind == .bicycle }
        : !map.isInDrivableArea(place)
      if off && !isOff[row] { report(.offRoad, agents.ids[row], agents.arcLength[row]) }
      isOff[row] = off
      if agents.speed[row] > 0.2 {
        stood[row] = 0
      } else if !isHeldByRed(row) {
        stood[row] += 1
        longestStand = max(longestStand, stood[row])
        if stood[row] == 600 { report(.standing, agents.ids[row], agents.arcLength[row]) }
      }
      for other in rows.prefix(while: { $0 < row }) where agents.present[other] != 0 {
        let reach = 0.5 * (agents.lengths[row] + agents.lengths[other]) + 2.6
        if abs(agents.x[row] - agents.x[other]) > reach
          || abs(agents.y[row] - agents.y[other]) > reach
        {
          continue
        }
        note(agents.box(row).overlaps(agents.box(other)), .collision, row, other)
      }
    }
  }

  /// Two that touch are reported once.
  mutating func note(_ isTouching: Bool, _ kind: Incident.Kind, _ row: Int, _ other: Int) {
    let key = row * world.count + other
    if isTouching {
      if touching.insert(key).inserted {
        report(kind, "\(world.agents.ids[other]) \(world.agents.ids[row])", 0)
      }
    } else if !touching.isEmpty {
      touching.remove(key)
    }
  }

  /// Lane on which a vehicle's centre is, by its route.
  func lane(of row: Int) -> Int {
    let route = routes[row]
    let s = world.agents.arcLength[row]
    return route.lanes[(route.laneStarts.lastIndex { $0 <= s } ?? 0)]
  }

  /// A signal that is not green at the end of its lane holds it, or those before it; or one at the
  /// end of the next lane on its way, whose queue reaches back to where it would come.
  private func isHeldByRed(_ row: Int) -> Bool {
    let route = routes[row]
    let s = world.agents.arcLength[row]
    let first = route.laneStarts.lastIndex { $0 <= s } ?? 0
    if let signal = map.lanes[route.lanes[first]].signal, isRed(signal) { return true }
    var next = first + 1
    while next < route.lanes.count, map.lanes[route.lanes[next]].isConnector { next += 1 }
    guard next < route.lanes.count, route.laneStarts[next] - s < 60,
      let signal = map.lanes[route.lanes[next]].signal
    else { return false }
    return isRed(signal) && isFull(route.lanes[next])
  }

  private func isRed(_ signal: Int) -> Bool {
    world.view.signals[signal].meansStop || world.view.signals[signal] == .yellow
  }

  /// Somebody stands within 20 m of the start of a lane.
  private func isFull(_ lane: Int) -> Bool {
    let start = map.lanes[lane].centreline.pose(at: 0)
    let agents = world.agents
    return rows.contains { row in
      guard agents.present[row] != 0, agents.speed[row] < 0.2 else { return false }
      let arm = Vector2(agents.x[row], agents.y[row]) - start.position
      let along = arm.dot(start.direction)
      return along > 0 && along < 20 && start.direction.cross(arm).magnitude < 1.5
    }
  }
}
