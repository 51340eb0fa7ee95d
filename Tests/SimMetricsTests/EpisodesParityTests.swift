import SimCore
import SimMap
import SimStack
import SimWorld
import TestSupport
import Testing

@testable import SimMetrics

/// `episodes.json`: whole episodes on maps, every step from lane association to the aggregate,
/// against the official code.
@Suite(.enabled(if: SharedData.isPresent, "needs ../shared"))
struct EpisodesParityTests {
  struct Result: Decodable, Sendable {
    var scores: [String: Double?]
    var aggregate: Double
    var drivenRoute: [[String]]
    var cornersRoute: [[[String]]]
    var commonOrConnected: [[String]?]
    var inLane: [Bool]
    var rearAxleInIntersection: [Bool]
    var laneChange: [String: NuPlanFixtures.Number]
    var collisions: [CollisionsParityTests.Collisions]
    var atFaultTimeUs: [Int64]
    var collisionStats: [String: NuPlanFixtures.Number]
    var ttc: [Double]
    var ttcStats: [String: NuPlanFixtures.Number]
    var cornersInDrivableArea: [Bool]
    var drivableAreaStats: [String: NuPlanFixtures.Number]
    var drivingDirection: [Double]
    var drivingDirectionStats: [String: NuPlanFixtures.Number]
    var expertRouteRoadblocks: [String]
    var egoProgress: [Double]?
    var progressStats: [String: NuPlanFixtures.Number]
    var speedViolation: [Double]
    var speedStats: [String: NuPlanFixtures.Number]
    var comfort: [String: ComfortSignalsParityTests.Metric]
    var egoIsComfortable: Bool
  }

  struct Episode: Decodable, Sendable {
    var name: String
    var map: String
    var ego: [NuPlanFixtures.EgoRow]
    var expert: [NuPlanFixtures.EgoRow]
    var agents: [[NuPlanFixtures.TrackRow]]
    var result: Result
  }

  struct Formula: Decodable, Sendable {
    var metricWeights: [String: Double]
    var multipleMetrics: [String]
  }

  struct File: Decodable, Sendable {
    var mapNames: [String: String]
    var aggregator: Formula
    var episodes: [Episode]
  }

  /// An episode with its signals, computed once for all tests.
  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var result: Result
    var signals: DerivedSignals
    var testDescription: String { name }
  }

  static let file = NuPlanFixtures.load("episodes", as: File.self)

  static let cases: [Case] = (file?.episodes ?? []).compactMap { episode in
    guard let name = file?.mapNames[episode.map], let map = NuPlanMaps.graphs[name] else {
      return nil
    }
    let record = NuPlanFixtures.record(
      episode.ego.map(\.state), tracks: episode.agents, expert: episode.expert.map(\.state),
      on: map)
    return Case(
      name: episode.name, result: episode.result,
      signals: DerivedSignals(record, ego: 0, profile: .nuPlanCompat))
  }

  @Test func allEpisodesHaveAMap() {
    #expect(Self.cases.count == Self.file?.episodes.count)
  }

  @Test(arguments: cases)
  func lanesMatch(_ item: Case) {
    let placement = item.signals.placement
    let lanes = item.signals.map.lanes
    func ids(_ set: some Sequence<Int>) -> [String] { set.map { lanes[$0].id } }
    for tick in 0..<item.signals.ticks {
      #expect(ids(placement.driven[tick]) == item.result.drivenRoute[tick], "centre at \(tick)")
      for corner in 0..<4 {
        #expect(
          ids(placement.corners[corner][tick]) == item.result.cornersRoute[tick][corner],
          "corner \(corner) at \(tick)")
      }
      // The original's is a set without order.
      #expect(
        placement.common[tick].map { Set(ids($0)) }
          == item.result.commonOrConnected[tick].map { Set($0) }, "common at \(tick)")
    }
    #expect(placement.isInLane == item.result.inLane)
    #expect(placement.isInJunction == item.result.rearAxleInIntersection)
    let result = EgoLaneChangeMetric.evaluate(item.signals)
    expectStatistics(result, item.result.laneChange)
  }

  @Test(arguments: cases)
  func collisionsMatch(_ item: Case) {
    expectCollisions(item.signals, item.result.collisions, atFault: item.result.atFaultTimeUs)
    let result = NoEgoAtFaultCollisionsMetric.evaluate(item.signals)
    expectStatistics(result, item.result.collisionStats)
    expectScore(result, item)
    #expect(
      (result.value == 1)
        == (item.result.collisionStats["no_ego_at_fault_collisions"]?.value == 1))
  }

  @Test(arguments: cases)
  func timeToCollisionMatches(_ item: Case) {
    let result = TimeToCollisionWithinBoundMetric.evaluate(item.signals)
    expectClose(result.series, item.result.ttc, 1e-9, "ttc")
    expectStatistics(result, item.result.ttcStats)
    expectScore(result, item)
  }

  @Test(arguments: cases)
  func drivableAreaMatches(_ item: Case) {
    #expect(item.signals.excursions.map(\.isInside) == item.result.cornersInDrivableArea)
    let result = DrivableAreaComplianceMetric.evaluate(item.signals)
    expectStatistics(result, item.result.drivableAreaStats)
    expectScore(result, item)
  }

  @Test(arguments: cases)
  func drivingDirectionMatches(_ item: Case) {
    let result = DrivingDirectionComplianceMetric.evaluate(item.signals)
    expectClose(result.series, item.result.drivingDirection, 1e-9, "driving direction")
    var statistics = item.result.drivingDirectionStats
    let score = statistics.removeValue(forKey: "driving_direction_compliance_score")
    #expect(result.value == score?.value)
    expectStatistics(result, statistics)
    expectScore(result, item)
  }

  @Test(arguments: cases)
  func progressMatches(_ item: Case) throws {
    let progress = try #require(item.signals.progress)
    #expect(
      progress.stages.map { item.signals.map.segments[$0.segment].id }
        == item.result.expertRouteRoadblocks)
    if let expected = item.result.egoProgress {
      expectClose(progress.perTick, expected, 1e-9, "progress")
    } else {
      #expect(progress.stages.isEmpty)
    }
    let result = EgoProgressAlongExpertRouteMetric.evaluate(item.signals)
    expectStatistics(result, item.result.progressStats)
    expectScore(result, item)
    expectScore(EgoIsMakingProgressMetric.evaluate(item.signals), item)
  }

  @Test(arguments: cases)
  func speedMatches(_ item: Case) {
    let result = SpeedLimitComplianceMetric.evaluate(item.signals)
    expectClose(result.series, item.result.speedViolation, 1e-9, "over-speed")
    expectStatistics(result, item.result.speedStats)
    #expect(
      (result.value == 1) == (item.result.speedStats["speed_limit_compliance"]?.value == 1))
    expectScore(result, item)
  }

  @Test(arguments: cases)
  func comfortMatches(_ item: Case) {
    let result = EgoIsComfortableMetric.evaluate(item.signals)
    expectComfort(result, item.result.comfort)
    #expect(result.value == (item.result.egoIsComfortable ? 1 : 0))
    expectScore(result, item)
  }

  @Test(arguments: cases)
  func aggregateMatches(_ item: Case) {
    let score = MetricCatalog.score(item.signals)
    expectClose([score.score], [item.result.aggregate], 1e-9, "aggregate")
    #expect(Set(score.factors.map(\.metric)) == Set(item.result.scores.keys))
  }

  @Test(arguments: [MetricProfile.strict, .nuPlanCompat])
  func weightsMatch(_ profile: MetricProfile) throws {
    let official = try #require(Self.file?.aggregator)
    let formula = profile.formula
    // Strict adds the rules of the road, which nuPlan does not score.
    let rules = [
      TrafficLightComplianceMetric.name, StopComplianceMetric.name, YieldComplianceMetric.name,
    ]
    let own = profile.name == "strict" ? rules : []
    #expect(Set(formula.multipliers) == Set(official.multipleMetrics + own))
    for (metric, weight) in official.metricWeights where metric != "default" {
      #expect(formula.role(of: metric) == .weighted(weight))
    }
    #expect(formula.weights.count == official.metricWeights.count - 1)
  }

  private func expectScore(_ result: MetricResult, _ item: Case) {
    guard let expected = item.result.scores[result.name] else {
      Issue.record("\(result.name) is not scored")
      return
    }
    #expect((result.value == nil) == (expected == nil))
    expectClose([result.value ?? 0], [expected ?? 0], 1e-9, result.name)
  }
}
