import SimCore
import SimGeometry
import SimMap
import SimWorld
import Testing

@Suite struct WorldStepTests {
  let clock = TickClock()

  @Test func rowsAreInByteOrderOfTheIds() {
    let world = World(
      map: emptyMap, clock: clock,
      agents: ["b", "a10", "ä", "a2", "B"].map { pathCar($0, s: 0, speed: 0) },
      paths: [line([(0, 0), (100, 0)])])
    #expect(world.agents.ids == ["B", "a10", "a2", "b", "ä"])
    #expect(world.agents.row(of: "a2") == 2)
    #expect(world.agents.row(of: "a3") == nil)
    #expect(world.agents.streams[1] == StableHash.of("a10"))
  }

  /// 10 m/s and +2 m/s^2 for 0.1 s: 10 * 0.1 + 2 * 0.01 / 2 = 1.01 m, then 10.2 m/s.
  @Test func pathAgentAcceleratesAlongItsPath() throws {
    var world = World(
      map: emptyMap, clock: clock, agents: [pathCar("a", s: 5, speed: 10, offset: 0.5)],
      paths: [line([(0, 0), (100, 0)])])
    var commands = world.makeCommands()
    commands.acceleration[0] = 2
    commands.lateralRate[0] = -0.5
    try world.step(commands)
    let agents = world.agents
    #expect(world.tick == 1)
    #expect(abs(agents.x[0] - 6.01) < 1e-12)
    #expect(abs(agents.y[0] - 0.45) < 1e-12)
    #expect(abs(agents.speed[0] - 10.2) < 1e-12)
    #expect(abs(agents.acceleration[0] - 2) < 1e-12)
    #expect(abs(agents.arcLength[0] - 6.01) < 1e-12)
  }

  /// 0.4 m/s braked with 8 m/s^2 stands after 0.05 s and 0.4^2 / 16 = 0.01 m, and stays there.
  @Test func brakingEndsInStandstillNotInReverse() throws {
    var world = World(
      map: emptyMap, clock: clock, agents: [pathCar("a", s: 5, speed: 0.4)],
      paths: [line([(0, 0), (100, 0)])])
    var commands = world.makeCommands()
    commands.acceleration[0] = -8
    try world.step(commands)
    #expect(abs(world.agents.arcLength[0] - 5.01) < 1e-12)
    #expect(world.agents.speed[0] == 0)
    #expect(abs(world.agents.acceleration[0] + 4) < 1e-12)
    try world.step(commands)
    #expect(abs(world.agents.arcLength[0] - 5.01) < 1e-12)
    #expect(world.agents.speed[0] == 0)
    #expect(world.agents.acceleration[0] == 0)
  }

  /// From rest 0.1 s at -2 m/s^2 lead 0.01 m back at 0.2 m/s; then faster than 0.6 m/s nobody goes
  /// back, and not past the start of the path. Who must not go back any more stands at once.
  @Test func stepsBackWhereThatIsAllowed() throws {
    var world = World(
      map: emptyMap, clock: clock, agents: [pathCar("a", s: 0.05, speed: 0)],
      paths: [line([(0, 0), (100, 0)])])
    var commands = world.makeCommands()
    commands.acceleration[0] = -2
    commands.present[0] = CommandBuffer.stepsBack
    try world.step(commands)
    #expect(abs(world.agents.arcLength[0] - 0.04) < 1e-12)
    #expect(abs(world.agents.speed[0] + 0.2) < 1e-12)
    #expect(world.agents.heading[0] == 0)
    commands.acceleration[0] = -9
    try world.step(commands)
    #expect(abs(world.agents.speed[0] + CommandBuffer.backwardSpeed) < 1e-12)
    // 0.04 - (0.2 + 0.6) / 2 * 0.1
    #expect(world.agents.arcLength[0] == 0 || abs(world.agents.arcLength[0]) < 1e-12)
    try world.step(commands)
    #expect(world.agents.arcLength[0] == 0)
    commands.present[0] = 0
    try world.step(commands)
    #expect(world.agents.speed[0] == 0)
  }

  /// Round the corner of an L: 1 m before it, 2 m on. The axles are 0.29 * 4.8 = 1.392 m from the
  /// centre: the rear one at s = 9.608, on (9.608, 1), the front one at 12.392, on (9, 2.392).
  @Test func pathAgentTurnsWithItsPath() throws {
    var world = World(
      map: emptyMap, clock: clock, agents: [pathCar("a", s: 9, speed: 20, offset: 1)],
      paths: [line([(0, 0), (10, 0), (10, 10)])])
    try world.step(world.makeCommands())
    var agents = world.agents
    #expect(abs(agents.x[0] - 9.304) < 1e-12)
    #expect(abs(agents.y[0] - 1.696) < 1e-12)
    #expect(abs(agents.heading[0] - ExactMath.atan2(1.392, -0.608)) < 1e-12)
    #expect(abs(agents.directionX[0] - ExactMath.cos(agents.heading[0])) < 1e-15)
    #expect(abs(agents.directionY[0] - ExactMath.sin(agents.heading[0])) < 1e-15)
    #expect(agents.arcLength[0] == 11)
    // 2 m later both axles are behind the corner: straight on, 1 m to the left of the path.
    try world.step(world.makeCommands())
    agents = world.agents
    #expect(abs(agents.x[0] - 9) < 1e-12)
    #expect(abs(agents.y[0] - 3) < 1e-12)
    #expect(abs(agents.heading[0] - .pi / 2) < 1e-12)
    #expect(agents.directionY[0] == 1)
  }

  /// On a circle of 20 m radius the axles are on it and the centre 20 - sqrt(400 - 1.392^2) =
  /// 0.0485 m within; the heading is the tangent's, also over the seam of the ring.
  @Test func pathAgentOnACircle() throws {
    let corners = (0...720).map { k in
      let angle = 2 * Double.pi * Double(k % 720) / 720
      return (20 * ExactMath.cos(angle), 20 * ExactMath.sin(angle))
    }
    var world = World(
      map: emptyMap, clock: clock, agents: [pathCar("a", s: 0, speed: 3)], paths: [line(corners)])
    for _ in 0..<450 {
      let agents = world.agents
      let radius = (agents.x[0] * agents.x[0] + agents.y[0] * agents.y[0]).squareRoot()
      let angle = ExactMath.atan2(agents.y[0], agents.x[0])
      #expect(abs(radius - 19.9515) < 2e-4)
      #expect(abs(ExactMath.wrapAngle(agents.heading[0] - angle - .pi / 2)) < 1e-3)
      try world.step(world.makeCommands())
    }
  }

  @Test func openPathIsLeftAtItsEndAndRingIsNot() throws {
    var world = World(
      map: emptyMap, clock: clock,
      agents: [pathCar("open", s: 39, speed: 20), pathCar("ring", s: 39, speed: 20, path: 1)],
      paths: [
        line([(0, 0), (10, 0), (10, 10), (0, 10), (0, 0.5)]),
        line([(0, 0), (10, 0), (10, 10), (0, 10), (0, 0)]),
      ])
    try world.step(world.makeCommands())
    let agents = world.agents
    #expect(agents.present == [0, 1])
    #expect(agents.x[0] == 0)
    #expect(agents.speed[0] == 0)
    // 2 m on from 39 m of 40 m: 1 m into the first side.
    #expect(abs(agents.arcLength[1] - 1) < 1e-12)
    // Its rear axle is still 0.392 m before the corner.
    #expect(abs(agents.x[1] - 0.5 * 2.392) < 1e-12)
    #expect(abs(agents.y[1] - 0.5 * 0.392) < 1e-12)
    try world.step(world.makeCommands())
    #expect(world.agents.present == [0, 1])
    #expect(abs(world.agents.x[1] - 3) < 1e-12)
    #expect(world.agents.heading[1] == 0)
  }

  @Test func pathAgentAppearsWhenItsPolicySaysSo() throws {
    var late = pathCar("late", s: 20, speed: 3, offset: 0.25)
    late.isPresent = false
    var world = World(
      map: emptyMap, clock: clock, agents: [late], paths: [line([(0, 0), (100, 0)])])
    var commands = world.makeCommands()
    try world.step(commands)
    #expect(world.agents.present == [0])
    #expect(world.agents.path == [0])
    commands.present[0] = 1
    try world.step(commands)
    #expect(world.agents.present == [1])
    #expect(world.agents.x == [20])
    #expect(world.agents.y == [0.25])
    #expect(world.agents.speed == [3])
    commands.clear()
    try world.step(commands)
    #expect(abs(world.agents.x[0] - 20.3) < 1e-12)
  }

  @Test func placedAgentsComeAndGo() throws {
    let spec = AgentSpec(
      id: "p", agentClass: .pedestrian, length: 0.5, width: 0.6, motion: .placed,
      isPresent: false)
    var world = World(map: emptyMap, clock: clock, agents: [spec])
    var commands = world.makeCommands()
    commands.present[0] = 1
    commands.x[0] = 3
    commands.y[0] = 4
    commands.heading[0] = .pi / 2
    commands.speed[0] = 1.2
    try world.step(commands)
    #expect(world.agents.present == [1])
    #expect(world.agents.x == [3])
    #expect(world.agents.speed == [1.2])
    #expect(abs(world.agents.directionY[0] - 1) < 1e-15)
    commands.clear()
    try world.step(commands)
    #expect(world.agents.present == [0])
    #expect(world.agents.x == [0])
    #expect(world.agents.directionY == [0])
  }

  /// The centre of a driven agent lies 1.461 m ahead of its rear axle.
  @Test func drivenAgentIsMovedByTheBicycleOrPlaced() throws {
    let spec = AgentSpec(
      id: "ego", agentClass: .car, length: 5.176, width: 2.297, motion: .driven,
      vehicle: .pacifica)
    let start = EgoState(pose: Pose2(x: 0, y: 0, heading: 0), velocity: Vector2(10, 0))
    var world = World(map: emptyMap, clock: clock, agents: [spec], egoStates: [start])
    #expect(world.agents.x == [1.461])
    var commands = world.makeCommands()
    // One third of the command acts in the first tick: dt / (dt + 0.2).
    commands.acceleration[0] = 3
    try world.step(commands)
    #expect(abs(world.agents.x[0] - 2.461) < 1e-12)
    #expect(abs(world.egos[0].acceleration.x - 1) < 1e-12)
    #expect(abs(world.agents.speed[0] - 10.1) < 1e-12)
    #expect(world.egos[0].timeMicroseconds == 100_000)
    commands.egoPlacements[0] = EgoState(
      timeMicroseconds: 200_000, pose: Pose2(x: 7, y: 1, heading: .pi), velocity: Vector2(2, 0))
    try world.step(commands)
    #expect(abs(world.agents.x[0] - (7 - 1.461)) < 1e-12)
    #expect(world.agents.speed[0] == 2)
  }

  @Test func driverWithoutFullStateStartsFromItsPose() {
    let spec = AgentSpec(
      id: "ego", agentClass: .car, length: 5.176, width: 2.297, motion: .driven,
      centre: Pose2(x: 10, y: 0, heading: 0), speed: 5, vehicle: .pacifica)
    let world = World(map: emptyMap, clock: clock, agents: [spec])
    #expect(abs(world.egos[0].pose.x - 8.539) < 1e-12)
    #expect(abs(world.agents.x[0] - 10) < 1e-12)
  }

  @Test(arguments: [Double.nan, .infinity, -.infinity])
  func commandThatIsNoNumberIsAFault(_ value: Double) throws {
    var world = World(
      map: emptyMap, clock: clock,
      agents: [pathCar("a", s: 5, speed: 10), pathCar("b", s: 50, speed: 10)],
      paths: [line([(0, 0), (100, 0)])])
    let before = world.stateHash(chaining: 0)
    var commands = world.makeCommands()
    commands.acceleration[1] = value
    let fault = #expect(throws: WorldFault.self) { try world.step(commands) }
    #expect(fault?.agent == "b")
    #expect(fault?.tick == 1)
    #expect(world.tick == 0)
    #expect(world.stateHash(chaining: 0) == before)
    commands.acceleration[1] = 0
    try world.step(commands)
    #expect(world.tick == 1)
  }

  @Test func egoCommandThatIsNoNumberIsAFault() throws {
    let spec = AgentSpec(
      id: "ego", agentClass: .car, length: 5.176, width: 2.297, motion: .driven,
      vehicle: .pacifica)
    var world = World(map: emptyMap, clock: clock, agents: [spec])
    var commands = world.makeCommands()
    commands.steeringRate[0] = .nan
    #expect(throws: WorldFault.self) { try world.step(commands) }
  }

  /// What a view shows does not change when the world moves on, however long it is kept.
  @Test func viewIsFrozen() throws {
    var world = World(
      map: emptyMap, clock: clock, agents: [pathCar("a", s: 0, speed: 10)],
      paths: [line([(0, 0), (100, 0)])])
    var views: [WorldView] = []
    for _ in 0..<5 {
      views.append(world.view)
      try world.step(world.makeCommands())
    }
    for (tick, view) in views.enumerated() {
      #expect(view.tick == tick)
      #expect(abs(view.agents.x[0] - Double(tick)) < 1e-12)
    }
  }

  @Test func signalsFollowTheirProgram() throws {
    let signal = Signal(
      id: "s", phases: [.init(.red, microseconds: 200_000), .init(.green, microseconds: 100_000)],
      offsetMicroseconds: 0, lanes: [])
    let map = LaneGraph(
      name: "m", lanes: [], segments: [], drivableAreas: [], signals: [signal])
    var world = World(map: map, clock: clock, agents: [])
    var seen: [SignalColour] = []
    for _ in 0..<4 {
      seen += world.view.signals
      try world.step(world.makeCommands())
    }
    #expect(seen == [.red, .red, .green, .red])
  }

  @Test func hashTellsStatesApartAndChains() throws {
    func world(_ speed: Double) -> World {
      World(
        map: emptyMap, clock: clock, agents: [pathCar("a", s: 0, speed: speed)],
        paths: [line([(0, 0), (100, 0)])])
    }
    let a = world(10).stateHash(chaining: 0)
    #expect(a == world(10).stateHash(chaining: 0))
    #expect(a != world(10.000000000000002).stateHash(chaining: 0))
    #expect(a != world(10).stateHash(chaining: 1))
    #expect(world(0).stateHash(chaining: 0) == world(-0.0).stateHash(chaining: 0))
  }

  @Test func everyClassHasASizeAndLimits() {
    for agentClass in AgentClass.allCases {
      #expect(agentClass.typicalSize.length > 0 && agentClass.typicalSize.width > 0)
      #expect(agentClass.isObject == (agentClass.limits.maxSpeed == 0))
    }
  }
}
