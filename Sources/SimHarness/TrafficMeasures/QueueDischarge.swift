public import SimCore
import SimGeometry
import SimMap
import SimScenario
import SimStack
import SimWorld

/// How the queue of a signalised approach goes off, over many cycles, by the method of the Highway
/// Capacity Manual: headways at the stop line from the onset of green, saturation flow from those
/// after the fourth vehicle, and what the first four lose against it.
public struct QueueDischarge: Sendable {
  /// Times from the onset of green at which the fronts of the vehicles of one green passed the
  /// stop line, seconds.
  public typealias Cycle = [Double]

  /// The vehicles after this many go off at the saturation headway.
  public static let startUpVehicles = 4
  /// No more than so many vehicles of a cycle count: those after them may come from beyond the
  /// queue.
  public static let mostVehicles = 20
  /// Fewest vehicles of a cycle that counts.
  public static let leastVehicles = 10

  /// Those with enough vehicles.
  public var cycles: [Cycle]
  /// Length of the vehicles, metres.
  public var vehicleLength: Double
  /// Length of the signal's green, seconds.
  public var green: Double
  /// Length of the signal's cycle, seconds.
  public var cycleTime: Double
  /// Speed limit of the approach, m/s.
  public var speedLimit: Double
  /// State hash at the end, as results write it.
  public var hash: String

  /// The passings of some cycles, with what they were measured on.
  public init(
    cycles: [Cycle], vehicleLength: Double, green: Double, cycleTime: Double, speedLimit: Double,
    hash: String
  ) {
    self.cycles = cycles
    self.vehicleLength = vehicleLength
    self.green = green
    self.cycleTime = cycleTime
    self.speedLimit = speedLimit
    self.hash = hash
  }

  /// Mean headway of the vehicles at each place in the queue, seconds: the first is from the onset
  /// of green to its front at the stop line; with the standard deviation over cycles.
  public var headways: [(mean: Double, deviation: Double)] {
    (0..<(cycles.map(\.count).max() ?? 0)).map { place in
      let values = cycles.compactMap { cycle in
        place >= cycle.count ? nil : cycle[place] - (place == 0 ? 0 : cycle[place - 1])
      }
      let mean = values.reduce(0, +) / Double(values.count)
      let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      return (mean, (squares / Double(values.count)).squareRoot())
    }
  }

  /// Mean headway after the fourth vehicle over all cycles, seconds; nil if no cycle counts.
  public var saturationHeadway: Double? {
    guard !cycles.isEmpty else { return nil }
    let first = QueueDischarge.startUpVehicles
    let time = cycles.reduce(0) { $0 + $1[$1.count - 1] - $1[first - 1] }
    return time / Double(cycles.reduce(0) { $0 + $1.count - first })
  }

  /// Vehicles per hour of green and lane.
  public var saturationFlow: Double? { saturationHeadway.map { 3600 / $0 } }

  /// Start-up lost time: what the first four vehicles need beyond four saturation headways,
  /// seconds.
  public var lostTime: Double? {
    guard let headway = saturationHeadway else { return nil }
    let first = QueueDischarge.startUpVehicles
    let time = cycles.reduce(0) { $0 + $1[first - 1] } / Double(cycles.count)
    return time - Double(first) * headway
  }

  /// One JSON object.
  public var json: String {
    JSONText.text(
      .object([
        ("measure", .text("junction")), ("cycles", .integer(cycles.count)),
        ("green_s", .number(green)), ("cycle_s", .number(cycleTime)),
        ("speed_limit", .number(speedLimit)), ("vehicle_length", .number(vehicleLength)),
        ("saturation_headway_s", .number(saturationHeadway)),
        ("saturation_flow_veh_h_lane", .number(saturationFlow)),
        ("lost_time_s", .number(lostTime)),
        ("headways_s", .array(headways.map { .number($0.mean) })),
        ("headways_sd_s", .array(headways.map { .number($0.deviation) })),
        ("hash", .text(hash)),
      ]))
  }

  /// The headways as a table, and what follows from them.
  public var table: String {
    var table = TextTable([("vehicle", .right), ("headway s", .right), ("sd s", .right)])
    for (place, headway) in headways.enumerated() {
      table.add([String(place + 1), headway.mean.fixed(2), headway.deviation.fixed(2)])
    }
    func text(_ value: Double?, _ decimals: Int) -> String { value?.fixed(decimals) ?? "none" }
    return table.text + """
      saturation flow \(text(saturationFlow, 0)) veh/h/lane (headway \(text(saturationHeadway, 2)) s), \
      start-up lost time \(text(lostTime, 2)) s; \(cycles.count) cycles of \(cycleTime.fixed(0)) s \
      with \(green.fixed(0)) s of green; hash \(hash)

      """
  }
}

extension TrafficMeasures {
  /// A junction of two roads with one lane each way, of which one approach is always full.
  static func junctionText(green: Double, cycles: Int, seed: UInt64) -> String {
    """
    version: 1
    name: junction
    map: {template: four_way, lanes: 1, length: 400, control: signals, green: \(green)}
    duration: \(Double(cycles) * cycleTime(green))
    seed: \(seed)
    ego: {lane: north_out.1, s: 200}
    flows: [{id: queue, lanes: west_in.1, rate: 1600, to: east_out.1, policy: idm}]
    """
  }

  /// The template's own yellow and red times follow each of its two green ones.
  static func cycleTime(_ green: Double) -> Double { 2 * (green + 5) }

  /// Cycles until the queue is longer than one green time takes off.
  private static let settlingCycles = 3

  /// Measures a queue that goes straight on at a signal.
  ///
  /// - Parameter cycles: cycles that are measured; some more run before.
  public func discharge(green: Double, cycles: Int) throws(InputError) -> QueueDischarge {
    let text = TrafficMeasures.junctionText(
      green: green, cycles: cycles + TrafficMeasures.settlingCycles, seed: seed)
    let scenario = try TrafficMeasures.load(
      text, "junction.yaml", catalogs,
      settings.map { (path: "flows.queue.policy.idm." + $0.path, value: $0.value) })
    let map = scenario.map
    guard let lane = map.lane(id: "west_in.1"), let next = map.laneIndex(id: "west_to_east.1"),
      let signal = map.signal(from: lane.index, to: next), let first = scenario.agents.first
    else { preconditionFailure("the template has another junction") }
    let stop = lane.centreline.pose(at: map.stopArcLength(ofLane: lane.index) ?? lane.length)
    do {
      var loop = try TrafficLoop(scenario, catalogs)
      var watch = StopLineWatch(
        at: stop.position, along: stop.direction, signal: signal, halfLength: first.spec.length / 2)
      watch.look(loop.world)
      while loop.world.tick < scenario.ticks {
        try loop.step()
        watch.look(loop.world)
      }
      let whole = watch.cycles.dropFirst(TrafficMeasures.settlingCycles).prefix(cycles)
      return QueueDischarge(
        cycles: whole.map { Array($0.prefix(QueueDischarge.mostVehicles)) }.filter {
          $0.count >= QueueDischarge.leastVehicles
        },
        vehicleLength: first.spec.length, green: green, cycleTime: TrafficMeasures.cycleTime(green),
        speedLimit: lane.speedLimit ?? 0, hash: StateHash.text(loop.hash))
    } catch {
      throw InputError(at: .wholeFile("junction.yaml"), "\(error)")
    }
  }
}

/// Notes when the fronts of vehicles pass a stop line.
private struct StopLineWatch {
  private let place: Vector2
  private let direction: Vector2
  private let signal: Int
  private let halfLength: Double
  /// Way of each row's front beyond the line, metres; nil while it is not in the world.
  private var beyond: [Double?] = []
  private var wasGreen = false
  private var onset = 0.0
  /// Passings of each green time, seconds after its onset.
  private(set) var cycles: [QueueDischarge.Cycle] = []

  init(at place: Vector2, along direction: Vector2, signal: Int, halfLength: Double) {
    self.place = place
    self.direction = direction
    self.signal = signal
    self.halfLength = halfLength
  }

  mutating func look(_ world: World) {
    let view = world.view
    let time = view.clock.seconds(view.tick)
    let isGreen = view.signals[signal] == .green
    if isGreen && !wasGreen {
      onset = time
      cycles.append([])
    }
    wasGreen = isGreen
    var passings: [Double] = []
    let now = (0..<world.count).map { row -> Double? in
      guard view.agents.present[row] != 0 else { return nil }
      let centre = Vector2(view.agents.x[row], view.agents.y[row])
      return (centre - place).dot(direction) + halfLength
    }
    for row in beyond.indices {
      guard let before = beyond[row], let after = now[row], before < 0, after >= 0 else { continue }
      let share = -before / (after - before)
      passings.append(time - (1 - share) * view.clock.step - onset)
    }
    beyond = now
    if !cycles.isEmpty { cycles[cycles.count - 1] += passings.sorted() }
  }
}
