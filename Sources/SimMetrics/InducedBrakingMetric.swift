public import SimCore
import SimGeometry
public import SimStack
import SimWorld

/// How much harder others had to brake because of how the ego drove.
public enum InducedBrakingMetric: EpisodeMetric {
  /// Called `induced_braking`.
  public static let schema = ModuleSchema(
    "induced_braking",
    "how much harder a vehicle within 50 m brakes than at that time had planner idm driven the "
      + "ego, greatest, m/s^2; only where the episode is run, not from recordings")

  /// Others farther from the ego are not looked at, metres.
  static let range = 50.0
  /// From here on it is alarming, m/s^2: what a driver with priority need not put up with.
  static let alarm = YieldPassage.mostBraking

  /// m/s^2; nil where it was not found out what happens otherwise. Series: the greatest at each
  /// tick. Statistics: its integral over all others, m/s, and the seconds beyond 2 m/s^2.
  public static func evaluate(_ signals: DerivedSignals) -> MetricResult {
    var result = MetricResult(name: name, value: nil, unit: .acceleration)
    guard let otherwise = signals.record.counterfactual, signals.ticks > 0 else { return result }
    let history = signals.record.history
    let rows = (0..<min(history.agents, otherwise.agents)).filter { row in
      row != signals.agents.ego
        && (signals.agents.classes[row].isVehicle || signals.agents.classes[row] == .bicycle)
    }
    var series = [Double](repeating: 0, count: signals.ticks)
    var agents = [Int?](repeating: nil, count: signals.ticks)
    var integral = 0.0
    for tick in 0..<min(signals.ticks, otherwise.ticks) {
      let centre = signals.motion.boxes[tick].centre
      for row in rows {
        let slot = history.slot(tick, row)
        guard history.present[slot] != 0 else { continue }
        let offset = Vector2(history.x[slot], history.y[slot]) - centre
        guard offset.lengthSquared <= range * range else { continue }
        let there = otherwise.slot(tick, row)
        let usual = otherwise.present[there] != 0 ? max(-otherwise.acceleration[there], 0) : 0
        let more = max(-history.acceleration[slot], 0) - usual
        guard more > 0 else { continue }
        integral += more * signals.record.header.clock.step
        if more > series[tick] {
          series[tick] = more
          agents[tick] = row
        }
      }
    }
    result.value = series.max()
    result.series = series
    let stretches = signals.stretches(in: series.indices) { series[$0] > alarm }
    result.violations = stretches.map { ticks in
      let at = ticks.reduce(ticks.lowerBound) { series[$1] > series[$0] ? $1 : $0 }
      return MetricViolation(
        firstTick: ticks.lowerBound, lastTick: ticks.upperBound, agent: agents[at],
        extremum: series[at],
        reason: "\(agents[at].map(signals.name) ?? "somebody") brakes "
          + "\(series[at].fixed(1)) m/s^2 harder than behind planner idm")
    }
    result.statistics = [
      ("\(name)_integral", integral),
      (
        "\(name)_time",
        Double(series.count { $0 > alarm }) * signals.record.header.clock.step
      ),
    ]
    return result
  }
}
