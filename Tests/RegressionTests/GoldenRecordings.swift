import Foundation
import SimCore
import SimEpisode
import SimHarness
import SimMetrics
import SimScenario
import SimStack
import SimWorld
import TestSupport

/// Recordings of a few episodes of the library (the first cell of each file of
/// `LibraryHashTests.files`), so that a golden hash that has changed names the first tick, agent
/// and field that differ.
enum GoldenRecordings {
  static let folder = GoldenResults.file.deletingLastPathComponent()

  static func file(_ path: String) -> URL {
    let name = path.replacing("/", with: "-").replacing(".yaml", with: "")
    return folder.appending(path: "\(name).\(Recording.fileExtension)")
  }

  /// An episode as it runs now: its record without plans, forecasts and tracks.
  static func record(_ ticket: EpisodeTicket) throws -> Recording? {
    let executor = EpisodeExecutor(catalogs: .shipped, profile: .strict, record: .all)
    var recording = executor.run(try ticket.build()).recording
    for ego in recording?.episode.record.egos.indices ?? 0..<0 {
      for tick in recording?.episode.record.egos[ego].indices ?? 0..<0 {
        recording?.episode.record.egos[ego][tick].plan = nil
        recording?.episode.record.egos[ego][tick].forecast = nil
        recording?.episode.record.egos[ego][tick].tracks = nil
      }
    }
    return recording
  }

  /// Writes the stored recordings anew.
  static func update() throws {
    for path in LibraryHashTests.files {
      if let ticket = try Library.tickets(of: path).first, let now = try record(ticket) {
        try Data(now.encoded()).write(to: file(path))
      }
    }
  }

  /// Where the episode of a ticket first differs from its stored recording, for a message.
  static func divergence(of ticket: EpisodeTicket) throws -> String {
    let stored = file(ticket.path)
    guard FileManager.default.fileExists(atPath: stored.path) else {
      return "no recording of it is stored"
    }
    let old = try Recording(decoding: [UInt8](Data(contentsOf: stored)), file: stored.path)
    guard let now = try record(ticket),
      now.episode.record.header.scenario
        == old.episode.record.header.scenario
    else { return "no recording of it is stored" }
    guard let first = FirstDivergence(old.episode.record, now.episode.record) else {
      return "the recorded states are the same"
    }
    return
      "first differs at tick \(first.tick), agent \(first.agent ?? "-"), \(first.field): \(first.first) was recorded, now \(first.second)"
  }
}
