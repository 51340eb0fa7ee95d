public import SimCore
public import SimStack

/// One metric of the catalog: what it is and how to run it.
public struct MetricEntry: Sendable {
  /// Name and summary.
  public let schema: ModuleSchema
  /// What it finds in a drive.
  public let evaluate: @Sendable (DerivedSignals) -> MetricResult

  init<Metric: EpisodeMetric>(_ metric: Metric.Type) {
    schema = Metric.schema
    evaluate = { Metric.evaluate($0) }
  }

  /// How it enters the score of a profile.
  public func role(in profile: MetricProfile) -> MetricRole {
    profile.formula.role(of: schema.name)
  }

  /// Its role in the default profile.
  public var role: MetricRole { role(in: .strict) }
}

/// All metrics, scored ones first. Which are scored, a profile's formula says.
public enum MetricCatalog {
  /// In the order in which results list them.
  public static let entries: [MetricEntry] = scores + others + surrogates + predictions

  /// Those that enter a score, and what else every drive is measured by.
  private static let scores: [MetricEntry] = [
    MetricEntry(NoEgoAtFaultCollisionsMetric.self),
    MetricEntry(DrivableAreaComplianceMetric.self),
    MetricEntry(DrivingDirectionComplianceMetric.self),
    MetricEntry(EgoIsMakingProgressMetric.self),
    MetricEntry(TrafficLightComplianceMetric.self),
    MetricEntry(StopComplianceMetric.self),
    MetricEntry(YieldComplianceMetric.self),
    MetricEntry(EgoProgressAlongExpertRouteMetric.self),
    MetricEntry(TimeToCollisionWithinBoundMetric.self),
    MetricEntry(SpeedLimitComplianceMetric.self),
    MetricEntry(EgoIsComfortableMetric.self),
    MetricEntry(AllCollisionsMetric.self),
    MetricEntry(CollisionEnergyMetric.self),
    MetricEntry(EgoLaneChangeMetric.self),
    MetricEntry(EgoMeanSpeedMetric.self),
    MetricEntry(GoalReachedMetric.self),
    MetricEntry(OutcomeRatesMetric.self),
    MetricEntry(MultipleLanesMetric.self),
  ]

  /// Scores of other benchmarks: reported where a profile measures all or scores them.
  private static let others: [MetricEntry] = [
    MetricEntry(LaneChangesToGoalMetric.self),
    MetricEntry(PastObstacleMetric.self),
    MetricEntry(InducedBrakingMetric.self),
    MetricEntry(LaneKeepingMetric.self),
    MetricEntry(PlanConsistencyMetric.self),
    MetricEntry(PDMScoreMetric.self),
    MetricEntry(ExtendedPDMScoreMetric.self),
    MetricEntry(DrivingScoreMetric.self),
    MetricEntry(DrivingScore21Metric.self),
    MetricEntry(Bench2DriveSuccessMetric.self),
    MetricEntry(Bench2DriveEfficiencyMetric.self),
    MetricEntry(Bench2DriveSmoothnessMetric.self),
    MetricEntry(CommonRoadCostMetric.self),
    MetricEntry(OpenLoopScoreMetric.self),
  ]

  /// Surrogate safety: reported where a profile measures all, not scored.
  private static let surrogates: [MetricEntry] = [
    MetricEntry(TimeHeadwayMetric.self),
    MetricEntry(TimeToCollision1DMetric.self),
    MetricEntry(TimeToCollisionAcceleratedMetric.self),
    MetricEntry(TimeToCollision2DMetric.self),
    MetricEntry(TimeExposedMetric.self),
    MetricEntry(TimeIntegratedMetric.self),
    MetricEntry(DecelerationToAvoidCrashMetric.self),
    MetricEntry(CrossingDecelerationMetric.self),
    MetricEntry(ModifiedDecelerationToAvoidCrashMetric.self),
    MetricEntry(PostEncroachmentMetric.self),
    MetricEntry(PredictedPostEncroachmentMetric.self),
    MetricEntry(EncroachmentMetric.self),
    MetricEntry(RequiredDecelerationMetric.self),
    MetricEntry(LateralAccelerationRequiredMetric.self),
    MetricEntry(BrakeThreatNumberMetric.self),
    MetricEntry(SteerThreatNumberMetric.self),
    MetricEntry(TimeToBrakeMetric.self),
    MetricEntry(TimeToSteerMetric.self),
    MetricEntry(TimeToKickDownMetric.self),
    MetricEntry(TimeToReactMetric.self),
    MetricEntry(SafeDistanceMetric.self),
    MetricEntry(MinimumDistanceMetric.self),
    MetricEntry(PredictedDeltaVMetric.self),
    MetricEntry(BrakeRateMetric.self),
    MetricEntry(EncountersMetric.self),
  ]

  /// The predictor against what then happened: reported where a profile measures all, not scored.
  private static let predictions: [MetricEntry] = [
    MetricEntry(PredictionMinADEMetric.self),
    MetricEntry(PredictionMinFDEMetric.self),
    MetricEntry(PredictionMissRateMetric.self),
    MetricEntry(PredictionBrierMinFDEMetric.self),
    MetricEntry(PredictionLikelihoodMetric.self),
    MetricEntry(PredictionCoverageMetric.self),
    MetricEntry(PredictionFlickerMetric.self),
  ]

  /// What the scenario reader and `simrun catalog` know of the metrics.
  public static var schemas: [ModuleSchema] { entries.map(\.schema) }

  /// The score of one ego's drive with all metrics that the profile measures.
  ///
  /// - Parameter ego: index into the header's egos.
  public static func score(
    _ record: EpisodeRecord, ego: Int = 0, profile: MetricProfile = .strict
  ) -> EpisodeScore {
    score(DerivedSignals(record, ego: ego, profile: profile))
  }

  /// The score of a drive whose signals are known.
  public static func score(_ signals: DerivedSignals) -> EpisodeScore {
    let profile = signals.profile
    let measured =
      profile.measuresAll
      ? entries
      : profile.formula.isWithin(scoreNames)
        ? scores : scores + others.filter { $0.role(in: profile) != .statistic }
    return EpisodeScore(signals, measured.map { $0.evaluate(signals) })
  }

  /// Only looked up.
  private static let scoreNames = Set(scores.map(\.schema.name))
}
