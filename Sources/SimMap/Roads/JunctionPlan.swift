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
    /// The traffic decides how long green lasts, `green` at the least; nil: a fixed cycle.
    var actuation: Actuation?
  }

  /// How green follows the traffic, s and m.
  struct Actuation {
    var mostGreen = 40.0
    var passage = 3.0
    var detectorLength = 12.0
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
  /// Width of the lanes for bicycles on the right of each direction, metres; 0: there are none.
  var bicycleLane = 0.0

  /// Lateral acceleration from which the speed of turns follows, m/s^2.
  private static let turnAcceleration = 2.5

  /// Its shape around the origin.
  var geometry: JunctionGeometry {
    JunctionGeometry(
      arms: arms.map { .init(heading: $0.heading, inLanes: $0.inLanes, outLanes: $0.outLanes) },
      laneWidth: laneWidth, cornerRadius: cornerRadius, hasCrosswalks: hasCrosswalks,
      bicycleLane: bicycleLane)
  }

  /// Adds everything to a map.
  ///
  /// - Parameters:
  ///   - layout: of `geometry`.
  ///   - geometry: the plan's.
  func add(
    _ layout: JunctionGeometry.Layout, of geometry: JunctionGeometry,
    to builder: inout LaneGraphBuilder
  ) {
    // By index throughout: arms and connectors are large values to copy.
    let count = layout.connectors.count
    var movements = [String](copies: arms.count * arms.count, of: "")
    var ids: [String] = []
    ids.reserveCapacity(count)
    for k in 0..<count {
      let (from, to) = (layout.connectors[k].from, layout.connectors[k].to)
      let movement = from * arms.count + to
      if movements[movement].isEmpty {
        movements[movement] = String(joining: prefix, arms[from].name, "_to_", arms[to].name)
      }
      ids.append(
        bicycleLane > 0 && layout.connectors[k].isForBicycles
          ? BicycleLane.id(beside: movements[movement])
          : JunctionPlan.name(of: layout.connectors[k].place, in: movements[movement]))
    }
    let inLanes = arms.indices.map { links(to: arms[$0].inRoad, arms[$0].inLanes) }
    let outLanes = arms.indices.map { links(to: arms[$0].outRoad, arms[$0].outLanes) }
    let first = builder.lanes.count
    builder.addLanes { lanes in
      for k in 0..<count {
        let (from, to) = (layout.connectors[k].from, layout.connectors[k].to)
        if bicycleLane > 0, layout.connectors[k].isForBicycles {
          lanes.take(bicycleDraft(layout.connectors[k], ids[k]))
          continue
        }
        lanes.take(
          draft(
            layout.connectors[k], ids[k], movements[from * arms.count + to],
            after: inLanes[from][layout.connectors[k].fromLane - 1],
            before: outLanes[to][layout.connectors[k].toLane - 1]))
      }
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
    let isFixed = control == .signals && program.actuation == nil
    let phases = isFixed ? signalPhases : []
    for arm in arms.indices where arms[arm].inLanes > 0 {
      let stopped =
        inLanes[arm].count == 1 && bicycleLane == 0 ? inLanes[arm][0] : stopped(arm, inLanes[arm])
      var released = stopped
      if control == .signals {
        released.reserveCapacity(4 * stopped.count)
        for k in 0..<count where layout.connectors[k].from == arm { released.append(ids[k]) }
      }
      addControl(of: arm, stopped, released, phases, to: &builder)
    }
    for (arm, crosswalk) in zip(arms, layout.crosswalks) {
      builder.add(
        Crosswalk(
          id: "\(prefix)\(arm.name)_crosswalk",
          polygon: crosswalk.polygon.moved(quarterTurns: quarterTurns, by: centre),
          path: crosswalk.path.moved(quarterTurns: quarterTurns, by: centre)))
    }
    if hasSidewalks { addWalks(geometry, to: &builder) }
    if control == .signals, let actuation = program.actuation {
      addController(
        actuation, arms.indices.map { stopped($0, inLanes[$0]) }, geometry, to: &builder)
    }
  }

  /// Id of the lane at a place of a road, from 1.
  private static func name(of place: Int, in road: String) -> String {
    place == 1 ? road + ".1" : "\(road).\(place)"
  }

  /// The lanes of a road, each as the link that those before or after it share.
  private func links(to road: String, _ count: Int) -> [[String]] {
    count > 0 ? (1...count).map { [JunctionPlan.name(of: $0, in: road)] } : []
  }

  /// The lanes of an arm that lead in, that for bicycles last.
  private func stopped(_ arm: Int, _ inLanes: [[String]]) -> [String] {
    let lanes = inLanes.flatMap { $0 }
    guard bicycleLane > 0, !lanes.isEmpty else { return lanes }
    return lanes + [BicycleLane.id(beside: arms[arm].inRoad)]
  }

  /// The speed at which one goes through a connector, m/s.
  private func limit(on connector: JunctionGeometry.Connector) -> Double? {
    guard connector.greatestCurvature > 0, let given = speedLimit else { return speedLimit }
    let comfortable = (Self.turnAcceleration / connector.greatestCurvature).squareRoot()
    return min(given, max(comfortable, 3))
  }

  /// The connector's lines where the junction is.
  private func placed(_ lines: LaneLines) -> LaneLines {
    let isInPlace = centre == .zero && quarterTurns == 0
    return isInPlace ? lines : lines.moved(quarterTurns: quarterTurns, by: centre)
  }

  private func bicycleDraft(
    _ connector: JunctionGeometry.Connector, _ id: String
  ) -> LaneDraft {
    LaneDraft(
      id, kind: .bicycle, shape: .complete(placed(connector.lines)), leftMarking: .none,
      rightMarking: .none, speedLimit: limit(on: connector),
      predecessors: [BicycleLane.id(beside: arms[connector.from].inRoad)],
      successors: [BicycleLane.id(beside: arms[connector.to].outRoad)],
      junction: self.id, isConnector: true, segment: id)
  }

  private func draft(
    _ connector: JunctionGeometry.Connector, _ id: String, _ road: String, after last: [String],
    before next: [String]
  ) -> LaneDraft {
    let hasLeft = connector.place < connector.count
    let hasRight = connector.place > 1
    return LaneDraft(
      id, shape: .complete(placed(connector.lines)), leftMarking: hasLeft ? .solid : .none,
      rightMarking: hasRight ? .solid : .none, speedLimit: limit(on: connector),
      predecessors: last, successors: next,
      left: hasLeft ? .init("\(road).\(connector.place + 1)") : nil,
      right: hasRight ? .init("\(road).\(connector.place - 1)") : nil,
      junction: self.id, isConnector: true, segment: road)
  }

  /// Whether a connector gives way to one that it meets, both by their places in the layout.
  private func yields(
    _ a: Int, to b: Int, _ layout: JunctionGeometry.Layout, _ geometry: JunctionGeometry
  ) -> Bool {
    let (from, other) = (layout.connectors[a].from, layout.connectors[b].from)
    // Who turns right gives way to the bicycles that go straight on beside it.
    if from == other {
      return !layout.connectors[a].isForBicycles && layout.connectors[b].isForBicycles
    }
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

  /// The cycle of every signal, from its green on.
  private var signalPhases: [Signal.Phase] {
    let green = microseconds(program.green)
    let yellow = microseconds(program.yellow)
    return [
      .init(.green, microseconds: green), .init(.yellow, microseconds: yellow),
      .init(.red, microseconds: microseconds(stage * Double(signalGroups)) - green - yellow),
    ]
  }

  /// How long one group has its turn, s.
  private var stage: Double { program.green + program.yellow + program.allRed }

  private var signalGroups: Int { arms.reduce(0) { max($0, $1.signalGroup) } + 1 }

  /// Adds the stop line and the signal of an arm.
  ///
  /// - Parameters:
  ///   - stopped: the lanes that lead in.
  ///   - released: those, and the connectors that go on from them.
  private func addControl(
    of arm: Int, _ stopped: [String], _ released: [String], _ phases: [Signal.Phase],
    to builder: inout LaneGraphBuilder
  ) {
    let rule: StopLine.Rule?
    switch control {
    case .signals: rule = .signal
    case .priority: rule = arms[arm].isMajor ? nil : .yield
    case .stop: rule = arms[arm].isMajor ? nil : .stop
    case .allWayStop: rule = .stop
    case .uncontrolled: rule = nil
    }
    if let rule {
      builder.add(
        StopLineDraft(
          String(joining: prefix, arms[arm].name, "_stop"), rule: rule, lanes: stopped))
    }
    guard control == .signals else { return }
    builder.add(
      SignalDraft(
        String(joining: prefix, arms[arm].name, "_signal"), phases: phases,
        offsetMicroseconds: microseconds(
          stage * Double(arms[arm].signalGroup) + program.offset),
        lanes: released))
  }

  func microseconds(_ seconds: Double) -> Int64 { Int64((seconds * 1_000_000).rounded()) }
}
