import SimEpisode
import SimStack

/// `summary.json`: all of a batch for programs to read, with stable keys in a stable order.
public enum SummaryFile {
  /// The file's name in the folder of results.
  public static let name = "summary.json"

  /// The file's text: one line a top-level key, one line an episode.
  public static func text(_ report: BatchReport) -> String {
    var json = JSONText()
    json.raw("{\n")
    let head: [(String, JSONText.Value)] = [
      ("version", .text(ProgramVersion.current)),
      ("profile", .text(report.profile)),
      ("scenarios", .integer(Set(report.results.map(\.scenario)).count)),
      ("score_mean", .number(report.meanScore)),
      ("failed", .integer(report.count(.fail))),
      (
        "skipped",
        .array(
          report.skipped.map { .object([("path", .text($0.path)), ("reason", .text($0.reason))]) })
      ),
      ("wall_s", .number(report.wallSeconds)),
    ]
    for (key, value) in head {
      json.raw("  ")
      json.value(.text(key))
      json.raw(": ")
      json.value(value)
      json.raw(",\n")
    }
    json.raw("  \"episodes\": [")
    for (index, result) in report.results.enumerated() {
      json.raw(index == 0 ? "\n    " : ",\n    ")
      json.value(episode(result))
    }
    json.raw(report.results.isEmpty ? "]\n}\n" : "\n  ]\n}\n")
    return json.text
  }

  /// One episode's object.
  static func episode(_ result: EpisodeResult) -> JSONText.Value {
    .object([
      ("scenario", .text(result.scenario)),
      ("path", .text(result.path)),
      ("seed", .unsigned(result.seed)),
      ("ego", .text(result.ego)),
      ("planner", .text(result.planner)),
      ("predictor", .text(result.predictor)),
      ("perception", .text(result.perception)),
      ("traffic", .text(result.traffic)),
      ("profile", .text(result.profile)),
      ("outcome", .text(result.outcome.rawValue)),
      ("reason", .text(result.reason)),
      ("score", .number(result.score)),
      ("metrics", .object(result.metrics.map { ($0.name, .number($0.value)) })),
      ("progress_reference", .text(result.progressReference.rawValue)),
      (
        "events",
        .array(
          result.events.map { event in
            .object([
              ("tick", .integer(event.tick)), ("kind", .text(event.kind)),
              ("agent", event.agent.map { .text($0) } ?? .null), ("value", .number(event.value)),
            ])
          })
      ),
      ("ticks", .integer(result.ticks)),
      ("hash", .text(result.hashText)),
    ])
  }
}
