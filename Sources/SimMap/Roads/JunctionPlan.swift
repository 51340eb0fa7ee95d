import SimCore
import SimGeometry

/// A junction to be added to a map: its shape with names, right of way, signals and crosswalks.
struct JunctionPlan {
  /// Who goes first.
  enum Control: String, CaseIterable {
    case signals, priority, stop, uncontrolled
    case allWayStop = "all_way_stop"
  }

  /// One road that meets the junction.
  struct Arm {
    /// What it is called in connector ids.
    var name: String
    /// Heading from the junction outwards, rad.
    var heading: Double
    var inRoad: String
    var outRoad: String
    var inLanes: Int
    var outLanes: Int
    /// It belongs to the road that has priority.
    var isMajor: Bool
    /// Signals of the same group are green together.
    var signalGroup: Int
  }

  /// Timing of the signals, s. Each group in turn is green, then yellow, then all are red.
  struct Program {
    var green = 20.0
    var yellow = 3.0
    var allRed = 2.0
    /// The cycle starts this much later, s.
    var offset = 0.0
  }

  var id: String
  /// Precedes the ids of everything in it.
  var prefix = ""
  var centre = Vector2.zero
  /// The arms' headings are meant this much further counter-clockwise.
  var quarterTurns = 0
  /// Arms counter-clockwise.
  var arms: [Arm]
  var laneWidth: Double
  var cornerRadius: Double
  var speedLimit: Double?
  var control: Control
  var program = Program()
  var hasCrosswalks = false
  var hasSidewalks = false

  /// Lateral acceleration from which the speed of turns follows, m/s^2.
  private static let turnAcceleration = 2.5

  /// Its shape around the origin.
  var geometry: JunctionGeometry {
    JunctionGeometry(
      arms: arms.map { .init(heading: $0.heading, inLanes: $0.inLanes, outLanes: $0.outLanes) },
      laneWidth: laneWidth, cornerRadius: cornerRadius, hasCrosswalks: hasCrosswalks)
  }

  /// Adds everything to a map.
  ///
  /// - Parameter layout: of `geometry`.
  func add(_ layout: JunctionGeometry.Layout, to builder: inout LaneGraphBuilder) {
    let geometry = geometry
    // By index throughout: arms and connectors are large values to copy.
    let movements = arms.indices.map { from in
      arms.indices.map { to in
        from == to ? "" : String(joining: prefix, arms[from].name, "_to_", arms[to].name)
      }
    }
    let ids = layout.connectors.indices.map { k in
      String(
        joining: movements[layout.connectors[k].from][layout.connectors[k].to],
        layout.connectors[k].place == 1 ? ".1" : ".\(layout.connectors[k].place)")
    }
    let inLanes = arms.indices.map { names(of: arms[$0].inRoad, arms[$0].inLanes) }
    let outLanes = arms.indices.map { names(of: arms[$0].outRoad, arms[$0].outLanes) }
    let first = builder.lanes.count
    for k in layout.connectors.indices {
      let (from, to) = (layout.connectors[k].from, layout.connectors[k].to)
      builder.add(
        draft(
          layout.connectors[k], ids[k], movements[from][to],
          after: inLanes[from][layout.connectors[k].fromLane - 1],
          before: outLanes[to][layout.connectors[k].toLane - 1]))
    }
    let outline = layout.outline.moved(quarterTurns: quarterTurns, by: centre)
    builder.addJunction(id, polygon: outline)
    builder.add(DrivableArea(kind: .junction, polygon: outline))
    for (a, b) in layout.overlaps { builder.addOverlap(first + a, first + b) }
    for (a, b) in layout.conflicts {
      if yields(a, to: b, layout, geometry) {
        builder.addPriority(yielding: ids[a], priority: ids[b])
      } else if yields(b, to: a, layout, geometry) {
        builder.addPriority(yielding: ids[b], priority: ids[a])
      }
    }
    for arm in arms.indices where arms[arm].inLanes > 0 {
      var own: [String] = []
      for k in ids.indices where layout.connectors[k].from == arm { own.append(ids[k]) }
      addControl(of: arm, inLanes[arm], own, to: &builder)
    }
    for (arm, crosswalk) in zip(arms, layout.crosswalks) {
      builder.add(
        Crosswalk(
          id: "\(prefix)\(arm.name)_crosswalk",
          polygon: crosswalk.polygon.moved(quarterTurns: quarterTurns, by: centre),
          path: crosswalk.path.moved(quarterTurns: quarterTurns, by: centre)))
    }
    if hasSidewalks { addWalks(geometry, to: &builder) }
  }

  /// The ids of a road's lanes.
  private func names(of road: String, _ count: Int) -> [String] {
    count > 0 ? (1...count).map { String(joining: road, $0 == 1 ? ".1" : ".\($0)") } : []
  }

  private func draft(
    _ connector: JunctionGeometry.Connector, _ id: String, _ road: String, after last: String,
    before next: String
  ) -> LaneDraft {
    var limit = speedLimit
    if connector.greatestCurvature > 0, let given = speedLimit {
      let comfortable = (Self.turnAcceleration / connector.greatestCurvature).squareRoot()
      limit = min(given, max(comfortable, 3))
    }
    let hasLeft = connector.place < connector.count
    let hasRight = connector.place > 1
    let isInPlace = centre == .zero && quarterTurns == 0
    let lines =
      isInPlace ? connector.lines : connector.lines.moved(quarterTurns: quarterTurns, by: centre)
    return LaneDraft(
      id, shape: .complete(lines), leftMarking: hasLeft ? .solid : .none,
      rightMarking: hasRight ? .solid : .none, speedLimit: limit,
      predecessors: [last], successors: [next],
      left: hasLeft ? .init("\(road).\(connector.place + 1)") : nil,
      right: hasRight ? .init("\(road).\(connector.place - 1)") : nil,
      junction: self.id, isConnector: true, segment: road)
  }

  /// Whether a connector gives way to one that it meets, both by their places in the layout.
  private func yields(
    _ a: Int, to b: Int, _ layout: JunctionGeometry.Layout, _ geometry: JunctionGeometry
  ) -> Bool {
    let (from, other) = (layout.connectors[a].from, layout.connectors[b].from)
    let areOpposite = geometry.turn(from, other).magnitude < 0.5
    let isLeftAcross =
      areOpposite && layout.connectors[a].isLeft && !layout.connectors[b].isLeft
    // The road on the right hand is the next arm counter-clockwise.
    let angle = ExactMath.wrapAngle(arms[other].heading - arms[from].heading)
    let isFromTheRight = !areOpposite && angle > 0.5 && angle < 2.6
    switch control {
    case .signals: return arms[from].signalGroup == arms[other].signalGroup && isLeftAcross
    case .priority, .stop:
      if arms[from].isMajor != arms[other].isMajor { return arms[other].isMajor }
      return isLeftAcross || isFromTheRight
    case .uncontrolled, .allWayStop: return isLeftAcross || isFromTheRight
    }
  }

  private func addControl(
    of arm: Int, _ lanes: [String], _ connectors: [String], to builder: inout LaneGraphBuilder
  ) {
    let rule: StopLine.Rule?
    switch control {
    case .signals: rule = .signal
    case .priority: rule = arms[arm].isMajor ? nil : .yield
    case .stop: rule = arms[arm].isMajor ? nil : .stop
    case .allWayStop: rule = .stop
    case .uncontrolled: rule = nil
    }
    let name = prefix + arms[arm].name
    if let rule { builder.add(StopLineDraft("\(name)_stop", rule: rule, lanes: lanes)) }
    guard control == .signals else { return }
    let groups = (arms.map(\.signalGroup).max() ?? 0) + 1
    let stage = program.green + program.yellow + program.allRed
    let green = microseconds(program.green)
    let yellow = microseconds(program.yellow)
    let red = microseconds(stage * Double(groups)) - green - yellow
    builder.add(
      SignalDraft(
        "\(name)_signal",
        phases: [
          .init(.green, microseconds: green), .init(.yellow, microseconds: yellow),
          .init(.red, microseconds: red),
        ],
        offsetMicroseconds: microseconds(
          stage * Double(arms[arm].signalGroup) + program.offset),
        lanes: lanes + connectors))
  }

  func microseconds(_ seconds: Double) -> Int64 { Int64((seconds * 1_000_000).rounded()) }
}
