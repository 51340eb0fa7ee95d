import SimCore
import SimGeometry

/// A smooth way from one pose to another, as connectors through junctions take it.
///
/// It is made of straight leads and one quintic Hermite curve without curvature at its ends (so
/// curvature is continuous everywhere). If the lines of the two poses meet ahead of the first and
/// behind the second, the curve lies symmetrically in their corner; its greatest curvature is then
/// about 1.17 times that of the arc between the same tangent points.
struct TurnCurve {
  let points: [Vector2]
  let headings: [Double]
  /// Greatest curvature without sign, 1/m, at the samples.
  let greatestCurvature: Double

  /// A way through given points, its curvature not known.
  init(points: [Vector2], headings: [Double]) {
    self.points = points
    self.headings = headings
    greatestCurvature = 0
  }

  /// The way between two poses.
  ///
  /// - Parameters:
  ///   - start: where it begins.
  ///   - end: where it ends.
  ///   - tangentLimit: greatest distance from the corner at which the curve may begin, metres: what
  ///     keeps a turn from cutting its corner.
  init(from start: Pose2, to end: Pose2, tangentLimit: Double = .infinity) {
    let u = start.direction
    let v = end.direction
    let turn = ExactMath.wrapAngle(end.heading - start.heading)
    let between = end.position - start.position
    var a = start
    var b = end
    var stretch = 1.0
    if turn.magnitude > 0.05 && turn.magnitude < 3 {
      // start + u t = end - v r
      let t = between.cross(v) / u.cross(v)
      let r = between.cross(u) / v.cross(u)
      let reach = min(min(t, r), tangentLimit)
      if reach > 0.1 {
        let corner = start.position + u * t
        a = Pose2(corner - u * reach, heading: start.heading)
        b = Pose2(corner + v * reach, heading: end.heading)
        stretch =
          TurnCurve.stretch(ofTurn: turn.magnitude) * reach / a.position.distance(to: b.position)
      }
    } else if turn.magnitude <= 0.05, between.cross(u).magnitude < 1e-9 {
      // Straight on: two points tell it all.
      points = [start.position, end.position]
      headings = [start.heading, start.heading + turn]
      greatestCurvature = 0
      return
    }
    let curve = QuinticCurve(from: a, to: b, speed: stretch * a.position.distance(to: b.position))
    let samples = curve.samples(turn: turn)
    var points: [Vector2] = []
    var headings: [Double] = []
    if a.position.distance(to: start.position) > 1e-6 {
      points.append(start.position)
      headings.append(start.heading)
    }
    points += samples.points
    headings += samples.headings
    if b.position.distance(to: end.position) > 1e-6 {
      points.append(end.position)
      headings.append(headings[headings.count - 1])
    }
    // Exactly the poses given, so that lanes meet without a seam.
    points[0] = start.position
    points[points.count - 1] = end.position
    self.points = points
    self.headings = headings
    greatestCurvature = samples.greatestCurvature
  }

  /// Speed at the ends of the curve over the distance from the corner that makes its greatest
  /// curvature least: a fit to the numerical optimum, within 1 % of it up to 150 degrees.
  private static func stretch(ofTurn turn: Double) -> Double {
    let square = turn * turn
    return 1.77 - square * (0.0872 + 0.00652 * square)
  }

  /// The strip of a lane along it.
  ///
  /// - Parameters:
  ///   - startWidth: width at the start, metres.
  ///   - endWidth: width at the end, metres.
  ///   - isOnGrid: all points are rounded as `CoordinateGrid` does.
  func lines(startWidth: Double, endWidth: Double, isOnGrid: Bool = false) -> LaneLines? {
    var points = points
    if isOnGrid { for i in points.indices { points[i] = CoordinateGrid.rounded(points[i]) } }
    guard let centreline = Polyline(points, headings: headings) else { return nil }
    var left: [Vector2] = []
    var right: [Vector2] = []
    left.reserveCapacity(points.count)
    right.reserveCapacity(points.count)
    for i in points.indices {
      let share =
        centreline.vertices.count == points.count
        ? centreline.arcLengths[i] / centreline.length : Double(i) / Double(points.count - 1)
      let half = 0.5 * (startWidth + (endWidth - startWidth) * SmoothStep.value(share))
      let normal = Pose2(.zero, heading: headings[i]).direction.left
      let l = points[i] + normal * half
      let r = points[i] - normal * half
      left.append(isOnGrid ? CoordinateGrid.rounded(l) : l)
      right.append(isOnGrid ? CoordinateGrid.rounded(r) : r)
    }
    guard let left = Polyline(left, headings: headings),
      let right = Polyline(right, headings: headings)
    else { return nil }
    return LaneLines(centreline: centreline, left: left, right: right)
  }
}

/// Coordinates in whole steps of 2^-30 m (about a nanometre): sums and differences of them are
/// exact up to 4,000 km, so that a shape moved by such a displacement keeps its lengths and
/// headings to the bit.
enum CoordinateGrid {
  static func rounded(_ value: Double) -> Double { (value * 0x1p30).rounded() * 0x1p-30 }
  static func rounded(_ p: Vector2) -> Vector2 { Vector2(rounded(p.x), rounded(p.y)) }
}

/// A curve p(u), u in [0, 1], of degree five with given end poses, the same speed |p'| at both
/// ends, and no second derivative there.
struct QuinticCurve {
  let start: Pose2
  let end: Pose2
  private let c1: Vector2
  private let c3: Vector2
  private let c4: Vector2
  private let c5: Vector2

  init(from start: Pose2, to end: Pose2, speed: Double) {
    self.start = start
    self.end = end
    let a = start.direction * speed
    let b = end.direction * speed
    let chord = end.position - start.position
    c1 = a
    c3 = chord * 10 - a * 6 - b * 4
    c4 = chord * -15 + a * 8 + b * 7
    c5 = chord * 6 - (a + b) * 3
  }

  func point(_ u: Double) -> Vector2 {
    start.position + (c1 + (c3 + (c4 + c5 * u) * u) * (u * u)) * u
  }

  func velocity(_ u: Double) -> Vector2 {
    c1 + (c3 * 3 + (c4 * 4 + c5 * (5 * u)) * u) * (u * u)
  }

  func curvature(_ u: Double) -> Double {
    let v = velocity(u)
    let a = (c3 * 6 + (c4 * 12 + c5 * (20 * u)) * u) * u
    let speed = v.length
    return v.cross(a) / (speed * speed * speed)
  }

  /// Samples with the number of pieces that keeps chords of lanes beside it within about 8 mm and
  /// steps within 1 m.
  func samples(turn: Double) -> (
    points: [Vector2], headings: [Double], greatestCurvature: Double
  ) {
    // Length and bend of the curve, roughly, from a few samples.
    var sharpest = 0.0
    var length = 0.0
    let probes = 8
    var last = start.position
    for k in 1...probes {
      let u = Double(k) / Double(probes)
      let p = point(u)
      length += p.distance(to: last)
      last = p
      sharpest = max(sharpest, curvature(u - 0.5 / Double(probes)).magnitude)
    }
    let step =
      sharpest > 0 ? (8 * 0.008 / (sharpest * (1 + 2 * sharpest))).squareRoot() : .infinity
    let pieces = max(4, Int((length / min(step, 1)).rounded(.up)))
    var points: [Vector2] = []
    var headings: [Double] = []
    points.reserveCapacity(pieces + 1)
    headings.reserveCapacity(pieces + 1)
    var greatest = 0.0
    for k in 0...pieces {
      let u = Double(k) / Double(pieces)
      points.append(point(u))
      let v = velocity(u)
      let heading = ExactMath.atan2(v.y, v.x)
      let previous = headings.last ?? start.heading
      headings.append(previous + ExactMath.wrapAngle(heading - previous))
      greatest = max(greatest, curvature(u).magnitude)
    }
    return (points, headings, greatest)
  }
}
