/// Curvatures of a planned motion, smoothed: the least-squares fit to heading changes with a
/// penalty on the change of curvature that nuPlan's tracker makes.
///
/// With step dt, speeds v, heading changes h, penalty w and first differences D the curvatures k
/// solve (diag(v dt)^2 + w/dt^2 D'D + u e0 e0') k = dt v h: three diagonals.
public struct CurvatureFit: Sendable {
  /// Seconds.
  public let step: Double
  /// w: what a unit of change of curvature a second costs.
  public let curvatureRatePenalty: Double
  /// u: keeps the system regular where nothing moves.
  public let initialCurvaturePenalty: Double
  private var ratios: [Double] = []

  /// A fit for steps of some seconds.
  public init(
    step: Double, curvatureRatePenalty: Double, initialCurvaturePenalty: Double = 1e-10
  ) {
    self.step = step
    self.curvatureRatePenalty = curvatureRatePenalty
    self.initialCurvaturePenalty = initialCurvaturePenalty
  }

  /// Replaces heading changes by curvatures.
  ///
  /// - Parameters:
  ///   - values: heading changes, rad; on return curvatures, 1/m.
  ///   - speeds: fitted speeds, m/s; as many.
  public mutating func solve(_ values: inout [Double], speeds: [Double]) {
    let n = values.count
    precondition(speeds.count == n, "a speed for each heading change")
    guard n > 0 else { return }
    if ratios.count < n {
      ratios.append(contentsOf: repeatElement(0, count: n - ratios.count))
    }
    let dt = step
    let weight = curvatureRatePenalty / (dt * dt)
    let anchor = initialCurvaturePenalty
    speeds.withUnsafeBufferPointer { v in
      ratios.withUnsafeMutableBufferPointer { ratio in
        values.withUnsafeMutableBufferPointer { k in
          // Off the diagonal stands -weight. (What the next row needs stays at hand: each waits
          // for the one before it.)
          var covered = v[0] * dt
          var pivot = (covered * covered + (n > 1 ? weight : 0)) + anchor
          var lastRatio = -weight / pivot
          var last = covered * k[0] / pivot
          ratio[0] = lastRatio
          k[0] = last
          for i in 1..<max(n, 1) {
            covered = v[i] * dt
            // Between two others by far most of the time.
            pivot = covered * covered + (i < n - 1 ? weight + weight : weight)
            pivot += weight * lastRatio
            let right = covered * k[i] + weight * last
            lastRatio = -weight / pivot
            last = right / pivot
            ratio[i] = lastRatio
            k[i] = last
          }
          var i = n - 2
          while i >= 0 {
            last = k[i] - ratio[i] * last
            k[i] = last
            i -= 1
          }
        }
      }
    }
  }
}
