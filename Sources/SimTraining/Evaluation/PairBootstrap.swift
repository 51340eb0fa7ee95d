import SimCore

/// What pairs of networks differ by, with an interval from a bootstrap of two levels: each resample
/// draws as many pairs as there are, with replacement, then as many clusters of episodes, each
/// cluster with all of its episodes (Efron and Tibshirani, "An introduction to the bootstrap",
/// 1993).
///
/// All pairs are tested on the same episodes, so one draw of clusters counts for all pairs drawn.
/// With few pairs intervals are too narrow rather than too wide: of three there are ten different
/// draws alone.
struct PairBootstrap {
  /// Differences of one column.
  struct Estimate: Hashable {
    /// Means over the episodes, a value a pair; NaN for a pair without any.
    var pairs: [Double]
    /// Mean over the episodes of all pairs.
    var mean: Double
    /// The middle 95 % of the resamples' means.
    var low: Double, high: Double
    /// Mean of what is subtracted, over the same episodes.
    var base: Double
  }

  private static let pair = RandomPurpose("ablation.pair")
  private static let cluster = RandomPurpose("ablation.cluster")

  /// Index of each episode's cluster, from 0 without gaps.
  let clusters: [Int]
  var resamples = 10_000
  var seed: UInt64 = 0

  /// - Parameters:
  ///   - on: of each pair a value an episode; NaN where there is none.
  ///   - off: what is subtracted, of the same form. An episode that either lacks is left out of
  ///     the pair.
  /// - Returns: nil if no episode has both values.
  func estimate(_ on: [[Double]], _ off: [[Double]]) -> Estimate? {
    precondition(on.count == off.count && resamples > 0, "pairs")
    let clusterCount = (clusters.max() ?? -1) + 1
    let none = [Double](repeating: 0, count: clusterCount)
    var sums = on.map { _ in none }
    var counts = sums
    var base = 0.0
    for pair in on.indices {
      precondition(on[pair].count == clusters.count && off[pair].count == clusters.count)
      for (episode, cluster) in clusters.enumerated() {
        let difference = on[pair][episode] - off[pair][episode]
        guard !difference.isNaN else { continue }
        sums[pair][cluster] += difference
        counts[pair][cluster] += 1
        base += off[pair][episode]
      }
    }
    func total(_ values: [Double]) -> Double { values.reduce(0, +) }
    let count = total(counts.map(total))
    guard count > 0 else { return nil }
    let random = CounterRandom(seed: seed)
    var means: [Double] = []
    means.reserveCapacity(resamples)
    for resample in 0..<resamples {
      let stream = UInt64(resample)
      let drawn = on.indices.map {
        random.below(on.count, Self.pair, stream: stream, tick: 0, index: $0)
      }
      var (sum, count) = (0.0, 0.0)
      for draw in 0..<clusterCount {
        let cluster = random.below(
          clusterCount, Self.cluster, stream: stream, tick: 0, index: draw)
        for pair in drawn {
          sum += sums[pair][cluster]
          count += counts[pair][cluster]
        }
      }
      if count > 0 { means.append(sum / count) }
    }
    means.sort()
    let mean = total(sums.map(total)) / count
    return Estimate(
      pairs: zip(sums, counts).map { total($0) / total($1) }, mean: mean,
      low: Self.quantile(0.025, of: means) ?? mean, high: Self.quantile(0.975, of: means) ?? mean,
      base: base / count)
  }

  /// A quantile of sorted values, linear between neighbours.
  private static func quantile(_ share: Double, of sorted: [Double]) -> Double? {
    guard let last = sorted.last else { return nil }
    let rank = share * Double(sorted.count - 1)
    let below = Int(rank)
    guard below + 1 < sorted.count else { return last }
    return sorted[below] + (rank - Double(below)) * (sorted[below + 1] - sorted[below])
  }
}
