public import SimCore
public import SimStack
import SimWorld

/// The three kinds of collision partner that count differently.
enum CollisionGroup: CaseIterable {
  case vulnerable, vehicles, objects

  init(_ agentClass: AgentClass) {
    self = agentClass.isVulnerable ? .vulnerable : agentClass.isVehicle ? .vehicles : .objects
  }

  /// Name in statistics.
  var label: String {
    switch self {
    case .vulnerable: "VRUs"
    case .vehicles: "vehicles"
    case .objects: "objects"
    }
  }

  /// At-fault collisions that do not yet make the score 0.
  var allowed: Int { self == .objects ? 1 : 0 }
}

/// Collisions that the ego is to blame for.
public enum NoEgoAtFaultCollisionsMetric: EpisodeMetric {
  /// Called `no_ego_at_fault_collisions`.
  public static let schema = ModuleSchema(
    "no_ego_at_fault_collisions",
    "1 without at-fault collisions, 0.5 with one object hit, else 0 (nuPlan)")

  /// 1, 0.5 or 0. The series is the change of velocity in the tick of an at-fault collision, m/s,
  /// else 0.
  public static func evaluate(_ signals: DerivedSignals) -> MetricResult {
    let faults = signals.collisions.filter(\.isAtFault)
    var result = MetricResult(name: name, value: 1, unit: .speed)
    result.series = [Double](repeating: 0, count: signals.ticks)
    for fault in faults {
      result.series[fault.tick] = max(result.series[fault.tick], fault.deltaV)
      result.violations.append(
        MetricViolation(
          firstTick: fault.tick, lastTick: fault.tick, agent: fault.agent,
          extremum: fault.deltaV,
          reason: "\(fault.kind.rawValue) collision with \(signals.name(fault.agent))"))
      result.events.append(
        EpisodeEvent(
          tick: fault.tick, kind: "at_fault_collision", agent: fault.agent, value: fault.deltaV))
    }
    result.statistics.append(("number_of_all_at_fault_collisions", Double(faults.count)))
    var counts: [Int] = []
    for group in CollisionGroup.allCases {
      let speeds = signals.deltaV(of: faults, in: group)
      counts.append(speeds.count)
      result.statistics.append(
        ("number_of_at_fault_collisions_with_\(group.label)", Double(speeds.count)))
    }
    for group in CollisionGroup.allCases {
      result.statistics += energyStatistics(signals.deltaV(of: faults, in: group), group)
    }
    result.value = score(vulnerable: counts[0], vehicles: counts[1], objects: counts[2])
    return result
  }

  /// The score for numbers of at-fault collisions with each group.
  public static func score(vulnerable: Int, vehicles: Int, objects: Int) -> Double {
    var score = 1.0
    for (group, count) in zip(CollisionGroup.allCases, [vulnerable, vehicles, objects]) {
      score *= max(0, 1 - Double(count) / Double(group.allowed + 1))
    }
    return score
  }

  /// nuPlan's "energies" of collisions with one group, which are changes of velocity in m/s.
  static func energyStatistics(
    _ speeds: [Double], _ group: CollisionGroup
  ) -> [(name: String, value: Double)] {
    if speeds.isEmpty { return [] }
    let summary = SeriesSummary(speeds)
    return [
      ("max_collision_energy_with_\(group.label)", summary.greatest),
      ("min_collision_energy_with_\(group.label)", summary.least),
      ("mean_collision_energy_with_\(group.label)", summary.mean),
    ]
  }
}

extension DerivedSignals {
  /// Changes of velocity in collisions with one group, by tick and row, m/s.
  func deltaV(of collisions: [Collision], in group: CollisionGroup) -> [Double] {
    collisions.filter { CollisionGroup(agents.classes[$0.agent]) == group }.map(\.deltaV)
  }
}
