import SimCore
import SimGeometry
import SimWorld
import Testing

/// Path agents that go over to another path, and that move sideways.
@Suite struct PathChangeTests {
  private let clock = TickClock()

  /// Two straight paths, the second 3.5 m to the left of the first and beginning 20 m later.
  private func twoPaths(_ agents: [AgentSpec]) -> World {
    World(
      map: emptyMap, clock: clock, agents: agents,
      paths: [line([(0, 0), (200, 0)]), line([(20, 3.5), (200, 3.5)])])
  }

  /// At (50, 1) the agent is 30 m along the second path and 2.5 m to its right.
  @Test func goesOnAlongTheOtherPathFromWhereItIs() throws {
    var world = twoPaths([pathCar("a", s: 50, speed: 10, offset: 1)])
    var commands = world.makeCommands()
    commands.path[0] = 1
    commands.pathArcLength[0] = 30
    commands.pathOffset[0] = -2.5
    commands.acceleration[0] = 1
    let before = world.stateHash(chaining: 0)
    try world.step(commands)
    let agents = world.agents
    #expect(agents.path == [1])
    // 10 * 0.1 + 1 * 0.01 / 2.
    #expect(abs(agents.arcLength[0] - 31.005) < 1e-12)
    #expect(agents.lateralOffset == [-2.5])
    #expect(abs(agents.x[0] - 51.005) < 1e-12)
    #expect(abs(agents.y[0] - 1) < 1e-12)
    #expect(world.stateHash(chaining: 0) != before)
    commands.clear()
    #expect(commands.path == [-1])
    try world.step(commands)
    #expect(world.agents.path == [1])
  }

  @Test func jumpIsAFault() throws {
    var world = twoPaths([
      pathCar("a", s: 10, speed: 10), pathCar("b", s: 50, speed: 10, offset: 1),
    ])
    var commands = world.makeCommands()
    commands.path[1] = 1
    commands.pathArcLength[1] = 30
    commands.pathOffset[1] = -2.4
    let fault = #expect(throws: WorldFault.self) { try world.step(commands) }
    #expect(fault?.agent == "b")
    #expect(fault?.column == "path")
    #expect(world.tick == 0)
    #expect(world.agents.path == [0, 0])
    commands.pathOffset[1] = .nan
    #expect(throws: WorldFault.self) { try world.step(commands) }
  }

  /// 20 m/s along and 1 m/s to the left: turned by atan(0.05); one that stands stays as it is, and
  /// one that slides more than it drives is turned by atan(0.3).
  @Test func bodyPointsAlongItsVelocity() throws {
    var world = twoPaths([
      pathCar("a", s: 10, speed: 20), pathCar("b", s: 50, speed: 0), pathCar("c", s: 90, speed: 2),
      pathCar("d", s: 150, speed: 20),
    ])
    var commands = world.makeCommands()
    commands.lateralRate = [1, 1, -1, 0]
    try world.step(commands)
    var agents = world.agents
    #expect(abs(agents.heading[0] - ExactMath.atan(0.05)) < 1e-15)
    #expect(abs(agents.directionX[0] - ExactMath.cos(agents.heading[0])) < 1e-15)
    #expect(abs(agents.directionY[0] - ExactMath.sin(agents.heading[0])) < 1e-15)
    #expect(agents.heading[1] == 0)
    #expect(abs(agents.heading[2] + ExactMath.atan(0.3)) < 1e-15)
    #expect(agents.heading[3] == 0)
    #expect(agents.directionX[3] == 1)
    commands.clear()
    try world.step(commands)
    agents = world.agents
    #expect(agents.heading == [0, 0, 0, 0])
  }

  /// Concentric circles of 40 and 43.5 m: wherever an agent is on one of them, its place on the
  /// other one is found to a tenth of a millimetre, also over the seam.
  @Test func placesAreFoundOnBentPaths() {
    func circle(_ radius: Double) -> Polyline {
      line(
        (0...180).map { k in
          let angle = 2 * Double.pi * Double(k % 180) / 180
          return (radius * ExactMath.cos(angle), radius * ExactMath.sin(angle))
        })
    }
    let table = PathTable([circle(40), circle(43.5)])
    let half = AgentTable.halfBase(length: 4.8)
    table.withView { paths in
      for k in 0..<1000 {
        let s = paths.lines[0].length * Double(k) / 1000
        for offset in [0, -1.7, -3.5] {
          let place = paths.place(at: s, offset: offset, halfBase: half, on: 0)
          let guess = s * 43.5 / 40 + (k % 2 == 0 ? 2.0 : -2.0)
          let found = paths.locate(place, halfBase: half, on: 1, near: guess)
          let back = paths.place(at: found.s, offset: found.offset, halfBase: half, on: 1)
          #expect(back.distance(to: place) < 1e-4)
          #expect(found.s >= 0 && found.s < paths.lines[1].length)
          #expect(abs(found.offset - (offset + 3.5)) < 0.02)
        }
      }
    }
  }
}
