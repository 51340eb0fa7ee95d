import SimCore
import SimGeometry
import SimMap
import SimPlanning
import SimStack
import SimWorld
import StackTestSupport
import Testing

/// What every planner of the catalog must do, whatever it plans.
@Suite struct PlannerConformanceTests {
  static let map = TestRoads.straight()
  static let names = PlannerCatalog.entries.map(\.schema.name)

  /// With a recorded drive, for the oracle: from x = 50 m at 10 m/s.
  static var setup: DrivingSetup {
    var setup = TestScenes.setup(map)
    setup.expert = (0...setup.ticks).map { tick in
      TestScenes.ego(x: 50 + Double(tick), speed: 10, tick: tick)
    }
    return setup
  }

  static func entry(_ name: String) throws -> CatalogEntry<DrivingSetup, any Planner> {
    try #require(PlannerCatalog.entries.first { $0.schema.name == name })
  }

  @Test func namesAreUniqueAndDescribed() {
    #expect(Set(Self.names).count == Self.names.count)
    for entry in PlannerCatalog.entries {
      #expect(!entry.schema.summary.isEmpty)
      #expect(Set(entry.schema.parameters.map(\.name)).count == entry.schema.parameters.count)
    }
  }

  @Test("plans can be followed in every scene, at every parameter's ends", arguments: names)
  func plansAreWellFormed(_ name: String) throws {
    let entry = try Self.entry(name)
    for parameters in entry.schema.corners {
      for item in TestScenes.all(on: Self.map) {
        var planner = try entry.make(parameters, Self.setup)
        let plan = try planner.plan(item.scene, .none, in: TestScenes.context(item.scene))
        #expect(plan.defect == nil, "\(item): \(plan.defect ?? "")")
        #expect(plan.points.first?.timeMicroseconds == item.scene.ego.timeMicroseconds, "\(item)")
      }
    }
  }

  @Test("a copy goes on exactly as the original does", arguments: names)
  func copiesAreSnapshots(_ name: String) throws {
    let entry = try Self.entry(name)
    var planner = try entry.make(ParameterValues(entry.schema), Self.setup)
    for tick in 0..<3 {
      let scene = TestScenes.scene(
        Self.map, ego: TestScenes.ego(x: 20 + Double(tick), speed: 10, tick: tick),
        tracks: [TestScenes.car(1, x: 60, speed: 4)])
      _ = try planner.plan(scene, .none, in: TestScenes.context(scene))
    }
    var copy = planner
    let scene = TestScenes.scene(
      Self.map, ego: TestScenes.ego(x: 23, speed: 10, tick: 3),
      tracks: [TestScenes.car(1, x: 60, speed: 4)])
    let other = TestScenes.scene(Self.map, ego: TestScenes.ego(x: 90, speed: 2, tick: 3))
    let first = try planner.plan(scene, .none, in: TestScenes.context(scene))
    // What the original does in between must not reach the copy.
    _ = try planner.plan(other, .none, in: TestScenes.context(other))
    #expect(try copy.plan(scene, .none, in: TestScenes.context(scene)) == first)
  }

  @Test("who is watched plans the same, and tells of what it chose", arguments: names)
  func watchingChangesNothing(_ name: String) throws {
    let entry = try Self.entry(name)
    var planner = try entry.make(ParameterValues(entry.schema), Self.setup)
    var watched = planner
    for item in TestScenes.all(on: Self.map) {
      let plan = try planner.plan(item.scene, .none, in: TestScenes.context(item.scene))
      let context = TestScenes.context(item.scene, isWatched: true)
      #expect(try watched.plan(item.scene, .none, in: context) == plan, "\(item)")
      guard let choice = watched.choice else { continue }
      #expect(choice.stepMicroseconds > 0 && !choice.proposals.isEmpty, "\(item)")
      #expect(choice.chosen.map(choice.proposals.indices.contains) ?? true, "\(item)")
      let here = item.scene.ego.centre(item.scene.vehicle).position
      for proposal in choice.proposals {
        #expect((0...1).contains(proposal.score), "\(item)")
        let isFinite = proposal.centres.allSatisfy { $0.isFinite }
        #expect(isFinite, "\(item)")
        // It is the way from here.
        #expect(proposal.centres.first.map { $0.distance(to: here) < 1e-9 } ?? true, "\(item)")
      }
    }
    #expect((watched.choice != nil) == ["pdm-closed", "frenet"].contains(name))
  }

  @Test("who says that it reads no forecast plans the same with any", arguments: names)
  func unreadForecastsDoNotMatter(_ name: String) throws {
    let entry = try Self.entry(name)
    for item in TestScenes.all(on: Self.map) {
      var planner = try entry.make(ParameterValues(entry.schema), Self.setup)
      guard !planner.readsForecast else { return }
      var other = planner
      // Every track stands still, on top of the ego.
      let place = item.scene.ego.centre(item.scene.vehicle)
      let forecast = Forecast(
        stepMicroseconds: 1_000_000, steps: 1, modes: 1, tracks: item.scene.tracks.map(\.id),
        probabilities: item.scene.tracks.map { _ in 1 },
        points: item.scene.tracks.map { _ in
          Forecast.Point(x: place.x, y: place.y, heading: place.heading)
        })
      #expect(forecast.isWellFormed)
      let context = TestScenes.context(item.scene)
      let blind = try planner.plan(item.scene, .none, in: context)
      #expect(try other.plan(item.scene, forecast, in: context) == blind, "\(item)")
    }
  }
}
