import SimCore
import SimGeometry
import SimMap
import SimScenario
import SimStack
import SimWorld
import Testing

@testable import SimEpisode

@Suite struct RecordingTests {
  /// A short episode with something in every field, signs of zero included.
  private func recording() -> Recording {
    var episode = EpisodeWorlds.run(
      EpisodeWorlds.scenario(cars: 3, ticks: 12, rates: [.planner: 3, .predictor: 5]))
    episode.outcome = .plannerFailed
    episode.reason = "tick 3: plan: no way"
    var record = episode.record
    record.header.seed = .max
    record.header.egos[0].modules[.planner] = ModuleChoice(
      name: "idm",
      parameters: ParameterValues(entries: [
        ("headway", .number(1.25)), ("lanes", .integer(-3)), ("compat", .flag(true)),
        ("style", .text("calm")),
      ]))
    record.header.egos[0].reference = record.egos[0].map(\.state)
    record.header.egos[0].referenceKind = .expert
    record.history.x[1] = -0.0
    record.history.present[2] = 0
    let agents = record.history.agents
    record.history.indicators = Array(repeating: [], count: 3 * agents) + [.left]
    record.history.indicators += Array(repeating: [.right], count: 2 * agents - 1)
    if let tracks = record.egos[0][3].tracks, !tracks.isEmpty {
      record.egos[0][3].tracks?[0].lights = [.left, .brake]
    }
    record.egos[0][4].command = .place(record.egos[0][5].state)
    record.egos[0][5].plan = nil
    record.egos[0][6].tracks = []
    record.events = [
      EpisodeEvent(tick: 2, kind: "collision", agent: 1, value: -0.0),
      EpisodeEvent(tick: 12, kind: "goal_reached"),
    ]
    episode.record = record
    return Recording(
      origin: Recording.Origin(
        program: "0.1.0", path: "a/b.yaml", tags: ["x", "y"], traffic: "replay",
        profile: "strict",
        expectations: [
          Expectation(
            key: "score", minimum: 0.5, location: SourceLocation(file: "f", line: 3, column: 4)),
          Expectation(
            key: "outcome", word: "completed",
            location: SourceLocation(file: "f", line: 4, column: 4)),
        ]),
      episode: episode)
  }

  @Test func whatIsReadIsWhatWasWritten() throws {
    let original = recording()
    let bytes = original.encoded()
    let copy = try Recording(decoding: bytes, file: "x.episode")
    // Equal bytes are equal bits of everything that is stored.
    #expect(copy.encoded() == bytes)
    #expect(copy.origin == original.origin)
    #expect(copy.episode.outcome == .plannerFailed)
    #expect(copy.episode.reason == "tick 3: plan: no way")
    let (a, b) = (original.episode.record, copy.episode.record)
    #expect(FirstDivergence(a, b) == nil)
    #expect(a.header.scenario == b.header.scenario && a.header.seed == b.header.seed)
    #expect(a.header.clock == b.header.clock)
    #expect(a.header.ids == b.header.ids && a.header.classes == b.header.classes)
    #expect(a.header.lengths == b.header.lengths && a.header.widths == b.header.widths)
    #expect(a.header.egos[0].modules == b.header.egos[0].modules)
    #expect(a.header.egos[0].reference == b.header.egos[0].reference)
    #expect(a.header.egos[0].referenceKind == b.header.egos[0].referenceKind)
    #expect(a.header.egos[0].vehicle == b.header.egos[0].vehicle)
    #expect(a.header.egos[0].route.centreline == b.header.egos[0].route.centreline)
    #expect(a.header.egos[0].route.goalArcLength == b.header.egos[0].route.goalArcLength)
    #expect(a.hashes == b.hashes && a.events == b.events && a.signals == b.signals)
    #expect(b.history.x[1].sign == .minus)
    #expect(a.history.present == b.history.present)
    #expect(a.history.commandAcceleration == b.history.commandAcceleration)
    #expect(b.history.indicators(3, 0) == .left && b.history.indicators(3, 1) == .right)
    for tick in 0..<a.ticks {
      for row in 0..<a.history.agents {
        #expect(a.history.indicators(tick, row) == b.history.indicators(tick, row))
      }
    }
    #expect(b.egos[0][3].tracks?.first?.lights == [.left, .brake])
    for tick in 0..<a.ticks {
      let (x, y) = (a.egos[0][tick], b.egos[0][tick])
      #expect(x.state == y.state && x.command == y.command && x.didPlan == y.didPlan)
      #expect(x.plan == y.plan && x.tracks == y.tracks)
      #expect(x.forecast?.points == y.forecast?.points)
      #expect(x.forecast?.covariances == y.forecast?.covariances)
      #expect(x.forecast?.tracks == y.forecast?.tracks)
      #expect(x.forecast?.probabilities == y.forecast?.probabilities)
    }
  }

  @Test func whatWasNotRecordedIsNotThere() throws {
    let episode = EpisodeWorlds.run(EpisodeWorlds.scenario(), detail: .states)
    let lean = Recording(
      origin: Recording.Origin(program: "", path: "", traffic: "", profile: ""), episode: episode)
    let copy = try Recording(decoding: lean.encoded(), file: "")
    #expect(copy.episode.record.egos[0].allSatisfy { $0.plan == nil && $0.forecast == nil })
    #expect(copy.episode.record.egos[0].allSatisfy { $0.tracks == nil })
    // As in recordings of programs that knew no lights.
    #expect(copy.episode.record.history.indicators.isEmpty)
    #expect(!String(decoding: lean.encoded(), as: UTF8.self).contains("INDI"))
    #expect(copy.encoded() == lean.encoded())
  }

  private func message(_ bytes: [UInt8]) -> String {
    do throws(InputError) {
      _ = try Recording(decoding: bytes, file: "x.episode")
      return "no error"
    } catch {
      return error.description
    }
  }

  @Test func errorsSayWhatIsWrong() {
    let bytes = recording().encoded()
    #expect(message([]) == "x.episode: error: not an episode recording")
    #expect(message(Array("version: 1".utf8)) == "x.episode: error: not an episode recording")
    var newer = bytes
    newer[8] = 9
    #expect(
      message(newer)
        == "x.episode: error: a recording of format version 9; this program reads up to version 2"
    )
    var damaged = bytes
    damaged[bytes.count - 1] ^= 1
    #expect(
      message(damaged)
        == "x.episode: error: damaged recording: the checksum of section 'HASH' is wrong")
    #expect(
      message(bytes.dropLast(10))
        == "x.episode: error: damaged recording: ends 10 bytes too early")
    #expect(
      message(bytes + [0])
        == "x.episode: error: damaged recording: 1 bytes after the last section")
  }

  /// Numbers that no world has, behind right checksums.
  @Test func impossibleNumbersAreErrors() {
    func message(_ change: (inout EpisodeRecord) -> Void) -> String {
      var recording = recording()
      change(&recording.episode.record)
      return self.message(recording.encoded())
    }
    func wrong(_ what: String, _ row: Int, _ tick: Int) -> String {
      let id = recording().episode.record.header.ids[row]
      return "x.episode: error: damaged recording: '\(id)' has no possible \(what) in tick \(tick)"
    }
    for value in [Double.nan, .infinity, 1e300, -1.1e18] {
      #expect(message { $0.history.y[$0.history.slot(3, 1)] = value } == wrong("place", 1, 3))
      #expect(message { $0.history.x[$0.history.slot(3, 1)] = value } == wrong("place", 1, 3))
      let ego = recording().episode.record.header.egos[0].agent
      #expect(
        message { $0.egos[0][2].state.pose = Pose2(x: value, y: 0, heading: 0) }
          == wrong("place", ego, 2))
      #expect(message { $0.header.widths[1] = value } == wrong("size", 1, 0))
    }
    #expect(message { $0.history.speed[$0.history.slot(3, 1)] = .nan } == wrong("speed", 1, 3))
    for value in [1e300, -1.1e18] {
      #expect(
        message { record in
          let map = record.header.map
          let corners = [Vector2.zero, Vector2(value, 0), Vector2(0, 5)]
          record.header.map = LaneGraph(
            name: map.name, lanes: map.lanes, segments: map.segments,
            drivableAreas: [DrivableArea(kind: .road, polygon: Polygon(corners))])
        } == "x.episode: error: damaged recording: a drivable area has no possible place")
      #expect(
        message { record in
          let map = record.header.map
          let line = StopLine(
            id: "far", rule: .stop, from: .zero, to: Vector2(0, value), lanes: [])
          record.header.map = LaneGraph(
            name: map.name, lanes: map.lanes, segments: map.segments,
            drivableAreas: [], stopLines: [line])
        } == "x.episode: error: damaged recording: stop line 'far' has no possible place")
    }
    // Times of which a sum is no integer any more.
    let damaged = "x.episode: error: damaged recording: section "
    for time in [Int64.max, .min, 1 << 61] {
      #expect(
        message { $0.egos[0][1].plan?.points[0].timeMicroseconds = time }
          == damaged + "'PLAN': a plan of no possible time")
      #expect(
        message { $0.egos[0][1].forecast?.stepMicroseconds = time }
          == damaged + "'FCST': a forecast with steps of \(time) microseconds")
      #expect(
        message { $0.egos[0][1].state.timeMicroseconds = time }
          == damaged + "'DRIV': a state of no possible time")
    }
    for step in [Int64.max, 3_600_000_001] {
      #expect(
        message { $0.header.clock = TickClock(stepMicroseconds: step) }
          == damaged + "'HEAD': a tick of \(step) microseconds")
    }
    // Whoever is not there has no place.
    #expect(
      message {
        let slot = $0.history.slot(3, 1)
        $0.history.present[slot] = 0
        $0.history.x[slot] = .nan
      } == "no error")
  }

  /// An error in any byte is found, and so is every truncation.
  @Test func anyDamageIsFound() {
    let bytes = recording().encoded()
    for index in bytes.indices {
      var damaged = bytes
      damaged[index] ^= 1 << UInt8(index % 8)
      #expect(message(damaged) != "no error", "bit \(index % 8) of byte \(index)")
    }
    for length in stride(from: 0, to: bytes.count, by: 17) {
      #expect(message(Array(bytes[..<length])) != "no error", "\(length) bytes")
    }
  }

  /// Damage behind right checksums, as a broken writer would make it: there is an error or another
  /// recording, and never a trap.
  @Test func damageBehindRightChecksumsNeverTraps() throws {
    let bytes = recording().encoded()
    var errors = 0
    var trials = 0
    for section in try sections(of: bytes) {
      // Few enough for a debug build, spread over the section, always with its first bytes.
      let step = max(1, section.payload.count / 50)
      for offset in section.payload.indices
      where offset - section.payload.lowerBound < 40
        || (offset - section.payload.lowerBound) % step == 0
      {
        for value: UInt8 in [0xFF, bytes[offset] ^ 0x80, bytes[offset] &+ 1] {
          var damaged = bytes
          damaged[offset] = value
          var checked = CRC32()
          checked.combine(damaged[section.start..<section.start + 12])
          checked.combine(damaged[section.payload])
          withUnsafeBytes(of: checked.value.littleEndian) { sum in
            damaged.replaceSubrange(section.start + 12..<section.start + 16, with: sum)
          }
          trials += 1
          if message(damaged) != "no error" { errors += 1 }
        }
      }
    }
    #expect(trials > 500 && errors > 100)
  }

  private func sections(of bytes: [UInt8]) throws -> [(start: Int, payload: Range<Int>)] {
    var sections: [(start: Int, payload: Range<Int>)] = []
    var start = 16
    while start < bytes.count {
      var reader = ByteReader(bytes[(start + 4)...])
      let payload = start + 16..<start + 16 + Int(try reader.uint64())
      sections.append((start, payload))
      start = payload.upperBound
    }
    return sections
  }

  @Test func theFirstDivergenceIsNamed() {
    let a = EpisodeWorlds.run(EpisodeWorlds.scenario(cars: 3, ticks: 12)).record
    var planner = StraightPlanner()
    planner.brakesFrom = 4
    let b = EpisodeWorlds.run(EpisodeWorlds.scenario(cars: 3, ticks: 12), planner: planner).record
    // Braking at tick 4 shows in the state of tick 5; with the actuator's lag in the acceleration
    // and the speed, and so in x first, which is looked at first.
    let divergence = FirstDivergence(a, b)
    #expect(divergence?.tick == 5)
    #expect(divergence?.agent == "ego")
    #expect(zip(a.hashes, b.hashes).prefix { $0 == $1 }.count == 5)

    var c = a
    c.history.heading[c.history.slot(3, 2)] = 0.25
    #expect(
      FirstDivergence(a, c)
        == FirstDivergence(c, a).map { other in
          var swapped = other
          (swapped.first, swapped.second) = (other.second, other.first)
          return swapped
        })
    #expect(FirstDivergence(a, c)?.description == "tick 3: heading of 'car1002' is 0.0 and 0.25")
    c = a
    c.hashes[6] ^= 1
    #expect(FirstDivergence(a, c)?.field == "state hash")
    #expect(FirstDivergence(a, c)?.tick == 6)
  }
}
