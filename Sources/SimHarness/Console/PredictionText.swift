import SimCore
import SimMetrics

/// The predictors of a batch beside each other, where they were measured: how far their forecasts
/// were from what then happened, over all episodes and over parts of the forecasts.
public enum PredictionText {
  /// Measures with the heads of their columns.
  private static let columns: [(metric: String, head: String)] = [
    ("prediction_min_ade", "minADE m"), ("prediction_min_fde", "minFDE m"),
    ("prediction_miss_rate", "miss rate"), ("prediction_brier_min_fde", "brier-minFDE m"),
    ("prediction_nll", "NLL"), ("prediction_coverage", "in 90 %"),
    ("prediction_flicker", "flicker m"),
  ]

  /// A mean over the forecasts of several episodes.
  struct Mean: Hashable {
    private(set) var sum = 0.0
    private(set) var count = 0.0

    mutating func add(_ value: Double?, _ count: Double?) {
      guard let value, value.isFinite, let count, count > 0 else { return }
      sum += value * count
      self.count += count
    }

    var value: Double? { count > 0 ? sum / count : nil }
  }

  /// Means by predictor and part, in the order of the first episode of each predictor; empty if
  /// nothing was measured.
  static func rows(
    _ results: [EpisodeResult]
  ) -> [(predictor: String, part: String, means: [Mean])] {
    // (Most batches measure no forecasts, and names are sought in all metrics of a result.)
    let results = results.filter { result in
      result.metrics.contains { $0.name == columns[0].metric }
    }
    var predictors: [String] = []
    for result in results where !predictors.contains(result.predictor) {
      predictors.append(result.predictor)
    }
    var rows: [(predictor: String, part: String, means: [Mean])] = []
    for part in [""] + PredictionPart.all.map(\.name) {
      for predictor in predictors {
        let own = results.filter { $0.predictor == predictor }
        let means = columns.map { column in
          let name = part.isEmpty ? column.metric : "\(column.metric)_\(part)"
          var mean = Mean()
          for result in own {
            mean.add(result.value(named: name), result.value(named: "\(name)_count"))
          }
          return mean
        }
        if means[0].count > 0 { rows.append((predictor, part, means)) }
      }
    }
    return rows
  }

  /// The table; empty if nothing was measured.
  public static func text(_ results: [EpisodeResult]) -> String {
    let rows = rows(results)
    if rows.isEmpty { return "" }
    var header: [(String, TextTable.Alignment)] = [
      ("forecasts, 3 s", .left), ("of", .left), ("count", .right),
    ]
    header += columns.map { ($0.head, .right) }
    var table = TextTable(header)
    for (predictor, part, means) in rows {
      table.add(
        [predictor, part.isEmpty ? "all" : part.replacing("_", with: " "), means[0].count.fixed(0)]
          + means.map { $0.value?.fixed(3) ?? "-" })
    }
    return table.text
  }
}
