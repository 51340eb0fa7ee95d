public import SimCore
public import SimMap
public import SimWorld

/// What a driving module may know when it is made, before the first tick.
public struct DrivingSetup: Sendable {
  /// The length of a tick.
  public var clock: TickClock
  /// The road.
  public var map: LaneGraph
  /// The way to drive; its lanes are indices of the map.
  public var route: Route
  /// Body and chassis of the vehicle to drive.
  public var vehicle: VehicleParameters
  /// Ticks of the episode.
  public var ticks: Int
  /// The recorded drive of the ego, for oracle modules that declare themselves so; else nil.
  public var expert: [EgoState]?
  /// When the ego's mission wants it at its goal; nil: at any time.
  public var arrival: ArrivalWindow?
  /// The predictor runs every so many-th tick.
  public var predictorEvery = 1

  /// A setup; without the recorded drive and an appointment unless they are given.
  public init(
    clock: TickClock, map: LaneGraph, route: Route, vehicle: VehicleParameters, ticks: Int,
    expert: [EgoState]? = nil, arrival: ArrivalWindow? = nil
  ) {
    self.clock = clock
    self.map = map
    self.route = route
    self.vehicle = vehicle
    self.ticks = ticks
    self.expert = expert
    self.arrival = arrival
  }
}

/// One module of a catalog: its schema, and how to make it.
public struct CatalogEntry<Setup, Module>: Sendable {
  /// What it is called and what can be set in it.
  public var schema: ModuleSchema
  /// Makes a fresh module with the given parameters.
  public var make: @Sendable (ParameterValues, Setup) throws(StageFailure) -> Module

  /// Looks at the files that parameters name, before an episode runs: a hash of what they hold, on
  /// which results depend beside the parameters. Throws what is wrong with them; nil: none are
  /// named.
  public var files: (@Sendable (ParameterValues) throws(InputError) -> UInt64)?

  /// A module with the function that makes it; the function throws what the setup lacks.
  public init(
    _ schema: ModuleSchema,
    files: (@Sendable (ParameterValues) throws(InputError) -> UInt64)? = nil,
    make: @escaping @Sendable (ParameterValues, Setup) throws(StageFailure) -> Module
  ) {
    self.schema = schema
    self.files = files
    self.make = make
  }
}

/// When an agent of a flow comes, and how fast.
public struct TrafficArrival: Hashable, Sendable {
  /// It is there from this tick on; negative: it has been waiting since before the episode.
  public var tick: Int
  /// At which it would enter if nobody were ahead, m/s.
  public var speed: Double

  /// An arrival at a tick and a speed, m/s.
  public init(tick: Int, speed: Double) {
    self.tick = tick
    self.speed = speed
  }
}

/// What a traffic policy may know of one of its agents before the first tick.
public struct TrafficAgentSetup: Sendable {
  /// Row in the agent table.
  public var row: Int
  /// Stream of its random numbers: the stable hash of its declared id.
  public var stream: UInt64
  /// Parameters of the policy for this agent.
  public var parameters: ParameterValues
  /// Route of agents that run on the road.
  public var route: Route?
  /// Its recorded motion, for policies that replay or continue it.
  public var recording: RecordedTrack?
  /// The ways among which it may change: those of this family, of which its route is one; nil: it
  /// keeps to its route.
  public var family: Int?
  /// When it comes to the start of its route, to enter there as soon as it fits; nil: it is there
  /// from tick 0 on, or when its recording is.
  public var arrival: TrafficArrival?
  /// Events of the scenario may take it over for a time: it may find itself on another path.
  public var isScripted: Bool

  /// An agent on no route unless one is given.
  public init(
    row: Int, stream: UInt64, parameters: ParameterValues, route: Route? = nil,
    recording: RecordedTrack? = nil, family: Int? = nil, arrival: TrafficArrival? = nil,
    isScripted: Bool = false
  ) {
    self.row = row
    self.stream = stream
    self.parameters = parameters
    self.route = route
    self.recording = recording
    self.family = family
    self.arrival = arrival
    self.isScripted = isScripted
  }
}

/// A way along one lane after the other that agents may change over to from the ways beside it.
///
/// Ways are shared: there is one per sequence of lanes, however many agents use it.
public struct TrafficWay: Sendable {
  /// Without lane changes; its centreline is the path.
  public var route: Route
  /// Path of the world.
  public var path: Int
  /// Ways of one family lead to the same goals; those of agents without a goal are one family.
  public var family: Int
  /// At its end it leads nowhere, or not where its family wants to go: who can must have changed
  /// over to another way before.
  public var endsShort: Bool

  /// A way over a path of the world.
  public init(route: Route, path: Int, family: Int, endsShort: Bool) {
    self.route = route
    self.path = path
    self.family = family
    self.endsShort = endsShort
  }
}

/// What a traffic policy may know when it is made: all its agents, in row order.
public struct TrafficSetup: Sendable {
  /// The length of a tick.
  public var clock: TickClock
  /// The road.
  public var map: LaneGraph
  /// Its agents, by ascending row.
  public var agents: [TrafficAgentSetup]
  /// Ways that its agents may change over to, those of their own routes among them.
  public var ways: [TrafficWay]

  /// A setup; without ways to change to unless they are given.
  public init(
    clock: TickClock, map: LaneGraph, agents: [TrafficAgentSetup], ways: [TrafficWay] = []
  ) {
    self.clock = clock
    self.map = map
    self.agents = agents
    self.ways = ways
  }
}
