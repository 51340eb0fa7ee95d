import SimCore

/// Confidence intervals of means by the bootstrap (Efron 1979) that draws whole clusters.
///
/// Episodes of one scenario resemble each other, so that drawing episodes would make intervals too
/// narrow; each resample draws as many scenarios as there are, with replacement, each with all of
/// its episodes. The interval is that of the percentiles. Which clusters are drawn depends on the
/// seed and their number only, so all columns of a comparison share their resamples.
public struct ClusterBootstrap: Sendable {
  /// A mean with the interval that holds it with 95 % probability.
  public struct Estimate: Hashable, Sendable {
    /// Mean over all values.
    public var mean: Double
    /// Lower end of the interval.
    public var low: Double
    /// Upper end of the interval.
    public var high: Double
    /// Number of values.
    public var count: Int

    /// The interval lies on one side of 0.
    public var isClear: Bool { low > 0 || high < 0 }
  }

  private static let purpose = RandomPurpose("bootstrap.cluster")

  /// Index of each value's cluster, from 0.
  private let clusters: [Int]
  private let clusterCount: Int
  private let resamples: Int
  private let random: CounterRandom

  /// - Parameters:
  ///   - clusters: index of each value's cluster, from 0 without gaps.
  ///   - resamples: number of draws; at least 1.
  ///   - seed: of the draws.
  public init(clusters: [Int], resamples: Int = 10_000, seed: UInt64 = 0) {
    precondition(resamples > 0, "an interval needs a resample")
    self.clusters = clusters
    clusterCount = (clusters.max() ?? -1) + 1
    self.resamples = resamples
    random = CounterRandom(seed: seed)
  }

  /// The means of some columns.
  ///
  /// - Parameter columns: each with a value a pair, NaN where there is none.
  /// - Returns: an estimate a column; nil if it has no value.
  public func estimates(_ columns: [[Double]]) -> [Estimate?] {
    let sums = columns.map { Sums(clusters, clusterCount, $0) }
    var means = columns.map { _ in [Double]() }
    for index in means.indices { means[index].reserveCapacity(resamples) }
    var weights = [Double](repeating: 0, count: clusterCount)
    for resample in 0..<resamples where clusterCount > 0 {
      for cluster in weights.indices { weights[cluster] = 0 }
      for draw in 0..<clusterCount {
        let cluster = random.below(
          clusterCount, Self.purpose, stream: UInt64(resample), tick: 0, index: draw)
        weights[cluster] += 1
      }
      for (index, column) in sums.enumerated() {
        if let mean = column.mean(weights) { means[index].append(mean) }
      }
    }
    return sums.indices.map { index in
      guard sums[index].total > 0 else { return nil }
      let sorted = means[index].sorted()
      let mean = sums[index].mean([Double](repeating: 1, count: clusterCount)) ?? .nan
      return Estimate(
        mean: mean, low: Self.quantile(0.025, of: sorted) ?? mean,
        high: Self.quantile(0.975, of: sorted) ?? mean, count: sums[index].total)
    }
  }

  /// A quantile of sorted values, linear between neighbours.
  static func quantile(_ share: Double, of sorted: [Double]) -> Double? {
    guard let last = sorted.last else { return nil }
    let rank = share * Double(sorted.count - 1)
    let below = Int(rank)
    guard below + 1 < sorted.count else { return last }
    return sorted[below] + (rank - Double(below)) * (sorted[below + 1] - sorted[below])
  }

  /// A column summed by cluster.
  private struct Sums {
    var sums: [Double]
    var counts: [Double]
    var total = 0

    init(_ clusters: [Int], _ clusterCount: Int, _ column: [Double]) {
      precondition(column.count == clusters.count, "a column has a value a pair")
      sums = [Double](repeating: 0, count: clusterCount)
      counts = sums
      for (cluster, value) in zip(clusters, column) where !value.isNaN {
        sums[cluster] += value
        counts[cluster] += 1
        total += 1
      }
    }

    /// Mean of a resample; nil if none of its clusters has a value.
    func mean(_ weights: [Double]) -> Double? {
      var sum = 0.0
      var count = 0.0
      for cluster in weights.indices {
        sum += weights[cluster] * sums[cluster]
        count += weights[cluster] * counts[cluster]
      }
      return count > 0 ? sum / count : nil
    }
  }
}
