public import SimGeometry

/// A road map: lanes with their links, junctions, drivable areas, signals and crossings.
///
/// It is immutable once built and shared by reference: an episode, its recording, its metrics and
/// the viewer all look at the same object. All cross references are indices into its arrays;
/// every list is in map order (the order of the source), which is also the order of look-ups.
public final class LaneGraph: Sendable {
  /// Which side of the road traffic keeps to.
  public enum DrivingSide: String, Hashable, Sendable { case right, left }

  public let name: String
  public let drivingSide: DrivingSide
  public let lanes: [Lane]
  public let segments: [RoadSegment]
  public let junctions: [Junction]
  /// Everything drivable: the road, the junctions, car parks. Areas may overlap.
  public let drivableAreas: [DrivableArea]
  public let stopLines: [StopLine]
  public let signals: [Signal]
  public let crosswalks: [Crosswalk]
  public let priorities: [PriorityRule]
  /// Box around everything.
  public let bounds: BoundingBox

  @usableFromInline let laneIndex: SpatialIndex
  @usableFromInline let areaIndex: SpatialIndex

  /// A map from its parts. Nothing is checked here: `LaneGraphBuilder` builds checked maps.
  public init(
    name: String, drivingSide: DrivingSide = .right, lanes: [Lane], segments: [RoadSegment],
    junctions: [Junction] = [], drivableAreas: [DrivableArea], stopLines: [StopLine] = [],
    signals: [Signal] = [], crosswalks: [Crosswalk] = [], priorities: [PriorityRule] = []
  ) {
    self.name = name
    self.drivingSide = drivingSide
    self.lanes = lanes
    self.segments = segments
    self.junctions = junctions
    self.drivableAreas = drivableAreas
    self.stopLines = stopLines
    self.signals = signals
    self.crosswalks = crosswalks
    self.priorities = priorities
    let laneBoxes = lanes.map(\.polygon.boundingBox)
    let areaBoxes = drivableAreas.map(\.polygon.boundingBox)
    bounds = (laneBoxes + areaBoxes).dropFirst().reduce(
      laneBoxes.first ?? areaBoxes.first ?? BoundingBox(min: .zero, max: .zero)
    ) { $0.union($1) }
    laneIndex = SpatialIndex(laneBoxes)
    areaIndex = SpatialIndex(areaBoxes)
  }

  /// The lane of an id; nil if there is none.
  public func lane(id: String) -> Lane? { lanes.first { $0.id == id } }
}
