/// The simulation's time base: whole ticks of a fixed length in whole microseconds.
///
/// Seconds are always derived from the integer tick and never summed, so that the time of a tick
/// does not depend on how it was reached.
@frozen
public struct TickClock: Hashable, Sendable {
  /// Length of one tick, microseconds; positive.
  public let stepMicroseconds: Int64

  /// Length of one tick, seconds.
  public let step: Double

  /// A clock of the given tick length; 100,000 us (10 Hz) unless the scenario says otherwise.
  @inlinable
  public init(stepMicroseconds: Int64 = 100_000) {
    precondition(stepMicroseconds > 0, "a tick has a positive length")
    self.stepMicroseconds = stepMicroseconds
    self.step = Double(stepMicroseconds) / 1_000_000
  }

  /// Time of a tick since the episode's start, seconds.
  @inlinable
  public func seconds(_ tick: Int) -> Double {
    Double(microseconds(tick)) / 1_000_000
  }

  /// Time of a tick since the episode's start, microseconds.
  @inlinable
  public func microseconds(_ tick: Int) -> Int64 { Int64(tick) * stepMicroseconds }

  /// The number of whole ticks nearest to a duration in seconds, at least 0.
  @inlinable
  public func ticks(_ seconds: Double) -> Int {
    max(0, Int((seconds * 1_000_000 / Double(stepMicroseconds)).rounded()))
  }
}
