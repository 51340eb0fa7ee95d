import SimCore
import SimGeometry
import SimMap
import SimStack
import SimWorld
import Testing

@testable import SimScenario

private typealias Text = CommonRoadText

/// Episodes made of small hand-made CommonRoad files.
@Suite struct CommonRoadEpisodeTests {
  /// A problem at the start of the road whose goal is to be there at step 50.
  private static let waiting = Text.problem(
    900, Text.state(0, 20, 0.5, heading: 0.02, speed: 12), goals: [Text.window(40, 50)])

  private func id(_ driver: AgentPlan.Driver) -> String {
    switch driver {
    case .none: "none"
    case .policy(let choice): choice.name
    case .stack(let stack): "stack:\(stack.modules[.planner]?.name ?? "")"
    }
  }

  // MARK: - Planning problems

  @Test func aProblemBecomesTheEgo() throws {
    let scenario = try Text.scenario(Text.file(Text.road + Self.waiting))
    #expect(scenario.name == "t" && scenario.path == "t.xml")
    #expect(scenario.clock.stepMicroseconds == 100_000)
    #expect(scenario.ticks == 50)
    #expect(scenario.egos.map(\.id) == ["ego"])
    #expect(scenario.egos[0].expert == nil)
    #expect(scenario.egos[0].goals[0].ticks == 40...50)
    #expect(scenario.egos[0].goals[0].regions == nil)
    let ego = scenario.agents[0]
    #expect(id(ego.driver) == "stack:idm")
    #expect(ego.spec.length == 4.508 && ego.spec.width == 1.61)
    #expect(ego.spec.motion == .driven)
    let state = try #require(ego.initialState)
    // Position is the box centre: the rear axle is 1.4227 m behind it, along the heading.
    #expect(abs(state.pose.x - (20 - 1.4227 * ExactMath.cos(0.02))) < 1e-12)
    #expect(abs(state.pose.y - (0.5 - 1.4227 * ExactMath.sin(0.02))) < 1e-12)
    #expect(state.velocity == Vector2(12, 0))
    // Without a goal in space the route follows the road, with room for 30 m/s.
    let route = try #require(ego.route)
    #expect(route.lanes == [0])
    #expect(abs(route.startArcLength - 20) < 1e-9)
    #expect(route.goalArcLength == nil)
    #expect(scenario.notes.isEmpty)
  }

  @Test func slipAndYawRate() throws {
    // Worked by hand: the centre moves at 20 m/s, 0.05 rad to the left of the heading; the axle is
    // 1.4227 m behind it and the body turns at 0.3 rad/s: the axle's sideways speed is
    // 20 sin 0.05 - 0.3 * 1.4227 = 0.99958 - 0.42681 = 0.57277 m/s.
    let problem = RecordedProblem(
      id: "1", startMicroseconds: 0, centre: Pose2(x: 0, y: 0, heading: 7), speed: 20,
      acceleration: 1, yawRate: 0.3, slipAngle: 0.05, goals: [],
      location: .wholeFile("t.xml"))
    let state = problem.egoState(.bmw320i)
    #expect(abs(state.velocity.x - 19.975005) < 1e-6)
    #expect(abs(state.velocity.y - 0.572773) < 1e-6)
    #expect(abs(state.pose.heading - (7 - 2 * .pi)) < 1e-12)
    // Of the rear axle: 1 + 0.3^2 * 1.4227 along, 19.975 * 0.3 across.
    #expect(abs(state.acceleration.x - 1.128043) < 1e-6)
    #expect(abs(state.acceleration.y - 5.992502) < 1e-6)
    // tan(steering) = 2.5789 * 0.3 / 19.975.
    #expect(abs(state.steering - 0.0387125) < 1e-6)
    #expect(state.yawRate == 0.3)
    var standing = problem
    standing.speed = 0.01
    standing.slipAngle = 3.1
    #expect(standing.egoState(.bmw320i).velocity.x == 0.01)
  }

  @Test func stepsAreResampledToTicks() throws {
    // 0.25 s steps: the window 3...5 is 0.75...1.25 s: ticks 8...12. The mover's states at 0 and
    // 0.25 s.
    let text = Text.file(
      Text.road + Text.mover(5, [Text.state(0, 100, 0), Text.state(1, 102.5, 0)])
        + Text.problem(
          900, Text.state(0, 20, 0),
          goals: [Text.window(3, 5) + Text.interval("velocity", -1, 3)]),
      step: "0.25")
    let scenario = try Text.scenario(text)
    #expect(scenario.egos[0].goals[0].ticks == 8...12)
    #expect(scenario.egos[0].goals[0].speed == -1...3)
    #expect(scenario.ticks == 12)
    let mover = scenario.agents[0]
    #expect(mover.spec.id == "5")
    #expect(mover.recording?.present == [1, 1, 1])
    #expect(mover.recording?.x.prefix(3) == [100, 101, 102])
    // 0.04 s steps: only step 1 is in the window; the nearest tick to 0.04 s is 0, and an episode
    // has at least one tick.
    let short = try Text.scenario(
      Text.file(
        Text.road + Text.problem(900, Text.state(0, 20, 0), goals: [Text.window(1, 1)]),
        step: "0.04"))
    #expect(short.egos[0].goals[0].ticks == 0...0)
    #expect(short.ticks == 1)
  }

  @Test func aLateProblemShiftsEverybody() throws {
    let light = """
      <trafficLight id="70"><cycle><cycleElement><duration>10</duration><color>red</color>\
      </cycleElement><timeOffset>5</timeOffset></cycle></trafficLight>
      """
    let text = Text.file(
      Text.straight(1, from: (0, 0), to: (300, 0), "<trafficLightRef ref=\"70\"/>") + light
        + Text.cruiser(5, fromX: 100, steps: 0...40)
        + Text.problem(900, Text.state(10, 20, 0), goals: [Text.window(15, 30)]))
    let scenario = try Text.scenario(text)
    #expect(scenario.ticks == 20)
    #expect(scenario.egos[0].goals[0].ticks == 5...20)
    #expect(scenario.agents[0].recording?.x.first == 110)
    #expect(scenario.agents[0].recording?.ticks == 21)
    // 0.5 s after the file's start is 0.5 s before the episode's.
    #expect(scenario.map.signals[0].offsetMicroseconds == -500_000)
  }

  @Test func theEgosOwnRecordingBecomesItsExpert() throws {
    // 0.4 m and 0.05 rad away at step 0: the ego's own; 5 m ahead: another one.
    let own = (0...20).map { Text.state($0, 20.4 + Double($0), 0, heading: 0.05) }
    let text = Text.file(
      Text.road + Text.mover(5, own) + Text.cruiser(6, fromX: 25, steps: 0...20)
        + Text.problem(900, Text.state(0, 20, 0), goals: [Text.window(0, 50)]))
    let scenario = try Text.scenario(text)
    #expect(scenario.agents.map(\.spec.id) == ["6", "ego"])
    let expert = try #require(scenario.egos[0].expert)
    // As long as it was recorded: 21 states.
    #expect(expert.count == 21)
    #expect(abs(expert[0].pose.x - (20.4 - 1.4227 * ExactMath.cos(0.05))) < 1e-12)
    #expect(expert[20].timeMicroseconds == 2_000_000)
    #expect(expert[0].velocity == Vector2(10, 0))
    // 0.6 m or 0.15 rad away it is somebody else.
    for state in [Text.state(0, 20.6, 0), Text.state(0, 20, 0, heading: 0.15)] {
      let other = try Text.scenario(
        Text.file(
          Text.road + Text.mover(5, [state, Text.state(1, 21, 0)])
            + Text.problem(900, Text.state(0, 20, 0), goals: [Text.window(0, 50)])))
      #expect(other.agents.map(\.spec.id) == ["5", "ego"])
      #expect(other.egos[0].expert == nil)
    }
  }

  @Test func severalProblemsAreSeveralEgos() throws {
    let text = Text.file(
      Text.road + Text.cruiser(5, fromX: 60, steps: 0...20)
        + Text.problem(901, Text.state(0, 20, 0), goals: [Text.window(0, 50)])
        + Text.problem(900, Text.state(0, 60, 0), goals: [Text.window(0, 70)]))
    let scenario = try Text.scenario(text)
    #expect(scenario.egos.map(\.id) == ["ego.901", "ego.900"])
    #expect(scenario.agents.map(\.spec.id) == ["ego.900", "ego.901"])
    #expect(scenario.egos.map { $0.expert != nil } == [false, true])
    #expect(scenario.ticks == 70)
  }

  @Test func problemsThatStartAtDifferentTimes() throws {
    let result = try Text.load(
      Text.file(
        Text.road + Text.problem(901, Text.state(0, 20, 0), goals: [Text.window(0, 50)])
          + Text.problem(902, Text.state(10, 60, 0), goals: [Text.window(0, 50)])
          + Text.problem(903, Text.state(0, 60, 0), goals: [Text.window(0, 30)])))
    #expect(result.tickets.map(\.name) == ["t[problem=901+903]", "t[problem=902]"])
    let scenarios = try result.tickets.map { try $0.build() }
    #expect(scenarios.map(\.ticks) == [50, 40])
    #expect(scenarios.map { $0.egos.map(\.id) } == [["ego.901", "ego.903"], ["ego.902"]])
  }

  @Test func egosInsideEachOtherStartWhenTheyWereRecorded() throws {
    let movers =
      Text.cruiser(5, fromX: 20, steps: 10...40) + Text.cruiser(6, fromX: 15, steps: 25...60)
    // Both 5 m on, 1 s later, but stated for step 0.
    let text = Text.file(
      Text.road + movers + Text.problem(901, Text.state(0, 25, 0), goals: [Text.window(0, 40)])
        + Text.problem(902, Text.state(0, 23, 0), goals: [Text.window(0, 60)]))
    let result = try Text.load(text)
    // 25 m: mover 5 at step 15; 23 m: mover 5 at step 13.
    #expect(result.tickets.map(\.name) == ["t[problem=901]", "t[problem=902]"])
    #expect(
      Text.messages(result.notes) == [
        "planning problems that overlap at their start begin when they were recorded: "
          + "901 at 1.5 s, 902 at 1.3 s"
      ])
    let scenario = try result.tickets[0].build()
    #expect(scenario.ticks == 25)
    #expect(scenario.egos[0].expert?.count == 26)
    // Where nothing was recorded, it is only said.
    let lost = try Text.load(
      Text.file(
        Text.road + movers + Text.problem(901, Text.state(0, 25.2, 0), goals: [Text.window(0, 40)])
          + Text.problem(902, Text.state(0, 23, 0), goals: [Text.window(0, 60)])))
    #expect(lost.tickets.map(\.name) == ["t"])
    #expect(
      Text.messages(lost.notes) == ["planning problems whose egos overlap at their start: 901"])
  }

  // MARK: - Others

  @Test func replayedTraffic() throws {
    let text = Text.file(
      Text.road + Self.waiting + Text.cruiser(10, fromX: 100, steps: 0...50)
        // Appears at step 30; only after the end; a thing that stands.
        + Text.cruiser(9, fromX: 50, steps: 30...60) + Text.cruiser(11, fromX: 0, steps: 51...60)
        + "<staticObstacle id=\"12\"><type>parkedVehicle</type>\(Text.carShape)"
        + "<initialState>\(Text.state(0, 200, -1, heading: 0.5))</initialState></staticObstacle>")
    let scenario = try Text.scenario(text)
    // In ascending byte order; 11 is never there.
    #expect(scenario.agents.map(\.spec.id) == ["10", "12", "9", "ego"])
    #expect(scenario.agents.map { id($0.driver) } == ["replay", "none", "replay", "stack:idm"])
    #expect(scenario.agents.map(\.spec.motion) == [.placed, .fixed, .placed, .driven])
    #expect(scenario.agents.map(\.spec.isPresent) == [true, true, false, true])
    let cruiser = scenario.agents[0]
    #expect(cruiser.recording?.ticks == 51)
    #expect(cruiser.spec.centre == Pose2(x: 100, y: 0, heading: 0))
    #expect(cruiser.spec.speed == 10)
    #expect(scenario.agents[1].spec.centre == Pose2(x: 200, y: -1, heading: 0.5))
    #expect(scenario.agents[2].recording?.present.firstIndex(of: 1) == 30)
  }

  @Test func reactiveTraffic() throws {
    let text = Text.file(
      Text.road + Self.waiting + Text.cruiser(2, fromX: 100, y: 0.3, speed: 8, steps: 0...20)
        + Text.cruiser(3, fromX: 120, y: -1, speed: 5, steps: 0...50, type: "bicycle")
        + Text.cruiser(5, fromX: 150, y: 30, speed: 5, steps: 0...50)
        + Text.cruiser(6, fromX: 200, speed: 0, steps: 0...50, type: "parkedVehicle")
        + Text.cruiser(7, fromX: 5, speed: 9, steps: 20...50))
    let scenario = try Text.scenario(text, traffic: .reactive)
    #expect(scenario.agents.map(\.spec.id) == ["2", "3", "5", "6", "7", "ego"])
    #expect(
      scenario.agents.map { id($0.driver) } == [
        "idm", "replay", "replay", "replay", "idm", "stack:idm",
      ])
    let car = scenario.agents[0]
    #expect(car.spec.motion == .path)
    let path = scenario.paths[try #require(car.spec.path)]
    #expect(car.route?.centreline == path)
    #expect(abs(car.spec.arcLength - 100) < 1e-9)
    #expect(abs(car.spec.lateralOffset - 0.3) < 1e-9)
    #expect(car.spec.speed == 8)
    // The way goes on to the end of the road although the recording ends.
    #expect(path.length == 300)
    // Who comes later waits for its recording.
    let late = scenario.agents[4]
    #expect(!late.spec.isPresent && late.spec.motion == .path)
    #expect(abs(late.spec.arcLength - 5) < 1e-9)
    #expect(late.recording?.present.firstIndex(of: 1) == 20)
    #expect(
      Text.messages(scenario.notes) == [
        "vehicles replayed in reactive traffic: they were recorded on no lane of their direction: 5"
      ])
  }

  // MARK: - Recorded movers as egos

  private static let traffic =
    Text.road + Text.cruiser(10, fromX: 20, steps: 5...45)
    + Text.cruiser(11, fromX: 60, y: -0.5, speed: 12, steps: 0...40)
    // Too short, standing, on foot, parked, a thing.
    + Text.cruiser(12, fromX: 100, steps: 0...19)
    + Text.cruiser(13, fromX: 150, speed: 0, steps: 0...40)
    + Text.cruiser(14, fromX: 180, y: 5, speed: 1, steps: 0...40, type: "pedestrian")
    + Text.cruiser(15, fromX: 120, speed: 4, steps: 0...40, type: "parkedVehicle")
    + "<staticObstacle id=\"16\"><type>car</type>\(Text.carShape)"
    + "<initialState>\(Text.state(0, 250, 0))</initialState></staticObstacle>"

  @Test func everyMoverInTurn() throws {
    let result = try Text.load(Text.file(Self.traffic), egoFrom: .all)
    #expect(result.skipReason == nil)
    #expect(result.tickets.map(\.name) == ["t[ego=10]", "t[ego=11]"])
    #expect(
      Text.messages(result.notes) == [
        "movers not made the ego: recorded for less than 2 s: 12",
        "movers not made the ego: it moves less than 2 m: 13",
        "movers not made the ego: it is a pedestrian: 14",
        "movers not made the ego: it is parked: 15",
      ])
    let scenario = try result.tickets[0].build()
    #expect(scenario.name == "t[ego=10]")
    // Recorded from step 5 to 45: 40 ticks, 41 states.
    #expect(scenario.ticks == 40)
    #expect(scenario.egos.map(\.id) == ["10"])
    #expect(scenario.agents.map(\.spec.id) == ["10", "11", "12", "13", "14", "15", "16"])
    let expert = try #require(scenario.egos[0].expert)
    #expect(expert.count == 41)
    #expect(expert.map(\.timeMicroseconds).last == 4_000_000)
    let ego = scenario.agents[0]
    #expect(ego.initialState == expert[0])
    // Its own size, with the chassis in proportion: 1.4227 / 4.508 * 4.5.
    let vehicle = try #require(ego.spec.vehicle)
    #expect(vehicle.length == 4.5 && vehicle.width == 1.8)
    #expect(abs(vehicle.rearAxleToCentre - 1.4202) < 1e-4)
    #expect(abs(vehicle.wheelbase - 2.5743) < 1e-4)
    #expect(abs(expert[0].pose.x - (20 - vehicle.rearAxleToCentre)) < 1e-12)
    // Half a second later the other car is 6 m on.
    #expect(scenario.agents[1].recording?.x.first == 66)
    #expect(scenario.agents[1].recording?.present.filter { $0 != 0 }.count == 36)
    // Its goal is where it got to: 20 m + 40 m.
    guard case .lanePosition(let lane, let arcLength)? = scenario.egos[0].goals[0].regions?.first
    else {
      Issue.record("no place on a lane")
      return
    }
    #expect(lane == 0)
    #expect(abs(arcLength - 60) < 1e-9)
    #expect(abs((ego.route?.goalArcLength ?? 0) - 60) < 1e-9)
  }

  @Test func drivingOnAndOffTheMap() throws {
    // A box of 4.5 m is whole on a map from 0 to 300 m while its centre is between 2.25 and
    // 297.75 m: from 1 m on at 10 m/s that is from tick 2 on; from 290 m to 299 m, up to tick 7.
    let result = try Text.load(
      Text.file(
        Text.road + Text.cruiser(5, fromX: 1, steps: 3...30)
          + Text.cruiser(6, fromX: 277, steps: 0...22)), egoFrom: .all)
    let entering = try result.tickets[0].build()
    #expect(entering.ticks == 25)
    #expect(entering.egos[0].expert?.count == 26)
    #expect(abs((entering.agents[0].route?.startArcLength ?? 0) - 3) < 1e-9)
    #expect(entering.agents[0].spec.centre.position.distance(to: Vector2(3, 0)) < 1e-9)
    #expect(
      Text.messages(entering.notes) == [
        "ticks at the end of the map are left out of the ego's episode: 5"
      ])
    // The others are shifted with it: at 0.5 s of the recording.
    #expect(entering.agents[1].recording?.x.first == 282)
    let leaving = try result.tickets[1].build()
    #expect(leaving.ticks == 20)
    guard case .lanePosition(_, let end)? = leaving.egos[0].goals[0].regions?.first else {
      Issue.record("no place on a lane")
      return
    }
    #expect(abs(end - 297) < 1e-9)
  }

  @Test func oneMoverByName() throws {
    let result = try Text.load(Text.file(Self.traffic), egoFrom: .id("12"))
    #expect(result.tickets.map(\.name) == ["t[ego=12]"])
    #expect(try result.tickets[0].build().ticks == 19)
    let reasons = try ["14", "16", "99"].map {
      try Text.load(Text.file(Self.traffic), egoFrom: .id($0)).skipReason
    }
    #expect(
      reasons == [
        "agent '14' cannot be the ego: it is a pedestrian",
        "agent '16' cannot be the ego: it does not move",
        "agent '99' cannot be the ego: it is not in the file",
      ])
  }

  @Test func aMoverOnTheWrongSide() throws {
    // The only lane runs west, the mover east.
    let road = Text.straight(2, from: (300, 4), to: (0, 4))
    let result = try Text.load(
      Text.file(road + Text.cruiser(5, fromX: 20, y: 4.5, steps: 0...30)), egoFrom: .all)
    #expect(
      Text.messages(result.notes) == [
        "movers not made the ego: it was recorded on no lane of its direction: 5"
      ])
  }

  @Test func aMoverBesideItsLaneIsNoExpert() throws {
    // It drives east on the lane that runs west; its own lane lies to the right.
    let road = Text.road + Text.straight(2, from: (300, 4), to: (0, 4))
    let text = Text.file(road + Text.cruiser(5, fromX: 20, y: 3, steps: 0...30))
    let all = try Text.load(text, egoFrom: .all)
    #expect(all.tickets.isEmpty)
    #expect(
      Text.messages(all.notes).last == "movers not made the ego: it was recorded beside its lanes: 5")
    let scenario = try Text.scenario(text, egoFrom: .id("5"))
    #expect(scenario.agents[0].route?.lanes == [0])
    #expect(scenario.egos[0].expert == nil)
    #expect(
      Text.messages(scenario.notes).last
        == "movers recorded beside their lanes: no expert, progress is measured against a "
        + "reference drive: 5")
  }

  @Test func moversThatCouldNotScoreAreLeftOut() throws {
    // Boxes of 4.5 m: 5 and 6 overlap at step 0 by 0.5 m, 7 comes to where 8 has been before;
    // the road ends at y = -2, 9 reaches 0.5 m beyond, 10 stays within the 0.3 m of metrics.
    let text = Text.file(
      Text.road + Text.cruiser(5, fromX: 20, steps: 0...40)
        + Text.cruiser(6, fromX: 24, steps: 0...40) + Text.cruiser(7, fromX: 60, steps: 20...60)
        + Text.cruiser(8, fromX: 60, steps: 0...40)
        + Text.cruiser(9, fromX: 120, y: -1.6, steps: 0...40)
        + Text.cruiser(10, fromX: 180, y: -1.3, steps: 0...40))
    let result = try Text.load(text, egoFrom: .all)
    #expect(result.tickets.map(\.name) == ["t[ego=7]", "t[ego=8]", "t[ego=10]"])
    #expect(
      Text.messages(result.notes) == [
        "movers not made the ego: they start inside another one: 5, 6",
        "movers not made the ego: they start off the road: 9",
      ])
    #expect(try Text.load(text, egoFrom: .id("9")).tickets.count == 1)
  }

  @Test func aProblemInsideAnObstacleIsNoted() throws {
    // The ego's box of 4.508 m around x = 20 reaches to 22.25, that of mover 5 from 21.75 on.
    let scenario = try Text.scenario(
      Text.file(Text.road + Self.waiting + Text.cruiser(5, fromX: 24, steps: 0...20)))
    #expect(
      Text.messages(scenario.notes) == [
        "planning problems whose ego starts inside another agent: 900 (in '5')"
      ])
  }

  @Test func whereLanesStillLieOverEachOtherTheStraightOneIsTaken() throws {
    // Lanelet 2 leaves the road to the left. At (2, 0) either may be meant, whichever the heading
    // fits better by a hair; at (15, 1.7) it is the bend.
    let bend = Text.lanelet(
      2, left: [(0, 2), (10, 2.4), (19, 5), (24, 10), (25, 30)],
      right: [(0, -2), (10, -1.6), (21, 1), (28, 10), (29, 30)])
    func lanes(_ x: Double, _ y: Double, _ heading: Double) throws -> [Int]? {
      let text = Text.file(
        Text.road + bend
          + Text.problem(
            900, Text.state(0, x, y, heading: heading), goals: [Text.window(0, 20)]))
      return try Text.scenario(text).agents[0].route?.lanes
    }
    #expect(try lanes(2, 0.08, 0.04) == [0])
    #expect(try lanes(15, 1.7, 0.25) == [1])
  }

  @Test func gapsOfMovers() throws {
    func states(_ steps: [Int]) -> [String] {
      steps.map { Text.state($0, 20 + Double($0), 0) }
    }
    // A gap of a second is bridged in the expert, a longer one is not.
    let short = try Text.scenario(
      Text.file(Text.road + Text.mover(5, states(Array(0...10) + Array(21...40)))), egoFrom: .all)
    #expect(short.egos[0].expert?.count == 41)
    #expect(abs((short.egos[0].expert?[15].pose.x ?? 0) - (35 - 1.42020)) < 1e-4)
    let long = try Text.load(
      Text.file(Text.road + Text.mover(5, states(Array(0...10) + Array(22...40)))), egoFrom: .all)
    #expect(long.tickets.isEmpty)
    #expect(long.skipReason == "no recorded mover can be the ego")
  }

  @Test func seedsMakeTicketsEach() throws {
    let result = try Text.load(Text.file(Self.traffic), egoFrom: .id("10"), seeds: [3, 4])
    #expect(result.tickets.map(\.name) == ["t[ego=10,seed=3]", "t[ego=10,seed=4]"])
    #expect(result.tickets.map(\.seed) == [3, 4])
    #expect(try result.tickets[1].build().seed == 4)
  }

  @Test func filesWithoutATask() throws {
    #expect(try Text.load(Text.file(Text.road)).skipReason == "map without traffic")
    #expect(try Text.load(Text.file(Text.road), egoFrom: .all).skipReason == "map without traffic")
    let moving = Text.file(Text.road + Text.cruiser(5, fromX: 0, steps: 0...30))
    #expect(try Text.load(moving).skipReason == "no planning problem; use --ego-from")
    #expect(try Text.load(moving).tickets.isEmpty)
    let away = Text.file(
      Text.road + Text.cruiser(5, fromX: 0, y: 40, steps: 0...30)
        + Text.problem(900, Text.state(0, 20, -12), goals: [Text.window(0, 5)]))
    // The road's edge is at y = -2.
    #expect(
      try Text.load(away).skipReason == "planning problem 900 starts 10 m away from the road")
    #expect(
      try Text.load(away, egoFrom: .id("5")).skipReason
        == "agent '5' cannot be the ego: it was recorded on no lane of its direction")
  }
}
