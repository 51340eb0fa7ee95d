import SimCore

/// What `simrun compare` prints.
public enum ComparisonText {
  /// Most rows of a list.
  private static let most = 10

  /// For people.
  public static func text(_ comparison: RunComparison) -> String {
    var text = head("A", comparison.a) + head("B", comparison.b) + "\n"
    let same = comparison.sameCount
    text += "\(comparison.pairs.count) episodes in both, \(same) of them the same to the bit"
    for (list, name) in [(comparison.onlyInA, "A"), (comparison.onlyInB, "B")] where !list.isEmpty {
      text += "; \(list.count) only in \(name) (\(shortened(list)))"
    }
    text += "\n"
    if let score = comparison.score {
      let estimate = score.difference
      text += "score B - A   \(signed(estimate.mean)), 95 % interval [\(signed(estimate.low)), "
      text += "\(signed(estimate.high))]: \(verdict(estimate))\n"
      text += "              \(comparison.comparedCount) episodes of \(comparison.clusterCount) "
      text += "files; files are drawn, with all of their episodes\n"
      if let means = comparison.means {
        text += "means         A \(interval(means.a)), B \(interval(means.b))\n"
      }
      let sign = comparison.sign
      let equal = comparison.clusterCount - sign.better - sign.worse
      text += "sign test     \(sign.better) files better, \(sign.worse) worse, \(equal) equal: "
      text += "p \(probability(sign.p))\n"
    } else {
      text += "no episode has a score in both\n"
    }
    text += list("newly failed", comparison.newlyFailed, why: \.b)
    text += list("newly fixed", comparison.newlyFixed, why: \.a)
    let movers = comparison.movers(most)
    if !movers.isEmpty {
      var table = TextTable([
        ("biggest movers", .left), ("A", .right), ("B", .right), ("B - A", .right), ("why", .left),
      ])
      for pair in movers {
        let isWorse = (pair.difference ?? 0) < 0
        table.add([
          pair.label, shown(pair.a.score), shown(pair.b.score), signed(pair.difference ?? 0),
          (isWorse ? "B: " + pair.b.why : "A: " + pair.a.why),
        ])
      }
      text += "\n" + table.text
    }
    return text + metrics(comparison)
  }

  private static func metrics(_ comparison: RunComparison) -> String {
    let moved = comparison.metrics.filter {
      $0.difference.mean != 0 || $0.difference.low != 0 || $0.difference.high != 0
    }
    let still = comparison.metrics.count - moved.count
    guard !moved.isEmpty else { return "\nall \(still) metrics: no difference\n" }
    var table = TextTable([
      ("metrics", .left), ("A", .right), ("B", .right), ("B - A", .right),
      ("95 % interval", .left), ("episodes", .right),
    ])
    for column in moved {
      let estimate = column.difference
      table.add([
        column.name, column.a.fixed(4), column.b.fixed(4), signed(estimate.mean),
        "[\(signed(estimate.low)), \(signed(estimate.high))]", String(estimate.count),
      ])
    }
    return "\n" + table.text + (still > 0 ? "\(still) further metrics: no difference\n" : "")
  }

  private static func head(_ name: String, _ run: RunResults) -> String {
    let planners = run.planners.joined(separator: ", ")
    let choices = run.choices.isEmpty ? "" : "; " + run.choices.joined(separator: " ")
    let mean = run.meanScore?.fixed(4) ?? "-"
    return "\(name)  \(run.folder): \(run.rows.count) episodes, mean score \(mean) "
      + "(\(run.profile)), planner \(planners)\(choices)\n"
  }

  private static func list(
    _ title: String, _ pairs: [RunComparison.Pair],
    why side: KeyPath<RunComparison.Pair, RunResults.Row>
  ) -> String {
    if pairs.isEmpty { return "" }
    var text = "\(title): \(pairs.count)\n"
    for pair in pairs.prefix(most) {
      text += "  \(pair.label): \(pair[keyPath: side].why)\n"
    }
    return text + (pairs.count > most ? "  and \(pairs.count - most) more\n" : "")
  }

  private static func verdict(_ estimate: ClusterBootstrap.Estimate) -> String {
    if estimate.mean == 0 && estimate.low == 0 && estimate.high == 0 { return "no difference" }
    guard estimate.isClear else { return "not told apart" }
    return estimate.mean > 0 ? "B is better" : "B is worse"
  }

  private static func shortened(_ names: [String]) -> String {
    names.prefix(3).joined(separator: ", ") + (names.count > 3 ? ", ..." : "")
  }

  private static func shown(_ score: Double?) -> String { score?.fixed(3) ?? "-" }

  private static func interval(_ estimate: ClusterBootstrap.Estimate) -> String {
    "\(estimate.mean.fixed(4)) [\(estimate.low.fixed(4)), \(estimate.high.fixed(4))]"
  }

  private static func signed(_ value: Double) -> String {
    value == 0 ? "0" : (value > 0 ? "+" : "") + value.fixed(4)
  }

  private static func probability(_ p: Double) -> String {
    p < 0.0001 ? "< 0.0001" : "= " + p.fixed(4)
  }

  /// For programs: one object.
  public static func json(_ comparison: RunComparison) -> String {
    func column(_ column: RunComparison.Column) -> JSONText.Value {
      .object([
        ("name", .text(column.name)), ("a", .number(column.a)), ("b", .number(column.b)),
        ("difference", .number(column.difference.mean)), ("low", .number(column.difference.low)),
        ("high", .number(column.difference.high)), ("episodes", .integer(column.difference.count)),
      ])
    }
    func mean(_ estimate: ClusterBootstrap.Estimate?) -> JSONText.Value {
      guard let estimate else { return .null }
      return .object([
        ("mean", .number(estimate.mean)), ("low", .number(estimate.low)),
        ("high", .number(estimate.high)), ("episodes", .integer(estimate.count)),
      ])
    }
    func pair(_ pair: RunComparison.Pair) -> JSONText.Value {
      .object([
        ("scenario", .text(pair.a.scenario)), ("ego", .text(pair.a.ego)),
        ("a", .number(pair.a.score)), ("b", .number(pair.b.score)),
        ("verdict_a", .text(pair.a.verdict.rawValue)),
        ("verdict_b", .text(pair.b.verdict.rawValue)),
        ("why_a", .text(pair.a.why)), ("why_b", .text(pair.b.why)),
      ])
    }
    return JSONText.text(
      .object([
        ("a", .text(comparison.a.folder)), ("b", .text(comparison.b.folder)),
        ("profile", .text(comparison.a.profile)),
        ("episodes", .integer(comparison.pairs.count)),
        ("same", .integer(comparison.sameCount)),
        ("only_in_a", .array(comparison.onlyInA.map { .text($0) })),
        ("only_in_b", .array(comparison.onlyInB.map { .text($0) })),
        ("files", .integer(comparison.clusterCount)),
        ("score", comparison.score.map(column) ?? .null),
        ("mean_a", mean(comparison.means?.a)), ("mean_b", mean(comparison.means?.b)),
        ("better", .integer(comparison.sign.better)), ("worse", .integer(comparison.sign.worse)),
        ("sign_test_p", .number(comparison.sign.p)),
        ("newly_failed", .array(comparison.newlyFailed.map(pair))),
        ("newly_fixed", .array(comparison.newlyFixed.map(pair))),
        ("movers", .array(comparison.movers(most).map(pair))),
        ("metrics", .array(comparison.metrics.map(column))),
      ])) + "\n"
  }
}
