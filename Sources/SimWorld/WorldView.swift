public import SimCore
public import SimGeometry
public import SimMap

/// The world frozen at a tick: what every decision of the tick reads. Nobody sees an agent that
/// has already moved.
public struct WorldView: Sendable {
  /// The road.
  public let map: LaneGraph
  /// The length of a tick.
  public let clock: TickClock
  /// Steps since the episode's start.
  public let tick: Int
  /// All agents, present or not.
  public let agents: AgentTable
  /// Paths that path agents run on, by `AgentTable.path`.
  public let paths: [Polyline]
  /// `paths` as flat arrays, for policies of many agents.
  public let pathTable: PathTable
  /// Rows of `agents` that are driven vehicles, ascending.
  public let drivenRows: [Int]
  /// Full state of each driven vehicle, in the order of `drivenRows`.
  public let egos: [EgoState]
  /// Chassis of each driven vehicle, in the order of `drivenRows`.
  public let vehicles: [VehicleParameters]
  /// What each signal of the map shows now, in map order.
  public let signals: [SignalColour]
  /// How far each signal controller of the map has got.
  public let signalControls: [SignalControlState]
  let signalControl: SignalControl

  /// A view of arrays that belong together: rows, paths and signals are those of one world.
  public init(
    map: LaneGraph, clock: TickClock, tick: Int, agents: AgentTable, paths: [Polyline],
    pathTable: PathTable, drivenRows: [Int], egos: [EgoState], vehicles: [VehicleParameters],
    signals: [SignalColour]
  ) {
    self.init(
      map: map, clock: clock, tick: tick, agents: agents, paths: paths, pathTable: pathTable,
      drivenRows: drivenRows, egos: egos, vehicles: vehicles, signals: signals,
      signalControl: SignalControl(map, clock), signalControls: nil)
  }

  /// With the controllers as they are kept by a world.
  init(
    map: LaneGraph, clock: TickClock, tick: Int, agents: AgentTable, paths: [Polyline],
    pathTable: PathTable, drivenRows: [Int], egos: [EgoState], vehicles: [VehicleParameters],
    signals: [SignalColour], signalControl: SignalControl, signalControls: [SignalControlState]?
  ) {
    self.map = map
    self.clock = clock
    self.tick = tick
    self.agents = agents
    self.paths = paths
    self.pathTable = pathTable
    self.drivenRows = drivenRows
    self.egos = egos
    self.vehicles = vehicles
    self.signals = signals
    self.signalControl = signalControl
    self.signalControls = signalControls ?? signalControl.start
  }
}
