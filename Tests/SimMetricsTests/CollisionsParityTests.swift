import SimCore
import SimGeometry
import SimStack
import SimWorld
import TestSupport
import Testing

@testable import SimMetrics

/// `collisions_ttc.json`: classes of all pairs, collisions and time to collision, against the
/// official code; whether the ego is in its lane is given instead of a map.
@Suite(.enabled(if: SharedData.isPresent, "needs ../shared"))
struct CollisionsParityTests {
  struct Frame: Decodable, Sendable {
    var ego: NuPlanFixtures.EgoRow
    var inLane: Bool?
    var rearAxleInIntersection: Bool?
    var tracks: [NuPlanFixtures.TrackRow]
  }

  struct Pair: Decodable, Sendable {
    var token: String
    var overlaps: Bool
    var typeIfColliding: String
    var relativeAngle: Double
    var ahead: Bool
    var behind: Bool
    var deltaV: Double
  }

  struct Hit: Decodable, Sendable {
    var type: String
    var deltaV: Double
    var objectType: String
  }

  struct Collisions: Decodable, Sendable {
    var timeUs: Int64
    var tracks: [String: Hit]
  }

  struct Result: Decodable, Sendable {
    var pairs: [[Pair]]
    var collisions: [Collisions]
    var atFaultTimeUs: [Int64]
    var atFaultDeltaV: [String: [Double]]
    var noAtFaultCollisionStats: [String: NuPlanFixtures.Number]
    var noAtFaultCollisionScore: Double
    var ttc: [Double]
    var minTtc: Double
    var ttcWithinBound: Bool
    var ttcScore: Double
  }

  struct Scene: Decodable, Sendable {
    var name: String
    var frames: [Frame]
    var result: Result
  }

  struct UnitTestScene: Decodable, Sendable {
    struct Results: Decodable, Sendable {
      var inLaneFalse: Result
      var inLaneTrue: Result
    }
    var name: String
    var frames: [Frame]
    var result: Results
    var officialExpected: ComfortSignalsParityTests.Expected
  }

  struct Combination: Decodable, Sendable, CustomTestStringConvertible {
    var vru: Int
    var vehicle: Int
    var object: Int
    var score: Double
    var testDescription: String { "\(vru) VRU, \(vehicle) vehicle, \(object) object" }
  }

  struct File: Decodable, Sendable {
    var scenes: [Scene]
    var scoreCombinations: [Combination]
    var officialUnitTestScenes: [UnitTestScene]
  }

  /// A scene with the lane flags to evaluate it with.
  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var frames: [Frame]
    var isInLane: [Bool]
    var result: Result
    var isAtUTM: Bool
    var testDescription: String { name }

    var record: EpisodeRecord {
      NuPlanFixtures.record(frames.map(\.ego.state), tracks: frames.map(\.tracks))
    }

    var signals: DerivedSignals {
      DerivedSignals(
        record, ego: 0, profile: .nuPlanCompat,
        placement: LanePlacement(
          isInLane: isInLane, isInJunction: frames.map { $0.rearAxleInIntersection ?? false }))
    }
  }

  static let file = NuPlanFixtures.load("collisions_ttc", as: File.self)

  static let cases: [Case] =
    (file?.scenes ?? []).map {
      Case(
        name: $0.name, frames: $0.frames, isInLane: $0.frames.map { $0.inLane ?? false },
        result: $0.result, isAtUTM: false)
    }
    + (file?.officialUnitTestScenes ?? []).flatMap { scene in
      [(false, scene.result.inLaneFalse), (true, scene.result.inLaneTrue)].map {
        Case(
          name: "\(scene.name) in lane: \($0.0)", frames: scene.frames,
          isInLane: [Bool](repeating: $0.0, count: scene.frames.count), result: $0.1,
          isAtUTM: true)
      }
    }

  @Test(arguments: cases)
  func pairsMatch(_ item: Case) throws {
    let vehicle = VehicleParameters.pacifica
    for (tick, frame) in item.frames.enumerated() {
      let state = frame.ego.state
      let ego = state.box(vehicle)
      #expect(frame.tracks.count == item.result.pairs[tick].count)
      // The original lists tracks by kind, the frames do not.
      for pair in item.result.pairs[tick] {
        let track = try #require(frame.tracks.first { $0.token == pair.token })
        let box = OrientedBox(pose: track.pose, length: track.length, width: track.width)
        #expect(ego.overlaps(box) == pair.overlaps, "\(pair.token) at \(tick)")
        let speed = track.agentClass.isObject ? 0 : track.speed
        let origin = state.pose.position
        let bearing = Bearing(
          of: box.centre, from: origin, heading: ego.heading, along: ego.direction, by: .nuPlan)
        let kind = CollisionKind(
          ego: ego, egoSpeed: state.speed, other: box, bearing: bearing,
          otherClass: track.agentClass, otherSpeed: speed)
        #expect(NuPlanFixtures.officialName(kind) == pair.typeIfColliding)
        #expect((bearing == .ahead) == pair.ahead)
        #expect((bearing == .behind) == pair.behind)
        let angle = Bearing.angle(of: box.centre, from: origin, along: ego.direction)
        // The arc cosine of the original loses half its digits near 0 and pi.
        expectClose([angle], [pair.relativeAngle], item.isAtUTM ? 1e-6 : 3e-8, "bearing")
        let deltaV = Collision.deltaV(
          speed: state.speed, otherSpeed: speed,
          headingDifference: state.pose.heading - box.heading)
        expectClose([deltaV], [pair.deltaV], 1e-9, "delta v")
      }
    }
  }

  @Test(arguments: cases)
  func collisionsMatch(_ item: Case) {
    let signals = item.signals
    expectCollisions(signals, item.result.collisions, atFault: item.result.atFaultTimeUs)
    let faults = signals.collisions.filter(\.isAtFault)
    let expected = item.result.atFaultDeltaV.values.flatMap { $0 }.sorted()
    expectClose(faults.map(\.deltaV).sorted(), expected, 1e-9, "delta v")
    let result = NoEgoAtFaultCollisionsMetric.evaluate(signals)
    #expect(result.value == item.result.noAtFaultCollisionScore)
    expectStatistics(result, item.result.noAtFaultCollisionStats)
  }

  @Test(arguments: cases)
  func timeToCollisionMatches(_ item: Case) {
    let signals = item.signals
    let result = TimeToCollisionWithinBoundMetric.evaluate(signals)
    expectClose(result.series, item.result.ttc, 1e-9, "ttc")
    expectClose([result.series.min() ?? .nan], [item.result.minTtc], 1e-9, "least ttc")
    #expect(result.value == item.result.ttcScore)
    #expect(result.value == (item.result.ttcWithinBound ? 1 : 0))
  }

  @Test(arguments: file?.scoreCombinations ?? [])
  func scoreCombinationsMatch(_ item: Combination) {
    #expect(
      NoEgoAtFaultCollisionsMetric.score(
        vulnerable: item.vru, vehicles: item.vehicle, objects: item.object) == item.score)
  }

  /// The repository expects these values with its real map: one of the two lane flags must give
  /// them.
  @Test(arguments: (file?.officialUnitTestScenes ?? []).map(\.name))
  func repositoryExpectationHolds(_ name: String) throws {
    let scene = try #require(Self.file?.officialUnitTestScenes.first { $0.name == name })
    let candidates = Self.cases.filter { $0.name.hasPrefix(scene.name) }
    #expect(candidates.count == 2)
    let isTimeToCollision = scene.name.hasPrefix("time_to_collision")
    let fits = candidates.contains { item in
      let signals = item.signals
      let found: [Double]
      if isTimeToCollision {
        let result = TimeToCollisionWithinBoundMetric.evaluate(signals)
        found = [result.series.min() ?? .nan, result.value ?? .nan]
      } else {
        let result = NoEgoAtFaultCollisionsMetric.evaluate(signals)
        let speeds = SeriesSummary(signals.collisions.filter(\.isAtFault).map(\.deltaV))
        found =
          [result.value == 1 ? 1 : 0] + result.statistics.prefix(4).map(\.value)
          + [speeds.greatest, speeds.least, speeds.mean]
      }
      return zip(scene.officialExpected.statistics, found).allSatisfy {
        $0.value == $1 || ($0.value - $1).magnitude <= 0.00501
      }
    }
    #expect(fits)
  }
}

/// Collisions equal to the official ones: times, partners, classes, at-fault times.
func expectCollisions(
  _ signals: DerivedSignals, _ expected: [CollisionsParityTests.Collisions], atFault: [Int64]
) {
  var hits: [String: (time: Int64, hit: CollisionsParityTests.Hit)] = [:]
  for collision in expected {
    for (token, hit) in collision.tracks { hits[token] = (collision.timeUs, hit) }
  }
  #expect(signals.collisions.count == hits.count)
  for collision in signals.collisions {
    let token = signals.record.header.ids[collision.agent]
    guard let (time, hit) = hits[token] else {
      Issue.record("no collision with \(token) is expected")
      continue
    }
    #expect(signals.motion.states[collision.tick].timeMicroseconds == time)
    #expect(NuPlanFixtures.officialName(collision.kind) == hit.type)
    expectClose([collision.deltaV], [hit.deltaV], 1e-9, "delta v with \(token)")
  }
  let times = signals.collisions.filter(\.isAtFault).map {
    signals.motion.states[$0.tick].timeMicroseconds
  }
  #expect(Set(times) == Set(atFault))
}

/// All expected statistics are there with the same values. A flag named like the metric is not
/// among them: it is the value.
func expectStatistics(
  _ result: MetricResult, _ expected: [String: NuPlanFixtures.Number], _ tolerance: Double = 1e-9
) {
  for (name, number) in expected.sorted(by: { $0.key < $1.key }) where name != result.name {
    let found = result.statistics.first { $0.name == name }?.value
    #expect(found != nil, "\(name)")
    if let found { expectClose([found], [number.value], tolerance, name) }
  }
}
