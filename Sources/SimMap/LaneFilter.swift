/// Which lanes a look-up considers.
@frozen
public struct LaneFilter: OptionSet, Hashable, Sendable {
  /// One bit a class of lanes.
  public let rawValue: UInt8

  /// The classes of some bits.
  @inlinable
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// Drivable lanes outside junctions (nuPlan: lanes).
  public static let lanes = LaneFilter(rawValue: 1)
  /// Drivable connectors (nuPlan: lane connectors).
  public static let connectors = LaneFilter(rawValue: 2)
  /// Strips that motor vehicles do not use: cycle lanes, walks, shoulders, parking.
  public static let undrivable = LaneFilter(rawValue: 4)
  /// Lanes and connectors of motor vehicles.
  public static let drivable: LaneFilter = [.lanes, .connectors]
  /// Everything.
  public static let all: LaneFilter = [.lanes, .connectors, .undrivable]

  /// The one class that a lane belongs to.
  init(classOf lane: Lane) {
    self = !lane.kind.isDrivable ? .undrivable : lane.isConnector ? .connectors : .lanes
  }
}
