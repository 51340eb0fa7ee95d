import SimCore
import SimMap
import SimScenario
import SimStack
import SimWorld
import Testing

@testable import SimEpisode

/// How recordings are made small, and that nothing of them is lost.
@Suite struct RecordingSizeTests {
  @Test func recordingsOfVersion1AreStillRead() throws {
    let old = try Recording(decoding: Version1Recording.bytes, file: "old.episode")
    let record = old.episode.record
    #expect(old.origin.program == "0.1.0" && record.header.scenario == "old")
    #expect(record.ticks == 6 && record.header.ids.sorted() == ["ego", "lead"])
    #expect(StateHash.text(record.hashes[5]) == "a640b61a63e59580")
    let lead = try #require(record.header.ids.firstIndex(of: "lead"))
    for tick in 0..<6 {
      // It does 7 m/s from 30 m on.
      let x = record.history.x[record.history.slot(tick, lead)]
      let expected = 30 + 0.7 * Double(tick)
      #expect((x - expected).magnitude < 1e-9)
      #expect(record.egos[0][tick].tracks?.map(\.id) == (tick < 5 ? [lead] : nil))
    }
    // Written anew it is the same recording in fewer bytes.
    let bytes = old.encoded()
    #expect(bytes.count < Version1Recording.bytes.count)
    let new = try Recording(decoding: bytes, file: "")
    #expect(FirstDivergence(record, new.episode.record) == nil)
    #expect(new.encoded() == bytes)
    for (a, b) in zip(record.egos[0], new.episode.record.egos[0]) {
      #expect(a.tracks == b.tracks && a.plan == b.plan && a.state == b.state)
      #expect(a.forecast?.points == b.forecast?.points)
    }
  }

  /// At most 40 bytes for each agent and tick of all but plans and forecasts, the map, the routes
  /// and the perceived tracks included: 20 s of ten cars in a queue on a road of 2 km.
  @Test func statesTakeAtMost40BytesForEachAgentAndTick() throws {
    var scenario = EpisodeWorlds.scenario(cars: 9, ticks: 200)
    scenario.seed = 1
    var episode = EpisodeWorlds.run(scenario)
    for ego in episode.record.egos.indices {
      for tick in episode.record.egos[ego].indices {
        episode.record.egos[ego][tick].plan = nil
        episode.record.egos[ego][tick].forecast = nil
      }
    }
    let recording = Recording(
      origin: Recording.Origin(program: "", path: "", traffic: "", profile: ""), episode: episode)
    let agentTicks = episode.record.ticks * episode.record.history.agents
    let each = Double(recording.encoded().count) / Double(agentTicks)
    #expect(agentTicks == 201 * 10)
    #expect(each < 40, "\(each) bytes")
  }

  private func sizes(_ column: [UInt64], given: ColumnCodec.Prediction?) throws -> Int {
    var writer = ByteWriter()
    ColumnCodec.encode(column, given: given, into: &writer)
    var reader = ByteReader(writer.bytes)
    let copy = try ColumnCodec.decode(column.count, given: given, from: &reader)
    #expect(copy == column && reader.isAtEnd)
    return writer.bytes.count
  }

  /// What is known from elsewhere takes a mode and the number of exceptions.
  @Test func aRightPredictionTakesTwoBytes() throws {
    let noise = (0..<100).map { (number: Int) -> UInt64 in
      0x9e37_79b9_7f4a_7c15 &* UInt64(number + 1)
    }
    #expect(try sizes(noise, given: { _, index in noise[index] }) == 2)
    // One exception: where, and what, 10 bytes at most.
    var other = noise
    other[60] = 7
    #expect(try sizes(noise, given: { _, index in other[index] }) <= 2 + 11)
    // A wrong one costs nothing.
    #expect(try sizes(noise, given: { _, _ in 5 }) == sizes(noise, given: nil))
    // From the value before.
    let chain = (0..<50).map { (number: Int) -> UInt64 in
      let square = UInt64(number * number)
      return square * square * 977
    }
    let next: ColumnCodec.Prediction = { known, index in
      index == 0 ? 0 : known[index - 1] &+ (chain[index] - chain[index - 1])
    }
    #expect(try sizes(chain, given: next) == 2)
  }

  /// A few steps in a column that is else constant: sparse.
  @Test func rareChangesTakeLittle() throws {
    let column = (0..<1000).map { (number: Int) -> UInt64 in UInt64(number / 300) << 40 }
    #expect(try sizes(column, given: nil) < 40)
  }

  @Test func repeatsAreStoredOnce() throws {
    let pattern = (0..<400).map { (number: Int) -> UInt8 in
      UInt8(truncatingIfNeeded: number * number * 31 + number / 8)
    }
    let cases: [(bytes: [UInt8], known: [UInt8], most: Int)] = [
      ([], [], 1), ([1, 2, 3], [], 6), (pattern, [], 410), (pattern + pattern, [], 416),
      // Overlapping copies: a run of one byte.
      ([UInt8](repeating: 7, count: 5000), [], 20), (pattern, pattern, 8),
      (Array(pattern[10..<300]) + [1, 2, 3], pattern, 16),
    ]
    for (bytes, known, most) in cases {
      var writer = ByteWriter()
      RepeatCoding.encode(bytes, after: known, into: &writer)
      #expect(writer.bytes.count <= most, "\(bytes.count) bytes")
      var reader = ByteReader(writer.bytes)
      #expect(try RepeatCoding.decode(from: &reader, after: known) == bytes && reader.isAtEnd)
    }
  }

  @Test func impossibleRepeatsAreDefects() {
    // Too short; a copy from before the start; of nothing; longer than the whole; too large.
    for bytes: [UInt8] in [
      [5], [5, 2, 1], [9, 1, 1, 8, 2], [9, 1, 1, 8, 0], [4, 1, 1, 8, 1], [4, 1, 1, 0],
      [0xFF, 0xFF, 0xFF, 0xFF, 0x7F],
    ] {
      var reader = ByteReader(bytes)
      #expect(throws: FormatDefect.self) { try RepeatCoding.decode(from: &reader) }
    }
  }
}
