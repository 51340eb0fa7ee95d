import SimCore
import Testing

@Suite struct TextTests {
  @Test func fixedDecimalsRoundToNearestAwayFromZero() {
    #expect(4.349.fixed(1) == "4.3")
    #expect(0.995.fixed(1) == "1.0")
    #expect((-0.04).fixed(1) == "0.0")
    #expect((-12.345).fixed(2) == "-12.35")
    #expect(7.0.fixed(0) == "7")
    #expect(0.05.fixed(4) == "0.0500")
    #expect(Double.infinity.fixed(2) == "inf")
  }

  /// What has too many digits for an integer is written as Swift does.
  @Test func fixedDecimalsTakeAnyNumber() {
    #expect(1e14.fixed(4) == "100000000000000.0000")
    #expect(9.9e14.fixed(4) == "\(9.9e14)")
    #expect(9.9e14.fixed(6) == "\(9.9e14)")
    #expect((-9.9e14).fixed(0) == "-990000000000000")
    #expect(1e300.fixed(4) == "1e+300")
    #expect(Double.nan.fixed(4) == "nan")
  }

  @Test(arguments: [
    ("cut_in*", "cut_in_hard[speed=3]", true), ("*[speed=?]", "cut_in[speed=3]", true),
    ("*[speed=?]", "cut_in[speed=30]", false), ("*a*b", "xaxxbxb", true),
    ("cut", "cut_in", false), ("*", "", true), ("?", "", false), ("", "", true),
    ("main.*", "main.12", true), ("*.1", "main.12", false), ("?", "ö", true),
  ])
  func patternsOfNames(pattern: String, text: String, fits: Bool) {
    #expect(GlobPattern(pattern).matches(text) == fits)
  }

  /// By the bytes of UTF-8, which for texts is the order of code points.
  @Test func textsAreInTheOrderOfTheirBytes() {
    let sorted = ["", "a", "a.10", "a.9", "ab", "b", "caf\u{E9}", "\u{E9}", "\u{1F600}"]
    for (i, a) in sorted.enumerated() {
      for (j, b) in sorted.enumerated() { #expect(a.precedesByBytes(b) == (i < j), "\(a) \(b)") }
    }
    #expect("cafe\u{301}".precedesByBytes("caf\u{E9}"))
    #expect(Array(sorted.reversed()).orderByBytes == Array(sorted.indices.reversed()))
    // Equal texts stay in their order; the first eight bytes do not tell all.
    let ids = ["fleet.100", "fleet.1", "fleet.10", "fleet.1", "fleet.1\0", "fleet.10000"]
    #expect(ids.orderByBytes == [1, 3, 4, 2, 0, 5])
  }
}
