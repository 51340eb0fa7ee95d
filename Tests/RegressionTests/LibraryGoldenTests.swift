import Foundation
import SimEpisode
import SimHarness
import SimMetrics
import SimScenario
import TestSupport
import Testing

/// The whole shipped library against its golden results.
@Suite(.serialized) struct LibraryGoldenTests {
  static func run(_ tickets: [EpisodeTicket]) throws -> [EpisodeResult] {
    let executor = EpisodeExecutor(catalogs: .shipped, profile: .strict, record: .none)
    return try tickets.flatMap { executor.run(try $0.build()).results }
  }

  @Test func everyEpisodeIsAsBefore() throws {
    let results = try Self.run(try Library.tickets())
    var now = GoldenResults()
    for result in results { now.rows[GoldenResults.key(result)] = GoldenResults.row(result) }
    #expect(now.rows.count == results.count, "names are unique")
    if GoldenResults.isUpdating {
      try now.write()
      return
    }
    let golden = try GoldenResults.read()
    #expect(golden.rows.keys.sorted() == now.rows.keys.sorted())
    for result in results {
      let key = GoldenResults.key(result)
      guard let old = golden.rows[key], let new = now.rows[key], old != new else { continue }
      Issue.record("\(key): was \(old), is \(new); \(GoldenRecordings.divergence(of: result))")
    }
  }

  @Test func everyExpectationHolds() throws {
    for result in try Self.run(try Library.tickets()) {
      #expect(result.unmet.isEmpty, "\(result.scenario): \(result.unmet.joined(separator: "; "))")
      #expect(result.outcome == .completed, "\(result.scenario): \(result.reason)")
    }
  }

  @Test func thereAreFortyFilesOfTenFamilies() throws {
    let files = try Library.files()
    #expect(files.count >= 40)
    #expect(Set(files.map { $0.prefix { $0 != "/" } }).count >= 10)
  }
}

/// A handful of episodes, also run in debug: the same golden hashes whatever the optimisation.
@Suite struct LibraryHashTests {
  static let files = [
    "bends/s_bend.yaml", "car_following/follow_slow_leader.yaml", "four_way/signal_queue.yaml",
    "roundabout/roundabout_follow.yaml", "vulnerable/walker_crosses_early.yaml",
  ]

  @Test(.enabled(if: !GoldenResults.isUpdating), arguments: files)
  func sameBitsWhateverTheBuild(_ file: String) throws {
    let golden = try GoldenResults.read()
    for result in try LibraryGoldenTests.run(try Library.tickets(of: file)) {
      let old = try #require(golden.rows[GoldenResults.key(result)])
      #expect(old == GoldenResults.row(result), "\(GoldenRecordings.divergence(of: result))")
    }
  }

  @Test(arguments: files.prefix(2))
  func sameBitsTwice(_ file: String) throws {
    let tickets = try Library.tickets(of: file)
    let first = try LibraryGoldenTests.run(tickets)
    let second = try LibraryGoldenTests.run(tickets)
    #expect(first.map(\.hash) == second.map(\.hash))
    #expect(first.map(\.score) == second.map(\.score))
  }
}
