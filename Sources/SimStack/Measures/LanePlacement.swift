import SimGeometry
public import SimMap
import SimWorld

/// Where a drive was on the map, tick by tick: the lanes of its centre and corners, and what
/// follows from them.
public struct LanePlacement: Sendable {
  /// Lanes of the geometric centre.
  public var driven: LaneSets
  /// Lanes of the corners: front-left, rear-left, rear-right, front-right.
  public var corners: [LaneSets]
  /// Lanes that the corners share or are connected by (see `CommonLanes`).
  public var common: [CommonLanes.Lanes]
  /// All corners are in one lane or in connected ones.
  public var isInLane: [Bool]
  /// The rear axle is in a junction.
  public var isInJunction: [Bool]

  /// The placement of a drive on a map.
  public init(_ motion: EgoMotion, on map: LaneGraph) {
    let association = LaneAssociation(on: map)
    driven = association.driven(
      motion.boxes.map(\.centre), heading: motion.boxes.map(\.direction))
    corners = association.corners(motion.boxes)
    common = CommonLanes(on: map).overTime(corners)
    isInLane = common.map { $0.map { !$0.isEmpty } ?? false }
    isInJunction = motion.states.map { map.isInJunction($0.pose.position) }
  }

  /// A placement given from elsewhere, without lanes.
  public init(isInLane: [Bool], isInJunction: [Bool]) {
    driven = LaneSets()
    for _ in isInLane { driven.append([]) }
    corners = [LaneSets](repeating: driven, count: 4)
    common = isInLane.map { $0 ? [] : nil }
    self.isInLane = isInLane
    self.isInJunction = isInJunction
  }
}
