import SimCore
import SimGeometry
import SimMap
import SimPrediction
import SimStack
import SimWorld
import StackTestSupport
import Testing

/// Where the lanes lead, on roads made by hand.
@Suite struct LaneFollowingPredictorTests {
  /// A lane along +x for 50 m that parts there: 1 goes on straight, 2 turns left by 90 degrees on
  /// an arc of 20 m; both go on with a straight lane of 100 m (3 and 4).
  static let fork: LaneGraph = {
    func strip(_ index: Int, _ points: [Vector2], _ successors: [Int]) -> Lane {
      let line = TestRoads.line(points)
      func side(_ offset: Double) -> [Vector2] {
        points.indices.map {
          points[$0] + Pose2(.zero, heading: line.vertexHeadings[$0]).direction.left * offset
        }
      }
      let left = side(1.75)
      let right = side(-1.75)
      return Lane(
        id: "lane.\(index)", index: index, kind: .driving,
        lines: LaneLines(
          centreline: line, left: TestRoads.line(left), right: TestRoads.line(right),
          polygon: Polygon(left + right.reversed())),
        successors: successors, segment: index, isConnector: index == 1 || index == 2)
    }
    let arc = (0...32).map { k -> Vector2 in
      let angle = Double(k) * Double.pi / 64
      return Vector2(50 + 20 * ExactMath.sin(angle), 20 - 20 * ExactMath.cos(angle))
    }
    let lanes = [
      strip(0, [Vector2(0, 0), Vector2(50, 0)], [1, 2]),
      strip(1, [Vector2(50, 0), Vector2(70, 0)], [3]), strip(2, arc, [4]),
      strip(3, [Vector2(70, 0), Vector2(170, 0)], []),
      strip(4, [Vector2(70, 20), Vector2(70, 120)], []),
    ]
    return LaneGraph(
      name: "fork", lanes: lanes,
      segments: lanes.map {
        RoadSegment(
          id: $0.id, lanes: [$0.index], isConnector: $0.isConnector, polygon: $0.polygon,
          predecessors: [], successors: $0.successors)
      }, drivableAreas: [])
  }()

  static func predict(
    _ track: Track, among others: [Track] = [], on map: LaneGraph
  ) throws -> Forecast {
    let entry = try #require(
      PredictorCatalog.entries.first { $0.schema.name == "lane-following" })
    var predictor = try entry.make(ParameterValues(entry.schema), TestScenes.setup(map))
    let scene = TestScenes.scene(map, ego: TestScenes.ego(x: 0, speed: 0), tracks: [track] + others)
    return try predictor.predict(scene, in: TestScenes.context(scene))
  }

  static func isNear(_ point: Forecast.Point, _ x: Double, _ y: Double, _ h: Double) -> Bool {
    abs(point.x - x) < 0.02 && abs(point.y - y) < 0.02 && abs(point.heading - h) < 0.02
  }

  @Test func keepsToTheStraightestWayWithoutIndicators() throws {
    // 10 m/s from x = 40 on, 0.5 m to the left of the middle: 50 m after 5 s, 80 m after 8 s.
    let forecast = try Self.predict(TestScenes.car(1, x: 40, y: 0.5, speed: 10), on: Self.fork)
    #expect(Self.isNear(forecast.point(0, mode: 0, step: 24), 90, 0.5, 0))
    #expect(Self.isNear(forecast.point(0, mode: 0, step: 39), 120, 0.5, 0))
  }

  @Test func turnsWhereItIndicates() throws {
    // From x = 40 at 10 m/s: 10 m to the arc, which is 31.4 m long; after 2.6 s (26 m) it has
    // turned by 16 / 20 rad: x = 50 + 20 sin 0.8 = 64.35, y = 20 - 20 cos 0.8 = 6.07. After 8 s it
    // is 80 - 41.42 = 38.58 m up the side road.
    var car = TestScenes.car(1, x: 40, speed: 10)
    car.lights = .left
    let forecast = try Self.predict(car, on: Self.fork)
    #expect(Self.isNear(forecast.point(0, mode: 0, step: 12), 64.35, 6.07, 0.8))
    #expect(Self.isNear(forecast.point(0, mode: 0, step: 39), 70, 58.58, .pi / 2))
  }

  @Test func whoBrakesGoesOnBraking() throws {
    // 8 m/s, -4 m/s^2: stands after 2 s and 8 m.
    var car = TestScenes.car(1, x: 10, speed: 8)
    car.acceleration = -4
    let forecast = try Self.predict(car, on: Self.fork)
    // After 1 s: 8 - 2 = 6 m.
    #expect(Self.isNear(forecast.point(0, mode: 0, step: 4), 16, 0, 0))
    #expect(Self.isNear(forecast.point(0, mode: 0, step: 9), 18, 0, 0))
    #expect(Self.isNear(forecast.point(0, mode: 0, step: 39), 18, 0, 0))
    // 30 m/s, -2 m/s^2 for 4 s: 104 m, then 22 m/s: 88 m more.
    car.speed = 30
    car.acceleration = -2
    let fast = try Self.predict(car, on: TestRoads.straight())
    #expect(Self.isNear(fast.point(0, mode: 0, step: 39), 202, 0, 0))
  }

  @Test func changesLanesWithIndicatorAndMotionOnly() throws {
    // On the right lane, heading 0.05 rad to the left at 10 m/s: drifts by 0.5 m/s. With the
    // indicator on it is in the middle of the left lane (y = 3.5) in the end, without it beyond
    // 8 s x 0.5 m/s less what dies away; indicating alone it waits.
    let map = TestRoads.straight()
    var car = TestScenes.car(1, x: 50, heading: 0.05, speed: 10)
    let drifting = try Self.predict(car, on: map).point(0, mode: 0, step: 39)
    // 8 (1 - 1/e) s x 10 sin 0.05 m/s.
    #expect(abs(drifting.y - 5.0569 * 0.49979) < 0.01)
    car.lights = .left
    let changing = try Self.predict(car, on: map).point(0, mode: 0, step: 39)
    #expect(abs(changing.y - 3.5) < 1e-9)
    car.box = OrientedBox(centre: car.box.centre, heading: 0, length: 4.8, width: 1.9)
    let waiting = try Self.predict(car, on: map).point(0, mode: 0, step: 39)
    #expect(waiting.y == 0)
  }

  @Test func straightOnWhereThereIsNoLane() throws {
    // Beside the road, across it, or on foot.
    for track in [
      TestScenes.car(1, x: 20, y: 30, heading: 0.3, speed: 5),
      TestScenes.car(1, x: 20, y: 0, heading: 1.5, speed: 5),
      Track(
        id: 1, agentClass: .pedestrian,
        box: OrientedBox(centre: Vector2(20, 0), heading: 0.3, length: 0.5, width: 0.5), speed: 5),
    ] {
      let last = try Self.predict(track, on: Self.fork).point(0, mode: 0, step: 39)
      let end = track.box.centre + track.box.direction * 40
      #expect(abs(last.x - end.x) < 1e-9 && abs(last.y - end.y) < 1e-9)
    }
  }

  /// A bicycle (1.8 x 0.6 m) at y = -1 and 4 m/s, 20 m behind the middle of a car of 4.8 x 1.9 m at
  /// y = -1.4: to the left it has to keep -0.4 + 0.95 + 0.3 + 0.5 = 1.35 m from its line (1.65 +
  /// 0.5 to the right), from 20 - 2.4 - 0.9 - 2 = 14.7 m to 25.3 m, and is back after 33.3 m.
  @Test func cyclistsGoRoundWhatStands() throws {
    let bicycle = Track(
      id: 1, agentClass: .bicycle,
      box: OrientedBox(centre: Vector2(5, -1), heading: 0, length: 1.8, width: 0.6), speed: 4)
    let parked = TestScenes.car(2, x: 25, y: -1.4, speed: 0)
    let forecast = try Self.predict(bicycle, among: [parked], on: Self.fork)
    func y(_ time: Double) -> Double {
      forecast.point(0, mode: 0, step: Int((time / 0.2).rounded()) - 1).y
    }
    #expect((y(2) - (-1 + 1.35 * 8 / 14.7)).magnitude < 1e-9)
    #expect((y(4) - 0.35).magnitude < 1e-9)
    #expect((y(6) - 0.35).magnitude < 1e-9)
    #expect((y(7) - (-1 + 1.35 * 5.3 / 8)).magnitude < 1e-9)
    // Cars do not, nor does a bicycle where the car drives, or leaves 0.3 m and more.
    let car = TestScenes.car(1, x: 5, y: -1, speed: 4)
    #expect(try Self.predict(car, among: [parked], on: Self.fork).point(0, mode: 0, step: 19).y == -1)
    for other in [
      TestScenes.car(2, x: 25, y: -1.4, speed: 1), TestScenes.car(2, x: 25, y: -2.6, speed: 0),
    ] {
      let straight = try Self.predict(bicycle, among: [other], on: Self.fork)
      #expect(straight.point(0, mode: 0, step: 19).y == -1)
    }
  }
}
