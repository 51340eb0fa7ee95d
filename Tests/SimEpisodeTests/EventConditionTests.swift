import SimEpisode
import SimMap
import SimScenario
import SimStack
import Testing

/// Each condition of events in a world in which one can tell by hand when it holds. Cars are 4.8 m
/// long and keep 10 m/s, a metre a tick.
@Suite struct EventConditionTests {
  /// `still` stands at s = 100, `car` comes from s = 50: from bumper to bumper there are
  /// 50 - 4.8 = 45.2 m at tick 0 and a metre less each tick.
  private static let pair = """
      - {id: still, lane: main.1, s: 100}
      - {id: car, lane: main.1, s: 50, speed: 10}
    """

  /// The tick of the one event of a file whose action does nothing that could be seen.
  private func tick(
    _ when: String, agents: String = pair, more: String = "", extra: String = ""
  ) throws -> [Int] {
    try EventWorlds.run(
      extra + "  - {id: e, when: {\(when)}, \(more)do: {agent: still, brake: 1}}", agents: agents
    ).ticks(of: "e")
  }

  @Test func time() throws {
    // 1.25 s is between the ticks 12 and 13.
    #expect(try tick("time: 1.25") == [13])
    #expect(try tick("time: 0") == [0])
    #expect(try tick("time: 11").isEmpty)
  }

  @Test func position() throws {
    // At s = 60 after ten ticks.
    #expect(try tick("position: {agent: car, lane: main.1, s: 60.5}") == [11])
    #expect(try tick("position: {agent: car, at: [65, 0], radius: 4.5}") == [11])
    #expect(try tick("position: {agent: car, lane: main.2, s: 60.5}").isEmpty)
  }

  @Test func distance() throws {
    #expect(try tick("distance: {from: car, to: still, below: 40.7}") == [5])
    #expect(try tick("distance: {from: still, to: car, above: 40.7}") == [0])
  }

  @Test func timeGap() throws {
    // (45.2 - k) / 10 < 4.07 from k = 5 on, whichever way round it is said.
    #expect(try tick("time_gap: {from: car, to: still, below: 4.07}") == [5])
    #expect(try tick("time_gap: {from: still, to: car, below: 4.07}") == [5])
    // Along the lane: the same for one on the lane beside.
    let beside = """
        - {id: still, lane: main.2, s: 100}
        - {id: car, lane: main.1, s: 50, speed: 10}
      """
    #expect(try tick("time_gap: {from: car, to: still, below: 4.07}", agents: beside) == [5])
    // Who has passed stands behind and comes no nearer.
    let passed = """
        - {id: still, lane: main.2, s: 40}
        - {id: car, lane: main.1, s: 50, speed: 10}
      """
    #expect(try tick("time_gap: {from: car, to: still, below: 100}", agents: passed).isEmpty)
  }

  @Test func timeToCollision() throws {
    #expect(try tick("ttc: {from: car, to: still, below: 4.07}") == [5])
    let beside = """
        - {id: still, lane: main.2, s: 100}
        - {id: car, lane: main.1, s: 50, speed: 10}
      """
    #expect(try tick("ttc: {from: car, to: still, below: 20}", agents: beside).isEmpty)
  }

  @Test func speed() throws {
    // From 10 m/s at 2 m/s^2: 11.2 m/s after six ticks.
    let faster = "  - {id: go, when: {time: 0}, do: {agent: car, speed: 20, accel: 2}}\n"
    #expect(try tick("speed: {agent: car, above: 11.1}", extra: faster) == [6])
    #expect(try tick("speed: {agent: car, above: 11.1, below: 11.15}", extra: faster).isEmpty)
  }

  @Test func standstill() throws {
    // At rest after 10 / 5 = 2 s; at tick 19 it is at 0.5 m/s.
    let brake = "  - {id: go, when: {time: 0}, do: {agent: car, brake: 5}}\n"
    #expect(try tick("stands: {agent: car}", extra: brake) == [20])
    #expect(try tick("stands: {agent: car, for: 1 s}", extra: brake) == [30])
  }

  @Test func signal() throws {
    let record = try EventWorlds.run(
      """
        - {id: show, when: {time: 1}, do: {signal: north_signal, show: yellow, for: 2}}
        - {id: e, when: {signal: {id: north_signal, shows: [yellow]}}, do: {agent: still, brake: 1}}
        - {id: back, edge: falling, when: {signal: {id: north_signal, shows: yellow}}, do: {agent: still, brake: 1}}
      """, agents: "  - {id: still, lane: south_in.1, s: 10}",
      ego: "{lane: west_in.1, s: 20}", map: "{template: four_way, control: signals}")
    // Red by its program at tick 10; what is shown instead is seen from tick 11 to 30.
    #expect(record.ticks(of: "show") == [10])
    #expect(record.ticks(of: "e") == [11])
    #expect(record.ticks(of: "back") == [31])
    let north = try #require(record.header.map.signals.firstIndex { $0.id == "north_signal" })
    let shown = (0..<40).map { record.signals[$0 * record.header.map.signals.count + north] }
    #expect(shown == (0..<40).map { (11...30).contains($0) ? .yellow : .red })
  }

  @Test func afterAnotherEvent() throws {
    // The one that is waited for may stand later in the file.
    let record = try EventWorlds.run(
      """
        - {id: late, when: {after: first}, delay: 0.5, do: {agent: car, brake: 1, for: 1}}
        - {id: same, when: {after: first}, do: {agent: still, brake: 1}}
        - {id: done, when: {ended: late}, do: {agent: still, brake: 1}}
        - {id: first, when: {time: 1}, do: {agent: still, brake: 1}}
      """, agents: Self.pair)
    #expect(record.ticks(of: "first") == [10])
    #expect(record.ticks(of: "same") == [10])
    #expect(record.ticks(of: "late") == [15])
    // It brakes for ten ticks.
    #expect(record.ticks(of: "done") == [25])
  }

  @Test func allAndAny() throws {
    #expect(try tick("any: [{time: 5}, {distance: {from: car, to: still, below: 40.7}}]") == [5])
    #expect(try tick("all: [{time: 1}, {distance: {from: car, to: still, below: 40.7}}]") == [10])
    // Several keys of a mapping must hold together.
    #expect(try tick("time: 1, distance: {from: car, to: still, below: 40.7}") == [10])
    #expect(
      try tick("any: [{time: 5}, {all: [{time: 2}, {speed: {agent: car, above: 9}}]}]") == [20])
  }

  @Test func edges() throws {
    // Near from the start, far from tick 5 on (x > 54.5), near a second time nowhere.
    let near = "position: {agent: car, at: [50, 0], radius: 4.5}"
    #expect(try tick(near) == [0])
    #expect(try tick(near, more: "edge: rising, ").isEmpty)
    #expect(try tick(near, more: "edge: falling, ") == [5])
    // Near between x = 60.5 and 69.5: ticks 11 to 19.
    let later = "position: {agent: car, at: [65, 0], radius: 4.5}"
    #expect(try tick(later, more: "edge: rising, ") == [11])
    #expect(try tick(later, more: "edge: falling, ") == [20])
    // A delay counts from there, whatever the condition does meanwhile.
    #expect(try tick(later, more: "edge: falling, delay: 1, ") == [30])
    #expect(try tick(near, more: "delay: 1, ") == [10])
  }

  @Test func repetition() throws {
    // Yellow shows in the ticks 11 to 20 and 31 to 40, each time once.
    let record = try EventWorlds.run(
      """
        - id: show
          when: {time: 1}
          do: {signal: north_signal, show: yellow, for: 1}
          then: [{signal: north_signal, show: yellow, after: 1, for: 1}]
        - id: e
          times: 5
          when: {signal: {id: north_signal, shows: yellow}}
          do: {agent: still, brake: 1, for: 0.3}
        - id: once
          when: {signal: {id: north_signal, shows: yellow}}
          do: {agent: still, brake: 1}
      """, agents: "  - {id: still, lane: south_in.1, s: 10}",
      ego: "{lane: west_in.1, s: 20}", map: "{template: four_way, control: signals}")
    #expect(record.ticks(of: "e") == [11, 31])
    #expect(record.ticks(of: "once") == [11])
    #expect(record.events.filter { $0.kind == "event:e" }.map(\.value) == [1, 2])
  }

  /// What is said of somebody who is not there does not hold, "above" included.
  @Test func absentAgents() throws {
    let agents = Self.pair + "\n  - {id: ghost, lane: main.3, s: 200, speed: 3}"
    let come = "  - {id: come, when: {time: 3}, do: {agent: ghost, appear: true}}\n"
    for when in [
      "distance: {from: car, to: ghost, above: 1}", "time_gap: {from: car, to: ghost, above: 0}",
      "ttc: {from: car, to: ghost, above: 0}", "speed: {agent: ghost, below: 100}",
      "position: {agent: ghost, lane: main.3}",
    ] {
      // It appears in tick 31.
      #expect(try tick(when, agents: agents, extra: come) == [31], "\(when)")
    }
    #expect(try tick("stands: {agent: ghost}", agents: agents).isEmpty)
  }
}
