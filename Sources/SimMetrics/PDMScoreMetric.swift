public import SimCore
public import SimStack

/// NAVSIM's first score over the executed drive.
public enum PDMScoreMetric: EpisodeMetric {
  /// Called `pdms`.
  public static let schema = ModuleSchema(
    "pdms", "NC x DAC x (5 EP + 5 TTC + 2 C) / 12 over the executed drive (NAVSIM v1)")

  /// In [0, 1]; nil without ticks. Without a reference drive progress leaves the mean. Statistics:
  /// the terms. Series: all 0. Violations: where collisions, area, time to collision and comfort
  /// first failed.
  public static func evaluate(_ signals: DerivedSignals) -> MetricResult {
    guard signals.ticks > 0 else { return MetricResult(name: name, value: nil) }
    let terms = PDMTerms(signals)
    let mean = PDMTerms.mean([
      (5, terms.progress), (5, terms.timeToCollision), (2, terms.comfort),
    ])
    return MetricResult(
      name: name, value: terms.noCollision * terms.drivableArea * mean,
      series: [Double](repeating: 0, count: signals.ticks), statistics: terms.statistics(name),
      violations: terms.failures)
  }
}
