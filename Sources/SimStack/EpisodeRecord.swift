public import SimCore
public import SimMap
public import SimWorld

/// Everything that is fixed for an episode: what metrics, viewer and replay need beside the ticks.
public struct EpisodeHeader: Sendable {
  /// One ego: a driven agent whose drive is scored.
  public struct Ego: Sendable {
    /// Row in the agent columns.
    public var agent: Int
    /// Its body and chassis.
    public var vehicle: VehicleParameters
    /// The way that it was sent; its lanes are indices of the map.
    public var route: Route
    /// It was given a goal, be it a place on its route, a region or a time.
    public var hasGoal: Bool
    /// The drive that progress is measured against, one state per tick (it may be longer or
    /// shorter than the episode); nil if there is none.
    public var reference: [EgoState]?
    /// What kind of drive `reference` is; `none` if there is none.
    public var referenceKind: ProgressReference
    /// Modules by kind, with their parameters.
    public var modules: [ModuleKind: ModuleChoice]

    /// - Parameter hasGoal: nil: if its route has one.
    public init(
      agent: Int, vehicle: VehicleParameters, route: Route, hasGoal: Bool? = nil,
      reference: [EgoState]?, referenceKind: ProgressReference,
      modules: [ModuleKind: ModuleChoice]
    ) {
      self.agent = agent
      self.vehicle = vehicle
      self.route = route
      self.hasGoal = hasGoal ?? (route.goalArcLength != nil)
      self.reference = reference
      self.referenceKind = referenceKind
      self.modules = modules
    }
  }

  /// Unique name after expansion: `name[key=value,…]`.
  public var scenario: String
  /// From which the episode's random numbers follow.
  public var seed: UInt64
  /// The length of a tick.
  public var clock: TickClock
  /// The road; lanes and signals in the record are indices of its arrays.
  public var map: LaneGraph
  /// Agents in row order.
  public var ids: [String]
  /// What kind of thing each agent is, by row.
  public var classes: [AgentClass]
  /// Boxes along the heading, metres, by row.
  public var lengths: [Double]
  /// Boxes across the heading, metres, by row.
  public var widths: [Double]
  /// The scored agents, in file order.
  public var egos: [Ego]

  /// A header; `ids`, `classes`, `lengths` and `widths` have one entry a row.
  public init(
    scenario: String, seed: UInt64, clock: TickClock, map: LaneGraph, ids: [String],
    classes: [AgentClass], lengths: [Double], widths: [Double], egos: [Ego]
  ) {
    self.scenario = scenario
    self.seed = seed
    self.clock = clock
    self.map = map
    self.ids = ids
    self.classes = classes
    self.lengths = lengths
    self.widths = widths
    self.egos = egos
  }
}

/// What ego progress is divided by. Raw values appear in results.
public enum ProgressReference: String, Hashable, Sendable {
  /// The recorded drive of the same vehicle.
  case expert
  /// A roll-out of the `idm` planner on the same route in the same traffic.
  case referenceRollout = "idm_rollout"
  /// None: progress has no value.
  case none
}

/// State of all agents over the ticks of an episode, as flat columns: entry `tick * agents + row`.
public struct AgentHistory: Sendable {
  /// Rows per tick.
  public let agents: Int
  /// x of the box centres, metres.
  public var x: [Double] = []
  /// y of the box centres, metres.
  public var y: [Double] = []
  /// Headings, radians counter-clockwise from +x.
  public var heading: [Double] = []
  /// Signed along the heading (negative: reversing), m/s.
  public var speed: [Double] = []
  /// Along the heading, m/s^2.
  public var acceleration: [Double] = []
  /// Tyre angles of driven vehicles, rad; else 0.
  public var steering: [Double] = []
  /// Accelerations that the tick's decisions asked for, m/s^2; 0 in the last tick.
  public var commandAcceleration: [Double] = []
  /// Rates of the tyre angle that they asked of driven vehicles, rad/s; 0 in the last tick.
  public var commandSteeringRate: [Double] = []
  /// 1 while the agent is in the world, else 0; its state is then all 0.
  public var present: [UInt8] = []
  /// Direction indicators, from tick 0 to the last in which somebody showed one; `lights` knows
  /// them at any tick.
  public var indicators: [VehicleLights] = []

  /// An empty history with room for `ticks` ticks of `agents` rows.
  public init(agents: Int, reservingTicks ticks: Int = 0) {
    self.agents = agents
    if ticks > 0 { reserve(ticks: ticks) }
  }

  /// Makes room for so many ticks in all.
  public mutating func reserve(ticks: Int) {
    let n = agents * ticks
    x.reserveCapacity(n)
    y.reserveCapacity(n)
    heading.reserveCapacity(n)
    speed.reserveCapacity(n)
    acceleration.reserveCapacity(n)
    steering.reserveCapacity(n)
    commandAcceleration.reserveCapacity(n)
    commandSteeringRate.reserveCapacity(n)
    present.reserveCapacity(n)
    indicators.reserveCapacity(n)
  }

  /// Forgets all ticks, but keeps their room.
  public mutating func clear() {
    x.removeAll(keepingCapacity: true)
    y.removeAll(keepingCapacity: true)
    heading.removeAll(keepingCapacity: true)
    speed.removeAll(keepingCapacity: true)
    acceleration.removeAll(keepingCapacity: true)
    steering.removeAll(keepingCapacity: true)
    commandAcceleration.removeAll(keepingCapacity: true)
    commandSteeringRate.removeAll(keepingCapacity: true)
    present.removeAll(keepingCapacity: true)
    indicators.removeAll(keepingCapacity: true)
  }

  /// Number of recorded ticks.
  @inlinable public var ticks: Int { agents == 0 ? 0 : x.count / agents }

  /// Index of an agent's entry in every column.
  @inlinable public func slot(_ tick: Int, _ agent: Int) -> Int { tick * agents + agent }

  /// Direction indicators of an agent.
  @inlinable public func indicators(_ tick: Int, _ agent: Int) -> VehicleLights {
    let slot = slot(tick, agent)
    return slot < indicators.count ? indicators[slot] : []
  }
}

/// What one ego's modules did in a tick.
public struct EgoTickRecord: Sendable {
  /// State at the tick, before the command acts.
  public var state: EgoState
  /// What the controller asked for; nil in the last record, when nothing is asked any more.
  public var command: DriveCommand?
  /// The plan that is in force; nil if not recorded.
  public var plan: Trajectory?
  /// The forecast that is in force; nil if not recorded. (Long records keep it packed: reading it
  /// may unpack it.)
  public var forecast: Forecast? {
    get { keptForecast.forecast }
    set { keptForecast = newValue.map { .plain($0) } ?? .absent }
  }
  /// The forecast as it is kept.
  package var keptForecast: KeptForecast
  /// The perceived tracks; nil if not recorded.
  public var tracks: [Track]?
  /// The planner was called in this tick (not between its `every: n` ticks).
  public var didPlan: Bool
  /// What was weighed for the latest plan; nil if not recorded, or if the planner does not say.
  public var choice: PlanChoice?
  /// What the latest forecast depended on; nil if not recorded, or if the predictor does not say.
  public var attention: [ForecastAttention]?
  /// How long the stack took; nil if nobody watched. No part of recordings.
  public var time: StackTime?

  /// A record of one tick; without plan, forecast and tracks unless they are given.
  public init(
    state: EgoState, command: DriveCommand? = nil, plan: Trajectory? = nil,
    forecast: Forecast? = nil, tracks: [Track]? = nil, didPlan: Bool = true
  ) {
    self.state = state
    self.command = command
    self.plan = plan
    keptForecast = forecast.map { .plain($0) } ?? .absent
    self.tracks = tracks
    self.didPlan = didPlan
  }
}

/// Something worth jumping to in a viewer or listing in a result.
public struct EpisodeEvent: Hashable, Sendable {
  /// When it happened.
  public var tick: Int
  /// E.g. `collision`, `off_road`, `goal_reached`, `planner_failed`.
  public var kind: String
  /// Row of the agent that it is about, or of the other one in what happened to an ego; nil: none.
  public var agent: Int?
  /// A number that belongs to the kind, in SI units, e.g. a speed in m/s; 0 where none does.
  public var value: Double

  /// An event at a tick.
  public init(tick: Int, kind: String, agent: Int? = nil, value: Double = 0) {
    self.tick = tick
    self.kind = kind
    self.agent = agent
    self.value = value
  }
}

/// A whole episode as metrics, viewer, report and replay see it: header and one record per tick.
///
/// Records 0…n hold the state at the start of each tick; the last one is the state after the last
/// step.
public struct EpisodeRecord: Sendable {
  /// What is fixed for the episode.
  public var header: EpisodeHeader
  /// True state of all agents, one entry a tick and row.
  public var history: AgentHistory
  /// `[ego][tick]`.
  public var egos: [[EgoTickRecord]]
  /// `[tick][signal]`, flat: entry `tick * signals + signal`.
  public var signals: [SignalColour]
  /// What happened, in order of time.
  public var events: [EpisodeEvent]
  /// State hash of each tick, each chained with the one before.
  public var hashes: [UInt64]
  /// State of all agents had the reference planner driven the egos; nil where that was not found
  /// out. No part of recordings.
  public var counterfactual: AgentHistory?

  /// A record; all parts have the same ticks, rows, egos and signals.
  public init(
    header: EpisodeHeader, history: AgentHistory, egos: [[EgoTickRecord]],
    signals: [SignalColour] = [], events: [EpisodeEvent] = [], hashes: [UInt64] = []
  ) {
    self.header = header
    self.history = history
    self.egos = egos
    self.signals = signals
    self.events = events
    self.hashes = hashes
  }

  /// Number of recorded ticks.
  public var ticks: Int { history.ticks }

  /// Indicators and brake lights of an agent, as `AgentTable.lights` has them.
  public func lights(_ tick: Int, _ agent: Int) -> VehicleLights {
    let slot = history.slot(tick, agent)
    return VehicleLights.shown(
      history.indicators(tick, agent), header.classes[agent], speed: history.speed[slot],
      acceleration: history.acceleration[slot])
  }

  /// Time of a tick, microseconds.
  public func microseconds(_ tick: Int) -> Int64 { header.clock.microseconds(tick) }
}
