public import SimGeometry

/// The parallel same-direction lanes of one stretch of road (nuPlan: road block).
public struct RoadSegment: Sendable {
  /// As stated, else the road of its lanes or its leftmost lane.
  public var id: String
  /// Lanes from left to right.
  public var lanes: [Int]
  /// Its lanes lead through a junction (nuPlan: road-block connector).
  public var isConnector: Bool
  private let shape: Shape
  /// Segments that lead into it, ascending.
  public var predecessors: [Int]
  /// Segments that it leads into, ascending.
  public var successors: [Int]

  /// Its polygon, or how that comes about.
  private enum Shape: Sendable {
    /// That of its only lane.
    case lane(LaneLines)
    case strip(StripOutline)
  }

  /// A segment; all links are indices of the map.
  public init(
    id: String, lanes: [Int], isConnector: Bool, polygon: Polygon, predecessors: [Int],
    successors: [Int]
  ) {
    self.init(
      id, lanes, isConnector, .strip(StripOutline(polygon)), predecessors, successors)
  }

  /// A segment whose polygon follows from the lines of its leftmost and rightmost lanes, and is
  /// made when somebody first asks for it.
  init(
    id: String, lanes: [Int], isConnector: Bool, leftmost: LaneLines, rightmost: LaneLines,
    predecessors: [Int], successors: [Int]
  ) {
    self.init(
      id, lanes, isConnector,
      leftmost === rightmost ? .lane(leftmost) : .strip(StripOutline(leftmost, rightmost)),
      predecessors, successors)
  }

  private init(
    _ id: String, _ lanes: [Int], _ isConnector: Bool, _ shape: Shape, _ predecessors: [Int],
    _ successors: [Int]
  ) {
    self.id = id
    self.lanes = lanes
    self.isConnector = isConnector
    self.shape = shape
    self.predecessors = predecessors
    self.successors = successors
  }

  /// Between the left bound of its leftmost lane and the right bound of its rightmost one.
  public var polygon: Polygon {
    switch shape {
    case .lane(let lines): lines.polygon
    case .strip(let outline): outline.polygon
    }
  }

  /// False only if its polygon has no point in common with a box; quick.
  public func mayMeet(_ box: BoundingBox) -> Bool {
    switch shape {
    case .lane(let lines): lines.boundingBox.intersects(box)
    case .strip(let outline): outline.around.intersects(box)
    }
  }
}

/// The outline of lanes beside each other, made when somebody first asks for it.
private final class StripOutline: Sendable {
  /// A box in which it lies.
  let around: BoundingBox
  private let lanes: (left: LaneLines, right: LaneLines)?
  private let made = MadeOnce<LaneLines.Outline>()

  init(_ left: LaneLines, _ right: LaneLines) {
    around = left.boundingBox.union(right.boundingBox)
    lanes = (left, right)
  }

  init(_ polygon: Polygon) {
    around = polygon.boundingBox
    lanes = nil
    _ = made.keep(LaneLines.Outline(polygon))
  }

  var polygon: Polygon {
    if let outline = made.object { return outline.polygon }
    let polygon = lanes.map { LaneShape.outline($0.left.left, $0.right.right) } ?? Polygon([])
    return made.keep(LaneLines.Outline(polygon)).polygon
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
