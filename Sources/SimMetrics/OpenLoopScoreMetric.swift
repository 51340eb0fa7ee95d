public import SimCore
import SimGeometry
public import SimStack
import SimWorld

/// How near plans are to what was recorded: nuPlan's open-loop score (challenge 1).
public enum OpenLoopScoreMetric: EpisodeMetric {
  /// Called `open_loop_score`.
  public static let schema = ModuleSchema(
    "open_loop_score",
    "miss rate x (ADE + FDE + 2 AHE + 2 FHE) / 6 of plans against the recorded drive over 3, 5 and "
      + "8 s (nuPlan challenge 1; to be used with the controller log-playback)")

  /// Seconds.
  static let horizons = [3, 5, 8]
  /// A plan misses if it is farther off within the horizon, metres.
  static let missBounds = [6.0, 8.0, 16.0]
  /// Largest share of misses, at each horizon.
  static let missShare = 0.3
  /// At these mean errors a term is 0: metres, radians.
  static let worst = (distance: 8.0, heading: 0.8)

  /// Mean errors over the frames, of one horizon.
  private struct Errors {
    var averageDistance = 0.0
    var finalDistance = 0.0
    var averageHeading = 0.0
    var finalHeading = 0.0
    var misses = 0
    var frames = 0
  }

  /// In [0, 1]; nil without a recorded drive or without plans, or if neither reaches to 3 s. Frames
  /// are the full seconds of the drive at which plan and recording reach to the horizon. Series:
  /// distance after 3 s, metres, NaN but at frames. Violations: frames that miss, with the greatest
  /// distance.
  public static func evaluate(_ signals: DerivedSignals) -> MetricResult {
    var result = MetricResult(name: name, value: nil, unit: .length)
    guard signals.driver.referenceKind == .expert, let expert = signals.driver.reference else {
      return result
    }
    let records = signals.record.egos[signals.ego]
    let second = signals.record.header.clock.ticks(1)
    guard second > 0 else { return result }
    var series = [Double](repeating: .nan, count: signals.ticks)
    var errors = horizons.map { _ in Errors() }
    for tick in stride(from: 0, to: signals.ticks, by: second) {
      guard let plan = records[tick].plan else { continue }
      var sums = (distance: 0.0, heading: 0.0, worst: 0.0)
      var steps = 0
      for ahead in 1...(horizons.last ?? 1) {
        let then = tick + ahead * second
        let time = signals.record.microseconds(then)
        guard expert.indices.contains(then), let planned = plan.pose(atMicroseconds: time) else {
          break
        }
        let centre = planned.advanced(by: signals.driver.vehicle.rearAxleToCentre)
        let truth = expert[then].centre(signals.driver.vehicle)
        let distance = centre.position.distance(to: truth.position)
        let heading = ExactMath.wrapAngle(centre.heading - truth.heading).magnitude
        steps += 1
        sums.distance += distance
        sums.heading += heading
        sums.worst = max(sums.worst, distance)
        guard let k = horizons.firstIndex(of: ahead) else { continue }
        errors[k].frames += 1
        errors[k].averageDistance += sums.distance / Double(steps)
        errors[k].averageHeading += sums.heading / Double(steps)
        errors[k].finalDistance += distance
        errors[k].finalHeading += heading
        if k == 0 { series[tick] = distance }
        guard sums.worst > missBounds[k] else { continue }
        errors[k].misses += 1
        if result.violations.last?.firstTick != tick {
          result.violations.append(
            MetricViolation(
              firstTick: tick, lastTick: tick, extremum: sums.worst,
              reason: "the plan is \(sums.worst.fixed(1)) m off the recorded drive within "
                + "\(ahead) s"))
        }
      }
    }
    let known = errors.filter { $0.frames > 0 }
    guard !known.isEmpty else { return MetricResult(name: name, value: nil, unit: .length) }
    result.series = series
    func mean(_ value: (Errors) -> Double) -> Double {
      var sum = 0.0
      for entry in known { sum += value(entry) / Double(entry.frames) }
      return sum / Double(known.count)
    }
    let ade = mean(\.averageDistance)
    let fde = mean(\.finalDistance)
    let ahe = mean(\.averageHeading)
    let fhe = mean(\.finalHeading)
    let isMissed = known.contains { Double($0.misses) > missShare * Double($0.frames) }
    let sum =
      max(0, 1 - ade / worst.distance) + max(0, 1 - fde / worst.distance)
      + 2 * max(0, 1 - ahe / worst.heading) + 2 * max(0, 1 - fhe / worst.heading)
    result.value = isMissed ? 0 : sum / 6
    result.statistics = [
      ("open_loop_ade", ade), ("open_loop_fde", fde), ("open_loop_ahe", ahe),
      ("open_loop_fhe", fhe),
    ]
    for (horizon, entry) in zip(horizons, errors) {
      result.statistics.append(
        (
          "open_loop_miss_rate_\(horizon)s",
          entry.frames > 0 ? Double(entry.misses) / Double(entry.frames) : .nan
        ))
    }
    return result
  }
}
