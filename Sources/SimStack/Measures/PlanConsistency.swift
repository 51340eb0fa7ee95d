public import SimGeometry
import SimCore

/// How far two plans that were made one after the other are from each other where both look: root
/// mean squares of the differences (NAVSIM's extended comfort).
public struct PlanConsistency: Hashable, Sendable {
  /// m/s^2.
  public var acceleration: Double
  /// m/s^3.
  public var jerk: Double
  /// rad/s.
  public var yawRate: Double
  /// rad/s^2.
  public var yawAcceleration: Double

  /// Up to these differences two plans are consistent (NAVSIM).
  public static let bounds = PlanConsistency(
    acceleration: 0.7, jerk: 0.5, yawRate: 0.1, yawAcceleration: 0.1)
  /// Between the points at which plans are compared, microseconds.
  static let stepMicroseconds: Int64 = 100_000
  /// Samples of the polynomials that derivatives are taken of, and fewest samples to compare.
  static let window = 15

  /// Four differences.
  public init(acceleration: Double, jerk: Double, yawRate: Double, yawAcceleration: Double) {
    self.acceleration = acceleration
    self.jerk = jerk
    self.yawRate = yawRate
    self.yawAcceleration = yawAcceleration
  }

  /// nil if the two have less than a second and a half in common.
  ///
  /// Speeds and headings are taken every 0.1 s from where the later one begins, between points on a
  /// straight line; their derivatives are those of parabolas over 15 samples.
  public init?(_ earlier: Trajectory, _ later: Trajectory) {
    guard let first = later.points.first, let end = later.points.last,
      let begin = earlier.points.first, let last = earlier.points.last,
      begin.timeMicroseconds <= first.timeMicroseconds
    else { return nil }
    let span = min(end.timeMicroseconds, last.timeMicroseconds) - first.timeMicroseconds
    let count = Int(span / PlanConsistency.stepMicroseconds) + 1
    guard span >= 0, count >= PlanConsistency.window else { return nil }
    let a = earlier.samples(count, from: first.timeMicroseconds)
    let b = later.samples(count, from: first.timeMicroseconds)
    let step = Double(PlanConsistency.stepMicroseconds) / 1_000_000
    func difference(_ x: [Double], _ y: [Double], derivative: Int) -> Double? {
      let filter = SavitzkyGolay(
        window: PlanConsistency.window, order: 2, derivative: derivative)
      // (The filter is linear: that of the difference is the difference.)
      guard let filtered = filter.filtered(zip(x, y).map { $0 - $1 }, spacing: step) else {
        return nil
      }
      var sum = 0.0
      for value in filtered { sum += value * value }
      return (sum / Double(filtered.count)).squareRoot()
    }
    guard let acceleration = difference(a.speeds, b.speeds, derivative: 1),
      let jerk = difference(a.speeds, b.speeds, derivative: 2),
      let yawRate = difference(a.headings, b.headings, derivative: 1),
      let yawAcceleration = difference(a.headings, b.headings, derivative: 2)
    else { return nil }
    self.init(
      acceleration: acceleration, jerk: jerk, yawRate: yawRate, yawAcceleration: yawAcceleration)
  }

  /// Within all bounds.
  public var isConsistent: Bool {
    let bounds = PlanConsistency.bounds
    return acceleration <= bounds.acceleration && jerk <= bounds.jerk
      && yawRate <= bounds.yawRate && yawAcceleration <= bounds.yawAcceleration
  }
}

extension Trajectory {
  /// Speeds, and headings without jumps, every 0.1 s; held beyond the last point.
  fileprivate func samples(
    _ count: Int, from start: Int64
  ) -> (speeds: [Double], headings: [Double]) {
    var speeds: [Double] = []
    var headings: [Double] = []
    speeds.reserveCapacity(count)
    headings.reserveCapacity(count)
    var k = 0
    var last = 0.0
    for n in 0..<count {
      let time = start + Int64(n) * PlanConsistency.stepMicroseconds
      while k + 1 < points.count, points[k + 1].timeMicroseconds <= time { k += 1 }
      let a = points[k]
      var speed = a.speed
      var heading = a.pose.heading
      if k + 1 < points.count {
        let b = points[k + 1]
        let share =
          Double(time - a.timeMicroseconds) / Double(b.timeMicroseconds - a.timeMicroseconds)
        speed += (b.speed - a.speed) * share
        heading += ExactMath.wrapAngle(b.pose.heading - heading) * share
      }
      last = n == 0 ? heading : last + ExactMath.wrapAngle(heading - last)
      speeds.append(speed)
      headings.append(last)
    }
    // Two plans may count turns differently.
    let turn = headings.first.map { ExactMath.wrapAngle($0) - $0 } ?? 0
    return (speeds, headings.map { $0 + turn })
  }

  /// Where the plan is at a time, microseconds since the episode's start; nil outside of it.
  public func pose(atMicroseconds time: Int64) -> Pose2? {
    guard let first = points.first, let last = points.last, time >= first.timeMicroseconds,
      time <= last.timeMicroseconds
    else { return nil }
    var low = 0
    var high = points.count - 1
    while high - low > 1 {
      let middle = (low + high) / 2
      if points[middle].timeMicroseconds <= time { low = middle } else { high = middle }
    }
    let (a, b) = (points[low], points[high])
    guard b.timeMicroseconds > a.timeMicroseconds else { return a.pose }
    let share = Double(time - a.timeMicroseconds) / Double(b.timeMicroseconds - a.timeMicroseconds)
    let turn = ExactMath.wrapAngle(b.pose.heading - a.pose.heading)
    return Pose2(
      a.pose.position + (b.pose.position - a.pose.position) * share,
      heading: ExactMath.wrapAngle(a.pose.heading + turn * share))
  }
}
