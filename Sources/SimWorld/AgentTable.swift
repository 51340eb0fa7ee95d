/// How `World.step` moves an agent.
public enum MotionModel: UInt8, Hashable, Sendable {
  /// It never moves.
  case fixed = 0
  /// Its policy places it each tick (log replay).
  case placed = 1
  /// It runs along a path at a commanded acceleration, with a lateral offset.
  case path = 2
  /// Kinematic bicycle with actuator lag, or perfect tracking: a vehicle driven by a planner.
  case driven = 3
}

/// All agents of an episode as arrays of plain values, one row each.
///
/// Rows are in ascending byte order of the declared ids, so that "by index" is "by id" and never
/// depends on the order of a file. A row keeps its place for the whole episode, present or not.
/// `x`, `y` is the box centre for every agent, also for driven vehicles, whose rear-axle state
/// is in `World.egos`.
public struct AgentTable: Sendable {
  // What never changes during an episode.
  /// Declared ids in ascending byte order.
  public internal(set) var ids: [String]
  /// Stable hash of each id: the stream of its random numbers.
  public internal(set) var streams: [UInt64]
  /// What kind of thing each agent is.
  public internal(set) var classes: [AgentClass]
  /// Boxes along the heading, metres.
  public internal(set) var lengths: [Double]
  /// Boxes across the heading, metres.
  public internal(set) var widths: [Double]
  /// How the step moves each agent.
  public internal(set) var motions: [MotionModel]

  // What a step writes.
  /// 1 while the agent is in the world, else 0; then the columns below are 0 too, but `path` stays.
  public internal(set) var present: [UInt8]
  /// x of the box centre, metres.
  public internal(set) var x: [Double]
  /// y of the box centre, metres.
  public internal(set) var y: [Double]
  /// Heading, radians counter-clockwise from +x.
  public internal(set) var heading: [Double]
  /// Cosine of the heading.
  public internal(set) var directionX: [Double]
  /// Sine of the heading.
  public internal(set) var directionY: [Double]
  /// Signed along the heading (negative: reversing), m/s.
  public internal(set) var speed: [Double]
  /// Along the heading, m/s^2.
  public internal(set) var acceleration: [Double]
  /// Tyre angle of driven vehicles, rad; else 0.
  public internal(set) var steering: [Double]
  /// Direction indicators; of absent agents none. `lights` has the brake lights too.
  public internal(set) var indicators: [VehicleLights]
  /// Some agent shows an indicator: where nobody does, nothing is copied or hashed.
  public internal(set) var hasIndicators = false
  /// Path of `World.paths` that a path agent runs on, also while it is absent; -1 for all others.
  public internal(set) var path: [Int32]
  /// Greatest tangent of the angle between a path agent's body and its path: a car in a sharp
  /// swerve.
  static let steepest = 0.3
  /// Distance between the axles of a path agent as a share of its length (Chrysler Pacifica 0.60,
  /// BMW 320i 0.57).
  public static let wheelbaseShare = 0.58

  /// From the centre of a path agent to either axle, metres.
  public static func halfBase(length: Double) -> Double { 0.5 * wheelbaseShare * length }

  /// Arc length of the centre on that path, metres: half-way between the axles.
  public internal(set) var arcLength: [Double]
  /// Offset of the centre from that path, positive to the left, metres.
  public internal(set) var lateralOffset: [Double]
  /// Segment of the path at `arcLength`: a cursor that makes the next look-up a step or two.
  public internal(set) var cursor: [Int32]

  /// Number of rows.
  @inlinable public var count: Int { x.count }
}
