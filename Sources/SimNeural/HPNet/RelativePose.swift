import SimCore
public import SimGeometry

/// Where poses lie as seen from one pose: distance, direction, difference of headings.
@frozen
public struct RelativePose {
  let target: Pose2
  let cosine: Double, sine: Double

  /// The view from a pose.
  public init(to target: Pose2) {
    self.target = target
    (sine, cosine) = ExactMath.sinCos(target.heading)
  }

  /// Appends distance (metres), direction and difference of headings (radians, the latter in
  /// [-pi, pi)) of a source. The direction of a source in the same place is 0.
  @inline(__always)
  func append(_ source: Pose2, heading: Double, to features: inout [Float]) {
    let dx = source.x - target.x
    let dy = source.y - target.y
    let forward = cosine * dx + sine * dy
    let left = cosine * dy - sine * dx
    let distance = (dx * dx + dy * dy).squareRoot()
    features.append(Float(distance))
    features.append(distance == 0 ? 0 : Float(ExactMath.atan2(left, forward)))
    features.append(Float(Self.wrapped(heading - target.heading)))
  }

  /// An angle brought into [-pi, pi).
  static func wrapped(_ angle: Double) -> Double {
    let turns = ((angle + .pi) / (2 * .pi)).rounded(.down)
    return angle - turns * (2 * .pi)
  }
}
