import SimCore
import SimGeometry

/// The rear axle of a vehicle whose box centre runs along a path, with a heading that lags behind
/// the tangent as that of a towed axle does (a tractrix).
///
/// A vehicle that does not slip, with its centre on a bend of radius R, points out of the tangent
/// by `rearAxleToCentre` / R. Planned along the tangent, as nuPlan's planner does, it settles half
/// a metre inside a tight bend; planned with the whole lag, the lag of nuPlan's tracker comes on
/// top and it settles half a metre outside. A tow bar of seven tenths of the length keeps it within
/// a foot.
struct TowedAxle {
  private let path: Polyline
  private let rearAxleToCentre: Double
  private let towBar: Double
  /// Of the path.
  private let length: Double
  private var cursor: Int32 = 0
  private var arcLength: Double
  private var towed: Vector2
  /// The straight that the axle is in line with; see `advance`.
  private var straight = Straight(
    start: 0, end: -.infinity, origin: .zero, direction: .zero, heading: 0)

  /// A segment of the path; one that ends before all others stands for none.
  private struct Straight {
    var start: Double
    var end: Double
    var origin: Vector2
    var direction: Vector2
    /// Wrapped.
    var heading: Double
  }

  /// Longest piece of a bend along which the axle is pulled straight, metres.
  private static let stride = 0.25
  /// An axle less than this beside a straight is in line with it, metres.
  private static let tolerance = 1e-9
  /// Tow bar as a share of the distance from rear axle to centre.
  private static let share = 0.7
  /// The axle is towed from this far back, metres: nothing is left then of where it started, so
  /// that it stands as if the vehicle had always been on the path.
  private static let runUp = 6.0

  /// - Parameters:
  ///   - arcLength: of the centre at the start.
  ///   - rearAxleToCentre: metres.
  init(path: Polyline, arcLength: Double, rearAxleToCentre: Double) {
    self.path = path
    self.rearAxleToCentre = rearAxleToCentre
    towBar = Self.share * rearAxleToCentre
    length = path.length
    self.arcLength = max(0, arcLength - Self.runUp)
    let start = path.advance(cursor: &cursor, s: self.arcLength)
    towed = start.point - start.direction * towBar
    _ = advance(to: arcLength)
  }

  /// Moves the centre forward to an arc length (clamped to the path's end); the rear axle there.
  mutating func advance(to target: Double) -> Pose2 {
    let end = min(target, length)
    if arcLength < straight.end, end < straight.end {
      // In line with a straight it stays so: nothing has to be looked up.
      arcLength = max(end, arcLength)
      let centre = straight.origin + straight.direction * (arcLength - straight.start)
      return Pose2(centre - straight.direction * rearAxleToCentre, heading: straight.heading)
    }
    return pull(to: end)
  }

  /// Moves the centre forward to an arc length of the path, bit by bit where it bends.
  private mutating func pull(to end: Double) -> Pose2 {
    if straight.end > -.infinity {
      // Where the axle has come to by now.
      let centre = straight.origin + straight.direction * (arcLength - straight.start)
      towed = centre - straight.direction * towBar
      straight.end = -.infinity
    }
    while true {
      let (centre, direction) = path.advance(cursor: &cursor, s: arcLength)
      let segment = Int(cursor)
      let bar = centre - towed
      let isInLine =
        direction.cross(bar).magnitude < Self.tolerance && direction.dot(bar) > 0
      if arcLength >= end {
        // On a straight, the straight's own heading; no angle has to be computed.
        let heading =
          isInLine
          ? ExactMath.wrapAngle(path.segmentHeadings[segment])
          : ExactMath.atan2(bar.y, bar.x)
        let way = isInLine ? direction : bar / towBar
        return Pose2(centre - way * rearAxleToCentre, heading: heading)
      }
      if isInLine && path.arcLengths[segment + 1] > arcLength {
        // In line with a straight it stays so up to the straight's end.
        let straight = Straight(
          start: path.arcLengths[segment], end: path.arcLengths[segment + 1],
          origin: path.vertices[segment], direction: direction,
          heading: ExactMath.wrapAngle(path.segmentHeadings[segment]))
        let pose = move(to: min(straight.end, end), on: straight)
        if arcLength == end {
          self.straight = straight
          return pose
        }
      } else {
        arcLength = min(arcLength + Self.stride, end)
        let pulled = path.advance(cursor: &cursor, s: arcLength).point
        let pull = pulled - towed
        towed = pulled - pull * (towBar / pull.length)
      }
    }
  }

  /// Moves the centre along a straight with which the axle is in line.
  private mutating func move(to s: Double, on straight: Straight) -> Pose2 {
    arcLength = s
    let pulled = straight.origin + straight.direction * (s - straight.start)
    towed = pulled - straight.direction * towBar
    return Pose2(pulled - straight.direction * rearAxleToCentre, heading: straight.heading)
  }
}
