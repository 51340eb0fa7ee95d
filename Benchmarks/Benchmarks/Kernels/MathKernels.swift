import SimCore

/// Elementary functions, random numbers and the state hash.
enum MathKernels {
  private static let count = 4_000

  /// A function over inputs of a range; the results' bits are summed.
  private static func unary(
    _ name: String, in range: ClosedRange<Double>,
    _ function: @escaping @Sendable (Double) -> Double
  ) -> Kernel {
    let xs = Inputs(name).numbers(count, in: range)
    return Kernel("math " + name) {
      var sum: UInt64 = 0
      for _ in 0..<Kernel.operations / count {
        for x in xs { sum = sum &+ function(x).bitPattern }
      }
      return sum
    }
  }

  static var all: [Kernel] {
    [
      unary("sinCos", in: -10...10) {
        let (sin, cos) = ExactMath.sinCos($0)
        return sin + 2 * cos
      },
      unary("sin", in: -10...10) { ExactMath.sin($0) },
      unary("tan", in: -0.6...0.6) { ExactMath.tan($0) },
      unary("atan2", in: -10...10) { ExactMath.atan2($0, 3) },
      unary("exp", in: -10...10) { ExactMath.exp($0) },
      unary("log", in: 0.01...100) { ExactMath.log($0) },
      unary("pow", in: 0...2) { ExactMath.pow($0, 4.1) },
      unary("hypot", in: -50...50) { ExactMath.hypot($0, 7) },
      unary("wrapAngle", in: -10...10) { ExactMath.wrapAngle($0) },
      randomBits, stateHash,
    ]
  }

  private static var randomBits: Kernel {
    Kernel("random bits") {
      let random = CounterRandom(seed: 1)
      let purpose = RandomPurpose("bench")
      var sum: UInt64 = 0
      for tick in 0..<Kernel.operations {
        sum = sum &+ random.bits(purpose, stream: 7, tick: tick)
      }
      return sum
    }
  }

  private static var stateHash: Kernel {
    let words = Inputs("state hash").numbers(count, in: -1000...1000)
    return Kernel("state hash, bulk, per word") {
      var value: UInt64 = 0
      for _ in 0..<Kernel.operations / count {
        var hash = StateHash(after: value)
        words.withUnsafeBufferPointer { hash.combine(buffer: $0) }
        value = hash.value
      }
      return value
    }
  }
}
