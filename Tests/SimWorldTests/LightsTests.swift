import SimCore
import SimGeometry
import SimWorld
import Testing

/// Indicators as a column of the world, and brake lights.
@Suite struct LightsTests {
  private func world() -> World {
    World(
      map: emptyMap, clock: TickClock(),
      agents: [pathCar("a", s: 10, speed: 10), pathCar("b", s: 95, speed: 20)],
      paths: [line([(0, 0), (100, 0)])])
  }

  @Test func areShownAsLongAsTheyAreAskedFor() throws {
    var world = world()
    var commands = world.makeCommands()
    #expect(!world.agents.hasIndicators)
    commands.indicate(0, .left)
    commands.indicate(1, .right)
    try world.step(commands)
    #expect(world.agents.indicators == [.left, .right])
    // After 4 m more b is past the end of its path.
    try world.step(commands)
    try world.step(commands)
    #expect(world.agents.present == [1, 0])
    #expect(world.agents.indicators == [.left, []])
    commands.clear()
    #expect(!commands.hasIndicators)
    for _ in 0..<3 {
      try world.step(commands)
      #expect(world.agents.indicators == [[], []])
      #expect(!world.agents.hasIndicators)
    }
  }

  /// An indicator is part of the state; where there is none, nothing is.
  @Test func areHashed() throws {
    func hash(_ lights: [VehicleLights]) throws -> UInt64 {
      var world = world()
      var commands = world.makeCommands()
      for (row, light) in lights.enumerated() { commands.indicate(row, light) }
      try world.step(commands)
      return world.stateHash(chaining: 0)
    }
    let hashes = [
      try hash([]), try hash([.left, []]), try hash([.right, []]), try hash([[], .left]),
      try hash([.left, .left]),
    ]
    #expect(Set(hashes).count == 5)
    #expect(try hash([[], []]) == hashes[0])
  }

  /// Brake lights from 0.7 m/s^2 on, forwards and backwards; bicycles have none.
  @Test func brakeLights() {
    func shown(_ speed: Double, _ acceleration: Double, _ kind: AgentClass = .car)
      -> VehicleLights
    {
      .shown(.left, kind, speed: speed, acceleration: acceleration)
    }
    #expect(shown(10, -0.6) == .left)
    #expect(shown(10, -0.8) == [.left, .brake])
    #expect(shown(10, 0.8) == .left)
    #expect(shown(-2, 0.8) == [.left, .brake])
    #expect(shown(10, -3, .bicycle) == .left)
  }
}
