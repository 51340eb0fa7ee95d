public import SimCore

/// What every module is told in a call beside its input: the time, and where its random numbers
/// come from.
public struct TickContext: Sendable {
  /// The length of a tick.
  public let clock: TickClock
  /// Steps since the episode's start; negative in a warm-up.
  public let tick: Int
  /// The episode's random numbers; pass `stream` and a purpose of your own.
  public let random: CounterRandom
  /// Stream of the agent the module works for (stable hash of its declared id).
  public let stream: UInt64
  /// Somebody looks at how modules come to their results: they keep what `Planner.choice` and
  /// `Predictor.attention` tell, and do all else as ever.
  public let isWatched: Bool

  /// A context for one agent's module in one tick, unwatched unless told otherwise.
  public init(
    clock: TickClock, tick: Int, random: CounterRandom, stream: UInt64, isWatched: Bool = false
  ) {
    self.clock = clock
    self.tick = tick
    self.random = random
    self.stream = stream
    self.isWatched = isWatched
  }

  /// Time since the episode's start, seconds.
  public var seconds: Double { clock.seconds(tick) }
}
