import SimCore
import SimEpisode
import SimGeometry
import SimScenario
import SimStack
import SimWorld
import Testing

/// Each action of events, with what it does worked out by hand. What is decided at tick k shows in
/// the state of tick k + 1.
@Suite struct EventActionTests {
  private static let car = "  - {id: car, lane: main.1, s: 50, speed: 10}"

  private func run(_ action: String, agents: String = car, more: String = "") throws
    -> EpisodeRecord
  {
    try EventWorlds.run(
      "  - {id: e, when: {time: 1}, do: {agent: car, \(action)}}\n" + more, agents: agents)
  }

  @Test func speedAtARate() throws {
    let record = try run("speed: 13, accel: 2")
    // From tick 10 on 0.2 m/s a tick, and then it keeps its speed.
    #expect(record.speed("car", 10) == 10)
    #expect(abs(record.speed("car", 15) - 11) < 1e-9)
    #expect(abs(record.speed("car", 25) - 13) < 1e-9)
    #expect(abs(record.speed("car", 90) - 13) < 1e-9)
  }

  @Test func speedWithinATime() throws {
    let record = try run("speed: 4, over: 3")
    // -2 m/s^2 for 3 s.
    #expect(abs(record.speed("car", 25) - 7) < 1e-9)
    #expect(abs(record.speed("car", 40) - 4) < 1e-9)
    #expect(abs(record.speed("car", 90) - 4) < 1e-9)
  }

  @Test func speedProfile() throws {
    let record = try run("speed: [[1, 12], [2, 12], [4, 6]]")
    // From 10 to 12 m/s in a second, a second at 12, two seconds down to 6.
    #expect(abs(record.speed("car", 15) - 11) < 1e-9)
    #expect(abs(record.speed("car", 20) - 12) < 1e-9)
    #expect(abs(record.speed("car", 30) - 12) < 1e-9)
    #expect(abs(record.speed("car", 40) - 9) < 1e-9)
    #expect(abs(record.speed("car", 80) - 6) < 1e-9)
  }

  @Test func brakeForATime() throws {
    let record = try run(
      "brake: 4, for: 2", agents: "  - {id: car, lane: main.1, s: 50, speed: 10, policy: push}")
    // 11 m/s at tick 10 by its policy, -4 m/s^2 for 2 s, then its policy again.
    #expect(abs(record.speed("car", 10) - 11) < 1e-9)
    #expect(abs(record.speed("car", 30) - 3) < 1e-9)
    #expect(abs(record.speed("car", 40) - 4) < 1e-9)
    #expect(record.events.contains { $0.kind == "event:e.brake" && $0.value == 4 && $0.tick == 10 })
  }

  /// A car brakes at 8 m/s^2 at most and speeds up at 4: what is asked beyond that is not done.
  @Test func nobodyDoesMoreThanItsKindCan() throws {
    let record = try run("brake: 20")
    #expect(abs(record.acceleration("car", 11) + 8) < 1e-9)
    #expect(record.speed("car", 30) == 0)
    #expect(record.speed("car", 90) == 0)
    #expect(abs(try run("speed: 40, accel: 20").acceleration("car", 11) - 4) < 1e-9)
  }

  @Test func stopForSomeTime() throws {
    let record = try run(
      "stop: 2, decel: 5",
      agents: "  - {id: car, lane: main.1, s: 50, speed: 10, policy: {push: {rate: 0.5}}}")
    // 10.5 m/s at tick 10, so it stands after 21 ticks, at tick 31, and for 20 more.
    #expect(record.speed("car", 30) > 0)
    #expect(record.speed("car", 31) < 1e-9)
    #expect(record.speed("car", 51) < 1e-9)
    #expect(abs(record.speed("car", 52) - 0.05) < 1e-9)
  }

  @Test func stopForSomebody() throws {
    // The other comes at 10 m/s on the lane beside from 100 m behind and passes.
    let agents = """
        - {id: car, lane: main.1, s: 100, speed: 6, policy: push}
        - {id: other, lane: main.2, s: 50, speed: 10}
      """
    let record = try run("stop_for: other, decel: 4", agents: agents)
    let stops = (0..<101).filter { record.speed("car", $0) == 0 }
    let first = try #require(stops.first)
    let last = try #require(stops.last)
    // 7 m/s at tick 10: at rest after 17.5 ticks, at 100 + 6.5 + 6.125 = 112.6.
    #expect(first == 28)
    #expect(abs(record.x("car", first) - 112.625) < 1e-6)
    // Both 4.8 m long: the boxes are nearest as long as they are side by side, from x = 107.8 to
    // 117.4. In the tick after that the other moves away: at x = 118, tick 68.
    #expect(last == 68)
    #expect(record.x("other", last) > 117.4)
  }

  /// From its beginning until it is nearly through; a cut-in already while it draws ahead.
  @Test func lightsOfLaneChanges() throws {
    let record = try run("lane_change: left, over: 2")
    let row = record.row("car")
    let lit = (0..<101).filter { record.history.indicators($0, row) == .left }
    // Decided at tick 10; of the 24.5 m 20 ticks are less than 85 %, and 21 are more.
    #expect(lit.first == 11)
    #expect(lit.last == 30)
    #expect(lit.count == 20)
    let cut = try EventWorlds.run(
      "  - {id: e, when: {time: 1}, do: {agent: car, cut_in: other, gap: 1}}",
      agents: """
          - {id: car, lane: main.2, s: 60, speed: 12}
          - {id: other, lane: main.1, s: 60, speed: 10}
        """)
    let paths = (0..<101).filter { cut.y("car", $0) < 3.4 }
    let over = try #require(paths.first)
    let shown = (0..<101).filter { cut.history.indicators($0, cut.row("car")) == .right }
    #expect(shown.first == 11)
    #expect(over > 20 && shown.contains(over))
  }

  @Test func laneChange() throws {
    let record = try run("lane_change: left, over: 2")
    #expect(record.y("car", 10) == 0)
    // Half the way over after half the time, and through after all of it; at 10 m/s the 20 m are
    // less than 7 m of way for each of 3.5 m, so it takes 24.5 m.
    #expect(abs(record.y("car", 10 + 12) - 1.75) < 0.1)
    #expect(abs(record.y("car", 35) - 3.5) < 1e-6)
    #expect(record.heading("car", 22) > 0.1 && record.heading("car", 22) < 0.3)
    #expect(record.heading("car", 40) == 0)
    // Fast enough, it is the time that counts: half-way at tick 20, there at tick 30.
    let fast = try run(
      "lane_change: left, over: 2", agents: "  - {id: car, lane: main.1, s: 50, speed: 20}")
    #expect(abs(fast.y("car", 20) - 1.75) < 1e-6)
    #expect(abs(fast.y("car", 30) - 3.5) < 1e-6)
    #expect(abs(fast.y("car", 90) - 3.5) < 1e-6)
  }

  /// Two lanes to the left, one after the other, and back.
  @Test func laneChangesInSequence() throws {
    let record = try EventWorlds.run(
      """
        - id: e
          when: {time: 0}
          do: {agent: car, lane_change: left, over: 2}
          then: [{agent: car, lane_change: left, over: 2, after: 1}, {agent: car, lane_change: right, over: 2}]
      """, agents: "  - {id: car, lane: main.1, s: 50, speed: 20}")
    // Done at tick 20, the next begins at 30, done at 50, the last done at 70.
    #expect(record.ticks(of: "e.lane_change") == [0, 30, 50])
    #expect(abs(record.y("car", 25) - 3.5) < 1e-6)
    #expect(abs(record.y("car", 50) - 7) < 1e-6)
    #expect(abs(record.y("car", 70) - 3.5) < 1e-6)
  }

  @Test func laneOffset() throws {
    let record = try run("lane_offset: -0.8, over: 2")
    #expect(abs(record.y("car", 20) + 0.4) < 1e-6)
    #expect(abs(record.y("car", 30) + 0.8) < 1e-6)
    #expect(abs(record.y("car", 90) + 0.8) < 1e-6)
  }

  /// Who stands does not slide aside.
  @Test func nobodyMovesAsideWithoutMovingOn() throws {
    let record = try run("lane_change: left", agents: "  - {id: car, lane: main.1, s: 50}")
    #expect(record.y("car", 90) == 0)
  }

  @Test func followPath() throws {
    // Straight on to x = 80, then to the right; 20 + 50 = 70 m from x = 60.
    let record = try run("follow_path: [[55, 0], [80, 0], [80, -50]], pace: 8")
    #expect(abs(record.speed("car", 40) - 8) < 1e-9)
    // It stands at the end for good, its centre just before it.
    #expect(record.speed("car", 100) < 3)
    let longer = try EventWorlds.run(
      "  - {id: e, when: {time: 1}, do: {agent: car, follow_path: [[55, 0], [80, 0], [80, -20]]}}",
      agents: Self.car)
    #expect(longer.speed("car", 100) == 0)
    #expect(abs(longer.x("car", 100) - 80) < 0.1)
    #expect(abs(longer.y("car", 100) + 20) < 1.5)
    let gone = try EventWorlds.run(
      "  - {id: e, when: {time: 1}, do: {agent: car, follow_path: [[55, 0], [90, 0]], at_end: leave}}",
      agents: Self.car)
    // From x = 60 at tick 10 the end is 30 ticks away.
    #expect(gone.isThere("car", 39) && !gone.isThere("car", 40))
  }

  /// A path that begins somewhere else is not gone to: 40 m to the side at x = 90 the car, which
  /// sets out at x = 60, is nearest to it at tick 40 and 2 m farther at tick 53 (the root of
  /// 40^2 + 13^2 is 42.06): then that is said, and its policy has it back.
  @Test func followPathThatBeginsElsewhere() throws {
    let record = try run("follow_path: [[90, 40], [200, 40]], pace: 10")
    let failed = try #require(record.events.first { $0.kind == "event:e.follow_path_failed" })
    #expect(failed.tick == 53)
    #expect(failed.agent == record.row("car"))
    #expect(abs(failed.value - 40) < 1e-6)
    #expect(record.y("car", 100) == 0)
    #expect(record.events.count { $0.kind.hasSuffix("_failed") } == 1)
    // One that comes to the start of its path later is in time.
    let later = try run("follow_path: [[90, 3], [200, 3]], pace: 10")
    #expect(!later.events.contains { $0.kind.hasSuffix("_failed") })
    #expect(abs(later.y("car", 90) - 3) < 1e-6)
  }

  @Test func cutIn() throws {
    // The other drives at 10 m/s; the car beside it starts 10 m behind and is to get a second
    // ahead: 10 m from rear to front.
    let agents = """
        - {id: car, lane: main.2, s: 40, speed: 12}
        - {id: other, lane: main.1, s: 50, speed: 10}
      """
    let record = try run("cut_in: other, gap: 1, over: 3", agents: agents)
    #expect(abs(record.y("car", 100)) < 1e-6)
    let change = try #require((0..<101).first { record.y("car", $0) < 3.4 })
    let gap = record.x("car", change) - record.x("other", change) - 4.8
    #expect(gap > 7 && gap < 13, "\(gap) m at tick \(change)")
    #expect(record.ticks(of: "e.cut_in") == [10])
  }

  @Test func runRed() throws {
    // The policy of the tests accelerates at 3 m/s^2 while it need not heed rules.
    let record = try run("run_red: true, for: 2")
    #expect(abs(record.speed("car", 30) - 16) < 1e-9)
    #expect(abs(record.speed("car", 60) - 16) < 1e-9)
  }

  @Test func changeOfPolicy() throws {
    let record = try EventWorlds.run(
      """
        - id: e
          when: {time: 1}
          do: {agent: car, policy: push}
          then: [{agent: car, policy: {push: {rate: -2}}, after: 2}, {agent: car, policy: hold, after: 1}]
      """, agents: Self.car)
    // 1 m/s^2 for 2 s, -2 m/s^2 for 1 s, then nothing.
    #expect(abs(record.speed("car", 30) - 12) < 1e-9)
    #expect(abs(record.speed("car", 40) - 10) < 1e-9)
    #expect(abs(record.speed("car", 90) - 10) < 1e-9)
  }

  /// A speed without an end is kept until a policy is named, be it the one that there was.
  @Test func aPolicyTakesBackWhatIsKept() throws {
    let record = try EventWorlds.run(
      """
        - {id: e, when: {time: 0}, do: [{agent: car, speed: 8, over: 1}, {agent: car, lane_offset: 0.5, over: 1}]}
        - {id: f, when: {time: 3}, do: {agent: car, policy: push}}
      """, agents: "  - {id: car, lane: main.1, s: 50, speed: 10, policy: push}")
    #expect(abs(record.speed("car", 30) - 8) < 1e-9)
    #expect(abs(record.speed("car", 50) - 10) < 1e-9)
    #expect(abs(record.y("car", 50) - 0.5) < 1e-9)
  }

  /// On a ring of 400 m, across its seam: from the front of one to the rear of the other there are
  /// 40 - 4.8 = 35.2 m, and half a metre less each tick; 2 s are 20 m. Then it goes over to the
  /// lane inside, which is 3.5 m nearer to the middle at y = 400 / 2 pi = 63.7.
  @Test func aroundARing() throws {
    let record = try EventWorlds.run(
      """
        - {id: e, when: {time_gap: {from: car, to: other, below: 2}}, do: {agent: car, lane_change: left, over: 3}}
      """,
      agents: """
          - {id: car, lane: ring_4.1, s: 80, speed: 10}
          - {id: other, lane: ring_1.1, s: 20, speed: 5}
        """,
      ego: "{lane: ring_2.1, s: 50}", map: "{template: ring, lanes: 2, circumference: 400}",
      duration: 8)
    let tick = try #require(record.ticks(of: "e").first)
    #expect((30...32).contains(tick))
    func radius(_ tick: Int) -> Double {
      Vector2(record.x("car", tick), record.y("car", tick) - 63.66).length
    }
    #expect(abs(radius(tick) - 63.66) < 0.2)
    #expect(abs(radius(tick + 35) - 60.16) < 0.2)
  }

  @Test func appearAndDisappear() throws {
    let record = try EventWorlds.run(
      """
        - {id: e, when: {time: 1}, do: [{agent: car, appear: true}, {agent: box, appear: true}]}
        - {id: f, when: {time: 3}, do: [{agent: car, disappear: true}, {agent: box, disappear: true}, {agent: other, disappear: true}]}
      """,
      agents: Self.car + """

          - {id: box, type: object, position: [200, 2], heading: 30 deg}
          - {id: other, type: barrier, position: [250, 2]}
        """)
    for id in ["car", "box"] {
      #expect((0...10).allSatisfy { !record.isThere(id, $0) })
      #expect((11...30).allSatisfy { record.isThere(id, $0) })
      #expect((31...100).allSatisfy { !record.isThere(id, $0) })
    }
    #expect(record.isThere("other", 0) && record.isThere("other", 30))
    #expect(!record.isThere("other", 31))
    // In the state in which it was declared.
    #expect(record.x("car", 11) == 50 && record.speed("car", 11) == 10)
    #expect(record.x("box", 11) == 200)
    #expect(abs(record.heading("box", 20) - 30 * .pi / 180) < 1e-12)
  }

  /// The place, from x = 47.6 to 52.4, is taken until the other car has left it: its rear is at
  /// 44.6 and goes on by a metre a tick, so at tick 8 it is past.
  @Test func nobodyAppearsInsideSomebody() throws {
    let record = try EventWorlds.run(
      "  - {id: e, when: {time: 0}, do: {agent: car, appear: true}}",
      agents: Self.car + "\n  - {id: other, lane: main.1, s: 47, speed: 10}")
    #expect(record.ticks(of: "e.appear") == [0])
    let first = try #require((0..<101).first { record.isThere("car", $0) })
    #expect(first == 9)
  }

  @Test func openDoor() throws {
    let record = try EventWorlds.run(
      "  - {id: e, when: {time: 1}, do: {agent: van, door_open: left, for: 2}}",
      agents: "  - {id: van, type: truck, length: 6, width: 2, position: [100, -3], policy: none}")
    #expect((0...10).allSatisfy { !record.isThere("van.door", $0) })
    #expect((11...30).allSatisfy { record.isThere("van.door", $0) })
    #expect((31...100).allSatisfy { !record.isThere("van.door", $0) })
    // A metre ahead of the middle, from the side at y = -2 to y = -1, 0.1 m thick along the road.
    #expect(record.x("van.door", 20) == 101)
    #expect(abs(record.y("van.door", 20) + 1.5) < 1e-12)
    #expect(abs(record.heading("van.door", 20) - .pi / 2) < 1e-12)
    let row = record.row("van.door")
    #expect(record.header.lengths[row] == 1 && record.header.widths[row] == 0.1)
    #expect(record.isThere("van", 20))
  }

  /// A fault of the ego's: its pedals do not obey its planner, which wants to keep 10 m/s.
  @Test func brakeOfTheEgo() throws {
    let record = try EventWorlds.run(
      "  - {id: e, when: {time: 1}, do: {agent: ego, brake: 5}, then: [{agent: ego, speed: 4, accel: 1}]}",
      ego: "{lane: main.1, s: 20, speed: 10}")
    #expect(abs(record.speed("ego", 10) - 10) < 1e-9)
    // A lag of 0.2 s: 1 m/s less braking than without.
    #expect(abs(record.speed("ego", 20) - 6) < 0.1)
    let stand = try #require((0..<101).first { record.speed("ego", $0) < 0.01 })
    #expect((30...34).contains(stand))
    #expect((0..<101).allSatisfy { record.speed("ego", $0) > -1e-9 })
    #expect(abs(record.speed("ego", 100) - 4) < 0.05)
  }
}
