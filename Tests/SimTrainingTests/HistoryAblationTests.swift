import Foundation
import SimCore
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
    #expect(lines.contains { $0.hasPrefix("flicker: ") && $0.contains("; seed 1: ") })
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

  /// Two seeds and three episodes on two shapes; with attention seed 1 is wrong by 3, 5, nothing
  /// and seed 2 by 2, 2, 7, without by 2, 2, 9 and 2, 4, 4 m: differences of 1, 3 and 0, -2, 3, in
  /// all (1 + 3 + 0 - 2 + 3) / 5 = 1 of (2 + 2 + 2 + 4 + 4) / 5 = 2.8, which is 35.7 %.
  @Test func differencesAreThoseOfPairs() {
    func arm(_ attends: Bool, _ seed: UInt64, _ errors: [Double?]) -> HistoryAblation.Arm {
      HistoryAblation.Arm(
        attends: attends, seed: seed,
        scores: errors.map { error in
          error.map {
            ForecastScores(
              count: 4, means: [Double](repeating: $0, count: ForecastScores.columns.count))
          }
        })
    }
    let arms = [
      arm(true, 1, [3, 5, nil]), arm(false, 1, [2, 2, 9]),
      arm(false, 2, [2, 4, 4]), arm(true, 2, [2, 2, 7]),
    ]
    let text = HistoryAblation.text(arms, shapes: [70, 30, 70])
    let lines = text.split(separator: "\n")
    #expect(lines[0] == "3 held-out episodes: 8 forecasts")
    for (name, unit) in [("minFDE_1", " m"), ("brier", ""), ("flicker", " m")] {
      let line = lines.first { $0.hasPrefix(name + ":") } ?? ""
      #expect(line.hasPrefix("\(name): 1.0000\(unit) ["), "\(text)")
      #expect(line.contains("], 35.7 % ["), "\(text)")
      #expect(line.hasSuffix("; seed 1: 2.0000, seed 2: 0.3333"), "\(text)")
    }
  }

  /// One shape, two pairs that differ by 1 and 3 everywhere: a resample has both, or one twice, so
  /// the interval runs from the one to the other. With the pairs held fixed it would have no width.
  @Test func pairsAreDrawnToo() throws {
    let bootstrap = PairBootstrap(clusters: [0, 0])
    let found = try #require(bootstrap.estimate([[2, 3], [5, 6]], [[1, 2], [2, 3]]))
    #expect(found.pairs == [1, 3] && found.mean == 2 && found.base == 2)
    #expect(found.low == 1 && found.high == 3)
    // Two shapes that differ by 0 and 4, one pair: from the one to the other as well.
    let shapes = try #require(PairBootstrap(clusters: [0, 1]).estimate([[1, 6]], [[1, 2]]))
    #expect(shapes.mean == 2 && shapes.low == 0 && shapes.high == 4)
    #expect(bootstrap.estimate([[.nan, 1]], [[1, .nan]]) == nil)
  }

  /// Whatever lies in the folder of any network is found before anything is loaded.
  @Test func allFoldersAreLookedAt() throws {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "ablation-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let last = folder.appending(path: "without-2")
    try FileManager.default.createDirectory(at: last, withIntermediateDirectories: true)
    let ablation = HistoryAblation(
      training: TrainingWorlds.training, trainings: 2, folder: folder.path, jobs: 1, isQuiet: true)
    try ablation.check(resumes: false)
    try Data([1]).write(to: last.appending(path: "checkpoint.safetensors"))
    #expect(throws: InputError.self) { try ablation.check(resumes: false) }
    try ablation.check(resumes: true)
  }
}
