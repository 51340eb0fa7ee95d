extension ExactMath {
  /// The angle of the point (`x`, `y`) from the x axis, in [-pi, pi], radians.
  public static func atan2(_ y: Double, _ x: Double) -> Double {
    if x.isNaN || y.isNaN { return .nan }
    let angle = angle(
      DoubleDouble(y.magnitude, 0), DoubleDouble(x.magnitude, 0), isLeft: x.sign == .minus)
    return y.sign == .minus ? -angle : angle
  }

  /// The angle in [-pi/2, pi/2] whose tangent is `x`, radians.
  public static func atan(_ x: Double) -> Double {
    if x.isNaN { return x }
    let angle = angle(DoubleDouble(x.magnitude, 0), DoubleDouble(1, 0), isLeft: false)
    return x.sign == .minus ? -angle : angle
  }

  /// The angle whose tangent is `x`, for |`x`| up to 1/16, radians: a few multiplications instead
  /// of `atan`, within 1 ulp.
  ///
  /// The series of the arctangent; the first term that is left out is below 2^-60 of the sum.
  @inlinable
  public static func smallAngle(tangent x: Double) -> Double {
    let z = x * x
    let high = 1.0 / 11 + z * (-1.0 / 13 + z * (1.0 / 15 - z * (1.0 / 17)))
    return x - x * (z * (1.0 / 3 + z * (-1.0 / 5 + z * (1.0 / 7 + z * (-1.0 / 9 + z * high)))))
  }

  /// The angle in [-pi/2, pi/2] whose sine is `x`, radians; NaN if `x` is outside [-1, 1].
  public static func asin(_ x: Double) -> Double {
    guard x.magnitude <= 1 else { return .nan }
    if x.magnitude < 0x1p-27 { return x }
    let angle = angle(DoubleDouble(x.magnitude, 0), coside(x), isLeft: false)
    return x < 0 ? -angle : angle
  }

  /// The angle in [0, pi] whose cosine is `x`, radians; NaN if `x` is outside [-1, 1].
  public static func acos(_ x: Double) -> Double {
    guard x.magnitude <= 1 else { return .nan }
    return angle(coside(x), DoubleDouble(x.magnitude, 0), isLeft: x < 0)
  }

  /// sqrt(1 - x^2): the other side of a right triangle of hypotenuse 1.
  private static func coside(_ x: Double) -> DoubleDouble {
    if x.magnitude < 0x1p-60 { return DoubleDouble(1, 0) }
    let square = DoubleDouble(product: x, x)
    let difference = DoubleDouble(larger: 1, -square.high)
    return DoubleDouble(difference.high, difference.low - square.low).normalized.squareRoot()
  }

  /// The angle in [0, pi] of a point in the upper half plane, from its coordinates' magnitudes.
  private static func angle(_ y: DoubleDouble, _ x: DoubleDouble, isLeft: Bool) -> Double {
    let isSteep = y.high > x.high
    let octant = isSteep ? atanOfRatio(x, y) : atanOfRatio(y, x)
    switch (isSteep, isLeft) {
    case (false, false): return octant.rounded
    case (true, false): return difference(halfPi, octant)
    case (true, true):
      let sum = DoubleDouble(larger: halfPi.high, octant.high)
      return sum.high + (sum.low + (halfPi.low + octant.low))
    case (false, true): return difference(DoubleDouble(2 * halfPi.high, 2 * halfPi.low), octant)
    }
  }

  private static var halfPi: DoubleDouble {
    DoubleDouble(0x1.921fb54442d18p0, 0x1.1a62633145c07p-54)
  }

  private static func difference(_ a: DoubleDouble, _ b: DoubleDouble) -> Double {
    let high = DoubleDouble(larger: a.high, -b.high)
    return high.high + (high.low + (a.low - b.low))
  }

  /// The arc tangent of `b / a` in [0, pi/4], with `a` the larger; 0 for 0/0, pi/4 for inf/inf.
  ///
  /// With c the eighth nearest to the ratio, it is atan c + atan((b - ca) / (a + cb)), and the
  /// second argument is at most 1/16.
  private static func atanOfRatio(_ b: DoubleDouble, _ a: DoubleDouble) -> DoubleDouble {
    if a.high.isInfinite {
      return b.high.isInfinite ? atanOfEighth(8) : DoubleDouble(0, 0)
    }
    if b.high == 0 { return DoubleDouble(0, 0) }
    let ratio = b.high / a.high
    if ratio < 0x1p-60 { return DoubleDouble(ratio, 0) }
    if a.high > 0x1p500 || a.high < 0x1p-500 {
      let scale = a.high > 1 ? 0x1p-600 : 0x1p600
      return atanOfRatio(
        DoubleDouble(b.high * scale, b.low * scale), DoubleDouble(a.high * scale, a.low * scale))
    }
    let eighth = Int(ratio * 8 + 0.5)
    let c = Double(eighth) * 0.125
    let ca = DoubleDouble(product: c, a.high)
    let cb = DoubleDouble(product: c, b.high)
    let below = DoubleDouble(larger: a.high, cb.high)
    // b and ca are within a factor of 2 (or ca is 0), so that their difference is exact.
    let t =
      DoubleDouble(b.high - ca.high, (b.low - ca.low) - c * a.low)
      / DoubleDouble(below.high, below.low + ((cb.low + a.low) + c * b.low))
    let z = t.high * t.high
    let w = z * z
    let tail =
      (0.3333333333333333 + z * -0.19999999999998935)
      + w
      * ((0.1428571428398314 + z * -0.11111109817045756)
        + w * (0.09090419811022353 + z * -0.07601196311040286))
    let start = atanOfEighth(eighth)
    let sum = DoubleDouble(larger: start.high, t.high)
    return DoubleDouble(sum.high, sum.low + (start.low + (t.low - t.high * z * tail)))
  }

  /// The arc tangent of k/8.
  private static func atanOfEighth(_ k: Int) -> DoubleDouble {
    switch k {
    case 0: DoubleDouble(0, 0)
    case 1: DoubleDouble(0.12435499454676144, -3.1253241424539383e-18)
    case 2: DoubleDouble(0.24497866312686414, 1.0698755618734451e-17)
    case 3: DoubleDouble(0.35877067027057225, -2.4623815582638635e-17)
    case 4: DoubleDouble(0.4636476090008061, 2.2698777452961687e-17)
    case 5: DoubleDouble(0.5585993153435624, -5.4556305485916264e-18)
    case 6: DoubleDouble(0.6435011087932844, 1.5834785051444286e-17)
    case 7: DoubleDouble(0.7188299996216245, -2.1478388444456983e-17)
    default: DoubleDouble(0.7853981633974483, 3.061616997868383e-17)
    }
  }
}
