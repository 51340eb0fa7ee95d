import SimCore
import SimGeometry
import SimMap
import SimStack
import SimWorld
import StackTestSupport
import Testing

@testable import SimPrediction

/// What lies ahead of road users, and how far they get by the law.
@Suite struct ForecastTrafficTests {
  private let rule = LaneFollowingPredictor(stepMicroseconds: 200_000, steps: 20)

  private func traffic(
    _ tracks: [Track], on map: LaneGraph, signals: [SignalColour] = []
  ) -> ForecastTraffic {
    ForecastTraffic(tracks, ForecastRules(map), on: map, signals: signals, rule)
  }

  private func map(
    _ template: String, _ values: [(String, ParameterValues.Value)]
  ) throws -> LaneGraph {
    let found = try #require(MapTemplateCatalog.template(named: template))
    var parameters = ParameterValues(found.schema)
    for (name, value) in values { parameters.set(name, value) }
    return try found.make(parameters)
  }

  /// Alone at 5 of 15 m/s with just the law's acceleration, 1.5 (1 - 1/81) = 1.4815 m/s^2: there
  /// is no habit, and after 0.2 s it has come 5.1481 * 0.2 m.
  @Test func whoIsFreeSpeedsUp() {
    var car = TestScenes.car(1, x: 50, speed: 5)
    car.acceleration = 1.5 * (1 - 1 / 81.0)
    let traffic = traffic([car], on: TestRoads.straight(speedLimit: 15))
    #expect(traffic.ahead[0].leader == -1)
    #expect((traffic.ahead[0].acceleration - car.acceleration).magnitude < 1e-12)
    #expect((traffic.ways[0] - (5 + 0.1 * car.acceleration) * 0.2).magnitude < 1e-12)
    // 5 m/s for 4 s are 20 m; with 1.48 m/s^2 all the time they would be 32 m.
    #expect(traffic.ways[19] > 29 && traffic.ways[19] < 32)
  }

  /// A driver that keeps 10 m/s though it could go faster goes on like that for a while.
  @Test func whatTheLawDoesNotExplainGoesOn() {
    let steady = TestScenes.car(1, x: 50, speed: 10)
    let ways = traffic([steady], on: TestRoads.straight(speedLimit: 15)).ways
    #expect((ways[0] - 2).magnitude < 1e-12)
    // The habit is a share of 1 - e^-2 weaker after 4 s.
    #expect(ways[19] > 40 && ways[19] < 46)
  }

  /// 30 m behind one that stands, fronts 4.8 m long: a gap of 25.2 m. Nobody drives into anybody,
  /// who stands in the other lane does not count, and walkers in the lane do not either.
  @Test func leadersAreFollowed() {
    let tracks = [
      TestScenes.car(1, x: 50, speed: 10), TestScenes.car(2, x: 80, speed: 0),
      TestScenes.car(3, x: 60, y: 3.5, speed: 10),
      Track(
        id: 4, agentClass: .pedestrian,
        box: OrientedBox(centre: Vector2(70, 0), heading: 0, length: 0.5, width: 0.5), speed: 0),
    ]
    let traffic = traffic(tracks, on: TestRoads.straight(speedLimit: 15))
    #expect(traffic.ahead.map(\.leader) == [1, -1, -1, -1])
    #expect((traffic.ahead[0].gap - 25.2).magnitude < 1e-9)
    #expect(traffic.ways[19] < 25.2 && traffic.ways[19] > 15)
    // The walker stays where it is, the car before stands out its habit of standing.
    #expect(traffic.ways[79] == 0)
  }

  /// A circle of 25 m radius at 2.5 m/s^2 across allows sqrt(62.5) = 7.9 m/s.
  @Test func bendsAreTakenSlowly() throws {
    let map = try map(
      "curve", [("radius", .number(25)), ("angle", .number(.pi / 2)), ("speed_limit", .number(20))])
    let rules = ForecastRules(map)
    let lane = try #require(map.lanes.first)
    let slowest = stride(from: 0, to: lane.length, by: 2).map { rules.cap(lane.index, at: $0) }
      .min()
    #expect(((slowest ?? 0) - 62.5.squareRoot()).magnitude < 0.3)
    #expect(rules.cap(lane.index, at: 0) == 20)
    #expect(rules.cap(lane.index, at: -5) == 20 && rules.cap(lane.index, at: 1e6) == 20)
  }

  /// A red signal is stopped at, a green one is not; who must wait for it or for others is told how
  /// far it has to the line.
  @Test func signalsAndJunctionsAhead() throws {
    let map = try map("four_way", [("control", .text("signals")), ("length", .number(100))])
    let lane = try #require(map.lane(id: "west_in.1"))
    let pose = lane.centreline.pose(at: lane.length - 42.4)
    let car = TestScenes.car(
      1, x: pose.x, y: pose.y, heading: pose.heading, speed: 10)
    func way(_ colour: SignalColour) -> ForecastTraffic {
      traffic([car], on: map, signals: map.signals.map { _ in colour })
    }
    let red = way(.red)
    let signal = try #require(red.ahead[0].signal)
    #expect((signal.distance - 40).magnitude < 3 && signal.colour == .red)
    #expect(red.ways[19] < signal.distance + 1)
    #expect(way(.green).ways[19] > 36)
    // Stopping is for a green one too: it may change.
    let stopping = way(.green).stopping(0)
    #expect(stopping[19] < signal.distance + 1 && stopping.count == 20)
    let turn = try #require(red.ahead[0].turn)
    #expect((turn.distance - 40).magnitude < 3 && turn.angle.magnitude < 0.1)
  }

  /// From the side road of a T-junction, somebody on the main road 50 m before it at 10 m/s.
  @Test func othersWithPriorityAreForeseen() throws {
    let map = try map("t_junction", [("control", .text("priority")), ("length", .number(100))])
    let side = try #require(map.lane(id: "south_in.1"))
    let main = try #require(map.lane(id: "west_in.1"))
    func car(_ id: Int, _ lane: Lane, before end: Double) -> Track {
      let pose = lane.centreline.pose(at: lane.length - end)
      return TestScenes.car(id, x: pose.x, y: pose.y, heading: pose.heading, speed: 10)
    }
    let alone = traffic([car(1, side, before: 22.4)], on: map).ahead[0]
    let conflict = try #require(alone.conflict)
    #expect((conflict.distance - 20).magnitude < 1e-6 && conflict.arrival == .infinity)
    #expect(alone.line != nil)
    let both = traffic([car(1, side, before: 22.4), car(2, main, before: 52.4)], on: map).ahead
    #expect(((both[0].conflict?.arrival ?? 0) - 5).magnitude < 1e-6)
    // The other one sees nobody who goes first.
    #expect((both[1].conflict?.arrival ?? .infinity) == .infinity)
  }

  /// Absurd numbers end.
  @Test func absurdSpeedsAreNoTrap() {
    for speed in [1e300, -1e300, 1e9, -3] {
      let car = TestScenes.car(1, x: 50, speed: speed)
      let traffic = traffic([car, TestScenes.car(2, x: 90, speed: 0)], on: TestRoads.straight())
      #expect(traffic.ways.count == 40)
      #expect(traffic.stopping(0).count == 20)
    }
  }
}
