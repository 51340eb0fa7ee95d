import SimCore
import SimEpisode
import SimGeometry
import SimScenario
import SimStack
import SimWorld
import StackTestSupport
import TestSupport
import Testing

@Suite struct EpisodeRunnerTests {
  @Test func anEpisodeRecordsOneStateMoreThanItHasSteps() {
    let episode = EpisodeWorlds.run(EpisodeWorlds.scenario(ticks: 20))
    #expect(episode.outcome == .completed)
    #expect(episode.reason.isEmpty)
    #expect(episode.record.ticks == 21)
    #expect(episode.record.egos[0].count == 21)
    #expect(episode.record.hashes.count == 21)
    #expect(Set(episode.record.hashes).count == 21)
    // The last record is a state after which nothing is asked any more.
    #expect(episode.record.egos[0][19].command != nil)
    #expect(episode.record.egos[0][20].command == nil)
    #expect(episode.record.egos[0][20].state.timeMicroseconds == 2_000_000)
  }

  /// Car 0 follows car 1, which follows 8.5 m/s: at tick 0 all have 8 m/s, so only the last one
  /// accelerates, at 0.5 m/s^2 to 8.05 m/s. The one before it may not see that before tick 1, and
  /// then accelerates at 0.05 m/s^2.
  @Test func nobodySeesAnAgentThatHasAlreadyMoved() {
    let episode = EpisodeWorlds.run(EpisodeWorlds.scenario(cars: 2, ticks: 3))
    let history = episode.record.history
    #expect(history.commandAcceleration[history.slot(0, 0)] == 0)
    #expect(history.commandAcceleration[history.slot(0, 1)] == 0.5)
    #expect(history.commandAcceleration[history.slot(1, 0)] == 8.05 - 8)
    #expect(history.speed[history.slot(1, 1)] == 8.05)
  }

  @Test func theSameScenarioGivesTheSameBits() {
    let first = EpisodeWorlds.run(EpisodeWorlds.scenario(cars: 5, ticks: 50)).record
    let second = EpisodeWorlds.run(EpisodeWorlds.scenario(cars: 5, ticks: 50)).record
    #expect(first.hashes == second.hashes)
    #expect(FirstDivergence(first, second) == nil)
    // What is recorded beside the state does not change it.
    let lean = EpisodeWorlds.run(EpisodeWorlds.scenario(cars: 5, ticks: 50), detail: .states)
    #expect(lean.record.hashes == first.hashes)
    #expect(lean.record.egos[0].allSatisfy { $0.plan == nil && $0.tracks == nil })
    #expect(first.egos[0].dropLast().allSatisfy { $0.plan != nil && $0.forecast != nil })
  }

  /// 21 states in blocks of 8: two whole ones and the rest.
  @Test func aRecordThatIsHandedOnInBlocksIsTheSame() {
    let scenario = EpisodeWorlds.scenario(cars: 5, ticks: 20)
    let whole = EpisodeWorlds.run(scenario).record
    var runner = EpisodeWorlds.runner(scenario, detail: .states)
    var firsts: [Int] = []
    var x: [Double] = []
    var commands: [Double] = []
    var present: [UInt8] = []
    let episode = runner.run(inBlocksOf: 8) { first, history in
      firsts.append(first)
      x += history.x
      commands += history.commandAcceleration
      present += history.present
    }
    #expect(episode.outcome == .completed)
    #expect(firsts == [0, 8, 16])
    #expect(x == whole.history.x)
    #expect(commands == whole.history.commandAcceleration)
    #expect(present == whole.history.present)
    #expect(episode.record.hashes == whole.hashes)
    #expect(episode.record.egos[0].map(\.state) == whole.egos[0].map(\.state))
    #expect(episode.record.history.x.isEmpty && episode.record.signals.isEmpty)
  }

  @Test func stagesRunAtTheirRates() {
    let episode = EpisodeWorlds.run(
      EpisodeWorlds.scenario(ticks: 10, rates: [.planner: 4, .perception: 3]))
    let ticks = episode.record.egos[0]
    #expect(ticks.map(\.didPlan).prefix(10) == [true, false, false, false, true, false, false, false, true, false])
    // Between its ticks perception shows what it saw last.
    #expect(ticks[1].tracks == ticks[0].tracks && ticks[2].tracks == ticks[0].tracks)
    #expect(ticks[3].tracks != ticks[0].tracks)
  }

  /// The planner brakes from tick 5 on. With a latency of 3 ticks the command changes at tick 8;
  /// for ticks 0 to 2 there is no plan yet and the vehicle coasts.
  @Test func aPlanTakesEffectAfterItsLatency() {
    var planner = StraightPlanner(acceleration: 0.5)
    planner.brakesFrom = 5
    let episode = EpisodeWorlds.run(
      EpisodeWorlds.scenario(ticks: 10, latency: 3), planner: planner)
    let commands = episode.record.egos[0].map(\.command)
    #expect(commands[2] == .actuate(acceleration: 0, steeringRate: 0))
    #expect(commands[3] == .actuate(acceleration: 0.5, steeringRate: 0))
    #expect(commands[7] == .actuate(acceleration: 0.5, steeringRate: 0))
    #expect(commands[8] == .actuate(acceleration: -1, steeringRate: 0))
    #expect(episode.record.egos[0][2].plan == nil)
  }

  @Test func aThrowingPlannerFailsTheEpisodeAndKeepsWhatRan() {
    let planner = StraightPlanner(fault: { (tick, _) throws(StageFailure) in
      if tick == 7 { throw StageFailure(.plan, "no way through") }
    })
    let episode = EpisodeWorlds.run(EpisodeWorlds.scenario(ticks: 20), planner: planner)
    #expect(episode.outcome == .plannerFailed)
    #expect(episode.reason == "tick 7: plan: no way through")
    #expect(episode.record.ticks == 8)
    #expect(episode.record.events.map(\.kind) == ["planner_failed"])
    #expect(episode.record.events.map(\.tick) == [7])
  }

  @Test(
    "a forecast is left out where nobody reads it and nobody could tell",
    arguments: [
      // planner reads it, predictor may be skipped, what is recorded: is the predictor asked?
      (true, true, RecordDetail.states, true), (true, false, .states, true),
      (false, false, .states, true), (false, true, .full, true), (false, true, .states, false),
    ])
  func forecastsAreMadeForWhoReadsThem(
    _ reads: Bool, _ canSkip: Bool, _ detail: RecordDetail, _ isAsked: Bool
  ) {
    struct FailingPredictor: Predictor {
      var canBeSkipped: Bool
      func canSkip(_ scene: Scene) -> Bool { canBeSkipped }
      func predict(_ scene: Scene, in context: TickContext) throws(StageFailure) -> Forecast {
        throw StageFailure(.predict, "asked")
      }
    }
    var planner = StraightPlanner()
    planner.readsForecast = reads
    let episode = EpisodeWorlds.run(
      EpisodeWorlds.scenario(), predictor: FailingPredictor(canBeSkipped: canSkip),
      planner: planner, detail: detail)
    #expect(episode.outcome == (isAsked ? .plannerFailed : .completed))
    #expect(episode.reason == (isAsked ? "tick 0: predict: asked" : ""))
  }

  @Test func malformedPlansFailTheEpisode() {
    let faults: [(StraightPlanner, String)] = [
      (
        StraightPlanner(fault: { (_, plan) throws(StageFailure) in plan.points[3].speed = .nan }),
        "tick 0: plan: point 3 of the plan is not finite"
      ),
      (
        StraightPlanner(fault: { (_, plan) throws(StageFailure) in plan.points = [] }),
        "tick 0: plan: a plan needs at least 2 points, this one has 0"
      ),
      (
        StraightPlanner(fault: { (_, plan) throws(StageFailure) in
          plan.points[2].timeMicroseconds = 0
        }),
        "tick 0: plan: times of the plan do not increase at point 2"
      ),
    ]
    for (planner, reason) in faults {
      let episode = EpisodeWorlds.run(EpisodeWorlds.scenario(), planner: planner)
      #expect(episode.outcome == .plannerFailed)
      #expect(episode.reason == reason)
      #expect(episode.record.ticks == 1)
    }
  }

  @Test func aCommandThatIsNoNumberFailsTheEpisode() {
    struct BrokenController: Controller {
      func control(
        _ ego: EgoState, _ vehicle: VehicleParameters, along trajectory: Trajectory,
        in context: TickContext
      ) throws(StageFailure) -> DriveCommand {
        .actuate(acceleration: context.tick == 4 ? .infinity : 0, steeringRate: 0)
      }
    }
    let episode = EpisodeWorlds.run(
      EpisodeWorlds.scenario(), controller: BrokenController())
    #expect(episode.outcome == .plannerFailed)
    #expect(episode.reason == "tick 4: control: the command is not finite")
    #expect(episode.record.ticks == 5)
  }

  /// Finite commands that blow up the state: 1e308 m/s^2 for a second time overflows.
  @Test func aStateThatIsNoNumberFailsTheEpisode() {
    struct WildController: Controller {
      func control(
        _ ego: EgoState, _ vehicle: VehicleParameters, along trajectory: Trajectory,
        in context: TickContext
      ) throws(StageFailure) -> DriveCommand {
        .place(
          EgoState(
            timeMicroseconds: Int64(context.tick + 1) * 100_000,
            pose: Pose2(x: 1e308 * Double(context.tick), y: 0, heading: 0), velocity: .zero))
      }
    }
    let episode = EpisodeWorlds.run(EpisodeWorlds.scenario(), controller: WildController())
    #expect(episode.outcome == .plannerFailed)
    #expect(episode.reason.contains("not finite"))
    for tick in episode.record.egos[0] { #expect(tick.state.isFinite) }
  }

  /// 10 m/s from x = 10 m: the box centre is past 15 m after 6 ticks (16 m; 15 m is reached at
  /// tick 5 exactly).
  @Test func goalsAreReportedOnce() {
    let goal = Goal(regions: [.lanePosition(lane: 0, arcLength: 14.999)])
    let episode = EpisodeWorlds.run(EpisodeWorlds.scenario(cars: 0, ticks: 20, goals: [goal]))
    #expect(episode.outcome == .completed)
    #expect(episode.record.events.map(\.kind) == ["goal_reached"])
    #expect(episode.record.events.map(\.tick) == [5])
    #expect(episode.record.ticks == 21)
  }

  @Test func everyConditionOfAGoalMustHold() {
    let region = Goal.Region.circle(centre: Vector2(15, 0), radius: 2)
    let cases: [(Goal, Bool)] = [
      (Goal(regions: [region], ticks: 0...10), true),
      (Goal(regions: [region], ticks: 12...14), false),
      (Goal(regions: [region], speed: 9...11), true),
      (Goal(regions: [region], speed: 11...12), false),
      // From -0.1 rad over 0.2 rad; from 0.1 rad over 0.2 rad.
      (Goal(regions: [region], heading: (lower: -0.1, width: 0.2)), true),
      (Goal(regions: [region], heading: (lower: 0.1, width: 0.2)), false),
      // A range across the cut at pi: from 3 rad over 4 rad, that is to 0.717 rad.
      (Goal(regions: [region], heading: (lower: 3, width: 4)), true),
      (Goal(regions: [.lanes([1])]), false),
      (Goal(regions: [.lanes([1, 0])]), true),
      (Goal(regions: [.polygon(Polygon(BoundingBox(min: Vector2(20, -1), max: Vector2(21, 1))))]), true),
      (Goal(regions: []), false),
    ]
    for (goal, isMet) in cases {
      let episode = EpisodeWorlds.run(EpisodeWorlds.scenario(cars: 0, ticks: 20, goals: [goal]))
      #expect(episode.record.events.contains { $0.kind == "goal_reached" } == isMet, "\(goal)")
    }
  }

  @Test func endOnGoalTerminates() {
    let goal = Goal(regions: [.lanePosition(lane: 0, arcLength: 14.999)])
    let episode = EpisodeWorlds.run(
      EpisodeWorlds.scenario(cars: 0, ticks: 20, goals: [goal], endOn: [.goal]))
    #expect(episode.outcome == .terminated)
    #expect(episode.reason == "goal reached")
    #expect(episode.record.ticks == 6)
  }

  /// The car ahead has its centre at 40 m and does 8 m/s (8.5 in the end), the ego 20 m/s from
  /// 10 m: the gap of 30 - 2.25 - 2.588 m = 25.2 m closes at about 11.8 m/s, in 21 or 22 ticks.
  @Test func endOnCollisionTerminates() {
    let ending = EpisodeWorlds.run(
      EpisodeWorlds.scenario(cars: 1, ticks: 40, speed: 20, endOn: [.collision]))
    #expect(ending.outcome == .terminated)
    #expect(ending.reason == "collision of 'ego' with 'car1000'")
    #expect((22...23).contains(ending.record.ticks))
    let through = EpisodeWorlds.run(EpisodeWorlds.scenario(cars: 1, ticks: 40, speed: 20))
    #expect(through.outcome == .completed)
    #expect(through.record.ticks == 41)
  }

  /// 20 m/s from x = 390 m... the road ends at 400 m: the front, 2.588 m ahead of the centre, is
  /// more than 0.3 m beyond it once the centre is past 397.7 m.
  @Test func endOnOffRoadTerminates() {
    var scenario = EpisodeWorlds.scenario(cars: 0, ticks: 40, speed: 20, endOn: [.offRoad])
    scenario.agents[0].initialState = TestScenes.ego(x: 390, speed: 20)
    let episode = EpisodeWorlds.run(scenario)
    #expect(episode.outcome == .terminated)
    #expect(episode.reason == "'ego' left the road")
    // 390 + 2 t > 397.71: tick 4.
    #expect(episode.record.ticks == 5)
  }

  /// The tick loop itself allocates nothing for an agent: 100 more ticks cost the same with 10
  /// agents and with 50. (One allocation each an agent and tick would be 4,000 more, one a tick
  /// 100, one an agent 40; other threads of the test program make the counts uncertain by a few.)
  @Test(.enabled(if: AllocationCounter.isAvailable && AllocationCounter.isOptimized))
  func agentsCostNoAllocations() {
    func allocations(cars: Int, ticks: Int) -> Int {
      // The least of some runs: the first one makes types and tables that stay, and other threads
      // of the test program allocate at times.
      (0..<40).reduce(Int.max) { least, _ in
        // Only the first four are seen, so that modules do the same work in both worlds.
        var runner = EpisodeWorlds.runner(
          EpisodeWorlds.scenario(cars: cars, ticks: ticks), detail: .states)
        return min(least, AllocationCounter.count { _ = runner.run() })
      }
    }
    let few = allocations(cars: 10, ticks: 120) - allocations(cars: 10, ticks: 20)
    let many = allocations(cars: 50, ticks: 120) - allocations(cars: 50, ticks: 20)
    #expect(many - few <= 10, "100 ticks: \(few) allocations with 10 cars, \(many) with 50")
  }
}
