public import SimGeometry

/// The parallel same-direction lanes of one stretch of road (nuPlan: road block).
public struct RoadSegment: Sendable {
  public var id: String
  /// Lanes from left to right.
  public var lanes: [Int]
  public var isConnector: Bool
  public var polygon: Polygon
  public var predecessors: [Int]
  public var successors: [Int]

  public init(
    id: String, lanes: [Int], isConnector: Bool, polygon: Polygon, predecessors: [Int],
    successors: [Int]
  ) {
    self.id = id
    self.lanes = lanes
    self.isConnector = isConnector
    self.polygon = polygon
    self.predecessors = predecessors
    self.successors = successors
  }
}

/// The area where roads cross or merge.
public struct Junction: Sendable {
  public var id: String
  public var polygon: Polygon
  /// Connectors inside it, in map order.
  public var lanes: [Int]

  public init(id: String, polygon: Polygon, lanes: [Int]) {
    self.id = id
    self.polygon = polygon
    self.lanes = lanes
  }
}

/// An area on which a vehicle may legally stand or drive.
public struct DrivableArea: Sendable {
  public enum Kind: String, Hashable, Sendable { case road, junction, generic, parking }
  public var kind: Kind
  public var polygon: Polygon

  public init(kind: Kind, polygon: Polygon) {
    self.kind = kind
    self.polygon = polygon
  }
}

/// A line across the end of a lane at which traffic waits.
public struct StopLine: Sendable {
  /// Why one stops there.
  public enum Rule: String, Hashable, Sendable { case stop, yield, signal, unspecified }
  public var id: String
  public var rule: Rule
  /// Ends of the line, left then right as seen by a driver.
  public var from: Vector2
  public var to: Vector2
  /// Lanes that it closes.
  public var lanes: [Int]

  public init(id: String, rule: Rule, from: Vector2, to: Vector2, lanes: [Int]) {
    self.id = id
    self.rule = rule
    self.from = from
    self.to = to
    self.lanes = lanes
  }
}

/// What a traffic light shows.
public enum SignalColour: UInt8, Hashable, Sendable, CaseIterable {
  case unknown, green, yellow, red, redYellow, inactive

  /// A driver must not pass: red, or red and yellow.
  public var meansStop: Bool { self == .red || self == .redYellow }
}

/// A traffic light with a fixed program.
public struct Signal: Sendable {
  /// One stage of the cycle.
  public struct Phase: Hashable, Sendable {
    public var colour: SignalColour
    /// Duration, microseconds; positive.
    public var microseconds: Int64

    public init(_ colour: SignalColour, microseconds: Int64) {
      self.colour = colour
      self.microseconds = microseconds
    }
  }

  /// Most phases of a cycle, and longest phase or offset, microseconds (eleven days): sums of them
  /// cannot overflow.
  public static let mostPhases = 1_000
  public static let longestMicroseconds: Int64 = 1_000_000_000_000

  public var id: String
  /// The cycle in order; empty if the program is not known.
  public var phases: [Phase]
  /// The cycle's first phase starts this long after the episode's start, microseconds.
  public var offsetMicroseconds: Int64
  /// Lanes that it releases.
  public var lanes: [Int]

  public init(id: String, phases: [Phase], offsetMicroseconds: Int64, lanes: [Int]) {
    self.id = id
    self.phases = phases
    self.offsetMicroseconds = offsetMicroseconds
    self.lanes = lanes
  }

  /// What it shows at a time since the episode's start.
  public func colour(atMicroseconds time: Int64) -> SignalColour {
    let cycle = phases.reduce(Int64(0)) { $0 + $1.microseconds }
    guard cycle > 0 else { return .unknown }
    var rest = (time - offsetMicroseconds) % cycle
    if rest < 0 { rest += cycle }
    for phase in phases {
      if rest < phase.microseconds { return phase.colour }
      rest -= phase.microseconds
    }
    return .unknown
  }
}

/// A marked crossing for walkers.
public struct Crosswalk: Sendable {
  public var id: String
  public var polygon: Polygon
  /// Walked along this line, either way.
  public var path: Polyline

  public init(id: String, polygon: Polygon, path: Polyline) {
    self.id = id
    self.polygon = polygon
    self.path = path
  }
}

/// Traffic on one lane gives way to traffic on another where the two overlap.
public struct PriorityRule: Hashable, Sendable {
  public var yielding: Int
  public var priority: Int

  public init(yielding: Int, priority: Int) {
    self.yielding = yielding
    self.priority = priority
  }
}
