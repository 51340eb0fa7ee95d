import SimCore
import SimGeometry
import SimStack
import SimWorld
import Testing

@testable import SimMetrics

@Suite struct EpisodeScoreTests {
  let world = RoadWorld()

  @Test func namesAreThoseOfNuPlan() {
    let scored = MetricCatalog.entries.filter { $0.role(in: .nuPlanCompat) != .statistic }.map(
      \.schema.name)
    #expect(
      scored == [
        "no_ego_at_fault_collisions", "drivable_area_compliance", "driving_direction_compliance",
        "ego_is_making_progress", "ego_progress_along_expert_route",
        "time_to_collision_within_bound", "speed_limit_compliance", "ego_is_comfortable",
      ])
    #expect(Set(MetricCatalog.schemas.map(\.name)).count == MetricCatalog.entries.count)
  }

  /// Half the way at 5 m/s: (5 x 0.5 + 5 + 4 + 2) / 16 = 13.5 / 16, 0.15625 lost.
  @Test(arguments: [MetricProfile.strict, .nuPlanCompat])
  func theGreatestLossIsNamed(_ profile: MetricProfile) {
    let record = world.record(
      RoadWorld.steady(speed: 5, ticks: 101), reference: RoadWorld.steady(speed: 10, ticks: 101))
    let score = MetricCatalog.score(record, profile: profile)
    #expect((score.score - 0.84375).magnitude < 1e-9)
    let factor = score.factors.first { $0.metric == "ego_progress_along_expert_route" }
    #expect(((factor?.loss ?? 0) - 0.15625).magnitude < 1e-9)
    #expect(
      score.explanation
        == "score 0.844: ego_progress_along_expert_route = 0.500: 50.0 m of the expert's 100.0 m "
        + "at 10.0 s (tick 100)")
  }

  @Test func nothingLostIsSaid() {
    let drive = RoadWorld.steady(speed: 10, ticks: 50)
    let score = MetricCatalog.score(world.record(drive, reference: drive))
    #expect(score.explanation == "score 1.000: nothing lost")
    #expect(score.details.isEmpty)
    #expect(score.firstFailure == nil)
  }

  /// Whatever was driven well before; means take the 0 in by every profile.
  @Test(arguments: MetricProfile.all)
  func aFailedPlannerScoresZero(_ profile: MetricProfile) {
    let record = world.record(
      RoadWorld.steady(speed: 10, ticks: 31),
      events: [EpisodeEvent(tick: 30, kind: "planner_failed")])
    let score = MetricCatalog.score(record, profile: profile)
    #expect(score.score == 0)
    #expect(score.explanation == "score 0: planner_failed at 3.0 s (tick 30)")
    #expect(score.failure?.tick == 30)
  }

  /// An episode that ended early is held against what the reference covered in its time; nuPlan
  /// holds it against the whole drive.
  @Test func earlyEndsCutTheReference() {
    let record = world.record(
      RoadWorld.steady(speed: 10, ticks: 51), reference: RoadWorld.steady(speed: 10, ticks: 101))
    let name = "ego_progress_along_expert_route"
    #expect(MetricCatalog.score(record, profile: .strict).value(name) == 1)
    let whole = MetricCatalog.score(record, profile: .nuPlanCompat).value(name)
    #expect((whole - 0.5).magnitude < 1e-9)
  }

  /// It may fail before anything was driven.
  @Test(arguments: MetricProfile.all)
  func oneTickIsEnoughToScore(_ profile: MetricProfile) {
    let record = world.record(
      RoadWorld.steady(speed: 10, ticks: 1), reference: RoadWorld.steady(speed: 10, ticks: 50),
      events: [EpisodeEvent(tick: 0, kind: "planner_failed")])
    let score = MetricCatalog.score(record, profile: profile)
    #expect(score.explanation == "score 0: planner_failed at 0.0 s (tick 0)")
  }

  @Test func goalsAreTimed() {
    let drive = RoadWorld.steady(speed: 10, ticks: 50)
    let reached = MetricCatalog.score(
      world.record(drive, events: [EpisodeEvent(tick: 42, kind: "goal_reached", agent: 0)], goal: 9)
    )
    #expect(reached.value("goal_reached") == 1)
    #expect((reached.statistic("goal_reached", "goal_time") - 4.2).magnitude < 1e-12)
    let missed = MetricCatalog.score(world.record(drive, goal: 900))
    #expect(reached.result("goal_reached")?.series.firstIndex(of: 1) == 42)
    #expect(missed.value("goal_reached") == 0)
    #expect(missed.result("goal_reached")?.series.contains(1) == false)
    #expect(missed.statistic("outcome_rates", "timeout") == 1)
    let aimless = MetricCatalog.score(world.record(drive))
    #expect(aimless.result("goal_reached")?.value == nil)
    #expect(aimless.value("outcome_rates") == 1)
  }

  /// Metrics that are missing leave both sums; no weighted one left is 0.
  @Test func missingValuesLeaveTheMean() {
    let formula = ScoreFormula(
      multipliers: ["gate"], weights: [.init("a", 3), .init("b", 1)], defaultWeight: 1)
    #expect(formula.score([("gate", 0.5), ("a", 1), ("b", 0)]) == 0.375)
    #expect(formula.score([("gate", nil), ("a", 1), ("b", nil)]) == 1)
    #expect(formula.score([("gate", 1), ("a", nil), ("b", nil)]) == 0)
    #expect(formula.score([("a", 1), ("c", 0)]) == 0.75)
    // What is named nowhere does not count where it has no weight.
    #expect(ScoreFormula.nuPlan.role(of: "c") == .statistic)
  }
}
