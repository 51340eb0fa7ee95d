public import SimCore

/// Dense mixed traffic on one map template: cars, trucks, buses and motorcycles on random ways, and
/// people who walk about.
public struct Crowd: Sendable {
  /// Name of the map template.
  public var template: String
  /// Those of its parameters that are not the defaults, in the order in which they are told.
  public var settings: [(name: String, value: ParameterValues.Value)] = []
  /// Vehicles in the world at tick 0, if there is room for them.
  public var vehicles: Int
  /// Vehicles that want to come in later at each border of the map, per hour.
  public var inflow = 0.0
  /// For which it runs.
  public var seconds: Double
  /// Of what is drawn.
  public var seed: UInt64
  /// People who walk about on its walks, over crosswalks and back.
  public var walkers = 0
  /// Cyclists on its lanes for bicycles at tick 0, if there is room for them; as many come in later
  /// at each border per hour as vehicles do.
  public var bicycles = 0
  /// Shares of trucks, buses and motorcycles; the rest are cars.
  var shares = (truck: 0.15, bus: 0.08, motorcycle: 0.12)
}

extension Crowd: CustomStringConvertible {
  /// Its map, who is on it, and the seed.
  public var description: String { "\(mapName) seed=\(seed)" }

  /// Its map and who is on it.
  public var mapName: String {
    let words = settings.map { "\($0.name)=\($0.value.word)" }.joined(separator: " ")
    let people =
      (walkers > 0 ? " walkers=\(walkers)" : "") + (bicycles > 0 ? " bicycles=\(bicycles)" : "")
    let map = settings.isEmpty ? template : "\(template) \(words)"
    return "\(map) n=\(vehicles)\(people)"
  }
}

extension ParameterValues.Value {
  /// As it is written in a scenario, without its unit.
  fileprivate var word: String {
    switch self {
    case .number(let number): "\(number)"
    case .integer(let number): "\(number)"
    case .flag(let isSet): "\(isSet)"
    case .text(let text): text
    }
  }
}
