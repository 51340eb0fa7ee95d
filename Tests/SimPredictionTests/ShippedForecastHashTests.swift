import SimCore
import SimGeometry
import SimMap
import SimNeural
import SimStack
import SimWorld
import StackTestSupport
import Testing

@testable import SimPrediction

/// What the weights in `assets/` forecast, to the last bit: in debug and release, from every
/// variant of the kernels, on every machine.
@Suite struct ShippedForecastHashTests {
  /// Of the forecasts of `scenes`. Whoever replaces the weights on purpose writes here what the
  /// failure shows.
  static let pinned = "f3ebabaf759dd71c"

  static let map: LaneGraph? = {
    guard let template = MapTemplateCatalog.template(named: "urban_grid") else { return nil }
    return try? template.make(ParameterValues(template.schema))
  }()

  /// Six road users of four kinds around the ego on lanes of a town; one shows that it turns, one
  /// brakes, one comes in the third frame, and one is a thing.
  static func scene(_ map: LaneGraph, _ tick: Int) -> Scene {
    func track(
      _ id: Int, _ kind: AgentClass, lane: Int, s: Double, speed: Double, length: Double,
      acceleration: Double = 0, lights: VehicleLights = []
    ) -> Track {
      let line = map.lanes[lane % map.lanes.count].centreline
      let pose = line.pose(at: min(line.length, s + 0.1 * speed * Double(tick)))
      return Track(
        id: id, agentClass: kind,
        box: OrientedBox(
          centre: pose.position, heading: pose.heading, length: length, width: 0.4 * length),
        speed: speed, acceleration: acceleration, lights: lights)
    }
    let line = map.lanes[0].centreline
    var ego = EgoState(
      timeMicroseconds: Int64(tick) * 100_000, pose: line.pose(at: 10 + 0.8 * Double(tick)),
      velocity: Vector2(8, 0))
    // The last frames' brake lights are on.
    ego.acceleration = Vector2(tick >= 4 ? -2 : 0, 0)
    var tracks = [
      track(1, .car, lane: 0, s: 40, speed: 7, length: 4.6, lights: .left),
      track(2, .truck, lane: 1, s: 5, speed: 6, length: 9),
      track(3, .car, lane: 2, s: 15, speed: 9, length: 4.4, acceleration: -2, lights: .brake),
      track(4, .bicycle, lane: 3, s: 8, speed: 4, length: 1.8),
      track(6, .pedestrian, lane: 5, s: 3, speed: 1.4, length: 0.6),
      track(7, .barrier, lane: 6, s: 2, speed: 0, length: 2),
    ]
    if tick >= 4 { tracks.insert(track(5, .car, lane: 4, s: 20, speed: 11, length: 4.8), at: 4) }
    let colours: [SignalColour] = [.green, .red, .yellow, .unknown]
    return Scene(
      tick: tick, ego: ego, vehicle: .pacifica, tracks: tracks,
      signals: map.signals.indices.map { colours[$0 % 4] }, map: map,
      route: TestRoads.route(map, lane: 0))
  }

  @Test(arguments: KernelVariant.allCases.filter(\.isSupported))
  func theShippedForecastIsPinned(variant: KernelVariant) throws {
    let map = try #require(Self.map)
    let network = try ForecasterNetwork.named("")
    var predictor = try HPNetPredictor(network, TestScenes.setup(map), variant: variant)
    var state = StateHash()
    // Every second tick is a frame of the network: a stream of three.
    for tick in [0, 2, 4] {
      let scene = Self.scene(map, tick)
      let forecast = try predictor.predict(scene, in: TestScenes.context(scene))
      #expect(forecast.isWellFormed)
      for point in forecast.points {
        state.combine(point.x)
        state.combine(point.y)
        state.combine(point.heading)
      }
      for probability in forecast.probabilities { state.combine(probability) }
    }
    let hash = StateHash.text(state.value)
    #expect(
      hash == Self.pinned,
      """
      the forecast of assets/\(ForecasterNetwork.standardFile) has changed; if the weights were \
      replaced on purpose and all variants show this hash, the pin is: \
      static let pinned = "\(hash)"
      """)
  }
}
