import SimCore
import SimStack

extension DerivedSignals {
  /// `at 4.3 s (tick 43)`.
  func moment(_ tick: Int) -> String { "at \(seconds(tick).fixed(1)) s (tick \(tick))" }

  /// The stretches of ticks in which a test fails.
  func stretches(in ticks: Range<Int>, where isBroken: (Int) -> Bool) -> [ClosedRange<Int>] {
    var found: [ClosedRange<Int>] = []
    var first: Int?
    for tick in ticks {
      if isBroken(tick) {
        if first == nil { first = tick }
      } else if let start = first {
        found.append(start...tick - 1)
        first = nil
      }
    }
    if let start = first { found.append(start...ticks.upperBound - 1) }
    return found
  }
}

/// Least, greatest and mean value and 90th percentile of a series, as nuPlan reports them.
struct SeriesSummary {
  var least = Double.nan
  var greatest = Double.nan
  var mean = Double.nan
  var percentile90 = Double.nan

  init(_ values: [Double]) {
    guard let first = values.min(), let last = values.max() else { return }
    least = first
    greatest = last
    mean = values.reduce(0, +) / Double(values.count)
    // The observation closest to rank 0.9 n - 1/2 (from 1), upwards on odd ties (NumPy 1.23).
    let rank = 0.9 * Double(values.count) - 1.5
    let below = rank.rounded(.down)
    let isKept = rank == below && below.truncatingRemainder(dividingBy: 2) == 0
    let index = max(0, min(values.count - 1, Int(isKept ? below : below + 1)))
    percentile90 = values.sorted()[index]
  }
}

extension [MetricViolation] {
  /// By their first ticks; those of one tick as they were.
  var inOrder: [MetricViolation] {
    enumerated().sorted { ($0.element.firstTick, $0.offset) < ($1.element.firstTick, $1.offset) }
      .map(\.element)
  }
}
