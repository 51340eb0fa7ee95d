/// Temporary; replaced by the counter-based generator.
public struct CounterRandom: Hashable, Sendable {
  public var seed: UInt64
  public init(seed: UInt64) { self.seed = seed }
}
