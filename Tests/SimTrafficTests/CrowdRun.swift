import SimCore
import SimGeometry
import SimMap
import SimStack
import SimTraffic
import SimWorld

/// Dense mixed traffic on one map template: cars, trucks, buses and motorcycles on random ways.
struct Crowd: Sendable {
  var template: String
  var values: [String: ParameterValues.Value] = [:]
  /// Vehicles in the world at tick 0, if there is room for them.
  var vehicles: Int
  /// Vehicles that want to come in later at each border of the map, per hour.
  var inflow = 0.0
  var seconds: Double
  var seed: UInt64
  /// Shares of trucks, buses and motorcycles; the rest are cars.
  var shares = (truck: 0.15, bus: 0.08, motorcycle: 0.12)
}

extension Crowd: CustomStringConvertible {
  var description: String {
    let settings = values.map { "\($0)=\($1)" }.sorted().joined(separator: " ")
    return "\(template) \(settings) n=\(vehicles) seed=\(seed)"
  }
}

/// A crowd that is being run, and what went wrong so far.
struct CrowdRun {
  /// Something that must not be.
  struct Incident {
    enum Kind: String, CaseIterable {
      case collision, offRoad, standing, limits, harshBraking
    }
    var kind: Kind
    var tick: Int
    var who: String
    var value: Double
  }

  let crowd: Crowd
  let map: LaneGraph
  private(set) var world: World
  private(set) var routes: [Route] = []
  private var policy: any TrafficPolicy
  private var commands: CommandBuffer
  private let rows: [Int]
  private(set) var incidents: [Incident] = []
  private(set) var hardest = 0.0
  /// Ticks x vehicles, and their way, metres.
  private(set) var steps = 0
  private(set) var travelled = 0.0
  private(set) var longestStand = 0
  private var stood: [Int]
  private var touching: Set<Int> = []
  private var isOff: [Bool]

  init(_ crowd: Crowd) throws {
    self.crowd = crowd
    guard let template = MapTemplateCatalog.template(named: crowd.template),
      let idm = PolicyCatalog.entries.first(where: { $0.schema.name == "idm" })
    else { preconditionFailure("no such template") }
    let map = try template.make(ParameterValues(template.schema, overriding: crowd.values))
    self.map = map
    var draft = CrowdDraft(crowd, map)
    draft.fill()
    let world = World(map: map, clock: TickClock(), agents: draft.specs, paths: draft.paths)
    self.world = world
    routes = draft.routes
    commands = world.makeCommands()
    let rows = Array(0..<world.count)
    self.rows = rows
    stood = [Int](repeating: 0, count: world.count)
    isOff = [Bool](repeating: false, count: world.count)
    let setups = rows.map { row in
      TrafficAgentSetup(
        row: row, stream: world.agents.streams[row],
        parameters: ParameterValues(idm.schema, overriding: draft.parameters[row]),
        route: draft.routes[row], recording: draft.recordings[row])
    }
    policy = try idm.make(
      ParameterValues(idm.schema), TrafficSetup(clock: TickClock(), map: map, agents: setups))
  }

  mutating func run() throws {
    for _ in 0..<world.clock.ticks(crowd.seconds) { try step() }
  }

  mutating func step() throws {
    commands.clear()
    let view = world.view
    let context = TickContext(
      clock: view.clock, tick: view.tick, random: CounterRandom(seed: crowd.seed), stream: 0)
    try policy.decide(rows, view, into: &commands, in: context)
    try world.step(commands)
    watch()
  }

  private mutating func report(_ kind: Incident.Kind, _ who: String, _ value: Double) {
    incidents.append(Incident(kind: kind, tick: world.tick, who: who, value: value))
  }

  private mutating func watch() {
    let agents = world.agents
    for row in 0..<agents.count where agents.present[row] != 0 {
      steps += 1
      travelled += agents.speed[row] * world.clock.step
      let limits = agents.classes[row].limits
      let a = agents.acceleration[row]
      hardest = min(hardest, a)
      if a > limits.maxAcceleration + 1e-6 || a < -limits.maxDeceleration - 1e-6 {
        report(.limits, agents.ids[row], a)
      }
      if a < -4.5 { report(.harshBraking, agents.ids[row], a) }
      let off = !map.isInDrivableArea(Vector2(agents.x[row], agents.y[row]))
      if off && !isOff[row] { report(.offRoad, agents.ids[row], agents.arcLength[row]) }
      isOff[row] = off
      if agents.speed[row] > 0.2 {
        stood[row] = 0
      } else if !isHeldByRed(row) {
        stood[row] += 1
        longestStand = max(longestStand, stood[row])
        if stood[row] == 600 { report(.standing, agents.ids[row], agents.arcLength[row]) }
      }
      for other in 0..<row where agents.present[other] != 0 {
        let reach = 0.5 * (agents.lengths[row] + agents.lengths[other]) + 2.6
        if abs(agents.x[row] - agents.x[other]) > reach
          || abs(agents.y[row] - agents.y[other]) > reach
        {
          continue
        }
        let key = row * agents.count + other
        if agents.box(row).overlaps(agents.box(other)) {
          if touching.insert(key).inserted {
            report(.collision, "\(agents.ids[other]) \(agents.ids[row])", 0)
          }
        } else if !touching.isEmpty {
          touching.remove(key)
        }
      }
    }
  }

  /// Lane on which a vehicle's centre is, by its route.
  func lane(of row: Int) -> Int {
    let route = routes[row]
    let s = world.agents.arcLength[row]
    return route.lanes[(route.laneStarts.lastIndex { $0 <= s } ?? 0)]
  }

  /// A red signal at the end of its lane holds it, or those before it.
  private func isHeldByRed(_ row: Int) -> Bool {
    guard let signal = map.lanes[lane(of: row)].signal else { return false }
    return world.view.signals[signal].meansStop || world.view.signals[signal] == .yellow
  }
}

/// Puts a crowd's vehicles on its map.
private struct CrowdDraft {
  let crowd: Crowd
  let map: LaneGraph
  let random: CounterRandom
  var specs: [AgentSpec] = []
  var paths: [Polyline] = []
  var routes: [Route] = []
  var parameters: [[String: ParameterValues.Value]] = []
  var recordings: [RecordedTrack?] = []

  init(_ crowd: Crowd, _ map: LaneGraph) {
    self.crowd = crowd
    self.map = map
    random = CounterRandom(seed: crowd.seed)
  }

  private func draw(_ stream: UInt64, _ index: Int) -> Double {
    random.uniform(RandomPurpose("test.crowd"), stream: stream, tick: 0, index: index)
  }

  mutating func fill() {
    let starts = map.lanes.filter { $0.kind.isDrivable && !$0.isConnector && $0.length > 20 }
    let total = starts.reduce(0) { $0 + $1.length }
    var taken: [OrientedBox] = []
    var attempt: UInt64 = 0
    while specs.count < crowd.vehicles && attempt < UInt64(40 * crowd.vehicles) {
      attempt += 1
      var place = draw(attempt, 0) * total
      guard
        let lane = starts.first(where: { lane in
          place -= lane.length
          return place < 0
        })
      else { continue }
      let kind = kind(attempt)
      let size = kind.typicalSize
      let s = 0.5 * size.length + 1 + draw(attempt, 1) * (lane.length - size.length - 4)
      guard s > 0.5 * size.length, s < lane.length - 0.5 * size.length - 2 else { continue }
      let pose = lane.centreline.pose(at: s)
      let box = OrientedBox(pose: pose, length: size.length + 5, width: size.width)
      if taken.contains(where: { $0.overlaps(box) }) { continue }
      taken.append(box)
      add(kind, lane.index, s, attempt, nil)
    }
    guard crowd.inflow > 0 else { return }
    for lane in starts where lane.predecessors.isEmpty && lane.length > 30 {
      let gap = 3_600 / crowd.inflow
      var time = gap * draw(UInt64(lane.index), 90)
      var number: UInt64 = 0
      while time < crowd.seconds {
        number += 1
        let stream = UInt64(lane.index) << 32 + number
        add(kind(stream), lane.index, 8, stream, time)
        time += gap * (0.3 + 1.4 * draw(stream, 91))
      }
    }
  }

  private func kind(_ stream: UInt64) -> AgentClass {
    let x = draw(stream, 2)
    let shares = crowd.shares
    if x < shares.truck { return .truck }
    if x < shares.truck + shares.bus { return .bus }
    return x < shares.truck + shares.bus + shares.motorcycle ? .motorcycle : .car
  }

  private mutating func add(
    _ kind: AgentClass, _ lane: Int, _ s: Double, _ stream: UInt64, _ time: Double?
  ) {
    let size = kind.typicalSize
    // Long enough for the whole run, if the roads are.
    let route = walk(from: lane, length: max(1_000, 16 * crowd.seconds), stream)
    let number = String(10_000 + specs.count)
    var recording: RecordedTrack?
    if let time {
      let pose = route.centreline.pose(at: s)
      let first = Int(time * 10)
      let last = Int(crowd.seconds * 10) + 2
      var track = RecordedTrack()
      track.present = (0..<last).map { $0 < first ? 0 : 1 }
      track.x = [Double](repeating: pose.position.x, count: last)
      track.y = [Double](repeating: pose.position.y, count: last)
      track.heading = [Double](repeating: pose.heading, count: last)
      track.speed = [Double](repeating: 0, count: last)
      track.acceleration = track.speed
      recording = track
    }
    specs.append(
      AgentSpec(
        id: "c\(number)", agentClass: kind, length: size.length, width: size.width, motion: .path,
        isPresent: time == nil, speed: time == nil ? 3 * draw(stream, 3) : 0, path: paths.count,
        arcLength: s))
    routes.append(route)
    paths.append(route.centreline)
    parameters.append(["speed_factor": .number(0.85 + 0.3 * draw(stream, 4))])
    recordings.append(recording)
  }

  private func walk(from lane: Int, length: Double, _ stream: UInt64) -> Route {
    var lanes = [lane]
    var starts = [0.0]
    var vertices = map.lanes[lane].centreline.vertices
    var covered = map.lanes[lane].length
    while covered < length {
      let choices = map.lanes[lanes[lanes.count - 1]].successors
      if choices.isEmpty { break }
      let x = draw(stream, 100 + lanes.count)
      let next = choices[min(Int(x * Double(choices.count)), choices.count - 1)]
      lanes.append(next)
      starts.append(covered)
      vertices += map.lanes[next].centreline.vertices
      covered += map.lanes[next].length
    }
    guard let centreline = Polyline(vertices) else { preconditionFailure("a way has a length") }
    return Route(
      lanes: lanes, segments: lanes.map { map.lanes[$0].segment }, centreline: centreline,
      laneStarts: starts, startArcLength: 0, goalArcLength: nil)
  }
}
