/// Where perceived road users may go: several modes each, at fixed steps from now.
///
/// Points are stored flat: agent-major, then mode, then step.
public struct Forecast: Sendable {
  /// One predicted position, world frame.
  @frozen
  public struct Point: Hashable, Sendable {
    /// x of the box centre, metres.
    public var x: Double
    /// y of the box centre, metres.
    public var y: Double
    /// Heading, radians counter-clockwise from +x.
    public var heading: Double
    /// Variance of x, m^2; it and the next two are 0 where the predictor gives none.
    public var covarianceXX: Double
    /// Covariance of x and y, m^2.
    public var covarianceXY: Double
    /// Variance of y, m^2.
    public var covarianceYY: Double

    /// A predicted position; exact unless a covariance is given.
    @inlinable
    public init(
      x: Double, y: Double, heading: Double, covarianceXX: Double = 0, covarianceXY: Double = 0,
      covarianceYY: Double = 0
    ) {
      self.x = x
      self.y = y
      self.heading = heading
      self.covarianceXX = covarianceXX
      self.covarianceXY = covarianceXY
      self.covarianceYY = covarianceYY
    }
  }

  /// Time between points, microseconds; the first point is one step from now.
  public var stepMicroseconds: Int64
  /// Points per mode.
  public var steps: Int
  /// Modes per agent.
  public var modes: Int
  /// Track ids, ascending.
  public var tracks: [Int]
  /// `[tracks][modes]`; each agent's sum to 1.
  public var probabilities: [Double]
  /// `[tracks][modes][steps]`.
  public var points: [Point]

  /// A forecast; shapes that disagree are found by `isWellFormed`.
  public init(
    stepMicroseconds: Int64, steps: Int, modes: Int, tracks: [Int], probabilities: [Double],
    points: [Point]
  ) {
    self.stepMicroseconds = stepMicroseconds
    self.steps = steps
    self.modes = modes
    self.tracks = tracks
    self.probabilities = probabilities
    self.points = points
  }

  /// No forecast at all.
  public static let none = Forecast(
    stepMicroseconds: 100_000, steps: 0, modes: 0, tracks: [], probabilities: [], points: [])

  /// A predicted point. - Parameters: indices into `tracks`, modes and steps.
  @inlinable
  public func point(_ agent: Int, mode: Int, step: Int) -> Point {
    points[(agent * modes + mode) * steps + step]
  }

  /// Shapes agree, numbers are finite, and each agent's probabilities are non-negative with sum 1.
  public var isWellFormed: Bool {
    guard stepMicroseconds > 0, steps >= 0, modes >= 0 else { return false }
    let (ways, isHuge) = tracks.count.multipliedReportingOverflow(by: modes)
    let (places, areHuge) = ways.multipliedReportingOverflow(by: steps)
    guard !isHuge, !areHuge, probabilities.count == ways, points.count == places else {
      return false
    }
    guard hasFinitePoints else { return false }
    guard modes > 0 else { return tracks.isEmpty }
    for agent in tracks.indices {
      var sum = 0.0
      for mode in 0..<modes {
        let p = probabilities[agent * modes + mode]
        guard p >= 0, p.isFinite else { return false }
        sum += p
      }
      guard abs(sum - 1) < 1e-6 else { return false }
    }
    return true
  }

  private var hasFinitePoints: Bool {
    points.withUnsafeBytes { bytes in
      // If a sum is finite, so are all its terms; if it is not (it may only be too large), each
      // has to be looked at.
      let numbers = bytes.assumingMemoryBound(to: SIMD2<Double>.self)
      var sums = (SIMD2<Double>(), SIMD2<Double>(), SIMD2<Double>())
      var k = 0
      while k < numbers.count {
        sums.0 += numbers[k]
        sums.1 += numbers[k + 1]
        sums.2 += numbers[k + 2]
        k += 3
      }
      let sum = sums.0 + sums.1 + sums.2
      if (sum[0] + sum[1]).isFinite { return true }
      return bytes.assumingMemoryBound(to: Double.self).allSatisfy { $0.isFinite }
    }
  }
}
