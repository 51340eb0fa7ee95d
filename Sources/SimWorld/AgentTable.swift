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
///
/// It is a value: a copy shares the columns, and who writes to one that is shared takes a copy
/// first.
public struct AgentTable: Sendable {
  @usableFromInline let roster: AgentRoster
  @usableFromInline var block: AgentBlock
  /// Some agent shows an indicator: where nobody does, nothing is copied or hashed.
  public internal(set) var hasIndicators = false

  /// Greatest tangent of the angle between a path agent's body and its path: a car in a sharp
  /// swerve.
  static let steepest = 0.3
  /// Distance between the axles of a path agent as a share of its length (Chrysler Pacifica 0.60,
  /// BMW 320i 0.57).
  public static let wheelbaseShare = 0.58

  /// From the centre of a path agent to either axle, metres.
  public static func halfBase(length: Double) -> Double { 0.5 * wheelbaseShare * length }

  init(_ roster: AgentRoster) {
    self.roster = roster
    block = AgentBlock(count: roster.ids.count)
  }

  /// Number of rows.
  @inlinable public var count: Int { block.columns.count }
}

// What never changes during an episode.
extension AgentTable {
  /// Declared ids in ascending byte order.
  @inlinable public var ids: [String] { roster.ids }
  /// Stable hash of each id: the stream of its random numbers.
  @inlinable public var streams: [UInt64] { roster.streams }
  /// What kind of thing each agent is.
  @inlinable public var classes: [AgentClass] { roster.classes }
  /// Boxes along the heading, metres.
  @inlinable public var lengths: AgentColumn<Double> { column(block.columns.length) }
  /// Boxes across the heading, metres.
  @inlinable public var widths: AgentColumn<Double> { column(block.columns.width) }
  /// How the step moves each agent.
  @inlinable public var motions: AgentColumn<MotionModel> { column(block.columns.motion) }
}

// What a step writes.
extension AgentTable {
  /// 1 while the agent is in the world, else 0; then the columns below are 0 too, but `path` stays.
  @inlinable public var present: AgentColumn<UInt8> { column(block.columns.present) }
  /// x of the box centre, metres.
  @inlinable public var x: AgentColumn<Double> { column(block.columns.x) }
  /// y of the box centre, metres.
  @inlinable public var y: AgentColumn<Double> { column(block.columns.y) }
  /// Heading, radians counter-clockwise from +x.
  @inlinable public var heading: AgentColumn<Double> { column(block.columns.heading) }
  /// Cosine of the heading.
  @inlinable public var directionX: AgentColumn<Double> { column(block.columns.directionX) }
  /// Sine of the heading.
  @inlinable public var directionY: AgentColumn<Double> { column(block.columns.directionY) }
  /// Signed along the heading (negative: reversing), m/s.
  @inlinable public var speed: AgentColumn<Double> { column(block.columns.speed) }
  /// Along the heading, m/s^2.
  @inlinable public var acceleration: AgentColumn<Double> { column(block.columns.acceleration) }
  /// Tyre angle of driven vehicles, rad; else 0.
  @inlinable public var steering: AgentColumn<Double> { column(block.columns.steering) }
  /// Direction indicators; of absent agents none. `lights` has the brake lights too.
  @inlinable public var indicators: AgentColumn<VehicleLights> {
    column(block.columns.indicators)
  }
  /// Path of `World.paths` that a path agent runs on, also while it is absent; -1 for all others.
  @inlinable public var path: AgentColumn<Int32> { column(block.columns.path) }
  /// Arc length of the centre on that path, metres: half-way between the axles.
  @inlinable public var arcLength: AgentColumn<Double> { column(block.columns.arcLength) }
  /// Offset of the centre from that path, positive to the left, metres.
  @inlinable public var lateralOffset: AgentColumn<Double> {
    column(block.columns.lateralOffset)
  }
  /// Segment of the path at `arcLength`: a cursor that makes the next look-up a step or two.
  @inlinable public var cursor: AgentColumn<Int32> { column(block.columns.cursor) }

  @inlinable
  func column<Element>(_ values: UnsafeBufferPointer<Element>) -> AgentColumn<Element> {
    AgentColumn(block, values)
  }
}
