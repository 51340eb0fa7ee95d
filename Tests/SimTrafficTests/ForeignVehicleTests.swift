import SimCore
import SimGeometry
import SimMap
import SimStack
import SimWorld
import Testing

/// Drivers who meet somebody who is not of their policy, at a road that has priority over another.
@Suite struct ForeignVehicleTests {
  /// A driver from the west on the road with priority, and a stranger from the south who has to
  /// give way, both on straight ways of 10 m/s.
  struct Meeting {
    /// The driver's least speed.
    var slowest = Double.infinity
    var hardest = 0.0
    var collisions: [String] = []
  }

  /// - Parameters:
  ///   - before: from the driver to the end of its lane at first, metres; the stranger's are 45.
  ///   - brakes: the stranger halts before the junction.
  static func meet(before: Double, brakes: Bool) throws -> Meeting {
    let map = try TrafficWorlds.map("four_way", ["control": .text("priority")])
    let own = try TrafficWorlds.route(map, ids: JunctionTests.ways[0])
    let other = try TrafficWorlds.route(map, ids: JunctionTests.ways[7])
    let length = map.lanes[own.lanes[0]].length
    let line = map.lanes[other.lanes[0]].length
    var run = try TrafficRun(
      map,
      [
        .init(
          spec: TrafficWorlds.car("driver", path: 0, s: length - before, speed: 10),
          policy: "idm", parameters: ["desired_speed": .number(10)], route: own),
        .init(spec: TrafficWorlds.car("stranger", path: 1, s: line - 45, speed: 10)),
      ], paths: [own.centreline, other.centreline])
    let driver = try run.row("driver")
    let stranger = try run.row("stranger")
    var result = Meeting()
    for _ in 0..<100 {
      try run.step { commands, world in
        let agents = world.agents
        let left = line - 1 - 2.4 - agents.arcLength[stranger]
        let speed = agents.speed[stranger]
        let need = speed * speed / (2 * max(left, 0.1))
        commands.acceleration[stranger] = brakes ? -need : 0
      }
      let agents = run.world.agents
      guard agents.present[driver] != 0 else { break }
      result.slowest = min(result.slowest, agents.speed[driver])
      result.hardest = min(result.hardest, agents.acceleration[driver])
      result.collisions += TrafficWorlds.collisions(run.world)
    }
    return result
  }

  /// The stranger does not brake: the driver lets it pass.
  @Test(arguments: [0.0, 10, 20, 30, 40, 50]) func brakesForWhoDoesNot(_ before: Double) throws {
    let meeting = try Self.meet(before: before, brakes: false)
    #expect(meeting.collisions.isEmpty, "\(meeting)")
  }
}
