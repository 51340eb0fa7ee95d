public import SimCore
import SimGeometry
public import SimStack
import SimWorld

/// The CARLA leaderboard's driving score, version 2.0.
public enum DrivingScoreMetric: EpisodeMetric {
  /// Called `carla_driving_score`.
  public static let schema = ModuleSchema(
    "carla_driving_score",
    "route completion in percent times 0.5 a pedestrian hit, 0.6 a vehicle, 0.65 an object, 0.7 a "
      + "red light, 0.8 a missed stop, and the share driven on lanes (CARLA leaderboard 2.0)")

  /// In [0, 100]; nil without ticks. Series: route completion so far, percent. Violations: the
  /// infractions.
  public static func evaluate(_ signals: DerivedSignals) -> MetricResult {
    let terms = DrivingScoreTerms(signals)
    let series = terms.completion.map { 100 * $0 }
    return MetricResult(
      name: name, value: series.last.map { $0 * terms.productOfPenalties }, series: series,
      statistics: [
        ("route_completion", series.last ?? .nan), ("\(name)_penalty", terms.productOfPenalties),
        ("pedestrians_hit", Double(terms.pedestrians)), ("vehicles_hit", Double(terms.vehicles)),
        ("objects_hit", Double(terms.statics)), ("stops_missed", Double(terms.stops)),
        ("off_lane_share", terms.offRoad),
      ], violations: terms.infractions)
  }
}

/// The CARLA leaderboard's driving score, version 2.1.
public enum DrivingScore21Metric: EpisodeMetric {
  /// Called `carla_driving_score_2_1`.
  public static let schema = ModuleSchema(
    "carla_driving_score_2_1",
    "route completion in percent over 1 + 1.0 a pedestrian hit, 0.7 a vehicle, 0.6 an object, 0.4 "
      + "a red light, 0.25 a missed stop, times the share driven on lanes (CARLA leaderboard 2.1)")

  /// In [0, 100]; nil without ticks. Series: route completion so far, percent. Violations: the
  /// infractions.
  public static func evaluate(_ signals: DerivedSignals) -> MetricResult {
    let terms = DrivingScoreTerms(signals)
    let series = terms.completion.map { 100 * $0 }
    return MetricResult(
      name: name, value: series.last.map { $0 * terms.inverseOfPenalties }, series: series,
      statistics: [("\(name)_penalty", terms.inverseOfPenalties)],
      violations: terms.infractions)
  }
}

/// Whether the drive counts as a success in Bench2Drive.
public enum Bench2DriveSuccessMetric: EpisodeMetric {
  /// Called `bench2drive_success`.
  public static let schema = ModuleSchema(
    "bench2drive_success", "1 if 99 % of the route are covered without any infraction (Bench2Drive)"
  )

  /// 1 or 0; nil without ticks. Series: 1 from covering the route on.
  /// Violations: the infractions.
  public static func evaluate(_ signals: DerivedSignals) -> MetricResult {
    let terms = DrivingScoreTerms(signals)
    guard let last = terms.completion.last else { return MetricResult(name: name, value: nil) }
    var violations = terms.infractions
    if last < 0.99 {
      let end = signals.ticks - 1
      violations.append(
        MetricViolation(
          firstTick: end, lastTick: end, extremum: last,
          reason: "\((100 * last).fixed(0)) % of the route are covered at the end"))
    }
    return MetricResult(
      name: name, value: terms.isClean && last >= 0.99 ? 1 : 0,
      series: terms.completion.map { $0 >= 0.99 ? 1 : 0 }, violations: violations)
  }
}

/// How fast the ego was beside the traffic around it.
public enum Bench2DriveEfficiencyMetric: EpisodeMetric {
  /// Called `bench2drive_efficiency`.
  public static let schema = ModuleSchema(
    "bench2drive_efficiency",
    "the ego's mean speed in percent of that of the vehicles within 50 m (Bench2Drive)")

  /// How far around, metres.
  static let range = 50.0

  /// Percent; nil if nobody drove near. Series: mean speed of the vehicles around, m/s, NaN
  /// without any.
  public static func evaluate(_ signals: DerivedSignals) -> MetricResult {
    let history = signals.record.history
    var result = MetricResult(name: name, value: nil, unit: .speed)
    result.series = [Double](repeating: .nan, count: signals.ticks)
    var own = 0.0
    var others = 0.0
    for tick in 0..<signals.ticks {
      let centre = signals.motion.boxes[tick].centre
      var sum = 0.0
      var count = 0
      for row in 0..<history.agents where row != signals.agents.ego {
        let slot = history.slot(tick, row)
        guard history.present[slot] != 0, signals.agents.classes[row].isVehicle else { continue }
        let dx = history.x[slot] - centre.x
        let dy = history.y[slot] - centre.y
        if dx * dx + dy * dy > range * range { continue }
        sum += history.speed[slot].magnitude
        count += 1
      }
      guard count > 0 else { continue }
      result.series[tick] = sum / Double(count)
      own += signals.motion.speeds[tick]
      others += sum / Double(count)
    }
    if others > 0 { result.value = 100 * own / others }
    return result
  }
}

/// How much of the drive was smooth.
public enum Bench2DriveSmoothnessMetric: EpisodeMetric {
  /// Called `bench2drive_smoothness`.
  public static let schema = ModuleSchema(
    "bench2drive_smoothness",
    "share of segments of 20 ticks within nuPlan's comfort bounds, smoothing window 7 (Bench2Drive)"
  )

  /// Ticks of a segment.
  static let segment = 20

  /// In [0, 1]; nil if the drive is shorter than a segment. Series: 1 in smooth segments, 0 in
  /// others, NaN in the rest.
  public static func evaluate(_ signals: DerivedSignals) -> MetricResult {
    var result = MetricResult(name: name, value: nil)
    let count = signals.ticks / segment
    guard count > 0 else { return result }
    result.series = [Double](repeating: .nan, count: signals.ticks)
    var chain = ComfortChain.nuPlan
    chain.smoothingWindow = 7
    var smooth = 0
    for index in 0..<count {
      let ticks = index * segment..<(index + 1) * segment
      let motion = EgoMotion(
        states: Array(signals.motion.states[ticks]), vehicle: signals.motion.vehicle)
      let quantities = EgoIsComfortableMetric.quantities(
        ComfortSignals(motion, chain: chain), .nuPlan)
      let isSmooth = quantities.allSatisfy { quantity in
        quantity.signal?.values.allSatisfy { !quantity.isBroken($0) } ?? true
      }
      if isSmooth { smooth += 1 }
      for tick in ticks { result.series[tick] = isSmooth ? 1 : 0 }
    }
    result.violations = signals.stretches(in: result.series.indices) { result.series[$0] == 0 }
      .map { ticks in
        let segments = ticks.count / segment
        return MetricViolation(
          firstTick: ticks.lowerBound, lastTick: ticks.upperBound, extremum: 0,
          reason: "\(segments) segment\(segments == 1 ? "" : "s") beyond a comfort bound")
      }
    result.value = Double(smooth) / Double(count)
    return result
  }
}
