import SimCore
import SimGeometry

/// The shape of a crossing of two-way roads around the origin, without names or right of way.
///
/// It is laid out for right-hand traffic; the roads that lead to it are not its business, but must
/// end at `setbacks`.
struct JunctionGeometry: Hashable {
  /// One road that meets the junction.
  struct Arm: Hashable {
    /// Heading from the junction outwards, rad.
    var heading: Double
    var inLanes: Int
    var outLanes: Int
  }

  /// Arms counter-clockwise, at angles of 60 to 180 degrees.
  var arms: [Arm]
  var laneWidth: Double
  /// Radius of the kerb at corners, metres.
  var cornerRadius: Double
  var hasCrosswalks: Bool
  /// Width of the lanes for bicycles on the right of each direction, metres; 0: there are none.
  var bicycleLane = 0.0

  /// A connector: from a lane of one arm into a lane of another.
  struct Connector {
    var from: Int
    var to: Int
    var fromLane: Int
    var toLane: Int
    /// From lane for bicycles to lane for bicycles; then it has no numbers of lanes.
    var isForBicycles = false
    /// Heading change, rad.
    var turn: Double
    /// Its place among parallel connectors of the movement, from 1, and their number.
    var place: Int
    var count: Int
    var lines: LaneLines
    var greatestCurvature: Double

    var isLeft: Bool { turn >= 0.5 }
  }

  /// Everything that is drawn.
  struct Layout {
    /// Distance from the centre at which each arm's lanes end and start, metres.
    var setbacks: [Double]
    /// By the arm they come from, then counter-clockwise by where they lead.
    var connectors: [Connector]
    /// Pairs of connectors of different movements that overlap.
    var overlaps: [(Int, Int)]
    /// Those of them that come from different arms and cross or merge, beyond touching, and those
    /// of motor vehicles with those of bicycles from the same arm.
    var conflicts: [(Int, Int)]
    /// The surface.
    var outline: Polygon
    /// One for each arm, or none at all.
    var crosswalks: [(polygon: Polygon, path: Polyline)]
  }

  /// Crosswalk geometry along an arm, metres: gap, walk, gap to the stop line.
  static let walk = (before: 0.5, width: 3.0, after: 1.0)

  /// Lays it out.
  func layout() -> Layout {
    let setbacks = setbacks
    let connectors = connectors(setbacks)
    let (overlaps, conflicts) = overlaps(of: connectors)
    return Layout(
      setbacks: setbacks, connectors: connectors, overlaps: overlaps, conflicts: conflicts,
      outline: outline(setbacks),
      crosswalks: hasCrosswalks ? arms.indices.compactMap(crosswalk) : [])
  }

  /// Distance from the centre at which each arm's lanes end and start, metres.
  var setbacks: [Double] {
    kerbStarts.map {
      $0 + (hasCrosswalks ? Self.walk.before + Self.walk.width + Self.walk.after : 0)
    }
  }

  /// Distance from the centre at which each arm's kerbs are straight, metres.
  var kerbStarts: [Double] {
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
  func corner(
    _ i: Int, _ j: Int
  ) -> (along: Double, alongNext: Double, tangent: Double)? {
    let angle = ExactMath.wrapAngle(arms[j].heading - arms[i].heading)
    guard angle > 0.5, angle < 3 else { return nil }
    let edges = crossingOfEdges(i, j, angle)
    return (edges.along, edges.alongNext, cornerRadius / ExactMath.tan(0.5 * angle))
  }

  /// Where the edge of an arm's incoming lanes meets that of another arm's outgoing ones, as
  /// distances along both.
  func crossingOfEdges(
    _ i: Int, _ j: Int, _ angle: Double
  ) -> (along: Double, alongNext: Double) {
    let (sin, cos) = ExactMath.sinCos(angle)
    let a = inEdge(i)
    let b = outEdge(j)
    return ((b + a * cos) / sin, (a + b * cos) / sin)
  }

  /// Offset of the kerb beside an arm's incoming lanes, metres to the left of the way outwards.
  func inEdge(_ arm: Int) -> Double { width(arms[arm].inLanes) }

  /// The same beside its outgoing lanes, to the right.
  func outEdge(_ arm: Int) -> Double { width(arms[arm].outLanes) }

  private func width(_ lanes: Int) -> Double {
    Double(lanes) * laneWidth + (lanes > 0 ? bicycleLane : 0)
  }

  /// A point by its distance from the centre along an arm and its offset to the left of that.
  func point(_ arm: Int, _ along: Double, _ offset: Double) -> Vector2 {
    let u = Pose2(.zero, heading: arms[arm].heading).direction
    return u * along + u.left * offset
  }

  private func connectors(_ setbacks: [Double]) -> [Connector] {
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
          let curve = TurnCurve(
            from: start, to: end,
            tangentLimit: tangentLimit(
              turn(from, to), (Double(fromLane) - 0.5) * laneWidth + bicycleLane))
          guard
            let lines = curve.lines(
              startWidth: laneWidth, endWidth: laneWidth, isOnGrid: true)
          else { continue }
          result.append(
            Connector(
              from: from, to: to, fromLane: fromLane, toLane: toLane, turn: turn(from, to),
              place: place + 1, count: moves.count, lines: lines,
              greatestCurvature: curve.greatestCurvature))
        }
      }
      if bicycleLane > 0 { addBicycleConnectors(from, setbacks, to: &result) }
    }
    return result
  }

  /// Appends the connectors for bicycles from an arm: straight on and to the right, and round a
  /// mere bend either way.
  private func addBicycleConnectors(
    _ from: Int, _ setbacks: [Double], to result: inout [Connector]
  ) {
    guard arms[from].inLanes > 0 else { return }
    for step in 1..<arms.count {
      let to = (from + step) % arms.count
      let turn = turn(from, to)
      guard arms[to].outLanes > 0, turn < 0.5 || arms.count == 2 else { continue }
      let half = 0.5 * bicycleLane
      let curve = TurnCurve(
        from: Pose2(
          point(from, setbacks[from], inEdge(from) - half), heading: arms[from].heading + .pi),
        to: Pose2(point(to, setbacks[to], half - outEdge(to)), heading: arms[to].heading),
        tangentLimit: tangentLimit(turn, half))
      guard
        let lines = curve.lines(startWidth: bicycleLane, endWidth: bicycleLane, isOnGrid: true)
      else { continue }
      result.append(
        Connector(
          from: from, to: to, fromLane: 0, toLane: 0, isForBicycles: true, turn: turn, place: 1,
          count: 1, lines: lines, greatestCurvature: curve.greatestCurvature))
    }
  }

  /// Heading change from one arm into another, rad.
  func turn(_ from: Int, _ to: Int) -> Double {
    ExactMath.wrapAngle(arms[to].heading - arms[from].heading - .pi)
  }

  /// Right turns must not cut the kerb: their curve runs round the same centre.
  ///
  /// - Parameters:
  ///   - turn: heading change, rad.
  ///   - distance: from the kerb to the middle of the lane, metres.
  private func tangentLimit(_ turn: Double, _ distance: Double) -> Double {
    guard turn < -0.5 else { return .infinity }
    return (cornerRadius + distance) * ExactMath.tan(-0.5 * turn)
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

  private func overlaps(
    of connectors: [Connector]
  ) -> (overlaps: [(Int, Int)], conflicts: [(Int, Int)]) {
    var overlaps: [(Int, Int)] = []
    var conflicts: [(Int, Int)] = []
    let count = connectors.count
    var known = [Double](repeating: -1, count: count * count)
    for i in connectors.indices {
      let (from, to) = (connectors[i].from, connectors[i].to)
      for j in connectors.indices.dropFirst(i + 1) {
        let other = connectors[j].from
        if from == other && to == connectors[j].to { continue }
        let (a, b) = pair(i, j, from: from, other, of: count)
        if known[a * count + b] < 0 {
          known[a * count + b] = connectors[a].lines.polygon.intersectionArea(
            with: connectors[b].lines.polygon)
        }
        let common = known[a * count + b]
        if common > LaneOverlaps.leastArea { overlaps.append((i, j)) }
        let areOfOneArm =
          from == other && connectors[i].isForBicycles == connectors[j].isForBicycles
        if common > 0.3, !areOfOneArm { conflicts.append((i, j)) }
      }
    }
    return (overlaps, conflicts)
  }

  /// The pair of connectors that stands for all into which a pair can be turned, if all arms are
  /// alike: one from the first arm, and one from the arms up to half a turn further.
  ///
  /// - Parameters:
  ///   - from: arm of connector `i`, not after `other`, that of `j`.
  ///   - count: number of connectors.
  private func pair(
    _ i: Int, _ j: Int, from: Int, _ other: Int, of count: Int
  ) -> (Int, Int) {
    guard areAlike else { return (i, j) }
    let period = count / arms.count
    let apart = 2 * (other - from)
    if apart > arms.count || (apart == arms.count && j % period < i % period) {
      let turn = other * period
      return (j - turn, (i - turn + count) % count)
    }
    return (i - from * period, j - from * period)
  }

  /// All arms have as many lanes, and the same angle between them.
  private var areAlike: Bool {
    let angle = 2 * Double.pi / Double(arms.count)
    return arms.indices.allSatisfy { k in
      arms[k].inLanes == arms[0].inLanes && arms[k].outLanes == arms[0].outLanes
        && (arms[k].heading - arms[0].heading - angle * Double(k)).magnitude < 1e-12
    }
  }

  /// The ends of the arms, joined by the kerbs' arcs.
  private func outline(_ setbacks: [Double]) -> Polygon {
    var points: [Vector2] = []
    for i in arms.indices {
      let j = (i + 1) % arms.count
      points.append(point(i, setbacks[i], -outEdge(i)))
      let inEdge = inEdge(i)
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

  /// A crosswalk across an arm, walked from 1.5 m beyond one kerb to 1.5 m beyond the other.
  private func crosswalk(_ arm: Int) -> (polygon: Polygon, path: Polyline)? {
    let near = kerbStarts[arm] + Self.walk.before
    let far = near + Self.walk.width
    let left = inEdge(arm)
    let right = -outEdge(arm)
    let middle = 0.5 * (near + far)
    let polygon = Polygon([
      point(arm, near, right), point(arm, far, right), point(arm, far, left),
      point(arm, near, left),
    ])
    let path = Polyline([point(arm, middle, right - 1.5), point(arm, middle, left + 1.5)])
    return path.map { (polygon, $0) }
  }
}
