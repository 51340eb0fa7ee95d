public import SimCore
public import SimStack

/// How closely the ego would have shared a conflict area.
public enum PredictedPostEncroachmentMetric: SurrogateMetric {
  /// Called `predicted_post_encroachment_time`.
  public static let schema = ModuleSchema(
    "predicted_post_encroachment_time",
    "least post-encroachment time if both keep speed or go on braking, s; 0: together in the conflict area"
  )
  /// Seconds.
  public static let unit = Dimension.time
  /// SUMO's.
  public static let alarm = 2.0
  /// As reasons call it.
  public static let quantity = "predicted post-encroachment time"

  /// The worst at each tick.
  public static func worst(_ safety: SurrogateSafety) -> WorstSeries {
    safety.predictedPostEncroachment
  }
}

/// What crossing traffic demanded of the brakes.
public enum CrossingDecelerationMetric: SurrogateMetric {
  /// Called `crossing_deceleration_to_avoid_crash`.
  public static let schema = ModuleSchema(
    "crossing_deceleration_to_avoid_crash",
    "greatest deceleration to enter a conflict area after who is there first, m/s^2 (DRAC, crossing)"
  )
  /// m/s^2.
  public static let unit = Dimension.acceleration
  /// SUMO's.
  public static let alarm = 3.0
  /// As reasons call it.
  public static let quantity = "deceleration before a conflict area"

  /// The worst at each tick.
  public static func worst(_ safety: SurrogateSafety) -> WorstSeries { safety.decelerationCrossing }
}

/// How closely the ego shared conflict areas with others, as it happened.
public enum PostEncroachmentMetric: EpisodeMetric {
  /// Called `post_encroachment_time`.
  public static let schema = ModuleSchema(
    "post_encroachment_time",
    "least time from one's leaving a conflict area to another's entering it, s (PET)")

  /// From here on it is alarming, seconds (SUMO's).
  public static let alarm = 2.0

  /// The least; nil if no conflict area was used by both. Series: the time at the tick in which the
  /// second one enters, else infinite.
  public static func evaluate(_ signals: DerivedSignals) -> MetricResult {
    let events = signals.surrogate.postEncroachments
    var result = MetricResult(name: name, value: events.map(\.time).min(), unit: .time)
    result.series = [Double](repeating: .infinity, count: signals.ticks)
    for event in events {
      let tick = min(max(Int(event.entered.rounded(.up)), 0), signals.ticks - 1)
      result.series[tick] = min(result.series[tick], event.time)
      guard event.time < alarm else { continue }
      let order = event.isEgoFirst ? "before" : "after"
      result.violations.append(
        MetricViolation(
          firstTick: tick, lastTick: tick, agent: event.agent, extremum: event.time,
          reason: "\(event.kind.rawValue) \(event.time.fixed(2)) s \(order) "
            + signals.name(event.agent)))
    }
    result.violations.sort {
      ($0.firstTick, $0.agent ?? -1, $0.extremum) < ($1.firstTick, $1.agent ?? -1, $1.extremum)
    }
    let severe = events.count { $0.time < 1 }
    result.statistics = [
      ("\(name)_events", Double(events.count)), ("\(name)_below_1_s", Double(severe)),
    ]
    return result
  }
}

/// How long the first one was in a conflict area that both used.
public enum EncroachmentMetric: EpisodeMetric {
  /// Called `encroachment_time`.
  public static let schema = ModuleSchema(
    "encroachment_time",
    "longest stay of the first one in a conflict area that both used, s (ET)")

  /// The longest; nil if there was none. Series: the stay, while it lasts, else 0.
  public static func evaluate(_ signals: DerivedSignals) -> MetricResult {
    let step = signals.record.header.clock.step
    var result = MetricResult(name: name, value: nil, unit: .time)
    result.series = [Double](repeating: 0, count: signals.ticks)
    for event in signals.surrogate.postEncroachments {
      guard let stay = event.encroachment else { continue }
      result.value = max(result.value ?? 0, stay)
      let first = max(Int((event.left - stay / step).rounded(.up)), 0)
      let last = min(Int(event.left.rounded(.down)), signals.ticks - 1)
      if first > last { continue }
      for tick in first...last { result.series[tick] = max(result.series[tick], stay) }
    }
    return result
  }
}

/// Whom the ego met, and how.
public enum EncountersMetric: EpisodeMetric {
  /// Called `encounters`.
  public static let schema = ModuleSchema(
    "encounters",
    "others met: followed, oncoming, beside, crossing or merging; each with its time")

  /// The number of others met, counted once for each kind; statistics: number and seconds of each.
  /// Series: all 0.
  public static func evaluate(_ signals: DerivedSignals) -> MetricResult {
    let safety = signals.surrogate
    let step = signals.record.header.clock.step
    var result = MetricResult(
      name: name, value: Double(safety.encounterAgents.reduce(0, +)),
      series: [Double](repeating: 0, count: signals.ticks))
    for (index, kind) in EncounterKind.allCases.enumerated() {
      result.statistics.append(
        ("\(kind.rawValue)_encounters", Double(safety.encounterAgents[index])))
      result.statistics.append(
        ("\(kind.rawValue)_time", Double(safety.encounterTicks[index]) * step))
    }
    return result
  }
}

/// Whether the ego kept the distances of Responsibility-Sensitive Safety, or responded properly
/// where they were lost.
public enum SafeDistanceMetric: EpisodeMetric {
  /// Called `rss_violation`.
  public static let schema = ModuleSchema(
    "rss_violation",
    "seconds in which the ego does not respond properly to an unsafe distance (RSS)")

  /// Seconds without proper response; a statistic has those of dangerous situations. Series: what
  /// is missing to the safe distance along the road while there is no proper response, metres.
  public static func evaluate(_ signals: DerivedSignals) -> MetricResult {
    let safety = signals.surrogate
    let step = signals.record.header.clock.step
    let values = safety.unsafeGap.values
    var result = MetricResult(
      name: name, value: Double(values.count { $0 > 0 }) * step, unit: .length, series: values)
    result.violations = signals.stretches(in: values.indices, where: { values[$0] > 0 }).map {
      ticks in
      let at = ticks.reduce(ticks.lowerBound) { values[$1] > values[$0] ? $1 : $0 }
      let row = Int(safety.unsafeGap.agents[at])
      return MetricViolation(
        firstTick: ticks.lowerBound, lastTick: ticks.upperBound, agent: row,
        extremum: values[at],
        reason: "no proper response, \(values[at].fixed(1)) m short of the safe distance to "
          + signals.name(row))
    }
    result.statistics = [
      ("\(name)_dangerous", Double(safety.isDangerous.count(where: \.self)) * step),
      ("\(name)_greatest", values.max() ?? 0),
    ]
    return result
  }
}
