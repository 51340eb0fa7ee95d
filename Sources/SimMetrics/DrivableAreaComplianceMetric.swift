public import SimCore
public import SimStack

/// Whether the ego stayed on the road.
public enum DrivableAreaComplianceMetric: EpisodeMetric {
  /// Called `drivable_area_compliance`.
  public static let schema = ModuleSchema(
    "drivable_area_compliance",
    "1 if no corner leaves the drivable area by 0.3 m or more, else 0 (nuPlan)")

  /// Corners may stick out by less than this, metres.
  public static let tolerance = 0.3

  /// 1 or 0; nil without ticks. The series is the distance of the farthest corner from the drivable
  /// area, m.
  public static func evaluate(_ signals: DerivedSignals) -> MetricResult {
    let excursions = signals.excursions
    var result = MetricResult(
      name: name, value: nil, unit: .length, series: excursions.map(\.distance))
    guard !excursions.isEmpty else { return result }
    func isFar(_ tick: Int) -> Bool { excursions[tick].distance >= tolerance }
    result.violations = signals.stretches(in: excursions.indices, where: isFar).map { ticks in
      let worst = ticks.map { excursions[$0].distance }.max() ?? 0
      let extent = worst.isFinite ? "\(worst.fixed(2)) m" : "entirely"
      return MetricViolation(
        firstTick: ticks.lowerBound, lastTick: ticks.upperBound, extremum: worst,
        reason: "off the drivable area by \(extent)")
    }
    result.events = result.violations.map {
      EpisodeEvent(tick: $0.firstTick, kind: "off_road", value: $0.extremum)
    }
    result.value = result.violations.isEmpty ? 1 : 0
    let count = Double(excursions.count)
    result.statistics = [
      ("corners_in_drivable_area", excursions.allSatisfy(\.isInside) ? 1 : 0),
      ("graded", 1 - Double(excursions.indices.count(where: isFar)) / count),
    ]
    return result.withFirstViolation(signals)
  }
}
