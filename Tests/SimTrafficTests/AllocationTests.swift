import SimCore
import SimGeometry
import SimMap
import SimStack
import SimTraffic
import SimWorld
import TestSupport
import Testing

/// After the first ticks a tick of traffic allocates nothing: not in the policies, not in the
/// view, the step or the hash. Optimised code only; debug code allocates where the source does not.
@Suite(
  .enabled(
    if: AllocationCounter.isAvailable && AllocationCounter.isOptimized,
    "counts allocations of optimised code"))
struct AllocationTests {
  private func allocations(of run: inout TrafficRun, warmUp: Int, ticks: Int) throws -> Int {
    var hash: UInt64 = 0
    for _ in 0..<warmUp {
      try run.step()
      hash = run.world.stateHash(chaining: hash)
    }
    return try AllocationCounter.count {
      for _ in 0..<ticks {
        try run.step()
        hash = run.world.stateHash(chaining: hash)
      }
    }
  }

  @Test func ringOfFollowers() throws {
    let law = RingPhysicsTests.law(1.5)
    var run = try RingPhysicsTests.ring(law, cars: 100, spacing: 25) { _ in (0, 15) }
    #expect(try allocations(of: &run, warmUp: 5, ticks: 200) == 0)
  }

  @Test func ringOfLaneChangers() throws {
    var run = try LaneChangeTrafficTests.ring(seed: 3, cars: 60, metresPerCar: 45)
    #expect(try allocations(of: &run, warmUp: 50, ticks: 600) == 0)
  }

  @Test func townWithSignalsAndTurns() throws {
    var run = try NetworkTests.run(NetworkTests.towns[0])
    #expect(try allocations(of: &run, warmUp: 300, ticks: 300) == 0)
  }

  @Test func replayWalkersAndAnEgo() throws {
    var track = RecordedTrack()
    for tick in 0...300 {
      track.present.append(tick % 50 < 40 ? 1 : 0)
      track.x.append(300 + 0.8 * Double(tick))
      track.y.append(3.5)
      track.heading.append(0.001 * Double(tick))
      track.speed.append(8)
      track.acceleration.append(0)
    }
    let ego = AgentSpec(
      id: "ego", agentClass: .car, length: 5.176, width: 2.297, motion: .driven,
      centre: Pose2(x: 250, y: 0, heading: 0), speed: 9, vehicle: .pacifica)
    let walker = AgentSpec(
      id: "walker", agentClass: .pedestrian, length: 0.5, width: 0.6, motion: .path, speed: 1,
      path: 1)
    let recorded = AgentSpec(
      id: "recorded", agentClass: .car, length: 4.8, width: 1.9, motion: .placed)
    var run = try DrivingTests.run(
      with: [
        .init(spec: ego), .init(spec: walker, policy: "constant_speed"),
        .init(spec: recorded, policy: "replay", recording: track),
        .init(spec: TrafficWorlds.obstacle("o", x: 500, y: 4)),
      ], on: DrivingTests.road(length: 600), paths: [line([(400, -7), (400, 40)])])
    #expect(try allocations(of: &run, warmUp: 20, ticks: 200) == 0)
  }
}
