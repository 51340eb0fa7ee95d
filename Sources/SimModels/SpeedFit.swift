/// Speeds of a planned motion, smoothed: the least-squares fit to displacements with a penalty on
/// jerk that nuPlan's tracker makes.
///
/// With step dt, penalty w and second differences D the speeds v solve
/// (dt^2 I + w/dt^2 D'D) v = dt s for the displacements s along the heading: five diagonals that
/// depend on the number of steps only, so their factors are kept.
public struct SpeedFit: Sendable {
  /// Seconds.
  public let step: Double
  /// w: what a unit of jerk costs.
  public let jerkPenalty: Double
  /// Factors L D L' of the matrix: the inverse of D, and the two diagonals of L below its own.
  private var inverse: [Double] = []
  private var first: [Double] = []
  private var second: [Double] = []

  /// A fit for steps of some seconds.
  public init(step: Double, jerkPenalty: Double) {
    self.step = step
    self.jerkPenalty = jerkPenalty
  }

  /// Replaces displacements by speeds.
  ///
  /// - Parameter values: displacements along the heading, metres; on return speeds, m/s.
  public mutating func solve(_ values: inout [Double]) {
    let n = values.count
    guard n > 0 else { return }
    if inverse.count != n { factor(n) }
    let dt = step
    inverse.withUnsafeBufferPointer { inverse in
      first.withUnsafeBufferPointer { first in
        second.withUnsafeBufferPointer { second in
          values.withUnsafeMutableBufferPointer { v in
            // (What the next row needs stays at hand: each waits for the one before it.)
            // L y = dt s
            var (last, before) = (v[0] * dt, 0.0)
            v[0] = last
            if n > 1 {
              (last, before) = (v[1] * dt - first[1] * last, last)
              v[1] = last
            }
            var i = 2
            while i < n {
              (last, before) = ((v[i] * dt - second[i] * before) - first[i] * last, last)
              v[i] = last
              i += 1
            }
            // D L' v = y
            (last, before) = (v[n - 1] * inverse[n - 1], 0)
            v[n - 1] = last
            if n > 1 {
              (last, before) = (v[n - 2] * inverse[n - 2] - first[n - 1] * last, last)
              v[n - 2] = last
            }
            i = n - 3
            while i >= 0 {
              (last, before) = (
                (v[i] * inverse[i] - second[i + 2] * before) - first[i + 1] * last, last
              )
              v[i] = last
              i -= 1
            }
          }
        }
      }
    }
  }

  /// Makes the factors for a number of steps.
  private mutating func factor(_ n: Int) {
    inverse = [Double](repeating: 0, count: n)
    first = [Double](repeating: 0, count: n)
    second = [Double](repeating: 0, count: n)
    var pivots = [Double](repeating: 0, count: n)
    let weight = jerkPenalty / (step * step)
    for i in 0..<n {
      // Row i of D'D: each second difference j covers the entries j, j+1, j+2 with 1, -2, 1.
      var diagonal = 0.0
      var below = 0.0
      var twoBelow = 0.0
      let coefficients = [1.0, -2.0, 1.0]
      for j in max(0, i - 2)...i where j + 2 < n {
        diagonal += coefficients[i - j] * coefficients[i - j]
        if i > j { below += coefficients[i - j] * coefficients[i - 1 - j] }
        if i > j + 1 { twoBelow += coefficients[i - j] * coefficients[i - 2 - j] }
      }
      var pivot = step * step + weight * diagonal
      if i > 1 {
        second[i] = weight * twoBelow / pivots[i - 2]
        pivot -= second[i] * second[i] * pivots[i - 2]
      }
      if i > 0 {
        var rest = weight * below
        if i > 1 { rest -= second[i] * first[i - 1] * pivots[i - 2] }
        first[i] = rest / pivots[i - 1]
        pivot -= first[i] * first[i] * pivots[i - 1]
      }
      pivots[i] = pivot
      inverse[i] = 1 / pivot
    }
  }
}
