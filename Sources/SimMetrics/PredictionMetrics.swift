public import SimCore
public import SimStack
import SimWorld

/// A measure of the ego's predictor over one drive: the mean over all forecasts of all road users,
/// and the same for parts of them.
public protocol PredictionMetric: EpisodeMetric {
  /// Of the value and of the series.
  static var unit: Dimension { get }
  /// What it is of one forecast; nil where it has none.
  static func value(_ sample: PredictionQuality.Sample) -> Double?
  /// Which forecast is to be named as the worst; nil: none.
  static func worst(_ quality: PredictionQuality) -> Int?
  /// Further numbers.
  static func statistics(_ quality: PredictionQuality) -> [(name: String, value: Double)]
}

extension PredictionMetric {
  /// None.
  public static func worst(_ quality: PredictionQuality) -> Int? { nil }

  /// None.
  public static func statistics(_ quality: PredictionQuality) -> [(name: String, value: Double)] {
    []
  }

  /// The mean over all forecasts looked at; nil where none is recorded or has a value. Series: the
  /// mean over those made in a tick, NaN where there are none. Statistics: the mean over parts, and
  /// how many there are in each.
  public static func evaluate(_ signals: DerivedSignals) -> MetricResult {
    var result = MetricResult(name: name, value: nil, unit: unit)
    let quality = signals.prediction
    guard let mean = mean(quality.samples) else { return result }
    result.value = mean
    result.series = [Double](repeating: .nan, count: signals.ticks)
    var first = 0
    while first < quality.samples.count {
      let tick = quality.samples[first].tick
      var end = first
      while end < quality.samples.count, quality.samples[end].tick == tick { end += 1 }
      result.series[tick] = Self.mean(Array(quality.samples[first..<end])) ?? .nan
      first = end
    }
    let classes = signals.record.header.classes
    for part in PredictionPart.all {
      let samples = part.samples(of: quality, classes)
      result.statistics.append(("\(name)_\(part.name)", Self.mean(samples) ?? .nan))
      result.statistics.append(
        ("\(name)_\(part.name)_count", Double(samples.count { value($0) != nil })))
    }
    result.statistics.append(
      ("\(name)_count", Double(quality.samples.count { value($0) != nil })))
    result.statistics += statistics(quality)
    if let worst = worst(quality) {
      let sample = quality.samples[worst]
      let last = sample.tick + signals.record.header.clock.ticks(PredictionQuality.horizon)
      result.violations = [
        MetricViolation(
          firstTick: sample.tick, lastTick: min(last, signals.ticks - 1), agent: sample.row,
          extremum: value(sample) ?? .nan,
          reason: "the forecast of \(signals.name(sample.row)) was "
            + "\(sample.error.finalDistance.fixed(2)) m off after 3 s")
      ]
    }
    return result
  }

  private static func mean(_ samples: [PredictionQuality.Sample]) -> Double? {
    var sum = 0.0
    var count = 0
    for sample in samples {
      guard let value = value(sample) else { continue }
      sum += value
      count += 1
    }
    return count > 0 ? sum / Double(count) : nil
  }
}

/// A part of the forecasts that measures of the predictor are reported for.
public struct PredictionPart: Sendable {
  /// In names of statistics, e.g. `car`.
  public let name: String
  private let holds:
    @Sendable (_ sample: PredictionQuality.Sample, _ agentClass: AgentClass, _ quintile: Int?)
      -> Bool

  /// All parts: classes, distances from the ego, quintiles of the complexity of what was driven.
  public static let all: [PredictionPart] =
    AgentClass.allCases.filter { !$0.isObject }.map { agentClass in
      PredictionPart(name: agentClass.name) { _, it, _ in it == agentClass }
    }
    + [
      PredictionPart(name: "within_20m") { sample, _, _ in sample.distance < 20 },
      PredictionPart(name: "20m_to_50m") { sample, _, _ in (20..<50).contains(sample.distance) },
      PredictionPart(name: "beyond_50m") { sample, _, _ in sample.distance >= 50 },
    ]
    + (1...5).map { (number: Int) in
      PredictionPart(name: "complexity_\(number)_of_5") { _, _, quintile in quintile == number }
    }

  /// The samples that belong to it, in order.
  ///
  /// - Parameter classes: by row.
  func samples(
    of quality: PredictionQuality, _ classes: [AgentClass]
  ) -> [PredictionQuality.Sample] {
    quality.samples.indices.filter { index in
      let sample = quality.samples[index]
      return holds(sample, classes[sample.row], quality.quintiles[index])
    }.map { quality.samples[$0] }
  }
}

/// Distance of the forecasts from what then happened.
public enum PredictionMinADEMetric: PredictionMetric {
  /// Called `prediction_min_ade`.
  public static let schema = ModuleSchema(
    "prediction_min_ade",
    "mean distance over 3 s between what was forecast of others (the mode that ends nearest) and "
      + "what they then did, m")
  /// Metres.
  public static let unit = Dimension.length
  /// The mean distance.
  public static func value(_ sample: PredictionQuality.Sample) -> Double? {
    sample.error.meanDistance
  }
  /// Over 5 and 8 s.
  public static func statistics(_ quality: PredictionQuality) -> [(name: String, value: Double)] {
    quality.longStatistics(name, \.meanDistance)
  }
}

/// Distance at the end of the forecasts.
public enum PredictionMinFDEMetric: PredictionMetric {
  /// Called `prediction_min_fde`.
  public static let schema = ModuleSchema(
    "prediction_min_fde", "the same after 3 s, m; its violation is the worst forecast")
  /// Metres.
  public static let unit = Dimension.length
  /// The farthest off, if it misses.
  public static func worst(_ quality: PredictionQuality) -> Int? {
    var worst: Int?
    for (index, sample) in quality.samples.enumerated() where sample.error.isMiss {
      let greatest = worst.map { quality.samples[$0].error.finalDistance } ?? 0
      if sample.error.finalDistance > greatest { worst = index }
    }
    return worst
  }
  /// The distance at the end.
  public static func value(_ sample: PredictionQuality.Sample) -> Double? {
    sample.error.finalDistance
  }
  /// Over 5 and 8 s.
  public static func statistics(_ quality: PredictionQuality) -> [(name: String, value: Double)] {
    quality.longStatistics(name, \.finalDistance)
  }
}

/// Share of forecasts that miss.
public enum PredictionMissRateMetric: PredictionMetric {
  /// Called `prediction_miss_rate`.
  public static let schema = ModuleSchema(
    "prediction_miss_rate", "share of forecasts of which no mode ends within 2 m after 3 s")
  /// A share.
  public static let unit = Dimension.none
  /// 1 or 0.
  public static func value(_ sample: PredictionQuality.Sample) -> Double? {
    sample.error.isMiss ? 1 : 0
  }
}

/// Distance at the end with what the mode's probability lacks.
public enum PredictionBrierMinFDEMetric: PredictionMetric {
  /// Called `prediction_brier_min_fde`.
  public static let schema = ModuleSchema(
    "prediction_brier_min_fde",
    "distance after 3 s plus (1 - p)^2 of the mode that ends nearest, m (Argoverse 2)")
  /// Metres.
  public static let unit = Dimension.length
  /// The distance with the penalty.
  public static func value(_ sample: PredictionQuality.Sample) -> Double? {
    sample.error.brierFinalDistance
  }
}

/// How likely the forecasts held what then happened.
public enum PredictionLikelihoodMetric: PredictionMetric {
  /// Called `prediction_nll`.
  public static let schema = ModuleSchema(
    "prediction_nll",
    "negative log-likelihood of what then happened, mean over 3 s, nats; only of predictors that "
      + "give covariances")
  /// Nats.
  public static let unit = Dimension.none
  /// Mean over the steps.
  public static func value(_ sample: PredictionQuality.Sample) -> Double? {
    sample.calibration?.negativeLogLikelihood
  }
}

/// Whether the forecasts knew how sure they could be.
public enum PredictionCoverageMetric: PredictionMetric {
  /// Called `prediction_coverage`.
  public static let schema = ModuleSchema(
    "prediction_coverage",
    "share of places that lay in the region in which the likeliest mode is to 90 %; 0.9 is "
      + "calibrated, only of predictors that give covariances")
  /// A share.
  public static let unit = Dimension.none
  /// Share of the steps.
  public static func value(_ sample: PredictionQuality.Sample) -> Double? {
    sample.calibration.map { Double($0.covered) / Double($0.steps) }
  }
}

/// How much forecasts change from one to the next.
public enum PredictionFlickerMetric: PredictionMetric {
  /// Called `prediction_flicker`.
  public static let schema = ModuleSchema(
    "prediction_flicker",
    "mean distance of the likeliest ways of one forecast and the next, at the same times, m")
  /// Metres.
  public static let unit = Dimension.length
  /// The mean distance.
  public static func value(_ sample: PredictionQuality.Sample) -> Double? { sample.flicker }
}

extension PredictionQuality {
  /// Means over the longer horizons.
  fileprivate func longStatistics(
    _ name: String, _ value: KeyPath<ForecastError, Double>
  ) -> [(name: String, value: Double)] {
    PredictionQuality.longHorizons.indices.map { k in
      var sum = 0.0
      var count = 0
      for sample in samples {
        guard let error = sample.longErrors[k] else { continue }
        sum += error[keyPath: value]
        count += 1
      }
      let seconds = PredictionQuality.longHorizons[k].fixed(0)
      return ("\(name)_\(seconds)s", count > 0 ? sum / Double(count) : .nan)
    }
  }
}
