import SimCore
import SimGeometry

extension LaneGraphAssembly {
  /// Greatest gap between the end of a lane and the start of its successor, metres.
  static let greatestGap = 0.5
  /// Greatest bend between them, rad.
  static let greatestBend = Double.pi / 4
  /// Width below which a lane of motor vehicles is reported, metres.
  static let leastWidth = 1.0

  /// Shortest and longest lane, metres: what is shorter costs steps without getting anywhere, what
  /// is longer is a slip of the pen.
  static let lengths = 0.01...100_000

  /// Checks the geometry of all lanes, by themselves and with those they are linked to.
  mutating func checkGeometry() {
    for lane in lanes {
      checkStrip(lane)
      for next in lane.successors { checkJoint(lane, lanes[next]) }
      if let left = lane.left { checkNeighbour(lane, left, side: "left") }
      if let right = lane.right { checkNeighbour(lane, right, side: "right") }
      let isAlone =
        lane.predecessors.isEmpty && lane.successors.isEmpty
        && lane.left == nil && lane.right == nil
      if isAlone && lanes.count > 1 && lane.kind.isDrivable {
        report(.unreachable, .lane, lane.id, "no lane leads to it or on from it")
      }
    }
  }

  private mutating func checkStrip(_ lane: Lane) {
    guard Self.lengths.contains(lane.length) else {
      report(
        .badLength, .lane, lane.id,
        lane.length < Self.lengths.lowerBound
          ? "it is shorter than \(hundredths(Self.lengths.lowerBound)) m"
          : "it is longer than \(Int(Self.lengths.upperBound / 1000)) km")
      return
    }
    if LaneShape.cross(lane.leftBound, lane.rightBound) {
      report(.boundsCross, .lane, lane.id, "its bounds cross or touch")
    } else if !lane.polygon.isSimple, lane.centreline.start.distance(to: lane.centreline.end) > 1 {
      // (The outline of a lane that closes in itself meets itself at the seam.)
      report(.selfIntersection, .lane, lane.id, "its outline crosses or touches itself")
    }
    var widest = 0.0
    var narrowest = (width: Double.infinity, s: 0.0)
    for (point, s) in zip(lane.centreline.vertices, lane.centreline.arcLengths) {
      let width = lane.leftBound.distance(to: point) + lane.rightBound.distance(to: point)
      widest = max(widest, width)
      if width < narrowest.width { narrowest = (width, s) }
    }
    if widest < 0.01 {
      report(.badWidth, .lane, lane.id, "it has no width")
    } else if narrowest.width < Self.leastWidth && lane.kind.isDrivable {
      let width = hundredths(narrowest.width)
      report(
        .narrow, .lane, lane.id, "it is only \(width) m wide at s = \(hundredths(narrowest.s))")
    }
  }

  private mutating func checkJoint(_ lane: Lane, _ next: Lane) {
    let gap = lane.centreline.end.distance(to: next.centreline.start)
    if gap > Self.greatestGap {
      report(
        .successorGap, .lane, lane.id,
        "its successor '\(next.id)' starts \(hundredths(gap)) m away from its end")
    }
    // Walkers turn where they stand.
    guard lane.kind != .sidewalk && lane.kind != .crosswalk else { return }
    let bend = ExactMath.wrapAngle(
      (next.centreline.vertexHeadings.first ?? 0) - (lane.centreline.vertexHeadings.last ?? 0))
    if bend.magnitude > Self.greatestBend {
      let degrees = (bend.magnitude * 180 / .pi).rounded()
      report(
        .successorHeading, .lane, lane.id,
        "its successor '\(next.id)' starts at an angle of \(Int(degrees)) degrees")
    }
  }

  private mutating func checkNeighbour(_ lane: Lane, _ link: LaneNeighbour, side: String) {
    let other = lanes[link.lane]
    let middle = lane.centreline.smoothPose(at: 0.5 * lane.length)
    let nearest = other.centreline.project(middle.position)
    let turn = ExactMath.wrapAngle(
      other.centreline.smoothPose(at: nearest.s).heading - middle.heading)
    if (turn.magnitude < .pi / 2) != link.isSameDirection {
      let stated = link.isSameDirection ? "the same" : "the opposite"
      report(
        .neighbourDirection, .lane, lane.id,
        "its \(side) neighbour '\(other.id)' does not run in \(stated) direction")
    }
    // Each pair once.
    guard lane.index < other.index else { return }
    let common = lane.polygon.intersectionArea(with: other.polygon)
    if common > max(0.5, 0.1 * min(lane.length, other.length)) {
      report(
        .neighbourOverlap, .lane, lane.id,
        "it overlaps its \(side) neighbour '\(other.id)' by \(hundredths(common)) square metres")
    }
  }

  /// A number with two decimals, for messages.
  private func hundredths(_ value: Double) -> String {
    let scaled = (value * 100).rounded()
    guard scaled.magnitude < 1e15 else { return "\(value)" }
    let whole = Int(scaled.magnitude)
    let cents = whole % 100
    return (scaled < 0 ? "-" : "") + "\(whole / 100)." + (cents < 10 ? "0" : "") + "\(cents)"
  }
}
