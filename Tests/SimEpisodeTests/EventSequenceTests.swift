import SimCore
import SimScenario
import SimStack
import Testing

@testable import SimEpisode

/// How actions of events stand together, and that an episode with events is one like any other.
@Suite struct EventSequenceTests {
  private static let car = "  - {id: car, lane: main.1, s: 50, speed: 10}"

  @Test func sideBySideAndOneAfterTheOther() throws {
    let record = try EventWorlds.run(
      """
        - id: e
          when: {time: 1}
          do:
            - {agent: car, speed: 12, over: 1}
            - {agent: other, brake: 2, after: 0.5, for: 1}
          then:
            - {agent: car, brake: 4, for: 1}
            - [{agent: car, lane_offset: 0.5, over: 1}, {agent: other, speed: 20, accel: 1, for: 2}]
        - {id: after, when: {ended: e}, do: {agent: car, brake: 1}}
      """, agents: Self.car + "\n  - {id: other, lane: main.3, s: 50, speed: 10}")
    #expect(record.ticks(of: "e") == [10])
    #expect(record.ticks(of: "e.speed") == [10, 35])
    // The first step ends with the longer of the two, 0.5 + 1 s after its start.
    #expect(record.ticks(of: "e.brake") == [15, 25])
    #expect(record.ticks(of: "e.lane_offset") == [35])
    #expect(record.ticks(of: "after") == [55])
    #expect(abs(record.speed("car", 25) - 12) < 1e-9)
    #expect(abs(record.speed("car", 35) - 8) < 1e-9)
    #expect(abs(record.speed("other", 35) - 8) < 1e-9)
    #expect(abs(record.speed("other", 55) - 10) < 1e-9)
    #expect(record.events.first?.agent == record.row("car"))
  }

  /// At tick 0 there is a decision like in any other tick: it shows in tick 1.
  @Test func anEventAtTheFirstTick() throws {
    let record = try EventWorlds.run(
      "  - {id: e, when: {time: 0}, do: {agent: car, brake: 5}}", agents: Self.car)
    #expect(record.ticks(of: "e") == [0])
    #expect(record.speed("car", 0) == 10)
    #expect(abs(record.speed("car", 1) - 9.5) < 1e-12)
  }

  /// Of two actions on one agent the later one holds; of two that begin in the same tick the one
  /// that stands later in the file. The earlier one is over, and does not come back.
  @Test func theLaterActionTakesOver() throws {
    let record = try EventWorlds.run(
      """
        - {id: a, when: {time: 1}, do: [{agent: car, brake: 5}, {agent: car, speed: 12, accel: 1, for: 3}]}
        - {id: b, when: {time: 2}, do: {agent: car, brake: 2, for: 1}}
        - {id: c, when: {ended: a}, do: {agent: car, lane_offset: 1}}
      """, agents: Self.car)
    #expect(abs(record.speed("car", 20) - 11) < 1e-9)
    #expect(abs(record.speed("car", 30) - 9) < 1e-9)
    #expect(abs(record.speed("car", 60) - 9) < 1e-9)
    // Both actions of the first event were over when the second began, which is after the first was
    // looked at in that tick.
    #expect(record.ticks(of: "c") == [21])
  }

  /// Along the way and aside are two things: a car brakes while it changes lanes.
  @Test func brakingAndChangingLanesAtOnce() throws {
    let record = try EventWorlds.run(
      "  - {id: e, when: {time: 0}, do: [{agent: car, lane_change: left, over: 2}, {agent: car, brake: 2, for: 2}]}",
      agents: "  - {id: car, lane: main.1, s: 50, speed: 24}")
    #expect(abs(record.y("car", 20) - 3.5) < 1e-6)
    #expect(abs(record.speed("car", 20) - 20) < 1e-9)
  }

  @Test func anAgentThatLeavesInTheMiddleOfAnAction() throws {
    // From s = 50 at 10 m/s and 4 m/s^2 it passes the road's end at 400 m and is gone; the step is
    // done by that, and the next has nobody to act on.
    let record = try EventWorlds.run(
      """
        - id: e
          when: {time: 1}
          do: {agent: car, speed: 60, accel: 4}
          then: [{agent: car, brake: 3}, {agent: other, brake: 5}]
      """, agents: Self.car + "\n  - {id: other, lane: main.3, s: 50, speed: 10}", duration: 15)
    let gone = try #require((0..<151).first { !record.isThere("car", $0) })
    #expect(record.ticks(of: "e.brake") == [gone, gone])
    #expect(abs(record.speed("other", gone + 10) - 5) < 1e-9)
  }

  @Test func whatIsDoneToSomebodyWhoIsNotThere() throws {
    let record = try EventWorlds.run(
      """
        - {id: e, when: {time: 1}, do: {agent: car, brake: 5}, then: [{agent: car, appear: true}]}
      """, agents: Self.car)
    // Nothing to brake, so the next step comes at once.
    #expect(record.ticks(of: "e.appear") == [10])
    #expect(record.speed("car", 11) == 10)
    #expect(record.speed("car", 60) == 10)
  }

  static let busy = """
      - {id: a, when: {time_gap: {from: car, to: other, below: 3}}, do: [{agent: car, lane_change: left, over: 2.5}, {agent: car, brake: 4, after: 1, for: 2}]}
      - {id: b, when: {after: a}, delay: 1, do: {agent: other, cut_in: car}, then: [{agent: other, lane_offset: 0.7}]}
      - {id: c, when: {any: [{stands: {agent: ego}}, {time: 5}]}, do: [{agent: late, appear: true}, {agent: van, door_open: left, for: 1.5}]}
    """
  static let crowd = """
      - {id: car, lane: main.1, s: 70, speed: 10}
      - {id: other, lane: main.2, s: 50, speed: 14, policy: push}
      - {id: late, lane: main.3, s: 20, speed: 10}
      - {id: van, type: truck, position: [300, -4], policy: none}
    """

  @Test func theSameBitsEveryTime() throws {
    let scenario = try EventWorlds.scenario(Self.busy, agents: Self.crowd)
    let first = EventWorlds.run(scenario)
    let second = EventWorlds.run(scenario)
    #expect(first.events.count == 9)
    #expect(first.hashes == second.hashes)
    #expect(first.events == second.events)
    #expect(FirstDivergence(first, second) == nil)
  }

  @Test func aRecordingComesBackWithItsEvents() throws {
    let episode = EventWorlds.episode(try EventWorlds.scenario(Self.busy, agents: Self.crowd))
    let recording = Recording(
      origin: Recording.Origin(
        program: "test", path: "a.yaml", tags: [], traffic: "as-written", profile: "strict",
        expectations: []), episode: episode)
    let copy = try Recording(decoding: recording.encoded(), file: "")
    #expect(copy.episode.record.events == episode.record.events)
    #expect(copy.episode.record.hashes == episode.record.hashes)
    #expect(copy.episode.record.signals == episode.record.signals)
    #expect(FirstDivergence(copy.episode.record, episode.record) == nil)
  }

  /// All that an episode follows from is in the hash of its scenario; what only names is not.
  @Test func eventsAreInTheHashOfTheScenario() throws {
    func hash(_ events: String) throws -> UInt64 {
      try EventWorlds.scenario(events, agents: Self.crowd).contentHash
    }
    let base = try hash(Self.busy)
    for (old, new) in [
      ("below: 3", "below: 3.5"), ("over: 2.5", "over: 2.6"), ("brake: 4", "brake: 5"),
      ("after: 1,", "after: 2,"), ("delay: 1", "delay: 2"), ("door_open: left", "door_open: right"),
      ("0.7", "0.8"), ("any:", "all:"), ("time: 5", "time: 6"), ("cut_in: car", "cut_in: ego"),
    ] {
      let changed = Self.busy.split(separator: old, omittingEmptySubsequences: false)
        .joined(separator: new)
      #expect(changed != Self.busy)
      #expect(try hash(changed) != base, "\(old) to \(new)")
    }
    #expect(try hash(Self.busy.split(separator: "id: c,").joined(separator: "id: d,")) == base)
    #expect(try hash("") != base)
  }

  /// With the same agents, having events that never come to be changes nothing.
  @Test func eventsThatNeverAreChangeNothing() throws {
    let plain = try EventWorlds.run("", agents: Self.car)
    let watched = try EventWorlds.run(
      "  - {id: e, when: {time: 20}, do: {agent: car, brake: 3}}", agents: Self.car)
    #expect(plain.hashes == watched.hashes)
  }
}
