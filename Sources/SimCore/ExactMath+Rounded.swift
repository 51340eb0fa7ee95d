extension ExactMath {
  /// Sine and cosine of an angle in radians, rounded to the nearest double but for about two angles
  /// in a thousand (error below 0.503 units in the last place).
  ///
  /// For the few places that must decide as a system library does; `sinCos` is several times
  /// faster.
  public static func sinCosRounded(_ x: Double) -> (sin: Double, cos: Double) {
    let angle = reduced(x)
    guard angle.rest.isFinite else { return (.nan, .nan) }
    // So small that the products below could underflow, the fast way rounds well.
    if angle.rest.magnitude < 0x1p-26 { return sinCos(x) }
    let r = DoubleDouble(larger: angle.rest, -angle.negativeLow)
    let z = square(r)
    // The first two terms of each series with their rounding errors, the rest without.
    let cube = product(z, r) / DoubleDouble(6, 0)
    let fourth = square(z) / DoubleDouble(24, 0)
    let zh = z.high
    let fifth = zh * zh * r.high * series(zh, sineSeries)
    let sixth = zh * zh * zh * series(zh, cosineSeries)
    let sineStart = DoubleDouble(sum: r.high, -cube.high)
    let sine = sineStart.high + (sineStart.low + (r.low - cube.low + fifth))
    let half = DoubleDouble(sum: 1, -0.5 * zh)
    let cosineStart = DoubleDouble(sum: half.high, fourth.high)
    let cosine =
      cosineStart.high + (cosineStart.low + (half.low - 0.5 * z.low + fourth.low + sixth))
    let isOdd = angle.quadrant & 1 != 0
    return (
      sin: flipped(isOdd ? cosine : sine, if: angle.quadrant),
      cos: flipped(isOdd ? sine : cosine, if: angle.quadrant &+ 1)
    )
  }

  /// Reciprocals of 5!, 7! ... 21! with alternating signs.
  private static let sineSeries = [
    0.008333333333333333, -0.0001984126984126984, 2.7557319223985893e-06, -2.505210838544172e-08,
    1.6059043836821613e-10, -7.647163731819816e-13, 2.8114572543455206e-15, -8.22063524662433e-18,
    1.9572941063391263e-20,
  ]

  /// Reciprocals of 6!, 8! ... 22! with alternating signs.
  private static let cosineSeries = [
    -0.001388888888888889, 2.48015873015873e-05, -2.755731922398589e-07, 2.08767569878681e-09,
    -1.1470745597729725e-11, 4.779477332387385e-14, -1.5619206968586225e-16, 4.110317623312165e-19,
    -8.896791392450574e-22,
  ]

  /// A polynomial by its coefficients from the constant on.
  private static func series(_ z: Double, _ coefficients: [Double]) -> Double {
    coefficients.reversed().reduce(0) { $0 * z + $1 }
  }

  private static func square(_ a: DoubleDouble) -> DoubleDouble { product(a, a) }

  /// The product to about 2^-100 of its value.
  private static func product(_ a: DoubleDouble, _ b: DoubleDouble) -> DoubleDouble {
    let high = DoubleDouble(product: a.high, b.high)
    return DoubleDouble(larger: high.high, high.low + (a.high * b.low + a.low * b.high))
  }
}
