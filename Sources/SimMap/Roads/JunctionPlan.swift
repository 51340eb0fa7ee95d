import SimCore
import SimGeometry

/// A crossing of two-way roads: connectors, right of way, signals, crosswalks and surface.
///
/// It is laid out for right-hand traffic; the roads that lead to it are not its business, but must
/// end at `setbacks`.
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
  /// Arms counter-clockwise, at angles of 60 to 180 degrees.
  var arms: [Arm]
  var laneWidth: Double
  /// Radius of the kerb at corners, metres.
  var cornerRadius: Double
  var speedLimit: Double?
  var control: Control
  var program = Program()
  var hasCrosswalks = false

  /// A connector: from a lane of one arm into a lane of another.
  struct Connector {
    var id: String
    var from: Int
    var to: Int
    var fromLane: Int
    var toLane: Int
    /// Heading change, rad.
    var turn: Double
    /// Its place among parallel connectors of the movement, from 1, and their number.
    var place: Int
    var count: Int
    var shape: LaneDraft.Shape
    var polygon: Polygon
    var greatestCurvature: Double

    var road: String
    var isStraight: Bool { turn.magnitude < 0.5 }
    var isLeft: Bool { turn >= 0.5 }
    var isRight: Bool { turn <= -0.5 }
  }

  /// Crosswalk geometry along an arm, metres: gap, walk, gap to the stop line.
  private static let walk = (before: 0.5, width: 3.0, after: 1.0)
  /// Lateral acceleration from which the speed of turns follows, m/s^2.
  private static let turnAcceleration = 2.5

  /// Distance from the centre at which each arm's lanes end and start, metres.
  var setbacks: [Double] {
    kerbStarts.map {
      $0 + (hasCrosswalks ? Self.walk.before + Self.walk.width + Self.walk.after : 0)
    }
  }

  /// Distance from the centre at which each arm's kerbs are straight, metres.
  private var kerbStarts: [Double] {
    var starts = arms.map { _ in 0.0 }
    for i in arms.indices {
      let j = (i + 1) % arms.count
      guard let corner = corner(i, j) else { continue }
      starts[i] = max(starts[i], corner.along + corner.tangent)
      starts[j] = max(starts[j], corner.alongNext + corner.tangent)
    }
    return starts
  }

  /// The kerb corner between an arm and the next one counter-clockwise: its distance along both
  /// arms, and the length of the tangents of its arc; nil if the road runs straight on there.
  private func corner(
    _ i: Int, _ j: Int
  ) -> (along: Double, alongNext: Double, tangent: Double)? {
    let angle = ExactMath.wrapAngle(arms[j].heading - arms[i].heading)
    guard angle > 0.5, angle < 3 else { return nil }
    let edges = crossingOfEdges(i, j, angle)
    return (edges.along, edges.alongNext, cornerRadius / ExactMath.tan(0.5 * angle))
  }

  /// Where the edge of an arm's incoming lanes meets that of another arm's outgoing ones, as
  /// distances along both.
  private func crossingOfEdges(
    _ i: Int, _ j: Int, _ angle: Double
  ) -> (along: Double, alongNext: Double) {
    let (sin, cos) = ExactMath.sinCos(angle)
    let a = Double(arms[i].inLanes) * laneWidth
    let b = Double(arms[j].outLanes) * laneWidth
    return ((b + a * cos) / sin, (a + b * cos) / sin)
  }

  private func direction(_ arm: Int) -> Vector2 {
    Pose2(.zero, heading: arms[arm].heading).direction
  }

  /// A point by its distance from the centre along an arm and its offset to the left of that.
  private func point(_ arm: Int, _ along: Double, _ offset: Double) -> Vector2 {
    let u = direction(arm)
    return centre + u * along + u.left * offset
  }

  /// All connectors: by the arm they come from, then counter-clockwise by where they lead.
  func connectors() -> [Connector] {
    let setbacks = setbacks
    var result: [Connector] = []
    for from in arms.indices {
      for step in 1..<arms.count {
        let to = (from + step) % arms.count
        let moves = lanePairs(from, to)
        for (place, (fromLane, toLane)) in moves.enumerated() {
          let start = Pose2(
            point(from, setbacks[from], (Double(arms[from].inLanes - fromLane) + 0.5) * laneWidth),
            heading: arms[from].heading + .pi)
          let end = Pose2(
            point(to, setbacks[to], -(Double(arms[to].outLanes - toLane) + 0.5) * laneWidth),
            heading: arms[to].heading)
          let turn = turn(from, to)
          let curve = TurnCurve(
            from: start, to: end, tangentLimit: tangentLimit(from, to, fromLane))
          guard let shape = curve.shape(startWidth: laneWidth, endWidth: laneWidth),
            case .complete(_, let left, let right) = shape
          else { continue }
          let road = "\(prefix)\(arms[from].name)_to_\(arms[to].name)"
          result.append(
            Connector(
              id: "\(road).\(place + 1)", from: from, to: to, fromLane: fromLane, toLane: toLane,
              turn: turn, place: place + 1, count: moves.count, shape: shape,
              polygon: LaneShape.outline(left, right),
              greatestCurvature: curve.greatestCurvature, road: road))
        }
      }
    }
    return result
  }

  private func turn(_ from: Int, _ to: Int) -> Double {
    ExactMath.wrapAngle(arms[to].heading - arms[from].heading - .pi)
  }

  /// Right turns must not cut the kerb: their curve runs round the same centre.
  private func tangentLimit(_ from: Int, _ to: Int, _ fromLane: Int) -> Double {
    let turn = turn(from, to)
    guard turn < -0.5 else { return .infinity }
    return (cornerRadius + (Double(fromLane) - 0.5) * laneWidth) * ExactMath.tan(-0.5 * turn)
  }

  /// Lanes joined by a movement, from the right: right turns from the rightmost lane, left turns
  /// from the leftmost, straight on from every lane that goes on beyond the junction.
  ///
  /// An arm without a straight way on turns left from all lanes but the first.
  private func lanePairs(_ from: Int, _ to: Int) -> [(from: Int, to: Int)] {
    let n = arms[from].inLanes
    let m = arms[to].outLanes
    guard n > 0, m > 0 else { return [] }
    let turn = turn(from, to)
    // A mere bend takes every lane round.
    if arms.count == 2 { return (1...min(n, m)).map { ($0, $0) } }
    if turn <= -0.5 { return [(1, 1)] }
    if turn < 0.5 { return (1...min(n, m)).map { ($0, $0) } }
    let goesStraight = arms.indices.contains {
      $0 != from && self.turn(from, $0).magnitude < 0.5 && arms[$0].outLanes > 0
    }
    let first = goesStraight || n == 1 ? n : 2
    return (first...n).map { ($0, max(1, m - (n - $0))) }
  }

  /// Pairs of connectors from different arms that cross or merge, by their places.
  func conflicts(of connectors: [Connector]) -> [(Int, Int)] {
    var pairs: [(Int, Int)] = []
    for i in connectors.indices {
      for j in connectors.indices.dropFirst(i + 1) where connectors[i].from != connectors[j].from {
        let a = connectors[i].polygon
        let b = connectors[j].polygon
        guard a.boundingBox.intersects(b.boundingBox) else { continue }
        if a.intersectionArea(with: b) > 0.3 { pairs.append((i, j)) }
      }
    }
    return pairs
  }

  /// Adds everything to a map.
  ///
  /// - Parameter conflicts: those of an equal plan elsewhere, to save computing them again.
  func add(to builder: inout LaneGraphBuilder, conflicts known: [(Int, Int)]? = nil) {
    let connectors = connectors()
    for connector in connectors { builder.add(draft(connector)) }
    let outline = outline()
    builder.addJunction(id, polygon: outline)
    builder.add(DrivableArea(kind: .junction, polygon: outline))
    for (a, b) in known ?? conflicts(of: connectors) {
      if yields(connectors[a], to: connectors[b]) {
        builder.addPriority(yielding: connectors[a].id, priority: connectors[b].id)
      } else if yields(connectors[b], to: connectors[a]) {
        builder.addPriority(yielding: connectors[b].id, priority: connectors[a].id)
      }
    }
    for arm in arms.indices where arms[arm].inLanes > 0 {
      addControl(of: arm, connectors, to: &builder)
    }
    if hasCrosswalks { for arm in arms.indices { builder.add(crosswalk(arm)) } }
  }

  private func draft(_ connector: Connector) -> LaneDraft {
    let road = connector.road
    var limit = speedLimit
    if connector.greatestCurvature > 0, let given = speedLimit {
      let comfortable = (Self.turnAcceleration / connector.greatestCurvature).squareRoot()
      limit = min(given, max(comfortable, 3))
    }
    return LaneDraft(
      connector.id, shape: connector.shape,
      leftMarking: connector.place < connector.count ? .solid : .none,
      rightMarking: connector.place > 1 ? .solid : .none, speedLimit: limit,
      predecessors: ["\(arms[connector.from].inRoad).\(connector.fromLane)"],
      successors: ["\(arms[connector.to].outRoad).\(connector.toLane)"],
      left: connector.place < connector.count ? .init("\(road).\(connector.place + 1)") : nil,
      right: connector.place > 1 ? .init("\(road).\(connector.place - 1)") : nil,
      junction: id, isConnector: true, segment: road)
  }

  /// Whether a connector gives way to one that it meets.
  private func yields(_ a: Connector, to b: Connector) -> Bool {
    let areOpposite = turn(a.from, b.from).magnitude < 0.5
    let isLeftAcross = areOpposite && a.isLeft && !b.isLeft
    switch control {
    case .signals: return arms[a.from].signalGroup == arms[b.from].signalGroup && isLeftAcross
    case .priority, .stop:
      if arms[a.from].isMajor != arms[b.from].isMajor { return arms[b.from].isMajor }
      return isLeftAcross || (!areOpposite && isFromTheRight(b, of: a))
    case .uncontrolled, .allWayStop:
      return isLeftAcross || (!areOpposite && isFromTheRight(b, of: a))
    }
  }

  /// Whether the other one comes out of the road on the right hand, which is the next arm
  /// counter-clockwise.
  private func isFromTheRight(_ other: Connector, of connector: Connector) -> Bool {
    let angle = ExactMath.wrapAngle(arms[other.from].heading - arms[connector.from].heading)
    return angle > 0.5 && angle < 2.6
  }

  private func addControl(
    of arm: Int, _ connectors: [Connector], to builder: inout LaneGraphBuilder
  ) {
    let lanes = (1...arms[arm].inLanes).map { "\(arms[arm].inRoad).\($0)" }
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
    let cycle = stage * Double(groups)
    let green = microseconds(program.green)
    let yellow = microseconds(program.yellow)
    builder.add(
      SignalDraft(
        "\(name)_signal",
        phases: [
          .init(.green, microseconds: green), .init(.yellow, microseconds: yellow),
          .init(.red, microseconds: microseconds(cycle) - green - yellow),
        ],
        offsetMicroseconds: microseconds(
          stage * Double(arms[arm].signalGroup) + program.offset),
        lanes: lanes + connectors.filter { $0.from == arm }.map(\.id)))
  }

  private func microseconds(_ seconds: Double) -> Int64 { Int64((seconds * 1_000_000).rounded()) }

  /// The surface: the ends of the arms, joined by the kerbs' arcs.
  private func outline() -> Polygon {
    let setbacks = setbacks
    var points: [Vector2] = []
    for i in arms.indices {
      let j = (i + 1) % arms.count
      points.append(point(i, setbacks[i], -Double(arms[i].outLanes) * laneWidth))
      let inEdge = Double(arms[i].inLanes) * laneWidth
      points.append(point(i, setbacks[i], inEdge))
      guard let corner = corner(i, j) else {
        // Outside of a bend of two arms the edges go on until they meet.
        let angle = ExactMath.wrapAngle(arms[j].heading - arms[i].heading)
        if angle < -0.5 { points.append(point(i, crossingOfEdges(i, j, angle).along, inEdge)) }
        continue
      }
      let from = Pose2(
        point(i, corner.along + corner.tangent, inEdge), heading: arms[i].heading + .pi)
      let turn = ExactMath.wrapAngle(arms[j].heading - from.heading)
      let pieces = 12
      let chord = 2 * cornerRadius
      for k in 0...pieces {
        let part = 0.5 * turn * Double(k) / Double(pieces)
        let way = Pose2(.zero, heading: from.heading + part).direction
        points.append(from.position + way * (chord * ExactMath.sin(part).magnitude))
      }
    }
    return Polygon(points)
  }

  /// A crosswalk across an arm, 1.5 m onto the pavement on both sides.
  private func crosswalk(_ arm: Int) -> Crosswalk {
    let near = kerbStarts[arm] + Self.walk.before
    let far = near + Self.walk.width
    let left = Double(arms[arm].inLanes) * laneWidth
    let right = -Double(arms[arm].outLanes) * laneWidth
    let ends = [
      point(arm, 0.5 * (near + far), right - 1.5), point(arm, 0.5 * (near + far), left + 1.5),
    ]
    let polygon = Polygon([
      point(arm, near, right), point(arm, far, right), point(arm, far, left),
      point(arm, near, left),
    ])
    // Two distinct points.
    let path = Polyline(ends) ?? Polyline([.zero, Vector2(1, 0)])
    guard let path else { preconditionFailure("a road has a width") }
    return Crosswalk(id: "\(prefix)\(arms[arm].name)_crosswalk", polygon: polygon, path: path)
  }
}
