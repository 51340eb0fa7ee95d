import SimEpisode
import SimScenario
import TestSupport
import Testing

/// Optimised code only; debug code allocates where the source does not.
@Suite(.enabled(if: AllocationCounter.isAvailable && AllocationCounter.isOptimized))
struct EventAllocationTests {
  /// Conditions of every kind that never hold, looked at in every tick, and an action in force.
  private static let watched = """
      - {id: go, when: {time: 0}, do: [{agent: car, speed: 10}, {agent: car, lane_offset: 0.5}]}
      - {id: a, when: {any: [{distance: {from: car, to: other, below: 0.1}}, {time: 3000}]}, do: {agent: car, brake: 1}}
      - {id: b, when: {time_gap: {from: car, to: other, below: 0.001}, ttc: {from: car, to: other, below: 0.01}}, do: {agent: car, brake: 1}}
      - {id: c, when: {all: [{speed: {agent: car, above: 90}}, {stands: {agent: other, for: 99}}]}, do: {agent: car, brake: 1}}
      - {id: d, when: {position: {agent: car, lane: main.3}}, do: {agent: car, brake: 1}}
      - {id: e, when: {position: {agent: car, at: [0, 90]}, after: a}, do: {agent: car, brake: 1}}
    """
  private static let agents = """
      - {id: car, lane: main.1, s: 60, speed: 10}
      - {id: other, lane: main.2, s: 90, speed: 10}
    """

  private func allocations(_ events: String, seconds: Double) throws -> Int {
    let scenario = try EventWorlds.scenario(events, agents: Self.agents, duration: seconds)
    // The least of some runs: other threads of the test program allocate at times.
    return (0..<8).reduce(Int.max) { least, _ in
      min(least, AllocationCounter.count { _ = EventWorlds.run(scenario) })
    }
  }

  /// Two hundred ticks with six events that are looked at cost no more allocations than without.
  @Test func lookingAtEventsAllocatesNothing() throws {
    let without = try allocations("", seconds: 25) - allocations("", seconds: 5)
    let with = try allocations(Self.watched, seconds: 25) - allocations(Self.watched, seconds: 5)
    #expect(with - without <= 4, "200 ticks: \(without) without events, \(with) with")
  }
}
