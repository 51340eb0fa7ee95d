import Foundation
import SimNeural
import SimPrediction
import Testing

@testable import SimTraining

/// Trainings with and without attention to earlier forecasts.
@Suite struct HistoryAblationTests {
  @Test func bothKindsAreTrainedAndTold() async throws {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "ablation-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    // One episode of it is held out, by its seed.
    let data = try await TrainingWorlds.data()
    var training = TrainingWorlds.training
    training.steps = 2
    let ablation = HistoryAblation(
      training: training, trainings: 2, folder: folder.path, jobs: 1, isQuiet: true)
    func run(resumes: Bool) async throws -> String {
      let text = try await ablation.run(
        data, testing: 1, resumes: resumes, checkpointEvery: 2, command: [])
      return try #require(text)
    }
    let text = try await run(resumes: false)
    let lines = text.split(separator: "\n")
    #expect(lines[0].hasPrefix("1 held-out episodes: "))
    let names = lines[2...5].map { $0.prefix { $0 != " " } }
    #expect(names == ["with-1", "without-1", "with-2", "without-2"])
    #expect(lines.contains { $0.hasPrefix("flicker: ") && $0.hasSuffix("]") })
    // Nothing is trained again.
    #expect(try await run(resumes: true) == text)
    // The two kinds differ in nothing but the attention, and it is not in the file of the one.
    func network(_ name: String) throws -> HPNetConfiguration {
      try TrainingRun.network(
        folder.appending(path: "\(name)/forecaster.safetensors").path
      ).configuration
    }
    var without = try network("without-1")
    #expect(!without.attendsToPredictions)
    without.attendsToPredictions = true
    #expect(try network("with-1") == without)
  }
}
