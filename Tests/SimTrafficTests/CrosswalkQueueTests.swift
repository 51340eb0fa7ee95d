import SimCore
import SimGeometry
import SimMap
import SimWorld
import Testing

/// Walkers who meet vehicles on the road.
@Suite struct CrosswalkQueueTests {
  /// A car comes past within a step of somebody who is on the way across and does not look: it does
  /// not walk into the car's side.
  @Test func doesNotWalkIntoSides() throws {
    for start in stride(from: 40.0, through: 95, by: 2.5) {
      var run = try WalkerTests.road(
        car: start, ["speed_deviation": .number(0), "gap_factor": .number(0)])
      let walker = try run.row("walker")
      let car = try run.row("car")
      try run.run(seconds: 20) { world in
        guard world.agents.present[walker] != 0, world.agents.present[car] != 0 else { return }
        #expect(
          !world.agents.box(walker).overlaps(world.agents.box(car)), "car from \(start)")
      }
    }
  }
}
