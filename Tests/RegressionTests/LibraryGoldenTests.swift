import Foundation
import SimCore
import SimEpisode
import SimHarness
import SimMetrics
import SimScenario
import SimStack
import SimWorld
import TestSupport
import Testing

/// The whole shipped library against its golden results.
@Suite struct LibraryGoldenTests {
  static func run(_ ticket: EpisodeTicket) throws -> [EpisodeResult] {
    let executor = EpisodeExecutor(catalogs: .shipped, profile: .strict, record: .none)
    return executor.run(try ticket.build()).results
  }

  @Test func everyEpisodeIsAsBefore() throws {
    var now = GoldenResults()
    var tickets: [String: EpisodeTicket] = [:]
    for ticket in try Library.tickets() {
      for result in try Self.run(ticket) {
        let key = GoldenResults.key(result)
        #expect(now.rows[key] == nil, "two episodes are called \(key)")
        now.rows[key] = GoldenResults.row(result)
        tickets[key] = ticket
        #expect(result.outcome == .completed, "\(key): \(result.reason)")
        #expect(result.unmet.isEmpty, "\(key): \(result.unmet.joined(separator: "; "))")
      }
    }
    if GoldenResults.isUpdating {
      try now.write()
      try GoldenRecordings.update()
      return
    }
    let golden = try GoldenResults.read()
    #expect(golden.rows.keys.sorted() == now.rows.keys.sorted())
    for key in now.rows.keys.sorted() {
      guard let old = golden.rows[key], let new = now.rows[key], old != new,
        let ticket = tickets[key]
      else { continue }
      Issue.record("\(key): was \(old), is \(new); \(try GoldenRecordings.divergence(of: ticket))")
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

  @Test(
    .enabled(if: !GoldenResults.isUpdating, "the golden results are being rewritten"),
    arguments: files)
  func sameBitsWhateverTheBuild(_ file: String) throws {
    let golden = try GoldenResults.read()
    for ticket in try Library.tickets(of: file) {
      for result in try LibraryGoldenTests.run(ticket) {
        let old = try #require(golden.rows[GoldenResults.key(result)])
        let new = GoldenResults.row(result)
        guard old != new else { continue }
        Issue.record("was \(old), is \(new); \(try GoldenRecordings.divergence(of: ticket))")
      }
    }
  }

  @Test(arguments: files.prefix(2))
  func sameBitsTwice(_ file: String) throws {
    let ticket = try #require(try Library.tickets(of: file).first)
    let first = try LibraryGoldenTests.run(ticket)
    let second = try LibraryGoldenTests.run(ticket)
    #expect(first.map(\.hash) == second.map(\.hash))
    #expect(first.map(\.score) == second.map(\.score))
  }

  /// What is recorded does not hang on where the files lie: no path but that relative to the PATH
  /// given is in it, neither in the stored recordings nor in new ones.
  @Test(
    .enabled(if: !GoldenResults.isUpdating, "the golden results are being rewritten"),
    arguments: files)
  func recordingsNameNoFolder(_ file: String) throws {
    let ticket = try #require(try Library.tickets(of: file).first)
    let now = try #require(try GoldenRecordings.record(ticket))
    let stored = try Data(contentsOf: GoldenRecordings.file(file))
    let folder = Data("/\(Library.root.lastPathComponent)/".utf8)
    #expect(Data(now.encoded()).range(of: folder) == nil)
    #expect(stored.range(of: folder) == nil)
    #expect(Data(now.encoded()).range(of: Data(now.origin.path.utf8)) != nil)
  }

  /// The message that names a difference is made from a real one: a leader that starts 1 mm on.
  @Test func aDifferenceIsNamed() throws {
    let ticket = try #require(try Library.tickets(of: Self.files[1]).first)
    let golden = try #require(try GoldenRecordings.record(ticket)).episode.record
    var changed = golden
    let row = try #require(changed.header.ids.firstIndex(of: "leader"))
    changed.history.x[changed.history.slot(7, row)] += 0.001
    let found = try #require(FirstDivergence(golden, changed))
    #expect(found.tick == 7)
    #expect(found.agent == "leader")
    #expect(found.field == "x")
  }
}
