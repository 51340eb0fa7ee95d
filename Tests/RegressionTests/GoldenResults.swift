import Foundation
import SimCore
import SimEpisode
import SimHarness
import SimMetrics
import SimScenario
import SimStack
import SimWorld
import TestSupport

/// What every episode of the library came to when it was last looked at: outcome, score and state
/// hash. Rewritten only on purpose, with `PROVINGGROUND_UPDATE_GOLDEN=1`.
struct GoldenResults: Codable, Equatable {
  struct Row: Codable, Equatable {
    var outcome: String
    /// Shortest text that reads back as the same double; nil if the episode has no score.
    var score: String?
    var ticks: Int
    var hash: String
  }

  /// By `scenario/ego`.
  var rows: [String: Row] = [:]

  static let file = SharedData.packageRoot.appending(
    path: "Tests/RegressionTests/Golden/results.json")

  static let isUpdating =
    ProcessInfo.processInfo.environment["PROVINGGROUND_UPDATE_GOLDEN"] == "1"

  static func read() throws -> GoldenResults {
    try JSONDecoder().decode(GoldenResults.self, from: Data(contentsOf: file))
  }

  func write() throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    try FileManager.default.createDirectory(
      at: Self.file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try encoder.encode(self).write(to: Self.file)
  }

  static func key(_ result: EpisodeResult) -> String { "\(result.scenario)/\(result.ego)" }

  static func row(_ result: EpisodeResult) -> Row {
    Row(
      outcome: result.outcome.rawValue, score: result.score.map { "\($0)" }, ticks: result.ticks,
      hash: StateHash.text(result.hash))
  }
}
