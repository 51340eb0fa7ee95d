import SimCore
import SimGeometry
import SimMap

/// The line from one way over to another: a quintic in the other's Frenet frame, which begins
/// along the first and ends along the other without a bend.
struct LaneChangePath {
  /// The lanes of the way that it leads to; its centreline begins on the way that is left, and its
  /// start is where the change begins.
  let route: Route
  /// Arc length at which the other way is reached, metres.
  let end: Double

  /// So much of the way so far is kept behind the start, metres: the rear axle is towed along it.
  private static let kept = 30.0
  private static let spacing = 1.0

  /// - Parameters:
  ///   - path: the way so far, and the place on it where the change begins, metres.
  ///   - way: the one that it leads to.
  ///   - near: about where on its line that is, metres.
  ///   - length: of the change along the other way, metres.
  init?(
    from path: Polyline, at s: Double, to way: LaneWay, near place: Double, length: Double
  ) {
    let start = path.smoothPose(at: s)
    let line = way.line
    let found = line.project(start.position, near: place, window: 50)
    let turn = ExactMath.wrapAngle(start.heading - line.smoothPose(at: found.s).heading)
    guard turn.magnitude < 1 else { return nil }
    let slope = ExactMath.tan(turn)
    let length = min(length, line.length - found.s - 1)
    guard length > 5 else { return nil }
    let blend = QuinticBlend(offset: found.d, slope: slope, length: length)

    var points: [Vector2] = []
    if let behind = path.slice(from: max(0, s - Self.kept), to: s) {
      points = Array(behind.vertices)
    } else {
      points = [start.position]
    }
    let steps = max(2, Int((length / Self.spacing).rounded(.up)))
    for k in 1...steps {
      let x = length * Double(k) / Double(steps)
      let pose = line.smoothPose(at: found.s + x)
      points.append(pose.position + pose.direction.left * blend.value(at: x))
    }
    guard let changing = Polyline(points) else { return nil }
    end = changing.length
    let reached = found.s + length
    if let rest = line.slice(from: reached, to: line.length) {
      points += rest.vertices.dropFirst()
    }
    guard let whole = Polyline(points) else { return nil }
    let shift = end - reached
    route = Route(
      lanes: way.route.lanes, segments: way.route.segments, centreline: whole,
      laneStarts: way.route.laneStarts.map { $0 + shift },
      startArcLength: whole.project(start.position, near: min(s, Self.kept), window: 10).s,
      goalArcLength: nil)
  }
}

/// A lateral offset that goes to 0: the quintic with a given value and slope at 0, no bend there,
/// and neither value nor slope nor bend at the end.
struct QuinticBlend {
  let length: Double
  private let offset: Double
  private let slope: Double
  private let c3: Double
  private let c4: Double
  private let c5: Double

  init(offset: Double, slope: Double, length: Double) {
    self.length = length
    self.offset = offset
    // Over the share u of the way: d(u) = d0 + m u + c3 u^3 + c4 u^4 + c5 u^5, m = slope * length.
    let m = slope * length
    self.slope = m
    c3 = -10 * offset - 6 * m
    c4 = 15 * offset + 8 * m
    c5 = -6 * offset - 3 * m
  }

  /// The offset after a way, 0 beyond the end.
  func value(at x: Double) -> Double {
    let u = x / length
    if u >= 1 { return 0 }
    return offset + u * (slope + u * u * (c3 + u * (c4 + u * c5)))
  }
}
