import SimCore
import SimEpisode
import SimGeometry
import SimMap
import SimMetrics
import SimScenario
import SimStack
import Testing

@testable import SimHarness

/// How clips hold what modules chose, byte by byte. Numbers are twice their value, odd ones are
/// below 0: 3 is 6, -3 is 5.
@Suite struct ReportClipTests {
  /// A drive of 31 ticks with nothing but its states: first the ego, then `lead`.
  private func record() throws -> EpisodeRecord {
    let scenarios = try TemporaryFolder()
    try scenarios.write(HarnessWorlds.following(name: "a"), to: "a.yaml")
    let set = try ScenarioSet(BatchRequest(paths: [scenarios.path]), catalogs: .shipped)
    let executor = EpisodeExecutor(catalogs: .shipped, profile: .strict, record: .all)
    let ticket = try #require(set.entries.first?.ticket)
    var record = try #require(executor.run(try ticket.build()).recording).episode.record
    try #require(record.ticks == 31 && record.header.egos.map(\.agent) == [0])
    try #require(record.header.ids == ["ego", "lead"])
    for tick in record.egos[0].indices {
      record.egos[0][tick].plan = nil
      record.egos[0][tick].forecast = nil
      record.egos[0][tick].tracks = nil
    }
    return record
  }

  /// What follows the tracks: proposals and attention. Without both it is two bytes.
  private func tail(_ record: EpisodeRecord) -> [UInt8] {
    var bare = record
    for tick in bare.egos[0].indices {
      bare.egos[0][tick].choice = nil
      bare.egos[0][tick].attention = nil
    }
    let head = ReportClip.bytes(bare)
    #expect(head.suffix(2) == [0, 0])
    let bytes = ReportClip.bytes(record)
    #expect(bytes.starts(with: head.dropLast(2)))
    return Array(bytes.dropFirst(head.count - 2))
  }

  @Test func proposals() throws {
    var record = try record()
    let origin = ReportClip(record).origin
    func way(_ places: [(Double, Double)], _ score: Double) -> PlanChoice.Proposal {
      PlanChoice.Proposal(
        centres: places.map { Vector2(origin.x + $0.0, origin.y + $0.1) }, score: score)
    }
    let choice = PlanChoice(
      stepMicroseconds: 500_000,
      proposals: [way([(0, 0), (1, 0), (3, 0.5)], 0.8), way([(0, 0), (1, 0), (2, 0)], 0.3)],
      chosen: 0, isEmergency: true)
    for tick in 0..<31 { record.egos[0][tick].choice = choice }
    let expected: [UInt8] = [
      2,  // there are some
      2, 2, 4, 60,  // new for 1 tick, as before for 30
      4, 0, 2,  // two of them, the first taken, an emergency
      0xA0, 1, 6,  // a score of 80, three places
      0, 40, 40,  // x in twentieths of a metre: 0, 20, 60
      0, 0, 20,  // y: 0, 0, 10
      99, 6,  // 50 less, three places
      0, 0, 0,  // x goes on from a start of 0 and a first step of 20: 0, 20, 40
      0, 0, 0,
      0,  // no attention
    ]
    #expect(tail(record) == expected)

    // Places of a finer choice are thinned to half seconds.
    var fine = choice
    fine.stepMicroseconds = 100_000
    fine.proposals = choice.proposals.map { proposal in
      let places = proposal.centres
      let more = places.indices.dropLast().flatMap { index in
        (0..<5).map { places[index] + (places[index + 1] - places[index]) * (0.2 * Double($0)) }
      }
      return PlanChoice.Proposal(centres: more + [places[2]], score: proposal.score)
    }
    for tick in 0..<31 { record.egos[0][tick].choice = fine }
    #expect(tail(record) == expected)

    // Another choice goes on from the last way of the one before, and there may be none between.
    var other = choice
    other.proposals = [way([(0.5, 0), (1.75, 0)], 0.3)]
    other.chosen = nil
    other.isEmergency = false
    for tick in 10..<31 { record.egos[0][tick].choice = tick < 20 ? nil : other }
    #expect(
      tail(record) == [2, 2, 2, 4, 18, 0, 20, 2, 2, 4, 20] + expected[5..<25] + [
        2, 1, 0,  // one, none taken, no emergency
        0, 4, 20, 10, 0, 0,  // as good, two places: from 10, 5 more than the first step of 20
        0,
      ])
  }

  @Test func attention() throws {
    var record = try record()
    let origin = ReportClip(record).origin
    let lane = try #require(record.header.map.lanes.firstIndex { !$0.isConnector })
    let centreline = record.header.map.lanes[lane].centreline
    for tick in 0..<31 {
      // The third stretch is too light to be seen; so is what another agent counts.
      record.egos[0][tick].attention = [
        ForecastAttention(
          track: 1,
          agents: [
            ForecastAttention.Agent(
              track: ForecastAttention.ego, weight: 0.2 + 0.01 * Float(tick)),
            ForecastAttention.Agent(track: 1, weight: 0.004),
          ],
          stretches: [
            ForecastAttention.Stretch(lane: lane, start: 20, end: 30, weight: 0.5),
            ForecastAttention.Stretch(lane: lane, start: 0, end: 10, weight: 0.25),
            ForecastAttention.Stretch(lane: lane, start: 40, end: 50, weight: 0.005),
          ])
      ]
    }
    var writer = ByteWriter()
    func numbers(_ values: Int...) { for value in values { writer.appendVariable(Int64(value)) } }
    func hundredths(_ metres: Double) -> Int { Int((100 * metres).rounded()) }
    numbers(0, 1, 2)  // no proposals, but attention, on two stretches
    for start in [0.0, 20] {
      let a = centreline.point(at: start) - origin
      let b = centreline.point(at: start + 10) - origin
      numbers(2, hundredths(a.x), hundredths(a.y))
      numbers(hundredths(b.x) - hundredths(a.x), hundredths(b.y) - hundredths(a.y))
    }
    // Twice a second: new in ticks 0, 5, … 30.
    for _ in 0..<6 { numbers(1, 1, 2, 4) }
    numbers(1, 1)
    for weight in [20, 25, 30, 35, 40, 45, 50] {
      numbers(1, 1)  // one target, the second agent
      numbers(1, 0, weight)  // one agent: the ego
      numbers(2, 0, 25, 1, 50)  // both stretches, in fiftieths of the heavier
    }
    #expect(tail(record) == writer.bytes)
  }

  /// A clip that does not fit loses attention, then forecasts, then proposals, and says so.
  @Test func aLargeClipSaysWhatItLacks() throws {
    var record = try record()
    let origin = ReportClip(record).origin
    for tick in 0..<31 {
      record.egos[0][tick].choice = PlanChoice(
        stepMicroseconds: 500_000,
        proposals: [PlanChoice.Proposal(centres: [origin, origin], score: 0.01 * Double(tick))],
        chosen: 0)
      record.egos[0][tick].attention = [
        ForecastAttention(
          track: 1,
          agents: [
            ForecastAttention.Agent(
              track: ForecastAttention.ego, weight: 0.01 * Float(tick + 1))
          ], stretches: [])
      ]
    }
    let all = ReportClip.bytes(record)
    let withoutAttention = ReportClip.bytes(record, [.forecasts, .choices])
    let bare = ReportClip.bytes(record, [])
    #expect(withoutAttention.last == 4 && bare.suffix(2) == [4, 4])
    #expect(all.count > withoutAttention.count && withoutAttention.count > bare.count)
    #expect(ReportClip.bytes(record, atMost: all.count) == all)
    #expect(ReportClip.bytes(record, atMost: all.count - 1) == withoutAttention)
    #expect(ReportClip.bytes(record, atMost: withoutAttention.count - 1) == bare)
    #expect(ReportClip.bytes(record, atMost: bare.count - 1) == nil)
  }
}
