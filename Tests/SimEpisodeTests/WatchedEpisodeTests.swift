import SimCore
import SimGeometry
import SimScenario
import SimStack
import SimWorld
import Synchronization
import Testing

@testable import SimEpisode

/// Episodes that somebody watches: they tell more, and go the same way.
@Suite struct WatchedEpisodeTests {
  /// Foresees nobody's motion, and tells the number of its calls.
  struct TellingPredictor: Predictor {
    var calls = 0
    var attention: [ForecastAttention] = []

    mutating func predict(_ scene: Scene, in context: TickContext) throws(StageFailure) -> Forecast
    {
      calls += 1
      attention =
        context.isWatched
        ? [
          ForecastAttention(
            track: 1,
            agents: [ForecastAttention.Agent(track: ForecastAttention.ego, weight: 1)],
            stretches: [
              ForecastAttention.Stretch(
                lane: 1, start: -0.0, end: Double(calls), weight: 1 / Float(calls))
            ]),
          ForecastAttention(track: 3, agents: [], stretches: []),
        ] : []
      return try StillPredictor().predict(scene, in: context)
    }
  }

  /// Two ways, the first as far as the tick has metres.
  struct TellingPlanner: Planner {
    var choice: PlanChoice?

    mutating func plan(_ scene: Scene, _ forecast: Forecast, in context: TickContext)
      throws(StageFailure) -> Trajectory
    {
      choice = nil
      if context.isWatched, context.tick != 4 {
        let here = scene.ego.pose.position
        choice = PlanChoice(
          stepMicroseconds: 250_000,
          proposals: [
            PlanChoice.Proposal(
              centres: [here, here + Vector2(Double(context.tick), -0.0)], score: 0.75),
            PlanChoice.Proposal(centres: [here], score: 0),
          ], chosen: context.tick % 3 == 0 ? nil : 1, isEmergency: context.tick == 2)
      }
      return try StraightPlanner().plan(scene, forecast, in: context)
    }
  }

  /// What a module tells may be nonsense; then it is as if it had told nothing.
  @Test func nonsenseIsNotTold() {
    let way = PlanChoice.Proposal(centres: [Vector2(1, 2)], score: 0.5)
    func isGood(_ proposal: PlanChoice.Proposal, chosen: Int? = 0, step: Int64 = 1) -> Bool {
      PlanChoice(stepMicroseconds: step, proposals: [proposal], chosen: chosen).isWellFormed
    }
    #expect(isGood(way) && isGood(way, chosen: nil))
    #expect(!isGood(way, chosen: 1) && !isGood(way, chosen: -1) && !isGood(way, step: 0))
    for score in [1.000001, -0.1, .nan, .infinity] {
      #expect(!isGood(PlanChoice.Proposal(centres: [], score: score)))
    }
    for x in [2e18, .nan, -.infinity] {
      #expect(!isGood(PlanChoice.Proposal(centres: [Vector2(0, x)], score: 1)))
    }
    func isGood(_ lane: Int, _ start: Double, _ weight: Float) -> Bool {
      ForecastAttention(
        track: 1, agents: [],
        stretches: [
          ForecastAttention.Stretch(lane: lane, start: start, end: 5, weight: weight)
        ]
      ).isWellFormed(lanes: 2)
    }
    #expect(isGood(1, 0, 1) && !isGood(2, 0, 1) && !isGood(-1, 0, 1))
    #expect(!isGood(1, .nan, 1) && !isGood(1, 0, 1.5) && !isGood(1, 0, .nan))
    let agent = ForecastAttention.Agent(track: 2, weight: -0.5)
    #expect(!ForecastAttention(track: 1, agents: [agent], stretches: []).isWellFormed(lanes: 2))
  }

  static func episode(
    _ detail: RecordDetail, rates: [ModuleKind: Int] = [:], latency: Int = 0,
    clock: (@Sendable () -> Int64)? = nil
  ) -> Episode {
    var runner = EpisodeWorlds.runner(
      EpisodeWorlds.scenario(ticks: 8, rates: rates, latency: latency),
      predictor: TellingPredictor(), planner: TellingPlanner(), detail: detail, wallClock: clock)
    return runner.run()
  }

  static func recording(_ episode: Episode) -> Recording {
    Recording(
      origin: Recording.Origin(program: "", path: "", traffic: "", profile: ""), episode: episode)
  }

  @Test func onlyTheWatchedTell() {
    let watched = Self.episode(.watched, rates: [.planner: 2])
    let full = Self.episode(.full, rates: [.planner: 2])
    #expect(watched.record.hashes == full.record.hashes)
    let drive = watched.record.egos[0]
    // Plans are made in ticks 0, 2, 4, 6, and nothing is weighed in 4; the last record has none.
    #expect(
      drive.map { $0.choice?.proposals[0].centres[1].x != nil }
        == [true, true, true, true, false, false, true, true, false])
    #expect(drive[2].choice == drive[3].choice && drive[1].choice != drive[2].choice)
    #expect(drive[2].choice?.isEmergency == true && drive[3].choice?.chosen == 1)
    #expect(drive.map { $0.attention?.count } == [2, 2, 2, 2, 2, 2, 2, 2, nil])
    #expect(drive[5].attention?[0].stretches[0].end == 6)
    for tick in full.record.egos[0] {
      #expect(tick.choice == nil && tick.attention == nil && tick.time == nil)
    }
    // Nobody reads a clock unless there is one.
    #expect(drive.allSatisfy { $0.time == nil })
  }

  /// A clock that modules wind on.
  final class HandClock: Sendable {
    private let time = Mutex(Int64(0))
    func pass(_ microseconds: Int64) { time.withLock { $0 += microseconds } }
    var now: Int64 { time.withLock { $0 } }
  }

  /// Takes a second to foresee, and a minute to tell what it looked at.
  struct SlowPredictor: Predictor {
    let clock: HandClock
    var isSkippable = true

    mutating func predict(_ scene: Scene, in context: TickContext) throws(StageFailure) -> Forecast
    {
      clock.pass(1_000_000)
      return try StillPredictor().predict(scene, in: context)
    }
    func canSkip(_ scene: Scene) -> Bool { isSkippable }
    var attention: [ForecastAttention] {
      clock.pass(60_000_000)
      return []
    }
  }

  /// Takes 70 ms, in tick 4 350 ms, and a minute to tell what it weighed.
  struct SlowPlanner: Planner {
    let clock: HandClock
    var readsForecast = false

    mutating func plan(_ scene: Scene, _ forecast: Forecast, in context: TickContext)
      throws(StageFailure) -> Trajectory
    {
      clock.pass(context.tick == 4 ? 350_000 : 70_000)
      return try StraightPlanner().plan(scene, forecast, in: context)
    }
    var choice: PlanChoice? {
      clock.pass(60_000_000)
      return nil
    }
  }

  static func timed(
    _ detail: RecordDetail = .watched, latency: Int = 0, reads: Bool = false, skips: Bool = true
  ) -> [EgoTickRecord] {
    let clock = HandClock()
    var runner = EpisodeWorlds.runner(
      EpisodeWorlds.scenario(ticks: 8, latency: latency),
      predictor: SlowPredictor(clock: clock, isSkippable: skips),
      planner: SlowPlanner(clock: clock, readsForecast: reads), detail: detail,
      wallClock: { clock.now })
    return runner.run().record.egos[0]
  }

  /// The time of what is done for nobody but who watches is not the stack's.
  @Test("what a stack takes is told, against what it may take", arguments: [0, 1, 3])
  func times(latency: Int) {
    let drive = Self.timed(latency: latency)
    #expect(
      drive.dropLast().map { $0.time?.spentMicroseconds }
        == (0..<8).map { $0 == 4 ? 350_000 : 70_000 })
    let budget: Int64 = latency == 3 ? 300_000 : 100_000
    #expect(drive[0].time?.budgetMicroseconds == budget)
    #expect(drive[4].time?.isOverrun == true && drive[3].time?.isOverrun == false)
    #expect(drive[8].time == nil)
    #expect(Self.timed(.full)[4].time == nil)
    // A forecast that the planner reads, or that is made in any case, is of the stack.
    #expect(Self.timed(reads: true)[1].time?.spentMicroseconds == 1_070_000)
    #expect(Self.timed(skips: false)[1].time?.spentMicroseconds == 1_070_000)
  }

  @Test func recordingsKeepThemToTheBit() throws {
    var episode = Self.episode(.watched, clock: { 5 })
    let original = Self.recording(episode)
    let bytes = original.encoded()
    let copy = try Recording(decoding: bytes, file: "")
    #expect(copy.encoded() == bytes)
    for (a, b) in zip(episode.record.egos[0], copy.episode.record.egos[0]) {
      #expect(a.choice == b.choice && a.attention == b.attention)
      #expect(b.time == nil)
    }
    #expect(
      copy.episode.record.egos[0][1].choice?.proposals[0].centres[1].y.bitPattern
        == episode.record.egos[0][1].choice?.proposals[0].centres[1].y.bitPattern)
    // Without them, the bytes are those of an episode that nobody watched.
    for tick in episode.record.egos[0].indices {
      episode.record.egos[0][tick].choice = nil
      episode.record.egos[0][tick].attention = nil
    }
    #expect(Self.recording(episode).encoded() == Self.recording(Self.episode(.full)).encoded())
  }

  @Test func impossibleOnesAreDamage() {
    func message(_ change: (inout EgoTickRecord) -> Void) -> String {
      var episode = Self.episode(.watched)
      change(&episode.record.egos[0][1])
      do throws(InputError) {
        _ = try Recording(decoding: Self.recording(episode).encoded(), file: "x")
        return "no error"
      } catch {
        return error.description
      }
    }
    let choice = "x: error: damaged recording: section 'CHOI': "
    #expect(message { _ in } == "no error")
    #expect(message { $0.choice?.chosen = 2 } == choice + "a choice that was not proposed")
    for score in [1.5, -1, .nan] {
      #expect(
        message { $0.choice?.proposals[0].score = score } == choice
          + "a score that is not in [0, 1]")
    }
    for place in [Double.infinity, 1e300, .nan] {
      #expect(
        message { $0.choice?.proposals[1].centres[0].x = place } == choice
          + "a proposal of no possible place")
    }
    #expect(
      message { $0.choice?.stepMicroseconds = 0 } == choice
        + "proposals with steps of 0 microseconds")
    let attention = "x: error: damaged recording: section 'ATTN': "
    #expect(
      message { $0.attention?[0].stretches[0].lane = 2 } == attention + "attention to lane 2 of 2")
    for weight in [Float(1.25), -0.5, .nan] {
      #expect(
        message { $0.attention?[0].agents[0].weight = weight } == attention
          + "a weight of attention that is not in [0, 1]")
    }
    #expect(
      message { $0.attention?[0].stretches[0].end = .infinity } == attention
        + "attention to a stretch that is not finite")
  }

  /// Sections cut short or with bits turned are an error or harmless, never a crash.
  @Test func anyDamageIsAnError() {
    let bytes = Self.recording(Self.episode(.watched)).encoded()
    for tag in ["CHOI", "ATTN"] {
      guard let start = bytes.indices.first(where: { bytes[$0...].starts(with: Array(tag.utf8)) })
      else {
        Issue.record("no section \(tag)")
        continue
      }
      let length = bytes[start + 4..<start + 12].reversed().reduce(0) { $0 << 8 | Int($1) }
      for place in start + 16..<start + 16 + length {
        for value in [UInt8(0), 127, 128, 255] where bytes[place] != value {
          var damaged = bytes
          damaged[place] = value
          // With the right checksum, so that the contents are read.
          var checked = CRC32()
          checked.combine(damaged[start..<start + 12])
          checked.combine(damaged[start + 16..<start + 16 + length])
          for k in 0..<4 {
            damaged[start + 12 + k] = UInt8(truncatingIfNeeded: checked.value >> UInt32(8 * k))
          }
          _ = try? Recording(decoding: damaged, file: "")
        }
      }
    }
  }
}
