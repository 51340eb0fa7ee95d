import SimCore

@testable import SimNeural

/// Reproducible numbers for tests.
struct Numbers {
  private static let purpose = RandomPurpose("tests of kernels")
  private let random: CounterRandom
  private var index = 0

  init(_ seed: UInt64 = 1) { random = CounterRandom(seed: seed) }

  /// A number in [-1, 1].
  mutating func next() -> Float {
    index += 1
    return Float(random.uniform(Self.purpose, in: -1...1, stream: 0, tick: 0, index: index))
  }

  mutating func tensor(_ shape: [Int], times factor: Float = 1) -> Tensor {
    Tensor(shape, (0..<shape.reduce(1, *)).map { _ in factor * next() })
  }
}

/// The hash of a tensor's bits.
func hash(_ tensors: [Tensor]) -> UInt64 {
  var hash = StateHash()
  for tensor in tensors {
    for value in tensor.values { hash.combine(UInt64(value.bitPattern)) }
  }
  return hash.value
}

/// Variants that this machine can run.
let supportedVariants = KernelVariant.allCases.filter(\.isSupported)
