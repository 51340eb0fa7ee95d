import SimCore
import Testing

/// Errors against references: stored ones of 250 bits on hard points, and sweeps against a
/// double-double over the range in which vehicles drive.
@Suite struct ExactMathAccuracyTests {
  @Test(arguments: ExactFunction.all)
  func staysWithinItsBoundOnReferencePoints(function: ExactFunction) throws {
    let points = try #require(ReferencePoint.all[function.name])
    #expect(points.count > 300)
    var worst = (error: 0.0, point: points[0])
    for point in points {
      let error = point.error(of: function.value(point.x, point.y))
      if point.result.isSubnormal {
        #expect(error <= function.subnormalBound, "\(point)")
      } else if !(error <= worst.error) {
        worst = (error, point)
      }
    }
    #expect(worst.error <= function.bound, "\(worst.point)")
    // The bound is meant to be near the truth, not a comfortable multiple of it.
    #expect(worst.error > function.bound - 0.2)
  }

  /// Where the driving range of a function lies, as a map from two numbers in [0, 1).
  private func inputs(_ name: String, _ u: Double, _ v: Double, wide: Bool) -> (Double, Double) {
    switch name {
    case "sin", "cos", "tan": (wide ? 2e4 * u - 1e4 : 16 * u - 8, 0)
    case "atan": (wide ? 200 * u - 100 : 4 * u - 2, 0)
    case "asin", "acos": (1.8 * u - 0.9, 0)
    case "exp": (wide ? 1200 * u - 600 : 20 * u - 10, 0)
    case "log": (wide ? 1000 * u + 1e-9 : u + 0.5, 0)
    case "atan2", "hypot":
      (wide ? 2e4 * u - 1e4 : 4 * u - 2, wide ? 20 * v - 10 : 4 * v - 2)
    default: (wide ? 40 * u + 1e-3 : 2 * u + 1e-3, 32 * v - 16)
    }
  }

  @Test func smallAnglesAreArctangents() {
    var worst = 0.0
    for k in 1...20_000 {
      let x = Double(k) / 20_000 / 16
      let exact = LongDouble.value("atan", x, 0)
      let error = ((ExactMath.smallAngle(tangent: x) - exact.high) - exact.low) / exact.high.ulp
      worst = max(worst, error.magnitude)
      #expect(ExactMath.smallAngle(tangent: -x) == -ExactMath.smallAngle(tangent: x))
    }
    #expect(worst <= 1 && worst > 0.45)
  }

  @Test(arguments: ExactFunction.all)
  func staysWithinItsBoundInTheDrivingRange(function: ExactFunction) {
    #if DEBUG
      let count = 5_000
    #else
      let count = 200_000
    #endif
    let random = CounterRandom(seed: 1)
    let purpose = RandomPurpose(function.name)
    var worst = (error: 0.0, x: 0.0, y: 0.0)
    for i in 0..<count {
      let u = random.uniform(purpose, stream: 0, tick: i)
      let v = random.uniform(purpose, stream: 1, tick: i)
      let (x, y) = inputs(function.name, u, v, wide: i % 2 == 1)
      let exact = LongDouble.value(function.name, x, y)
      let computed = function.value(x, y)
      let error = (((computed - exact.high) - exact.low) / exact.high.ulp).magnitude
      if !(error <= worst.error) { worst = (error, x, y) }
    }
    #expect(worst.error <= function.bound, "at \(worst.x), \(worst.y)")
    #expect(worst.error > 0.45, "a reference that agrees so well measures nothing")
  }

  @Test func sineAndCosineTogetherAreTheSameAsEach() {
    for i in 0..<20_000 {
      let x = CounterRandom(seed: 2).uniform(
        RandomPurpose("x"), in: -2e6...2e6, stream: 0, tick: i)
      let both = ExactMath.sinCos(x)
      #expect(both.sin == ExactMath.sin(x) && both.cos == ExactMath.cos(x))
    }
  }

  /// The same bits in every build mode and on every machine: recorded results depend on them.
  @Test func bitsArePinned() {
    var hasher = StableHasher()
    let random = CounterRandom(seed: 3)
    let purpose = RandomPurpose("x")
    for function in ExactFunction.all {
      for i in 0..<2_000 {
        let u = random.uniform(purpose, stream: 0, tick: i)
        let v = random.uniform(purpose, stream: 1, tick: i)
        let (x, y) = inputs(function.name, u, v, wide: i % 2 == 1)
        hasher.combine(function.value(x, y))
      }
    }
    #expect(hasher.value == 7_635_031_574_802_793_944)
  }
}
