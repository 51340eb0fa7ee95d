import SimEpisode
import SimMetrics
import SimStack
import SimViewer
import Testing

@testable import simview

/// What the event track shows of a drive, and the keys that go through it.
@Suite struct EventTrackTests {
  let recording = EventfulDrive.recording()
  var findings: Findings { Findings(recording, profile: .strict) }

  func marks(_ kind: Findings.Mark.Kind, in findings: Findings) -> [Findings.Mark] {
    findings.marks.filter { $0.kind == kind }
  }

  @Test func everyKindIsMarked() {
    let findings = findings
    #expect(findings.marks.map(\.tick) == findings.marks.map(\.tick).sorted())
    #expect(Set(findings.marks).count == findings.marks.count, "nothing is told twice")
    let signals = marks(.signal, in: findings)
    #expect(signals.map(\.tick) == [EventfulDrive.lightTick])
    #expect(signals.first?.text.hasPrefix("passes red light 'light' at 15.0 m/s") == true)
    let comfort = marks(.comfort, in: findings)
    #expect(comfort.contains { $0.tick > EventfulDrive.brakeTick && $0.text.contains("accel") })
    #expect(!comfort.contains { $0.text == "discomfort" }, "the metric's words say more")
    let late = marks(.planner, in: findings)
    #expect(late.map(\.tick) == [10, 20], "one for each time that it begins")
    #expect(late.first?.text == "the stack took 250.0 ms, it has 100 ms")
    let events = marks(.event, in: findings)
    #expect(
      events.filter { $0.tick == 5 }.map(\.text) == ["van_opens_door van", "bus_stop"])
  }

  /// Leaving the road and hitting somebody are of one kind: at one tick both are told.
  @Test func twoOfOneTickAreTold() {
    let crash = marks(.collision, in: findings).filter { $0.tick == EventfulDrive.crashTick }
    #expect(crash.count == 2, "\(crash.map(\.text))")
    #expect(crash.contains { $0.text.hasPrefix("off the drivable area by") })
    #expect(crash.contains { $0.text.contains("collision with 'van'") }, "\(crash.map(\.text))")
  }

  @Test func aFailingPlannerIsMarked() {
    let findings = Findings(EventfulDrive.recording(failsAtTheEnd: true), profile: .strict)
    let marks = marks(.planner, in: findings)
    let last = marks.last
    #expect(last?.tick == 60 && last?.text == "failed at tick 60: plan: no way")
    #expect(findings.final?.score == 0 && findings.final?.zeroedBy == "planner_failed")
    #expect(findings.worstTick == 60)
  }

  /// The keys stop at each tick with a mark once, in both directions, and say all that is there.
  @Test func keysGoFromTickToTick() throws {
    let findings = findings
    let show = try Exhibit(recording.episode.record, findings: findings, file: "eventful")
    var state = ViewerState()
    func press(_ key: Character) { _ = state.handle(.key(.character(key), []), of: show) }
    let ticks = Set(findings.marks.map(\.tick)).sorted()
    var stops: [Int] = []
    for _ in ticks {
      press(".")
      stops.append(state.moment(of: show).tick)
      if stops.last == 5 { #expect(state.note == "van_opens_door van; bus_stop") }
      if stops.last == EventfulDrive.crashTick {
        #expect(state.note.contains("off the drivable area"))
        #expect(state.note.contains("van"))
      }
    }
    #expect(stops == ticks)
    press(".")
    #expect(state.note == "no later event" && state.moment(of: show).tick == ticks.last)
    for tick in ticks.dropLast().reversed() {
      press(",")
      #expect(state.moment(of: show).tick == tick)
    }
    press(",")
    #expect(state.note == "no earlier event")
  }

  /// The score at a tick is that of the drive cut there, whatever was asked for before.
  @Test func scoresSoFar() {
    let record = recording.episode.record
    let clock = ScoreClock(record, profile: .strict)
    #expect(clock.latest(at: 30) == nil)
    #expect(clock.standing(at: 30)?.tick == 30)
    #expect(clock.latest(at: 29) == nil && clock.latest(at: 35)?.tick == 30)
    clock.findAll()
    for tick in 0..<record.ticks {
      let here = MetricCatalog.score(record.cut(after: tick), profile: .strict)
      let told = clock.latest(at: tick)
      #expect(told?.tick == tick && told?.score == here.score)
      #expect(told?.factors.map(\.value) == here.factors.map(\.value))
    }
    #expect(clock.latest(at: record.ticks) == nil && clock.latest(at: -1) == nil)
    // The light, passed in tick 23, makes it 0.
    #expect(clock.latest(at: 20)?.zeroedBy == nil)
    #expect(clock.latest(at: 30)?.zeroedBy == "traffic_light_compliance")
  }

  @Test func nobodyIsScored() {
    var record = recording.episode.record
    record.header.egos = []
    record.egos = []
    let clock = ScoreClock(record, profile: .strict)
    clock.findAll()
    #expect(clock.standing(at: 3) == nil && clock.latest(at: 3) == nil)
    let findings = Findings(
      Recording(
        origin: recording.origin,
        episode: Episode(outcome: .completed, reason: "", record: record)), profile: .strict)
    #expect(findings.marks.isEmpty && findings.final == nil && findings.outcome == "completed")
  }
}
