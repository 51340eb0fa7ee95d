public import SimGeometry

/// The lines of a lane, shared by reference, since lanes are passed around a lot.
public final class LaneLines: Sendable {
  /// Driven along this line; the lane's arc lengths are on it, metres.
  public let centreline: Polyline
  /// Left bound, in driving direction.
  public let left: Polyline
  /// Right bound, in driving direction.
  public let right: Polyline
  /// Left bound followed by the right bound reversed.
  public let polygon: Polygon

  /// Lines whose polygon follows from the bounds.
  public convenience init(centreline: Polyline, left: Polyline, right: Polyline) {
    self.init(
      centreline: centreline, left: left, right: right, polygon: LaneShape.outline(left, right))
  }

  /// Lines with a polygon that is stated, not derived.
  public init(centreline: Polyline, left: Polyline, right: Polyline, polygon: Polygon) {
    self.centreline = centreline
    self.left = left
    self.right = right
    self.polygon = polygon
  }

  /// The same lines turned about the origin and then moved.
  func moved(quarterTurns: Int, by displacement: Vector2) -> LaneLines {
    LaneLines(
      centreline: centreline.moved(quarterTurns: quarterTurns, by: displacement),
      left: left.moved(quarterTurns: quarterTurns, by: displacement),
      right: right.moved(quarterTurns: quarterTurns, by: displacement),
      polygon: polygon.moved(quarterTurns: quarterTurns, by: displacement))
  }
}
