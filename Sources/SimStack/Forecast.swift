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
    /// A predicted position.
    @inlinable
    public init(x: Double, y: Double, heading: Double) {
      self.x = x
      self.y = y
      self.heading = heading
    }
  }

  /// How uncertain one predicted position is.
  @frozen
  public struct Covariance: Hashable, Sendable {
    /// Variance of x, m^2.
    public var xx: Double
    /// Covariance of x and y, m^2.
    public var xy: Double
    /// Variance of y, m^2.
    public var yy: Double

    /// The spread of a position, m^2.
    @inlinable
    public init(xx: Double, xy: Double, yy: Double) {
      self.xx = xx
      self.xy = xy
      self.yy = yy
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
  /// `[tracks][modes][steps]`; empty where the predictor gives none.
  public var covariances: [Covariance]

  /// A forecast; shapes that disagree are found by `isWellFormed`.
  public init(
    stepMicroseconds: Int64, steps: Int, modes: Int, tracks: [Int], probabilities: [Double],
    points: [Point], covariances: [Covariance] = []
  ) {
    self.stepMicroseconds = stepMicroseconds
    self.steps = steps
    self.modes = modes
    self.tracks = tracks
    self.probabilities = probabilities
    self.points = points
    self.covariances = covariances
  }

  /// No forecast at all.
  public static let none = Forecast(
    stepMicroseconds: 100_000, steps: 0, modes: 0, tracks: [], probabilities: [], points: [])

  /// A predicted point. - Parameters: indices into `tracks`, modes and steps.
  @inlinable
  public func point(_ agent: Int, mode: Int, step: Int) -> Point {
    points[(agent * modes + mode) * steps + step]
  }

  /// How uncertain a predicted point is; nil where the predictor does not say. - Parameters:
  /// indices into `tracks`, modes and steps.
  @inlinable
  public func covariance(_ agent: Int, mode: Int, step: Int) -> Covariance? {
    covariances.isEmpty ? nil : covariances[(agent * modes + mode) * steps + step]
  }

  /// Shapes agree, numbers are finite, and each agent's probabilities are non-negative with sum 1.
  public var isWellFormed: Bool {
    guard stepMicroseconds > 0, steps >= 0, modes >= 0 else { return false }
    let (ways, isHuge) = tracks.count.multipliedReportingOverflow(by: modes)
    let (places, areHuge) = ways.multipliedReportingOverflow(by: steps)
    guard !isHuge, !areHuge, probabilities.count == ways, points.count == places,
      covariances.isEmpty || covariances.count == places
    else { return false }
    guard
      points.withUnsafeBytes(Forecast.areFinite), covariances.withUnsafeBytes(Forecast.areFinite)
    else { return false }
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

  /// Whether all doubles of some memory are finite.
  private static func areFinite(_ bytes: UnsafeRawBufferPointer) -> Bool {
    // If a sum is finite, so are all its terms; if it is not (it may only be too large), each
    // has to be looked at.
    let numbers = bytes.assumingMemoryBound(to: Double.self)
    var sums = (SIMD2<Double>(), SIMD2<Double>(), SIMD2<Double>(), SIMD2<Double>())
    var k = 0
    while k + 8 <= numbers.count {
      sums.0 += SIMD2(numbers[k], numbers[k + 1])
      sums.1 += SIMD2(numbers[k + 2], numbers[k + 3])
      sums.2 += SIMD2(numbers[k + 4], numbers[k + 5])
      sums.3 += SIMD2(numbers[k + 6], numbers[k + 7])
      k += 8
    }
    let sum = (sums.0 + sums.1) + (sums.2 + sums.3)
    var total = sum[0] + sum[1]
    while k < numbers.count {
      total += numbers[k]
      k += 1
    }
    return total.isFinite || numbers.allSatisfy { $0.isFinite }
  }
}
