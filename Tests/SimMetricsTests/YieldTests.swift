import SimCore
import SimGeometry
import SimMap
import SimStack
import SimWorld
import Testing

@testable import SimMetrics

/// Whether the ego lets those go first who have priority: a lane along y = 0 gives way to one along
/// x = 50 northwards, both 3.5 m wide, so that the common area is 48.25...51.75 by -1.75...1.75.
///
/// The ego (rear 1.127 m behind its axle, front 4.049 m ahead) drives at 10 m/s with its axle at
/// x = 3.701 at first: its front reaches the area in tick 40.5 (x = 44.201), its rear leaves it in
/// tick 49.176 (x = 52.877), 0.9176 s after tick 40, the last one before it.
@Suite struct YieldTests {
  private static func lane(
    _ index: Int, from: Vector2, to: Vector2, stopLine: Int? = nil, signal: Int? = nil,
    successors: [Int] = []
  ) throws -> Lane {
    let side = (to - from).normalized.left * 1.75
    func line(_ offset: Vector2) throws -> Polyline {
      try #require(Polyline([from + offset, to + offset]))
    }
    let left = try line(side)
    let right = try line(side * -1)
    return Lane(
      id: "l\(index)", index: index, kind: .driving, lines: LaneLines(centreline: try line(.zero),
      left: left, right: right,
      polygon: Polygon(Array(left.vertices) + right.vertices.reversed())),
      successors: successors, segment: index, stopLine: stopLine, signal: signal)
  }

  private enum Control { case signs, stops, light }

  private func map(_ control: Control = .signs) throws -> LaneGraph {
    let isStop = control == .stops
    let lanes = [
      try Self.lane(0, from: .zero, to: Vector2(120, 0), stopLine: isStop ? 0 : nil),
      try Self.lane(
        1, from: Vector2(50, -20), to: Vector2(50, 120), signal: control == .light ? 0 : nil),
      try Self.lane(
        2, from: Vector2(50, -120), to: Vector2(50, -20), stopLine: isStop ? 1 : nil,
        successors: [1]),
    ]
    var linked = lanes
    linked[1].predecessors = [2]
    let area = DrivableArea(
      kind: .road,
      polygon: Polygon([
        Vector2(-200, -200), Vector2(200, -200), Vector2(200, 200), Vector2(-200, 200),
      ]))
    func stop(_ id: String, _ at: Vector2, _ lane: Int) -> StopLine {
      StopLine(id: id, rule: .stop, from: at, to: at + Vector2(0.1, 0.1), lanes: [lane])
    }
    return LaneGraph(
      name: "crossing", lanes: linked,
      segments: linked.map {
        RoadSegment(
          id: $0.id, lanes: [$0.index], isConnector: false, polygon: $0.polygon,
          predecessors: [], successors: [])
      }, drivableAreas: [area],
      stopLines: isStop
        ? [stop("own", Vector2(20, 0), 0), stop("other", Vector2(50, -21), 2)] : [],
      signals: control == .light ? [Signal(id: "s", phases: [], offsetMicroseconds: 0, lanes: [1])]
        : [],
      priorities: [PriorityRule(yielding: 0, priority: 1)])
  }

  /// A car of 4 x 2 m whose front is so far before the area in tick 40, at 10 m/s.
  private func drive(
    room: Double, _ others: [RoadWorld.Actor] = [], on map: LaneGraph, ticks: Int = 90
  ) -> EpisodeRecord {
    let car = RoadWorld.Actor.steady(
      "car", x: 50, y: -1.75 - room - 2 - 40, heading: .pi / 2, speed: 10, ticks: ticks)
    return RoadWorld().record(
      RoadWorld.steady(x: 3.701, speed: 10, ticks: ticks), [car] + others, on: map)
  }

  private func result(
    _ record: EpisodeRecord, _ profile: MetricProfile = .strict
  ) throws -> MetricResult {
    try #require(MetricCatalog.score(record, profile: profile).result("yield_compliance"))
  }

  /// 24.076 m at 10 m/s are 2.4076 s: 1.49 s after the ego; 24.276 m: 1.51 s.
  @Test(arguments: [(24.076, 0.5), (24.276, 1.0), (19.176, 0.5)])
  func aSecondAndAHalfIsToBeLeft(_ room: Double, _ value: Double) throws {
    let result = try result(drive(room: room, on: map()))
    #expect(result.value == value)
    #expect(result.statistics.first { $0.name == "priorities_met" }?.value == 1)
    #expect(result.events.map(\.kind) == (value < 1 ? ["failed_yield"] : []))
    #expect(result.violations.map(\.firstTick) == (value < 1 ? [40] : []))
  }

  /// Half of the score is lost, and the sentence names tick and agent.
  @Test func itHalvesTheScoreAndSaysWhy() throws {
    let record = try drive(room: 19.176, on: map())
    let score = MetricCatalog.score(record)
    // (No reference, no progress; all else is kept. A second before the car the ego is through.)
    #expect(score.score == 0.5)
    #expect(
      score.explanation
        == "score 0.500: yield_compliance = 0.500: takes the right of way of 'car', which would "
        + "have come 1.0 s after it at 4.0 s (tick 40)")
    #expect(score.factors.first { $0.metric == "yield_compliance" }?.violation?.agent == 0)
    // No other profile scores it.
    for profile in [MetricProfile.nuPlanCompat, .vMax] {
      #expect(MetricCatalog.score(record, profile: profile).score == 1)
    }
  }

  /// It has gone through before the ego, or is too far (over 8 s): nothing to yield to.
  @Test(arguments: [-30.0, 81.0]) func whoIsNotThereIsNotMet(_ room: Double) throws {
    let result = try result(drive(room: room, on: map()))
    #expect(result.value == 1)
    #expect(result.statistics.first { $0.name == "priorities_met" }?.value == 0)
  }

  /// 2.4 s after the ego it would have come, but it brakes by 2.1 m/s^2 (1.9 are allowed) in tick
  /// 45, while the ego is in the area; in tick 50 the ego has left it.
  @Test(arguments: [(2.1, 45, 0.5), (1.9, 45, 1.0), (2.1, 50, 1.0)])
  func whoIsMadeToBrakeCounts(_ braking: Double, _ tick: Int, _ value: Double) throws {
    var record = try drive(room: 33.176, on: map())
    record.history.acceleration[record.history.slot(tick, 0)] = -braking
    let result = try result(record)
    #expect(result.value == value)
    #expect(result.series[tick] == (tick == 45 ? braking : 0))
    #expect(
      result.violations.map(\.reason)
        == (value < 1
          ? ["takes the right of way of 'car', which has to brake by 2.1 m/s^2"] : []))
  }

  /// 20 m before the area at 10 m/s it would come 2.0 s after tick 40, 1.08 s after the ego.
  /// Braking by 3 m/s^2 in that tick it would stop after 100 / 6 = 16.7 m: no gap is too small, but
  /// it is made to brake. By 1.9 m/s^2 it comes after 2 * 20 / (10 + sqrt(100 - 76)) = 2.685 s,
  /// 1.767 s after the ego. From 30 m there are 33.75 - 2 - 1.149 = 30.6 m between it and the ego,
  /// over 3 s: too far to brake for it.
  @Test(arguments: [(20.0, 3.0, 0.5), (20, 1.9, 1), (30, 3, 1)])
  func whoBrakesAsTheEgoEntersIsMet(_ room: Double, _ braking: Double, _ value: Double) throws {
    var record = try drive(room: room, on: map())
    record.history.acceleration[record.history.slot(40, 0)] = -braking
    let result = try result(record)
    #expect(result.value == value)
    #expect(result.statistics.first { $0.name == "priorities_met" }?.value == 1)
    #expect(result.series[40] == (room < 30 ? braking : 0))
    #expect(
      result.violations.map(\.reason)
        == (value < 1
          ? ["takes the right of way of 'car', which has to brake by 3.0 m/s^2"] : []))
  }

  /// From tick 30 on it brakes from 10 m/s to a halt, by 3 m/s^2 (1.5 are no more than it may be
  /// asked for). In tick 40 it has 7 m/s, 14 m before the area: 2.0 s at constant speed, but it
  /// stops after 49 / 6 = 8.2 m. By 1.5 m/s^2 it has 8.5 m/s and comes, from 14 m, after
  /// 28 / (8.5 + sqrt(72.25 - 42)) = 2.0 s, 1.08 s after the ego; from 18 m, after
  /// 36 / (8.5 + sqrt(72.25 - 54)) = 2.819 s, 1.90 s after it.
  @Test(arguments: [(14.0, 3.0, 0.5), (14, 1.5, 0.5), (18, 1.5, 1)])
  func whoBrakesBeforeTheEgoEntersIsMet(
    _ room: Double, _ braking: Double, _ value: Double
  ) throws {
    let ticks = 90
    let halt = 50 / braking
    func travelled(_ tick: Int) -> (way: Double, speed: Double) {
      let time = 0.1 * Double(tick - 30)
      if time < 0 { return (10 * time, 10) }
      let speed = 10 - braking * time
      return speed > 0 ? (10 * time - 0.5 * braking * time * time, speed) : (halt, 0)
    }
    let start = Pose2(x: 50, y: -1.75 - room - 2 - travelled(40).way, heading: .pi / 2)
    let car = RoadWorld.Actor(
      id: "car", agentClass: .car, length: 4, width: 2,
      motion: (0..<ticks).map { (start.advanced(by: travelled($0).way), travelled($0).speed) })
    var record = try RoadWorld().record(
      RoadWorld.steady(x: 3.701, speed: 10, ticks: ticks), [car], on: map())
    for tick in 30..<ticks where travelled(tick).speed > 0 {
      record.history.acceleration[record.history.slot(tick, 0)] = -braking
    }
    let result = try result(record)
    #expect(result.value == value)
    #expect(result.statistics.first { $0.name == "priorities_met" }?.value == 1)
    #expect(result.series[40] == braking)
    #expect(
      result.violations.map(\.reason)
        == (braking > 2
          ? ["takes the right of way of 'car', which has to brake by 3.0 m/s^2"]
          : value < 1
            ? ["takes the right of way of 'car', which would have come 1.1 s after it"] : []))
  }

  /// Somebody drives 12 m ahead of it: it brakes for that one.
  @Test func brakingForSomebodyElseDoesNotCount() throws {
    let between = RoadWorld.Actor.steady(
      "van", x: 50, y: -1.75 - 33.176 - 2 - 40 + 12, heading: .pi / 2, speed: 10, ticks: 90)
    var record = try drive(room: 33.176, [between], on: map())
    record.history.acceleration[record.history.slot(45, 0)] = -3
    // The van itself would come 33.176 - 12 - 9.176 = 12 m: 1.2 s after the ego.
    let found = try result(record)
    #expect(found.violations.map(\.agent) == [2])
  }

  /// Where both have stop signs, and while its light is red, it has no priority.
  @Test func priorityEndsAtStopSignsAndRedLights() throws {
    #expect(try result(drive(room: 19.176, on: map(.stops))).value == 1)
    for (colour, value) in [(SignalColour.red, 1.0), (.green, 0.5), (.yellow, 0.5)] {
      var record = try drive(room: 30, on: map(.light))
      record.signals = [SignalColour](repeating: colour, count: record.ticks)
      record.history.acceleration[record.history.slot(45, 0)] = -3
      #expect(try result(record).value == value)
    }
  }

  /// Where the ego has not been on the lane that yields, nothing is asked of it.
  @Test func otherLanesDoNotYield() throws {
    let record = RoadWorld().record(
      RoadWorld.steady(x: 50, y: -60, heading: .pi / 2, speed: 10, ticks: 90),
      [.steady("car", x: 1, y: 0, speed: 8, ticks: 90)], on: try map())
    let found = try result(record)
    #expect(found.value == 1)
    #expect(found.series.allSatisfy { $0 == 0 })
  }
}
