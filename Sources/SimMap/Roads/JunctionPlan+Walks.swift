import SimCore
import SimGeometry

// Sidewalks round the corners, crosswalks as lanes, and the signals of walkers.
extension JunctionPlan {
  /// Speed that a crossing's clearance time is made for, m/s (MUTCD 2009, 4E.06: 3.5 ft/s).
  static let clearanceSpeed = 1.067
  /// Least time that walkers have to set out, s (MUTCD: 4 s where there are few of them).
  static let leastWalk = 4.0

  /// Adds the walks of the corners and the crosswalks. The sidewalks along the roads are the
  /// template's.
  func addWalks(_ geometry: JunctionGeometry, to builder: inout LaneGraphBuilder) {
    func moved(_ p: Vector2) -> Vector2 { p.turned(quarterTurns: quarterTurns) + centre }
    let nodes = geometry.walkNodes
    for i in arms.indices {
      let j = (i + 1) % arms.count
      builder.add(
        WalkStrip.sidewalk(
          cornerID(i, j), along: geometry.cornerWalk(i).map(moved),
          after: [WalkStrip.id(beside: arms[i].inRoad)] + (hasCrosswalks ? [crosswalkID(i)] : []),
          before: [WalkStrip.id(beside: arms[j].outRoad)]
            + (hasCrosswalks ? [crosswalkID(j)] : [])))
    }
    guard hasCrosswalks else { return }
    for i in arms.indices {
      builder.add(
        WalkStrip.crosswalk(
          crosswalkID(i), from: moved(geometry.walkPoint(besideOut: i, nodes[i])),
          to: moved(geometry.walkPoint(besideIn: i, nodes[i])), width: JunctionGeometry.walk.width))
      if control == .signals { addWalkSignal(i, geometry, to: &builder) }
    }
  }

  func walkSignalID(_ arm: Int) -> String { "\(prefix)\(arms[arm].name)_walk_signal" }

  private func crosswalkID(_ arm: Int) -> String { "\(prefix)\(arms[arm].name)_crosswalk" }

  private func cornerID(_ i: Int, _ j: Int) -> String {
    "\(prefix)\(arms[i].name)_\(arms[j].name)_corner"
  }

  /// Walkers cross an arm while its own traffic has red and nobody drives straight into it: only
  /// turning traffic, which gives way to them. They set out as long as they can be across before
  /// the stage after it begins.
  private func addWalkSignal(
    _ arm: Int, _ geometry: JunctionGeometry, to builder: inout LaneGraphBuilder
  ) {
    let groups = (arms.map(\.signalGroup).max() ?? 0) + 1
    let stage = program.green + program.yellow + program.allRed
    let walk = walkTime(arm)
    var phases = [Signal.Phase(.red, microseconds: microseconds(stage * Double(groups)))]
    var start = 0.0
    if let group = walkGroup(arm, geometry), walk > 0 {
      let green = microseconds(walk)
      phases =
        program.actuation != nil
        ? []
        : [
          .init(.green, microseconds: green),
          .init(.red, microseconds: microseconds(stage * Double(groups)) - green),
        ]
      start = stage * Double(group)
    }
    builder.add(
      SignalDraft(
        walkSignalID(arm), phases: phases,
        offsetMicroseconds: microseconds(start + program.offset), lanes: [crosswalkID(arm)]))
  }

  /// How long walkers may set out across an arm in a cycle, s; not positive if they could not get
  /// across in time.
  func walkTime(_ arm: Int) -> Double {
    let width =
      Double(arms[arm].inLanes + arms[arm].outLanes) * laneWidth
      + (arms[arm].inLanes > 0 ? bicycleLane : 0) + (arms[arm].outLanes > 0 ? bicycleLane : 0)
    let stage = program.green + program.yellow + program.allRed
    return min(program.green, stage - width / Self.clearanceSpeed)
  }

  /// The stage in which walkers cross an arm; nil if there is none.
  func walkGroup(_ arm: Int, _ geometry: JunctionGeometry) -> Int? {
    let groups = (arms.map(\.signalGroup).max() ?? 0) + 1
    for step in 1..<max(groups, 2) {
      let group = (arms[arm].signalGroup + step) % groups
      let comesStraight = arms.indices.contains { from in
        from != arm && arms[from].signalGroup == group
          && geometry.turn(from, arm).magnitude < 0.5
      }
      if group != arms[arm].signalGroup && !comesStraight { return group }
    }
    return nil
  }
}
