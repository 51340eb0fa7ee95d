public import SimGeometry
public import SimWorld

/// What candidates may run into, over the time ahead: a box for each thing and time, as columns.
///
/// Boxes are `samplesPerEntry` steps apart: at a step the latest earlier box counts.
public struct ObstacleForecast: Sendable {
  /// A thing that may be met.
  @frozen
  public struct Obstacle: Sendable {
    /// What the caller knows it by.
    public var id: Int
    /// What it is.
    public var agentClass: AgentClass
    /// Metres.
    public var halfLength: Double
    /// Metres.
    public var halfWidth: Double
    /// Half of the box's diagonal, metres.
    public var radius: Double
    /// Signed along the heading now, m/s; 0 for objects.
    public var speed: Double
    /// It is left alone: the ego is already in contact with it.
    public var isIgnored: Bool
    /// It is in the same place all the time.
    public var isFixed: Bool
  }

  /// Steps between one box and the next.
  public let stepsPerEntry: Int
  /// Boxes of each obstacle.
  public let entries: Int
  /// Room for so many obstacles; entry e of obstacle k is at `k * entries + e`.
  public let capacity: Int
  /// In the order in which they were added.
  public private(set) var obstacles: [Obstacle] = []
  @usableFromInline var x: [Double]
  @usableFromInline var y: [Double]
  @usableFromInline var cosine: [Double]
  @usableFromInline var sine: [Double]

  /// Nothing yet.
  ///
  /// - Parameters:
  ///   - steps: the last step that is asked for.
  ///   - stepsPerEntry: see the type.
  ///   - capacity: most obstacles.
  public init(steps: Int, stepsPerEntry: Int, capacity: Int) {
    precondition(steps >= 0 && stepsPerEntry > 0 && capacity > 0, "a time ahead")
    self.stepsPerEntry = stepsPerEntry
    self.capacity = capacity
    entries = steps / stepsPerEntry + 1
    x = [Double](repeating: 0, count: entries * capacity)
    y = x
    cosine = x
    sine = x
    obstacles.reserveCapacity(capacity)
  }

  /// Number of obstacles.
  @inlinable public var count: Int { obstacles.count }

  /// Forgets all obstacles.
  public mutating func removeAll() { obstacles.removeAll(keepingCapacity: true) }

  /// Adds an obstacle; where there is no room left, it is not taken.
  ///
  /// - Parameters:
  ///   - box: where it is now.
  ///   - pose: centre and direction at an entry; called in order of time, from entry 0 on.
  @inlinable
  public mutating func add(
    id: Int, _ agentClass: AgentClass, box: OrientedBox, speed: Double, isFixed: Bool,
    isIgnored: Bool = false, pose: (Int) -> (centre: Vector2, direction: Vector2)
  ) {
    guard
      let place = reserve(
        id, agentClass, box, speed: speed, isFixed: isFixed, isIgnored: isIgnored)
    else { return }
    let entries = entries
    x.withUnsafeMutableBufferPointer { x in
      y.withUnsafeMutableBufferPointer { y in
        cosine.withUnsafeMutableBufferPointer { cosine in
          sine.withUnsafeMutableBufferPointer { sine in
            var k = place * entries
            for entry in 0..<entries {
              let at = pose(entry)
              x[k] = at.centre.x
              y[k] = at.centre.y
              cosine[k] = at.direction.x
              sine[k] = at.direction.y
              k += 1
            }
          }
        }
      }
    }
  }

  @usableFromInline
  mutating func reserve(
    _ id: Int, _ agentClass: AgentClass, _ box: OrientedBox, speed: Double, isFixed: Bool,
    isIgnored: Bool
  ) -> Int? {
    guard obstacles.count < capacity else { return nil }
    obstacles.append(
      Obstacle(
        id: id, agentClass: agentClass, halfLength: box.halfLength, halfWidth: box.halfWidth,
        radius: box.radius, speed: speed, isIgnored: isIgnored, isFixed: isFixed))
    return obstacles.count - 1
  }

  /// Leaves an obstacle alone from now on.
  public mutating func ignore(_ obstacle: Int) { obstacles[obstacle].isIgnored = true }

  /// The entry that counts at a step.
  @inlinable
  public func entry(at step: Int) -> Int { min(step / stepsPerEntry, entries - 1) }

  /// Box of an obstacle at an entry; its heading is not filled in.
  @inlinable
  public func box(_ obstacle: Int, entry: Int) -> OrientedBox {
    let k = obstacle * entries + entry
    var box = OrientedBox(
      centre: Vector2(x[k], y[k]), heading: 0, direction: Vector2(cosine[k], sine[k]), length: 0,
      width: 0)
    box.halfLength = obstacles[obstacle].halfLength
    box.halfWidth = obstacles[obstacle].halfWidth
    return box
  }

  /// Velocity of an obstacle at an entry, from its places there and at the next one, m/s.
  ///
  /// - Parameter step: seconds from one step to the next.
  @inlinable
  public func velocity(_ obstacle: Int, entry: Int, step: Double) -> Vector2 {
    guard entries > 1 else { return .zero }
    let first = obstacle * entries + min(entry, entries - 2)
    let next = first + 1
    let time = step * Double(stepsPerEntry)
    return Vector2((x[next] - x[first]) / time, (y[next] - y[first]) / time)
  }

  /// Centre of an obstacle at an entry.
  @inlinable
  public func centre(_ obstacle: Int, entry: Int) -> Vector2 {
    let k = obstacle * entries + entry
    return Vector2(x[k], y[k])
  }

  /// Lends the centres of an obstacle, one an entry.
  @inlinable
  public func withCentres<R>(
    of obstacle: Int, _ body: (_ x: UnsafePointer<Double>, _ y: UnsafePointer<Double>) -> R
  ) -> R {
    x.withUnsafeBufferPointer { x in
      y.withUnsafeBufferPointer { y in
        guard let x = x.baseAddress, let y = y.baseAddress else {
          preconditionFailure("there is room for an obstacle")
        }
        return body(x + obstacle * entries, y + obstacle * entries)
      }
    }
  }
}
