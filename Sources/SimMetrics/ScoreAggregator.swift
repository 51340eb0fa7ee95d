/// Joins the scores of many scenarios: one row each, one a scenario type, one over all (nuPlan's
/// weighted-average aggregator).
public struct ScoreAggregator: Sendable {
  /// One scenario's metric values.
  public struct Scenario: Sendable {
    /// Its name, which its row bears.
    public var name: String
    /// The word by which scenarios are grouped.
    public var type: String
    /// In any order, the same in all scenarios; nil: no value.
    public var metrics: [(name: String, value: Double?)]
    /// The score where it is known already (a failed planner's is 0 whatever its metrics say); nil:
    /// that of the formula.
    public var score: Double?

    /// A scenario's values; its score follows from them unless it is given.
    public init(
      name: String, type: String, metrics: [(name: String, value: Double?)], score: Double? = nil
    ) {
      self.name = name
      self.type = type
      self.metrics = metrics
      self.score = score
    }
  }

  /// One line of the table.
  public struct Row: Sendable {
    /// The scenario's name, the type's, or `final_score`.
    public var name: String
    /// In [0, 1] if metric values are: the scenario's, or the mean over those covered.
    public var score: Double
    /// How many scenarios it covers.
    public var scenarios: Int
    /// In a scenario's row its values; in a type's row the sums over its scenarios; in the last row
    /// the means over all scenarios. A missing value counts as 0 in sums and means, unless all are
    /// missing.
    public var metrics: [(name: String, value: Double?)]
  }

  /// The table.
  public struct Table: Sendable {
    /// In the order given.
    public var scenarios: [Row]
    /// In the order in which types first appear.
    public var types: [Row]
    /// The row over all scenarios.
    public var final: Row
  }

  /// By which scores follow from metric values.
  public var formula: ScoreFormula

  /// An aggregator of scores by a formula.
  public init(_ formula: ScoreFormula) { self.formula = formula }

  /// The table over some scenarios; the scores of types and of the whole are means over scenarios.
  public func table(_ scenarios: [Scenario]) -> Table {
    let rows = scenarios.map {
      Row(
        name: $0.name, score: $0.score ?? formula.score($0.metrics), scenarios: 1,
        metrics: $0.metrics)
    }
    var typeNames: [String] = []
    for scenario in scenarios where !typeNames.contains(scenario.type) {
      typeNames.append(scenario.type)
    }
    var total = 0.0
    let types = typeNames.map { type in
      let members = rows.indices.filter { scenarios[$0].type == type }.map { rows[$0] }
      let sum = members.reduce(0) { $0 + $1.score }
      total += sum
      return Row(
        name: type, score: sum / Double(members.count), scenarios: members.count,
        metrics: sums(members))
    }
    var final = Row(
      name: "final_score", score: 0, scenarios: rows.count, metrics: sums(types))
    let count = Double(rows.count)
    if !rows.isEmpty {
      // The original weights type means by their counts: the same, but for rounding.
      final.score = total / count
      for i in final.metrics.indices {
        final.metrics[i].value = final.metrics[i].value.map { $0 / count }
      }
    }
    return Table(scenarios: rows, types: types, final: final)
  }

  /// Sums of the values there are by metric, in order of first appearance.
  private func sums(_ rows: [Row]) -> [(name: String, value: Double?)] {
    var totals: [(name: String, value: Double?)] = []
    for row in rows {
      for (name, value) in row.metrics {
        guard let place = totals.firstIndex(where: { $0.name == name }) else {
          totals.append((name, value))
          continue
        }
        if let value { totals[place].value = (totals[place].value ?? 0) + value }
      }
    }
    return totals
  }
}
