import SimCore
import SimGeometry
import SimMap
import SimPerception
import SimStack
import SimWorld
import StackTestSupport
import Testing

/// What every perceiver of the catalog must do.
@Suite struct PerceiverConformanceTests {
  static let names = PerceptionCatalog.entries.map(\.schema.name)

  static func entry(_ name: String) throws -> CatalogEntry<DrivingSetup, any Perceiver> {
    try #require(PerceptionCatalog.entries.first { $0.schema.name == name })
  }

  /// The ego at x = 0, cars at the given x in the other lane; ids in an order that is not theirs.
  static func world(carsAt positions: [Double]) -> World {
    var agents = positions.enumerated().map { index, x in
      AgentSpec(
        id: "car\(positions.count - index)", agentClass: .car, length: 4.8, width: 1.9,
        motion: .fixed, centre: Pose2(x: x, y: 3.5, heading: 0.1), speed: 0)
    }
    agents.append(
      AgentSpec(
        id: "ego", agentClass: .car, length: 5.176, width: 2.297, motion: .driven,
        centre: Pose2(x: 0, y: 0, heading: 0), speed: 5, vehicle: .pacifica))
    return World(map: TestRoads.straight(), clock: TickClock(), agents: agents)
  }

  static func context(_ world: World) -> TickContext {
    TickContext(
      clock: world.clock, tick: world.tick, random: CounterRandom(seed: 3),
      stream: StableHash.of("ego"))
  }

  @Test func namesAreUnique() { #expect(Set(Self.names).count == Self.names.count) }

  @Test("tracks are in order of ids, never hold the ego, and follow the route", arguments: names)
  func scenesAreInOrder(_ name: String) throws {
    let entry = try Self.entry(name)
    for parameters in entry.schema.corners {
      for positions in [[], [10], [30, -20, 5, 90, 2000]] as [[Double]] {
        let world = Self.world(carsAt: positions)
        var perceiver = try entry.make(parameters, TestScenes.setup(world.map))
        let scene = try perceiver.perceive(world.view, ego: 0, in: Self.context(world))
        #expect(zip(scene.tracks, scene.tracks.dropFirst()).allSatisfy { $0.id < $1.id })
        #expect(!scene.tracks.contains { $0.id == world.drivenRows[0] })
        #expect(scene.ego == world.egos[0])
        #expect(scene.route.lanes == [0])
        #expect(scene.signals.count == world.map.signals.count)
      }
    }
  }

  @Test("a copy goes on exactly as the original does", arguments: names)
  func copiesAreSnapshots(_ name: String) throws {
    let entry = try Self.entry(name)
    let world = Self.world(carsAt: [10, 40])
    var perceiver = try entry.make(ParameterValues(entry.schema), TestScenes.setup(world.map))
    _ = try perceiver.perceive(world.view, ego: 0, in: Self.context(world))
    var copy = perceiver
    let first = try perceiver.perceive(world.view, ego: 0, in: Self.context(world)).tracks
    #expect(try copy.perceive(world.view, ego: 0, in: Self.context(world)).tracks == first)
  }
}

@Suite struct IdealPerceiverTests {
  @Test func seesWhatIsWithinRange() throws {
    // Cars 3.5 m to the left at x = 100 and 100.2 with range 100.1: centres at 100.061 and 100.261.
    let entry = try #require(PerceptionCatalog.entries.first { $0.schema.name == "ideal" })
    let world = PerceiverConformanceTests.world(carsAt: [100.2, 100])
    var perceiver = try entry.make(
      ParameterValues(entry.schema, overriding: ["range": .number(100.1)]),
      TestScenes.setup(world.map))
    let scene = try perceiver.perceive(
      world.view, ego: 0, in: PerceiverConformanceTests.context(world))
    #expect(scene.tracks.count == 1)
    let track = try #require(scene.tracks.first)
    // `car1` was given second, at x = 100, and is row 0.
    #expect(track.id == 0)
    #expect(track.box.centre == Vector2(100, 3.5))
    #expect(track.box.heading == 0.1)
    #expect(track.box.length == 4.8)
  }
}
