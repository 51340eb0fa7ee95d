public import SimGeometry
public import SimWorld

/// The states of several candidates over time, as columns.
///
/// Entry `candidate * samples + step` of each column; step 0 is now.
public struct CandidateStates: Sendable {
  /// What is known of a state; poses are of the rear axle, world frame.
  public enum Column: Int, CaseIterable, Sendable {
    /// Metres.
    case x, y
    /// rad, wrapped.
    case heading
    /// Along the heading, m/s.
    case speed
    /// Along the heading, m/s^2.
    case acceleration
    /// Tyre angle, rad.
    case steering
    /// rad/s.
    case steeringRate
    /// rad/s.
    case yawRate
    /// rad/s^2.
    case yawAcceleration
    /// Cosine and sine of the heading.
    case cosine, sine
  }

  /// How many candidates there are.
  public let candidates: Int
  /// States of each, the first one included.
  public let samples: Int
  @usableFromInline var storage: [Double]

  /// Columns of zeros.
  public init(candidates: Int, samples: Int) {
    self.candidates = candidates
    self.samples = samples
    storage = [Double](repeating: 0, count: candidates * samples * Column.allCases.count)
  }

  /// One value.
  public subscript(column: Column, candidate: Int, step: Int) -> Double {
    get { storage[(column.rawValue * candidates + candidate) * samples + step] }
    set { storage[(column.rawValue * candidates + candidate) * samples + step] = newValue }
  }

  /// Writes a whole state.
  public mutating func set(_ candidate: Int, _ step: Int, to state: EgoState) {
    let direction = state.pose.direction
    self[.x, candidate, step] = state.pose.x
    self[.y, candidate, step] = state.pose.y
    self[.heading, candidate, step] = state.pose.heading
    self[.speed, candidate, step] = state.velocity.x
    self[.acceleration, candidate, step] = state.acceleration.x
    self[.steering, candidate, step] = state.steering
    self[.steeringRate, candidate, step] = state.steeringRate
    self[.yawRate, candidate, step] = state.yawRate
    self[.yawAcceleration, candidate, step] = state.yawAcceleration
    self[.cosine, candidate, step] = direction.x
    self[.sine, candidate, step] = direction.y
  }

  /// Rear axle of a state.
  public func pose(_ candidate: Int, _ step: Int) -> Pose2 {
    Pose2(
      x: self[.x, candidate, step], y: self[.y, candidate, step],
      heading: self[.heading, candidate, step])
  }

  /// Lends the columns as pointers, for loops over all of them.
  @inlinable
  public func withColumns<R>(_ body: (Columns) -> R) -> R {
    storage.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { preconditionFailure("there are candidates") }
      return body(Columns(base: base, stride: candidates * samples))
    }
  }

  /// Lends the columns as pointers for writing.
  @inlinable
  public mutating func withMutableColumns<R>(_ body: (MutableColumns) -> R) -> R {
    let stride = candidates * samples
    return storage.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { preconditionFailure("there are candidates") }
      return body(MutableColumns(base: base, stride: stride))
    }
  }

  /// The columns, valid during `withColumns`.
  @frozen
  public struct Columns {
    @usableFromInline let base: UnsafePointer<Double>
    @usableFromInline let stride: Int

    @inlinable
    init(base: UnsafePointer<Double>, stride: Int) {
      self.base = base
      self.stride = stride
    }

    /// The entries of a column.
    @inlinable
    public subscript(column: Column) -> UnsafePointer<Double> { base + column.rawValue * stride }
  }

  /// The columns for writing, valid during `withMutableColumns`.
  @frozen
  public struct MutableColumns {
    @usableFromInline let base: UnsafeMutablePointer<Double>
    @usableFromInline let stride: Int

    @inlinable
    init(base: UnsafeMutablePointer<Double>, stride: Int) {
      self.base = base
      self.stride = stride
    }

    /// The entries of a column.
    @inlinable
    public subscript(column: Column) -> UnsafeMutablePointer<Double> {
      base + column.rawValue * stride
    }
  }
}
