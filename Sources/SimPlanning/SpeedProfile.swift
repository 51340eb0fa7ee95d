import SimGeometry
import SimMap

/// The highest speed at which a route may and can be driven, over arc length.
///
/// It is the lowest of the lanes' limits and of what bends allow at a given lateral acceleration,
/// lowered ahead of each slow stretch so that a constant deceleration suffices to reach it.
struct SpeedProfile {
  /// Highest speed at each sample, m/s.
  let speeds: [Double]
  /// Distance between samples, metres.
  let spacing: Double

  /// What limits the speed.
  struct Limits {
    /// The way.
    var route: Route
    var map: LaneGraph
    /// Allowed in bends, m/s^2; infinite: bends do not count.
    var lateralAcceleration: Double
    /// Allowed in bends, rad/s; infinite: tight bends do not count more than wide ones.
    var yawRate: Double
    /// Used ahead of slower stretches, m/s^2.
    var deceleration: Double
  }

  /// - Parameter fallback: speed on lanes without a limit, m/s.
  init(_ limits: Limits, fallback: Double) {
    let route = limits.route
    let map = limits.map
    let deceleration = limits.deceleration
    let path = route.centreline
    let count = max(2, Int((path.length / 2).rounded(.up)) + 1)
    let spacing = path.length / Double(count - 1)
    var speeds = [Double](repeating: fallback, count: count)
    var lane = 0
    for k in 0..<count {
      let s = Double(k) * spacing
      while lane + 1 < route.lanes.count, route.laneStarts[lane + 1] <= s { lane += 1 }
      let limit = map.lanes[route.lanes[lane]].speedLimit ?? fallback
      // Bend over a window of 6 m, so that the noise of surveyed centrelines is no bend.
      let behind = max(0, s - 3)
      let ahead = min(path.length, s + 3)
      let turn = path.smoothPose(at: ahead).heading - path.smoothPose(at: behind).heading
      let curvature = ahead > behind ? turn.magnitude / (ahead - behind) : 0
      let bend =
        curvature > 1e-9
        ? min((limits.lateralAcceleration / curvature).squareRoot(), limits.yawRate / curvature)
        : Double.infinity
      speeds[k] = min(limit, bend)
    }
    for k in stride(from: count - 2, through: 0, by: -1) {
      let reachable = (speeds[k + 1] * speeds[k + 1] + 2 * deceleration * spacing).squareRoot()
      speeds[k] = min(speeds[k], reachable)
    }
    self.speeds = speeds
    self.spacing = spacing
  }

  /// Highest speed at an arc length, m/s; clamped to the ends.
  func speed(at s: Double) -> Double {
    let position = min(max(s / spacing, 0), Double(speeds.count - 1))
    let k = min(Int(position), speeds.count - 2)
    let fraction = position - Double(k)
    return speeds[k] + (speeds[k + 1] - speeds[k]) * fraction
  }
}
