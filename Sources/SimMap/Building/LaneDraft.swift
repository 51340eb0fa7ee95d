public import SimGeometry

/// A lane as a reader or a template describes it: by ids, before indices are known.
public struct LaneDraft: Sendable {
  /// How the lane's strip is given.
  public enum Shape: Sendable {
    /// Bounds in driving direction. The centreline is the mean of paired points, or if their
    /// numbers differ, of points at equal shares of the bounds' lengths.
    case bounds(left: [Vector2], right: [Vector2])
    /// A centreline with the lane's full width at each of its points, metres.
    case centred([Vector2], widths: [Double])
    /// Everything, already as polylines.
    case complete(LaneLines)
  }

  /// A lane beside this one.
  public struct Neighbour: Hashable, Sendable {
    /// Id of the lane beside.
    public var id: String
    /// Whether it runs the same way.
    public var isSameDirection: Bool

    /// A lane beside, by its id.
    public init(_ id: String, isSameDirection: Bool = true) {
      self.id = id
      self.isSameDirection = isSameDirection
    }
  }

  /// Unique in the map, e.g. `main.1`.
  public var id: String
  /// What the lane is for.
  public var kind: LaneKind
  /// Its strip, metres.
  public var shape: Shape
  /// Replaces the derived centreline if it is given.
  public var centreline: [Vector2]?
  /// What is painted on its left bound.
  public var leftMarking: LaneMarking
  /// What is painted on its right bound.
  public var rightMarking: LaneMarking
  /// m/s; nil if there is none.
  public var speedLimit: Double?
  /// Links by id; stating either end is enough.
  public var predecessors: [String]
  /// Ids of the lanes that go on from its end.
  public var successors: [String]
  /// The lane to the left; nil: none.
  public var left: Neighbour?
  /// The lane to the right; nil: none.
  public var right: Neighbour?
  /// Id of the junction it lies in; a junction that is only named here is made up from its lanes.
  public var junction: String?
  /// Whether it leads through a junction.
  public var isConnector: Bool
  /// Id of the stop line that closes it.
  public var stopLine: String?
  /// Id of the signal that releases it.
  public var signal: String?
  /// Id of the road segment it belongs to; nil: segments follow from the neighbours.
  public var segment: String?

  /// A lane without links, limit and junction unless they are given.
  public init(
    _ id: String, kind: LaneKind = .driving, shape: Shape, centreline: [Vector2]? = nil,
    leftMarking: LaneMarking = .unknown, rightMarking: LaneMarking = .unknown,
    speedLimit: Double? = nil, predecessors: [String] = [], successors: [String] = [],
    left: Neighbour? = nil, right: Neighbour? = nil, junction: String? = nil,
    isConnector: Bool = false, stopLine: String? = nil, signal: String? = nil,
    segment: String? = nil
  ) {
    self.id = id
    self.kind = kind
    self.shape = shape
    self.centreline = centreline
    self.leftMarking = leftMarking
    self.rightMarking = rightMarking
    self.speedLimit = speedLimit
    self.predecessors = predecessors
    self.successors = successors
    self.left = left
    self.right = right
    self.junction = junction
    self.isConnector = isConnector
    self.stopLine = stopLine
    self.signal = signal
    self.segment = segment
  }
}

/// A stop line by the ids of the lanes it closes.
public struct StopLineDraft: Sendable {
  /// Unique in the map.
  public var id: String
  /// Why one stops there.
  public var rule: StopLine.Rule
  /// Ends, left then right as seen by a driver; nil: across the ends of its lanes.
  public var line: Segment?
  /// Ids of the lanes it closes; lanes may also name the stop line.
  public var lanes: [String]

  /// A stop line of some lanes.
  public init(_ id: String, rule: StopLine.Rule, line: Segment? = nil, lanes: [String] = []) {
    self.id = id
    self.rule = rule
    self.line = line
    self.lanes = lanes
  }
}

/// A traffic light by the ids of the lanes it releases.
public struct SignalDraft: Sendable {
  /// Unique in the map.
  public var id: String
  /// The cycle in order; empty if it is not known.
  public var phases: [Signal.Phase]
  /// How long after the episode's start the first phase begins, microseconds.
  public var offsetMicroseconds: Int64
  /// Ids of the lanes it releases; lanes may also name the signal.
  public var lanes: [String]

  /// A signal of some lanes; it shows `unknown` if it has no phases.
  public init(
    _ id: String, phases: [Signal.Phase], offsetMicroseconds: Int64 = 0, lanes: [String] = []
  ) {
    self.id = id
    self.phases = phases
    self.offsetMicroseconds = offsetMicroseconds
    self.lanes = lanes
  }
}
