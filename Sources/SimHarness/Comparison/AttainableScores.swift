public import SimCore

/// A run beside the best that reference planners reached on the same drives: `simrun attainable`.
///
/// A score of 0.9 may be all that a scene allows: what somebody has reached is attainable.
public struct AttainableScores: Sendable {
  /// One drive.
  public struct Entry: Sendable {
    /// The drive in the run.
    public let row: RunResults.Row
    /// Greatest score of any reference; nil if none has one.
    public let best: Double?
    /// The planner that reached it, of several the first.
    public let planner: String

    /// Scenario, and ego if it is not the usual one.
    public var label: String { row.key.label }
    /// What is missing to the best; negative: it is better. nil unless both have a score.
    public var gap: Double? {
      guard let best, let score = row.score else { return nil }
      return best - score
    }
  }

  /// The run.
  public let run: RunResults
  /// What it is held against.
  public let references: [RunResults]
  /// In the order of the run.
  public let entries: [Entry]

  /// - Throws: a reference is scored by another profile, or none has an episode of the run.
  public init(_ run: RunResults, against references: [RunResults]) throws(InputError) {
    for reference in references where reference.profile != run.profile {
      throw InputError(
        at: .wholeFile(reference.folder),
        "scored by '\(reference.profile)', but \(run.folder) by '\(run.profile)'",
        hint: "'simrun rescore' scores recordings by another profile")
    }
    let tables = references.map(\.byKey)
    self.run = run
    self.references = references
    entries = run.rows.map { row in
      var best: (score: Double, planner: String)?
      for table in tables {
        guard let other = table[row.key], other.profile == row.profile, let score = other.score,
          score > best?.score ?? -.infinity
        else { continue }
        best = (score, other.planner)
      }
      return Entry(row: row, best: best?.score, planner: best?.planner ?? "")
    }
    guard entries.contains(where: { $0.best != nil }) else {
      throw InputError(
        at: .wholeFile(run.folder), "has no episode in common with any of the references")
    }
  }

  /// Drives that have a score and a reference's.
  public var compared: [Entry] { entries.filter { $0.gap != nil } }
  /// Mean score of those.
  public var mean: Double { Self.mean(compared.map { $0.row.score ?? 0 }) }
  /// Mean of what was reached on them by any reference.
  public var attainable: Double { Self.mean(compared.map { $0.best ?? 0 }) }

  private static func mean(_ values: [Double]) -> Double {
    values.isEmpty ? .nan : values.reduce(0, +) / Double(values.count)
  }

  /// For people.
  public func text(most: Int = 20) -> String {
    let planners = references.map { $0.planners.joined(separator: ", ") }.joined(separator: ", ")
    let scored = compared
    var text = "\(run.folder): \(run.rows.count) episodes (\(run.profile)), planner "
    text += run.planners.joined(separator: ", ") + "\n"
    text += "score       \(mean.fixed(4)) over \(scored.count) episodes with a reference\n"
    text += "attainable  \(attainable.fixed(4)), the best of \(planners) on each\n"
    text += "short of it in \(scored.count { ($0.gap ?? 0) > 0 }) episodes, level in "
    text += "\(scored.count { $0.gap == 0 }), better in \(scored.count { ($0.gap ?? 0) < 0 })\n"
    let order = scored.indices.sorted { i, j in
      let (a, b) = (scored[i].gap ?? 0, scored[j].gap ?? 0)
      return a == b ? i < j : a > b
    }
    let short = order.map { scored[$0] }.filter { ($0.gap ?? 0) > 0 }.prefix(most)
    guard !short.isEmpty else { return text }
    var table = TextTable([
      ("farthest from it", .left), ("score", .right), ("attainable", .right), ("by", .left),
      ("why", .left),
    ])
    for entry in short {
      table.add([
        entry.label, entry.row.score?.fixed(3) ?? "-", entry.best?.fixed(3) ?? "-",
        entry.planner, entry.row.why,
      ])
    }
    return text + "\n" + table.text
  }

  /// For programs: one object an episode.
  public func json() -> String {
    var text = JSONText()
    text.value(
      .object([
        ("run", .text(run.folder)), ("profile", .text(run.profile)),
        ("references", .array(references.map { .text($0.folder) })),
        ("score_mean", .number(mean)), ("attainable_mean", .number(attainable)),
        (
          "episodes",
          .array(
            entries.map { entry in
              .object([
                ("scenario", .text(entry.row.scenario)), ("ego", .text(entry.row.ego)),
                ("score", .number(entry.row.score)), ("attainable", .number(entry.best)),
                ("by", .text(entry.planner)),
              ])
            })
        ),
      ]))
    text.raw("\n")
    return text.text
  }
}
