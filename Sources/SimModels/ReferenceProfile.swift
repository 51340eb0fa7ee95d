import SimCore
public import SimGeometry

/// A pose at a time: what a tracker needs of a plan.
@frozen
public struct TimedPose: Hashable, Sendable {
  /// Time since the episode's start, microseconds.
  public var timeMicroseconds: Int64
  /// Rear axle, world frame.
  public var pose: Pose2

  /// A pose of the rear axle at a time, microseconds.
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
  @usableFromInline var times: [Int64] = []
  @usableFromInline var x: [Double] = []
  @usableFromInline var y: [Double] = []
  /// Continuous.
  @usableFromInline var headings: [Double] = []

  /// A profile without a plan, for steps of some microseconds; penalties as in `SpeedFit` and
  /// `CurvatureFit`.
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
    times.withUnsafeMutableBufferPointer { times in
      x.withUnsafeMutableBufferPointer { x in
        y.withUnsafeMutableBufferPointer { y in
          headings.withUnsafeMutableBufferPointer { headings in
            for i in 0..<count {
              let sample = sample(i)
              times[i] = sample.timeMicroseconds
              x[i] = sample.pose.x
              y[i] = sample.pose.y
              headings[i] = sample.pose.heading
            }
          }
        }
      }
    }
    fit()
  }

  @usableFromInline
  mutating func startLoading(_ count: Int) {
    precondition(count >= 2, "a plan has at least two samples")
    guard times.count != count else { return }
    times.resize(to: count, filling: 0)
    x.resize(to: count, filling: 0)
    y.resize(to: count, filling: 0)
    headings.resize(to: count, filling: 0)
  }

  /// Resamples, and fits speeds and curvatures to the displacements.
  @usableFromInline
  mutating func fit() {
    headings.withUnsafeMutableBufferPointer { headings in
      for i in 1..<headings.count where headings[i] != headings[i - 1] {
        headings[i] = headings[i - 1] + ExactMath.wrapAngle(headings[i] - headings[i - 1])
      }
    }
    let steps = Int((times[times.count - 1] - times[0]) / stepMicroseconds)
    let step = stepMicroseconds
    var speeds = Self.take(&self.speeds)
    var curvatures = Self.take(&self.curvatures)
    if speeds.count != steps {
      speeds.resize(to: steps, filling: 0)
      curvatures.resize(to: steps, filling: 0)
    }
    withSamples { samples in
      speeds.withUnsafeMutableBufferPointer { speeds in
        curvatures.withUnsafeMutableBufferPointer { curvatures in
          var segment = 0
          var last = samples.place(samples.times[0], &segment)
          var ahead = ExactMath.sinCos(last.heading)
          // Samples that stand at the times asked for are taken as they are.
          let aligned = min(samples.countAligned(with: step), steps + 1)
          var k = 0
          while k + 1 < aligned {
            let (x, y, heading) = (samples.x[k + 1], samples.y[k + 1], samples.headings[k + 1])
            speeds[k] = (x - last.x) * ahead.cos + (y - last.y) * ahead.sin
            var turn = 0.0
            if heading != last.heading {
              turn = ExactMath.wrapAngle(heading - last.heading)
              ahead = ExactMath.sinCos(heading)
            }
            curvatures[k] = turn
            last = (x, y, heading)
            k += 1
          }
          segment = min(k, samples.times.count - 2)
          while k < steps {
            let time = samples.times[0] + Int64(k + 1) * step
            let next = samples.place(time, &segment)
            speeds[k] = (next.x - last.x) * ahead.cos + (next.y - last.y) * ahead.sin
            curvatures[k] = ExactMath.wrapAngle(next.heading - last.heading)
            if next.heading != last.heading { ahead = ExactMath.sinCos(next.heading) }
            last = next
            k += 1
          }
        }
      }
    }
    speedFit.solve(&speeds)
    curvatureFit.solve(&curvatures, speeds: speeds)
    self.speeds = speeds
    self.curvatures = curvatures
  }

  /// The array itself, which is empty until it is put back: no copy is made when it is changed.
  private static func take(_ array: inout [Double]) -> [Double] {
    var taken: [Double] = []
    swap(&taken, &array)
    return taken
  }

  /// The planned pose at a time, clamped to the plan; its heading is continuous, not wrapped.
  public func pose(atMicroseconds time: Int64) -> Pose2 {
    var segment = 0
    let found = withSamples { $0.place(time, &segment) }
    return Pose2(x: found.x, y: found.y, heading: found.heading)
  }

  /// The plan's samples as buffers, for the loop over all steps.
  private struct Samples {
    let times: UnsafeBufferPointer<Int64>
    let x: UnsafeBufferPointer<Double>
    let y: UnsafeBufferPointer<Double>
    let headings: UnsafeBufferPointer<Double>

    /// How many samples from the first on, without the last, stand at the times at which they are
    /// asked for: nothing is to be interpolated there.
    func countAligned(with step: Int64) -> Int {
      var count = 0
      var time = times[0]
      while count < times.count - 1, times[count] == time {
        count += 1
        time &+= step
      }
      return count
    }

    /// - Parameter segment: the segment that holds an earlier time; on return the one that holds
    ///   `time`.
    func place(
      _ time: Int64, _ segment: inout Int
    ) -> (x: Double, y: Double, heading: Double) {
      while segment < times.count - 2 && time >= times[segment + 1] { segment += 1 }
      let i = segment
      if time == times[i] { return (x[i], y[i], headings[i]) }
      let f = min(max(Double(time - times[i]) / Double(times[i + 1] - times[i]), 0), 1)
      return (
        x[i] + (x[i + 1] - x[i]) * f, y[i] + (y[i + 1] - y[i]) * f,
        headings[i] + (headings[i + 1] - headings[i]) * f
      )
    }
  }

  private func withSamples<R>(_ body: (Samples) -> R) -> R {
    times.withUnsafeBufferPointer { times in
      x.withUnsafeBufferPointer { x in
        y.withUnsafeBufferPointer { y in
          headings.withUnsafeBufferPointer { headings in
            body(Samples(times: times, x: x, y: y, headings: headings))
          }
        }
      }
    }
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

extension Array {
  /// Changes the number of elements; the storage stays if it is large enough.
  fileprivate mutating func resize(to count: Int, filling element: Element) {
    if count < self.count {
      removeLast(self.count - count)
    } else {
      append(contentsOf: repeatElement(element, count: count - self.count))
    }
  }
}
