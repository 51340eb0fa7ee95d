public import SimCore
public import SimStack

/// How far the ego came along the route of the reference drive.
public enum EgoProgressAlongExpertRouteMetric: EpisodeMetric {
  /// Called `ego_progress_along_expert_route`.
  public static let schema = ModuleSchema(
    "ego_progress_along_expert_route",
    "progress along the reference's route as a share of the reference's own, at most 1 (nuPlan)")

  /// Progress of either drive counts as at least this, metres.
  public static let threshold = 2.0

  /// The share, in [0, 1]; nil without a reference drive. The series is the progress so far, m.
  public static func evaluate(_ signals: DerivedSignals) -> MetricResult {
    progressResult(named: name, signals) { $0 }
  }

  /// The share, in [0, 1]; 1 if the reference has no route.
  static func ratio(_ progress: ReferenceProgress) -> Double {
    if progress.stages.isEmpty { return 1 }
    if progress.total < -threshold { return 0 }
    return min(1, max(progress.total, threshold) / max(progress.referenceTotal, threshold))
  }
}

/// Whether the ego came on at all.
public enum EgoIsMakingProgressMetric: EpisodeMetric {
  /// Called `ego_is_making_progress`.
  public static let schema = ModuleSchema(
    "ego_is_making_progress",
    "1 if the progress ratio is at least 0.2, else 0 (nuPlan)")

  /// The least share of the reference's progress.
  public static let least = 0.2

  /// 1 or 0; nil without a reference drive. The series is the progress so far, m.
  public static func evaluate(_ signals: DerivedSignals) -> MetricResult {
    progressResult(named: name, signals) { $0 >= least ? 1 : 0 }
  }
}

extension EpisodeMetric {
  /// The result of a metric that is a function of the progress ratio.
  fileprivate static func progressResult(
    named name: String, _ signals: DerivedSignals, value: (Double) -> Double
  ) -> MetricResult {
    guard let progress = signals.progress else {
      return MetricResult(name: name, value: nil, unit: .length)
    }
    let ratio = EgoProgressAlongExpertRouteMetric.ratio(progress)
    var total = 0.0
    let series = progress.perTick.map { step in
      total += step
      return total
    }
    var result = MetricResult(name: name, value: value(ratio), unit: .length, series: series)
    result.statistics = [
      ("expert_total_progress_along_route", progress.referenceTotal),
      ("ego_total_progress_along_route", progress.total),
      ("ego_expert_progress_along_route_ratio", ratio),
    ]
    guard let value = result.value, value < 1, !series.isEmpty else { return result }
    // From when on nothing more was gained: a vehicle that got stuck shows where.
    let last = series.count - 1
    let best = series.max() ?? 0
    let stop = series.firstIndex { $0 >= best - 0.1 } ?? last
    let drive = signals.driver.referenceKind == .expert ? "expert" : "idm roll-out"
    var reason =
      "\(progress.total.fixed(1)) m of the \(drive)'s \(progress.referenceTotal.fixed(1)) m"
    if stop < last { reason += ", none gained any more" }
    result.violations = [
      MetricViolation(firstTick: stop, lastTick: last, extremum: ratio, reason: reason)
    ]
    return result
  }
}
