public import SimStack

/// A named set of definitions by which drives are scored. Numbers of different profiles must not
/// be compared.
public struct MetricProfile: Sendable {
  /// The word that `--profile` and scenario files use.
  public let name: String
  /// One line that says what it is.
  public let summary: String
  /// Which metrics are scored, and how.
  public let formula: ScoreFormula
  /// How accelerations and jerks are formed.
  public let comfortChain: ComfortChain
  /// Within what a comfortable drive stays.
  public let comfortBounds: ComfortBounds
  /// How the time to a collision is found.
  public let timeToCollision: TimeToCollision
  /// How it is told what is ahead of the ego and what behind.
  public let bearings: Bearing.Rule
  /// Progress is compared with what the reference covered in the time that the ego drove, also if
  /// the episode ended early; else with its whole drive.
  public let cutsReference: Bool
  /// Who stands is to blame for a collision if it has just cut in (see
  /// `SurroundingAgents.blamingCutIns`); else never.
  public let blamesCutIns: Bool
  /// Measured is also what no score depends on: surrogate safety and other benchmarks' scores.
  public var measuresAll = false

  /// The same, with everything measured.
  public var measuringAll: MetricProfile {
    var profile = self
    profile.measuresAll = true
    return profile
  }

  /// nuPlan's closed-loop metrics to the letter, quirks included.
  public static let nuPlanCompat = MetricProfile(
    name: "nuplan-compat",
    summary: "nuPlan's closed-loop metrics to the letter",
    formula: .nuPlan, comfortChain: .nuPlan, comfortBounds: .nuPlan,
    timeToCollision: TimeToCollision(.sampled),
    bearings: .nuPlan, cutsReference: false, blamesCutIns: false)

  /// The default: nuPlan's metrics with rigid-body accelerations and a bound on lateral jerk,
  /// centred filters without edge samples, the exact time to collision, no red light and no stop
  /// sign passed, and blame for who cuts in and stops.
  public static let strict = MetricProfile(
    name: "strict",
    summary: "nuPlan's metrics with rigid-body comfort, exact time to collision, lights and stops",
    formula: .strict, comfortChain: .strict, comfortBounds: .strict,
    timeToCollision: TimeToCollision(.swept),
    bearings: .exact, cutsReference: true, blamesCutIns: true)

  /// V-Max's: nuPlan's with red lights and with keeping to one lane, and its own comfort bounds.
  public static let vMax = MetricProfile(
    name: "v-max",
    summary: "nuPlan's metrics with red lights, one lane at a time and V-Max's comfort bounds",
    formula: .vMax, comfortChain: .strict, comfortBounds: .vMax,
    timeToCollision: TimeToCollision(.swept),
    bearings: .exact, cutsReference: true, blamesCutIns: false)

  /// interPlan's for all scenes but those with obstacles.
  public static let interPlan = MetricProfile(
    name: "interplan",
    summary: "nuPlan's metrics with the lane changes that the goal needs (interPlan)",
    formula: .interPlan, comfortChain: .nuPlan, comfortBounds: .nuPlan,
    timeToCollision: TimeToCollision(.sampled),
    bearings: .nuPlan, cutsReference: false, blamesCutIns: false)

  /// interPlan's for scenes with obstacles.
  public static let interPlanObstacle = MetricProfile(
    name: "interplan-obstacle",
    summary: "the same for scenes with obstacles: getting past them in place of direction",
    formula: .interPlanObstacle, comfortChain: .nuPlan, comfortBounds: .nuPlan,
    timeToCollision: TimeToCollision(.sampled),
    bearings: .nuPlan, cutsReference: false, blamesCutIns: false)

  /// All profiles, the default first.
  public static let all: [MetricProfile] = [
    .strict, .nuPlanCompat, .vMax, .interPlan, .interPlanObstacle,
  ]

  /// The profile of a name; nil if there is none.
  public static func named(_ name: String) -> MetricProfile? { all.first { $0.name == name } }
}

/// Within what a comfortable drive stays, all bounds excluded.
public struct ComfortBounds: Hashable, Sendable {
  /// m/s^2.
  public var leastLongitudinalAcceleration = -4.05
  /// m/s^2.
  public var greatestLongitudinalAcceleration = 2.40
  /// Either way, m/s^2.
  public var lateralAcceleration = 4.89
  /// m/s^3.
  public var longitudinalJerk = 4.13
  /// Of the size of the acceleration, either way, m/s^3.
  public var magnitudeJerk = 8.37
  /// m/s^3; nil: not bounded.
  public var lateralJerk: Double?
  /// rad/s.
  public var yawRate = 0.95
  /// rad/s^2.
  public var yawAcceleration = 1.93

  /// nuPlan's bounds, with one on lateral jerk (m/s^3) if it is given.
  public init(lateralJerk: Double? = nil) { self.lateralJerk = lateralJerk }

  /// nuPlan's bounds; lateral jerk has none.
  public static let nuPlan = ComfortBounds()
  /// V-Max's.
  public static let vMax: ComfortBounds = {
    var bounds = ComfortBounds()
    bounds.lateralAcceleration = 2
    bounds.magnitudeJerk = 8.3
    bounds.yawAcceleration = 2.2
    return bounds
  }()
  /// With the lateral jerk that UN Regulation No. 79 allows to automated steering: 5 m/s^3.
  public static let strict = ComfortBounds(lateralJerk: 5)
}
