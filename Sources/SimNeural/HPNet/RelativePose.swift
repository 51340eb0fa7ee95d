import SimCore
public import SimGeometry

/// Where poses lie as seen from one pose: distance, direction, difference of headings.
@frozen
public struct RelativePose {
  let target: Pose2
  let cosine: Double, sine: Double
  let angles: HPNetConfiguration.PoseEncoding

  /// The view from a pose.
  ///
  /// - Parameter angles: how places are told.
  public init(to target: Pose2, angles: HPNetConfiguration.PoseEncoding) {
    self.target = target
    self.angles = angles
    (sine, cosine) = ExactMath.sinCos(target.heading)
  }

  /// Appends distance (metres), direction and difference of headings (radians, the latter in
  /// [-pi, pi); or sine and cosine of each) of a source, or what else the encoding asks for. The
  /// direction of a source in the same place is 0.
  @inline(__always)
  func append(_ source: Pose2, heading: Double, to features: inout [Float]) {
    let dx = source.x - target.x
    let dy = source.y - target.y
    let forward = cosine * dx + sine * dy
    let left = cosine * dy - sine * dx
    let distance = (dx * dx + dy * dy).squareRoot()
    if angles == .cartesian {
      let (sine, cosine) = ExactMath.sinCos(heading - target.heading)
      features.append(Float(forward * 0.1))
      features.append(Float(left * 0.1))
      features.append(Float(distance * 0.1))
      features.append(Float(sine))
      features.append(Float(cosine))
      return
    }
    if angles == .sines {
      features.append(Float(distance))
      let inverse = distance == 0 ? 0 : 1 / distance
      let (sine, cosine) = ExactMath.sinCos(heading - target.heading)
      features.append(Float(left * inverse))
      features.append(distance == 0 ? 1 : Float(forward * inverse))
      features.append(Float(sine))
      features.append(Float(cosine))
      return
    }
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
