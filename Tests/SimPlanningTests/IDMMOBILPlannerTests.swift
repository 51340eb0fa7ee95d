import SimCore
import SimGeometry
import SimMap
import SimModels
import SimStack
import SimWorld
import StackTestSupport
import Testing

@testable import SimPlanning

/// Lane choice on a straight road of two lanes, limit 13.9 m/s; the ego starts on the right one.
@Suite struct IDMMOBILPlannerTests {
  static let map = TestRoads.straight()

  /// A route with its goal on a lane, from the start of lane 0.
  static func route(to lane: Int) throws -> Route {
    try RoutePlanner(map).route(
      fromLane: 0, arcLength: 0, to: [RouteGoal(lane: lane, arcLength: 390)])
  }

  static func planner(
    _ route: Route? = nil, _ overrides: [String: ParameterValues.Value] = [:]
  ) throws -> IDMMOBILPlanner {
    var setup = TestScenes.setup(map)
    setup.route = try route ?? self.route(to: 0)
    // No goal, unless the route has one on another lane: both lanes are as good.
    if setup.route.lanes == [0] { setup.route.goalArcLength = nil }
    return IDMMOBILPlanner(
      ParameterValues(IDMMOBILPlanner.schema, overriding: overrides), setup)
  }

  /// Drives for some ticks among others that keep their speed.
  static func drive(
    _ planner: inout IDMMOBILPlanner, from ego: EgoState, among tracks: [Track], ticks: Int,
    each: (Int, EgoState, [Track]) throws -> Void = { _, _, _ in }
  ) throws -> EgoState {
    var ego = DrivenEgo(ego)
    var tracks = tracks
    for tick in 0..<ticks {
      let scene = TestScenes.scene(map, ego: ego.state, tracks: tracks)
      let plan = try planner.plan(scene, .none, in: TestScenes.context(scene))
      ego.follow(plan)
      for k in tracks.indices {
        tracks[k].box.centre += tracks[k].box.direction * (0.1 * tracks[k].speed)
      }
      try each(tick, ego.state, tracks)
    }
    return ego.state
  }

  @Test func blendHasTheValuesOfTheQuintic() {
    // u = 1/2: 1 - 10/8 + 15/16 - 6/32 = 1/2; a slope of 0.1 over 10 m: 1/2 - 6/8 + 8/16 - 3/32.
    let shift = QuinticBlend(offset: 1, slope: 0, length: 10)
    #expect(abs(shift.value(at: 5) - 0.5) < 1e-12)
    #expect(shift.value(at: 0) == 1 && shift.value(at: 10) == 0 && shift.value(at: 11) == 0)
    let turn = QuinticBlend(offset: 0, slope: 0.1, length: 10)
    #expect(abs(turn.value(at: 5) - 0.15625) < 1e-12)
    #expect(abs(turn.value(at: 0.001) - 0.0001) < 1e-9)
  }

  @Test func routeCountsItsLaneChanges() throws {
    let lanes = try #require(RouteLanes(try Self.route(to: 1), on: Self.map))
    #expect(lanes.changes(1, at: 0) == 0)
    #expect(lanes.changes(0, at: 0) == 1)
    #expect(lanes.targets(of: 0, at: 0) == [1])
    let way = try #require(lanes.way(over: 0))
    #expect(way.changes == 1)
    // The goal is beside 390 m.
    #expect(abs(try #require(way.deadline) - 390) < 1e-6)
    #expect(try #require(lanes.way(over: 1)).deadline == nil)
  }

  @Test func accelerationsAreThoseOfTheModel() throws {
    // Ego: 10 m/s of 13.9; leader at 5 m/s with 30 - 2.4 - 2.588 = 25.012 m between the bumpers.
    // Wanted gap 1 + 15 + 10 * 5 / (2 sqrt 3) = 30.4338 m:
    // 1 - (10/13.9)^4 - (30.4338/25.012)^2 = 0.732120 - 1.480526 = -0.748400 m/s^2.
    // Behind on the left: 12 m/s with 40 - 4.988 = 35.012 m; wanted 1 + 18 + 12 * 2 / (2 sqrt 3)
    // = 25.9282 m: 1 - (12/13.9)^4 - (25.9282/35.012)^2 = 0.444523 - 0.548417 = -0.103894 m/s^2.
    let planner = try Self.planner()
    let scene = TestScenes.scene(
      Self.map, ego: TestScenes.ego(x: 60, speed: 10),
      tracks: [
        TestScenes.car(1, x: 90, speed: 5), TestScenes.car(2, x: 20, y: 3.5, speed: 12),
      ])
    let lanes = try #require(planner.lanes)
    let own = planner.outlook(along: try #require(lanes.way(over: 0)), at: 60, scene)
    let left = planner.outlook(along: try #require(lanes.way(over: 1)), at: 60, scene)
    #expect(abs(own.own + 0.748400) < 1e-5)
    #expect(abs(left.own - 0.732120) < 1e-5)
    #expect(abs(try #require(left.follower).after + 0.103894) < 1e-5)
    #expect(abs(try #require(left.follower).before - 0.444523) < 1e-5)
    #expect(planner.isSafe(own, left, urgency: nil))
    // 0.732120 + 0.748400 - 0.25 * (0.103894 + 0.444523) - 0.2 = 1.143416 m/s^2.
    let worth = planner.values.mobil.advantage(
      planner.mobilOutlook(own, left, scene), toLeft: true)
    #expect(abs(worth - 1.143416) < 1e-5)
  }

  @Test func laneThatDemandsHardBrakingIsNotSafe() throws {
    // Someone stands on the left lane, 35 - 2.4 - 2.588 = 30.012 m ahead of the ego at 12 m/s: to
    // be wanted are 1 + 18 + 144 / (2 sqrt 3) = 60.569 m, so 1 - 0.5555 - (60.569/30.012)^2 =
    // -3.63.
    let planner = try Self.planner()
    let lanes = try #require(planner.lanes)
    func isSafe(urgency: Double?, among tracks: [Track]) throws -> Bool {
      let scene = TestScenes.scene(
        Self.map, ego: TestScenes.ego(x: 60, speed: 12), tracks: tracks)
      let own = planner.outlook(along: try #require(lanes.way(over: 0)), at: 60, scene)
      let left = planner.outlook(along: try #require(lanes.way(over: 1)), at: 60, scene)
      return planner.isSafe(own, left, urgency: urgency)
    }
    let standing = TestScenes.car(1, x: 95, y: 3.5, speed: 0)
    #expect(try !isSafe(urgency: nil, among: [standing]))
    // 5 m/s^2 are in order where the route's last place for the change is reached.
    #expect(try isSafe(urgency: 1, among: [standing]))
    // 10 m nearer it takes -(60.569/20.012)^2 + 0.44 = -8.7 (no more than 6 are braked).
    let near = TestScenes.car(1, x: 85, y: 3.5, speed: 0)
    #expect(try !isSafe(urgency: 1, among: [near]))
    // On the own lane someone stands nearer still: there it is better.
    #expect(try isSafe(urgency: nil, among: [near, TestScenes.car(2, x: 80, speed: 0)]))
  }

  /// 0.3 s are three ticks of 0.1 s, though 0.3 / 0.1 is a little less than 3; there is at least
  /// one.
  @Test func timesAreWholeTicks() throws {
    let planner = try Self.planner(
      nil, ["decision_interval": .number(0.3), "change_rest": .number(0.3)])
    #expect(planner.values.intervalTicks == 3)
    #expect(planner.values.restTicks == 3)
    let often = try Self.planner(nil, ["decision_interval": .number(0.05)])
    #expect(often.values.intervalTicks == 1)
  }

  @Test func passesASlowCar() throws {
    var planner = try Self.planner()
    let ego = try Self.drive(
      &planner, from: TestScenes.ego(x: 60, speed: 12),
      among: [TestScenes.car(1, x: 100, speed: 5)], ticks: 120
    ) { tick, ego, tracks in
      #expect(!ego.box(TestScenes.vehicle).overlaps(tracks[0].box), "tick \(tick)")
    }
    let centre = ego.centre(TestScenes.vehicle)
    #expect(abs(centre.y - 3.5) < 0.1)
    #expect(centre.x > 100 + 5 * 12 + 10)
    #expect(ego.speed > 12)
  }

  @Test func staysBehindWhereTheGapIsTooSmall() throws {
    // Someone beside and a column behind it at the same speed as the ego's leader.
    var planner = try Self.planner()
    let column = (0..<12).map {
      TestScenes.car(10 + $0, x: 75 - 12 * Double($0), y: 3.5, speed: 6)
    }
    let ego = try Self.drive(
      &planner, from: TestScenes.ego(x: 60, speed: 6),
      among: [TestScenes.car(1, x: 75, speed: 6)] + column, ticks: 80)
    #expect(abs(ego.centre(TestScenes.vehicle).y) < 0.1)
    #expect(planner.change == nil)
  }

  @Test func changesWhereTheRouteNeedsIt() throws {
    // Nothing is gained by the change; the goal is on the left lane, 330 m on.
    var planner = try Self.planner(try Self.route(to: 1))
    var first: Int?
    let ego = try Self.drive(
      &planner, from: TestScenes.ego(x: 60, speed: 13.9), among: [], ticks: 230
    ) { tick, ego, _ in
      if first == nil, ego.centre(TestScenes.vehicle).y > 0.3 { first = tick }
    }
    #expect(abs(ego.centre(TestScenes.vehicle).y - 3.5) < 0.1)
    // Wanted from 12 s * 13.9 m/s before 390 m on: not before 223 m are reached, after 11.7 s.
    let tick = try #require(first)
    #expect(tick > 117 && tick < 145)
  }

  @Test func returnsWhenTheGapCloses() throws {
    var planner = try Self.planner()
    var ego = TestScenes.ego(x: 60, speed: 12)
    let slow = TestScenes.car(1, x: 100, speed: 5)
    ego = try Self.drive(&planner, from: ego, among: [slow], ticks: 8)
    #expect(planner.change?.isReturn == false)
    #expect(ego.centre(TestScenes.vehicle).y < 1.3)
    // Out of nowhere somebody drives beside it.
    let x = ego.centre(TestScenes.vehicle).x
    let beside = TestScenes.car(2, x: x - 3, y: 3.5, speed: 12)
    var leader = slow
    leader.box.centre.x += 4
    ego = try Self.drive(&planner, from: ego, among: [leader, beside], ticks: 50) {
      tick, ego, tracks in
      #expect(!ego.box(TestScenes.vehicle).overlaps(tracks[1].box), "tick \(tick)")
    }
    #expect(abs(ego.centre(TestScenes.vehicle).y) < 0.15)
  }

  @Test func nobodyChangesLanesBeforeWalkers() throws {
    let walker = Track(
      id: 9, agentClass: .pedestrian,
      box: OrientedBox(centre: Vector2(110, 7), heading: 0, length: 0.5, width: 0.5), speed: 0)
    for tracks in [
      [TestScenes.car(1, x: 90, speed: 5)], [TestScenes.car(1, x: 90, speed: 5), walker],
    ] {
      var planner = try Self.planner()
      let scene = TestScenes.scene(
        Self.map, ego: TestScenes.ego(x: 60, speed: 10), tracks: tracks)
      _ = try planner.plan(scene, .none, in: TestScenes.context(scene))
      #expect((planner.change != nil) == (tracks.count == 1))
    }
  }
}
