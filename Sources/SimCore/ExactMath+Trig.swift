extension ExactMath {
  /// Sine and cosine of an angle in radians, in one go.
  @inlinable
  public static func sinCos(_ x: Double) -> (sin: Double, cos: Double) {
    let angle = reduced(x)
    let sine = sinKernel(angle)
    let cosine = cosKernel(angle)
    let isOdd = angle.quadrant & 1 != 0
    return (
      sin: flipped(isOdd ? cosine : sine, if: angle.quadrant),
      cos: flipped(isOdd ? sine : cosine, if: angle.quadrant &+ 1)
    )
  }

  /// Sine of an angle in radians.
  @inlinable
  public static func sin(_ x: Double) -> Double {
    let angle = reduced(x)
    let value = angle.quadrant & 1 != 0 ? cosKernel(angle) : sinKernel(angle)
    return flipped(value, if: angle.quadrant)
  }

  /// Cosine of an angle in radians.
  @inlinable
  public static func cos(_ x: Double) -> Double {
    let angle = reduced(x)
    let value = angle.quadrant & 1 != 0 ? sinKernel(angle) : cosKernel(angle)
    return flipped(value, if: angle.quadrant &+ 1)
  }

  /// Tangent of an angle in radians.
  public static func tan(_ x: Double) -> Double {
    if x.magnitude < 0x1p-28 { return x }
    let angle = reduced(x)
    guard angle.rest.isFinite else { return .nan }
    // Sine and cosine each with their rounding error, else the quotient would be off by two units.
    let r = angle.rest
    let sine = DoubleDouble(larger: r, -sinCorrection(angle))
    let square = DoubleDouble(product: r, r)
    let start = DoubleDouble(larger: 1, -0.5 * square.high)
    let cosine = DoubleDouble(
      larger: start.high,
      start.low
        + (square.high * square.high * cosTail(square.high)
          + (r * angle.negativeLow - 0.5 * square.low)))
    if angle.quadrant & 1 == 0 { return (sine / cosine).rounded }
    return -(cosine / sine).rounded
  }

  /// An angle less its nearest multiple of pi/2: `rest - negativeLow`, with the number of quarter
  /// turns taken off (only its two lowest bits mean anything).
  @frozen @usableFromInline
  struct ReducedAngle {
    @usableFromInline var rest: Double
    @usableFromInline var negativeLow: Double
    @usableFromInline var quadrant: UInt64

    @inlinable @inline(__always)
    init(rest: Double, negativeLow: Double, quadrant: UInt64) {
      self.rest = rest
      self.negativeLow = negativeLow
      self.quadrant = quadrant
    }
  }

  /// The reduction after Cody and Waite: pi/2 in pieces so short that the first two products with
  /// the number of quarter turns are exact.
  @inlinable @inline(__always)
  static func reduced(_ x: Double) -> ReducedAngle {
    guard x.magnitude < 0x1p14 else { return reducedFar(x) }
    let biased = x * 0x1.45f306dc9c883p-1 + 0x1.8p52
    let turns = biased - 0x1.8p52
    let first = x - turns * 0x1.921fb544p0
    let second = turns * 0x1.0b4611a6p-34
    let rest = first - second
    // So close to a multiple of pi/2, three pieces are too few. (Without any turns, all is exact.)
    if rest.magnitude < 0x1p-12 && turns != 0 { return reducedPrecisely(biased, first, second) }
    return ReducedAngle(
      rest: rest, negativeLow: ((rest - first) + second) + turns * 0x1.3198a2e037073p-69,
      quadrant: biased.bitPattern)
  }

  /// r - sin(r - low): what has to be subtracted from the rest to get its sine.
  ///
  /// The signs are arranged such that the sine of -0 is -0.
  @inlinable @inline(__always)
  static func sinCorrection(_ angle: ReducedAngle) -> Double {
    let z = angle.rest * angle.rest
    let w = z * z
    let a = 0.16666666666666632 + z * -0.008333333333322413
    let b = 0.00019841269829807802 + z * -2.7557313691891292e-06
    let c = 2.505075810880838e-08 + z * -1.5896795190537075e-10
    return angle.rest * z * (a + w * (b + w * c)) + angle.negativeLow * (1 - 0.5 * z)
  }

  @inlinable @inline(__always)
  static func sinKernel(_ angle: ReducedAngle) -> Double {
    angle.rest - sinCorrection(angle)
  }

  /// (cos r - 1 + r^2/2) / r^4 as a function of z = r^2.
  @inlinable @inline(__always)
  static func cosTail(_ z: Double) -> Double {
    let w = z * z
    let a = 0.0416666666666666 + z * -0.0013888888888874125
    let b = 2.4801587289482272e-05 + z * -2.755731435235087e-07
    let c = 2.0875723274654536e-09 + z * -1.1359647827745044e-11
    return a + w * (b + w * c)
  }

  @inlinable @inline(__always)
  static func cosKernel(_ angle: ReducedAngle) -> Double {
    let z = angle.rest * angle.rest
    let half = 0.5 * z
    let start = 1 - half
    return start
      + (((1 - start) - half) + (z * z * cosTail(z) + angle.rest * angle.negativeLow))
  }

  /// The value, negated if the second bit of `quadrant` is set.
  @inlinable @inline(__always)
  static func flipped(_ value: Double, if quadrant: UInt64) -> Double {
    Double(bitPattern: value.bitPattern ^ ((quadrant & 2) << 62))
  }
}
