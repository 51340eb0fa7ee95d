import SimCore
public import SimGeometry

/// Where poses lie as seen from one pose: distance, direction, difference of headings.
@frozen
public struct RelativePose {
  let target: Pose2
  let cosine: Double, sine: Double
  let usesSinesAndCosines: Bool

  /// The view from a pose.
  ///
  /// - Parameter usesSinesAndCosines: whether angles are given so instead of in radians.
  public init(to target: Pose2, usesSinesAndCosines: Bool) {
    self.target = target
    self.usesSinesAndCosines = usesSinesAndCosines
    (sine, cosine) = ExactMath.sinCos(target.heading)
  }

  /// Appends distance (metres), direction and difference of headings (radians, the latter in
  /// [-pi, pi); or sine and cosine of each) of a source. The direction of a source in the same
  /// place is 0.
  @inline(__always)
  func append(_ source: Pose2, heading: Double, to features: inout [Float]) {
    let dx = source.x - target.x
    let dy = source.y - target.y
    let forward = cosine * dx + sine * dy
    let left = cosine * dy - sine * dx
    let distance = (dx * dx + dy * dy).squareRoot()
    features.append(Float(distance))
    if usesSinesAndCosines {
      let inverse = distance == 0 ? 0 : 1 / distance
      let (sine, cosine) = ExactMath.sinCos(heading - target.heading)
      features.append(Float(left * inverse))
      features.append(distance == 0 ? 1 : Float(forward * inverse))
      features.append(Float(sine))
      features.append(Float(cosine))
      return
    }
    features.append(distance == 0 ? 0 : Float(ExactMath.atan2(left, forward)))
    features.append(Float(Self.wrapped(heading - target.heading)))
  }

  /// An angle brought into [-pi, pi).
  static func wrapped(_ angle: Double) -> Double {
    let turns = ((angle + .pi) / (2 * .pi)).rounded(.down)
    return angle - turns * (2 * .pi)
  }
}
