public import SimCore

/// Holds a run to a baseline: `simrun gate`.
///
/// Lost is: an episode that passed and does not any more; an episode that is missing; a score, or
/// the mean score, that fell by more than its tolerance (0 unless another is given); a metric with
/// a tolerance that moved beyond it (for the worse if it enters the score, in either direction if
/// not) or has no value any more; and with `exact` every state hash that changed.
public struct Gate: Sendable {
  /// One thing that was lost or won.
  public struct Finding: Hashable, Sendable {
    /// Scenario, and ego if it is not the usual one; `mean score` for the whole.
    public var label: String
    /// What of it, e.g. `score 1.000 -> 0.875`.
    public var what: String
    /// Why, in the run's words; may be empty.
    public var why: String
  }

  /// What was lost, in the order of the baseline.
  public private(set) var losses: [Finding] = []
  /// Scores that rose and episodes that pass now.
  public private(set) var gains: [Finding] = []
  /// Labels of what the baseline does not know.
  public private(set) var unknown: [String] = []
  /// Labels of what could not run.
  public private(set) var broken: [String] = []
  /// Episodes that were compared.
  public private(set) var compared = 0
  /// Those of them whose state hash changed.
  public private(set) var changed = 0

  /// 2 if something of the run could not run, else 1 if something was lost, else 0.
  public var status: ExitStatus {
    if !broken.isEmpty { return .couldNotRun }
    return losses.isEmpty ? .passed : .failed
  }

  /// - Parameters:
  ///   - exact: every changed hash is a loss.
  /// - Throws: run and baseline are scored by different profiles, or a tolerance is of nothing that
  ///   both have.
  public init(_ run: RunResults, against baseline: Baseline, exact: Bool) throws(InputError) {
    guard run.profile == baseline.profile else {
      throw InputError(
        at: .wholeFile(run.folder),
        "scored by '\(run.profile)', but the baseline by '\(baseline.profile)'",
        hint: "'simrun rescore' scores recordings by another profile")
    }
    let bounded = try Gate.bounded(run, baseline)
    let resultsByKey = run.byKey
    for entry in baseline.entries {
      guard let row = resultsByKey[entry.key] else {
        losses.append(Finding(label: entry.key.label, what: "is not in the run", why: ""))
        continue
      }
      compare(entry, row, scoreTolerance: baseline.tolerance("score") ?? 0, bounded, exact: exact)
    }
    let known = Set(baseline.entries.map(\.key))
    unknown = run.rows.filter { !known.contains($0.key) }.map(\.key.label)
    broken = run.rows.filter { $0.verdict == .error }.map { "\($0.key.label): \($0.why)" }
    compareMeans(baseline.meanScore, run.meanScore, baseline.tolerance("score_mean") ?? 0)
  }

  /// A metric with a tolerance.
  private struct Bound {
    let name: String
    let isScored: Bool
    let tolerance: Double
    /// Its indices in the baseline and in the run.
    let before: Int
    let after: Int
  }

  private static func bounded(
    _ run: RunResults, _ baseline: Baseline
  ) throws(InputError) -> [Bound] {
    var bounds: [Bound] = []
    for tolerance in baseline.tolerances where !["score", "score_mean"].contains(tolerance.name) {
      guard let before = baseline.metrics.firstIndex(of: tolerance.name),
        let after = run.metrics.firstIndex(where: { $0.name == tolerance.name })
      else {
        let names = ["score", "score_mean"] + run.metrics.map(\.name)
        throw InputError(
          at: .wholeFile(run.folder), "there is no metric '\(tolerance.name)' to tolerate",
          hint: "one of: " + names.joined(separator: ", "))
      }
      bounds.append(
        Bound(
          name: tolerance.name, isScored: run.metrics[after].isScored, tolerance: tolerance.value,
          before: before, after: after))
    }
    return bounds
  }

  private mutating func compare(
    _ entry: Baseline.Entry, _ row: RunResults.Row, scoreTolerance: Double, _ bounds: [Bound],
    exact: Bool
  ) {
    compared += 1
    let label = entry.key.label
    if entry.verdict != row.verdict, row.verdict == .pass || entry.verdict == .pass {
      let finding = Finding(
        label: label, what: "\(entry.verdict.rawValue) -> \(row.verdict.rawValue)", why: row.why)
      if row.verdict == .pass { gains.append(finding) } else { losses.append(finding) }
    }
    if entry.score != row.score {
      let finding = Finding(
        label: label, what: "score \(Gate.shown(entry.score)) -> \(Gate.shown(row.score))",
        why: row.why)
      switch (entry.score, row.score) {
      case (let before?, let after?):
        if after > before { gains.append(finding) }
        if before - after > scoreTolerance { losses.append(finding) }
      case (_?, nil): losses.append(finding)
      case (nil, _): gains.append(finding)
      }
    }
    for bound in bounds {
      let (before, after) = (entry.values[bound.before], row.values[bound.after])
      guard let before else { continue }
      let loss = after.map { bound.isScored ? before - $0 : (before - $0).magnitude } ?? .infinity
      guard loss > bound.tolerance else { continue }
      losses.append(
        Finding(
          label: label, what: "\(bound.name) \(Gate.shown(before)) -> \(Gate.shown(after))", why: ""
        ))
    }
    guard entry.hash != row.hash else { return }
    changed += 1
    if exact {
      losses.append(Finding(label: label, what: "hash \(entry.hash) -> \(row.hash)", why: ""))
    }
  }

  private mutating func compareMeans(_ before: Double?, _ after: Double?, _ tolerance: Double) {
    guard let before else { return }
    let what = "\(Gate.shown(before)) -> \(Gate.shown(after))"
    let finding = Finding(label: "mean score", what: what, why: "")
    if before - (after ?? -.infinity) > tolerance {
      losses.append(finding)
    } else if let after, after > before {
      gains.append(finding)
    }
  }

  private static func shown(_ value: Double?) -> String { value.map { $0.fixed(4) } ?? "none" }
}
