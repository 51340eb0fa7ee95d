import SimCore
public import SimGeometry

/// A pose at a time: what a tracker needs of a plan.
@frozen
public struct TimedPose: Hashable, Sendable {
  /// Time since the episode's start, microseconds.
  public var timeMicroseconds: Int64
  /// Rear axle, world frame.
  public var pose: Pose2

  @inlinable
  public init(timeMicroseconds: Int64, pose: Pose2) {
    self.timeMicroseconds = timeMicroseconds
    self.pose = pose
  }
}

/// A plan resampled at equal times, with the speeds and curvatures fitted to it.
///
/// Between its samples a plan is linear in time, in x, y and the continuous (unwrapped) heading.
/// All arrays keep their storage, so that a plan of a length seen before costs no allocation.
public struct ReferenceProfile: Sendable {
  /// Spacing of the resampled poses, microseconds.
  public let stepMicroseconds: Int64
  /// Speeds fitted to the steps between the resampled poses, m/s.
  public private(set) var speeds: [Double] = []
  /// Curvatures of those steps, 1/m, positive to the left.
  public private(set) var curvatures: [Double] = []

  private var speedFit: SpeedFit
  private var curvatureFit: CurvatureFit
  private var times: [Int64] = []
  private var x: [Double] = []
  private var y: [Double] = []
  /// Continuous.
  private var headings: [Double] = []

  public init(stepMicroseconds: Int64, jerkPenalty: Double, curvatureRatePenalty: Double) {
    self.stepMicroseconds = stepMicroseconds
    let step = Double(stepMicroseconds) / 1_000_000
    speedFit = SpeedFit(step: step, jerkPenalty: jerkPenalty)
    curvatureFit = CurvatureFit(step: step, curvatureRatePenalty: curvatureRatePenalty)
  }

  /// Takes a new plan.
  ///
  /// - Parameters:
  ///   - count: number of samples, at least 2; times increase strictly.
  ///   - sample: the sample of an index.
  @inlinable
  public mutating func load(_ count: Int, _ sample: (Int) -> TimedPose) {
    startLoading(count)
    for i in 0..<count { append(sample(i)) }
    fit()
  }

  @usableFromInline
  mutating func startLoading(_ count: Int) {
    precondition(count >= 2, "a plan has at least two samples")
    times.removeAll(keepingCapacity: true)
    x.removeAll(keepingCapacity: true)
    y.removeAll(keepingCapacity: true)
    headings.removeAll(keepingCapacity: true)
  }

  @usableFromInline
  mutating func append(_ sample: TimedPose) {
    var heading = sample.pose.heading
    if let last = headings.last { heading = last + ExactMath.wrapAngle(heading - last) }
    times.append(sample.timeMicroseconds)
    x.append(sample.pose.x)
    y.append(sample.pose.y)
    headings.append(heading)
  }

  /// Resamples, and fits speeds and curvatures to the displacements.
  @usableFromInline
  mutating func fit() {
    speeds.removeAll(keepingCapacity: true)
    curvatures.removeAll(keepingCapacity: true)
    let steps = Int((times[times.count - 1] - times[0]) / stepMicroseconds)
    var segment = 0
    var last = place(times[0], &segment)
    for k in 0..<steps {
      let next = place(times[0] + Int64(k + 1) * stepMicroseconds, &segment)
      let ahead = ExactMath.sinCos(last.heading)
      speeds.append((next.x - last.x) * ahead.cos + (next.y - last.y) * ahead.sin)
      curvatures.append(ExactMath.wrapAngle(next.heading - last.heading))
      last = next
    }
    speedFit.solve(&speeds)
    curvatureFit.solve(&curvatures, speeds: speeds)
  }

  /// The planned pose at a time, clamped to the plan; its heading is continuous, not wrapped.
  public func pose(atMicroseconds time: Int64) -> Pose2 {
    var segment = 0
    let found = place(time, &segment)
    return Pose2(x: found.x, y: found.y, heading: found.heading)
  }

  /// - Parameter segment: the segment that holds an earlier time; on return the one that holds
  ///   `time`.
  private func place(_ time: Int64, _ segment: inout Int) -> (x: Double, y: Double, heading: Double)
  {
    while segment < times.count - 2 && time >= times[segment + 1] { segment += 1 }
    let i = segment
    let f = min(max(Double(time - times[i]) / Double(times[i + 1] - times[i]), 0), 1)
    return (
      x[i] + (x[i + 1] - x[i]) * f, y[i] + (y[i + 1] - y[i]) * f,
      headings[i] + (headings[i + 1] - headings[i]) * f
    )
  }

  /// Fitted speed at a time, m/s: linear between the starts of the steps, clamped.
  public func speed(atMicroseconds time: Int64) -> Double { value(of: speeds, at: time) }

  /// Fitted curvature at a time, 1/m: linear between the starts of the steps, clamped.
  public func curvature(atMicroseconds time: Int64) -> Double { value(of: curvatures, at: time) }

  private func value(of profile: [Double], at time: Int64) -> Double {
    guard let first = profile.first, let last = profile.last else { return 0 }
    let offset = time - times[0]
    if offset <= 0 { return first }
    let i = Int(offset / stepMicroseconds)
    if i >= profile.count - 1 { return last }
    let f = Double(offset - Int64(i) * stepMicroseconds) / Double(stepMicroseconds)
    return profile[i] + (profile[i + 1] - profile[i]) * f
  }
}
