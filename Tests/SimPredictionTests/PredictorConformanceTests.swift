import SimCore
import SimGeometry
import SimMap
import SimPrediction
import SimStack
import SimWorld
import StackTestSupport
import Testing

/// What every predictor of the catalog must do.
@Suite struct PredictorConformanceTests {
  static let map = TestRoads.straight()
  static let names = PredictorCatalog.entries.map(\.schema.name)

  static func entry(_ name: String) throws -> CatalogEntry<DrivingSetup, any Predictor> {
    try #require(PredictorCatalog.entries.first { $0.schema.name == name })
  }

  @Test func namesAreUnique() { #expect(Set(Self.names).count == Self.names.count) }

  @Test("forecasts are well formed and cover every track", arguments: names)
  func forecastsAreWellFormed(_ name: String) throws {
    let entry = try Self.entry(name)
    for parameters in entry.schema.corners {
      for item in TestScenes.all(on: Self.map) {
        var predictor = try entry.make(parameters, TestScenes.setup(Self.map))
        let forecast = try predictor.predict(item.scene, in: TestScenes.context(item.scene))
        #expect(forecast.isWellFormed, "\(item)")
        #expect(forecast.tracks == item.scene.tracks.map(\.id), "\(item)")
      }
    }
  }

  @Test("a copy goes on exactly as the original does", arguments: names)
  func copiesAreSnapshots(_ name: String) throws {
    let entry = try Self.entry(name)
    var predictor = try entry.make(ParameterValues(entry.schema), TestScenes.setup(Self.map))
    let scenes = TestScenes.all(on: Self.map).map(\.scene)
    for scene in scenes { _ = try predictor.predict(scene, in: TestScenes.context(scene)) }
    var copy = predictor
    let crowd = try #require(scenes.last)
    let first = try predictor.predict(crowd, in: TestScenes.context(crowd))
    _ = try predictor.predict(scenes[0], in: TestScenes.context(scenes[0]))
    let second = try copy.predict(crowd, in: TestScenes.context(crowd))
    #expect(first.points == second.points)
    #expect(first.probabilities == second.probabilities)
  }

  @Test("who is watched foresees the same, and tells what it looked at", arguments: names)
  func watchingChangesNothing(_ name: String) throws {
    let entry = try Self.entry(name)
    var predictor = try entry.make(ParameterValues(entry.schema), TestScenes.setup(Self.map))
    var watched = predictor
    for item in TestScenes.all(on: Self.map) {
      let first = try predictor.predict(item.scene, in: TestScenes.context(item.scene))
      let second = try watched.predict(
        item.scene, in: TestScenes.context(item.scene, isWatched: true))
      #expect(first.points == second.points && first.probabilities == second.probabilities)
      #expect(predictor.attention.isEmpty)
      for attention in watched.attention {
        #expect(item.scene.tracks.contains { $0.id == attention.track }, "\(item)")
        let known = item.scene.tracks.map(\.id) + [ForecastAttention.ego]
        #expect(attention.agents.allSatisfy { known.contains($0.track) }, "\(item)")
        #expect(!attention.agents.contains { $0.track == attention.track }, "\(item)")
        for weights in [attention.agents.map(\.weight), attention.stretches.map(\.weight)] {
          let sum = weights.reduce(0, +)
          #expect(weights.isEmpty || abs(sum - 1) < 1e-5, "\(item)")
          #expect(weights.allSatisfy { $0 >= 0 }, "\(item)")
        }
        for stretch in attention.stretches {
          let length = Self.map.lanes[stretch.lane].centreline.length
          #expect(0 <= stretch.start && stretch.start < stretch.end, "\(item)")
          #expect(stretch.end <= length + 1e-6, "\(item)")
        }
      }
    }
    let scene = try #require(TestScenes.all(on: Self.map).last?.scene)
    _ = try watched.predict(scene, in: TestScenes.context(scene, isWatched: true))
    #expect(watched.attention.isEmpty == (name != "hpnet") || scene.tracks.isEmpty)
  }

  @Test("who may be left out keeps no memory of a call", arguments: names)
  func skippedCallsLeaveNoTrace(_ name: String) throws {
    let entry = try Self.entry(name)
    var asked = try entry.make(ParameterValues(entry.schema), TestScenes.setup(Self.map))
    let fresh = asked
    for scene in TestScenes.all(on: Self.map).map(\.scene) where asked.canSkip(scene) {
      let first = try asked.predict(scene, in: TestScenes.context(scene))
      var spared = fresh
      let second = try spared.predict(scene, in: TestScenes.context(scene))
      #expect(first.points == second.points)
      #expect(first.probabilities == second.probabilities)
    }
  }
}

@Suite struct ConstantVelocityPredictorTests {
  /// 1e308 m/s for 8 s is no number any more: such a forecast is not well formed, so whoever finds
  /// it so has to be asked.
  @Test func isNotSkippedWhereItMayOverflow() throws {
    let map = TestRoads.straight()
    let entry = try #require(
      PredictorCatalog.entries.first { $0.schema.name == "constant-velocity" })
    var made = try entry.make(ParameterValues(entry.schema), TestScenes.setup(map))
    let ego = TestScenes.ego(x: 0, speed: 0)
    let usual = TestScenes.scene(map, ego: ego, tracks: [TestScenes.car(4, x: 1, speed: 60)])
    #expect(made.canSkip(usual))
    let absurd = TestScenes.scene(map, ego: ego, tracks: [TestScenes.car(4, x: 1, speed: 1e308)])
    #expect(!made.canSkip(absurd))
    #expect(try !made.predict(absurd, in: TestScenes.context(absurd)).isWellFormed)
  }

  @Test func goesStraightOn() throws {
    // Heading 90 degrees at 2 m/s, 8 s in steps of 0.2 s: 40 points, the last 16 m north.
    let map = TestRoads.straight()
    let entry = try #require(
      PredictorCatalog.entries.first { $0.schema.name == "constant-velocity" })
    var predictor = try entry.make(ParameterValues(entry.schema), TestScenes.setup(map))
    var cone = TestScenes.car(9, x: 5, speed: 3)
    cone.agentClass = .trafficCone
    let scene = TestScenes.scene(
      map, ego: TestScenes.ego(x: 0, speed: 0),
      tracks: [TestScenes.car(4, x: 1, y: 1, heading: .pi / 2, speed: 2), cone])
    let forecast = try predictor.predict(scene, in: TestScenes.context(scene))
    #expect(forecast.steps == 40)
    #expect(forecast.stepMicroseconds == 200_000)
    let last = forecast.point(0, mode: 0, step: 39)
    #expect(abs(last.x - 1) < 1e-14)
    #expect(abs(last.y - 17) < 1e-12)
    #expect(last.heading == .pi / 2)
    // A cone stays, whatever speed perception gives it.
    #expect(forecast.point(1, mode: 0, step: 39).x == 5)
  }
}
