/// Box of an agent whose scenario does not give one, metres.
@frozen
public struct AgentSize: Hashable, Sendable {
  /// Along the heading.
  public var length: Double
  /// Across the heading, without mirrors.
  public var width: Double

  /// A box of this size, metres.
  @inlinable
  public init(length: Double, width: Double) {
    self.length = length
    self.width = width
  }
}

/// What the body of an agent can do at most, whatever decides for it.
@frozen
public struct MotionLimits: Hashable, Sendable {
  /// m/s.
  public var maxSpeed: Double
  /// Speeding up from low speed, m/s^2.
  public var maxAcceleration: Double
  /// Full braking on a dry road, m/s^2, positive.
  public var maxDeceleration: Double

  /// Limits, m/s and m/s^2; all are positive or 0.
  @inlinable
  public init(maxSpeed: Double, maxAcceleration: Double, maxDeceleration: Double) {
    self.maxSpeed = maxSpeed
    self.maxAcceleration = maxAcceleration
    self.maxDeceleration = maxDeceleration
  }
}

extension AgentClass {
  /// Size of a common specimen.
  ///
  /// Trucks and buses: the widest (2.55 m) that EU directive 96/53/EC allows, at the length of a
  /// three-axle rigid truck and of a two-axle city bus (the directive's limit for a rigid vehicle
  /// is 12 m). Cars: mid-size saloon. Bicycle: AASHTO's design bicycle. Pedestrian: body depth
  /// and shoulder breadth of the body ellipse of Fruin and the HCM. Cone: base of a 750 mm cone
  /// of EN 13422. Barrier: one 10 ft element of a New Jersey wall on its 0.6 m foot.
  public var typicalSize: AgentSize {
    switch self {
    case .car: AgentSize(length: 4.8, width: 1.9)
    case .truck: AgentSize(length: 10.0, width: 2.55)
    case .bus: AgentSize(length: 12.0, width: 2.55)
    case .motorcycle: AgentSize(length: 2.2, width: 0.8)
    case .bicycle: AgentSize(length: 1.8, width: 0.75)
    case .pedestrian: AgentSize(length: 0.5, width: 0.6)
    case .trafficCone: AgentSize(length: 0.4, width: 0.4)
    case .barrier: AgentSize(length: 3.05, width: 0.6)
    case .constructionSign: AgentSize(length: 0.6, width: 0.9)
    case .genericObject: AgentSize(length: 1.0, width: 1.0)
    }
  }

  /// How fast people cycle as a rule, m/s: 15 km/h.
  public static let cyclingSpeed = 4.2

  /// Limits of a common specimen.
  ///
  /// Speeds of trucks and buses are those of the speed limiters of EU directive 92/6/EEC (90 and
  /// 100 km/h). Full braking: about 0.8 g for cars on dry asphalt; service brakes of heavy
  /// vehicles must reach 5 m/s^2 (UNECE R13) and modern ones reach about 6; a bicycle goes over
  /// its front wheel at about 0.5 g.
  public var limits: MotionLimits {
    switch self {
    case .car: MotionLimits(maxSpeed: 70, maxAcceleration: 4, maxDeceleration: 8)
    case .truck: MotionLimits(maxSpeed: 25, maxAcceleration: 1.5, maxDeceleration: 6)
    case .bus: MotionLimits(maxSpeed: 27.8, maxAcceleration: 1.5, maxDeceleration: 6)
    case .motorcycle: MotionLimits(maxSpeed: 70, maxAcceleration: 6, maxDeceleration: 8)
    case .bicycle: MotionLimits(maxSpeed: 14, maxAcceleration: 1.5, maxDeceleration: 5)
    case .pedestrian: MotionLimits(maxSpeed: 7, maxAcceleration: 3, maxDeceleration: 5)
    case .trafficCone, .barrier, .constructionSign, .genericObject:
      MotionLimits(maxSpeed: 0, maxAcceleration: 0, maxDeceleration: 0)
    }
  }
}
