extension ExactMath {
  /// A number held as the unevaluated sum of two doubles, about 106 bits.
  ///
  /// Error-free sums after Knuth and Dekker; products after Veltkamp and Dekker, because a fused
  /// multiply-add is a slow library call on processors that lack it.
  @frozen @usableFromInline
  struct DoubleDouble {
    @usableFromInline var high: Double
    @usableFromInline var low: Double

    @inlinable @inline(__always)
    init(_ high: Double, _ low: Double) {
      self.high = high
      self.low = low
    }

    /// The exact sum of two doubles.
    ///
    /// - Precondition: `a` has at least the magnitude of `b`, or is 0.
    @inlinable @inline(__always)
    init(larger a: Double, _ b: Double) {
      high = a + b
      low = (a - high) + b
    }

    /// The exact sum of two doubles.
    @inlinable @inline(__always)
    init(sum a: Double, _ b: Double) {
      high = a + b
      let partOfB = high - a
      low = (a - (high - partOfB)) + (b - partOfB)
    }

    /// The exact product of two doubles.
    ///
    /// - Precondition: magnitudes below 2^996, and a product that is 0 or above 2^-960.
    @inlinable @inline(__always)
    init(product a: Double, _ b: Double) {
      let (a1, a2) = Self.halves(a)
      let (b1, b2) = Self.halves(b)
      high = a * b
      low = (((a1 * b1 - high) + a1 * b2) + a2 * b1) + a2 * b2
    }

    /// The sum as one double.
    @inlinable @inline(__always)
    var rounded: Double { high + low }

    /// The same value with `low` at most half a unit in the last place of `high`.
    @inlinable @inline(__always)
    var normalized: DoubleDouble { DoubleDouble(larger: high, low) }

    /// Splits a double into two of at most 26 bits, so that products of halves are exact.
    @inlinable @inline(__always)
    static func halves(_ x: Double) -> (Double, Double) {
      let scaled = x * 0x1.0000002p27
      let upper = scaled - (scaled - x)
      return (upper, x - upper)
    }

    /// The quotient to about 2^-100 of its value.
    @inlinable @inline(__always)
    static func / (a: DoubleDouble, b: DoubleDouble) -> DoubleDouble {
      let quotient = a.high / b.high
      let product = DoubleDouble(product: quotient, b.high)
      let rest = ((a.high - product.high) - product.low) + (a.low - quotient * b.low)
      return DoubleDouble(quotient, rest / b.high)
    }

    /// The square root to about 2^-100 of its value.
    @inlinable @inline(__always)
    func squareRoot() -> DoubleDouble {
      let root = high.squareRoot()
      if root == 0 { return DoubleDouble(0, 0) }
      let square = DoubleDouble(product: root, root)
      return DoubleDouble(root, (((high - square.high) - square.low) + low) / (2 * root))
    }
  }
}
