/// Wall time since a moment: for what is reported beside results, and for giving up on a worker.
/// It is the only place that looks at a clock; no result follows from it.
public struct Stopwatch: Sendable {
  private let start = ContinuousClock.now

  /// Starts now.
  public init() {}

  /// Seconds since the start.
  public var seconds: Double {
    let elapsed = (ContinuousClock.now - start).components
    return Double(elapsed.seconds) + Double(elapsed.attoseconds) * 1e-18
  }
}
