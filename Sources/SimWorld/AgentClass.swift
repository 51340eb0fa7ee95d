/// What kind of thing an agent is. Raw values are part of the recording format.
public enum AgentClass: UInt8, Hashable, Sendable, CaseIterable {
  /// A passenger car.
  case car = 0
  /// A rigid truck.
  case truck = 1
  /// A city bus.
  case bus = 2
  /// A motorcycle with its rider.
  case motorcycle = 3
  /// A bicycle with its rider.
  case bicycle = 4
  /// Somebody on foot.
  case pedestrian = 5
  /// A traffic cone.
  case trafficCone = 6
  /// An element of a barrier wall.
  case barrier = 7
  /// A sign of a work zone.
  case constructionSign = 8
  /// Any other thing on the road.
  case genericObject = 9

  /// A motor vehicle (nuPlan: vehicle).
  @inlinable public var isVehicle: Bool { rawValue <= AgentClass.motorcycle.rawValue }
  /// A vulnerable road user (nuPlan: pedestrian or bicycle).
  @inlinable public var isVulnerable: Bool { self == .bicycle || self == .pedestrian }
  /// A thing that never moves by itself (nuPlan: static object); its speed counts as 0.
  @inlinable public var isObject: Bool { rawValue >= AgentClass.trafficCone.rawValue }

  /// The name in scenario files.
  public var name: String {
    switch self {
    case .car: "car"
    case .truck: "truck"
    case .bus: "bus"
    case .motorcycle: "motorcycle"
    case .bicycle: "bicycle"
    case .pedestrian: "pedestrian"
    case .trafficCone: "cone"
    case .barrier: "barrier"
    case .constructionSign: "construction_sign"
    case .genericObject: "object"
    }
  }
}
