public import SimGeometry
public import SimMap
public import SimWorld

/// One perceived road user or obstacle.
@frozen
public struct Track: Hashable, Sendable {
  /// Number that stays with the same thing over time within an episode.
  public var id: Int
  /// What kind of thing it is.
  public var agentClass: AgentClass
  /// Box, world frame.
  public var box: OrientedBox
  /// Signed along the heading, m/s.
  public var speed: Double
  /// Along the heading, m/s^2.
  public var acceleration: Double
  /// What it shows of what it is about to do.
  public var lights: VehicleLights

  /// A track, metres and m/s, in the world frame.
  @inlinable
  public init(
    id: Int, agentClass: AgentClass, box: OrientedBox, speed: Double, acceleration: Double = 0,
    lights: VehicleLights = []
  ) {
    self.id = id
    self.agentClass = agentClass
    self.box = box
    self.speed = speed
    self.acceleration = acceleration
    self.lights = lights
  }
}

/// The world as the ego perceives it: all that predictors and planners may know.
///
/// The map, the route and the ego's own state are exact; tracks are what perception delivers,
/// in ascending order of their ids.
public struct Scene: Sendable {
  /// Steps since the episode's start; with a perceiver that does not run every tick, tracks are
  /// older.
  public var tick: Int
  /// The ego's own state, of its rear axle.
  public var ego: EgoState
  /// The ego's body and chassis.
  public var vehicle: VehicleParameters
  /// What is perceived, ascending by id; the ego is not among them.
  public var tracks: [Track]
  /// Signals of the map as perceived, in map order; `unknown` where not seen.
  public var signals: [SignalColour]
  /// The road.
  public var map: LaneGraph
  /// The ego's way; its lanes are indices of the map.
  public var route: Route

  /// A scene; `tracks` ascend by id, `signals` has one entry a signal of the map.
  public init(
    tick: Int, ego: EgoState, vehicle: VehicleParameters, tracks: [Track], signals: [SignalColour],
    map: LaneGraph, route: Route
  ) {
    self.tick = tick
    self.ego = ego
    self.vehicle = vehicle
    self.tracks = tracks
    self.signals = signals
    self.map = map
    self.route = route
  }
}
