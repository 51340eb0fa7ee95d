import SimCore
import SimGeometry
import SimMap
import SimPlanning
import SimStack
import SimWorld
import StackTestSupport
import Testing

@Suite struct IDMPlannerTests {
  static let map = TestRoads.straight()

  static func planner(_ overrides: [String: ParameterValues.Value] = [:], on map: LaneGraph = map)
    throws -> any Planner
  {
    let entry = try #require(PlannerCatalog.entries.first { $0.schema.name == "idm" })
    return try entry.make(
      ParameterValues(entry.schema, overriding: overrides), TestScenes.setup(map))
  }

  static func plan(_ scene: Scene, _ overrides: [String: ParameterValues.Value] = [:]) throws
    -> Trajectory
  {
    var planner = try planner(overrides, on: scene.map)
    return try planner.plan(scene, .none, in: TestScenes.context(scene))
  }

  @Test func followsIDMOnAFreeRoad() throws {
    // Desired speed 13.9, v = 10, gap to the end of the road: 400 - 50 - 2.588 = 347.412 m.
    // s* = 1 + 1.5*10 + 10*10/(2 sqrt(3)) = 44.8675; (s*/s)^2 = 0.0166792
    // (v/v0)^4 = 0.2678803; a = 1 - 0.2678803 - 0.0166792 = 0.7154405.
    let plan = try Self.plan(TestScenes.scene(Self.map, ego: TestScenes.ego(x: 50, speed: 10)))
    // 16 steps of 0.5 s, each in five points; what the model decides shows at the fifth.
    #expect(plan.points.count == 81)
    #expect(abs(plan.points[5].speed - (10 + 0.5 * 0.7154405)) < 1e-6)
    // Explicit Euler with the old speed: 5 m further on, rear axle 1.461 m behind the centre.
    #expect(abs(plan.points[5].pose.x - (55 - 1.461)) < 1e-12)
    #expect(plan.points[5].pose.y == 0)
  }

  @Test func leaderIsNearestInTheCorridor() throws {
    // Ego front at 52.588. A car in the next lane (y 3.5, its side at 2.55; corridor half width
    // 1.1485) does not count, the one ahead does: rear at 77.6, gap 25.012 m.
    // s* = 1 + 15 + 10*(10-5)/(2 sqrt(3)) = 30.43376; (s*/s)^2 = 1.4805200
    // a = 1 - 0.2678803 - 1.4805200 = -0.7484003
    let scene = TestScenes.scene(
      Self.map, ego: TestScenes.ego(x: 50, speed: 10),
      tracks: [
        TestScenes.car(1, x: 60, y: 3.5, speed: 5), TestScenes.car(2, x: 80, speed: 5),
        TestScenes.car(4, x: 100, speed: 0),
      ])
    let plan = try Self.plan(scene)
    #expect(abs(plan.points[5].speed - (10 - 0.5 * 0.7484003)) < 1e-6)
  }

  @Test func oncomingSpeedCountsNegative() throws {
    // Same gap, but the other car comes towards us at 5: dv = 15,
    // s* = 16 + 10*15/3.4641016 = 59.30127; (59.30127/25.012)^2 = 5.6213, so a = -4.889. To stop
    // 0.5 m before it takes 10^2 / (2 * 24.512) = 2.039816; clamped at twice that, 4.079633; with
    // compat at 3.
    let scene = TestScenes.scene(
      Self.map, ego: TestScenes.ego(x: 50, speed: 10),
      tracks: [TestScenes.car(2, x: 80, heading: .pi, speed: 5)])
    #expect(abs(try Self.plan(scene).points[5].speed - (10 - 0.5 * 4.079633)) < 1e-6)
    let compat = try Self.plan(scene, ["compat": .flag(true)])
    #expect(abs(compat.points[1].speed - 8.5) < 1e-12)
  }

  @Test func objectsStandWhateverTheirSpeed() throws {
    var cone = TestScenes.car(2, x: 80, speed: 5)
    cone.agentClass = .trafficCone
    let still = TestScenes.car(2, x: 80, speed: 0)
    let ego = TestScenes.ego(x: 50, speed: 10)
    #expect(
      try Self.plan(TestScenes.scene(Self.map, ego: ego, tracks: [cone]))
        == Self.plan(TestScenes.scene(Self.map, ego: ego, tracks: [still])))
  }

  @Test func stopsBeforeTheEndOfTheRoad() throws {
    // Driven by its own plans alone for 60 s, the front ends within the minimum gap of the end.
    var x = 50.0
    var speed = 10.0
    var planner = try Self.planner()
    for tick in 0..<600 {
      let scene = TestScenes.scene(Self.map, ego: TestScenes.ego(x: x, speed: speed, tick: tick))
      let plan = try planner.plan(scene, .none, in: TestScenes.context(scene))
      let next = plan.points[5]
      let now = plan.points[0]
      x += (next.pose.x - now.pose.x) / 5
      speed += (next.speed - now.speed) / 5
    }
    let front = x + 5.176 / 2
    #expect(front <= 400)
    #expect(front > 395)
    #expect(speed < 0.1)
  }

  @Test func keepsTheLimitOfTheFirstLaneOnlyWithCompat() throws {
    // 20 m/s with a limit of 13.9: nuPlan's planner then wishes for 20, ours for 13.9.
    // Gap to the road's end 397.412, s* = 1 + 30 + 400/3.4641016 = 146.4701,
    // (s*/s)^2 = 0.1358355: compat a = 1 - 1 - 0.1358355; ours is clamped at -3.
    let scene = TestScenes.scene(Self.map, ego: TestScenes.ego(x: 0, speed: 20))
    let compat = try Self.plan(scene, ["compat": .flag(true)])
    #expect(abs(compat.points[1].speed - (20 - 0.5 * 0.1358355)) < 1e-6)
    #expect(try Self.plan(scene).points[5].speed == 18.5)
  }

  @Test func slowsForBends() throws {
    // A quarter circle of radius 20 after 60 m: sqrt(2 * 20) = 6.32 m/s at 2 m/s^2.
    var points = [Vector2(0, 0), Vector2(60, 0)]
    for k in 1...90 {
      let angle = Double(k) * .pi / 180
      points.append(Vector2(60 + 20 * ExactMath.sin(angle), 20 - 20 * ExactMath.cos(angle)))
    }
    points.append(Vector2(80, 100))
    let centreline = TestRoads.line(points)
    var map = TestRoads.straight(lanes: 1)
    var lane = map.lanes[0]
    lane.lines = LaneLines(
      centreline: centreline, left: lane.leftBound, right: lane.rightBound, polygon: lane.polygon)
    map = LaneGraph(
      name: "bend", lanes: [lane], segments: map.segments, drivableAreas: map.drivableAreas)
    var planner = try Self.planner(on: map)
    let scene = TestScenes.scene(map, ego: TestScenes.ego(x: 10, speed: 12))
    let plan = try planner.plan(scene, .none, in: TestScenes.context(scene))
    // Where the plan is in the bend, it is not faster than the bend allows (2 %: the bend is made
    // of chords and looked at over 6 m).
    let inBend = plan.points.filter { $0.pose.x > 62 && $0.pose.y < 18 }
    #expect(!inBend.isEmpty)
    for point in inBend { #expect(point.speed < 6.32 * 1.02) }
    // With no bend in the way it would have sped up.
    #expect(
      try Self.plan(TestScenes.scene(Self.map, ego: TestScenes.ego(x: 10, speed: 12)))
        .points.last.map { $0.speed > 12 } == true)
  }

  /// A straight road of an approach (0-100 m), a connector (100-120 m) with a signal, and an exit.
  static func signalRoad() -> LaneGraph {
    var lanes: [Lane] = []
    for (index, span) in [(0.0, 100.0), (100.0, 120.0), (120.0, 300.0)].enumerated() {
      var lane = TestRoads.lane(
        id: "l\(index)", index: index, from: Vector2(span.0, 0), to: Vector2(span.1, 0),
        speedLimit: 13.9, segment: index)
      lane.predecessors = index > 0 ? [index - 1] : []
      lane.successors = index < 2 ? [index + 1] : []
      lane.isConnector = index == 1
      lane.signal = index == 1 ? 0 : nil
      lanes.append(lane)
    }
    return LaneGraph(
      name: "signal", lanes: lanes,
      segments: lanes.map {
        RoadSegment(
          id: $0.id, lanes: [$0.index], isConnector: $0.isConnector, polygon: $0.polygon,
          predecessors: $0.predecessors, successors: $0.successors)
      },
      drivableAreas: lanes.map { DrivableArea(kind: .road, polygon: $0.polygon) },
      signals: [Signal(id: "s", phases: [], offsetMicroseconds: 0, lanes: [1])])
  }

  static func atSignal(
    _ colour: SignalColour, x: Double, speed: Double,
    _ overrides: [String: ParameterValues.Value] = [:]
  ) throws -> Trajectory {
    let map = signalRoad()
    let route = Route(
      lanes: [0, 1, 2], segments: [0, 1, 2],
      centreline: TestRoads.line([Vector2(0, 0), Vector2(100, 0), Vector2(120, 0), Vector2(300, 0)]
      ),
      laneStarts: [0, 100, 120], startArcLength: 0, goalArcLength: nil)
    let setup = DrivingSetup(
      clock: TickClock(), map: map, route: route, vehicle: TestScenes.vehicle, ticks: 150)
    let entry = try #require(PlannerCatalog.entries.first { $0.schema.name == "idm" })
    var planner = try entry.make(ParameterValues(entry.schema, overriding: overrides), setup)
    let scene = Scene(
      tick: 0, ego: TestScenes.ego(x: x, speed: speed), vehicle: TestScenes.vehicle, tracks: [],
      signals: [colour], map: map, route: route)
    return try planner.plan(scene, .none, in: TestScenes.context(scene))
  }

  @Test(arguments: [false, true])
  func redStopsAtTheConnector(compat: Bool) throws {
    // Front at 62.588, connector at 100: gap 37.412 either way. v0 13.9, v 10:
    // s* = 44.8675; (s*/37.412)^2 = 1.438276; a = 1 - 0.2678803 - 1.4382757 = -0.7061560
    let plan = try Self.atSignal(.red, x: 60, speed: 10, ["compat": .flag(compat)])
    let decided = compat ? 1 : 5
    #expect(abs(plan.points[decided].speed - (10 - 0.5 * 0.7061560)) < 1e-6)
    let green = try Self.atSignal(.green, x: 60, speed: 10, ["compat": .flag(compat)])
    #expect(green.points[decided].speed > 10)
  }

  @Test func yellowStopsOnlyIfThereIsRoom() throws {
    // 37.4 m are enough to stop from 10 m/s at 3 m/s^2 (16.7 m), 7.4 m are not.
    #expect(try Self.atSignal(.yellow, x: 60, speed: 10).points[5].speed < 10)
    #expect(try Self.atSignal(.yellow, x: 90, speed: 10).points[5].speed > 10)
  }

  @Test func doesNotStopInsideTheJunction() throws {
    // The front is past the line when it turns red: go on (nuPlan's planner brakes).
    #expect(try Self.atSignal(.red, x: 105, speed: 10).points[5].speed > 10)
    #expect(
      try Self.atSignal(.red, x: 105, speed: 10, ["compat": .flag(true)]).points[1].speed < 10)
  }

  @Test func keepsItsPlaceOnAWayThatPassesTwice() throws {
    // Once round a block of 100 m and then straight on: 460 m along, the place is the same as
    // 60 m along, where the way turns left.
    let route = Route(
      lanes: [0], segments: [0],
      centreline: TestRoads.line([
        Vector2(0, 0), Vector2(100, 0), Vector2(100, 100), Vector2(0, 100), Vector2(0, 0),
        Vector2(100, 0), Vector2(300, 0),
      ]),
      laneStarts: [0], startArcLength: 460, goalArcLength: 590)
    let entry = try #require(PlannerCatalog.entries.first { $0.schema.name == "idm" })
    var setup = TestScenes.setup(Self.map)
    setup.route = route
    var planner = try entry.make(ParameterValues(entry.schema), setup)
    let scene = TestScenes.scene(Self.map, ego: TestScenes.ego(x: 60, speed: 10))
    let plan = try planner.plan(scene, .none, in: TestScenes.context(scene))
    let last = try #require(plan.points.last)
    #expect(last.pose.x > 120 && abs(last.pose.y) < 1e-9)
  }

  @Test func aRoadWithoutALimitIsNoReasonToSlowDown() throws {
    let map = TestRoads.straight(length: 2000, speedLimit: nil)
    let fast = try Self.plan(TestScenes.scene(map, ego: TestScenes.ego(x: 10, speed: 25)))
    #expect(fast.points[5].speed > 24.9)
    // Below the fallback of 10 m/s it speeds up.
    let slow = try Self.plan(TestScenes.scene(map, ego: TestScenes.ego(x: 10, speed: 5)))
    #expect(slow.points[5].speed > 5.3)
  }
}
