// Signals whose green follows the traffic.
extension JunctionPlan {
  /// Adds the controller of all signals: a stage for each group of arms, in the order of the
  /// groups.
  func addController(
    _ actuation: Actuation, _ inLanes: [[String]], _ geometry: JunctionGeometry,
    to builder: inout LaneGraphBuilder
  ) {
    let groups = (arms.map(\.signalGroup).max() ?? 0) + 1
    let hasWalks = hasCrosswalks && hasSidewalks
    var walk = 0.0
    var stages: [SignalControllerDraft.Stage] = []
    for group in 0..<groups {
      let own = arms.indices.filter { arms[$0].signalGroup == group && arms[$0].inLanes > 0 }
      guard !own.isEmpty else { continue }
      let crossed =
        hasWalks ? arms.indices.filter { walkGroup($0, geometry) == group && walkTime($0) > 0 } : []
      for arm in crossed { walk = walk == 0 ? walkTime(arm) : min(walk, walkTime(arm)) }
      stages.append(
        SignalControllerDraft.Stage(
          signals: own.map { "\(prefix)\(arms[$0].name)_signal" },
          walkSignals: crossed.map { walkSignalID($0) }, lanes: own.flatMap { inLanes[$0] }))
    }
    builder.add(
      SignalControllerDraft(
        "\(prefix)signals",
        timing: SignalController.Timing(
          leastGreen: microseconds(program.green), mostGreen: microseconds(actuation.mostGreen),
          passage: microseconds(actuation.passage), yellow: microseconds(program.yellow),
          allRed: microseconds(program.allRed), walk: microseconds(walk)),
        stages: stages, detectorLength: actuation.detectorLength))
  }
}
