extension ExactMath {
  /// e to the power of `x`.
  @inlinable
  public static func exp(_ x: Double) -> Double {
    if x > 709.782712893384 { return .infinity }
    if x < -745.1332191019412 { return 0 }
    if x.isNaN { return x }
    return expKernel(x, 0)
  }

  /// e to the power of `x + low`. - Precondition: abs(x) < 746, and low is tiny beside x.
  @inlinable @inline(__always)
  static func expKernel(_ x: Double, _ low: Double) -> Double {
    // x = k ln 2 + r. The first piece of ln 2 is so short that its product is exact.
    let biased = x * 0x1.71547652b82fep0 + 0x1.8p52
    let k = biased - 0x1.8p52
    let first = x - k * 0x1.62e42fefa38p-1
    let second = k * 0x1.ef35793c7673p-45 - low
    let r = first - second
    let rest = (first - r) - second
    let z = r * r
    let w = z * z
    let a = 0.16666666666666685 + r * 0.0416666666666667
    let b = 0.00833333333331674 + r * 0.0013888888888864883
    let c = 0.00019841269897119516 + r * 2.4801587365663047e-05
    let d = 2.75572341324303e-06 + r * 2.755723821257799e-07
    let e = 2.5112287474354242e-08 + r * 2.0925816768501573e-09
    let tail = (a + z * b) + w * ((c + z * d) + w * e)
    // 1 + r is kept exactly, and the rest is small.
    let start = 1 + r
    let value = start + (((1 - start) + r) + (z * (0.5 + r * tail) + rest * start))
    let exponent = Int64(Int32(truncatingIfNeeded: biased.bitPattern))
    if exponent > -1022 && exponent < 1024 {
      return value * Double(bitPattern: UInt64(bitPattern: (exponent &+ 1023) << 52))
    }
    return scaledInTwoSteps(value, exponent)
  }

  /// value * 2^exponent where one factor would overflow or be subnormal.
  @usableFromInline
  static func scaledInTwoSteps(_ value: Double, _ exponent: Int64) -> Double {
    let half = exponent > 0 ? exponent - 1 : exponent + 900
    let factor = Double(bitPattern: UInt64(half + 1023) << 52)
    return exponent > 0 ? value * factor * 2 : value * factor * 0x1p-900
  }

  /// The natural logarithm; NaN below 0, minus infinity at 0.
  @inlinable
  public static func log(_ x: Double) -> Double {
    var bits = x.bitPattern
    var exponent: Int64 = 0
    if bits &- 0x0010_0000_0000_0000 >= 0x7fe0_0000_0000_0000 {
      // Not a positive normal number.
      guard x > 0 else { return x == 0 ? -.infinity : .nan }
      guard x < .infinity else { return x }
      bits = (x * 0x1p54).bitPattern
      exponent = -54
    }
    let (k, m) = splitAtRootOfHalf(bits)
    exponent &+= k
    // log m = f - s (f - 2 atanh-tail) with s = f / (2 + f), arranged so that f^2/2 carries the
    // size of the second term.
    let f = m - 1
    let s = f / (2 + f)
    let z = s * s
    let w = z * z
    let tail =
      (0.6666666666666734 + z * 0.39999999999414343)
      + w
      * ((0.2857142874247136 + z * 0.22222198563735626)
        + w * ((0.18183564858891618 + z * 0.15314035909787893) + w * 0.14796105847937446))
    let half = 0.5 * f * f
    let correction = half - s * (half + z * tail)
    if exponent == 0 { return f - correction }
    let turns = Double(exponent)
    let start = DoubleDouble(larger: turns * 0x1.62e42fefa38p-1, f)
    return start.high + (start.low + (turns * 0x1.ef35793c7673p-45 - correction))
  }

  /// A positive normal number as m * 2^k with m in [sqrt(1/2), sqrt(2)).
  @inlinable @inline(__always)
  static func splitAtRootOfHalf(_ bits: UInt64) -> (k: Int64, m: Double) {
    let offset = bits &- 0x3fe6_a09e_667f_3bcd
    let k = Int64(bitPattern: offset) >> 52
    return (k, Double(bitPattern: bits &- UInt64(bitPattern: k << 52)))
  }
}
