import SimCore

/// Comfort of driven candidates, by nuPlan's bounds: on signals filtered as nuPlan's metric does,
/// or, to the letter of PDM-Closed, with accelerations filtered over the whole horizon, where they
/// hardly ever break a bound.
struct CandidateComfort: Sendable {
  private let step: Double
  private let compat: Bool
  private let smooth: SavitzkyGolay.Weights?
  /// Slope of what is smooth already.
  private let slope: SavitzkyGolay.Weights?
  private let yawSlope: SavitzkyGolay.Weights?
  private let yawBend: SavitzkyGolay.Weights?
  private var signal: [Double]
  private var filtered: [Double]

  // Bounds of nuPlan's metric, all strict.
  private static let acceleration = (least: -4.05, most: 2.40)
  private static let lateral = 4.89
  /// Not nuPlan's: a bound of the strict profile.
  private static let lateralJerk = 5.0
  private static let magnitudeJerk = 8.37
  private static let longitudinalJerk = 4.13
  private static let yawAcceleration = 1.93
  private static let yawRate = 0.95

  init(samples: Int, step: Double, compat: Bool) {
    self.step = step
    self.compat = compat
    smooth = SavitzkyGolay(window: 8, order: 2).fitting(samples).weights
    slope = SavitzkyGolay(window: 15, order: 2, derivative: 1).fitting(samples).weights
    yawSlope = SavitzkyGolay(window: 5, order: 2, derivative: 1).fitting(samples).weights
    yawBend = SavitzkyGolay(window: 5, order: 3, derivative: 2).fitting(samples).weights
    signal = [Double](repeating: 0, count: samples)
    filtered = signal
  }

  /// The bounds that a candidate keeps.
  mutating func parts(
    _ drive: CandidateScorer.Drive, samples: Int
  ) -> CandidateScorer.Comfort {
    var parts = compat ? officialParts(drive, samples) : partsAsMeasured(drive, samples)
    signal[0] = drive.heading[0]
    for k in 1..<samples {
      signal[k] = signal[k - 1] + ExactMath.wrapAngle(drive.heading[k] - drive.heading[k - 1])
    }
    filter(yawSlope)
    if isFiltered(below: Self.yawRate) { parts.insert(.yawRate) }
    filter(yawBend)
    if isFiltered(below: Self.yawAcceleration) { parts.insert(.yawAcceleration) }
    return parts
  }

  /// The bounds on accelerations and jerks, filtered as the metric does.
  private mutating func partsAsMeasured(
    _ drive: CandidateScorer.Drive, _ samples: Int
  ) -> CandidateScorer.Comfort {
    var parts: CandidateScorer.Comfort = []
    for k in 0..<samples { signal[k] = drive.acceleration[k] }
    filter(smooth)
    if isFiltered(between: Self.acceleration.least, Self.acceleration.most) {
      parts.insert(.longitudinalAcceleration)
    }
    filterAgain(slope)
    if isFiltered(below: Self.longitudinalJerk) { parts.insert(.longitudinalJerk) }

    for k in 0..<samples { signal[k] = drive.speed[k] * drive.yawRate[k] }
    filter(smooth)
    let isGentle = isFiltered(below: Self.lateral)
    filterAgain(slope)
    if isGentle, isFiltered(below: Self.lateralJerk) { parts.insert(.lateralAcceleration) }

    for k in 0..<samples {
      let aside = drive.speed[k] * drive.yawRate[k]
      let along = drive.acceleration[k]
      signal[k] = (along * along + aside * aside).squareRoot()
    }
    filter(smooth)
    filterAgain(slope)
    if isFiltered(below: Self.magnitudeJerk) { parts.insert(.magnitudeJerk) }
    return parts
  }

  /// The same as the official planner has them; its candidates know no lateral acceleration.
  private mutating func officialParts(
    _ drive: CandidateScorer.Drive, _ samples: Int
  ) -> CandidateScorer.Comfort {
    var parts: CandidateScorer.Comfort = [.lateralAcceleration]
    for k in 0..<samples { signal[k] = drive.acceleration[k] }
    let whole = Parabola(signal)
    if whole.staysBetween(Self.acceleration.least, Self.acceleration.most) {
      parts.insert(.longitudinalAcceleration)
    }
    filter(smooth)
    if jerk(below: Self.longitudinalJerk) { parts.insert(.longitudinalJerk) }
    for k in 0..<samples { signal[k] = drive.acceleration[k].magnitude }
    filter(smooth)
    if jerk(below: Self.magnitudeJerk) { parts.insert(.magnitudeJerk) }
    return parts
  }

  /// Filters `filtered` once more.
  private mutating func filterAgain(_ weights: SavitzkyGolay.Weights?) {
    swap(&signal, &filtered)
    filter(weights)
  }

  /// Filters `signal` into `filtered`.
  private mutating func filter(_ weights: SavitzkyGolay.Weights?) {
    let step = step
    let done = signal.withUnsafeBufferPointer { signal in
      filtered.withUnsafeMutableBufferPointer { filtered in
        weights?.apply(to: signal, into: filtered, spacing: step) ?? false
      }
    }
    if !done { for k in filtered.indices { filtered[k] = signal[k] } }
  }

  /// The slope of one parabola through `filtered`, rounded as before, stays below a bound.
  private func jerk(below bound: Double) -> Bool {
    let parabola = Parabola(filtered.lazy.map { Self.rounded($0) })
    return parabola.slopeStays(below: bound, step: step)
  }

  private func isFiltered(between least: Double, _ most: Double) -> Bool {
    for value in filtered where !(value > least && value < most) { return false }
    return true
  }

  private func isFiltered(below bound: Double) -> Bool {
    for value in filtered where !(Self.rounded(value).magnitude < bound) { return false }
    return true
  }

  /// To 8 decimals, as nuPlan does.
  fileprivate static func rounded(_ value: Double) -> Double {
    (value * 1e8).rounded(.toNearestOrEven) / 1e8
  }

  /// The least-squares parabola through equally spaced samples.
  private struct Parabola {
    private let count: Int
    private let middle: Double
    private let meanSquare: Double
    private var mean = 0.0
    private var slope = 0.0
    private var bend = 0.0

    init(_ samples: some RandomAccessCollection<Double>) {
      count = samples.count
      let n = Double(count)
      middle = (n - 1) / 2
      meanSquare = (n * n - 1) / 12
      var norms = (slope: 0.0, bend: 0.0)
      var k = 0.0
      for value in samples {
        let u = k - middle
        let q = u * u - meanSquare
        mean += value
        slope += u * value
        bend += q * value
        norms.slope += u * u
        norms.bend += q * q
        k += 1
      }
      mean /= n
      slope = norms.slope > 0 ? slope / norms.slope : 0
      bend = norms.bend > 0 ? bend / norms.bend : 0
    }

    func staysBetween(_ least: Double, _ most: Double) -> Bool {
      for k in 0..<count {
        let u = Double(k) - middle
        let value = CandidateComfort.rounded(mean + slope * u + bend * (u * u - meanSquare))
        if !(value > least && value < most) { return false }
      }
      return true
    }

    func slopeStays(below bound: Double, step: Double) -> Bool {
      for k in 0..<count {
        let value = (slope + 2 * bend * (Double(k) - middle)) / step
        if !(CandidateComfort.rounded(value).magnitude < bound) { return false }
      }
      return true
    }
  }
}
