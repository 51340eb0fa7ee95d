import Foundation
import SimCore
import SimHarness
import TestSupport
import Testing

/// The scored outcomes of the library are held to a baseline, as `simrun gate` holds a run.
///
/// Where the golden results say that something changed, this says whether anything was lost. The
/// file is written anew only on purpose: `PROVINGGROUND_UPDATE_BASELINE=1 swift test --filter
/// BaselineTests`.
@Suite struct BaselineTests {
  static let file = SharedData.packageRoot.appending(
    path: "Tests/RegressionTests/Golden/baseline.yaml"
  ).path

  /// How much an episode may lose, less than any factor of a score that fails; and the mean of all.
  static let tolerances = [
    Baseline.Tolerance(name: "score", value: 0.02),
    Baseline.Tolerance(name: "score_mean", value: 0.002),
  ]

  static let isUpdating =
    ProcessInfo.processInfo.environment["PROVINGGROUND_UPDATE_BASELINE"] == "1"

  private struct Silent: BatchObserver {
    func begin(_ set: ScenarioSet) {}
    func finished(_ episode: EpisodeWork.Finished, isKnown: Bool) {}
    func end() {}
  }

  /// A batch over the library, and what its folder says of it.
  private func run() async throws -> RunResults {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "baseline-\(getpid())").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var request = BatchRequest(paths: [Library.root.path])
    request.output = folder
    request.record = .none
    request.jobs = Machine.cores
    _ = try await BatchRunner(request, catalogs: .shipped, observer: Silent()).run()
    return try RunResults(in: RunFolder(folder))
  }

  @Test func nothingOfTheLibraryIsLost() async throws {
    let results = try await run()
    if Self.isUpdating {
      var new = try Baseline(recording: results, tolerances: Self.tolerances)
      // What a gate looks at: outcomes and scores.
      new.metrics = []
      for index in new.entries.indices {
        new.entries[index].values = []
        new.entries[index].hash = ""
      }
      try new.write(to: Self.file)
      return
    }
    let baseline = try Baseline(file: Self.file)
    #expect(baseline.tolerances == Self.tolerances)
    let gate = try Gate(results, against: baseline, exact: false)
    for loss in gate.losses { Issue.record("\(loss.label): \(loss.what) \(loss.why)") }
    #expect(gate.broken.isEmpty)
    #expect(gate.status == .passed)
    #expect(gate.unknown.isEmpty, "the baseline does not know them: write it anew")
    #expect(gate.compared == baseline.entries.count && gate.compared > 200)
    // A gate that cannot fail is none: an episode that scored more before, and one that is gone.
    var harder = baseline
    harder.entries[0].score = 2
    #expect(try Gate(results, against: harder, exact: false).status == .failed)
    harder = baseline
    harder.entries[0].scenario = "gone"
    #expect(try Gate(results, against: harder, exact: false).status == .failed)
  }
}
