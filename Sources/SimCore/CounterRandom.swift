/// What random numbers are drawn for, e.g. `gap acceptance`.
///
/// Each purpose is a stream of its own: numbers drawn for one thing shift no others. Rooms name
/// theirs in extensions (`static let headway = RandomPurpose("idm.headway")`).
@frozen
public struct RandomPurpose: RawRepresentable, Hashable, Sendable {
  /// The number that is mixed into the key of the random numbers.
  public let rawValue: UInt32

  /// The purpose of a number.
  @inlinable
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// The purpose of a name: the lower half of the name's stable hash.
  public init(_ name: String) {
    rawValue = UInt32(truncatingIfNeeded: StableHash.of(name))
  }
}

/// Random numbers as a pure function of seed, purpose, stream, tick and index.
///
/// Nothing is stored and nothing advances, so a new draw somewhere shifts no other. The bits are
/// Philox4x32-10's (Salmon, Moraes, Dror, Shaw: Parallel random numbers: as easy as 1, 2, 3,
/// 2011): the key is made of seed and purpose, the counter of index, tick and stream.
@frozen
public struct CounterRandom: Hashable, Sendable {
  /// The episode's seed.
  public let seed: UInt64

  /// The random numbers of one episode.
  @inlinable
  public init(seed: UInt64) { self.seed = seed }

  /// 64 random bits.
  ///
  /// - Parameters:
  ///   - purpose: what they are for.
  ///   - stream: whose they are: the stable hash of an agent's declared id, never an array index.
  ///   - tick: the tick; only its lowest 32 bits count.
  ///   - index: the number of the draw within the tick; only its lowest 32 bits count.
  @inlinable
  public func bits(
    _ purpose: RandomPurpose, stream: UInt64, tick: Int, index: Int = 0
  ) -> UInt64 {
    block(purpose, stream: stream, tick: tick, index: index).first
  }

  /// A number in [0, 1): a multiple of 2^-53.
  @inlinable
  public func uniform(
    _ purpose: RandomPurpose, stream: UInt64, tick: Int, index: Int = 0
  ) -> Double {
    Self.unit(bits(purpose, stream: stream, tick: tick, index: index))
  }

  /// A number in a range, e.g. metres or seconds.
  @inlinable
  public func uniform(
    _ purpose: RandomPurpose, in range: ClosedRange<Double>, stream: UInt64, tick: Int,
    index: Int = 0
  ) -> Double {
    let share = uniform(purpose, stream: stream, tick: tick, index: index)
    return min(
      range.upperBound, range.lowerBound + share * (range.upperBound - range.lowerBound))
  }

  /// A whole number in 0 ..< n, each with a probability within 2^-64 of 1/n.
  ///
  /// - Precondition: n is positive.
  @inlinable
  public func below(
    _ n: Int, _ purpose: RandomPurpose, stream: UInt64, tick: Int, index: Int = 0
  ) -> Int {
    precondition(n > 0, "a draw needs at least one outcome")
    let bits = bits(purpose, stream: stream, tick: tick, index: index)
    return Int(bits.multipliedFullWidth(by: UInt64(n)).high)
  }

  /// Whether something of probability `numerator / denominator` happens.
  ///
  /// Probabilities are ratios of whole numbers so that 0 means never and 1 always.
  ///
  /// - Precondition: 0 <= numerator <= denominator, and denominator is positive.
  @inlinable
  public func bernoulli(
    _ numerator: Int, _ denominator: Int, _ purpose: RandomPurpose, stream: UInt64, tick: Int,
    index: Int = 0
  ) -> Bool {
    precondition(numerator >= 0 && numerator <= denominator, "a probability lies in 0...1")
    return below(denominator, purpose, stream: stream, tick: tick, index: index) < numerator
  }

  /// Whether something of the given probability happens: never for 0, always for 1.
  ///
  /// - Precondition: the probability lies in 0...1.
  @inlinable
  public func happens(
    _ probability: Double, _ purpose: RandomPurpose, stream: UInt64, tick: Int, index: Int = 0
  ) -> Bool {
    precondition(probability >= 0 && probability <= 1, "a probability lies in 0...1")
    return uniform(purpose, stream: stream, tick: tick, index: index) < probability
  }

  /// A number of the normal distribution (Box and Muller 1958), up to 8.6 deviations from the
  /// mean.
  public func normal(
    _ purpose: RandomPurpose, mean: Double = 0, deviation: Double = 1, stream: UInt64, tick: Int,
    index: Int = 0
  ) -> Double {
    let pair = block(purpose, stream: stream, tick: tick, index: index)
    // In (0, 1], whose logarithm is finite.
    let radius = (-2 * ExactMath.log(1 - Self.unit(pair.first))).squareRoot()
    return mean + deviation * (radius * ExactMath.cos(2 * .pi * Self.unit(pair.second)))
  }

  /// The block of 128 bits that belongs to a draw.
  @inlinable
  func block(
    _ purpose: RandomPurpose, stream: UInt64, tick: Int, index: Int
  ) -> (first: UInt64, second: UInt64) {
    let key = WordStream.avalanche(
      seed &+ WordStream.avalanche(UInt64(purpose.rawValue) &+ 1))
    let block = Philox4x32.block(
      counter: (
        UInt32(truncatingIfNeeded: index), UInt32(truncatingIfNeeded: tick),
        UInt32(truncatingIfNeeded: stream), UInt32(truncatingIfNeeded: stream &>> 32)
      ),
      key: (UInt32(truncatingIfNeeded: key), UInt32(truncatingIfNeeded: key &>> 32)))
    return (
      UInt64(block.1) &<< 32 | UInt64(block.0), UInt64(block.3) &<< 32 | UInt64(block.2)
    )
  }

  /// The upper 53 bits as a number in [0, 1).
  @inlinable @inline(__always)
  static func unit(_ bits: UInt64) -> Double { Double(bits &>> 11) * 0x1p-53 }
}
