public import SimCore

/// Two runs of the same episodes beside each other: `simrun compare A B`.
///
/// Every difference is B's value less A's for the same ego of the same episode. Means are over
/// episodes that have a score by the runs' profile in both; of episodes that are the same to the
/// bit under several seeds, in A as in B, only the first counts. Intervals draw scenarios (files),
/// never episodes; so does the sign test, which takes each file's mean difference.
public struct RunComparison: Sendable {
  /// One drive in both runs.
  public struct Pair: Sendable {
    /// The drive in A.
    public let a: RunResults.Row
    /// The drive in B.
    public let b: RunResults.Row

    /// Scenario, and ego if it is not the usual one.
    public var label: String { a.key.label }
    /// B's score less A's; nil unless both have one.
    public var difference: Double? {
      guard let x = a.score, let y = b.score else { return nil }
      return y - x
    }
  }

  /// One metric, or the score, over all pairs that have a value in both.
  public struct Column: Sendable {
    /// `score`, or the metric's name.
    public let name: String
    /// Mean in A.
    public let a: Double
    /// Mean in B.
    public let b: Double
    /// Mean of B's values less A's, with its interval.
    public let difference: ClusterBootstrap.Estimate
  }

  /// The run that is compared with.
  public let a: RunResults
  /// The run that is compared.
  public let b: RunResults
  /// In the order of A.
  public let pairs: [Pair]
  /// Labels of what only A has.
  public let onlyInA: [String]
  /// Labels of what only B has.
  public let onlyInB: [String]
  /// The score first; nil if no pair has one in both.
  public let score: Column?
  /// Mean score of A and of B over the pairs, each with an interval of its own; nil as `score`.
  public let means: (a: ClusterBootstrap.Estimate, b: ClusterBootstrap.Estimate)?
  /// The metrics that both runs have, in A's order.
  public let metrics: [Column]
  /// Over the files' mean differences in score.
  public let sign: SignTest
  /// Number of files that the interval draws from.
  public let clusterCount: Int
  /// Pairs that count in means.
  public let comparedCount: Int

  /// Pairs that are the same to the bit.
  public var sameCount: Int { pairs.count { $0.a.hash == $0.b.hash && $0.a.ticks == $0.b.ticks } }
  /// Pairs that passed in A and do not in B.
  public var newlyFailed: [Pair] { pairs.filter { $0.a.verdict == .pass && $0.b.verdict != .pass } }
  /// Pairs that did not pass in A and do in B.
  public var newlyFixed: [Pair] { pairs.filter { $0.a.verdict != .pass && $0.b.verdict == .pass } }

  /// The pairs whose score changed, most first, in A's order among equals.
  public func movers(_ most: Int) -> [Pair] {
    let moved = pairs.indices.filter { (pairs[$0].difference ?? 0) != 0 }
    let sizes = pairs.map { ($0.difference ?? 0).magnitude }
    return moved.sorted { sizes[$0] == sizes[$1] ? $0 < $1 : sizes[$0] > sizes[$1] }
      .prefix(most).map { pairs[$0] }
  }

  /// - Parameters:
  ///   - resamples: draws of the bootstrap; at least 1.
  ///   - seed: of the draws.
  /// - Throws: the runs are scored by different profiles, or have no episode in common.
  public init(
    _ a: RunResults, _ b: RunResults, resamples: Int = 10_000, seed: UInt64 = 0
  ) throws(InputError) {
    guard a.profile == b.profile else {
      throw InputError(
        at: .wholeFile(b.folder),
        "scored by '\(b.profile)', but \(a.folder) by '\(a.profile)'",
        hint: "'simrun rescore' scores recordings by another profile")
    }
    let inB = b.byKey
    let pairs = a.rows.compactMap { row in inB[row.key].map { Pair(a: row, b: $0) } }
    guard !pairs.isEmpty else {
      throw InputError(at: .wholeFile(b.folder), "has no episode in common with \(a.folder)")
    }
    let inA = Set(a.rows.map(\.key))
    self.a = a
    self.b = b
    self.pairs = pairs
    onlyInA = a.rows.filter { inB[$0.key] == nil }.map(\.key.label)
    onlyInB = b.rows.filter { !inA.contains($0.key) }.map(\.key.label)

    let compared = RunComparison.distinct(pairs, profile: a.profile)
    let files = Set(compared.map(\.a.path))
      .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    let numbers = Dictionary(uniqueKeysWithValues: files.enumerated().map { ($1, $0) })
    let clusters = compared.map { numbers[$0.a.path] ?? 0 }
    clusterCount = files.count
    comparedCount = compared.count

    let inBoth = a.metrics.enumerated().compactMap { index, metric in
      b.metrics.firstIndex { $0.name == metric.name }.map { (metric.name, index, $0) }
    }
    var columns = [(name: "score", a: compared.map(\.a.score), b: compared.map(\.b.score))]
    for (name, i, j) in inBoth {
      columns.append((name, compared.map { $0.a.values[i] }, compared.map { $0.b.values[j] }))
    }
    let differences = columns.map { column in
      zip(column.a, column.b).map { x, y in if let x, let y { y - x } else { Double.nan } }
    }
    // (Together, so that all are of the same draws.)
    let scores = [columns[0].a, columns[0].b].map { $0.map { $0 ?? .nan } }
    let drawn = ClusterBootstrap(clusters: clusters, resamples: resamples, seed: seed)
      .estimates(differences + scores)
    let estimates = drawn.dropLast(2)
    if let a = drawn[drawn.count - 2], let b = drawn[drawn.count - 1] {
      means = (a, b)
    } else {
      means = nil
    }
    let made = columns.indices.map { index in
      estimates[index].map { estimate in
        let isKept = differences[index].map { !$0.isNaN }
        return Column(
          name: columns[index].name, a: RunComparison.mean(columns[index].a, isKept),
          b: RunComparison.mean(columns[index].b, isKept), difference: estimate)
      }
    }
    score = made.first.flatMap(\.self)
    metrics = made.dropFirst().compactMap(\.self)

    var sums = [Double](repeating: 0, count: files.count)
    for (cluster, difference) in zip(clusters, differences[0]) where !difference.isNaN {
      sums[cluster] += difference
    }
    sign = SignTest(better: sums.count { $0 > 0 }, worse: sums.count { $0 < 0 })
  }

  /// Pairs with a score by the profile of the runs, without repetitions of another seed's.
  private static func distinct(_ pairs: [Pair], profile: String) -> [Pair] {
    struct Twin: Hashable {
      let path: String
      let scenario: String
      let ego: String
      let a: String
      let b: String
    }
    var seen: Set<Twin> = []
    return pairs.filter { pair in
      guard pair.a.profile == profile, pair.b.profile == profile, pair.a.score != nil,
        pair.b.score != nil
      else { return false }
      guard pair.a.ticks > 0, pair.b.ticks > 0 else { return true }
      return seen.insert(
        Twin(
          path: pair.a.path, scenario: EpisodeName.withoutSeed(pair.a.scenario), ego: pair.a.ego,
          a: pair.a.hash, b: pair.b.hash)
      ).inserted
    }
  }

  private static func mean(_ values: [Double?], _ isKept: [Bool]) -> Double {
    let kept = zip(values, isKept).compactMap { $1 ? $0 : nil }
    return kept.reduce(0, +) / Double(max(kept.count, 1))
  }
}
