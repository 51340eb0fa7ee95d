public import SimCore
import SimGeometry
public import SimMap

/// The world frozen at a tick: what every decision of the tick reads. Nobody sees an agent that
/// has already moved.
public struct WorldView: Sendable {
  @usableFromInline let setting: WorldSetting
  /// Steps since the episode's start.
  public let tick: Int
  /// All agents, present or not.
  public let agents: AgentTable
  /// Full state of each driven vehicle, in the order of `drivenRows`.
  public let egos: [EgoState]
  /// What each signal of the map shows now, in map order.
  public let signals: [SignalColour]
  /// How far each signal controller of the map has got.
  public let signalControls: [SignalControlState]

  init(_ setting: WorldSetting, tick: Int, _ state: World.State) {
    self.setting = setting
    self.tick = tick
    agents = state.agents
    egos = state.egos
    signals = state.signals
    signalControls = state.signalControls
  }

  /// The road.
  @inlinable public var map: LaneGraph { setting.map }
  /// The length of a tick.
  @inlinable public var clock: TickClock { setting.clock }
  /// Paths that path agents run on, by `AgentTable.path`.
  @inlinable public var paths: PathList { setting.paths }
  /// `paths` as flat arrays, for policies of many agents.
  @inlinable public var pathTable: PathTable { setting.pathTable }
  /// Rows of `agents` that are driven vehicles, ascending.
  @inlinable public var drivenRows: [Int] { setting.drivenRows }
  /// Chassis of each driven vehicle, in the order of `drivenRows`.
  @inlinable public var vehicles: [VehicleParameters] { setting.vehicles }
}

/// What never changes about a world: shared by it and all its views.
@usableFromInline
final class WorldSetting: Sendable {
  @usableFromInline let map: LaneGraph
  @usableFromInline let clock: TickClock
  @usableFromInline let paths: PathList
  @usableFromInline let pathTable: PathTable
  @usableFromInline let drivenRows: [Int]
  @usableFromInline let vehicles: [VehicleParameters]
  let signalControl: SignalControl

  init(
    _ map: LaneGraph, _ clock: TickClock, _ paths: PathList, drivenRows: [Int],
    _ vehicles: [VehicleParameters]
  ) {
    self.map = map
    self.clock = clock
    self.paths = paths
    pathTable = PathTable(paths)
    self.drivenRows = drivenRows
    self.vehicles = vehicles
    signalControl = SignalControl(map, clock)
  }
}
