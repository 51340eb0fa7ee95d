public import SimCore
import SimEpisode
public import SimMetrics
import SimScenario

/// Scores the recordings of a batch anew, without simulating.
public struct Rescoring: Sendable {
  /// The new results, in the order of the batch.
  public let report: BatchReport
  /// Episodes of the batch that left no recording, so that they cannot be scored anew.
  public let missing: [String]

  /// - Parameters:
  ///   - folder: what `simrun batch --out` wrote, with recordings.
  ///   - profile: by which to score.
  /// - Throws: every recording that cannot be read.
  public init(_ folder: RunFolder, profile: MetricProfile) throws(InputError) {
    let watch = Stopwatch()
    let scenarios = try ResultStore.ranScenarios(in: folder.path)
    var results: [EpisodeResult] = []
    var missing: [String] = []
    var problems: [Diagnostic] = []
    for scenario in scenarios {
      let path = folder.recordings + "/" + EpisodeWork.fileName(scenario)
      guard InputFile.kind(of: path) == .file else {
        missing.append(scenario)
        continue
      }
      do throws(InputError) {
        results += try Recording(decoding: try InputFile.read(path), file: path).results(profile)
      } catch {
        problems += error.diagnostics
      }
    }
    if !problems.isEmpty { throw InputError(problems) }
    var report = BatchReport(profile: profile.name, results: results, skipped: [])
    report.families = try ResultStore.families(in: folder.path)
    report.wallSeconds = watch.seconds
    self.report = report
    self.missing = missing
  }
}
