public import SimGeometry

/// A lane found for a pose, and where the pose lies relative to it.
public struct LaneMatch: Hashable, Sendable {
  /// Index of the lane.
  public var lane: Int
  /// Place relative to the lane's centreline.
  public var frenet: FrenetPoint
  /// Distance from the position to the lane's polygon, metres; 0 inside.
  public var distance: Double
  /// Heading of the pose minus that of the centreline, wrapped, rad.
  public var headingDifference: Double

  /// A match; metres and rad.
  public init(lane: Int, frenet: FrenetPoint, distance: Double, headingDifference: Double) {
    self.lane = lane
    self.frenet = frenet
    self.distance = distance
    self.headingDifference = headingDifference
  }
}
