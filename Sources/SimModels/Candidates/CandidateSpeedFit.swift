/// Speeds of planned motions of one length, smoothed: see `SpeedFit`.
///
/// nuPlan's tracker penalises jerk. The roll-out of the official PDM-Closed planner was meant to,
/// but the upper diagonal of its difference matrix is overwritten: it penalises the accelerations
/// themselves but for the last two, and the difference of those.
struct CandidateSpeedFit: Sendable {
  /// What is penalised.
  enum Penalty: Sendable { case jerk, officialRollOut }

  private let step: Double
  /// Factors L D L' of the matrix: the inverse of D, and the two diagonals of L below its own.
  private var inverse: [Double]
  private var first: [Double]
  private var second: [Double]

  /// A fit of `count` displacements.
  init(count n: Int, step: Double, weight penaltyWeight: Double, penalty: Penalty) {
    self.step = step
    inverse = [Double](repeating: 0, count: n)
    first = inverse
    second = inverse
    // The matrix dt^2 I + w/dt^2 D'D by its diagonal and the two below.
    let weight = penaltyWeight / (step * step)
    var diagonal = [Double](repeating: step * step, count: n)
    var below = [Double](repeating: 0, count: n)
    var twoBelow = below
    func add(_ row: [Double], at start: Int) {
      for i in row.indices {
        diagonal[start + i] += weight * row[i] * row[i]
        if i > 0 { below[start + i] += weight * row[i] * row[i - 1] }
        if i > 1 { twoBelow[start + i] += weight * row[i] * row[i - 2] }
      }
    }
    switch penalty {
    case .jerk:
      if n >= 3 { for k in 0...(n - 3) { add([1, -2, 1], at: k) } }
    case .officialRollOut:
      if n >= 4 { for k in 0...(n - 4) { add([-1, 1], at: k) } }
      if n >= 3 { add([1, -2, 1], at: n - 3) }
    }
    var pivots = [Double](repeating: 0, count: n)
    for i in 0..<n {
      var pivot = diagonal[i]
      if i > 1 {
        second[i] = twoBelow[i] / pivots[i - 2]
        pivot -= second[i] * second[i] * pivots[i - 2]
      }
      if i > 0 {
        var rest = below[i]
        if i > 1 { rest -= second[i] * first[i - 1] * pivots[i - 2] }
        first[i] = rest / pivots[i - 1]
        pivot -= first[i] * first[i] * pivots[i - 1]
      }
      pivots[i] = pivot
      inverse[i] = 1 / pivot
    }
  }

  /// Replaces displacements by speeds, m/s, as many as the fit is for.
  func solve(_ v: UnsafeMutablePointer<Double>) {
    let n = inverse.count
    inverse.withUnsafeBufferPointer { inverse in
      first.withUnsafeBufferPointer { first in
        second.withUnsafeBufferPointer { second in
          for i in 0..<n {
            var value = v[i] * step
            if i > 0 { value -= first[i] * v[i - 1] }
            if i > 1 { value -= second[i] * v[i - 2] }
            v[i] = value
          }
          for i in stride(from: n - 1, through: 0, by: -1) {
            var value = v[i] * inverse[i]
            if i + 1 < n { value -= first[i + 1] * v[i + 1] }
            if i + 2 < n { value -= second[i + 2] * v[i + 2] }
            v[i] = value
          }
        }
      }
    }
  }
}
