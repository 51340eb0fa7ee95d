extension ExactMath {
  /// Reduction of angles that are so large that the short way is too coarse.
  @usableFromInline
  static func reducedFar(_ x: Double) -> ReducedAngle {
    guard x.magnitude < 0x1.8p20 else { return reducedLarge(x) }
    let biased = x * 0x1.45f306dc9c883p-1 + 0x1.8p52
    let turns = biased - 0x1.8p52
    return reducedPrecisely(biased, x - turns * 0x1.921fb544p0, turns * 0x1.0b4611a6p-34)
  }

  /// Cody and Waite's way with two more pieces of pi/2 and an exact remainder.
  ///
  /// - Parameters:
  ///   - biased: the quarter turns to take off, plus 1.5 * 2^52.
  ///   - first: the angle less the first piece's product.
  ///   - second: the second piece's product.
  @usableFromInline
  static func reducedPrecisely(
    _ biased: Double, _ first: Double, _ second: Double
  ) -> ReducedAngle {
    let turns = biased - 0x1.8p52
    let step = DoubleDouble(sum: first, -second)
    let next = DoubleDouble(sum: step.high, -(turns * 0x1.3198a2ep-69))
    let rest = DoubleDouble(
      sum: next.high, (step.low + next.low) - turns * 0x1.b839a252049c1p-104)
    return ReducedAngle(
      rest: rest.high, negativeLow: -rest.low, quadrant: biased.bitPattern)
  }

  /// Reduction of angles beyond a million radians, after Payne and Hanek: the product with 2/pi in
  /// whole numbers, of which only the bits that matter are formed.
  private static func reducedLarge(_ x: Double) -> ReducedAngle {
    guard x.isFinite else { return ReducedAngle(rest: .nan, negativeLow: .nan, quadrant: 0) }
    // x = significand * 2^shift with a significand of 53 bits and, because x is large, shift > -53.
    let significand = x.significandBitPattern | 1 << 52
    let shift = Int(x.exponent) - 52
    // Of 2/pi, bits of weight 4 / 2^shift and above yield whole turns. The window begins right
    // below and has 192 bits; its product with the significand, modulo 2^192, is the angle in units
    // of 2^-190 quarter turns.
    let window = bitsOfTwoOverPi(from: shift - 2)
    let low = window.2.multipliedFullWidth(by: significand)
    let middle = window.1.multipliedFullWidth(by: significand)
    let high = window.0 &* significand
    let (word1, carry) = middle.low.addingReportingOverflow(low.high)
    let word0 = high &+ middle.high &+ (carry ? 1 : 0)
    // The nearest multiple: its number in the top two bits once half a quarter is added.
    let (roundedTop, _) = word0.addingReportingOverflow(1 << 61)
    var quadrant = roundedTop >> 62
    var fraction = (word0 << 2 | word1 >> 62, word1 << 2 | low.low >> 62)
    let isNegative = fraction.0 >> 63 != 0
    if isNegative {
      fraction.1 = ~fraction.1 &+ 1
      fraction.0 = ~fraction.0 &+ (fraction.1 == 0 ? 1 : 0)
    }
    // In units of 2^-128 quarter turns; leading zeros go before the rounding to doubles.
    let zeros = fraction.0.leadingZeroBitCount
    if zeros > 0 {
      // At most 62 leading zeros occur for doubles, so that 66 good bits always remain.
      fraction.0 = fraction.0 << UInt64(zeros) | fraction.1 >> UInt64(64 - zeros)
      fraction.1 <<= UInt64(zeros)
    }
    let upper = Double(fraction.0 >> 11)
    let lower = Double((fraction.0 & 0x7ff) << 42 | fraction.1 >> 22)
    let scale = Double(sign: .plus, exponent: -53 - zeros, significand: 1)
    let turn = DoubleDouble(larger: upper * scale, lower * scale * 0x1p-53)
    let product = DoubleDouble(product: turn.high, 0x1.921fb54442d18p0)
    let rest = DoubleDouble(
      larger: product.high,
      product.low + (turn.high * 0x1.1a62633145c07p-54 + turn.low * 0x1.921fb54442d18p0))
    let isFlipped = isNegative != (x < 0)
    if x < 0 { quadrant = 0 &- quadrant }
    return ReducedAngle(
      rest: isFlipped ? -rest.high : rest.high, negativeLow: isFlipped ? rest.low : -rest.low,
      quadrant: quadrant)
  }

  /// 192 bits of 2/pi; bit 0 is the one of weight 1/2, and there are zeros before it.
  private static func bitsOfTwoOverPi(from first: Int) -> (UInt64, UInt64, UInt64) {
    func word(_ i: Int) -> UInt64 { i < 0 ? 0 : twoOverPi[i] }
    let index = first >> 6
    let shift = UInt64(first & 63)
    func shifted(_ i: Int) -> UInt64 {
      shift == 0 ? word(i) : word(i) << shift | word(i + 1) >> (64 - shift)
    }
    return (shifted(index), shifted(index + 1), shifted(index + 2))
  }

  /// The first 1,280 binary digits of 2/pi after the point.
  private static let twoOverPi: [UInt64] = [
    0xa2f9_836e_4e44_1529, 0xfc27_57d1_f534_ddc0, 0xdb62_9599_3c43_9041, 0xfe51_63ab_debb_c561,
    0xb724_6e3a_424d_d2e0, 0x0649_2eea_09d1_921c, 0xfe1d_eb1c_b129_a73e, 0xe882_35f5_2ebb_4484,
    0xe99c_7026_b45f_7e41, 0x3991_d639_8353_39f4, 0x9c84_5f8b_bdf9_283b, 0x1ff8_97ff_de05_980f,
    0xef2f_118b_5a0a_6d1f, 0x6d36_7ecf_27cb_09b7, 0x4f46_3f66_9e5f_ea2d, 0x7527_bac7_ebe5_f17b,
    0x3d07_39f7_8a52_92ea, 0x6bfb_5fb1_1f8d_5d08, 0x5603_3046_fc7b_6bab, 0xf0cf_bc20_9af4_361d,
  ]
}
