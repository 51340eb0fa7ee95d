public import SimCore
import SimMap
public import SimStack
import SimWorld

/// Whether the ego passed a red light.
public enum TrafficLightComplianceMetric: EpisodeMetric {
  /// Called `traffic_light_compliance`.
  public static let schema = ModuleSchema(
    "traffic_light_compliance",
    "1 if no stop line is passed with the front while its signal is red, before and after; else 0")

  /// 1 or 0. Each red light passed is a violation, with the ego's speed there, m/s, as extremum.
  /// Series: that speed in the two ticks of a passing, else 0.
  public static func evaluate(_ signals: DerivedSignals) -> MetricResult {
    var result = MetricResult(name: name, value: 1)
    let map = signals.map
    let crossings = crossings(signals)
    for crossing in redLights(signals, among: crossings) {
      let speed = signals.motion.states[crossing.tick].speed
      result.violations.append(
        MetricViolation(
          firstTick: crossing.tick, lastTick: crossing.tick + 1, extremum: speed,
          reason: "passes red light '\(map.signals[crossing.signal].id)' at \(speed.fixed(1)) m/s"))
    }
    result.unit = .speed
    result.series = [Double](repeating: 0, count: signals.ticks)
    for violation in result.violations {
      for tick in violation.firstTick...violation.lastTick {
        result.series[tick] = violation.extremum
      }
    }
    result.value = result.violations.isEmpty ? 1 : 0
    result.events = result.violations.map {
      EpisodeEvent(tick: $0.firstTick, kind: "red_light", value: $0.extremum)
    }
    result.statistics = [
      ("red_lights", Double(result.violations.count)),
      ("signals_passed", Double(crossings.count)),
    ]
    return result.withFirstViolation(signals)
  }

  /// Lines of signals that the ego passed.
  private static func crossings(_ signals: DerivedSignals) -> [SignalCrossing] {
    SignalCrossing.all(
      signals.motion.boxes, signals.placement.driven, route: signals.driver.route.lanes,
      on: signals.map)
  }

  /// Lines that the ego passed while their signal was red, before and after.
  static func redLights(
    _ signals: DerivedSignals, among known: [SignalCrossing]? = nil
  ) -> [SignalCrossing] {
    let count = signals.map.signals.count
    func isRed(_ tick: Int, _ signal: Int) -> Bool {
      let entry = tick * count + signal
      return signals.record.signals.indices.contains(entry)
        && signals.record.signals[entry].meansStop
    }
    // What turned red in that very tick was passed on yellow.
    return (known ?? crossings(signals)).filter {
      isRed($0.tick, $0.signal) && isRed($0.tick + 1, $0.signal)
    }
  }
}
