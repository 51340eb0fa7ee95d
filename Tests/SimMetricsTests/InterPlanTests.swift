import SimCore
import SimGeometry
import SimMap
import SimStack
import SimWorld
import Testing

@testable import SimMetrics

/// interPlan's measures on the hand-made road, with a route along the right lane from x = -100 on
/// whose goal lies on the left lane of the last stretch (x = 80 to 260).
@Suite struct InterPlanTests {
  private func record(
    _ states: [EgoState], _ actors: [RoadWorld.Actor] = [], goal: Bool = true
  ) throws -> EpisodeRecord {
    let road = RoadWorld().map()
    var lanes = road.lanes
    for (right, left) in [(0, 1), (6, 7)] {
      lanes[right].left = LaneNeighbour(lane: left, isSameDirection: true)
      lanes[left].right = LaneNeighbour(lane: right, isSameDirection: true)
    }
    let map = LaneGraph(
      name: "road", lanes: lanes, segments: road.segments, junctions: road.junctions,
      drivableAreas: road.drivableAreas)
    var record = RoadWorld().record(states, actors, on: map)
    let line = try #require(Polyline([Vector2(-100, 0), Vector2(260, 0)]))
    record.header.egos[0].route = Route(
      lanes: [0, 3, 6, 7], segments: [0, 2, 4], centreline: line,
      laneStarts: [0, 160, 180, 200], startArcLength: 150, goalArcLength: goal ? 350 : nil)
    return record
  }

  private func result(_ record: EpisodeRecord, _ name: String) throws -> MetricResult {
    try #require(
      MetricCatalog.score(record, profile: .interPlanObstacle).result(name), "it is scored")
  }

  /// 5 + 5 + 4 + 2 + 4 = 20, and the multipliers of scenes with obstacles and of others.
  @Test func formulasHaveInterPlansWeights() {
    #expect(ScoreFormula.interPlan.weights.reduce(0) { $0 + $1.weight } == 20)
    let all = Set(ScoreFormula.nuPlan.multipliers)
    #expect(Set(ScoreFormula.interPlan.multipliers) == all)
    #expect(
      Set(ScoreFormula.interPlanObstacle.multipliers)
        == all.subtracting(["driving_direction_compliance"]).union(["past_obstacle"]))
  }

  /// On the right lane one change is needed at the start and at the end; on the left one none is
  /// left.
  @Test func changesThatAreLeftCost() throws {
    let stays = try record(RoadWorld.steady(x: -50, speed: 10, ticks: 50))
    let kept = try result(stays, "lane_changes_to_goal")
    #expect(kept.value == 0)
    #expect(kept.series.allSatisfy { $0 == 1 })
    #expect(kept.violations.map(\.reason) == ["short of the goal by 1 lane change"])
    #expect(kept.violations.map(\.firstTick) == [49])
    // All else is perfect (there is nothing to get past): 16 of 20 parts without a reference are
    // 11 of 15.
    let score = MetricCatalog.score(stays, profile: .interPlan)
    #expect((score.score - 11.0 / 15).magnitude < 1e-12)

    let changes = try record(
      (0..<50).map { tick in
        EgoState(
          timeMicroseconds: Int64(tick) * 100_000,
          pose: Pose2(x: Double(tick) - 50, y: min(0.1 * Double(tick), 3.5), heading: 0),
          velocity: Vector2(10, 0))
      })
    let made = try result(changes, "lane_changes_to_goal")
    #expect(made.value == 1)
    #expect(made.series.first == 1)
    #expect(made.series.last == 0)
    #expect(made.violations.isEmpty)
    // Along the left lane from the start: none was needed.
    let left = try record(RoadWorld.steady(x: -50, y: 3.5, speed: 10, ticks: 50))
    #expect(try result(left, "lane_changes_to_goal").value == 1)
    // Off the road at the end, and without a goal.
    let lost = try record(RoadWorld.steady(x: -50, heading: 0.5, speed: 10, ticks: 90))
    #expect(try result(lost, "lane_changes_to_goal").value == 0)
    let free = try record(RoadWorld.steady(speed: 10, ticks: 50), goal: false)
    #expect(try result(free, "lane_changes_to_goal").value == nil)
  }

  /// A cone of 1 m ends at x = 100.5. After 2.9 s from x = 50 the ego's rear is at 50 + 29 - 1.127
  /// = 77.873: 22.627 m short; after 5.9 s it is at 107.873.
  @Test func anObstacleIsToBePassed() throws {
    func cone(_ y: Double, _ ticks: Int, speed: Double = 0) -> RoadWorld.Actor {
      .steady(
        "cone", speed == 0 ? .trafficCone : .car, x: 100, y: y, speed: speed, length: 1, width: 1,
        ticks: ticks)
    }
    let short = try result(
      record(RoadWorld.steady(x: 50, speed: 10, ticks: 30), [cone(0, 30)]), "past_obstacle")
    #expect(short.value == 0)
    #expect(((short.series.last ?? 0) - 22.627).magnitude < 1e-9)
    #expect(short.violations.map(\.reason) == ["22.6 m short of being past 'cone'"])
    #expect(short.violations.map(\.agent) == [0])
    let past = try result(
      record(RoadWorld.steady(x: 50, speed: 10, ticks: 60), [cone(0, 60)]), "past_obstacle")
    #expect(past.value == 1)
    #expect(past.violations.isEmpty)
    // Beside the way (3.5 - 0.5 m from the line, half of the ego is 1.1485 m), or driving.
    for other in [cone(3.5, 30), cone(0, 30, speed: 5)] {
      let none = try result(
        record(RoadWorld.steady(x: 50, speed: 10, ticks: 30), [other]), "past_obstacle")
      #expect(none.value == nil)
    }
  }

  /// The goal is at x = 90, the route's line goes on to 260: the cone behind the goal does not
  /// count, the one before it does. After 3.9 s from x = 50 the ego's rear is at 50 + 39 - 1.127 =
  /// 87.873.
  @Test func whatStandsBehindTheGoalNeedNotBePassed() throws {
    func value(_ cones: [Double]) throws -> Double? {
      var record = try record(
        RoadWorld.steady(x: 50, speed: 10, ticks: 40),
        cones.enumerated().map { index, x in
          .steady("cone\(index)", .trafficCone, x: x, y: 0, length: 1, width: 1, ticks: 40)
        })
      record.header.egos[0].route.goalArcLength = 190
      return try result(record, "past_obstacle").value
    }
    #expect(try value([100]) == nil)
    #expect(try value([80, 100]) == 1)
    #expect(try value([89, 100]) == 0)
  }

  /// The car ahead brakes by 3 m/s^2 in tick 20, and by 0.5 m/s^2 had another one driven the ego:
  /// 2.5 m/s^2 in a tick are 0.25 m/s. Another car brakes as hard 60 m away.
  @Test func brakingIsPutDownToTheEgo() throws {
    var record = RoadWorld().record(
      RoadWorld.steady(speed: 10, ticks: 40),
      [
        .steady("car", x: 30, y: 0, speed: 10, ticks: 40),
        .steady("distant", x: 63, y: 0, speed: 10, ticks: 40),
      ])
    func induced() throws -> MetricResult {
      try #require(
        MetricCatalog.score(record, profile: .strict.measuringAll).result("induced_braking"))
    }
    #expect(try induced().value == nil)
    record.counterfactual = record.history
    #expect(try induced().value == 0)
    let slots = [0, 1].map { record.history.slot(20, $0) }
    record.counterfactual?.acceleration[slots[0]] = -0.5
    for slot in slots { record.history.acceleration[slot] = -3 }
    let found = try induced()
    #expect(found.value == 2.5)
    #expect(found.series[20] == 2.5)
    #expect(found.violations.map(\.firstTick) == [20])
    #expect(found.violations.map(\.agent) == [0])
    #expect(
      found.violations.map(\.reason)
        == ["'car' brakes 2.5 m/s^2 harder than behind planner idm"])
    let integral = try #require(
      found.statistics.first { $0.name == "induced_braking_integral" }?.value)
    #expect((integral - 0.25).magnitude < 1e-12)
  }
}
