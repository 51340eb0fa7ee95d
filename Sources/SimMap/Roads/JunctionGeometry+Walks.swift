import SimCore
import SimGeometry

// The ways of walkers about a junction: round its corners and across its arms.
extension JunctionGeometry {
  /// Distance from the centre along each arm at which its sidewalks meet those of the corners, and
  /// the crosswalk if there is one, metres.
  var walkNodes: [Double] {
    kerbStarts.map { hasCrosswalks ? $0 + Self.walk.before + 0.5 * Self.walk.width : $0 }
  }

  /// The middle of the sidewalk beside an arm's outgoing lanes, at a distance from the centre.
  func walkPoint(besideOut arm: Int, _ along: Double) -> Vector2 {
    point(arm, along, -outEdge(arm) - WalkStrip.middle)
  }

  /// The middle of the sidewalk beside an arm's incoming lanes.
  func walkPoint(besideIn arm: Int, _ along: Double) -> Vector2 {
    point(arm, along, inEdge(arm) + WalkStrip.middle)
  }

  /// The middle of the walk from beside an arm's incoming lanes round to beside the outgoing lanes
  /// of the next arm counter-clockwise.
  func cornerWalk(_ i: Int) -> [Vector2] {
    let j = (i + 1) % arms.count
    let nodes = walkNodes
    let start = walkPoint(besideIn: i, nodes[i])
    let end = walkPoint(besideOut: j, nodes[j])
    guard let corner = corner(i, j) else {
      let angle = ExactMath.wrapAngle(arms[j].heading - arms[i].heading)
      // Outside of a bend of two arms.
      guard angle < -0.5 else { return [start, end] }
      let edges = crossingOfEdges(i, j, angle)
      // The walk's own edge lines meet farther out.
      let reach = WalkStrip.middle * ExactMath.tan(-0.5 * angle)
      return [start, walkPoint(besideIn: i, edges.along - reach), end]
    }
    // An arc about the centre of the kerb's.
    let radius = cornerRadius - WalkStrip.middle
    let from = Pose2(
      walkPoint(besideIn: i, corner.along + corner.tangent), heading: arms[i].heading + .pi)
    let turn = ExactMath.wrapAngle(arms[j].heading - from.heading)
    var points = [start]
    let pieces = 12
    for k in 0...pieces {
      let part = 0.5 * turn * Double(k) / Double(pieces)
      let way = Pose2(.zero, heading: from.heading + part).direction
      let point = from.position + way * (2 * radius * ExactMath.sin(part).magnitude)
      if let last = points.last, last.distance(to: point) > 0.01 { points.append(point) }
    }
    if let last = points.last, last.distance(to: end) > 0.01 {
      points.append(end)
    } else {
      points[points.count - 1] = end
    }
    return points
  }
}
