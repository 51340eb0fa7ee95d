public import SimGeometry

/// The parallel same-direction lanes of one stretch of road (nuPlan: road block).
public struct RoadSegment: Sendable {
  /// As stated, else the road of its lanes or its leftmost lane.
  public var id: String
  /// Lanes from left to right.
  public var lanes: [Int]
  /// Its lanes lead through a junction (nuPlan: road-block connector).
  public var isConnector: Bool
  /// Between the left bound of its leftmost lane and the right bound of its rightmost one.
  public var polygon: Polygon
  /// Segments that lead into it, ascending.
  public var predecessors: [Int]
  /// Segments that it leads into, ascending.
  public var successors: [Int]

  /// A segment; all links are indices of the map.
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
  /// Unique in the map.
  public var id: String
  /// Its outline, metres.
  public var polygon: Polygon
  /// Connectors inside it, in map order.
  public var lanes: [Int]

  /// A junction; `lanes` are indices of the map.
  public init(id: String, polygon: Polygon, lanes: [Int]) {
    self.id = id
    self.polygon = polygon
    self.lanes = lanes
  }
}

/// An area on which a vehicle may legally stand or drive.
public struct DrivableArea: Sendable {
  /// What the area is; `generic` is any other place where one may drive.
  public enum Kind: String, Hashable, Sendable { case road, junction, generic, parking }
  /// What it is.
  public var kind: Kind
  /// Its outline, metres.
  public var polygon: Polygon

  /// An area with its outline.
  public init(kind: Kind, polygon: Polygon) {
    self.kind = kind
    self.polygon = polygon
  }
}

/// A line across the end of a lane at which traffic waits.
public struct StopLine: Sendable {
  /// Why one stops there.
  public enum Rule: String, Hashable, Sendable { case stop, yield, signal, unspecified }
  /// Unique in the map.
  public var id: String
  /// Why one stops there.
  public var rule: Rule
  /// The left end as seen by a driver, metres.
  public var from: Vector2
  /// The right end, metres.
  public var to: Vector2
  /// Lanes that it closes.
  public var lanes: [Int]

  /// A stop line; `lanes` are indices of the map.
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
  /// The raw values are part of the recording format; a signal without a program shows `unknown`.
  case unknown, green, yellow, red, redYellow, inactive

  /// A driver must not pass: red, or red and yellow.
  public var meansStop: Bool { self == .red || self == .redYellow }
}

/// A traffic light, with a fixed program or shown by a `SignalController`.
public struct Signal: Sendable {
  /// One stage of the cycle.
  public struct Phase: Hashable, Sendable {
    /// What it shows.
    public var colour: SignalColour
    /// Duration, microseconds; positive.
    public var microseconds: Int64

    /// A phase of some microseconds.
    public init(_ colour: SignalColour, microseconds: Int64) {
      self.colour = colour
      self.microseconds = microseconds
    }
  }

  /// Most phases of a cycle.
  public static let mostPhases = 1_000
  /// Longest phase, and largest offset either way, microseconds (eleven days): sums over a cycle
  /// cannot overflow.
  public static let longestMicroseconds: Int64 = 1_000_000_000_000

  /// Unique in the map.
  public var id: String
  /// The cycle in order; empty if there is none or it is not known.
  public var phases: [Phase]
  /// The cycle's first phase starts this long after the episode's start, microseconds.
  public var offsetMicroseconds: Int64
  /// Lanes that it releases.
  public var lanes: [Int]

  /// A signal; `lanes` are indices of the map.
  public init(id: String, phases: [Phase], offsetMicroseconds: Int64, lanes: [Int]) {
    self.id = id
    self.phases = phases
    self.offsetMicroseconds = offsetMicroseconds
    self.lanes = lanes
  }

  /// What it shows at a time since the episode's start.
  public func colour(atMicroseconds time: Int64) -> SignalColour {
    stage(atMicroseconds: time).colour
  }

  /// What it shows at a time since the episode's start, and the time at which that ends, us.
  public func stage(atMicroseconds time: Int64) -> (colour: SignalColour, end: Int64) {
    let cycle = phases.reduce(Int64(0)) { $0 + $1.microseconds }
    guard cycle > 0 else { return (.unknown, .max) }
    var rest = (time - offsetMicroseconds) % cycle
    if rest < 0 { rest += cycle }
    for phase in phases {
      if rest < phase.microseconds { return (phase.colour, time + phase.microseconds - rest) }
      rest -= phase.microseconds
    }
    return (.unknown, time)
  }
}

/// A marked crossing for walkers.
public struct Crosswalk: Sendable {
  /// Unique in the map.
  public var id: String
  /// Its outline, metres.
  public var polygon: Polygon
  /// Walked along this line, either way.
  public var path: Polyline

  /// A crossing with its outline and middle line.
  public init(id: String, polygon: Polygon, path: Polyline) {
    self.id = id
    self.polygon = polygon
    self.path = path
  }
}

/// Traffic on one lane gives way to traffic on another where the two overlap.
public struct PriorityRule: Hashable, Sendable {
  /// Index of the lane that gives way.
  public var yielding: Int
  /// Index of the lane that goes first.
  public var priority: Int

  /// A rule for two lanes by their indices.
  public init(yielding: Int, priority: Int) {
    self.yielding = yielding
    self.priority = priority
  }
}
