import SimCore
import SimEpisode
import SimStack

/// What a report says of a run: the same whether the batch has just ended or its page is written
/// anew, from its result store.
struct ReportRun: Sendable {
  /// One result.
  struct Row: Sendable {
    var scenario: String
    var path: String
    /// Name of the folder in which its file lies.
    var family: String
    /// Separated by commas.
    var tags: String
    /// As text: the largest seeds are no numbers of a script.
    var seed: String
    var ego: String
    var planner: String
    var predictor: String
    var perception: String
    var traffic: String
    var profile: String
    var outcome: String
    var reason: String
    var verdict: String
    var score: Double?
    var zeroedBy: String
    var explanation: String
    var ticks: Int
    var hash: String
    var unmet: [String] = []
    /// By index in `metrics`; nil where a metric has none.
    var values: [Double?] = []
    var events: [EpisodeResult.Event] = []
    var violations: [Violation] = []
  }

  /// A stretch in which a metric's bound was broken.
  struct Violation: Sendable {
    var metric: Int
    var firstTick: Int
    var lastTick: Int
    var reason: String
  }

  /// A metric of the run.
  struct Metric: Sendable {
    var name: String
    /// `multiplier`, `weighted` or `statistic`.
    var role: String
    var weight: Double?
  }

  /// Most events and most violations of a row that the page lists.
  static let most = 40

  var version = ""
  var profile = ""
  var choices: [String] = []
  var meanScore: Double?
  var notRun = 0
  var wallSeconds = 0.0
  var metrics: [Metric] = []
  var rows: [Row] = []
  var skipped: [(path: String, reason: String)] = []

  /// What has just been run, without a look at its store.
  init(_ report: BatchReport) {
    version = ProgramVersion.current
    profile = report.profile
    choices = report.choices
    meanScore = report.meanScore
    notRun = report.notRun
    wallSeconds = report.wallSeconds
    skipped = report.skipped
    rows.reserveCapacity(report.results.count)
    var indices: [String: Int] = [:]
    for result in report.results {
      let family = ReportRun.family(result.scenario, result.path, report.families)
      rows.append(row(result, family, &indices))
    }
  }

  /// What results of older versions do not say is taken from the path that they have.
  static func family(_ scenario: String, _ path: String, _ families: [String: String]) -> String {
    families[scenario] ?? PathText.lastComponent(PathText.folder(path))
  }

  private mutating func row(
    _ result: EpisodeResult, _ family: String, _ indices: inout [String: Int]
  ) -> Row {
    var row = Row(
      scenario: result.scenario, path: result.path, family: family,
      tags: result.tags.joined(separator: ","),
      seed: String(result.seed), ego: result.ego, planner: result.planner,
      predictor: result.predictor, perception: result.perception, traffic: result.traffic,
      profile: result.profile, outcome: result.outcome.rawValue, reason: result.reason,
      verdict: result.verdict.rawValue, score: result.score, zeroedBy: result.zeroedBy ?? "",
      explanation: result.explanation, ticks: result.ticks, hash: result.hashText,
      unmet: result.unmet)
    for metric in result.metrics {
      let index = indices[metric.name] ?? metrics.count
      if index == metrics.count {
        indices[metric.name] = index
        metrics.append(
          Metric(name: metric.name, role: metric.role.name, weight: metric.role.weight))
      }
      let missing = index + 1 - row.values.count
      if missing > 0 { row.values.append(contentsOf: repeatElement(nil, count: missing)) }
      row.values[index] = metric.value
      for violation in metric.violations where row.violations.count < ReportRun.most {
        row.violations.append(
          Violation(
            metric: index, firstTick: violation.firstTick, lastTick: violation.lastTick,
            reason: violation.reason))
      }
    }
    row.events = Array(result.events.prefix(ReportRun.most))
    return row
  }

  /// Indices of the rows, worst first: what could not run or failed, then by score; in the order of
  /// the batch among equals.
  var worstFirst: [Int] {
    let ranks = rows.map { row in
      (row.verdict == "pass" ? 1.0 : 0.0, row.score ?? -1)
    }
    return rows.indices.sorted { (ranks[$0].0, ranks[$0].1, $0) < (ranks[$1].0, ranks[$1].1, $1) }
  }
}
