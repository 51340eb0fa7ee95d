import SimCore
import SimGeometry
import SimWorld

// What a scenario file says, decoded and checked as far as that goes without its map. It is what
// tickets hold; `ScenarioBuilder` makes a `Scenario` of it.

/// A scenario as declared.
struct ScenarioDeclaration: Sendable {
  var name: String
  var summary: String
  var tags: [String]
  var map: MapDeclaration
  var clock: TickClock
  var ticks: Int
  var seed: UInt64
  /// Egos first, then agents, both in file order.
  var agents: [AgentDeclaration]
  var fleets: [FleetDeclaration]
  var flows: [FlowDeclaration]
  /// Ticks for which flows run before tick 0.
  var warmUpTicks: Int
  var events: [EventDeclaration]
  var endOn: [EndCondition]
  var expectations: [Expectation]
  var profile: String?
}

/// Where the map comes from.
enum MapDeclaration: Sendable {
  /// The mapping, the template's name and its checked parameters.
  case template(ParameterTree, Located<String>, ParameterValues)
  case roads(RoadNetworkDeclaration)
  /// Path as written, relative to the scenario file.
  case file(Located<String>)
}

/// Where an agent is at tick 0.
enum PlacementDeclaration: Sendable {
  /// On a lane: arc length of the box centre, offset to the left, turned against the lane.
  case lane(Located<String>, s: Located<Double>, offset: Double, turned: Double)
  /// Anywhere: pose of the box centre.
  case pose(Located<Pose2>)
  /// On a path of its own.
  case path(Located<[Vector2]>, s: Located<Double>, offset: Double)
}

/// One agent as declared.
struct AgentDeclaration: Sendable {
  enum Driver: Sendable {
    case none
    case policy(ModuleChoice)
    case stack(DrivingStack, VehicleParameters)
  }

  var id: String
  /// Of its id, or of the whole agent if it has none.
  var location: SourceLocation
  var isEgo: Bool
  var agentClass: AgentClass
  var length: Double
  var width: Double
  /// Nil only if it was wrong, which has then been reported.
  var placement: PlacementDeclaration?
  var speed: Double
  var driver: Driver
  /// Lanes that its route leads over.
  var via: [Located<String>]
  var goals: [GoalDeclaration]
}

/// One goal as declared.
struct GoalDeclaration: Sendable {
  enum Region: Sendable {
    case lanePosition(Located<String>, s: Located<Double>)
    case lanes([Located<String>])
    case circle(centre: Vector2, radius: Double)
    case polygon([Vector2])
  }

  var region: Region?
  var ticks: ClosedRange<Int>?
  var speed: ClosedRange<Double>?
  var heading: (lower: Double, width: Double)?
  var location: SourceLocation
}

/// Many agents of one kind, spread over lanes.
struct FleetDeclaration: Sendable {
  /// Its agents are `id.0`, `id.1`, ….
  var id: String
  var location: SourceLocation
  var count: Int
  var lanes: [Located<String>]
  /// Share of the free room about its even place within which each agent is put.
  var scatter: Double
  var agentClass: AgentClass
  var length: Double
  var width: Double
  /// Speeds at tick 0 are drawn from here, m/s.
  var speed: ClosedRange<Double>?
  /// A parameter of the policy that is drawn for each agent, and its range.
  var spread: [(parameter: String, range: ClosedRange<Double>)]
  var policy: ModuleChoice
}

/// Vehicles that enter in the course of an episode.
struct FlowDeclaration: Sendable {
  /// When they arrive.
  enum Arrivals: String, Sendable, CaseIterable {
    /// Independently of each other.
    case poisson
    /// One every 1/rate.
    case even
  }

  /// What enters, and how often in proportion.
  struct Kind: Sendable {
    var agentClass: AgentClass
    var weight: Double
  }

  /// Lanes that ways lead to, and how often in proportion.
  struct Destination: Sendable {
    var lanes: Located<String>
    var weight: Double
  }

  /// Its agents are `id.0`, `id.1`, … in the order in which they arrive.
  var id: String
  var location: SourceLocation
  var lanes: [Located<String>]
  /// Arc length of the box centre where they enter; nil: half a vehicle's length.
  var s: Located<Double>?
  /// Of all lanes together, 1/s.
  var rate: Double
  var arrivals: Arrivals
  /// Of the first arrivals, s; nil: from the start of the warm-up on.
  var start: Double?
  /// For how long vehicles arrive, s; nil: to the end.
  var length: Double?
  /// At least one, of some weight.
  var types: [Kind]
  /// None: straight on.
  var destinations: [Destination]
  /// Speeds at entry are drawn from here, m/s; nil: the lane's limit.
  var speed: ClosedRange<Double>?
  /// A parameter of the policy that is drawn for each agent, and its range.
  var spread: [(parameter: String, range: ClosedRange<Double>)]
  var policy: ModuleChoice
}
