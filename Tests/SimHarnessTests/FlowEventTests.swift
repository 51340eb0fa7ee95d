import SimCore
import SimEpisode
import SimScenario
import SimStack
import Testing

/// Events about vehicles that flows bring.
@Suite struct FlowEventTests {
  /// One every 4 s, at 20 m/s: at 6 s `flow.1` has been there for 2 s. It brakes at 3 m/s^2 for 2
  /// s, and what its flow's other vehicles do is up to them.
  @Test func oneOfAFlowBrakes() throws {
    let record = try EventScenarioTests.record(
      """
      map: {template: straight, lanes: 2, length: 600, speed_limit: 72 km/h}
      duration: 12
      ego: {lane: main.2, s: 595}
      flows: [{lanes: main.1, rate: 900, arrivals: even, speed: 20}]
      events:
        - {id: halt, when: {time: 6}, do: {agent: flow.1, brake: 3, for: 2}}
        - {id: early, when: {speed: {agent: flow.2, above: 1}}, do: {agent: flow.2, brake: 1, for: 1}}
      """)
    let ids = record.header.ids
    let row = try #require(ids.firstIndex(of: "flow.1"))
    let halt = try #require(record.events.first { $0.kind == "event:halt.brake" })
    #expect(halt.tick == 60 && halt.agent == row)
    for tick in 61...80 {
      let slot = record.history.slot(tick, row)
      #expect(record.history.present[slot] == 1)
      #expect(abs(record.history.acceleration[slot] + 3) < 1e-9)
    }
    // What is said of one that is not there yet does not hold; it comes at 8 s.
    let early = try #require(record.events.first { $0.kind == "event:early" })
    #expect(early.tick >= 80 && early.tick <= 82)
  }

  /// After a warm-up vehicles that have come and gone are still known, and nothing happens to them.
  @Test func oneThatIsGoneIsNotThere() throws {
    let record = try EventScenarioTests.record(
      """
      map: {template: straight, lanes: 2, length: 100, speed_limit: 72 km/h}
      warm_up: 20
      duration: 5
      ego: {lane: main.2, s: 95}
      flows: [{lanes: main.1, rate: 900, arrivals: even, speed: 20}]
      events:
        - {id: gone, when: {speed: {agent: flow.0, above: 0}}, do: {agent: flow.4, brake: 2, for: 1}}
        - {id: late, when: {time: 1}, do: {agent: flow.5, brake: 2, for: 1}}
      """)
    let ids = record.header.ids
    #expect(ids.contains("flow.0") && ids.contains("flow.5"))
    #expect(!record.events.contains { $0.kind == "event:gone" })
    #expect(record.events.contains { $0.kind == "event:late" && $0.tick == 10 })
    let first = try #require(ids.firstIndex(of: "flow.0"))
    for tick in 0..<record.ticks {
      #expect(record.history.present[record.history.slot(tick, first)] == 0)
    }
  }
}
