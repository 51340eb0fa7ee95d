extension ExactMath {
  /// `x` to the power of `y`.
  ///
  /// A negative `x` needs a whole `y`, else the result is NaN.
  public static func pow(_ x: Double, _ y: Double) -> Double {
    if y == 0 || x == 1 { return 1 }
    if x.isNaN || y.isNaN { return .nan }
    var isNegative = false
    if x.sign == .minus {
      let parity = wholeParity(y)
      if parity == .notWhole, x != 0, x.isFinite { return .nan }
      isNegative = parity == .odd
    }
    let magnitude = powOfPositive(x.magnitude, y)
    return isNegative ? -magnitude : magnitude
  }

  private enum WholeParity {
    case notWhole, even, odd
  }

  /// Whether a number is whole, and then whether it is odd; infinities count as even.
  private static func wholeParity(_ y: Double) -> WholeParity {
    if y.magnitude >= 0x1p53 { return .even }
    let whole = Int64(y)
    if Double(whole) != y { return .notWhole }
    return whole & 1 == 0 ? .even : .odd
  }

  private static func powOfPositive(_ x: Double, _ y: Double) -> Double {
    if x == 1 { return 1 }
    if x == 0 || x.isInfinite || y.magnitude > 0x1p64 {
      // 2^64 log x is over 1,000 even for the neighbours of 1.
      return (x > 1) == (y > 0) ? .infinity : 0
    }
    if y.magnitude < 0x1p-65 { return 1 }
    let logarithm = preciseLog(x)
    let product = DoubleDouble(product: logarithm.high, y)
    let exponent = DoubleDouble(larger: product.high, product.low + logarithm.low * y)
    if exponent.high > 709.79 { return .infinity }
    if exponent.high < -745.14 { return 0 }
    return expKernel(exponent.high, exponent.low)
  }

  /// The natural logarithm of a positive finite number to about 2^-64 of its value.
  private static func preciseLog(_ x: Double) -> DoubleDouble {
    let isSubnormal = x < 0x1p-1022
    let (k, m) = splitAtRootOfHalf((isSubnormal ? x * 0x1p54 : x).bitPattern)
    // log m = 2 atanh s = 2 (s + s w) with w = s^2/3 + s^4/5 + ...; s, w and their sum carry
    // their rounding errors.
    let f = m - 1
    let s = DoubleDouble(f, 0) / DoubleDouble(larger: 2, f)
    var z = DoubleDouble(product: s.high, s.high)
    z.low += 2 * s.high * s.low
    let zz = z.high * z.high
    let tail =
      (0.20000000000001128 + z.high * 0.14285714285049647)
      + zz
      * ((0.11111111259985834 + z.high * 0.09090892181525517)
        + zz
        * ((0.07693378755035182 + z.high * 0.0662840688041881) + zz * 0.06598182153106996))
    var third = DoubleDouble(larger: 0x1.5555555555555p-2, z.high * tail)
    third.low += 0x1.5555555555555p-56
    var w = DoubleDouble(product: z.high, third.high)
    w.low += z.high * third.low + z.low * third.high
    var sw = DoubleDouble(product: s.high, w.high)
    sw.low += s.high * w.low + s.low * w.high
    let half = DoubleDouble(larger: s.high, sw.high)
    let low = 2 * (half.low + (s.low + sw.low))
    let turns = Double(isSubnormal ? k - 54 : k)
    let sum = DoubleDouble(larger: turns * 0x1.62e42fefa38p-1, 2 * half.high)
    return DoubleDouble(
      larger: sum.high, sum.low + (low + turns * 0x1.ef35793c7673p-45))
  }
}
