public import SimMap

/// Surrogate safety of an ego over an episode: the worst of each measure at each tick, over all
/// road users within reach, and what happened in conflict areas.
///
/// The ego answers for what is ahead of it or beside it; who comes from behind is not looked at.
/// Along the road, `gap` and speeds are those along the ego's lane and what follows it.
public struct SurrogateSafety: Sendable {
  /// Pairs farther from each other are not looked at, metres (SUMO's device does the same).
  public static let range = 50.0
  /// Contacts later than this are not looked for, seconds.
  public static let horizon = 10.0
  /// Evading is looked at where the contact is nearer than this, seconds.
  public static let evasionHorizon = 5.0

  /// No road gives more: greater demands, and those in contact, count as this, m/s^2.
  public static let mostDemand = 100.0

  /// Between the bodies, metres; all round.
  public var distance: WorstSeries
  /// Seconds.
  public var timeHeadway: WorstSeries
  /// Along the lane, at constant speeds, seconds.
  public var timeToCollision1D: WorstSeries
  /// Along the lane, at constant accelerations, seconds.
  public var timeToCollisionAccelerated: WorstSeries
  /// Of the moving bodies in the plane, seconds.
  public var timeToCollision2D: WorstSeries
  /// DRAC behind a leader, m/s^2.
  public var decelerationFollowing: WorstSeries
  /// DRAC before a conflict area, m/s^2.
  public var decelerationCrossing: WorstSeries
  /// MDRAC behind a leader, m/s^2.
  public var modifiedDeceleration: WorstSeries
  /// Deceleration that just avoids contact, m/s^2 (positive).
  public var requiredDeceleration: WorstSeries
  /// Lateral acceleration that passes by at the contact, m/s^2.
  public var requiredLateral: WorstSeries
  /// Latest times to begin evading, seconds; minus infinity: too late.
  public var timeToBrake: WorstSeries
  /// By steering.
  public var timeToSteer: WorstSeries
  /// By accelerating.
  public var timeToKickDown: WorstSeries
  /// By the best of the three.
  public var timeToReact: WorstSeries
  /// Predicted post-encroachment time, seconds.
  public var predictedPostEncroachment: WorstSeries
  /// Change of velocity in the predicted contact, m/s.
  public var predictedDeltaV: WorstSeries
  /// What is missing to the safe distance of RSS while the ego does not respond properly, metres.
  public var unsafeGap: WorstSeries
  /// Ticks in which RSS calls the ego's situation dangerous.
  public var isDangerous: [Bool]

  /// What happened in conflict areas, in the order of the rows.
  public var postEncroachments: [PostEncroachment] = []
  /// Ticks that the ego spent in encounters of each kind (in the order of
  /// `EncounterKind.allCases`), summed over pairs.
  public var encounterTicks = [Int](repeating: 0, count: EncounterKind.allCases.count)
  /// Others whom the ego met in each kind.
  public var encounterAgents = [Int](repeating: 0, count: EncounterKind.allCases.count)

  init(ticks: Int) {
    func low() -> WorstSeries { WorstSeries(ticks: ticks, isLeastWorst: true) }
    func high() -> WorstSeries { WorstSeries(ticks: ticks, isLeastWorst: false) }
    func demand() -> WorstSeries {
      WorstSeries(ticks: ticks, isLeastWorst: false, most: SurrogateSafety.mostDemand)
    }
    distance = low()
    timeHeadway = low()
    timeToCollision1D = low()
    timeToCollisionAccelerated = low()
    timeToCollision2D = low()
    decelerationFollowing = demand()
    decelerationCrossing = demand()
    modifiedDeceleration = demand()
    requiredDeceleration = demand()
    requiredLateral = demand()
    timeToBrake = low()
    timeToSteer = low()
    timeToKickDown = low()
    timeToReact = low()
    predictedPostEncroachment = low()
    predictedDeltaV = high()
    unsafeGap = high()
    isDangerous = [Bool](repeating: false, count: ticks)
  }

  /// The measures of one ego's drive.
  ///
  /// - Parameters:
  ///   - agents: the others.
  ///   - motion: the ego's drive.
  ///   - driven: the lanes of its centre at each tick.
  ///   - route: lanes that it was sent along.
  ///   - step: length of a tick, seconds.
  public init(
    _ agents: SurroundingAgents, _ motion: EgoMotion, driven: LaneSets, route: [Int],
    on map: LaneGraph, step: Double
  ) {
    var search = SurrogateSearch(
      agents, motion, paths: LanePaths(on: map, route: route, reach: SurrogateSafety.range + 10),
      step: step)
    search.run(driven)
    self = search.found
  }
}
