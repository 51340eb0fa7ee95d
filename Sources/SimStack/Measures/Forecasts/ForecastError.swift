public import SimGeometry
import SimCore

/// How far a forecast of one road user was from what it then did, by Argoverse's conventions: the
/// mode that counts is the one whose end is nearest.
@frozen
public struct ForecastError: Hashable, Sendable {
  /// Farther off at the end than this is a miss, metres.
  public static let missRadius = 2.0

  /// Mean distance over the steps, of the mode that counts, metres.
  public var meanDistance: Double
  /// Distance at the last step, of the mode that counts, metres.
  public var finalDistance: Double
  /// Probability of the mode that counts.
  public var probability: Double

  /// The distances of one mode, metres, with its probability.
  public init(meanDistance: Double, finalDistance: Double, probability: Double) {
    self.meanDistance = meanDistance
    self.finalDistance = finalDistance
    self.probability = probability
  }

  /// No mode ends within `missRadius` of the truth.
  public var isMiss: Bool { finalDistance > ForecastError.missRadius }

  /// Final distance plus the square of what the mode's probability lacks to 1 (brier-minFDE).
  public var brierFinalDistance: Double {
    finalDistance + (1 - probability) * (1 - probability)
  }

  /// - Parameters:
  ///   - forecast: has at least as many steps as there are places.
  ///   - agent: index into its tracks.
  ///   - truth: where it was at the steps, from the first one on; not empty.
  public init(_ forecast: Forecast, agent: Int, truth: UnsafeBufferPointer<Vector2>) {
    precondition(!truth.isEmpty && truth.count <= forecast.steps && forecast.modes > 0)
    var best = 0
    var least = Double.infinity
    let last = truth.count - 1
    for mode in 0..<forecast.modes {
      let point = forecast.point(agent, mode: mode, step: last)
      let dx = point.x - truth[last].x
      let dy = point.y - truth[last].y
      let square = dx * dx + dy * dy
      if square < least {
        least = square
        best = mode
      }
    }
    var sum = 0.0
    for step in truth.indices {
      let point = forecast.point(agent, mode: best, step: step)
      let dx = point.x - truth[step].x
      let dy = point.y - truth[step].y
      sum += (dx * dx + dy * dy).squareRoot()
    }
    self.init(
      meanDistance: sum / Double(truth.count), finalDistance: least.squareRoot(),
      probability: forecast.probabilities[agent * forecast.modes + best])
  }
}

/// How well a forecast knew how sure it could be.
public struct ForecastCalibration: Hashable, Sendable {
  /// Negative logarithm of the density at the truth, mean over the steps (nats, lengths in metres).
  public var negativeLogLikelihood: Double
  /// Steps at which the truth was within the region that the likeliest mode gives 90 %.
  public var covered: Int
  /// Steps that count.
  public var steps: Int

  /// Squared distance in deviations within which 90 % of a normal distribution of the plane lie:
  /// -2 ln 0.1.
  public static let region = 4.605_170_185_988_091

  /// A covariance with a determinant of less than this share of the product of the variances is
  /// that of a line, but for rounding.
  private static let leastShare = 1e-12

  /// nil where the forecast gives no covariance, or at no step one of a normal distribution.
  ///
  /// Steps at which a mode has no density (a motion whose acceleration alone is unsure is sure of
  /// its first step) are left out.
  ///
  /// With several modes the region is that of the likeliest, of equals the first: with the regions
  /// of all of them, unlikely modes all about would cover everything.
  ///
  /// - Parameters:
  ///   - forecast: has at least as many steps as there are places.
  ///   - agent: index into its tracks.
  ///   - truth: where it was at the steps, from the first one on; not empty.
  public init?(_ forecast: Forecast, agent: Int, truth: UnsafeBufferPointer<Vector2>) {
    precondition(!truth.isEmpty && truth.count <= forecast.steps && forecast.modes > 0)
    var sum = 0.0
    var covered = 0
    var counted = 0
    var terms = [Double](repeating: 0, count: forecast.modes)
    let firstMode = agent * forecast.modes
    var likeliest = 0
    for mode in 0..<forecast.modes
    where forecast.probabilities[firstMode + mode]
      > forecast.probabilities[firstMode + likeliest]
    {
      likeliest = mode
    }
    steps: for step in truth.indices {
      var isCovered = false
      for mode in 0..<forecast.modes {
        let point = forecast.point(agent, mode: mode, step: step)
        guard let spread = forecast.covariance(agent, mode: mode, step: step) else { return nil }
        let determinant = spread.xx * spread.yy - spread.xy * spread.xy
        guard spread.xx > 0, determinant > ForecastCalibration.leastShare * spread.xx * spread.yy
        else { continue steps }
        let dx = truth[step].x - point.x
        let dy = truth[step].y - point.y
        let square =
          (spread.yy * dx * dx - 2 * spread.xy * dx * dy + spread.xx * dy * dy) / determinant
        if mode == likeliest { isCovered = square <= ForecastCalibration.region }
        let probability = forecast.probabilities[firstMode + mode]
        terms[mode] =
          probability > 0
          ? ExactMath.log(probability) - 0.5 * square - 0.5 * ExactMath.log(determinant)
            - ExactMath.log(2 * .pi)
          : -.infinity
      }
      // The logarithm of a sum of exponentials, without leaving the range of numbers.
      var greatest = -Double.infinity
      for term in terms where term > greatest { greatest = term }
      var total = 0.0
      for term in terms { total += ExactMath.exp(term - greatest) }
      sum -= greatest + ExactMath.log(total)
      if isCovered { covered += 1 }
      counted += 1
    }
    guard counted > 0 else { return nil }
    negativeLogLikelihood = sum / Double(counted)
    self.covered = covered
    steps = counted
  }
}
