import SimCore
import SimGeometry
import SimMap
import SimPlanning
import SimStack
import SimWorld
import StackTestSupport
import Testing

/// Planner `idm` before a stop sign: a line across x = 150 on the straight road.
@Suite struct StopSignTests {
  static let map: LaneGraph = {
    let road = TestRoads.straight()
    var lanes = road.lanes
    lanes[0].stopLine = 0
    return LaneGraph(
      name: "stop", lanes: lanes, segments: road.segments, drivableAreas: road.drivableAreas,
      stopLines: [
        StopLine(
          id: "l", rule: .stop, from: Vector2(150, 1.75), to: Vector2(150, -1.75), lanes: [0])
      ])
  }()

  /// Follows its plans exactly from 100 m on, at 10 m/s at first.
  private func drive(
    _ values: [String: ParameterValues.Value] = [:], tracks: [Track] = []
  ) throws -> [(front: Double, speed: Double)] {
    let entry = try #require(PlannerCatalog.entries.first { $0.schema.name == "idm" })
    var planner = try entry.make(
      ParameterValues(entry.schema, overriding: values), TestScenes.setup(Self.map))
    var ego = TestScenes.ego(x: 100, speed: 10)
    var drive: [(front: Double, speed: Double)] = []
    for tick in 0..<300 {
      drive.append((ego.centre(TestScenes.vehicle).position.x + 2.588, ego.speed))
      let scene = TestScenes.scene(Self.map, ego: ego, tracks: tracks)
      let plan = try planner.plan(scene, .none, in: TestScenes.context(scene))
      let next = try #require(plan.points.first { $0.timeMicroseconds > ego.timeMicroseconds })
      let share = 100_000 / Double(next.timeMicroseconds - ego.timeMicroseconds)
      let x = ego.pose.position.x + (next.pose.position.x - ego.pose.position.x) * share
      let speed = ego.speed + (next.speed - ego.speed) * share
      ego = EgoState(
        timeMicroseconds: Int64(tick + 1) * 100_000, pose: Pose2(x: x, y: 0, heading: 0),
        velocity: Vector2(speed, 0))
    }
    return drive
  }

  /// It stands before the line, no more than 4 m, and then goes on; the same with a wide gap to
  /// vehicles.
  @Test(arguments: [1.0, 6.0]) func itStopsAndGoesOn(gap: Double) throws {
    let drive = try drive(["min_gap": .number(gap)])
    let before = drive.filter { $0.front >= 146 && $0.front <= 150 }
    #expect(before.map(\.speed).min() ?? 1 < 0.1)
    #expect(try #require(drive.last).front > 160)
    // It does not brake harder than comfortably, and does not stop twice.
    for (a, b) in zip(drive, drive.dropFirst()) { #expect(b.speed - a.speed > -0.35) }
    let stands = drive.indices.filter { drive[$0].speed < 0.1 && drive[$0].front < 200 }
    #expect(stands.count == (stands.last ?? 0) - (stands.first ?? 0) + 1)
  }

  /// nuPlan's planner knows no stop signs.
  @Test func compatPassesIt() throws {
    let drive = try drive(["compat": .flag(true)])
    #expect(drive.filter { $0.front < 160 }.map(\.speed).min() ?? 0 > 5)
  }

  /// Who has stood behind somebody else has not stopped at the line: 8 m before it does not count.
  @Test func standingInTheQueueIsNoStop() throws {
    // A car stands with its rear 7 m before the line, for ever.
    let drive = try drive(tracks: [TestScenes.car(3, x: 145.4, speed: 0)])
    #expect(try #require(drive.last).front < 143)
    #expect(try #require(drive.last).front > 139)
  }
}
