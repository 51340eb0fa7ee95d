import SimCore

/// The two-sided sign test: how likely so lopsided a split of betters and worses would be if either
/// were as likely as the other. Equal pairs do not count.
public struct SignTest: Hashable, Sendable {
  /// Pairs whose second is the better one.
  public let better: Int
  /// Pairs whose second is the worse one.
  public let worse: Int

  /// The test of a split.
  public init(better: Int, worse: Int) {
    self.better = better
    self.worse = worse
  }

  /// The probability, in (0, 1]: twice the lower tail of the binomial distribution of one half.
  public var p: Double {
    let n = better + worse
    var logTerm = -Double(n) * ExactMath.log(2)
    var tail = 0.0
    for k in 0...min(better, worse) {
      if k > 0 { logTerm += ExactMath.log(Double(n - k + 1) / Double(k)) }
      tail += ExactMath.exp(logTerm)
    }
    return min(1, 2 * tail)
  }
}
