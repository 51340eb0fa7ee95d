import SimGeometry
public import SimStack
public import SimWorld

extension FixtureJSON {
  /// An ego row of the fixtures: `time_us, x, y, heading, vx, vy, ax, ay, steering, steering_rate,
  /// yaw_rate, yaw_accel`.
  public var egoState: EgoState {
    let v = numbers
    return EgoState(
      timeMicroseconds: Int64(v[0]), pose: Pose2(x: v[1], y: v[2], heading: v[3]),
      velocity: Vector2(v[4], v[5]), acceleration: Vector2(v[6], v[7]), steering: v[8],
      steeringRate: v[9], yawRate: v[10], yawAcceleration: v[11])
  }

  /// The class named by a track row's type.
  public var agentClass: AgentClass {
    switch text {
    case "pedestrian": .pedestrian
    case "bicycle": .bicycle
    case "traffic_cone": .trafficCone
    case "barrier": .barrier
    case "czone_sign": .constructionSign
    case "generic_object": .genericObject
    default: .car
    }
  }

  /// A track row of the fixtures: `token, type, x, y, heading, length, width, vx, vy`. Its speed is
  /// the norm of the velocity, all that the official code looks at.
  public func track(id: Int) -> Track {
    let vx = self[7].number ?? .nan
    let vy = self[8].number ?? .nan
    return Track(
      id: id, agentClass: self[1].agentClass,
      box: OrientedBox(
        centre: Vector2(self[2].number ?? .nan, self[3].number ?? .nan),
        heading: self[4].number ?? .nan, length: self[5].number ?? .nan,
        width: self[6].number ?? .nan),
      speed: (vx * vx + vy * vy).squareRoot())
  }
}
