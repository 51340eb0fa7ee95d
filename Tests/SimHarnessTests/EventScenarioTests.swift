import SimCore
import SimEpisode
import SimGeometry
import SimHarness
import SimMap
import SimMetrics
import SimScenario
import SimStack
import SimWorld
import TestSupport
import Testing

/// Events in whole scenarios, with the drivers of `idm` around them.
@Suite struct EventScenarioTests {
  static func scenarios(_ body: String) throws -> [Scenario] {
    try ScenarioLoader().load(
      Array(("version: 1\n" + body).utf8), file: "t.yaml", relativePath: "t.yaml",
      options: LoadOptions(catalog: ModuleCatalogs.shipped.schema)
    ).tickets.map { try $0.build() }
  }

  static func record(_ body: String) throws -> EpisodeRecord {
    try FlowTests.record(try #require(try scenarios(body).first))
  }

  /// The cut-in of the format's first example with `idm` at the wheel of the ego.
  static func cutIn(_ more: String = "", cutter: String = "{idm: {style: assertive}}") -> String {
    """
    name: cut_in_hard_brake
    tags: [highway, cut-in, interactive]
    map: {template: highway, lanes: 3, length: 600, speed_limit: 120 km/h}
    duration: 20
    ego: {lane: main.1, s: 50, speed: 28, goal: {lane: main.1, s: 550}, planner: idm}
    agents:
      - {id: cutter, type: car, lane: main.2, s: 80, speed: 30, policy: \(cutter)}
    events:
      - when: {time_gap: {from: cutter, to: ego, below: 0.8}}
        do: [{agent: cutter, lane_change: right, over: 2.5}, {agent: cutter, brake: 4.0, after: 1.0, for: 2.0}]
    expect: {collisions_at_fault: 0, score: {min: 0.6}}
    \(more)
    """
  }

  @Test func theCutInOfTheDesignIsSound() throws {
    let all = try Self.scenarios(
      Self.cutIn(
        """
        flows:
          - {lanes: main.*, rate: 1200, types: {car: 0.85, truck: 0.15}}
        sweep: {agents.cutter.speed: [26, 28, 30, 32], seed: 0..4}
        """))
    #expect(all.count == 20)
    #expect(all.allSatisfy { $0.events.events.count == 1 })
  }

  /// In each of the design's episodes (with `idm` at the wheel of the ego) the cutter, which would
  /// draw away, brings about the gap that its event asks for, cuts in and brakes; the ego meets the
  /// expectation.
  @Test func theCutInOfTheDesignComesAbout() throws {
    let all = try Self.scenarios(
      Self.cutIn(
        """
        flows:
          - {lanes: main.*, rate: 1200, types: {car: 0.85, truck: 0.15}}
        sweep: {agents.cutter.speed: [26, 28, 30, 32], seed: 0..4}
        """))
    for scenario in all {
      let record = try FlowTests.record(scenario)
      let cutter = try #require(record.header.ids.firstIndex(of: "cutter"))
      let ego = record.header.egos[0].agent
      let event = try #require(
        record.events.first { $0.kind == "event:event0" }, "\(scenario.name)")
      let slots = [cutter, ego].map { record.history.slot(event.tick, $0) }
      let gap =
        record.history.x[slots[0]] - record.history.x[slots[1]]
        - 0.5 * (record.header.lengths[cutter] + record.header.lengths[ego])
      #expect(gap > 0 && gap / record.history.speed[slots[1]] < 0.8)
      // Nobody brakes hard for that before.
      for tick in 0..<event.tick {
        #expect(record.history.acceleration[record.history.slot(tick, cutter)] >= -2 - 1e-9)
      }
      #expect(record.events.contains { $0.kind == "event:event0.brake" })
      #expect(!record.events.contains { $0.kind == "collision" })
    }
  }

  /// A cutter that keeps 26 m/s is caught up with. The gap is 30 - 2.4 - 2.588 = 25.0 m at first,
  /// 0.89 s at the ego's 28 m/s; it cuts in in the first tick in which it is below 0.8 s, is on the
  /// ego's lane after 2.5 s, brakes from the second to the third second, and the ego does not hit
  /// it.
  @Test func aCutterCutsIn() throws {
    let record = try Self.record(
      Self.cutIn(
        "sweep: {agents.cutter.speed: [26]}", cutter: "{idm: {desired_speed: 26, accel: 0.3}}"))
    let cutter = try #require(record.header.ids.firstIndex(of: "cutter"))
    let ego = record.header.egos[0].agent
    func value(_ column: KeyPath<AgentHistory, [Double]>, _ tick: Int, _ row: Int) -> Double {
      record.history[keyPath: column][record.history.slot(tick, row)]
    }
    func gap(_ tick: Int) -> Double {
      let rear = value(\.x, tick, cutter) - 0.5 * record.header.lengths[cutter]
      let front = value(\.x, tick, ego) + 0.5 * record.header.lengths[ego]
      return (rear - front) / value(\.speed, tick, ego)
    }
    let event = try #require(record.events.first { $0.kind == "event:event0" })
    #expect(event.agent == cutter)
    #expect(event.tick > 0)
    #expect(gap(event.tick) < 0.8)
    #expect((0..<event.tick).allSatisfy { gap($0) >= 0.8 })
    let start = event.tick
    #expect(
      record.events.map(\.kind).prefix(3) == [
        "event:event0", "event:event0.lane_change", "event:event0.brake",
      ])
    #expect(record.events[2].tick == start + 10)
    // Lanes are 3.5 m apart.
    #expect(abs(value(\.y, start, cutter) - 3.5) < 1e-9)
    #expect(abs(value(\.y, start + 12, cutter) - 1.75) < 0.3)
    #expect(abs(value(\.y, start + 25, cutter)) < 1e-6)
    for tick in start + 11...start + 30 {
      #expect(abs(value(\.acceleration, tick, cutter) + 4) < 1e-9)
    }
    #expect(value(\.acceleration, start + 32, cutter) > -1)
    for tick in 0..<record.ticks {
      let boxes = [cutter, ego].map { row in
        OrientedBox(
          centre: Vector2(value(\.x, tick, row), value(\.y, tick, row)),
          heading: value(\.heading, tick, row), length: record.header.lengths[row],
          width: record.header.widths[row])
      }
      if record.history.present[record.history.slot(tick, cutter)] != 0 {
        #expect(!boxes[0].overlaps(boxes[1]))
      }
    }
  }

  /// Values of events can be swept, by the event's id.
  @Test func eventsCanBeSwept() throws {
    let all = try Self.scenarios(
      Self.cutIn(
        "sweep: {events.event0.when.time_gap.below: [0.5, 1.1], events.0.do.1.brake: [2, 6]}"
      )
      .replacing("- when:", with: "- id: event0\n    when:"))
    #expect(
      all.map(\.name) == [
        "cut_in_hard_brake[events.event0.when.time_gap.below=0.5,events.0.do.1.brake=2]",
        "cut_in_hard_brake[events.event0.when.time_gap.below=0.5,events.0.do.1.brake=6]",
        "cut_in_hard_brake[events.event0.when.time_gap.below=1.1,events.0.do.1.brake=2]",
        "cut_in_hard_brake[events.event0.when.time_gap.below=1.1,events.0.do.1.brake=6]",
      ])
    #expect(Set(all.map(\.contentHash)).count == 4)
    #expect(try FlowTests.record(all[0]).events.first { $0.kind == "event:event0" } == nil)
    #expect(try FlowTests.record(all[2]).events.first { $0.kind == "event:event0" }?.tick == 0)
  }

  /// Drivers of `idm` do not hit one who brakes hard ahead of them by a script, nor one who is sent
  /// over to their lane with room; and one who is sent over keeps off those ahead on both lanes.
  @Test func driversKeepOffThoseWhoAreScripted() throws {
    let record = try Self.record(
      """
      map: {template: straight, lanes: 3, length: 800, speed_limit: 100 km/h}
      duration: 25
      ego: {lane: main.1, s: 20, speed: 20, planner: idm}
      agents:
        - {id: first, lane: main.2, s: 200, speed: 20}
        - {id: second, lane: main.2, s: 170, speed: 20}
        - {id: third, lane: main.2, s: 140, speed: 20}
        - {id: slow, lane: main.3, s: 190, speed: 15, policy: {idm: {desired_speed: 15}}}
        - {id: behind, lane: main.3, s: 90, speed: 22}
        - {id: over, lane: main.2, s: 110, speed: 20}
      events:
        - {id: go, when: {time: 2}, do: {agent: over, lane_change: left, over: 3}}
        - {id: halt, when: {time: 6}, do: {agent: first, brake: 7, for: 5}}
      """)
    let history = record.history
    for tick in 0..<history.ticks {
      var boxes: [OrientedBox] = []
      for row in 0..<history.agents where history.present[history.slot(tick, row)] != 0 {
        let i = history.slot(tick, row)
        boxes.append(
          OrientedBox(
            centre: Vector2(history.x[i], history.y[i]), heading: history.heading[i],
            length: record.header.lengths[row], width: record.header.widths[row]))
      }
      for a in boxes.indices {
        for b in boxes.indices where b > a { #expect(!boxes[a].overlaps(boxes[b]), "tick \(tick)") }
      }
    }
    let over = try #require(record.header.ids.firstIndex(of: "over"))
    #expect(abs(history.y[history.slot(80, over)] - 7) < 0.01)
    // Afterwards it is a driver like any other again, and has fallen in behind the slow one.
    #expect(abs(history.speed[history.slot(200, over)] - 15) < 1)
    let first = try #require(record.header.ids.firstIndex(of: "first"))
    #expect(history.speed[history.slot(100, first)] == 0)
    #expect(history.speed[history.slot(140, first)] > 1)
  }

  /// Without the event it waits at the red light; with it it goes on over the junction, and those
  /// who have green let it pass.
  @Test func whoRunsTheRed() throws {
    func body(_ tick: Double) -> String {
      """
      map: {template: four_way, lanes: 2, length: 120, control: signals, speed_limit: 50 km/h}
      duration: 15
      ego: {lane: west_in.1, s: 90, speed: 0, planner: idm}
      agents:
        - {id: runner, lane: south_in.2, s: 40, speed: 12}
        - {id: other, lane: east_in.2, s: 20, speed: 12}
      events:
        - {id: red, when: {time: \(tick)}, do: {agent: runner, run_red: true}}
      """
    }
    let lawful = try Self.record(body(14.9))
    let runs = try Self.record(body(0.5))
    let row = try #require(runs.header.ids.firstIndex(of: "runner"))
    #expect(lawful.history.speed[lawful.history.slot(140, row)] < 0.5)
    // 100 m on it is over the junction, with the signal red all the time.
    #expect(runs.history.y[runs.history.slot(100, row)] > 20)
    let signal = try #require(
      runs.header.map.signals.firstIndex { $0.id == "south_signal" })
    #expect(
      (0..<100).allSatisfy {
        runs.signals[$0 * runs.header.map.signals.count + signal].meansStop
      })
    let other = try #require(runs.header.ids.firstIndex(of: "other"))
    for tick in 0..<runs.ticks {
      let (a, b) = (runs.history.slot(tick, row), runs.history.slot(tick, other))
      guard runs.history.present[a] != 0, runs.history.present[b] != 0 else { continue }
      let place = Vector2(runs.history.x[a], runs.history.y[a])
      #expect(place.distance(to: Vector2(runs.history.x[b], runs.history.y[b])) > 4)
    }
  }

  /// Before a queue that closes up to it again and again a walker waits at the kerb; told to take
  /// no notice it walks.
  @Test func aWalkerTakesNoNotice() throws {
    func y(_ events: String) throws -> Double {
      let record = try Self.record(
        """
        map: {template: straight, lanes: 1, length: 600, speed_limit: 50 km/h}
        duration: 14
        ego: {lane: main.1, s: 590, planner: idm}
        agents:
          - {id: walker, type: pedestrian, path: [[300, -4], [300, 6]], policy: {walker: {reaction: none}}}
        fleet: {count: 12, lanes: main.1, speed: 12, policy: {constant_speed: {}}}
        \(events)
        """)
      let row = try #require(record.header.ids.firstIndex(of: "walker"))
      return record.history.y[record.history.slot(140, row)]
    }
    #expect(try y("") < -1.75)
    #expect(try y("events: [{when: {time: 8}, do: {agent: walker, run_red: true}}]") > 0)
    // Only for as long as that: too short a time to get to the kerb and over it.
    #expect(
      try y("events: [{when: {time: 0}, do: {agent: walker, run_red: true, for: 0.1}}]") < -1.75)
  }

  /// From `constant_speed`, which is blind, to `idm`, which brakes for what stands ahead, and on to
  /// a slower `idm`.
  @Test func policiesAreChanged() throws {
    let record = try Self.record(
      """
      map: {template: straight, lanes: 2, length: 600, speed_limit: 80 km/h}
      duration: 25
      ego: {lane: main.1, s: 20, speed: 0, planner: idm}
      agents:
        - {id: car, lane: main.2, s: 30, speed: 10, policy: constant_speed}
        - {id: wall, type: object, lane: main.2, s: 300}
      events:
        - id: e
          when: {time: 2}
          do: {agent: car, policy: idm}
          then: [{agent: car, policy: {idm: {desired_speed: 5}}, after: 5}]
      """)
    let row = try #require(record.header.ids.firstIndex(of: "car"))
    func speed(_ tick: Int) -> Double { record.history.speed[record.history.slot(tick, row)] }
    #expect(speed(20) == 10)
    #expect(speed(70) > 14)
    // Down to 5 m/s at the comfortable 2 m/s^2 in less than 6 s.
    #expect(abs(speed(140) - 5) < 0.1)
    #expect(abs(speed(250) - 5) < 0.1)
  }

  /// The bytes of results and recordings do not depend on how many workers there are, nor on
  /// whether they are processes of their own.
  @Test func workersDoNotMatter() async throws {
    let scenarios = try TemporaryFolder()
    try scenarios.write(
      "version: 1\n"
        + Self.cutIn(
          "sweep: {events.0.when.time_gap.below: [0.88, 1.2], agents.cutter.speed: [26, 30]}"),
      to: "a.yaml")
    let one = try TemporaryFolder()
    let three = try TemporaryFolder()
    let isolated = try TemporaryFolder()
    let first = try await runBatch(scenarios, out: one)
    _ = try await runBatch(scenarios, out: three) { $0.jobs = 3 }
    _ = try await runBatch(scenarios, out: isolated) {
      $0.jobs = 2
      $0.isIsolated = true
    }
    #expect(first.results.count == 4)
    let named = first.results.filter { $0.events.contains { $0.kind == "event:event0.brake" } }
    // At 30 m/s the gap would open from its 0.89 s: the cutter drops back for 0.88 s.
    #expect(named.count == 4)
    #expect(named.allSatisfy { $0.events.contains { $0.agent == "cutter" } })
    #expect(try three.compared() == one.compared())
    #expect(try isolated.compared() == one.compared())
  }

  /// Rows of events follow when the warm-up takes vehicles of flows out.
  @Test func eventsAfterAWarmUp() throws {
    let record = try Self.record(
      """
      map: {template: straight, lanes: 2, length: 500, speed_limit: 80 km/h}
      duration: 5
      warm_up: 60
      ego: {lane: main.1, s: 20, speed: 15, planner: idm}
      agents:
        - {id: zz, lane: main.2, s: 250, speed: 12}
      flows: [{id: flow, lanes: main.*, rate: 1500}]
      events: [{id: e, when: {speed: {agent: zz, above: 11}}, do: {agent: zz, brake: 3, for: 2}}]
      """)
    let row = try #require(record.header.ids.firstIndex(of: "zz"))
    #expect(record.events.first { $0.kind == "event:e" }?.agent == row)
    #expect(abs(record.history.acceleration[record.history.slot(10, row)] + 3) < 1e-9)
  }

  @Test func showNamesTheEvents() throws {
    let text = ScenarioText.description(try #require(try Self.scenarios(Self.cutIn()).first))
    #expect(
      text.contains(
        """
          1 events
            event0: when {time_gap:{from:cutter,to:ego,below:0.8}} do \
        [{agent:cutter,lane_change:right,over:2.5},{agent:cutter,brake:4.0,after:1.0,for:2.0}]

        """))
  }
}
