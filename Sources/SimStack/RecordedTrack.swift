/// The recorded motion of one agent, resampled to the ticks of the episode.
public struct RecordedTrack: Hashable, Sendable {
  /// 1 where the agent was recorded, else 0 (before it appears, in gaps, after it is gone).
  ///
  /// Entry t of every column is that of tick t; ticks beyond the end are absent.
  public var present: [UInt8]
  /// x of the box centre, metres.
  public var x: [Double]
  /// y of the box centre, metres.
  public var y: [Double]
  /// Heading, radians counter-clockwise from +x.
  public var heading: [Double]
  /// Signed along the heading, m/s.
  public var speed: [Double]
  /// Along the heading, m/s^2.
  public var acceleration: [Double]

  /// A track of columns of equal length; without arguments it is never present.
  public init(
    present: [UInt8] = [], x: [Double] = [], y: [Double] = [], heading: [Double] = [],
    speed: [Double] = [], acceleration: [Double] = []
  ) {
    self.present = present
    self.x = x
    self.y = y
    self.heading = heading
    self.speed = speed
    self.acceleration = acceleration
  }

  /// Number of ticks covered.
  public var ticks: Int { present.count }

  /// It was recorded at that tick.
  public func isPresent(_ tick: Int) -> Bool {
    present.indices.contains(tick) && present[tick] != 0
  }
}
