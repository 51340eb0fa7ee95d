public import SimCore
public import SimStack

/// One metric of the catalog: what it is, how it enters each profile's score, and how to run it.
public struct MetricEntry: Sendable {
  public let schema: ModuleSchema
  public let role: MetricRole
  public let evaluate: @Sendable (DerivedSignals) -> MetricResult

  init<Metric: EpisodeMetric>(_ metric: Metric.Type, _ role: MetricRole) {
    schema = Metric.schema
    self.role = role
    evaluate = { Metric.evaluate($0) }
  }
}

/// All metrics, scored ones first.
public enum MetricCatalog {
  /// In the order in which results list them.
  public static let entries: [MetricEntry] = [
    MetricEntry(NoEgoAtFaultCollisionsMetric.self, .multiplier),
    MetricEntry(DrivableAreaComplianceMetric.self, .multiplier),
    MetricEntry(DrivingDirectionComplianceMetric.self, .multiplier),
    MetricEntry(EgoIsMakingProgressMetric.self, .multiplier),
    MetricEntry(EgoProgressAlongExpertRouteMetric.self, .weighted(5)),
    MetricEntry(TimeToCollisionWithinBoundMetric.self, .weighted(5)),
    MetricEntry(SpeedLimitComplianceMetric.self, .weighted(4)),
    MetricEntry(EgoIsComfortableMetric.self, .weighted(2)),
    MetricEntry(AllCollisionsMetric.self, .statistic),
    MetricEntry(CollisionEnergyMetric.self, .statistic),
    MetricEntry(EgoLaneChangeMetric.self, .statistic),
    MetricEntry(EgoMeanSpeedMetric.self, .statistic),
    MetricEntry(GoalReachedMetric.self, .statistic),
    MetricEntry(OutcomeRatesMetric.self, .statistic),
  ]

  /// What the scenario reader and `simrun catalog` know of the metrics.
  public static var schemas: [ModuleSchema] { entries.map(\.schema) }

  /// How the scored metrics make the score; the same in both profiles.
  public static let formula = ScoreFormula(
    multipliers: entries.filter { $0.role == .multiplier }.map(\.schema.name),
    weights: entries.compactMap {
      guard case .weighted(let weight) = $0.role else { return nil }
      return ScoreFormula.Weight($0.schema.name, weight)
    })

  /// The score of one ego's drive with all metrics.
  ///
  /// - Parameter ego: index into the header's egos.
  public static func score(
    _ record: EpisodeRecord, ego: Int = 0, profile: MetricProfile = .strict
  ) -> EpisodeScore {
    score(DerivedSignals(record, ego: ego, profile: profile))
  }

  /// The score of a drive whose signals are known.
  public static func score(_ signals: DerivedSignals) -> EpisodeScore {
    EpisodeScore(signals, entries.map { ($0.role, $0.evaluate(signals)) })
  }
}
