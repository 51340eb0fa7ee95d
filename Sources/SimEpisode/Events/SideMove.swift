/// A move to the side: a quintic that begins with the lateral speed that there is and ends at rest.
struct SideMove: Sendable {
  /// Offset to come to, metres to the left of the path.
  private(set) var target = 0.0
  /// From the target at the start, metres.
  private var start = 0.0
  /// Lateral speed at the start times the duration, metres.
  private var drift = 0.0
  /// Ticks.
  private var duration = 1
  /// Share of the way across.
  private(set) var progress = 1.0

  /// Slow vehicles need this many metres of way for each to the side: a quintic is 1.875 times as
  /// steep in its middle, which keeps the body within 15 degrees of its path.
  static let wayPerMetre = 7.0

  init() {}

  /// - Parameters:
  ///   - offset: from the path at the start, metres.
  ///   - rate: lateral speed at the start, m/s.
  ///   - step: seconds a tick.
  init(from offset: Double, rate: Double, to target: Double, ticks: Int, step: Double) {
    self.target = target
    start = offset - target
    duration = max(ticks, 1)
    drift = rate * Double(duration) * step
    progress = 0
  }

  var isDone: Bool { progress >= 1 }
  /// It leads to the left.
  var isToLeft: Bool { start < 0 }
  /// It is far enough under way for the indicator to go out.
  var isNearlyDone: Bool { progress >= 0.85 }

  /// Goes on by a tick.
  ///
  /// - Parameter offset: from the path now, metres.
  /// - Returns: lateral speed that leads along the curve, m/s.
  mutating func advance(from offset: Double, speed: Double, step: Double) -> Double {
    let byTime = 1 / Double(duration)
    let byWay = speed * step / max(SideMove.wayPerMetre * start.magnitude, 1)
    progress = min(progress + min(byTime, byWay), 1)
    // What is left of n ticks of a n-th each.
    if progress > 1 - 1e-9 { progress = 1 }
    return (target + place(progress) - offset) / step
  }

  private func place(_ u: Double) -> Double {
    if u >= 1 { return 0 }
    let a = -10 * start - 6 * drift
    let b = 15 * start + 8 * drift
    let c = -6 * start - 3 * drift
    return start + u * (drift + u * u * (a + u * (b + u * c)))
  }
}
