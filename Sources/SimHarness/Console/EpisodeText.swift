import SimCore
import SimEpisode
import SimStack

/// What `simrun run` says of one ego's episode.
public enum EpisodeText {
  /// Outcome, score and the factors that made it.
  ///
  /// - Parameter explains: also say what every factor took and when, the figures behind it, and
  ///   what happened.
  public static func text(_ result: EpisodeResult, explains: Bool) -> String {
    var text = "\(result.scenario)  ego \(result.ego)  \(result.outcome.rawValue)"
    text += "  score \(result.score?.fixed(4) ?? "-") (\(result.profile))\n"
    if !result.reason.isEmpty { text += "  \(result.reason)\n" }
    if result.outcome == .invalid { return text }
    text += "  \(result.planner) / \(result.predictor) / \(result.perception), "
    text += "progress against \(result.progressReference.rawValue), \(result.ticks) ticks, "
    text += "hash \(result.hashText), \((result.wallSeconds * 1000).fixed(1)) ms\n"
    text += "  \(result.explanation)\n"
    for unmet in result.unmet { text += "  expectation not met: \(unmet)\n" }
    return explains ? text + explanation(result) : text
  }

  private static func explanation(_ result: EpisodeResult) -> String {
    var text = ""
    if result.details.isEmpty {
      text += "\n  nothing was lost\n"
    } else {
      text += "\n  what it lost, worst first:\n"
      for detail in result.details { text += "    \(detail)\n" }
    }
    var table = TextTable([
      ("  metric", .left), ("role", .left), ("value", .right), ("first violation", .left),
    ])
    for metric in result.metrics {
      let weight = metric.role.weight.map { " \($0.fixed(0))" } ?? ""
      let first = metric.violations.first.map {
        "tick \($0.firstTick) to \($0.lastTick): \($0.reason)"
      }
      table.add([
        "  " + metric.name, metric.role.name + weight, metric.value?.fixed(4) ?? "-", first ?? "",
      ])
    }
    text += "\n" + table.text
    // The figures behind what was lost; all others are in the results database.
    let lossy = result.metrics.filter { $0.role != .statistic && ($0.value ?? 1) < 1 }
    let statistics = lossy.flatMap { metric in
      metric.statistics.filter { $0.value.isFinite }.map { (metric.name, $0) }
    }
    if !statistics.isEmpty {
      var table = TextTable([("  statistic", .left), ("of", .left), ("value", .right)])
      for (metric, statistic) in statistics {
        table.add(["  " + statistic.name, metric, statistic.value.fixed(4)])
      }
      text += "\n" + table.text
    }
    if !result.events.isEmpty {
      text += "\n  events:\n"
      for event in result.events {
        let agent = event.agent.map { " \($0)" } ?? ""
        text += "    tick \(event.tick): \(event.kind)\(agent) (\(event.value.fixed(3)))\n"
      }
    }
    return text
  }
}
