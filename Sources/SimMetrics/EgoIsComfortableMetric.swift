public import SimCore
public import SimStack

/// Whether accelerations, jerks and yaw motion stay within what passengers find comfortable.
public enum EgoIsComfortableMetric: EpisodeMetric {
  /// Called `ego_is_comfortable`.
  public static let schema = ModuleSchema(
    "ego_is_comfortable",
    "1 if accelerations, jerks, yaw rate and yaw acceleration stay within their bounds, else 0 "
      + "(nuPlan)")

  /// One bounded quantity of a drive.
  struct Quantity {
    /// nuPlan's name of it.
    var name: String
    var words: String
    var unit: Dimension
    /// nil if the drive is too short for its filter.
    var signal: FilteredSignal?
    var least: Double
    var greatest: Double

    /// A value is on or beyond a bound.
    func isBroken(_ value: Double) -> Bool { !(value > least && value < greatest) }

    /// A value as a share of the bound on its side.
    func share(_ value: Double) -> Double {
      value < 0 ? value / least : value / greatest
    }
  }

  /// 1 or 0; nil if the drive is too short for a filter. The series is the greatest share of a
  /// bound that any quantity takes, NaN where none counts.
  public static func evaluate(_ signals: DerivedSignals) -> MetricResult {
    var result = MetricResult(name: name, value: nil)
    let quantities = quantities(signals.comfort, signals.profile.comfortBounds)
    guard quantities.allSatisfy({ $0.signal != nil }) else { return result }

    result.series = [Double](repeating: .nan, count: signals.ticks)
    var isBroken = [Bool](repeating: false, count: signals.ticks)
    for quantity in quantities {
      guard let signal = quantity.signal else { continue }
      for tick in signal.counted {
        let value = signal.values[tick]
        // `max` would keep the NaN of ticks that count for no quantity so far.
        let share = quantity.share(value)
        if !(result.series[tick] >= share) { result.series[tick] = share }
        if quantity.isBroken(value) { isBroken[tick] = true }
      }
      let broken = violations(of: quantity, signal, signals)
      result.violations += broken
      let summary = SeriesSummary(Array(signal.values[signal.counted]))
      result.statistics += [
        ("max_\(quantity.name)", summary.greatest),
        ("min_\(quantity.name)", summary.least),
        ("avg_\(quantity.name)", summary.mean),
        ("p90_\(quantity.name)", summary.percentile90),
        ("abs_\(quantity.name)_within_bounds", broken.isEmpty ? 1 : 0),
      ]
    }
    // By time; quantities that break at the same tick keep their order.
    let order = result.violations.indices.sorted {
      let a = result.violations[$0].firstTick
      let b = result.violations[$1].firstTick
      return a == b ? $0 < $1 : a < b
    }
    result.violations = order.map { result.violations[$0] }
    result.events = result.violations.map {
      EpisodeEvent(tick: $0.firstTick, kind: "discomfort", value: $0.extremum)
    }
    result.value = result.violations.isEmpty ? 1 : 0
    let counted = result.series.count { !$0.isNaN }
    result.statistics.append(
      ("graded", 1 - Double(isBroken.count { $0 }) / Double(max(counted, 1))))
    return result.withFirstViolation(signals)
  }

  /// The bounded quantities in a fixed order.
  static func quantities(_ comfort: ComfortSignals, _ bounds: ComfortBounds) -> [Quantity] {
    func symmetric(
      _ name: String, _ words: String, _ unit: Dimension, _ signal: FilteredSignal?,
      _ bound: Double
    ) -> Quantity {
      Quantity(
        name: name, words: words, unit: unit, signal: signal, least: -bound, greatest: bound)
    }
    var all = [
      Quantity(
        name: "ego_lon_acceleration", words: "longitudinal acceleration", unit: .acceleration,
        signal: comfort.longitudinalAcceleration, least: bounds.leastLongitudinalAcceleration,
        greatest: bounds.greatestLongitudinalAcceleration),
      symmetric(
        "ego_lat_acceleration", "lateral acceleration", .acceleration, comfort.lateralAcceleration,
        bounds.lateralAcceleration),
      symmetric(
        "ego_jerk", "jerk of the acceleration's size", .jerk, comfort.magnitudeJerk,
        bounds.magnitudeJerk),
      symmetric(
        "ego_lon_jerk", "longitudinal jerk", .jerk, comfort.longitudinalJerk,
        bounds.longitudinalJerk),
    ]
    if let bound = bounds.lateralJerk {
      all.append(symmetric("ego_lat_jerk", "lateral jerk", .jerk, comfort.lateralJerk, bound))
    }
    all += [
      symmetric("ego_yaw_rate", "yaw rate", .angularRate, comfort.yawRate, bounds.yawRate),
      symmetric(
        "ego_yaw_acceleration", "yaw acceleration", .angularAcceleration, comfort.yawAcceleration,
        bounds.yawAcceleration),
    ]
    return all
  }

  private static func violations(
    of quantity: Quantity, _ signal: FilteredSignal, _ signals: DerivedSignals
  ) -> [MetricViolation] {
    signals.stretches(in: signal.counted, where: { quantity.isBroken(signal.values[$0]) }).map {
      ticks in
      let worst = ticks.reduce(ticks.lowerBound) {
        quantity.share(signal.values[$1]) > quantity.share(signal.values[$0]) ? $1 : $0
      }
      let value = signal.values[worst]
      let bound = value < 0 ? quantity.least : quantity.greatest
      return MetricViolation(
        firstTick: ticks.lowerBound, lastTick: ticks.upperBound, extremum: value,
        reason: "\(quantity.words) of \(value.fixed(2)) \(quantity.unit.rawValue), bound \(bound.fixed(2))")
    }
  }
}
