public import SimCore
public import SimGeometry
public import SimMap

/// The true state of an episode, and the only thing that changes it: `step`.
///
/// There are two buffers. A step reads the one that is now and writes the other, so that each row
/// follows from the frozen state and its own command alone, whatever the order; then they change
/// places. A `WorldView` shares the buffer of its tick without copying. If views are let go before
/// the step after next begins, a step allocates nothing; one that is kept longer stays as it was,
/// at the price of a copy.
public struct World: Sendable {
  /// What one buffer holds.
  struct State: Sendable {
    var agents: AgentTable
    var egos: [EgoState]
    var signals: [SignalColour]
    var signalControls: [SignalControlState]
  }

  /// The state in which a path agent appears.
  struct Entrance: Sendable {
    var path: Int32 = -1
    var arcLength = 0.0
    var lateralOffset = 0.0
    var speed = 0.0
  }

  let setting: WorldSetting
  /// Vehicle model of the driven vehicles.
  public let bicycle: KinematicBicycle
  /// Ticks stepped so far.
  public internal(set) var tick: Int

  /// What signals show at tick 0 is what their programs say for this time, us.
  public let signalStartMicroseconds: Int64
  /// Where each path agent enters the world, by row.
  let entrances: [Entrance]
  var signalClock: SignalClock
  /// Whether somebody is on each of their detectors, and what was found near one: room that is
  /// used again.
  var isOccupied: [Bool]
  var foundDetectors: [Int32] = []
  var now: State
  var next: State

  /// A world at tick 0.
  ///
  /// - Parameters:
  ///   - map: the road.
  ///   - clock: the length of a tick.
  ///   - agents: any order; rows are in ascending byte order of the ids, which are unique.
  ///   - paths: the paths that path agents name.
  ///   - egoStates: full state at tick 0 of each driven agent, one entry per entry of `agents`
  ///     (nil for the others); a driven agent without one starts from its pose, speed and
  ///     acceleration with straight wheels. An empty array stands for no state at all.
  ///   - bicycle: the vehicle model.
  ///   - signalStartMicroseconds: time of the signal programs at tick 0, us; other than 0 in a
  ///     world that is run before an episode begins.
  ///   - signalControls: how far the map's signal controllers have got at tick 0; nil: they begin.
  public init(
    map: LaneGraph, clock: TickClock, agents: [AgentSpec], paths: PathList = [],
    egoStates: [EgoState?] = [], bicycle: KinematicBicycle = .standard,
    signalStartMicroseconds: Int64 = 0, signalControls: [SignalControlState]? = nil
  ) {
    precondition(
      egoStates.isEmpty || egoStates.count == agents.count, "one ego state or nil per agent")
    // (Mostly they are in order: crowds are not copied then.)
    let isInOrder = agents.indices.dropFirst().allSatisfy {
      AgentTable.ids(agents[$0 - 1].id, precede: agents[$0].id)
    }
    let order =
      isInOrder
      ? [] : agents.indices.sorted { AgentTable.ids(agents[$0].id, precede: agents[$1].id) }
    let specs = isInOrder ? agents : order.map { agents[$0] }
    for row in specs.indices.dropFirst() where !isInOrder {
      precondition(specs[row - 1].id != specs[row].id, "two agents are called '\(specs[row].id)'")
    }
    self.bicycle = bicycle
    self.signalStartMicroseconds = signalStartMicroseconds
    tick = 0
    let drivenRows = specs.indices.filter { specs[$0].motion == .driven }
    let vehicles = drivenRows.map { row in
      guard let vehicle = specs[row].vehicle else {
        preconditionFailure("driven agent '\(specs[row].id)' has no chassis")
      }
      return vehicle
    }
    setting = WorldSetting(map, clock, paths, drivenRows: drivenRows, vehicles)
    let signalControl = setting.signalControl
    entrances = specs.withUnsafeBufferPointer { specs in
      specs.indices.map {
        Entrance(
          path: Int32(specs[$0].path ?? -1), arcLength: specs[$0].arcLength,
          lateralOffset: specs[$0].lateralOffset, speed: specs[$0].speed)
      }
    }
    var table = AgentTable(specs, paths: setting.pathTable)
    var egos: [EgoState] = []
    for (index, row) in drivenRows.enumerated() {
      let given = egoStates.isEmpty ? nil : egoStates[isInOrder ? row : order[row]]
      let state = given ?? EgoState(startOf: specs[row], vehicles[index])
      table.setDriven(row, state, vehicles[index])
      egos.append(state)
    }
    isOccupied = [Bool](repeating: false, count: signalControl.detectorCount)
    let controls = signalControls ?? signalControl.start
    precondition(controls.count == map.signalControllers.count, "one state per controller")
    now = State(
      agents: table, egos: egos, signals: map.signals.map { _ in .unknown },
      signalControls: controls)
    signalClock = SignalClock(map, atMicroseconds: signalStartMicroseconds)
    signalClock.show(map, atMicroseconds: signalStartMicroseconds, in: &now.signals)
    signalControl.show(now.signalControls, in: &now.signals)
    next = now
  }

  /// A world at tick 0 whose paths are kept; all else as above.
  public init(
    map: LaneGraph, clock: TickClock, agents: [AgentSpec], paths: [Polyline],
    egoStates: [EgoState?] = [], bicycle: KinematicBicycle = .standard,
    signalStartMicroseconds: Int64 = 0, signalControls: [SignalControlState]? = nil
  ) {
    self.init(
      map: map, clock: clock, agents: agents, paths: PathList(paths), egoStates: egoStates,
      bicycle: bicycle, signalStartMicroseconds: signalStartMicroseconds,
      signalControls: signalControls)
  }

  /// The road; it never changes.
  public var map: LaneGraph { setting.map }
  /// The length of a tick.
  public var clock: TickClock { setting.clock }
  /// Paths that path agents run on, by `AgentTable.path`.
  public var paths: PathList { setting.paths }
  /// `paths` as flat arrays.
  public var pathTable: PathTable { setting.pathTable }
  /// Rows that are driven vehicles, ascending.
  public var drivenRows: [Int] { setting.drivenRows }
  /// Chassis of each driven vehicle, in the order of `drivenRows`.
  public var vehicles: [VehicleParameters] { setting.vehicles }
  /// Controllers of signals that follow the traffic.
  var signalControl: SignalControl { setting.signalControl }

  /// Number of rows.
  public var count: Int { now.agents.count }

  /// All agents now.
  public var agents: AgentTable { now.agents }

  /// Full state of each driven vehicle now, in the order of `drivenRows`.
  public var egos: [EgoState] { now.egos }

  /// The world frozen as it is now.
  public var view: WorldView {
    WorldView(setting, tick: tick, now)
  }

  /// An empty command buffer of the right size for this world.
  public func makeCommands() -> CommandBuffer {
    CommandBuffer(
      count: count, drivenCount: drivenRows.count, signalCount: map.signals.count)
  }
}

extension EgoState {
  /// The start of a driven agent that was given no full state: wheels straight, not turning.
  init(startOf spec: AgentSpec, _ vehicle: VehicleParameters) {
    self.init(
      pose: spec.centre.advanced(by: -vehicle.rearAxleToCentre),
      velocity: Vector2(spec.speed, 0), acceleration: Vector2(spec.acceleration, 0))
  }
}
