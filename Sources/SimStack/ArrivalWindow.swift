/// When, where and how fast an ego's mission wants it at its goal: an appointment, which a planner
/// may know.
public struct ArrivalWindow: Hashable, Sendable {
  /// Ticks in which the goal counts, both ends included.
  public var ticks: ClosedRange<Int>
  /// Arc lengths of the route's centreline at which the box centre is at the goal, metres.
  public var arcLengths: ClosedRange<Double>
  /// Speeds at which it counts, m/s; nil: any.
  public var speeds: ClosedRange<Double>?

  /// An appointment of checked parts.
  public init(
    ticks: ClosedRange<Int>, arcLengths: ClosedRange<Double>, speeds: ClosedRange<Double>? = nil
  ) {
    self.ticks = ticks
    self.arcLengths = arcLengths
    self.speeds = speeds
  }
}
