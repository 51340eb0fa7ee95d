public import SimMap

/// The decisions of one tick, one row per agent of the table; `World.step` alone acts on them.
///
/// Which columns count depends on the agent's motion model. Path agents: `acceleration`,
/// `lateralRate` and, where `path` names one, `path`, `pathArcLength` and `pathOffset`. Driven
/// ones: `acceleration` and `steeringRate`, or `egoPlacements` under perfect tracking. Placed ones:
/// the placement columns and `acceleration`.
public struct CommandBuffer: Sendable {
  /// Along the heading, m/s^2.
  public var acceleration: [Double]
  /// Tyre-angle rate of driven agents, rad/s.
  public var steeringRate: [Double]
  /// Change of a path agent's lateral offset, m/s, positive to the left.
  public var lateralRate: [Double]
  /// Path of the table on which a path agent goes on from now on; -1: the one it is on. The place
  /// given on it by `pathArcLength` and `pathOffset` must be the one where the agent is.
  public var path: [Int32]
  /// Arc length on `path`, metres; counts where `path` is one.
  public var pathArcLength: [Double]
  /// Offset from `path`, positive to the left, metres; counts where `path` is one.
  public var pathOffset: [Double]
  /// Whether a placed agent is in the world in the next tick: 1 present, 0 absent. For a path agent
  /// that is absent: 1 lets it appear in the state of its spec, `CommandBuffer.entersAtSpeed` in
  /// the same place at `speed`. One that is there leaves the world by `CommandBuffer.leaves`, and
  /// may go back along its path in this tick by `CommandBuffer.stepsBack`.
  public var present: [UInt8]
  /// Value of `present` by which a path agent appears as its spec says, but at `speed`.
  public static let entersAtSpeed: UInt8 = 2
  /// Value of `present` by which a path agent leaves the world.
  public static let leaves: UInt8 = 3
  /// Value of `present` by which a path agent may step back: its speed may fall below zero, as far
  /// as `-CommandBuffer.backwardSpeed`. Without it nobody reverses.
  public static let stepsBack: UInt8 = 4
  /// How fast somebody steps back at most, m/s.
  public static let backwardSpeed = 0.6
  /// Where a placed agent is, its box centre, metres; like the next two of use only where it is
  /// `present`, and then to be written anew in every tick.
  public var x: [Double]
  /// y of a placed agent's box centre, metres.
  public var y: [Double]
  /// Heading of a placed agent, radians counter-clockwise from +x.
  public var heading: [Double]
  /// Signed along the heading, m/s.
  public var speed: [Double]
  /// Direction indicators that agents show in the next tick, as `indicate` sets them.
  public private(set) var indicators: [VehicleLights]
  /// Some agent is to show one.
  public private(set) var hasIndicators = false
  /// State of a driven agent in the next tick that replaces its vehicle model (perfect tracking);
  /// one entry per driven agent in the order of `World.drivenRows`.
  public var egoPlacements: [EgoState?]
  /// What a signal shows in the next tick instead of its program; nil: its program. In map order;
  /// empty for a map without signals.
  public var signals: [SignalColour?]

  /// A buffer of zero commands for `count` agents, of which `drivenCount` are driven, and for
  /// `signalCount` signals.
  public init(count: Int, drivenCount: Int, signalCount: Int = 0) {
    acceleration = [Double](repeating: 0, count: count)
    steeringRate = [Double](repeating: 0, count: count)
    lateralRate = [Double](repeating: 0, count: count)
    path = [Int32](repeating: -1, count: count)
    pathArcLength = [Double](repeating: 0, count: count)
    pathOffset = [Double](repeating: 0, count: count)
    present = [UInt8](repeating: 0, count: count)
    x = [Double](repeating: 0, count: count)
    y = [Double](repeating: 0, count: count)
    heading = [Double](repeating: 0, count: count)
    speed = [Double](repeating: 0, count: count)
    indicators = [VehicleLights](repeating: [], count: count)
    egoPlacements = [EgoState?](repeating: nil, count: drivenCount)
    signals = [SignalColour?](repeating: nil, count: signalCount)
  }

  /// Every column has one row per agent, or per driven agent; signals may be left out.
  func fits(count: Int, drivenCount: Int, signalCount: Int) -> Bool {
    acceleration.count == count && steeringRate.count == count && lateralRate.count == count
      && path.count == count && pathArcLength.count == count && pathOffset.count == count
      && present.count == count && x.count == count && y.count == count && heading.count == count
      && speed.count == count && indicators.count == count
      && egoPlacements.count == drivenCount
      && (signals.isEmpty || signals.count == signalCount)
  }

  /// Forgets all commands, as the start of every tick does; nothing is allocated.
  public mutating func clear() {
    CommandBuffer.zero(&acceleration)
    CommandBuffer.zero(&steeringRate)
    CommandBuffer.zero(&lateralRate)
    // Places on paths count with the paths only, other places with `present`: who writes one of
    // these writes all that belongs to it.
    path.withUnsafeMutableBufferPointer { $0.update(repeating: -1) }
    present.withUnsafeMutableBufferPointer { $0.update(repeating: 0) }
    if hasIndicators {
      indicators.withUnsafeMutableBufferPointer { $0.update(repeating: []) }
      hasIndicators = false
    }
    for i in egoPlacements.indices { egoPlacements[i] = nil }
    for i in signals.indices { signals[i] = nil }
  }

  /// Has an agent show direction indicators in the next tick, or none.
  public mutating func indicate(_ row: Int, _ lights: VehicleLights) {
    indicators[row] = lights
    hasIndicators = hasIndicators || !lights.isEmpty
  }

  private static func zero(_ column: inout [Double]) {
    column.withUnsafeMutableBufferPointer { $0.update(repeating: 0) }
  }

  /// The columns as buffers, for the step; valid inside `withColumns` only.
  struct Columns {
    let acceleration: UnsafeBufferPointer<Double>
    let lateralRate: UnsafeBufferPointer<Double>
    let path: UnsafeBufferPointer<Int32>
    let pathArcLength: UnsafeBufferPointer<Double>
    let pathOffset: UnsafeBufferPointer<Double>
    let present: UnsafeBufferPointer<UInt8>
    let x: UnsafeBufferPointer<Double>
    let y: UnsafeBufferPointer<Double>
    let heading: UnsafeBufferPointer<Double>
    let speed: UnsafeBufferPointer<Double>
  }

  /// Calls a function with the columns as buffers.
  func withColumns<R>(_ body: (Columns) -> R) -> R {
    acceleration.withUnsafeBufferPointer { acceleration in
      lateralRate.withUnsafeBufferPointer { lateralRate in
        path.withUnsafeBufferPointer { path in
          pathArcLength.withUnsafeBufferPointer { pathArcLength in
            pathOffset.withUnsafeBufferPointer { pathOffset in
              present.withUnsafeBufferPointer { present in
                x.withUnsafeBufferPointer { x in
                  y.withUnsafeBufferPointer { y in
                    heading.withUnsafeBufferPointer { heading in
                      speed.withUnsafeBufferPointer { speed in
                        body(
                          Columns(
                            acceleration: acceleration, lateralRate: lateralRate, path: path,
                            pathArcLength: pathArcLength, pathOffset: pathOffset,
                            present: present, x: x, y: y, heading: heading, speed: speed))
                      }
                    }
                  }
                }
              }
            }
          }
        }
      }
    }
  }
}
