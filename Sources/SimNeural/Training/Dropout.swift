import SimCore

/// What is left out in a step of training: each number with a probability, anew in every step,
/// example and place of the network (Srivastava et al., "Dropout", JMLR 15, 2014).
///
/// The choice is a pure function of seed, step, example and place, so a training that goes on from
/// a checkpoint leaves out what it would have left out anyway.
public struct Dropout: Hashable, Sendable {
  /// Of being left out, in [0, 1); what stays is divided by the probability that it does.
  public var rate: Double
  /// Of the training.
  public var seed: UInt64
  /// Of the optimiser.
  public var step: Int
  /// Which example it is.
  public var example: UInt64

  private static let purpose = RandomPurpose("dropout")

  /// What is left out in an example of a step.
  ///
  /// - Precondition: 0 <= rate < 1.
  public init(rate: Double, seed: UInt64, step: Int, example: UInt64) {
    precondition(rate >= 0 && rate < 1, "a probability below 1")
    self.rate = rate
    self.seed = seed
    self.step = step
    self.example = example
  }

  /// Factors of the numbers at a place of the network: 0, or 1 / (1 - rate).
  ///
  /// - Parameter place: how many places of the network came before.
  func factors(place: Int, count: Int) -> [Float] {
    let random = CounterRandom(seed: seed)
    var stream = StableHasher()
    stream.combine(example)
    stream.combine(UInt64(place))
    let key = stream.value
    // Sixteen bits a number: probabilities are multiples of 2^-16.
    let limit = UInt64((rate * 65536).rounded())
    let kept = Float(65536 / (65536 - Double(limit)))
    var factors = [Float](repeating: 0, count: count)
    var bits: UInt64 = 0
    for i in 0..<count {
      bits =
        i % 4 == 0
        ? random.bits(Self.purpose, stream: key, tick: step, index: i / 4) : bits >> 16
      if bits & 0xFFFF >= limit { factors[i] = kept }
    }
    return factors
  }
}
