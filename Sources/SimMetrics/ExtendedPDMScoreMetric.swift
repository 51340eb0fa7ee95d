public import SimCore
public import SimStack

/// NAVSIM's second score over the executed drive.
public enum ExtendedPDMScoreMetric: EpisodeMetric {
  /// Called `epdms`.
  public static let schema = ModuleSchema(
    "epdms",
    "NC x DAC x DDC x TLC x (5 EP + 5 TTC + 2 LK + 2 HC + 2 EC) / 16 over the executed drive (NAVSIM "
      + "v2); EC is the share of consistent plans, left out where none are recorded")

  /// In [0, 1]; nil without ticks. Where the reference drive is a recording, nothing is set to 1
  /// for what it fails itself. Statistics: the terms are those of `pdms`. Series: all 0.
  public static func evaluate(_ signals: DerivedSignals) -> MetricResult {
    guard signals.ticks > 0 else { return MetricResult(name: name, value: nil) }
    let terms = PDMTerms(signals)
    let plans = PlanConsistencyMetric.evaluate(signals)
    let mean = PDMTerms.mean([
      (5, terms.progress), (5, terms.timeToCollision), (2, terms.laneKeeping), (2, terms.comfort),
      (2, plans.value),
    ])
    let product =
      terms.noCollision * terms.drivableArea * terms.drivingDirection * terms.trafficLight
    return MetricResult(
      name: name, value: product * mean, series: [Double](repeating: 0, count: signals.ticks),
      violations: (terms.failures + terms.furtherFailures + plans.violations).inOrder)
  }
}
