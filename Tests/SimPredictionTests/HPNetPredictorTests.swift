import SimCore
import SimGeometry
import SimNeural
import SimStack
import SimWorld
import StackTestSupport
import Testing

@testable import SimPrediction

/// The network in the loop, with weights that were never trained: what it says does not matter
/// here, that it is said of the right ones at the right places does.
@Suite struct HPNetPredictorTests {
  static let network: ForecasterNetwork = {
    var configuration = HPNetConfiguration.clean(width: 16)
    configuration.heads = 2
    configuration.layers = 1
    configuration.modes = 3
    return ForecasterNetwork(configuration, configuration.initialWeights(seed: 2))
  }()

  static let map = TestRoads.straight(lanes: 3, length: 600)

  static func scene(_ tick: Int, cars: [(id: Int, x: Double)]) -> Scene {
    var scene = TestScenes.scene(
      map, ego: TestScenes.ego(x: 100 + Double(tick), speed: 10),
      tracks: cars.map { TestScenes.car($0.id, x: $0.x + Double(tick), speed: 10) })
    scene.tick = tick
    return scene
  }

  static func predict(_ predictor: inout HPNetPredictor, _ scene: Scene) throws -> Forecast {
    try predictor.predict(scene, in: TestScenes.context(scene))
  }

  /// Frames are 0.2 s apart, ticks 0.1 s: what ticks 0, 2, 4 see does not hang on ticks 1 and 3.
  @Test func everySecondTickIsAStreamOfItsOwn() throws {
    var each = try HPNetPredictor(Self.network, TestScenes.setup(Self.map))
    var even = each
    for tick in 0..<8 {
      let scene = Self.scene(tick, cars: [(4, 120), (7, 90)])
      let forecast = try Self.predict(&each, scene)
      #expect(forecast.isWellFormed)
      #expect(forecast.stepMicroseconds == 200_000 && forecast.steps == 20 && forecast.modes == 3)
      guard tick % 2 == 0 else { continue }
      let other = try Self.predict(&even, scene)
      #expect(other.points == forecast.points)
      #expect(other.probabilities == forecast.probabilities)
    }
  }

  /// What was seen before a gap is forgotten.
  @Test func gapsBeginAnew() throws {
    var one = try HPNetPredictor(Self.network, TestScenes.setup(Self.map))
    var fresh = one
    _ = try Self.predict(&one, Self.scene(0, cars: [(4, 120)]))
    let late = Self.scene(6, cars: [(4, 120)])
    #expect(try Self.predict(&one, late).points == Self.predict(&fresh, late).points)
  }

  /// Those beyond the range and beyond the number go on along their lanes at 10 m/s.
  @Test func othersFollowTheirLanes() throws {
    var predictor = try HPNetPredictor(
      Self.network, TestScenes.setup(Self.map), agents: 1, range: 50)
    var scene = Self.scene(0, cars: [(1, 130), (2, 110), (3, 300)])
    scene.tracks.append(
      Track(
        id: 9, agentClass: .barrier,
        box: OrientedBox(centre: Vector2(105, 3), heading: 0, length: 1, width: 1), speed: 0))
    let forecast = try Self.predict(&predictor, scene)
    #expect(forecast.tracks == [1, 2, 3, 9])
    for agent in [0, 2] {
      #expect(forecast.probabilities[agent * 3] == 1)
      let last = forecast.point(agent, mode: 1, step: 19)
      #expect((last.x - scene.tracks[agent].box.centre.x - 40).magnitude < 1e-9)
    }
    #expect(forecast.point(3, mode: 0, step: 19).x == 105)
    #expect(forecast.probabilities[3] < 1)
  }

  /// A scene that is moved as a whole has forecasts that are moved alike, also far from the origin.
  @Test func placesAreThoseOfTheMap() throws {
    var predictor = try HPNetPredictor(Self.network, TestScenes.setup(Self.map))
    let forecast = try Self.predict(&predictor, Self.scene(0, cars: [(4, 120)]))
    // Untrained networks add metres, not hundreds of metres, to going on to x = 160.
    for mode in 0..<3 {
      let point = forecast.point(0, mode: mode, step: 19)
      #expect((point.x - 160).magnitude < 60 && point.y.magnitude < 60)
      #expect(point.heading.magnitude < .pi)
    }
  }

  @Test func framesMustBeWholeTicks() throws {
    var setup = TestScenes.setup(Self.map)
    setup.clock = TickClock(stepMicroseconds: 150_000)
    #expect(throws: StageFailure.self) { try HPNetPredictor(Self.network, setup) }
    setup.clock = TickClock(stepMicroseconds: 50_000)
    _ = try HPNetPredictor(Self.network, setup)
  }

  /// Frames are two ticks of 0.1 s: run every third tick, it never saw the frame before.
  @Test func theRateMustDivideTheFrames() throws {
    var setup = TestScenes.setup(Self.map)
    setup.clock = TickClock(stepMicroseconds: 100_000)
    for every in [1, 2] {
      setup.predictorEvery = every
      _ = try HPNetPredictor(Self.network, setup)
    }
    for every in [3, 4] {
      setup.predictorEvery = every
      #expect(throws: StageFailure.self) { try HPNetPredictor(Self.network, setup) }
    }
  }

  @Test func wrongFilesAreNamed() throws {
    func fault(_ bytes: [UInt8]) -> String {
      do throws(InputError) {
        _ = try ForecasterNetwork(bytes: bytes, file: "w.safetensors")
        return ""
      } catch {
        return error.description
      }
    }
    let configuration = Self.network.configuration
    let good = Safetensors(Self.network.weights, metadata: configuration.texts).bytes
    #expect(fault(good) == "")
    for count in [0, 4, 100, good.count / 2, good.count - 1] {
      #expect(fault(Array(good.prefix(count))).hasPrefix("w.safetensors:"))
    }
    let published = HPNetConfiguration(.argoverse)
    #expect(
      fault(Safetensors(WeightTable(), metadata: published.texts).bytes) == """
        w.safetensors: error: is no forecaster for closed loops: it is of a published form
          hint: 'simtrain forecaster' makes them
        """)
    var features = configuration
    features.agentFeatures = 5
    #expect(
      fault(Safetensors(WeightTable(), metadata: features.texts).bytes)
        .contains("it reads 5 features of an agent, not 54"))
    var weights = Self.network.weights
    weights["Backbone.mode_tokens.weight"] = Tensor([3, 16], filledWith: .nan)
    #expect(
      fault(Safetensors(weights, metadata: configuration.texts).bytes)
        .contains("'Backbone.mode_tokens.weight' holds numbers that are not finite"))
    #expect(throws: InputError.self) { try ForecasterNetwork.named("/nowhere/w.safetensors") }
  }
}
