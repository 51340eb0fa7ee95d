import SimControl
import SimCore
import SimGeometry
import SimModels
import SimStack
import SimWorld
import StackTestSupport
import Testing

/// What every controller of the catalog must do, whatever its law.
@Suite struct ControllerConformanceTests {
  static let map = TestRoads.straight()
  /// With a recorded drive, which some follow: straight at 10 m/s.
  static let setup: DrivingSetup = {
    var setup = TestScenes.setup(map)
    setup.expert = (0..<150).map { tick in
      EgoState(
        timeMicroseconds: Int64(tick) * 100_000, pose: Pose2(x: Double(tick), y: 0, heading: 0),
        velocity: Vector2(10, 0))
    }
    return setup
  }()
  static let names = ControllerCatalog.entries.map(\.schema.name)

  static func entry(_ name: String) throws -> CatalogEntry<DrivingSetup, any Controller> {
    try #require(ControllerCatalog.entries.first { $0.schema.name == name })
  }

  static func context(_ ego: EgoState) -> TickContext {
    TickContext(
      clock: TickClock(), tick: Int(ego.timeMicroseconds / 100_000),
      random: CounterRandom(seed: 7), stream: 1)
  }

  /// A plan over `seconds` with points every `step` seconds from a tick on.
  static func plan(
    tick: Int = 0, step: Double = 0.1, seconds: Double = 8, _ point: (Double) -> (Pose2, Double)
  ) -> Trajectory {
    let start = Int64(tick) * 100_000
    let count = Int((seconds / step).rounded())
    return Trajectory(
      points: (0...count).map {
        let time = Double($0) * step
        let (pose, speed) = point(time)
        return .init(
          timeMicroseconds: start + Int64((time * 1e6).rounded()), pose: pose, speed: speed)
      })
  }

  /// Plans that any controller must be able to follow, by name.
  static let plans: [(name: String, plan: Trajectory)] = [
    ("straight", plan { (Pose2(x: 10 * $0, y: 0, heading: 0), 10) }),
    ("standstill", plan { _ in (Pose2(x: 0, y: 0, heading: 0), 0) }),
    ("two points", plan(step: 0.1, seconds: 0.1) { (Pose2(x: 10 * $0, y: 0, heading: 0), 10) }),
    ("sparse", plan(step: 2) { (Pose2(x: 10 * $0, y: $0, heading: 0.1), 10) }),
    ("far away", plan { (Pose2(x: 10 * $0 + 1e6, y: 1e6, heading: 3), 10) }),
    ("backwards", plan { (Pose2(x: -2 * $0, y: 0, heading: 0), -2) }),
    ("absurdly fast", plan { (Pose2(x: 1e5 * $0, y: 0, heading: 0), 1e5) }),
    (
      "round and round",
      plan { (Pose2(x: 0, y: 0, heading: ExactMath.wrapAngle(3 * $0)), 0) }
    ),
  ]

  static let egos = [
    EgoState(pose: Pose2(x: 0, y: 0, heading: 0), velocity: Vector2(10, 0)),
    EgoState(pose: Pose2(x: 0, y: 0.4, heading: -3.1), velocity: Vector2(0, 0)),
    EgoState(
      pose: Pose2(x: -3, y: 1, heading: 0.2), velocity: Vector2(-0.01, 0),
      acceleration: Vector2(-4, 0), steering: 1, steeringRate: 0.3, yawRate: 0.1),
  ]

  @Test func namesAreUniqueAndDescribed() {
    #expect(Set(Self.names).count == Self.names.count)
    for entry in ControllerCatalog.entries {
      #expect(!entry.schema.summary.isEmpty)
      #expect(Set(entry.schema.parameters.map(\.name)).count == entry.schema.parameters.count)
    }
  }

  @Test("commands are finite for every plan, at every parameter's ends", arguments: names)
  func commandsAreFinite(_ name: String) throws {
    let entry = try Self.entry(name)
    for parameters in entry.schema.corners {
      for (label, plan) in Self.plans {
        for ego in Self.egos {
          var controller = try entry.make(parameters, Self.setup)
          let command = try controller.control(
            ego, .pacifica, along: plan, in: Self.context(ego))
          #expect(command.isFinite, "\(label)")
        }
      }
    }
  }

  @Test("a plan that cannot be followed is refused", arguments: names)
  func badPlansAreRefused(_ name: String) throws {
    let entry = try Self.entry(name)
    let good = Self.plans[0].plan
    var notFinite = good
    notFinite.points[3].pose.heading = .nan
    var unordered = good
    unordered.points[3].timeMicroseconds = 0
    for plan in [
      Trajectory(points: []), Trajectory(points: [good.points[0]]), notFinite, unordered,
    ] {
      var controller = try entry.make(
        ParameterValues(entry.schema), Self.setup)
      let failure = #expect(throws: StageFailure.self) {
        try controller.control(Self.egos[0], .pacifica, along: plan, in: Self.context(Self.egos[0]))
      }
      #expect(failure?.stage == .control)
    }
  }

  @Test("a copy goes on exactly as the original does", arguments: names)
  func copiesAreSnapshots(_ name: String) throws {
    let entry = try Self.entry(name)
    var controller = try entry.make(ParameterValues(entry.schema), Self.setup)
    let ego = Self.egos[0]
    _ = try controller.control(ego, .pacifica, along: Self.plans[0].plan, in: Self.context(ego))
    var copy = controller
    let next = Self.plans[3].plan
    let first = try controller.control(ego, .pacifica, along: next, in: Self.context(ego))
    _ = try controller.control(
      ego, .pacifica, along: Self.plans[4].plan, in: Self.context(ego))
    #expect(try copy.control(ego, .pacifica, along: next, in: Self.context(ego)) == first)
  }

  /// From half a metre beside and 2 m/s too slow, after 6 s within 5 cm and 0.1 m/s of the plan.
  @Test("a straight plan is reached", arguments: names)
  func straightPlanIsReached(_ name: String) throws {
    let entry = try Self.entry(name)
    var controller = try entry.make(ParameterValues(entry.schema), Self.setup)
    let plan = Self.plan(seconds: 10) { (Pose2(x: 10 * $0, y: 0, heading: 0), 10) }
    var world = World(
      map: Self.map, clock: TickClock(),
      agents: [
        AgentSpec(
          id: "ego", agentClass: .car, length: 5.176, width: 2.297, motion: .driven,
          vehicle: .pacifica)
      ],
      egoStates: [EgoState(pose: Pose2(x: 0, y: 0.5, heading: 0), velocity: Vector2(8, 0))])
    var commands = world.makeCommands()
    for _ in 0..<60 {
      commands.clear()
      switch try controller.control(
        world.egos[0], .pacifica, along: plan, in: Self.context(world.egos[0]))
      {
      case .actuate(let acceleration, let rate):
        commands.acceleration[0] = acceleration
        commands.steeringRate[0] = rate
      case .place(let state): commands.egoPlacements[0] = state
      }
      try world.step(commands)
    }
    #expect(abs(world.egos[0].pose.y) < 0.05)
    #expect(abs(world.egos[0].velocity.x - 10) < 0.1)
  }
}
