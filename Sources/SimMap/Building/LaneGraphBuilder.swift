import SimCore
public import SimGeometry

/// Collects the parts of a map by id, checks them, and makes the `LaneGraph`.
///
/// Elements keep the order in which they are added. Everything wrong is found in one go, each with
/// the element and the reason, so that a reader can point at every place.
public struct LaneGraphBuilder: Sendable {
  /// How much is checked.
  public enum Checks: Sendable {
    /// Everything.
    case full
    /// Ids, references and the shapes' being there, not their geometry: for generators whose
    /// output is known to be sound.
    case references
  }

  /// What came of building.
  public struct Outcome: Sendable {
    /// The map; nil if a finding is an error.
    public var map: LaneGraph?
    /// In the order of the elements.
    public var findings: [MapFinding]
  }

  /// The map's name in listings and messages.
  public var name: String
  /// The side that traffic keeps to.
  public var drivingSide: LaneGraph.DrivingSide
  /// Rules whose violations are repaired (the offending part is dropped) and reported as warnings.
  public var tolerated: Set<MapFinding.Rule>
  /// Links that only one of the two lanes states are completed; this says whether to report it.
  public var reportsOneSidedLinks = true

  /// The lanes so far.
  public private(set) var lanes: [LaneDraft] = []
  /// The stop lines so far.
  public private(set) var stopLines: [StopLineDraft] = []
  /// The signals so far.
  public private(set) var signals: [SignalDraft] = []
  /// Controllers of signals that follow the traffic.
  public private(set) var signalControllers: [SignalControllerDraft] = []
  /// The crossings so far.
  public private(set) var crosswalks: [Crosswalk] = []
  /// The drivable areas so far.
  public private(set) var drivableAreas: [DrivableArea] = []
  private(set) var priorities: [(yielding: String, priority: String)] = []
  /// Places of lanes that overlap, if whoever adds lanes knows them all; nil: to be computed.
  private(set) var knownOverlaps: [(Int, Int)]?
  /// For each lane so far how many places before it the lane stands that it is a copy of; see
  /// `LaneGraph.model`.
  private(set) var copyShifts: [Int] = []
  private(set) var junctionPolygons: [(id: String, polygon: Polygon)] = []

  /// A map without anything in it.
  public init(
    name: String, drivingSide: LaneGraph.DrivingSide = .right,
    tolerating tolerated: Set<MapFinding.Rule> = []
  ) {
    self.name = name
    self.drivingSide = drivingSide
    self.tolerated = tolerated
  }

  /// Adds a lane behind the others; its id is checked when the map is built.
  public mutating func add(_ lane: LaneDraft) { lanes.append(lane) }
  /// Adds a stop line behind the others.
  public mutating func add(_ stopLine: StopLineDraft) { stopLines.append(stopLine) }
  /// Adds a signal behind the others.
  public mutating func add(_ signal: SignalDraft) { signals.append(signal) }
  /// Adds a controller of signals.
  public mutating func add(_ controller: SignalControllerDraft) {
    signalControllers.append(controller)
  }
  /// Adds a crossing behind the others.
  public mutating func add(_ crosswalk: Crosswalk) { crosswalks.append(crosswalk) }

  /// Appends lanes where they will stay: drafts are large values to copy.
  mutating func addLanes(_ append: (inout [LaneDraft]) -> Void) { append(&lanes) }

  /// Makes room for more lanes.
  mutating func reserve(lanes count: Int) { lanes.reserveCapacity(lanes.count + count) }

  /// Adds a drivable area. If none is added at all, they follow from the lanes.
  public mutating func add(_ area: DrivableArea) { drivableAreas.append(area) }

  /// States the outline of a junction; without it, it is the convex hull of its lanes.
  public mutating func addJunction(_ id: String, polygon: Polygon) {
    junctionPolygons.append((id, polygon))
  }

  /// States that two lanes, by their places, overlap. Whoever states one must state all.
  mutating func addOverlap(_ lane: Int, _ other: Int) {
    if knownOverlaps == nil { knownOverlaps = [] }
    knownOverlaps?.append((lane, other))
  }

  /// States that the last lanes are copies of earlier ones, moved as one piece.
  ///
  /// - Parameters:
  ///   - count: number of lanes.
  ///   - first: place of the first one that they are copies of.
  mutating func addCopies(_ count: Int, of first: Int) {
    let shift = lanes.count - count - first
    copyShifts += repeatElement(0, count: lanes.count - count - copyShifts.count)
    copyShifts += repeatElement(shift, count: count)
  }

  /// States that traffic on one lane gives way to traffic on another one.
  public mutating func addPriority(yielding: String, priority: String) {
    priorities.append((yielding, priority))
  }

  /// Makes the map, or says what is wrong with it.
  public func build(checks: Checks = .full) -> Outcome {
    var assembly = LaneGraphAssembly(of: self)
    return assembly.assemble(checks: checks)
  }

  /// Makes the map; findings that are errors become a failure, the others are dropped.
  public func buildMap(checks: Checks = .full) throws(MapBuildFailure) -> LaneGraph {
    let outcome = build(checks: checks)
    guard let map = outcome.map else {
      let errors = outcome.findings.filter { $0.severity == .error }
      throw MapBuildFailure("the map '\(name)' cannot be built", findings: errors)
    }
    return map
  }

  /// An axis to mirror a map along.
  public enum MirrorAxis: Sendable { case x, y }

  /// This map seen in a mirror along an axis: for left-hand traffic from a right-hand design.
  ///
  /// Lanes of a road `road.1 … road.n` are numbered anew, so that they count from the right again.
  public func mirrored(along axis: MirrorAxis = .x) -> LaneGraphBuilder {
    var counts: [String: Int] = [:]
    for lane in lanes {
      if let (road, number) = splitLaneID(lane.id) {
        counts[road] = max(counts[road] ?? 0, number)
      }
    }
    func renamed(_ id: String) -> String {
      guard let (road, number) = splitLaneID(id), let count = counts[road] else { return id }
      return "\(road).\(count + 1 - number)"
    }
    func flipped(_ p: Vector2) -> Vector2 {
      axis == .x ? Vector2(p.x, -p.y) : Vector2(-p.x, p.y)
    }
    func flipped(_ points: [Vector2]) -> [Vector2] { points.map { flipped($0) } }
    func flipped(_ line: Polyline) -> Polyline {
      let turned = line.vertexHeadings.map { axis == .x ? -$0 : .pi - $0 }
      return Polyline(flipped(line.vertices), headings: turned) ?? line
    }
    var result = self
    result.drivingSide = drivingSide == .right ? .left : .right
    result.lanes = lanes.map { lane in
      var copy = lane
      copy.id = renamed(lane.id)
      copy.predecessors = lane.predecessors.map(renamed)
      copy.successors = lane.successors.map(renamed)
      copy.left = lane.right.map { .init(renamed($0.id), isSameDirection: $0.isSameDirection) }
      copy.right = lane.left.map { .init(renamed($0.id), isSameDirection: $0.isSameDirection) }
      copy.leftMarking = lane.rightMarking
      copy.rightMarking = lane.leftMarking
      copy.centreline = lane.centreline.map { flipped($0) }
      switch lane.shape {
      case .bounds(let left, let right):
        copy.shape = .bounds(left: flipped(right), right: flipped(left))
      case .centred(let points, let widths): copy.shape = .centred(flipped(points), widths: widths)
      case .complete(let lines):
        copy.shape = .complete(
          LaneLines(
            centreline: flipped(lines.centreline), left: flipped(lines.right),
            right: flipped(lines.left)))
      }
      return copy
    }
    result.stopLines = stopLines.map { line in
      var copy = line
      copy.lanes = line.lanes.map(renamed)
      copy.line = line.line.map { Segment(flipped($0.end), flipped($0.start)) }
      return copy
    }
    result.signals = signals.map { signal in
      var copy = signal
      copy.lanes = signal.lanes.map(renamed)
      return copy
    }
    result.signalControllers = signalControllers.map { controller in
      var copy = controller
      for stage in copy.stages.indices {
        copy.stages[stage].lanes = controller.stages[stage].lanes.map(renamed)
      }
      return copy
    }
    result.crosswalks = crosswalks.map {
      Crosswalk(id: $0.id, polygon: Polygon(flipped($0.polygon.vertices)), path: flipped($0.path))
    }
    result.drivableAreas = drivableAreas.map {
      DrivableArea(kind: $0.kind, polygon: Polygon(flipped($0.polygon.vertices)))
    }
    result.priorities = priorities.map { (renamed($0.yielding), renamed($0.priority)) }
    result.junctionPolygons = junctionPolygons.map {
      ($0.id, Polygon(flipped($0.polygon.vertices)))
    }
    return result
  }
}

/// The road and the lane's number of an id `road.k`; nil if it has another form.
func splitLaneID(_ id: String) -> (road: String, number: Int)? {
  guard let dot = id.lastIndex(of: "."), let number = Int(id[id.index(after: dot)...]) else {
    return nil
  }
  return (String(id[..<dot]), number)
}
