public import SimMap

/// One time in which a vehicle straddled lanes, begun while it was within one.
public struct LaneChange: Hashable, Sendable {
  /// First tick in which no lane held the whole vehicle.
  public var firstTick: Int
  /// First tick in which one did again (or it had left all lanes); the last tick if that never was.
  public var lastTick: Int
  /// It ended in a lane that is neither the first one nor follows it.
  public var isCompleted: Bool

  /// A lane change from one tick to another, both included.
  public init(firstTick: Int, lastTick: Int, isCompleted: Bool) {
    self.firstTick = firstTick
    self.lastTick = lastTick
    self.isCompleted = isCompleted
  }

  /// The lane changes of a drive.
  ///
  /// - Parameter common: lanes that hold the vehicle at each tick (see `CommonLanes`).
  public static func all(in common: [CommonLanes.Lanes], on map: LaneGraph) -> [LaneChange] {
    var changes: [LaneChange] = []
    var open: (firstTick: Int, from: [Int])?
    for tick in common.indices.dropFirst() {
      if let (firstTick, from) = open {
        guard let lanes = common[tick] else { continue }
        let isBack = lanes.contains { lane in
          from.contains { $0 == lane || map.lanes[$0].successors.contains(lane) }
        }
        changes.append(
          LaneChange(
            firstTick: firstTick, lastTick: tick, isCompleted: !lanes.isEmpty && !isBack))
        open = nil
      } else if common[tick] == nil, let from = common[tick - 1], !from.isEmpty {
        open = (tick, from)
      }
    }
    if let (firstTick, _) = open {
      changes.append(
        LaneChange(firstTick: firstTick, lastTick: common.count - 1, isCompleted: false))
    }
    return changes
  }
}
