public import SimGeometry

/// One agent as it enters an episode: what it is, how it moves, and its state at tick 0.
public struct AgentSpec: Sendable {
  /// Declared id, unique in the episode.
  public var id: String
  /// What kind of thing it is.
  public var agentClass: AgentClass
  /// Box along the heading, metres.
  public var length: Double
  /// Box across the heading, metres.
  public var width: Double
  /// How the step moves it.
  public var motion: MotionModel
  /// It is in the world at tick 0.
  public var isPresent: Bool
  /// Box centre at tick 0. For path agents it follows from `path`, `arcLength`, `lateralOffset`.
  public var centre: Pose2
  /// Signed along the heading, m/s.
  public var speed: Double
  /// Along the heading at tick 0, m/s^2.
  public var acceleration: Double
  /// Index of the path of a path agent.
  public var path: Int?
  /// Of a path agent's centre on its path at tick 0, metres.
  public var arcLength: Double
  /// Of a path agent from its path at tick 0, metres to the left.
  public var lateralOffset: Double
  /// Chassis of a driven agent; nil for all others.
  public var vehicle: VehicleParameters? {
    get { chassis?.vehicle }
    set { chassis = newValue.map(Chassis.init) }
  }

  /// (Apart, since it is large and only few of many agents have one.)
  private final class Chassis: Sendable {
    let vehicle: VehicleParameters
    init(_ vehicle: VehicleParameters) { self.vehicle = vehicle }
  }
  private var chassis: Chassis?

  /// An agent, metres and m/s; standing at the origin unless told otherwise.
  public init(
    id: String, agentClass: AgentClass, length: Double, width: Double, motion: MotionModel,
    isPresent: Bool = true, centre: Pose2 = Pose2(x: 0, y: 0, heading: 0), speed: Double = 0,
    acceleration: Double = 0, path: Int? = nil, arcLength: Double = 0, lateralOffset: Double = 0,
    vehicle: VehicleParameters? = nil
  ) {
    self.id = id
    self.agentClass = agentClass
    self.length = length
    self.width = width
    self.motion = motion
    self.isPresent = isPresent
    self.centre = centre
    self.speed = speed
    self.acceleration = acceleration
    self.path = path
    self.arcLength = arcLength
    self.lateralOffset = lateralOffset
    self.vehicle = vehicle
  }
}
