public import SimGeometry
public import SimMap

/// Progress along the lanes' direction of travel, whichever lane a vehicle is in (nuPlan's measure
/// of driving against the traffic).
public struct DrivingDirection: Sendable {
  /// Time over which progress is summed, microseconds.
  public static let window = 1_000_000.0

  /// Change of arc length on the baseline of the lane since the tick before, metres.
  ///
  /// 0 without a lane, and in the first two ticks in another lane: the first forgets the old arc
  /// length, the second only notes the new one. An arc length of exactly 0 gives 0 too. A tick
  /// without a lane forgets nothing.
  public static func progressPerTick(
    _ positions: [Vector2], in lanes: LaneSets, on map: LaneGraph
  ) -> [Double] {
    var progress = [Double](repeating: 0, count: positions.count)
    guard !positions.isEmpty else { return progress }
    var current = lanes.first(0)
    var reached: Double?
    for tick in positions.indices {
      guard let lane = lanes.first(tick) else { continue }
      if lane == current {
        let now = map.lanes[lane].centreline.project(positions[tick]).s
        if let reached, now != 0 { progress[tick] = now - reached }
        reached = now
      } else {
        current = lane
        reached = nil
      }
    }
    return progress
  }

  /// Sums over the last second (`window`) up to each tick, metres.
  ///
  /// - Parameter step: mean time between ticks, microseconds.
  public static func rollingSum(_ progress: [Double], step: Double) -> [Double] {
    guard step > 0 else { return progress }
    let reach = Int(window / step)
    return progress.indices.map { tick in
      var sum = 0.0
      for i in max(0, tick - reach)...tick { sum += progress[i] }
      return sum
    }
  }
}
