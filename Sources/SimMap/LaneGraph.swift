public import SimGeometry
import Synchronization

/// A road map: lanes with their links, junctions, drivable areas, signals and crossings.
///
/// It is immutable once built and shared by reference: an episode, its recording, its metrics and
/// the viewer all look at the same object. All cross references are indices into its arrays;
/// every list is in map order (the order of the source), which is also the order of look-ups.
public final class LaneGraph: Sendable {
  /// Which side of the road traffic keeps to.
  public enum DrivingSide: String, Hashable, Sendable { case right, left }

  /// The map's name in listings and messages.
  public let name: String
  /// The side that traffic keeps to.
  public let drivingSide: DrivingSide
  /// All lanes, connectors and walks among them; a lane's `index` is its place here.
  public let lanes: [Lane]
  /// Parallel lanes of one direction, together; each lane is in one.
  public let segments: [RoadSegment]
  /// Where roads cross or merge.
  public let junctions: [Junction]
  /// Everything drivable: the road, the junctions, car parks. Areas may overlap.
  public let drivableAreas: [DrivableArea]
  /// Where traffic waits.
  public let stopLines: [StopLine]
  /// The traffic lights; records list what they show in this order.
  public let signals: [Signal]
  /// Controllers that let the traffic decide how long signals are green.
  public let signalControllers: [SignalController]
  /// Marked crossings for walkers.
  public let crosswalks: [Crosswalk]
  /// Who gives way where lanes overlap.
  public let priorities: [PriorityRule]
  /// Box around everything.
  public let bounds: BoundingBox

  @usableFromInline let laneIndex: SpatialIndex
  @usableFromInline let areaIndex: SpatialIndex
  @usableFromInline let junctionIndex: SpatialIndex
  // Copies of what hot look-ups read of a lane, so that they touch nothing else of it.
  @usableFromInline let laneLines: [LaneLines]
  @usableFromInline let laneClasses: [LaneFilter]
  @usableFromInline let areaPolygons: [Polygon]
  @usableFromInline let junctionPolygons: [Polygon]
  /// Arc length of each lane's stop line; infinite without one.
  @usableFromInline let stopArcLengths: [Double]
  /// For each lane how many places before it a lane stands that it is a moved copy of, together
  /// with all lanes of the same number that it overlaps; 0: of none. Empty if none is.
  private let copyShifts: [Int]
  /// Place of each lane by its id. Only looked up, never walked through.
  private let places: IDTable
  /// Made at the first use, unless the builder knows it: only traffic needs it, and it costs as
  /// much as the rest of the map.
  let overlapCache = Mutex<LaneOverlaps?>(nil)

  /// A map from its parts. Nothing is checked here: `LaneGraphBuilder` builds checked maps.
  ///
  /// - Parameter copyShifts: see `model(of:_:)`; empty if nothing is known.
  public convenience init(
    name: String, drivingSide: DrivingSide = .right, lanes: [Lane], segments: [RoadSegment],
    junctions: [Junction] = [], drivableAreas: [DrivableArea], stopLines: [StopLine] = [],
    signals: [Signal] = [], signalControllers: [SignalController] = [],
    crosswalks: [Crosswalk] = [], priorities: [PriorityRule] = [], copyShifts: [Int] = []
  ) {
    var places = IDTable(reservingCapacity: lanes.count)
    for index in lanes.indices { _ = places.place(of: lanes[index].id, orEntering: index) }
    self.init(
      name: name, drivingSide: drivingSide, lanes: lanes, segments: segments,
      junctions: junctions, drivableAreas: drivableAreas, stopLines: stopLines, signals: signals,
      signalControllers: signalControllers, crosswalks: crosswalks, priorities: priorities,
      copyShifts: copyShifts, places: places)
  }

  /// - Parameter places: place of each lane by its id.
  init(
    name: String, drivingSide: DrivingSide, lanes: [Lane], segments: [RoadSegment],
    junctions: [Junction], drivableAreas: [DrivableArea], stopLines: [StopLine],
    signals: [Signal], signalControllers: [SignalController], crosswalks: [Crosswalk],
    priorities: [PriorityRule],
    copyShifts: [Int], places: IDTable
  ) {
    self.name = name
    self.drivingSide = drivingSide
    self.lanes = lanes
    self.segments = segments
    self.junctions = junctions
    self.drivableAreas = drivableAreas
    self.stopLines = stopLines
    self.signals = signals
    self.signalControllers = signalControllers
    self.crosswalks = crosswalks
    self.priorities = priorities
    self.copyShifts = copyShifts
    self.places = places
    laneLines = lanes.map(\.lines)
    laneClasses = lanes.map { LaneFilter(classOf: $0) }
    areaPolygons = drivableAreas.map { $0.polygon }
    junctionPolygons = junctions.map { $0.polygon }
    stopArcLengths = lanes.map { lane in
      guard let line = lane.stopLine, stopLines.indices.contains(line) else { return .infinity }
      return lane.centreline.project((stopLines[line].from + stopLines[line].to) * 0.5).s
    }
    laneIndex = SpatialIndex(laneLines.map { $0.boundingBox })
    areaIndex = SpatialIndex(areaPolygons.map { $0.boundingBox })
    junctionIndex = SpatialIndex(junctionPolygons.map { $0.boundingBox })
    let all = laneIndex.bounds.union(areaIndex.bounds)
    bounds = all.isEmpty ? BoundingBox(min: .zero, max: .zero) : all
  }

  /// For two lanes that overlap, two that lie to each other exactly as they do, by a rigid motion;
  /// these themselves if no others are known. What belongs to the shape of a pair is worked out
  /// once for all that have the same model.
  public func model(of lane: Int, _ other: Int) -> (lane: Int, other: Int) {
    guard !copyShifts.isEmpty, copyShifts[lane] == copyShifts[other] else { return (lane, other) }
    return (lane - copyShifts[lane], other - copyShifts[lane])
  }

  /// The lane of an id; nil if there is none.
  public func lane(id: String) -> Lane? { places[id].map { lanes[$0] } }

  /// Index of a lane by its id; nil if there is none.
  public func laneIndex(id: String) -> Int? { places[id] }
}
