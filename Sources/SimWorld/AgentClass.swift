/// What kind of thing an agent is. Raw values are part of the recording format.
public enum AgentClass: UInt8, Hashable, Sendable, CaseIterable {
  case car = 0
  case truck = 1
  case bus = 2
  case motorcycle = 3
  case bicycle = 4
  case pedestrian = 5
  case trafficCone = 6
  case barrier = 7
  case constructionSign = 8
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
