/// One number a tick: the worst over all pairs, and with whom.
public struct WorstSeries: Sendable {
  /// The worst values; what stands for nothing where there is no pair.
  public private(set) var values: [Double]
  /// Row of the other agent; -1 where there is none.
  public private(set) var agents: [Int32]
  /// The least values are the worst.
  public let isLeastWorst: Bool
  /// Greater values count as this one.
  let most: Double

  /// Nothing yet.
  ///
  /// Infinity stands for nothing where the least is worst, else 0.
  init(ticks: Int, isLeastWorst: Bool, most: Double = .infinity) {
    self.isLeastWorst = isLeastWorst
    self.most = most
    values = [Double](repeating: isLeastWorst ? .infinity : 0, count: ticks)
    agents = [Int32](repeating: -1, count: ticks)
  }

  /// Takes a value in if it is worse than what is known of its tick.
  mutating func take(_ found: Double, _ tick: Int, _ row: Int) {
    let value = min(found, most)
    guard isLeastWorst ? value < values[tick] : value > values[tick] else { return }
    values[tick] = value
    agents[tick] = Int32(truncatingIfNeeded: row)
  }

  /// The same with other values in place of those of each tick, with the same agents.
  public func mapped(_ change: (Double) -> Double) -> WorstSeries {
    var copy = self
    copy.values = values.map(change)
    return copy
  }
}
