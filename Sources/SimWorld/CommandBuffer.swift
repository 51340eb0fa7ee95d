/// The decisions of one tick, one row per agent of the table; `World.step` alone acts on them.
///
/// Which columns count depends on the agent's motion model: `acceleration` for path agents,
/// `acceleration` and `steeringRate` for driven ones (or `egoPlacements` under perfect tracking),
/// the placement columns for placed ones.
public struct CommandBuffer: Sendable {
  /// Along the heading, m/s^2.
  public var acceleration: [Double]
  /// Tyre-angle rate of driven agents, rad/s.
  public var steeringRate: [Double]
  /// Where a placed agent is in the next tick: 1 present, 0 absent.
  public var present: [UInt8]
  public var x: [Double]
  public var y: [Double]
  public var heading: [Double]
  /// Signed along the heading, m/s.
  public var speed: [Double]
  /// State of a driven agent in the next tick that replaces its vehicle model (perfect tracking);
  /// one entry per driven agent in the order of `World.drivenRows`.
  public var egoPlacements: [EgoState?]

  /// A buffer of zero commands for `count` agents, of which `drivenCount` are driven.
  public init(count: Int, drivenCount: Int) {
    acceleration = [Double](repeating: 0, count: count)
    steeringRate = [Double](repeating: 0, count: count)
    present = [UInt8](repeating: 0, count: count)
    x = [Double](repeating: 0, count: count)
    y = [Double](repeating: 0, count: count)
    heading = [Double](repeating: 0, count: count)
    speed = [Double](repeating: 0, count: count)
    egoPlacements = [EgoState?](repeating: nil, count: drivenCount)
  }
}
