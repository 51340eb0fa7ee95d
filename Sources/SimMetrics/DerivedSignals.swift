import SimCore
import SimGeometry
public import SimMap
public import SimStack
import SimWorld

/// Everything that several metrics need of one ego's drive, computed once.
///
/// Metrics read this and never each other.
public struct DerivedSignals: Sendable {
  /// The episode.
  public let record: EpisodeRecord
  /// Which of the header's egos.
  public let ego: Int
  /// By whose definitions the signals are formed.
  public let profile: MetricProfile
  /// The ego's drive.
  public let motion: EgoMotion
  /// All others over the episode.
  public let agents: SurroundingAgents
  /// Where the drive was on the map.
  public let placement: LanePlacement
  /// First contact with each other agent, by tick and row.
  public let collisions: [Collision]
  /// Seconds, one entry a tick.
  public let timeToCollision: TimeToCollisionSeries
  /// Accelerations, jerks and yaw signals.
  public let comfort: ComfortSignals
  /// How far the ego is off the drivable area, one entry a tick.
  public let excursions: [RoadExcursion]
  /// nil if the episode has no reference drive.
  public let progress: ReferenceProgress?
  /// Where the profile measures it.
  private var safety: SurrogateSafety?
  /// Where the profile measures it.
  private var forecasts: PredictionQuality?

  /// The signals of one ego's drive.
  ///
  /// - Parameters:
  ///   - ego: index into the header's egos.
  ///   - placement: where the drive was on the map, if that is not to be found from the map.
  public init(
    _ record: EpisodeRecord, ego: Int, profile: MetricProfile, placement: LanePlacement? = nil
  ) {
    let header = record.header
    let driver = header.egos[ego]
    let ticks = min(record.ticks, record.egos[ego].count)
    self.record = record
    self.ego = ego
    self.profile = profile
    motion = EgoMotion(
      states: (0..<ticks).map { record.egos[ego][$0].state }, vehicle: driver.vehicle)
    agents = SurroundingAgents(
      history: record.history, classes: header.classes, lengths: header.lengths,
      widths: header.widths, ego: driver.agent, bearings: profile.bearings)
    let found = placement ?? LanePlacement(motion, on: header.map)
    self.placement = found
    let contacts = agents.collisions(with: motion, isInLane: found.isInLane)
    collisions =
      profile.blamesCutIns ? agents.blamingCutIns(contacts, of: motion) : contacts
    timeToCollision = agents.timeToCollision(
      of: motion, collisions: collisions, isInLane: found.isInLane,
      isInJunction: found.isInJunction, by: profile.timeToCollision)
    comfort = ComfortSignals(motion, chain: profile.comfortChain)
    excursions = RoadExcursion.all(motion.boxes, found, on: header.map)
    progress = ReferenceProgress(
      motion, driver, on: header.map, isCut: profile.cutsReference,
      usesRoute: profile.cutsReference, lanes: placement == nil ? found.driven : nil)
    if profile.measuresAll {
      safety = surrogate
      forecasts = prediction
    }
  }

  /// How good forecasts were; found anew where the profile does not measure it.
  public var prediction: PredictionQuality { forecasts ?? PredictionQuality(record, ego: ego) }

  /// Surrogate safety, one entry a tick; found anew where the profile does not measure it.
  public var surrogate: SurrogateSafety {
    safety
      ?? SurrogateSafety(
        agents, motion, driven: placement.driven, route: driver.route.lanes, on: map,
        step: record.header.clock.step)
  }

  /// The road.
  public var map: LaneGraph { record.header.map }
  /// The ego's entry in the header.
  public var driver: EpisodeHeader.Ego { record.header.egos[ego] }
  /// Number of ticks looked at.
  public var ticks: Int { motion.count }

  /// Time of a tick since the episode's first one, seconds.
  public func seconds(_ tick: Int) -> Double {
    // What failed in a tick may have left no state of it.
    guard tick < ticks else { return record.header.clock.seconds(tick) }
    let states = motion.states
    return Double(states[tick].timeMicroseconds - states[0].timeMicroseconds) / 1_000_000
  }

  /// Declared id of a row, in quotes.
  func name(_ row: Int) -> String { "'\(record.header.ids[row])'" }
}

/// Progress of an ego and of the drive that it is measured against, along the road segments of
/// the latter.
public struct ReferenceProgress: Sendable {
  /// The reference's route; empty if it never was in a lane.
  public var stages: [RouteProgress.Stage]
  /// Progress of the ego since the tick before, metres.
  public var perTick: [Double]
  /// Of the ego, metres; 0 without a route.
  public var total: Double
  /// Of the reference, metres; 0 without a route.
  public var referenceTotal: Double

  /// nil without a reference drive.
  ///
  /// - Parameters:
  ///   - isCut: the reference counts no longer than the ego drove.
  ///   - usesRoute: where the reference is on a lane of the ego's route, only that lane counts;
  ///     nuPlan takes the first of those that it finds, which in a junction may lead elsewhere.
  ///   - lanes: of the ego's centre; nil if they are not known.
  init?(
    _ motion: EgoMotion, _ driver: EpisodeHeader.Ego, on map: LaneGraph, isCut: Bool,
    usesRoute: Bool, lanes: LaneSets? = nil
  ) {
    guard driver.referenceKind != .none, let states = driver.reference, !states.isEmpty else {
      return nil
    }
    let counted = isCut ? states.prefix(max(motion.count, 1)) : states[...]
    let centres = counted.map { $0.centre(driver.vehicle) }
    let positions = centres.map(\.position)
    let directions = centres.map(\.direction)
    // Who is its own reference has been looked at already.
    let isOwn =
      positions.count == motion.count
      && positions.indices.allSatisfy {
        positions[$0] == motion.boxes[$0].centre && directions[$0] == motion.boxes[$0].direction
      }
    let known = isOwn ? lanes : nil
    let driven = known ?? LaneAssociation(on: map).driven(positions, heading: directions)
    let route = RouteProgress(
      along: driven, on: map, preferring: usesRoute ? driver.route.lanes : [])
    stages = route.stages
    perTick = route.perTick(motion.boxes.map(\.centre))
    total = perTick.reduce(0, +)
    referenceTotal = isOwn ? total : route.perTick(positions).reduce(0, +)
  }
}
