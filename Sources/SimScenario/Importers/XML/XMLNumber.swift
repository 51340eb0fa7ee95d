/// A number as it may stand in an XML text.
enum XMLNumber: Equatable {
  case value(Double)
  /// `nan`, `inf`, or too large for a double.
  case notFinite
  case malformed

  /// Reads a decimal number; the double nearest to it, as the standard library would give.
  ///
  /// Up to 19 significant digits with at most 19 places after the point, which is nearly every
  /// number in a file, take a direct way: the quotient of the digits by a power of ten in
  /// 64 bits, rounded once by its remainder, is exact. All others go through the library.
  init(_ text: UnsafeBufferPointer<UInt8>) {
    var at = 0
    let count = text.count
    var isNegative = false
    if at < count, text[at] == UInt8(ascii: "-") || text[at] == UInt8(ascii: "+") {
      isNegative = text[at] == UInt8(ascii: "-")
      at += 1
    }
    var digits: UInt64 = 0
    var significant = 0
    var seen = 0
    var places = 0
    var afterPoint = false
    while at < count {
      let byte = text[at]
      if byte &- 0x30 < 10 {
        if digits != 0 || byte != 0x30 { significant += 1 }
        if significant <= 19 { digits = digits &* 10 &+ UInt64(byte &- 0x30) }
        seen += 1
        if afterPoint { places += 1 }
      } else if byte == UInt8(ascii: "."), !afterPoint {
        afterPoint = true
      } else {
        break
      }
      at += 1
    }
    if at == count, seen > 0, significant <= 19, places <= 19 {
      let value = Self.quotient(digits, Self.powersOfTen[places])
      self = .value(isNegative ? -value : value)
      return
    }
    self = Self.slow(text)
  }

  private static func slow(_ text: UnsafeBufferPointer<UInt8>) -> XMLNumber {
    // The library also reads hexadecimal, which is not meant here.
    for byte in text where byte | 0x20 == UInt8(ascii: "x") { return .malformed }
    guard !text.isEmpty, let value = Double(String(decoding: text, as: UTF8.self)) else {
      return .malformed
    }
    return value.isFinite ? .value(value) : .notFinite
  }

  private static let powersOfTen: [UInt64] = (0...19).map { exponent in
    (0..<exponent).reduce(UInt64(1)) { power, _ in power * 10 }
  }

  /// `dividend / divisor` rounded to the nearest double, ties to even.
  private static func quotient(_ dividend: UInt64, _ divisor: UInt64) -> Double {
    if dividend == 0 { return 0 }
    // Both with their top bit set; then dividend * 2^64 / divisor, halved if it would not fit,
    // has 64 bits with its top bit set.
    let dividendShift = dividend.leadingZeroBitCount
    let divisorShift = divisor.leadingZeroBitCount
    let high = dividend << UInt64(dividendShift)
    let low = divisor << UInt64(divisorShift)
    let halved = high >= low
    let (bits, rest) = low.dividingFullWidth(
      halved ? (high >> 1, (high & 1) << 63) : (high, 0))
    // 53 bits stay; the 11 below and the remainder decide the rounding.
    var mantissa = bits >> 11
    let below = bits & 0x7FF
    if below > 0x400 || (below == 0x400 && (rest != 0 || mantissa & 1 == 1)) { mantissa += 1 }
    let exponent = 11 - 64 + (halved ? 1 : 0) - dividendShift + divisorShift
    return Double(sign: .plus, exponent: exponent, significand: Double(mantissa))
  }
}

extension XMLDocument {
  /// The number that stands in an element.
  func number(_ text: Text) -> XMLNumber { withBytes(text) { XMLNumber($0) } }
}
