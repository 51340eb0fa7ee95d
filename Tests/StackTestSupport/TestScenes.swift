import SimCore
import SimGeometry
public import SimMap
public import SimStack
public import SimWorld

/// Scenes on the straight test road that every module must cope with.
public enum TestScenes {
  /// A scene with a name that test output can show.
  public struct Case: Sendable, CustomStringConvertible {
    public var name: String
    public var scene: Scene
    public var description: String { name }
  }

  public static let vehicle = VehicleParameters.pacifica

  /// An ego state with its box centre at a place.
  public static func ego(
    x: Double, y: Double = 0, heading: Double = 0, speed: Double, tick: Int = 0
  ) -> EgoState {
    let centre = Pose2(x: x, y: y, heading: heading)
    return EgoState(
      timeMicroseconds: Int64(tick) * 100_000,
      pose: centre.advanced(by: -vehicle.rearAxleToCentre), velocity: Vector2(speed, 0))
  }

  /// A track with the usual size of a car.
  public static func car(
    _ id: Int, x: Double, y: Double = 0, heading: Double = 0, speed: Double
  ) -> Track {
    Track(
      id: id, agentClass: .car,
      box: OrientedBox(centre: Vector2(x, y), heading: heading, length: 4.8, width: 1.9),
      speed: speed)
  }

  /// A scene on a road along its lane 0.
  public static func scene(
    _ map: LaneGraph, ego: EgoState, tracks: [Track] = [], signals: [SignalColour] = []
  ) -> Scene {
    Scene(
      tick: Int(ego.timeMicroseconds / 100_000), ego: ego, vehicle: vehicle, tracks: tracks,
      signals: signals, map: map, route: TestRoads.route(map, lane: 0))
  }

  /// What planners and predictors are made from in these scenes.
  public static func setup(_ map: LaneGraph) -> DrivingSetup {
    DrivingSetup(
      clock: TickClock(), map: map, route: TestRoads.route(map, lane: 0), vehicle: vehicle,
      ticks: 150)
  }

  /// The context of a call at a scene's tick.
  public static func context(_ scene: Scene, isWatched: Bool = false) -> TickContext {
    TickContext(
      clock: TickClock(), tick: scene.tick, random: CounterRandom(seed: 7),
      stream: StableHash.of("ego"), isWatched: isWatched)
  }

  /// Empty road, standstill, high speed, the end of the road, far off it, wrong way, a crowd,
  /// something on top of the ego, reversing and absurdly fast neighbours.
  public static func all(on map: LaneGraph) -> [Case] {
    let length = map.lanes[0].length
    var crowd: [Track] = []
    let random = CounterRandom(seed: 11)
    let purpose = RandomPurpose("test.crowd")
    for k in 0..<200 {
      func draw(_ index: Int) -> Double {
        random.uniform(purpose, stream: UInt64(k), tick: 0, index: index)
      }
      crowd.append(
        Track(
          id: k, agentClass: AgentClass.allCases[k % AgentClass.allCases.count],
          box: OrientedBox(
            centre: Vector2(400 * draw(0), 40 * draw(1) - 20), heading: 6.28 * draw(2),
            length: 0.5 + 12 * draw(3), width: 0.5 + 2 * draw(4)),
          speed: 40 * draw(5) - 5))
    }
    return [
      Case(name: "empty road", scene: scene(map, ego: ego(x: 50, speed: 10))),
      Case(name: "standstill", scene: scene(map, ego: ego(x: 50, speed: 0))),
      Case(name: "fast", scene: scene(map, ego: ego(x: 50, speed: 60))),
      Case(name: "rolling backwards", scene: scene(map, ego: ego(x: 50, speed: -1))),
      Case(name: "end of the road", scene: scene(map, ego: ego(x: length - 0.1, speed: 8))),
      Case(name: "past the end", scene: scene(map, ego: ego(x: length + 30, speed: 8))),
      Case(name: "far off the road", scene: scene(map, ego: ego(x: 50, y: 500, speed: 8))),
      Case(name: "wrong way", scene: scene(map, ego: ego(x: 50, heading: .pi, speed: 8))),
      Case(
        name: "leader",
        scene: scene(map, ego: ego(x: 50, speed: 10), tracks: [car(3, x: 70, speed: 5)])),
      Case(
        name: "something on top of the ego",
        scene: scene(map, ego: ego(x: 50, speed: 10), tracks: [car(3, x: 50.5, speed: 5)])),
      Case(
        name: "reversing leader",
        scene: scene(map, ego: ego(x: 50, speed: 10), tracks: [car(3, x: 80, speed: -5)])),
      Case(
        name: "absurd speed",
        scene: scene(map, ego: ego(x: 50, speed: 10), tracks: [car(3, x: 80, speed: 1e6)])),
      Case(name: "crowd", scene: scene(map, ego: ego(x: 50, speed: 10), tracks: crowd)),
    ]
  }
}
