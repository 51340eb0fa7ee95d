import SimCore
import SimGeometry
import SimStack

/// Errors of forecasts over many road users: sums, from which the means of a table follow.
public struct ForecastScores: Hashable, Sendable {
  /// Forecasts looked at.
  public private(set) var count = 0
  private var sums = [Double](repeating: 0, count: 8)
  private var flickers = 0

  /// The columns of a table, in order, with what they mean.
  public static let columns: [(name: String, meaning: String)] = [
    ("minADE_1", "mean distance over 3 s of the likeliest mode, m"),
    ("minFDE_1", "distance after 3 s of the likeliest mode, m"),
    ("minADE_6", "mean distance over 3 s of the mode that ends nearest, m"),
    ("minFDE_6", "distance after 3 s of the mode that ends nearest, m"),
    ("miss_1", "share of which the likeliest mode ends farther off than 2 m"),
    ("miss_6", "share of which every mode ends farther off than 2 m"),
    ("brier", "minFDE_6 (in metres) plus (1 - p)^2 of that mode: a unit of its own"),
    ("flicker", "mean distance of the likeliest ways of a forecast and the one a frame before, m"),
  ]

  /// No forecasts yet.
  public init() {}

  /// So many forecasts with some means, a number a column.
  init(count: Int, means: [Double]) {
    precondition(means.count == Self.columns.count, "a mean a column")
    self.count = count
    flickers = count
    sums = means.map { $0 * Double(count) }
  }

  /// The mean of a column; nil without any forecast.
  public func mean(_ column: Int) -> Double? {
    let n = column == 7 ? flickers : count
    return n > 0 ? sums[column] / Double(n) : nil
  }

  /// Adds the forecast of one road user.
  ///
  /// - Parameters:
  ///   - agent: index into the forecast's tracks.
  ///   - truth: where it was at the forecast's steps, from the first one on.
  ///   - before: the forecast of one step earlier with the index of the same track; nil: none.
  mutating func add(
    _ forecast: Forecast, agent: Int, truth: [Vector2], before: (forecast: Forecast, agent: Int)?
  ) {
    truth.withUnsafeBufferPointer { truth in
      let best = ForecastError(forecast, agent: agent, truth: truth)
      let likeliest = ForecastError(forecast.likeliestOnly(agent), agent: 0, truth: truth)
      sums[0] += likeliest.meanDistance
      sums[1] += likeliest.finalDistance
      sums[2] += best.meanDistance
      sums[3] += best.finalDistance
      sums[4] += likeliest.isMiss ? 1 : 0
      sums[5] += best.isMiss ? 1 : 0
      sums[6] += best.brierFinalDistance
    }
    count += 1
    guard let before else { return }
    let now = forecast.likeliest(agent)
    let then = before.forecast.likeliest(before.agent)
    let steps = min(truth.count, before.forecast.steps - 1)
    guard steps > 0 else { return }
    var sum = 0.0
    for step in 0..<steps {
      let a = forecast.point(agent, mode: now, step: step)
      let b = before.forecast.point(before.agent, mode: then, step: step + 1)
      sum += Vector2(a.x - b.x, a.y - b.y).length
    }
    sums[7] += sum / Double(steps)
    flickers += 1
  }

  /// Adds what another one has summed up.
  mutating func add(_ other: ForecastScores) {
    count += other.count
    flickers += other.flickers
    for column in sums.indices { sums[column] += other.sums[column] }
  }
}

extension Forecast {
  /// The likeliest mode of an agent, the first of equals.
  func likeliest(_ agent: Int) -> Int {
    var best = 0
    for mode in 1..<max(1, modes)
    where probabilities[agent * modes + mode] > probabilities[agent * modes + best] { best = mode }
    return best
  }

  /// An agent's likeliest mode alone.
  fileprivate func likeliestOnly(_ agent: Int) -> Forecast {
    let first = (agent * modes + likeliest(agent)) * steps
    return Forecast(
      stepMicroseconds: stepMicroseconds, steps: steps, modes: 1, tracks: [tracks[agent]],
      probabilities: [1], points: Array(points[first..<first + steps]))
  }
}
