public import SimGeometry

/// A plan: rear-axle poses over time, to be followed by a controller.
public struct Trajectory: Hashable, Sendable {
  /// One planned state.
  @frozen
  public struct Point: Hashable, Sendable {
    /// Time since the episode's start, microseconds.
    public var timeMicroseconds: Int64
    /// Rear axle, world frame.
    public var pose: Pose2
    /// Along the heading, m/s.
    public var speed: Double
    /// Along the heading, m/s^2.
    public var acceleration: Double

    /// A planned state of the rear axle, m/s and m/s^2.
    @inlinable
    public init(timeMicroseconds: Int64, pose: Pose2, speed: Double, acceleration: Double = 0) {
      self.timeMicroseconds = timeMicroseconds
      self.pose = pose
      self.speed = speed
      self.acceleration = acceleration
    }
  }

  /// In order of time; the first one is now.
  public var points: [Point] {
    didSet { isPlain = Trajectory.arePlain(points) }
  }
  /// Nothing is wrong with the points: who plans asks for it, and so does who follows the plan.
  private var isPlain: Bool

  /// A plan; points that no controller can follow are found by `defect`.
  public init(points: [Point]) {
    self.points = points
    isPlain = Trajectory.arePlain(points)
  }

  /// Longest plan, microseconds: ten minutes.
  public static let longestMicroseconds: Int64 = 600_000_000

  /// At least two points, all is finite, times increase, and it is not too long, at a glance: if
  /// not, it has to be looked at more closely.
  private static func arePlain(_ points: [Point]) -> Bool {
    guard points.count > 1 else { return false }
    return points.withUnsafeBufferPointer { points in
      // (If a sum is finite, so are all its terms.)
      var sums = (0.0, 0.0, 0.0, 0.0, 0.0)
      var increases = true
      var last = points[0].timeMicroseconds &- 1
      for point in points {
        sums.0 += point.pose.position.x
        sums.1 += point.pose.position.y
        sums.2 += point.pose.heading
        sums.3 += point.speed
        sums.4 += point.acceleration
        if point.timeMicroseconds <= last { increases = false }
        last = point.timeMicroseconds
      }
      let sum = (sums.0 + sums.1) + (sums.2 + sums.3) + sums.4
      let (length, isTooLong) = last.subtractingReportingOverflow(points[0].timeMicroseconds)
      return increases && sum.isFinite && !isTooLong
        && length <= Trajectory.longestMicroseconds
    }
  }

  /// Why a controller cannot follow this plan; nil if it can: at least two points, all finite,
  /// times strictly increasing, no longer than `longestMicroseconds`.
  public var defect: String? {
    if isPlain { return nil }
    if points.count < 2 { return "a plan needs at least 2 points, this one has \(points.count)" }
    for (index, point) in points.enumerated() {
      guard point.pose.position.isFinite, point.pose.heading.isFinite, point.speed.isFinite,
        point.acceleration.isFinite
      else { return "point \(index) of the plan is not finite" }
      if index > 0, point.timeMicroseconds <= points[index - 1].timeMicroseconds {
        return "times of the plan do not increase at point \(index)"
      }
    }
    let (length, isTooLong) = points[points.count - 1].timeMicroseconds
      .subtractingReportingOverflow(points[0].timeMicroseconds)
    if isTooLong || length > Trajectory.longestMicroseconds {
      return "the plan is longer than \(Trajectory.longestMicroseconds / 1_000_000) s"
    }
    return nil
  }
}
