public import SimGeometry

/// One road of an inline map: a course of lines, arcs and clothoids with lanes along it.
///
/// The course is the centreline of forward lane 1, the rightmost one (in left-hand traffic: of the
/// one next to the kerb); further lanes lie towards the middle, oncoming ones beyond those. Lanes
/// are called `id.1 …` and `id_oncoming.1 …`, each counted from the right, and lanes for bicycles
/// on the right of them `id_bicycle` and `id_oncoming_bicycle`.
public struct RoadSpec: Hashable, Sendable {
  /// Where the course begins.
  public enum Start: Hashable, Sendable {
    /// At a pose: metres and radians in the frame of the map.
    case pose(Pose2)
    /// Where another road ends; the two are connected.
    case after(road: String)
  }

  /// Unique in the map; its lanes are called after it.
  public var id: String
  /// Where its course begins.
  public var start: Start
  /// The pieces of its course, one after the other; at least one.
  public var elements: [PlanViewElement]
  /// Widths of the forward lanes from the kerb to the middle, metres; at least one.
  public var widths: [Double]
  /// Widths of the oncoming lanes, likewise from their kerb to the middle.
  public var oncomingWidths: [Double]
  /// Width of a lane for bicycles on the right of each direction, metres; 0: there is none.
  public var bicycleLane: Double
  /// What all of its lanes are for.
  public var kind: LaneKind
  /// m/s; nil if there is none.
  public var speedLimit: Double?
  /// Marking between the directions.
  public var centreMarking: LaneMarking
  /// Marking between lanes of one direction.
  public var laneMarking: LaneMarking

  /// A road.
  public init(
    _ id: String, start: Start, elements: [PlanViewElement], widths: [Double] = [3.5],
    oncomingWidths: [Double] = [], bicycleLane: Double = 0, kind: LaneKind = .driving,
    speedLimit: Double? = nil,
    centreMarking: LaneMarking = .dashed, laneMarking: LaneMarking = .dashed
  ) {
    self.id = id
    self.start = start
    self.elements = elements
    self.widths = widths
    self.oncomingWidths = oncomingWidths
    self.bicycleLane = bicycleLane
    self.kind = kind
    self.speedLimit = speedLimit
    self.centreMarking = centreMarking
    self.laneMarking = laneMarking
  }

  /// Road part of the ids of its oncoming lanes.
  var oncomingID: String { "\(id)_oncoming" }

  /// Offset of the forward lanes' left edge from the course, metres.
  var divider: Double { widths.reduce(0, +) - 0.5 * (widths.first ?? 0) }
}

/// One of the two ends of a road's course.
public struct RoadEnd: Hashable, Sendable {
  /// The start or the end of the course, whichever way traffic runs.
  public enum Side: String, Hashable, Sendable { case start, end }
  /// Id of the road.
  public var road: String
  /// Which of its ends.
  public var side: Side

  /// An end of the road of an id.
  public init(_ road: String, _ side: Side) {
    self.road = road
    self.side = side
  }
}

/// Traffic goes from an end of one road to an end of another, and back on two-way roads.
///
/// Lanes are joined in order from the kerb, and those for bicycles with each other: straight on and
/// to the right, and to the left only where nothing else leads on. If the ends do not touch,
/// connectors `<from>_to_<to>.k` (`<from>_to_<to>_bicycle`) are laid between them; connections that
/// share an end, or name the same junction, lie in one junction.
public struct RoadConnection: Hashable, Sendable {
  /// Where the traffic comes from.
  public var from: RoadEnd
  /// Where it goes.
  public var to: RoadEnd
  /// Id of the junction that the connectors lie in; nil: made up.
  public var junction: String?
  /// Traffic from `from` gives way here: a stop or yield line, and priority for all connectors of
  /// the junction without one that it meets. Nil: it does not.
  public var rule: StopLine.Rule?
  /// It leads from `from` to `to` only, also where both roads have oncoming lanes.
  public var isOneWay: Bool
  /// Speed limit on the connectors, m/s; nil: that of the road they lead to.
  public var speedLimit: Double?

  /// A connection without rule and limit unless they are given.
  public init(
    from: RoadEnd, to: RoadEnd, junction: String? = nil, rule: StopLine.Rule? = nil,
    isOneWay: Bool = false, speedLimit: Double? = nil
  ) {
    self.from = from
    self.to = to
    self.junction = junction
    self.rule = rule
    self.isOneWay = isOneWay
    self.speedLimit = speedLimit
  }

  /// What it is called in findings: `a.end -> b.start`.
  public var name: String {
    "\(from.road).\(from.side.rawValue) -> \(to.road).\(to.side.rawValue)"
  }
}
