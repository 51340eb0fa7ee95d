import SimCore
import SimGeometry
import SimNeural
import SimStack
import SimWorld
import StackTestSupport
import Testing

@testable import SimPrediction

@Suite struct ForecastFeaturesTests {
  /// Two lanes of 50 m: three sections of 16.67 m each. The map reaches from (0, -1.75) to (50,
  /// 5.25), so its origin is (25, 2).
  @Test func lanesAreCutIntoSections() throws {
    let map = ForecastMap(TestRoads.straight(lanes: 2, length: 50, speedLimit: 15))
    #expect(map.origin == Vector2(25, 2))
    let lanes = map.lanes
    #expect(lanes.lanes.count == 6)
    #expect((lanes.lanes[0].x - (50.0 / 6 - 25)).magnitude < 1e-12)
    #expect(lanes.lanes[0].y == -2 && lanes.lanes[3].y == 1.5)
    // Two pieces of either bound and four of the centreline.
    #expect(lanes.pieces.count == 6 * 8)
    #expect(lanes.laneOfPiece == (0..<48).map { $0 / 8 })
    #expect((lanes.pieceLengths[0] - 25 / 3).magnitude < 1e-5)
    #expect((lanes.pieceLengths[2] - 25 / 6).magnitude < 1e-5)
    #expect(lanes.pieceSides[..<8] == [0, 0, 1, 1, 1, 1, 2, 2])
    let features = lanes.laneFeatures[..<8]
    #expect((features[0] - 5 / 6).magnitude < 1e-6)
    #expect(features[1...] == [1, 0, 0, 1, 1, 0, 0])
    func link(_ source: Int, _ target: Int) -> HPNetMap.Link {
      HPNetMap.Link(source: source, target: target)
    }
    // The left lane looks at the right one and the other way round, each at the section beside it.
    #expect(lanes.relations[0].links == [link(3, 0), link(4, 1), link(5, 2)])
    #expect(lanes.relations[1].links == [link(0, 3), link(1, 4), link(2, 5)])
    #expect(lanes.relations[2].links == [link(0, 1), link(1, 2), link(3, 4), link(4, 5)])
    #expect(lanes.relations[3].links == [link(1, 0), link(2, 1), link(4, 3), link(5, 4)])
  }

  @Test func partsOfMapsKeepTheirLinks() {
    let map = ForecastMap(TestRoads.straight(lanes: 2, length: 50))
    // Only the middle sections are within 10 m of the middle.
    let part = map.around([.zero], within: 10)
    #expect(part.lanes == [map.lanes.lanes[1], map.lanes.lanes[4]])
    #expect(part.pieces.count == 16)
    #expect(part.relations[0].links == [HPNetMap.Link(source: 1, target: 0)])
    #expect(part.relations[2].links.isEmpty)
    #expect(part.mirrored.mirrored == part)
    #expect(part.mirrored.lanes[0].y == -part.lanes[0].y)
  }

  @Test func roadUsersAreDescribed() throws {
    let road = TestRoads.straight()
    var track = Track(
      id: 3, agentClass: .truck,
      box: OrientedBox(centre: Vector2(10, 0), heading: 0, length: 10, width: 2.5), speed: 12,
      acceleration: -9)
    track.lights = [.left, .brake]
    let features = ForecastFeatures.features(of: track, on: road, signals: [])
    let described: [Float] = [1.2, -2, 2, 1.25, 0, 1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0]
    #expect(features == described)
    // The rule: braking from 12 m/s by 9 m/s^2 it stands after 8 m, which is so from 1.33 s on.
    // Somebody ahead at 60 m: from 15 m to 57.6 m. The limit is 13.9 m/s.
    let leader = TestScenes.car(4, x: 60, speed: 8)
    let observations = ForecastFeatures(ForecastMap(road), road, .clean()).observations(
      of: [1], among: [leader, track], signals: [])
    let seen = try #require(observations.first)
    #expect(observations.count == 1 && seen.id == 3)
    #expect(seen.features.count == ForecastFeatures.count)
    #expect(Array(seen.features[..<16]) == described)
    #expect(
      Array(seen.features[16..<24])
        == [1, 2, 3, 4].flatMap { (quarter: Int) -> [Float] in
          // 12 - 4.5 after 1 s.
          [quarter == 1 ? 7.5 / 20 : 8.0 / 20, 0]
        })
    // The way by the law is what forecasts are added to.
    #expect(seen.motion.count == 40)
    for quarter in 1...4 {
      #expect(seen.features[22 + 2 * quarter] == seen.motion[10 * quarter - 2] / 20)
      #expect(seen.features[23 + 2 * quarter] == seen.motion[10 * quarter - 1] / 5)
    }
    // Who brakes so hard comes less far than one that only stops somewhere, and both get ahead.
    #expect(seen.motion[38] > 8 && seen.motion[38] < 48)
    #expect(seen.features[38] > 0)
    let ahead = Array(seen.features[40...])
    let allowed = Float(13.9 / 15)
    #expect(ahead[0] == allowed && ahead[1] == allowed)
    #expect((ahead[2] - 12 / 13.9).magnitude < 1e-6)
    #expect((ahead[4] - Float(1 / (1 + 42.6 / 10))).magnitude < 1e-6)
    #expect((ahead[5] + 0.4).magnitude < 1e-6 && (ahead[6] - 0.8).magnitude < 1e-6)
    // No line, no junction.
    #expect(Array(ahead[8...]) == [0, 0, 0, 0, 0, 0])
    #expect(seen.pose == Pose2(x: 10 - 200, y: 0 - 2, heading: 0))
  }

  /// A network that is added to nothing is told nothing that a rule says.
  @Test func withoutARuleNothingOfOneIsTold() throws {
    let road = TestRoads.straight()
    var configuration = HPNetConfiguration.clean()
    let car = TestScenes.car(4, x: 60, speed: 8)
    func seen() throws -> HPNetObservation {
      try #require(
        ForecastFeatures(ForecastMap(road), road, configuration)
          .observations(of: [0], among: [car], signals: []).first)
    }
    let ruled = try seen()
    configuration.rule = .none
    let bare = try seen()
    #expect(bare.id == ruled.id && bare.pose == ruled.pose)
    #expect(bare.features.count == ForecastFeatures.count)
    #expect(bare.features[..<16] == ruled.features[..<16])
    #expect(bare.features[16...].allSatisfy { $0 == 0 })
    #expect(bare.motion == [Float](repeating: 0, count: 40))
    #expect(ruled.motion[38] > 30)
  }
}

@Suite struct LaneHypothesesPredictorTests {
  /// On the left of two lanes: two ways (its own lane, the one to the right) of three
  /// accelerations.
  @Test func hypothesesAreLanesTimesSpeeds() throws {
    let map = TestRoads.straight()
    let entry = try #require(
      PredictorCatalog.entries.first { $0.schema.name == "lane-hypotheses" })
    var predictor = try entry.make(ParameterValues(entry.schema), TestScenes.setup(map))
    let ego = TestScenes.ego(x: 0, speed: 0)
    var car = TestScenes.car(4, x: 50, speed: 10)
    car.box.centre = Vector2(50, 3.5)
    let scene = TestScenes.scene(map, ego: ego, tracks: [car])
    let forecast = try predictor.predict(scene, in: TestScenes.context(scene))
    #expect(forecast.modes == 6 && forecast.steps == 40)
    func end(_ mode: Int) -> Vector2 {
      let point = forecast.point(0, mode: mode, step: 19)
      return Vector2(point.x, point.y)
    }
    // After 4 s: 40 m; braking by 2 m/s^2 40 - 16; accelerating by 1.5 m/s^2 40 + 12.
    #expect(end(0).distance(to: Vector2(90, 3.5)) < 1e-9)
    #expect(end(1).distance(to: Vector2(74, 3.5)) < 1e-9)
    #expect(end(2).distance(to: Vector2(102, 3.5)) < 1e-9)
    #expect(end(3).distance(to: Vector2(90, 0)) < 1e-9)
    #expect(end(5).distance(to: Vector2(102, 0)) < 1e-9)
    // Braking to a stop: 25 m after 5 s, and no further.
    #expect((forecast.point(0, mode: 1, step: 39).x - 75).magnitude < 1e-9)
  }
}
