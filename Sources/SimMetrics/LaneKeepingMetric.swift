public import SimCore
import SimGeometry
import SimMap
public import SimStack

/// Whether the ego kept near the middle of its lane.
public enum LaneKeepingMetric: EpisodeMetric {
  /// Called `lane_keeping`.
  public static let schema = ModuleSchema(
    "lane_keeping",
    "0 if the ego is more than 0.5 m beside the middle of its lane for 2 s, junctions left out, "
      + "else 1 (NAVSIM)")

  /// Greatest offset from the middle of the lane, metres.
  public static let greatestOffset = 0.5
  /// Shortest time beyond it that fails, seconds.
  public static let shortest = 2.0

  /// 1 or 0; nil without ticks. The series is the size of the offset, metres, NaN off all lanes and
  /// in junctions.
  public static func evaluate(_ signals: DerivedSignals) -> MetricResult {
    var result = MetricResult(name: name, value: nil, unit: .length)
    guard signals.ticks > 0 else { return result }
    result.value = 1
    let enough = Int((shortest / signals.record.header.clock.step - 1e-9).rounded(.up))
    result.series = [Double](repeating: .nan, count: signals.ticks)
    var start: Int?
    var count = 0
    var worst = 0.0
    for tick in 0..<signals.ticks {
      // What is skipped neither counts nor ends a stretch.
      guard !signals.placement.isInJunction[tick], let lane = signals.placement.driven.first(tick),
        !signals.map.lanes[lane].isConnector
      else { continue }
      let centre = signals.motion.boxes[tick].centre
      let offset = signals.map.lanes[lane].centreline.project(centre).d.magnitude
      result.series[tick] = offset
      guard offset > greatestOffset else {
        start = nil
        count = 0
        worst = 0
        continue
      }
      let first = start ?? tick
      start = first
      count += 1
      worst = max(worst, offset)
      guard count >= enough else { continue }
      let violation = MetricViolation(
        firstTick: first, lastTick: tick, extremum: worst,
        reason: "\(worst.fixed(2)) m beside the middle of the lane")
      // A stretch that goes on is one.
      if result.violations.last?.firstTick == first { result.violations.removeLast() }
      result.violations.append(violation)
      result.value = 0
    }
    return result
  }
}
