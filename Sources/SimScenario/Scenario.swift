public import SimCore
public import SimGeometry
public import SimMap
public import SimStack
public import SimWorld

/// One concrete episode to run: everything resolved, swept and checked.
///
/// It comes from a scenario file (one per cell of its sweep) or from an imported recording.
public struct Scenario: Sendable {
  /// Unique after expansion: `name[key=value,…]`.
  public var name: String
  /// Path relative to the PATH given on the command line.
  public var path: String
  /// One line that says what happens.
  public var summary: String
  /// In the order of the file.
  public var tags: [String]
  /// Lanes, signals and areas; indices in this scenario are those of its arrays.
  public var map: LaneGraph
  /// Length of a tick.
  public var clock: TickClock
  /// Number of steps; the record holds one more state.
  public var ticks: Int
  /// From which, with the agents' ids, all random numbers of the episode follow.
  public var seed: UInt64
  /// Ticks for which those who arrive before tick 0 are to run before it; 0 once they have.
  public var warmUpTicks = 0
  /// How far the map's signal controllers have got at tick 0; nil: they begin.
  public var signalControls: [SignalControlState]?
  /// Scored agents, in file order. Each also has a row in `agents`.
  public var egos: [EgoPlan]
  /// All agents, egos included, in ascending byte order of their ids.
  public var agents: [AgentPlan]
  /// Paths of path agents, by `AgentSpec.path`.
  public var paths: PathList
  /// Ways over those paths among which agents may change.
  public var ways: [TrafficWay]
  /// What is done once something holds.
  public var events: EventPlan
  /// Conditions under which the episode ends early, as `terminated`; empty: it runs to the end.
  public var endOn: [EndCondition]
  /// What the results are to be, from `expect:`, in file order.
  public var expectations: [Expectation]
  /// The metric profile the file asks for; nil: the one of the command line.
  public var profile: String?
  /// What an importer ignored or repaired.
  public var notes: [Diagnostic]

  /// A scenario of checked parts: rows, lanes and paths named in them exist.
  public init(
    name: String, path: String, summary: String = "", tags: [String] = [], map: LaneGraph,
    clock: TickClock, ticks: Int, seed: UInt64, egos: [EgoPlan], agents: [AgentPlan],
    paths: PathList, ways: [TrafficWay] = [], events: EventPlan = EventPlan(),
    endOn: [EndCondition] = [],
    expectations: [Expectation] = [],
    profile: String? = nil, notes: [Diagnostic] = []
  ) {
    self.name = name
    self.path = path
    self.summary = summary
    self.tags = tags
    self.map = map
    self.clock = clock
    self.ticks = ticks
    self.seed = seed
    self.egos = egos
    self.agents = agents
    self.paths = paths
    self.ways = ways
    self.events = events
    self.endOn = endOn
    self.expectations = expectations
    self.profile = profile
    self.notes = notes
  }
}

/// One agent with what drives it.
public struct AgentPlan: Sendable {
  /// Who decides for an agent.
  public enum Driver: Sendable {
    /// Nobody: a fixed object.
    case none
    /// A background traffic policy.
    case policy(ModuleChoice)
    /// A whole driving stack, as for an ego.
    case stack(DrivingStack)
  }

  /// Its body, kind, place and motion at tick 0.
  public var spec: AgentSpec
  /// Who decides for it.
  public var driver: Driver
  /// Way over the map of agents that run on the road.
  public var route: Route?
  /// Family of the scenario's ways among which it may change; nil: it keeps to its route.
  public var family: Int?
  /// Recorded motion, for policies that replay or continue it, and as an ego's expert.
  public var recording: RecordedTrack?
  /// Tick at which it comes to the place of its spec, to enter there as soon as it fits; negative:
  /// in the warm-up. Nil: it is there from tick 0 on, or when its recording is.
  public var arrival: Int?
  /// Full state at tick 0 of a driven agent; nil for all others.
  public var initialState: EgoState? {
    get { givenState?.state }
    set { givenState = newValue.map(GivenState.init) }
  }
  /// There is such a state.
  public var hasInitialState: Bool { givenState != nil }

  /// (Apart, since it is large and only few of many agents have one.)
  private final class GivenState: Sendable {
    let state: EgoState
    init(_ state: EgoState) { self.state = state }
  }
  private var givenState: GivenState?

  /// An agent of checked parts.
  public init(
    spec: AgentSpec, driver: Driver, route: Route? = nil, family: Int? = nil,
    recording: RecordedTrack? = nil, arrival: Int? = nil, initialState: EgoState? = nil
  ) {
    self.spec = spec
    self.driver = driver
    self.route = route
    self.family = family
    self.recording = recording
    self.arrival = arrival
    self.initialState = initialState
  }
}

/// The modules of a driven agent, how often each runs, and the declared latency.
public struct DrivingStack: Hashable, Sendable {
  /// `perception`, `predictor`, `planner` and `controller`.
  public var modules: [ModuleKind: ModuleChoice]
  /// A module of this kind runs every n-th tick (from tick 0 on); 1 if not named.
  public var every: [ModuleKind: Int]
  /// A plan made at tick t takes effect at tick t + latency.
  public var planLatencyTicks: Int

  /// A stack whose modules run every tick and without latency unless told otherwise.
  public init(
    modules: [ModuleKind: ModuleChoice], every: [ModuleKind: Int] = [:], planLatencyTicks: Int = 0
  ) {
    self.modules = modules
    self.every = every
    self.planLatencyTicks = planLatencyTicks
  }
}

/// An agent whose drive is scored.
public struct EgoPlan: Sendable {
  /// Declared id; its row is the agent of this id.
  public var id: String
  /// Where the drive is to lead: any one of them suffices; empty: nowhere in particular.
  public var goals: [Goal]
  /// Recorded drive of this vehicle, one state per tick; nil if there is none.
  public var expert: [EgoState]?

  /// An ego with its goals and, if there is one, its recorded drive.
  public init(id: String, goals: [Goal], expert: [EgoState]? = nil) {
    self.id = id
    self.goals = goals
    self.expert = expert
  }
}

/// A goal: met at a tick in which every stated condition holds. Any one goal of an ego suffices.
public struct Goal: Sendable {
  /// Where the ego's box centre must be.
  public enum Region: Sendable {
    /// In a polygon, metres in the frame of the map.
    case polygon(Polygon)
    /// Within a radius of a point, metres in the frame of the map.
    case circle(centre: Vector2, radius: Double)
    /// On any of these lanes.
    case lanes([Int])
    /// At or past this arc length of a lane.
    case lanePosition(lane: Int, arcLength: Double)
  }

  /// Alternatives (CommonRoad allows several shapes); nil: anywhere.
  public var regions: [Region]?
  /// First and last tick, both included; nil: any time.
  public var ticks: ClosedRange<Int>?
  /// m/s.
  public var speed: ClosedRange<Double>?
  /// Interval of headings: from `lower` counter-clockwise over `width`, rad.
  public var heading: (lower: Double, width: Double)?

  /// A goal of some conditions; those left out hold always.
  public init(
    regions: [Region]? = nil, ticks: ClosedRange<Int>? = nil, speed: ClosedRange<Double>? = nil,
    heading: (lower: Double, width: Double)? = nil
  ) {
    self.regions = regions
    self.ticks = ticks
    self.speed = speed
    self.heading = heading
  }
}

/// What ends an episode early.
public enum EndCondition: String, Hashable, Sendable, CaseIterable {
  /// Of an ego: its box meets that of another agent, whoever is to blame; all egos are at their
  /// goals.
  case collision, goal
  /// A corner of an ego's box is 0.3 m or more from everything drivable.
  case offRoad = "off_road"
}

/// A bound that a result of the episode must keep, from `expect:`.
public struct Expectation: Hashable, Sendable {
  /// `score`, `outcome`, a metric's name, or a count such as `collisions_at_fault`.
  public var key: String
  /// Least value that is right; nil: no matter.
  public var minimum: Double?
  /// Greatest value that is right; nil: no matter.
  public var maximum: Double?
  /// For `outcome`: the word expected.
  public var word: String?
  /// Where it stands in the file.
  public var location: SourceLocation

  /// An expectation: bounds for a number, or a word for the outcome.
  public init(
    key: String, minimum: Double? = nil, maximum: Double? = nil, word: String? = nil,
    location: SourceLocation
  ) {
    self.key = key
    self.minimum = minimum
    self.maximum = maximum
    self.word = word
    self.location = location
  }
}
