public import SimGeometry

/// What a lane is for; decides who drives there by default and how it is drawn.
public enum LaneKind: String, Hashable, Sendable, CaseIterable {
  /// What road users call it; of these, the first three are for motor vehicles.
  case driving, ramp, bus, bicycle, sidewalk, crosswalk, shoulder, parking, restricted

  /// Motor vehicles may use it as a matter of course.
  public var isDrivable: Bool {
    switch self {
    case .driving, .ramp, .bus: true
    case .bicycle, .sidewalk, .crosswalk, .shoulder, .parking, .restricted: false
    }
  }
}

/// The paint (or edge) at a lane's bound; decides whether it may be crossed to change lanes.
public enum LaneMarking: String, Hashable, Sendable, CaseIterable {
  /// No paint; a broken or a full line; the road's edge; not known.
  case none, dashed, solid, curb, unknown

  /// A lane change across it is allowed.
  public var mayBeCrossed: Bool { self == .none || self == .dashed || self == .unknown }
}

/// A lane beside another one, with its direction of travel relative to that one.
public struct LaneNeighbour: Hashable, Sendable {
  /// Index of the neighbouring lane.
  public var lane: Int
  /// It runs the same way; an oncoming neighbour is never a target of an ordinary lane change.
  public var isSameDirection: Bool

  /// A neighbour by its index.
  public init(lane: Int, isSameDirection: Bool) {
    self.lane = lane
    self.isSameDirection = isSameDirection
  }
}

/// One lane (lanelet) of the graph: a strip between two bounds, driven along its centreline.
public struct Lane: Sendable {
  /// Declared id, unique in its map, e.g. `main.1`.
  public var id: String
  /// Place in `LaneGraph.lanes`.
  public var index: Int
  /// What it is for.
  public var kind: LaneKind
  /// Its shape; by reference, so that lanes are cheap to pass around.
  public var lines: LaneLines
  /// What is painted on its left bound.
  public var leftMarking: LaneMarking
  /// What is painted on its right bound.
  public var rightMarking: LaneMarking
  /// Speed limit, m/s; nil if there is none.
  public var speedLimit: Double?
  /// Lanes that lead into the start of this one, in map order.
  public var predecessors: [Int]
  /// Lanes that continue from the end of this one, in map order.
  public var successors: [Int]
  /// The lane beside its left bound; nil: none.
  public var left: LaneNeighbour?
  /// The lane beside its right bound; nil: none.
  public var right: LaneNeighbour?
  /// The road segment (nuPlan: road block) that holds this lane and its parallel neighbours.
  public var segment: Int
  /// The junction this lane lies in; nil outside junctions.
  public var junction: Int?
  /// It connects lanes through a junction (nuPlan: lane connector); connectors may overlap.
  public var isConnector: Bool
  /// The stop line at or before which traffic on this lane halts.
  public var stopLine: Int?
  /// The signal that releases this lane: a red one must not be entered (connector) or left (lane
  /// whose stop line is at its end).
  public var signal: Int?

  /// A lane of which all links are indices of its map.
  public init(
    id: String, index: Int, kind: LaneKind, lines: LaneLines, leftMarking: LaneMarking = .unknown,
    rightMarking: LaneMarking = .unknown, speedLimit: Double? = nil, predecessors: [Int] = [],
    successors: [Int] = [], left: LaneNeighbour? = nil, right: LaneNeighbour? = nil,
    segment: Int, junction: Int? = nil, isConnector: Bool = false, stopLine: Int? = nil,
    signal: Int? = nil
  ) {
    self.id = id
    self.index = index
    self.kind = kind
    self.lines = lines
    self.leftMarking = leftMarking
    self.rightMarking = rightMarking
    self.speedLimit = speedLimit
    self.predecessors = predecessors
    self.successors = successors
    self.left = left
    self.right = right
    self.segment = segment
    self.junction = junction
    self.isConnector = isConnector
    self.stopLine = stopLine
    self.signal = signal
  }

  /// Driven along this line; arc length `s` of the lane is measured on it, metres.
  @inlinable public var centreline: Polyline { lines.centreline }
  /// Left bound, in driving direction.
  @inlinable public var leftBound: Polyline { lines.left }
  /// Right bound, in driving direction.
  @inlinable public var rightBound: Polyline { lines.right }
  /// Left bound followed by the right bound reversed.
  @inlinable public var polygon: Polygon { lines.polygon }
  /// Length along the centreline, metres.
  @inlinable public var length: Double { lines.centreline.length }
}
