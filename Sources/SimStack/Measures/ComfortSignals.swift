public import SimGeometry
import SimWorld

/// How the accelerations, jerks and yaw signals of a drive are formed from its states.
public struct ComfortChain: Hashable, Sendable {
  /// What acceleration is looked at.
  public enum Acceleration: Hashable, Sendable {
    /// As nuPlan shifts the rear axle's: both the w^2 r and the yaw-acceleration term are added
    /// along the heading, and the lateral part is the recorded one.
    case nuPlan
    /// A rigid body without slip: a_x - w^2 r along the heading, as at the geometric centre, and
    /// v w across it, as at the rear axle.
    case rigidBody
  }

  /// What becomes of samples nearer to an end than half a window.
  public enum Edges: Hashable, Sendable {
    /// They count, with the polynomial of the first or last window; a drive shorter than the window
    /// narrows it.
    case counted
    /// They do not count; a drive shorter than the window has no such signal.
    case excluded
  }

  /// What acceleration is looked at.
  public var acceleration: Acceleration
  /// What becomes of samples near the ends.
  public var edges: Edges
  /// Window of the smoothing of accelerations (order 2), samples.
  public var smoothingWindow: Int

  /// The chain of nuPlan's metrics, with its window of 8 samples.
  public static let nuPlan = ComfortChain(
    acceleration: .nuPlan, edges: .counted, smoothingWindow: 8)

  /// The chain of the `strict` profile: rigid body, a centred window, no samples at the edges.
  public static let strict = ComfortChain(
    acceleration: .rigidBody, edges: .excluded, smoothingWindow: 7)
}

/// One filtered signal of a drive.
public struct FilteredSignal: Hashable, Sendable {
  /// One value a tick, rounded to 8 decimals.
  public var values: [Double]
  /// Ticks whose value counts.
  public var counted: Range<Int>
}

/// The signals whose size makes a drive comfortable or not; each nil if the drive is too short for
/// its filter.
///
/// Accelerations are smoothed (order 2), jerks are the first derivative of those (window 15, order
/// 2), yaw rate and acceleration are derivatives of the heading (window 5, order 2 and 3).
public struct ComfortSignals: Sendable {
  /// Velocity of the geometric centre in the body frame, m/s.
  public var centreVelocity: [Vector2]
  /// Acceleration of the geometric centre in the body frame, unfiltered, m/s^2.
  public var centreAcceleration: [Vector2]
  /// Size of the rear axle's acceleration, unfiltered, m/s^2.
  public var rawAccelerationMagnitude: [Double]
  /// Heading without jumps at +-pi, rad.
  public var unwrappedHeading: [Double]
  /// At the geometric centre, m/s^2.
  public var longitudinalAcceleration: FilteredSignal?
  /// At the geometric centre, m/s^2.
  public var lateralAcceleration: FilteredSignal?
  /// Size of the rear axle's acceleration, m/s^2.
  public var accelerationMagnitude: FilteredSignal?
  /// m/s^3.
  public var longitudinalJerk: FilteredSignal?
  /// m/s^3.
  public var lateralJerk: FilteredSignal?
  /// Rate of change of the size of the acceleration, m/s^3.
  public var magnitudeJerk: FilteredSignal?
  /// rad/s.
  public var yawRate: FilteredSignal?
  /// rad/s^2.
  public var yawAcceleration: FilteredSignal?

  /// The signals of a drive.
  public init(_ motion: EgoMotion, chain: ComfortChain) {
    let offset = motion.vehicle.rearAxleToCentre
    let states = motion.states
    centreVelocity = states.map {
      Vector2($0.velocity.x, $0.velocity.y + $0.yawRate * offset)
    }
    switch chain.acceleration {
    case .nuPlan:
      centreAcceleration = states.map {
        Vector2(
          $0.acceleration.x + offset * $0.yawRate * $0.yawRate + offset * $0.yawAcceleration,
          $0.acceleration.y)
      }
      rawAccelerationMagnitude = states.map(\.acceleration.length)
    case .rigidBody:
      centreAcceleration = states.map {
        Vector2(
          $0.acceleration.x - offset * $0.yawRate * $0.yawRate, $0.velocity.x * $0.yawRate)
      }
      rawAccelerationMagnitude = states.map {
        Vector2($0.acceleration.x, $0.velocity.x * $0.yawRate).length
      }
    }
    unwrappedHeading = ComfortSignals.unwrapped(states.map(\.pose.heading))

    let filter = SignalFilter(
      spacing: motion.meanStepMicroseconds / 1_000_000, edges: chain.edges)
    let smooth = filter.prepared(
      SavitzkyGolay(window: chain.smoothingWindow, order: 2), states.count)
    let slope = filter.prepared(SavitzkyGolay(window: 15, order: 2, derivative: 1), states.count)
    longitudinalAcceleration = filter.run(smooth, centreAcceleration.map(\.x))
    lateralAcceleration = filter.run(smooth, centreAcceleration.map(\.y))
    accelerationMagnitude = filter.run(smooth, rawAccelerationMagnitude)
    longitudinalJerk = filter.run(slope, longitudinalAcceleration)
    lateralJerk = filter.run(slope, lateralAcceleration)
    magnitudeJerk = filter.run(slope, accelerationMagnitude)
    yawRate = filter.run(
      filter.prepared(SavitzkyGolay(window: 5, order: 2, derivative: 1), states.count),
      unwrappedHeading)
    yawAcceleration = filter.run(
      filter.prepared(SavitzkyGolay(window: 5, order: 3, derivative: 2), states.count),
      unwrappedHeading)
  }

  /// Angles with whole turns added so that no two neighbours differ by more than pi.
  static func unwrapped(_ angles: [Double]) -> [Double] {
    var turns = 0.0
    var result = angles
    for i in angles.indices.dropFirst() {
      let step = angles[i] - angles[i - 1]
      if step.magnitude > .pi { turns -= (step / (2 * .pi)).rounded() }
      result[i] = angles[i] + 2 * .pi * turns
    }
    return result
  }
}

/// Applies filters to signals of one drive.
private struct SignalFilter {
  let spacing: Double
  let edges: ComfortChain.Edges

  /// A filter with its weights.
  struct Prepared {
    var filter: SavitzkyGolay
    var weights: SavitzkyGolay.Weights?
  }

  /// A filter for signals of some number of samples.
  func prepared(_ filter: SavitzkyGolay, _ count: Int) -> Prepared {
    let fitting = edges == .counted ? filter.fitting(count) : filter
    return Prepared(filter: filter, weights: fitting.weights)
  }

  func run(_ filter: Prepared, _ samples: [Double]) -> FilteredSignal? {
    run(filter, FilteredSignal(values: samples, counted: samples.indices))
  }

  func run(_ filter: Prepared, _ signal: FilteredSignal?) -> FilteredSignal? {
    guard let signal, spacing > 0 else { return nil }
    var counted = signal.counted
    if edges == .excluded {
      let first = counted.lowerBound + filter.filter.edge
      let end = counted.upperBound - filter.filter.edge
      guard first < end else { return nil }
      counted = first..<end
    }
    guard var values = filter.weights?.apply(to: signal.values, spacing: spacing) else {
      return nil
    }
    values.withUnsafeMutableBufferPointer { values in
      for i in values.indices {
        values[i] = (values[i] * 1e8).rounded(.toNearestOrEven) / 1e8
      }
    }
    return FilteredSignal(values: values, counted: counted)
  }
}
