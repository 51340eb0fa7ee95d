import SimCore
import SimEpisode
import SimGeometry
import SimMap
import SimScenario
import SimStack
import SimWorld
import StackTestSupport

/// Small episodes for the tests of this room, with modules that a test can look into.
enum EpisodeWorlds {
  /// An ego on a straight road of 400 m, its box centre at x = 10 m, and `cars` path agents ahead
  /// of it, 20 m apart.
  static func scenario(
    cars: Int = 2, ticks: Int = 20, speed: Double = 10, rates: [ModuleKind: Int] = [:],
    latency: Int = 0, goals: [Goal] = [], endOn: [EndCondition] = []
  ) -> Scenario {
    let map = TestRoads.straight(lanes: 2, length: 400, speedLimit: 20)
    let choice = ModuleChoice(ModuleSchema("test", "a module of the tests"))
    let stack = DrivingStack(
      modules: [
        .perception: choice, .predictor: choice, .planner: choice, .controller: choice,
      ], every: rates, planLatencyTicks: latency)
    let vehicle = TestScenes.vehicle
    let route = TestRoads.route(map, lane: 0)
    var agents = [
      AgentPlan(
        spec: AgentSpec(
          id: "ego", agentClass: .car, length: vehicle.length, width: vehicle.width,
          motion: .driven, centre: Pose2(x: 10, y: 0, heading: 0), speed: speed,
          vehicle: vehicle),
        driver: .stack(stack), route: route,
        initialState: TestScenes.ego(x: 10, speed: speed))
    ]
    for car in 0..<cars {
      agents.append(
        AgentPlan(
          spec: AgentSpec(
            id: "car\(String(1000 + car))", agentClass: .car, length: 4.5, width: 1.8,
            motion: .path, centre: Pose2(x: 0, y: 0, heading: 0), speed: 8, path: 0,
            arcLength: 40 + 20 * Double(car % 10), lateralOffset: car < 10 ? 0 : 3.5),
          driver: .policy(choice), route: route))
    }
    agents.sort { $0.spec.id < $1.spec.id }
    return Scenario(
      name: "test", path: "test.yaml", map: map, clock: TickClock(), ticks: ticks, seed: 3,
      egos: [EgoPlan(id: "ego", goals: goals)], agents: agents,
      paths: [route.centreline], endOn: endOn)
  }

  /// The episode of a scenario with the modules of the tests.
  static func run(
    _ scenario: Scenario, predictor: any Predictor = StillPredictor(),
    planner: any Planner = StraightPlanner(), controller: any Controller = PlanController(),
    detail: RecordDetail = .full
  ) -> Episode {
    var runner = runner(
      scenario, predictor: predictor, planner: planner, controller: controller, detail: detail)
    return runner.run()
  }

  static func runner(
    _ scenario: Scenario, predictor: any Predictor = StillPredictor(),
    planner: any Planner = StraightPlanner(), controller: any Controller = PlanController(),
    detail: RecordDetail = .full, wallClock: (@Sendable () -> Int64)? = nil
  ) -> EpisodeRunner {
    guard case .stack(let stack)? = scenario.agents.first(where: { $0.spec.id == "ego" })?.driver
    else { preconditionFailure("the ego has a stack") }
    let driver = EpisodeModules.Driver(
      perceiver: RoutePerceiver(route: TestRoads.route(scenario.map, lane: 0)),
      predictor: predictor, planner: planner, controller: controller,
      rates: StageRates(
        perception: stack.every[.perception] ?? 1, predictor: stack.every[.predictor] ?? 1,
        planner: stack.every[.planner] ?? 1, controller: stack.every[.controller] ?? 1),
      planLatencyTicks: stack.planLatencyTicks)
    let rows = scenario.agents.indices.filter { scenario.agents[$0].spec.motion == .path }
    let traffic =
      rows.isEmpty
      ? [] : [EpisodeModules.PolicyGroup(name: "test", policy: FollowPolicy(), rows: rows)]
    return EpisodeRunner(
      scenario, header: EpisodeHeader(of: scenario, references: [nil]),
      modules: EpisodeModules(drivers: [driver], traffic: traffic), detail: detail,
      wallClock: wallClock)
  }
}

/// Sees the first four cars, so that modules do the same work however many there are.
struct RoutePerceiver: Perceiver {
  let route: Route

  func perceive(_ view: WorldView, ego: Int, in context: TickContext) throws(StageFailure) -> Scene
  {
    let state = view.egos[ego]
    let tracks = (0..<min(4, view.agents.count)).filter { row in
      row != view.drivenRows[ego] && view.agents.present[row] != 0
    }.map { row in
      Track(
        id: row, agentClass: view.agents.classes[row], box: view.agents.box(row),
        speed: view.agents.speed[row])
    }
    return Scene(
      tick: view.tick, ego: state, vehicle: view.vehicles[ego], tracks: tracks,
      signals: view.signals, map: view.map, route: route)
  }
}

/// Everything stays where it is.
struct StillPredictor: Predictor {
  func predict(_ scene: Scene, in context: TickContext) throws(StageFailure) -> Forecast {
    Forecast(
      stepMicroseconds: 500_000, steps: 2, modes: 1, tracks: scene.tracks.map(\.id),
      probabilities: scene.tracks.map { _ in 1 },
      points: scene.tracks.flatMap { track in
        let point = Forecast.Point(
          x: track.box.centre.x, y: track.box.centre.y, heading: track.box.heading)
        return [point, point]
      },
      covariances: scene.tracks.flatMap { _ in
        [Forecast.Covariance(xx: 1, xy: 0.5, yy: 2), Forecast.Covariance(xx: 4, xy: 0, yy: 8)]
      })
  }
}

/// Straight on at an acceleration that may change at a tick.
struct StraightPlanner: Planner {
  var acceleration = 0.0
  /// From this tick on it brakes at 1 m/s^2.
  var brakesFrom = Int.max
  var readsForecast = true
  /// What it does at this tick instead of planning.
  var fault: (@Sendable (Int, inout Trajectory) throws(StageFailure) -> Void)?

  func plan(_ scene: Scene, _ forecast: Forecast, in context: TickContext)
    throws(StageFailure) -> Trajectory
  {
    let a = context.tick >= brakesFrom ? -1 : acceleration
    var plan = Trajectory(
      points: (0...10).map { index in
        let seconds = 0.5 * Double(index)
        return Trajectory.Point(
          timeMicroseconds: context.clock.microseconds(context.tick) + Int64(index) * 500_000,
          pose: scene.ego.pose.advanced(by: scene.ego.speed * seconds),
          speed: scene.ego.speed + a * seconds, acceleration: a)
      })
    try fault?(context.tick, &plan)
    return plan
  }
}

/// Does what the first point of the plan says.
struct PlanController: Controller {
  func control(
    _ ego: EgoState, _ vehicle: VehicleParameters, along trajectory: Trajectory,
    in context: TickContext
  ) throws(StageFailure) -> DriveCommand {
    .actuate(acceleration: trajectory.points[0].acceleration, steeringRate: 0)
  }
}

/// Every agent takes the speed that the one ahead of it (the next row) has now, within 1 m/s^2.
struct FollowPolicy: TrafficPolicy {
  func decide(
    _ agents: [Int], _ view: WorldView, into commands: inout CommandBuffer, in context: TickContext
  ) throws(StageFailure) {
    for (place, row) in agents.enumerated() {
      let next = place + 1 < agents.count ? view.agents.speed[agents[place + 1]] : 8.5
      commands.acceleration[row] = min(max(next - view.agents.speed[row], -1), 1)
    }
  }
}
