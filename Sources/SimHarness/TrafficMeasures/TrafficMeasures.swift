public import SimCore
import SimScenario
import SimTraffic
import SimWorld

/// What background traffic does by itself, in the figures of traffic engineering: flow and speed by
/// density, lane changes, and how a queue goes off at a signal.
public struct TrafficMeasures: Sendable {
  /// Who drives on a ring.
  public enum Drivers: String, Hashable, Sendable, CaseIterable {
    /// As the policy's defaults are, with lane changes by MOBIL where there is more than one lane.
    case standard
    /// As in the loads that SUMO has too: `RingLoad`.
    case peer
  }

  let catalogs: ModuleCatalogs
  let drivers: Drivers
  let headwaySpread: Double
  /// Parameters of the policy `idm` that are other than those of the drivers.
  let overriding: [String: ParameterValues.Value]
  /// `name=value` of those, as written.
  let settings: [(path: String, value: String)]
  let seed: UInt64

  /// - Parameters:
  ///   - headwaySpread: how far headways on a ring depart from their mean, as a share of it.
  ///   - settings: parameters of the policy `idm` as YAML, by name.
  /// - Throws: if a parameter does not exist or cannot have that value.
  public init(
    _ catalogs: ModuleCatalogs, drivers: Drivers = .standard, headwaySpread: Double = 0,
    settings: [(path: String, value: String)] = [], seed: UInt64 = 0
  ) throws(InputError) {
    self.catalogs = catalogs
    self.drivers = drivers
    self.headwaySpread = headwaySpread
    self.settings = settings
    self.seed = seed
    overriding = try TrafficMeasures.values(settings, catalogs)
  }

  /// Reads parameters as a scenario's are read, so that what is wrong is said in the same words.
  private static func values(
    _ settings: [(path: String, value: String)], _ catalogs: ModuleCatalogs
  ) throws(InputError) -> [String: ParameterValues.Value] {
    guard !settings.isEmpty else { return [:] }
    let text = """
      version: 1
      name: ring
      map: {template: ring}
      duration: 1
      ego: {lane: ring_2.1, s: 10}
      agents: [{id: car, lane: ring_1.1, s: 10, policy: idm}]
      """
    let scenario = try load(
      text, "ring.yaml", catalogs,
      settings.map { (path: "agents.car.policy.idm." + $0.path, value: $0.value) })
    guard case .policy(let choice)? = scenario.agents.first?.driver else { return [:] }
    let names = Set(settings.map(\.path))
    var values: [String: ParameterValues.Value] = [:]
    for entry in choice.parameters.entries where names.contains(entry.name) {
      values[entry.name] = entry.value
    }
    return values
  }

  /// The scenario of a text, without the ego that it has to name.
  static func load(
    _ text: String, _ file: String, _ catalogs: ModuleCatalogs,
    _ settings: [(path: String, value: String)]
  ) throws(InputError) -> Scenario {
    var request = BatchRequest(paths: [])
    request.settings = settings
    let loaded = try ScenarioLoader(importers: catalogs.importers).load(
      Array(text.utf8), file: file, relativePath: file, options: request.loadOptions(catalogs))
    guard let ticket = loaded.tickets.first else {
      throw InputError(at: .wholeFile(file), "nothing to run")
    }
    var scenario = try ticket.build()
    scenario.egos = []
    scenario.agents.removeAll { $0.spec.motion == .driven }
    return scenario
  }
}
