public import SimCore
import SimGeometry
public import SimMetrics  // only outside of SimMetrics
public import SimStack
import SimWorld

/// How often the ego braked hard.
public enum HardBrakingMetric: EpisodeMetric {
  /// Called `hard_braking`.
  public static let schema = ModuleSchema("hard_braking", "stretches of braking beyond 3 m/s^2")

  /// The number of stretches; the series is the acceleration, m/s^2.
  public static func evaluate(_ signals: DerivedSignals) -> MetricResult {
    let series = signals.motion.states.map(\.acceleration.x)
    var result = MetricResult(
      name: schema.name, value: 0, unit: .acceleration, series: series)
    var first: Int?
    for tick in 0...series.count {
      if tick < series.count, series[tick] < -3 {
        first = first ?? tick
      } else if let start = first {
        let worst = series[start..<tick].min() ?? 0
        result.violations.append(
          MetricViolation(
            firstTick: start, lastTick: tick - 1, extremum: worst, reason: "braked hard"))
        first = nil
      }
    }
    result.value = Double(result.violations.count)
    return result
  }
}
