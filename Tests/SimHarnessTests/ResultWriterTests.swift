import Foundation
import SimCore
import SimEpisode
import Testing

@testable import SimHarness

/// The database of results, which is written while a batch runs.
@Suite struct ResultWriterTests {
  private func finished(_ index: Int, fails: Bool = false) -> EpisodeWork.Finished {
    var result = EpisodeResult(
      scenario: "s\(index)", path: "s\(index).yaml", tags: ["a"], seed: UInt64(index), ego: "ego",
      planner: "idm", traffic: "as-written", profile: "strict",
      outcome: fails ? .plannerFailed : .completed, reason: fails ? "boom" : "", score: 0.5)
    result.ticks = 10 + index
    var finished = EpisodeWork.Finished(key: nil, results: [result], recording: nil, error: nil)
    // Two egos in every third episode.
    if index % 3 == 0 {
      result.ego = "other"
      finished.results.append(result)
    }
    return finished
  }

  /// Rows by what a run writes of episodes that end in some order; with what is known of them.
  private func dump(
    _ order: [Int], of count: Int, failing: Int? = nil
  ) async throws -> (text: String, ids: [String]) {
    let folder = try TemporaryFolder()
    let run = RunFolder(folder.path)
    let store = try run.resultWriter()
    let board = BatchBoard(
      count: count, failsFast: failing != nil, journal: nil, store: store,
      observer: SilentObserver())
    for index in order {
      board.finish(index, finished(index, fails: index == failing), isKnown: index % 4 == 0)
    }
    let results = try board.collect().finished.compactMap { $0 }.flatMap(\.results)
    try await run.write(
      BatchReport(profile: "strict", results: results, skipped: []), store: store)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 4)
    return (try ResultStore.dump(folder.path), results.map { "\($0.scenario) \($0.ego)" })
  }

  @Test func rowsAreInTheOrderOfTheBatchWhoeverEndsFirst() async throws {
    let straight = try await dump(Array(0..<8), of: 8)
    let shuffled = try await dump([3, 0, 7, 1, 2, 6, 5, 4], of: 8)
    #expect(straight.text == shuffled.text && straight.ids == shuffled.ids)
    // Episodes 0, 3 and 6 have two egos: 11 rows, and the last is episode 7.
    #expect(straight.ids.count == 11 && straight.ids.last == "s7 ego")
    // Episode 2 never ended: what is after it moves up.
    let interrupted = try await dump([0, 1, 3, 4, 5, 6, 7], of: 8)
    #expect(interrupted.ids.count == 10 && interrupted.ids[3] == "s3 ego")
  }

  @Test func whatRanBeyondTheFirstFailureIsNotStored() async throws {
    // Episode 5 fails first, then 2: only 0, 1 and 2 stay.
    let early = try await dump([0, 5, 4, 1, 3, 2], of: 8, failing: 2)
    #expect(early.ids == ["s0 ego", "s0 other", "s1 ego", "s2 ego"])
    #expect(!early.text.contains("scenario=\"s3\"") && early.text.contains("boom"))
  }

  @Test func aStoreThatIsNotFinishedLeavesNothing() throws {
    let folder = try TemporaryFolder()
    do {
      let store = try RunFolder(folder.path).resultWriter()
      let result = finished(1).results
      var left = 3
      let problem = store.drain {
        left -= 1
        return left >= 0 ? result : nil
      }
      #expect(problem == nil)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 1)
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    // And one that cannot begin says so.
    #expect(throws: InputError.self) {
      try RunFolder(folder.path + "/none/of/these").resultWriter()
    }
  }
}
