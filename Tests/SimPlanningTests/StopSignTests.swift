import SimCore
import SimGeometry
import SimMap
import SimModels
import SimStack
import SimWorld
import StackTestSupport
import Testing

@testable import SimPlanning

/// Planners before a stop sign: a line across x = 150 on the straight road.
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
    _ planner: String = "idm", _ values: [String: ParameterValues.Value] = [:],
    tracks: [Track] = []
  ) throws -> [(front: Double, speed: Double)] {
    let entry = try #require(PlannerCatalog.entries.first { $0.schema.name == planner })
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
    let drive = try drive("idm", ["min_gap": .number(gap)])
    let before = drive.filter { $0.front >= 146 && $0.front <= 150 }
    #expect(before.map(\.speed).min() ?? 1 < 0.1)
    #expect(try #require(drive.last).front > 160)
    // It does not brake harder than comfortably, and does not stop twice.
    for (a, b) in zip(drive, drive.dropFirst()) { #expect(b.speed - a.speed > -0.35) }
    let stands = drive.indices.filter { drive[$0].speed < 0.1 && drive[$0].front < 200 }
    #expect(stands.count == (stands.last ?? 0) - (stands.first ?? 0) + 1)
  }

  /// The others too, once, driven by tracker and vehicle; who plans by a lattice brakes harder.
  @Test(arguments: ["pdm-closed", "frenet", "idm-mobil"])
  func theOthersDoSoToo(_ planner: String) throws {
    let entry = try #require(PlannerCatalog.entries.first { $0.schema.name == planner })
    var planner = try entry.make(ParameterValues(entry.schema), TestScenes.setup(Self.map))
    var ego = DrivenEgo(TestScenes.ego(x: 100, speed: 10))
    var stands = 0
    for _ in 0..<300 {
      let scene = TestScenes.scene(Self.map, ego: ego.state)
      let plan = try planner.plan(scene, .none, in: TestScenes.context(scene))
      #expect(ego.follow(plan) > -5)
      let front = ego.state.centre(TestScenes.vehicle).position.x + 2.588
      if front >= 146, front <= 150, ego.state.speed < 0.1 { stands += 1 }
    }
    #expect(stands > 0)
    // It does not stay for longer than a second and a half.
    #expect(stands <= 15)
    #expect(ego.state.pose.position.x > 165)
  }

  /// nuPlan's planner knows no stop signs, nor does the official PDM-Closed.
  @Test func compatPassesIt() throws {
    let drive = try drive("idm", ["compat": .flag(true)])
    #expect(drive.filter { $0.front < 160 }.map(\.speed).min() ?? 0 > 5)
    let schema = PDMClosedPlanner.schema
    for compat in [true, false] {
      var planner = PDMClosedPlanner(
        ParameterValues(schema, overriding: ["compat": .flag(compat)]),
        TestScenes.setup(Self.map))
      let scene = TestScenes.scene(Self.map, ego: TestScenes.ego(x: 100, speed: 10))
      _ = try planner.plan(scene, .none, in: TestScenes.context(scene))
      let machinery = try #require(planner.machinery)
      #expect((machinery.signs == nil) == compat)
      #expect(machinery.generator.rules.stops == (compat ? [] : [150]))
    }
  }

  // MARK: - The memory

  /// The line is at 150; a front at 146.6 m is 3.4 m before it, one at 146.4 m is 3.6 m before it:
  /// 3.5 m count.
  @Test func itOpensForWhoHasStoodNearIt() {
    var signs = StopSigns(route: TestRoads.route(Self.map, lane: 0), map: Self.map)
    #expect(signs.closed(front: 100, speed: 0) == 150)
    #expect(signs.closed(front: 146.4, speed: 0) == 150)
    #expect(signs.closed(front: 146.6, speed: 0.2) == 150)
    #expect(signs.closed(front: 146.6, speed: 0.05) == nil)
    #expect(signs.closed(front: 149, speed: 3) == nil)
    #expect(signs.closed(front: 151, speed: 5) == nil)
  }

  /// Round and round over 400 m: the line is at 150, 550 and 950 m, and each time to be halted at
  /// anew; with laps that the caller takes for 398 m at 149.25, 547.25 and so on.
  @Test(arguments: [nil, 398.0]) func everyLapCounts(_ lap: Double?) {
    var route = TestRoads.route(Self.map, lane: 0)
    route.isClosed = true
    var signs = StopSigns(route: route, map: Self.map, lap: lap)
    let length = lap ?? 400
    for k in 0..<3 {
      let line = 150 * length / 400 + Double(k) * length
      #expect(((signs.closed(front: line - 50, speed: 10) ?? 0) - line).magnitude < 1e-9)
      #expect(((signs.closed(front: line - 1, speed: 0) ?? 0) - line - length).magnitude < 1e-9)
      #expect(((signs.closed(front: line - 0.5, speed: 2) ?? 0) - line - length).magnitude < 1e-9)
    }
  }

  /// A route that leads over the same line twice.
  @Test func everyPassCounts() {
    let line = TestRoads.line([.zero, Vector2(400, 0), Vector2(400, 1), Vector2(0, 1), .zero,
      Vector2(400, 0)])
    let route = Route(
      lanes: [0, 0], segments: [0], centreline: line, laneStarts: [0, 802], startArcLength: 0,
      goalArcLength: nil)
    var signs = StopSigns(route: route, map: Self.map)
    #expect(signs.closed(front: 149, speed: 0) == 952)
    #expect(signs.closed(front: 151, speed: 5) == 952)
    #expect(signs.closed(front: 951, speed: 0) == nil)
  }

  /// Who stands at the line and then takes the lane beside has stood at its line too; who has
  /// driven on over the line has not.
  @Test func aLaneChangeForgetsNothing() {
    let road = TestRoads.straight()
    var lanes = road.lanes
    lanes[0].stopLine = 0
    lanes[1].stopLine = 1
    let map = LaneGraph(
      name: "stop", lanes: lanes, segments: road.segments, drivableAreas: road.drivableAreas,
      stopLines: [0, 1].map { k in
        let y = 3.5 * Double(k)
        return StopLine(
          id: "l\(k)", rule: .stop, from: Vector2(150, y + 1.75), to: Vector2(150, y - 1.75),
          lanes: [k])
      })
    for (front, line) in [(149.0, nil), (151.0, 150.0)] {
      var right = StopSigns(route: TestRoads.route(map, lane: 0), map: map)
      _ = right.closed(front: 149, speed: 0)
      _ = right.closed(front: front, speed: 2)
      var left = StopSigns(route: TestRoads.route(map, lane: 1), map: map)
      left.remember(right)
      #expect(left.closed(front: 149.2, speed: 2) == line)
    }
  }
}
