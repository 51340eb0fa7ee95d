import SimCore
import SimEpisode

/// What a batch says at its end.
public enum BatchText {
  /// Most rows of the table of the worst episodes.
  private static let worstCount = 10

  /// Totals, the worst episodes with what zeroed each, and where the results are.
  public static func text(_ report: BatchReport, output: String?) -> String {
    var text = ""
    let worst = worstEpisodes(report)
    if !worst.isEmpty {
      var table = TextTable([
        ("worst episodes", .left), ("score", .right), ("outcome", .left), ("why", .left),
      ])
      for result in worst {
        table.add([
          label(result, in: report), result.score?.fixed(3) ?? "-", result.outcome.rawValue,
          reason(result),
        ])
      }
      text += table.text + "\n"
    }
    let forecasts = PredictionText.text(report.distinct)
    if !forecasts.isEmpty { text += forecasts + "\n" }
    text += totals(report) + "\n"
    if report.seedTwins > 0 {
      text += "\(report.seedTwins) episodes are the same for another seed, counted once in means\n"
    }
    if report.scoredOtherwise > 0 {
      text += "\(report.scoredOtherwise) episodes ask for another profile and are not in the mean; "
      text += "--profile scores all alike\n"
    }
    if report.resumed > 0 { text += "\(report.resumed) episodes taken over from the earlier run\n" }
    if !report.skipped.isEmpty {
      text += "\(report.skipped.count) files skipped:\n"
      for (path, reason) in report.skipped { text += "  \(path): \(reason)\n" }
    }
    if report.notRun > 0 {
      text += "\(report.notRun) episodes did not run"
      text += report.wasInterrupted ? "; go on with the same command and --resume\n" : "\n"
    }
    if let output { text += "results: \(output)\n" }
    return text
  }

  /// Episodes that lost something, lowest score first; files that cannot run come before all.
  private static func worstEpisodes(_ report: BatchReport) -> [EpisodeResult] {
    let ranked = report.results.indices
      .filter { report.results[$0].verdict != .pass || (report.results[$0].score ?? 1) < 1 }
      .sorted { a, b in
        let (x, y) = (report.results[a].score ?? -1, report.results[b].score ?? -1)
        return x == y ? a < b : x < y
      }
    return ranked.prefix(worstCount).map { report.results[$0] }
  }

  private static func label(_ result: EpisodeResult, in report: BatchReport) -> String {
    let hasTwins = report.results.count { $0.scenario == result.scenario } > 1
    return hasTwins ? "\(result.scenario) (\(result.ego))" : result.scenario
  }

  /// Why the score is what it is: the failure, the factor that zeroed it, or the worst one; and
  /// the expectation that does not hold.
  private static func reason(_ result: EpisodeResult) -> String {
    switch result.outcome {
    case .invalid, .plannerFailed: return result.reason
    case .completed, .terminated:
      return [result.unmet.first, result.details.first].compactMap { $0 }.joined(separator: "; ")
    }
  }

  private static func totals(_ report: BatchReport) -> String {
    let counts = [EpisodeResult.Verdict.pass, .fail, .error]
      .map { "\(report.count($0)) \($0.rawValue)" }.joined(separator: ", ")
    let mean = report.meanScore?.fixed(4) ?? "-"
    return "\(report.results.count) episodes: \(counts); mean score \(mean) "
      + "(\(report.profile)); \(report.wallSeconds.fixed(2)) s"
  }
}
