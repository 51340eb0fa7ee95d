/// Elementary functions made of `+ - * /` and square roots only, so that every machine with
/// IEEE-754 doubles, and every build mode, gives the same bits.
///
/// Library functions differ in their last bit between machines, which a closed loop amplifies until
/// two runs part. Nothing here is contracted or reassociated: where more than a double is needed,
/// a value is carried as an unevaluated sum of two.
///
/// The worst errors, measured against 250-bit references (`ExactMathAccuracyTests`), in units in
/// the last place of the exact result:
///
/// | function | range | bound |
/// |---|---|---|
/// | `sin cos sinCos` | all finite | 0.85 |
/// | `tan` | all finite | 0.95 |
/// | `atan atan2 asin acos` | everywhere | 0.6 (1 where the result is subnormal) |
/// | `exp` | everywhere | 0.65 (1.1 where the result is subnormal) |
/// | `log` | everywhere | 0.9 |
/// | `pow` | everywhere | 0.75 (1.2 where the result is subnormal) |
/// | `hypot` | everywhere | 0.6 (1.1 where the result is subnormal) |
/// | `wrapAngle` | all finite | exact |
///
/// Special values (NaN, infinities, signed zeros) follow annex F of the C standard.
/// Polynomials are minimax fits; `Tests/SimCoreTests/Reference/fit_polynomials.py` makes them.
public enum ExactMath {
  /// The distance of a point from the origin, without needless overflow or underflow.
  public static func hypot(_ x: Double, _ y: Double) -> Double {
    let larger = max(x.magnitude, y.magnitude)
    let smaller = min(x.magnitude, y.magnitude)
    if x.isInfinite || y.isInfinite { return .infinity }
    if x.isNaN || y.isNaN { return .nan }
    if smaller <= larger * 0x1p-54 { return larger }
    // Squares must neither overflow nor lose the bits of their rounding errors.
    if larger > 0x1p500 { return hypotScaled(larger * 0x1p-600, smaller * 0x1p-600) * 0x1p600 }
    if smaller < 0x1p-450 { return hypotScaled(larger * 0x1p600, smaller * 0x1p600) * 0x1p-600 }
    return hypotScaled(larger, smaller)
  }

  private static func hypotScaled(_ larger: Double, _ smaller: Double) -> Double {
    let a = DoubleDouble(product: larger, larger)
    let b = DoubleDouble(product: smaller, smaller)
    let high = DoubleDouble(larger: a.high, b.high)
    return DoubleDouble(high.high, high.low + (a.low + b.low)).squareRoot().rounded
  }

  /// The angle in (-pi, pi] that differs from `x` by a whole multiple of 2 pi, radians.
  ///
  /// Here pi is `Double.pi` and 2 pi its double, and the result is exact: no rounding happens, and
  /// an angle that is already in the range is returned as it is. `-Double.pi` becomes `Double.pi`.
  /// The result is NaN if `x` is not finite.
  @inlinable
  public static func wrapAngle(_ x: Double) -> Double {
    if x.magnitude < .pi || x == .pi { return x }
    return wrappedAngle(x)
  }

  @usableFromInline
  static func wrappedAngle(_ x: Double) -> Double {
    guard x.isFinite else { return .nan }
    var rest: Double
    if x.magnitude < 0x1p27 {
      // Both products are exact (26 + 27 bits), and so is each difference: it is a multiple of the
      // last place of 2 pi or of x, and smaller than either.
      let turns = roundedToInteger(x * 0x1.45f306dc9c883p-3)
      rest = (x - turns * 0x1.921fb54p2) - turns * 0x1.10b46p-28
    } else {
      rest = x.remainder(dividingBy: 2 * .pi)
    }
    if rest > .pi { rest -= 2 * .pi }
    if rest <= -.pi { rest += 2 * .pi }
    return rest
  }

  /// The nearest whole number, ties to even. - Precondition: abs(x) < 2^51.
  @inlinable @inline(__always)
  static func roundedToInteger(_ x: Double) -> Double {
    // At 1.5 * 2^52 the last place is 1. (`rounded()` would call into the C library on x86-64.)
    (x + 0x1.8p52) - 0x1.8p52
  }
}
