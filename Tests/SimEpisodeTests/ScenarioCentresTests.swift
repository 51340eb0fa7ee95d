import SimCore
import SimGeometry
import SimMap
import SimScenario
import SimWorld
import Testing

@testable import SimEpisode

/// A scenario and the world made of it agree on where everybody is.
@Suite struct ScenarioCentresTests {
  @Test func agentsOfABendAreWhereTheWorldPutsThem() {
    // A quarter of a circle of 15 m in chords of 15 degrees: the box of an agent lies along the
    // chord of its wheels, which is turned and set off from the path's own middle.
    let arc = (0...6).map { k -> Vector2 in
      let angle = Double(k) * .pi / 12
      return Vector2(15 * ExactMath.sin(angle), 15 - 15 * ExactMath.cos(angle))
    }
    guard let path = Polyline(arc) else {
      Issue.record("no path")
      return
    }
    var specs = [2.0, 9, 17].enumerated().map { index, s in
      AgentSpec(
        id: "\(index)", agentClass: .bus, length: 12, width: 2.5, motion: .path,
        isPresent: index != 1, centre: path.pose(at: s), path: 0, arcLength: s, lateralOffset: 0.5)
    }
    AgentSpec.centreOnPaths(&specs, [path])
    let empty = LaneGraph(name: "empty", lanes: [], segments: [], drivableAreas: [])
    let table = World(map: empty, clock: TickClock(), agents: specs, paths: [path]).agents
    for row in [0, 2] {
      #expect(specs[row].centre.x == table.x[row])
      #expect(specs[row].centre.y == table.y[row])
      #expect(specs[row].centre.heading == table.heading[row])
    }
    // Everywhere: before and behind its ends, on a ring, in steps that hit vertices too.
    let corners = [Vector2(0, 0), Vector2(30, 0), Vector2(30, 20), Vector2(0, 20), Vector2(0, 0)]
    guard let ring = Polyline(corners) else { return }
    var all = (0..<200).map { k -> AgentSpec in
      let line = [path, ring][k % 2]
      return AgentSpec(
        id: "\(1000 + k)", agentClass: .car, length: 4, width: 2, motion: .path, path: k % 2,
        arcLength: min(Double(k / 2), line.length), lateralOffset: -0.25)
    }
    AgentSpec.centreOnPaths(&all, [path, ring])
    let world = World(map: empty, clock: TickClock(), agents: all, paths: [path, ring]).agents
    for row in all.indices {
      #expect(all[row].centre.x == world.x[row])
      #expect(all[row].centre.y == world.y[row])
      #expect(all[row].centre.heading == world.heading[row])
    }
    // The one that comes later is put there too, on the left of the path.
    #expect(specs[1].centre.position.distance(to: path.point(at: 9)) > 0.3)
    #expect(specs[1].isPresent == false)
  }
}
