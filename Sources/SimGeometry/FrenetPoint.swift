/// A place relative to a polyline: how far along it, and how far beside it.
@frozen
public struct FrenetPoint: Hashable, Sendable {
  /// Arc length of the nearest point of the polyline, metres, in [0, length].
  public var s: Double
  /// Lateral offset, metres, left positive. Its size is `distance`, except beyond the ends of the
  /// polyline, where it is the offset from the straight continuation.
  public var d: Double
  /// Index of the segment that holds the nearest point.
  public var segment: Int32
  /// Distance to the polyline, metres.
  public var distance: Double

  /// A place of which all four numbers are known, metres.
  @inlinable
  public init(s: Double, d: Double, segment: Int32, distance: Double) {
    self.s = s
    self.d = d
    self.segment = segment
    self.distance = distance
  }
}
