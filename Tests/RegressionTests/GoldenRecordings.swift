import Foundation
import SimHarness
import TestSupport

/// Stored recordings of a few episodes, to say where one that has changed first differs.
enum GoldenRecordings {
  /// Where an episode first differs from its stored recording.
  static func divergence(of result: EpisodeResult) -> String { "" }
}
