import SimCore
import Testing

/// NaN, infinities and signed zeros, after annex F of the C standard.
@Suite struct ExactMathSpecialValueTests {
  private let inf = Double.infinity

  /// Equal in value and in the sign of zero, or both NaN.
  private func same(_ a: Double, _ b: Double) -> Bool {
    a.isNaN ? b.isNaN : a == b && a.sign == b.sign
  }

  @Test(arguments: ExactFunction.all)
  func nanGivesNaN(function: ExactFunction) {
    #expect(function.value(.nan, .nan).isNaN)
    #expect(function.value(.nan, 1).isNaN)
  }

  @Test(arguments: [Double.infinity, -.infinity])
  func anInfiniteAngleHasNoSine(x: Double) {
    #expect(ExactMath.sin(x).isNaN)
    #expect(ExactMath.cos(x).isNaN)
    #expect(ExactMath.tan(x).isNaN)
    #expect(ExactMath.sinCos(x).sin.isNaN)
    #expect(ExactMath.wrapAngle(x).isNaN)
  }

  @Test(arguments: [0.0, -0.0, Double.leastNonzeroMagnitude, -Double.leastNormalMagnitude / 8])
  func tinyNumbersAreTheirOwnSineAndTangent(x: Double) {
    #expect(same(ExactMath.sin(x), x))
    #expect(same(ExactMath.sinCos(x).sin, x))
    #expect(same(ExactMath.tan(x), x))
    #expect(same(ExactMath.atan(x), x))
    #expect(same(ExactMath.asin(x), x))
    #expect(same(ExactMath.atan2(x, 1), x))
    #expect(same(ExactMath.wrapAngle(x), x))
    #expect(ExactMath.cos(x) == 1)
    #expect(ExactMath.exp(x) == 1)
    #expect(ExactMath.pow(x, 0) == 1)
    #expect(ExactMath.hypot(x, 0) == x.magnitude)
  }

  @Test func inverseFunctionsAtTheirEnds() {
    #expect(ExactMath.atan(inf) == .pi / 2)
    #expect(ExactMath.atan(-inf) == -.pi / 2)
    #expect(ExactMath.asin(1) == .pi / 2)
    #expect(ExactMath.asin(-1) == -.pi / 2)
    #expect(same(ExactMath.acos(1), 0))
    #expect(ExactMath.acos(-1) == .pi)
    #expect(ExactMath.acos(0) == .pi / 2)
    #expect(ExactMath.asin(1.0.nextUp).isNaN)
    #expect(ExactMath.acos(-1.0.nextUp).isNaN)
  }

  /// y, x and the angle of the point (x, y).
  @Test(
    arguments: [
      (0, 1, 0), (-0.0, 1, -0.0), (0, -1, .pi), (-0.0, -1, -.pi),
      (0, 0, 0), (-0.0, 0, -0.0), (0, -0.0, .pi), (-0.0, -0.0, -.pi),
      (1, 0, .pi / 2), (1, -0.0, .pi / 2), (-1, 0, -.pi / 2),
      (1, 1, .pi / 4), (1, -1, 3 * .pi / 4), (-1, -1, -3 * .pi / 4),
      (1, .infinity, 0), (-1, .infinity, -0.0), (1, -.infinity, .pi), (-1, -.infinity, -.pi),
      (.infinity, 1, .pi / 2), (-.infinity, -1, -.pi / 2),
      (.infinity, .infinity, .pi / 4), (.infinity, -.infinity, 3 * .pi / 4),
      (-.infinity, .infinity, -.pi / 4),
      (1e-300, 1e300, 0), (-1e-300, 1e300, -0.0), (1e-300, -1e300, .pi), (1e300, 1e-300, .pi / 2),
      (5e-308, 5e-308, .pi / 4), (1e308, 1e308, .pi / 4),
    ] as [(Double, Double, Double)])
  func angleOfAPoint(y: Double, x: Double, angle: Double) {
    #expect(same(ExactMath.atan2(y, x), angle), "\(ExactMath.atan2(y, x))")
  }

  @Test func exponentialAndLogarithmAtTheirEnds() {
    #expect(ExactMath.exp(inf) == inf)
    #expect(same(ExactMath.exp(-inf), 0))
    #expect(ExactMath.exp(709.782712893384) == 1.7976931348622732e308)
    #expect(ExactMath.exp(709.7827128933841) == inf)
    #expect(ExactMath.exp(-745.1332191019411) == .leastNonzeroMagnitude)
    #expect(same(ExactMath.exp(-745.1332191019412), 0))
    #expect(same(ExactMath.log(1), 0))
    #expect(ExactMath.log(0) == -inf)
    #expect(ExactMath.log(-0.0) == -inf)
    #expect(ExactMath.log(inf) == inf)
    #expect(ExactMath.log(-1).isNaN)
    #expect(ExactMath.log(-inf).isNaN)
    #expect(ExactMath.log(.leastNonzeroMagnitude) == -744.4400719213812)
  }

  /// x, y and x to the power of y.
  @Test(
    arguments: [
      (2, 10, 1024), (2, -2, 0.25), (9, 0.5, 3), (-2, 3, -8), (-2, 2, 4), (10, 3, 1000),
      (2, 1023, 0x1p1023), (2, 1024, .infinity), (2, -1074, 0x1p-1074), (2, -1076, 0),
      (-2, 1025, -.infinity), (-2, -1077, -0.0),
      (1, .nan, 1), (.nan, 0, 1), (-1, .infinity, 1), (-1, -.infinity, 1), (1, .infinity, 1),
      (-8, 1.0 / 3, .nan), (-0.5, 1e300, 0), (-2, 1e300, .infinity),
      (0, 3, 0), (-0.0, 3, -0.0), (-0.0, 2, 0), (0, -1, .infinity), (-0.0, -1, -.infinity),
      (-0.0, -2, .infinity), (-0.0, 0.5, 0), (0, .infinity, 0), (0, -.infinity, .infinity),
      (0.5, .infinity, 0), (0.5, -.infinity, .infinity), (2, .infinity, .infinity),
      (2, -.infinity, 0), (.infinity, 0.5, .infinity), (.infinity, -0.5, 0),
      (-.infinity, 3, -.infinity), (-.infinity, 2, .infinity), (-.infinity, -3, -0.0),
      (-.infinity, -2, 0), (-.infinity, 0.5, .infinity),
      (1.0000000000000002, 1e20, .infinity), (0.9999999999999999, 1e20, 0), (3, 1e-30, 1),
    ] as [(Double, Double, Double)])
  func power(x: Double, y: Double, result: Double) {
    #expect(same(ExactMath.pow(x, y), result), "\(ExactMath.pow(x, y))")
  }

  @Test func distances() {
    #expect(ExactMath.hypot(3, -4) == 5)
    #expect(ExactMath.hypot(-inf, .nan) == inf)
    #expect(ExactMath.hypot(.nan, inf) == inf)
    #expect(ExactMath.hypot(0x3p600, 0x4p600) == 0x5p600)
    #expect(ExactMath.hypot(0x3p-600, 0x4p-600) == 0x5p-600)
    #expect(ExactMath.hypot(1e308, 1e308) == 1.4142135623730951e308)
    #expect(ExactMath.hypot(1.7e308, 1.7e308) == inf)
    #expect(same(ExactMath.hypot(-0.0, -0.0), 0))
  }

  @Test func anglesInTheRangeStayAsTheyAre() {
    for x in [0, 1, -3, 3.14, .pi, (-Double.pi).nextUp, 1e-300] {
      #expect(ExactMath.wrapAngle(x) == x)
    }
    #expect(ExactMath.wrapAngle(-.pi) == .pi)
  }

  @Test func wrappingTakesOffWholeTurnsExactly() {
    #expect(ExactMath.wrapAngle(2 * .pi) == 0)
    #expect(ExactMath.wrapAngle(3 * .pi) == .pi)
    #expect(ExactMath.wrapAngle(-3 * .pi) == .pi)
    #expect(ExactMath.wrapAngle(4) == 4 - 2 * .pi)
    #expect(ExactMath.wrapAngle(-4) == -4 + 2 * .pi)
    let random = CounterRandom(seed: 4)
    for i in 0..<50_000 {
      // From 0.1 to 2^40 in magnitude, through both ways of reduction.
      let size = ExactMath.exp(
        random.uniform(RandomPurpose("size"), in: -2.3...27.7, stream: 0, tick: i))
      let x = i % 2 == 0 ? size : -size
      let wrapped = ExactMath.wrapAngle(x)
      let remainder = x.remainder(dividingBy: 2 * .pi)
      #expect(wrapped > -.pi && wrapped <= .pi)
      #expect(wrapped == remainder || (wrapped == .pi && remainder == -.pi), "\(x)")
      #expect(ExactMath.wrapAngle(wrapped) == wrapped)
    }
  }
}
