import SimCore
import SimGeometry
import SimStack
import Testing

/// Measures of forecasts, worked out by hand.
@Suite struct ForecastMeasuresTests {
  /// Two modes of two steps: the first ends 3 m off (and 1 m before), the second 1 m off (and 2 m).
  static let forecast = Forecast(
    stepMicroseconds: 1_000_000, steps: 2, modes: 2, tracks: [7], probabilities: [0.75, 0.25],
    points: [
      Forecast.Point(x: 1, y: 1, heading: 0), Forecast.Point(x: 2, y: 3, heading: 0),
      Forecast.Point(x: 1, y: -2, heading: 0), Forecast.Point(x: 2, y: -1, heading: 0),
    ])
  static let truth = [Vector2(1, 0), Vector2(2, 0)]

  /// The second mode counts, since it ends nearest: mean (2 + 1) / 2, brier 1 + 0.75^2.
  @Test func theModeThatEndsNearestCounts() {
    let error = Self.truth.withUnsafeBufferPointer {
      ForecastError(Self.forecast, agent: 0, truth: $0)
    }
    #expect(error == ForecastError(meanDistance: 1.5, finalDistance: 1, probability: 0.25))
    #expect(error.brierFinalDistance == 1.5625 && !error.isMiss)
    // Over the first step alone it is the other one.
    let first = Self.truth.prefix(1).withUnsafeBufferPointer {
      ForecastError(Self.forecast, agent: 0, truth: $0)
    }
    #expect(first == ForecastError(meanDistance: 1, finalDistance: 1, probability: 0.75))
    // 2 m is no miss, more is.
    #expect(!ForecastError(meanDistance: 0, finalDistance: 2, probability: 1).isMiss)
    #expect(ForecastError(meanDistance: 0, finalDistance: 2.0001, probability: 1).isMiss)
  }

  private typealias Normal = (point: Forecast.Point, covariance: Forecast.Covariance)

  private func calibration(_ modes: [Normal], _ probabilities: [Double], _ at: Vector2)
    -> ForecastCalibration?
  {
    let forecast = Forecast(
      stepMicroseconds: 1_000_000, steps: 1, modes: modes.count, tracks: [7],
      probabilities: probabilities, points: modes.map(\.point),
      covariances: modes.map(\.covariance))
    return [at].withUnsafeBufferPointer { ForecastCalibration(forecast, agent: 0, truth: $0) }
  }

  private func point(_ x: Double, _ xx: Double, _ xy: Double, _ yy: Double) -> Normal {
    (Forecast.Point(x: x, y: 0, heading: 0), Forecast.Covariance(xx: xx, xy: xy, yy: yy))
  }

  /// At the mean of a normal distribution with deviations of 2 and 1 m the density is 1 / (4 pi),
  /// two deviations off it is e^-2 of that.
  @Test func densitiesAreThoseOfNormalDistributions() throws {
    let here = try #require(calibration([point(0, 4, 0, 1)], [1], Vector2(0, 0)))
    #expect(abs(here.negativeLogLikelihood - 2.531024246969291) < 1e-12)
    #expect(here.covered == 1 && here.steps == 1)
    let off = try #require(calibration([point(0, 4, 0, 1)], [1], Vector2(4, 0)))
    #expect(abs(off.negativeLogLikelihood - 4.531024246969291) < 1e-12)
    // Two deviations are within 90 % (2.146), 2.2 are not.
    #expect(off.covered == 1)
    #expect(calibration([point(0, 4, 0, 1)], [1], Vector2(4.4, 0))?.covered == 0)
    // Along the diagonal of a distribution with covariance 0.5 the variance is 1.5, across 0.5.
    let along = try #require(calibration([point(0, 1, 0.5, 1)], [1], Vector2(1, 1)))
    let across = try #require(calibration([point(0, 1, 0.5, 1)], [1], Vector2(1, -1)))
    #expect(abs(across.negativeLogLikelihood - along.negativeLogLikelihood - 4.0 / 3) < 1e-12)
  }

  /// Of two modes that lie on each other the density is that of one; far apart, the near one's
  /// share.
  @Test func modesAddUp() throws {
    let one = try #require(calibration([point(0, 1, 0, 1)], [1], Vector2(0.5, 0)))
    let twice = try #require(
      calibration([point(0, 1, 0, 1), point(0, 1, 0, 1)], [0.5, 0.5], Vector2(0.5, 0)))
    #expect(abs(one.negativeLogLikelihood - twice.negativeLogLikelihood) < 1e-12)
    let apart = try #require(
      calibration([point(0, 1, 0, 1), point(100, 1, 0, 1)], [0.5, 0.5], Vector2(0.5, 0)))
    #expect(
      abs(apart.negativeLogLikelihood - one.negativeLogLikelihood - 0.6931471805599453) < 1e-12)
    // Far from all of them nothing overflows.
    let far = try #require(calibration([point(0, 1, 0, 1)], [1], Vector2(1e4, 0)))
    #expect(abs(far.negativeLogLikelihood - 5e7) < 10)
    // A mode of no probability adds nothing; without covariance there is nothing to say.
    let none = calibration([point(0, 1, 0, 1), point(0.5, 1, 0, 1)], [1, 0], Vector2(0.5, 0))
    #expect(none?.negativeLogLikelihood == one.negativeLogLikelihood)
    #expect(calibration([point(0, 0, 0, 0)], [1], Vector2(0, 0)) == nil)
    #expect(calibration([point(0, 1, 1, 1)], [1], Vector2(0, 0)) == nil)
  }

  /// A first step that is sure, and one that is spread over a line alone, do not count; the third
  /// does, with the density of the test above.
  @Test func stepsWithoutADensityAreLeftOut() throws {
    func calibration(_ spreads: [Forecast.Covariance]) -> ForecastCalibration? {
      let forecast = Forecast(
        stepMicroseconds: 1_000_000, steps: spreads.count, modes: 1, tracks: [7],
        probabilities: [1],
        points: spreads.map { _ in Forecast.Point(x: 0, y: 0, heading: 0) }, covariances: spreads)
      return [Vector2](repeating: Vector2(4, 0), count: spreads.count).withUnsafeBufferPointer {
        ForecastCalibration(forecast, agent: 0, truth: $0)
      }
    }
    let sure = Forecast.Covariance(xx: 0, xy: 0, yy: 0)
    // (0.1 * 0.3 rounds up: the determinant is positive, by rounding alone.)
    let line = Forecast.Covariance(xx: 0.1, xy: (0.1 * 0.3).squareRoot().nextDown, yy: 0.3)
    let spread = Forecast.Covariance(xx: 4, xy: 0, yy: 1)
    let one = try #require(calibration([sure, line, spread]))
    #expect(one.steps == 1 && one.covered == 1)
    #expect(abs(one.negativeLogLikelihood - 4.531024246969291) < 1e-12)
    #expect(calibration([sure, spread, spread])?.steps == 2)
    #expect(calibration([sure, line]) == nil)
  }

  /// Only the likeliest mode's region counts: modes of little or no probability cover nothing.
  @Test func coverageIsThatOfTheLikeliestMode() {
    let modes = [point(0, 1, 0, 1), point(10, 1, 0, 1)]
    #expect(calibration(modes, [0.7, 0.3], Vector2(2, 0))?.covered == 1)
    #expect(calibration(modes, [0.7, 0.3], Vector2(10, 0))?.covered == 0)
    #expect(calibration(modes, [1, 0], Vector2(10, 0))?.covered == 0)
    #expect(calibration(modes, [0.3, 0.7], Vector2(10, 0))?.covered == 1)
    // Of equals it is the first.
    #expect(calibration(modes, [0.5, 0.5], Vector2(0, 0))?.covered == 1)
    #expect(calibration(modes, [0.5, 0.5], Vector2(10, 0))?.covered == 0)
  }

  /// Who goes on evenly is where the line leads, wherever and whereto.
  @Test(arguments: [0.0, 1e6]) func evenMotionIsNotComplex(_ far: Double) {
    let places = (0..<21).map { Vector2(far + 0.7 * Double($0), -far - 0.3 * Double($0)) }
    #expect(
      PathComplexity.index(past: Array(places.prefix(6)), future: Array(places.dropFirst(6))) < 1e-8)
  }

  /// Six places at 1 m a step, then a halt at once: the line ends three steps farther on.
  @Test func aHaltIsAsComplexAsTheWayNotDriven() {
    let past = (0..<6).map { Vector2(Double($0), 0) }
    let halt = Array(repeating: Vector2(5, 0), count: 3)
    #expect(abs(PathComplexity.index(past: past, future: halt) - 3) < 1e-12)
    // A right angle: (5,1), (5,2), (5,3) beside (6,0), (7,0), (8,0): the ends are sqrt(18) apart.
    let turn = (1...3).map { Vector2(5, Double($0)) }
    #expect(abs(PathComplexity.index(past: past, future: turn) - 18.0.squareRoot()) < 1e-12)
  }

  /// A dog that may wait: (0,0) (1,0) (2,0) beside (0,1) (2,1) are 1.414 apart, since the middle
  /// one has nobody opposite.
  @Test func frechetDistanceIsThatOfAWalk() {
    let a = [Vector2(0, 0), Vector2(1, 0), Vector2(2, 0)]
    let b = [Vector2(0, 1), Vector2(2, 1)]
    #expect(abs(PathComplexity.frechetDistance(a, b) - 2.0.squareRoot()) < 1e-12)
    #expect(PathComplexity.frechetDistance(a, b) == PathComplexity.frechetDistance(b, a))
    #expect(PathComplexity.frechetDistance(a, a) == 0)
    // There and back: nobody may go backwards on the other line.
    let back = [Vector2(0, 0), Vector2(2, 0), Vector2(0, 0)]
    #expect(PathComplexity.frechetDistance(back, [Vector2(0, 0), Vector2(2, 0)]) == 2)
  }
}
