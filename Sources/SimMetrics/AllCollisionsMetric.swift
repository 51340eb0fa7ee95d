public import SimCore
public import SimStack

/// Every collision, whoever is to blame, with the ego's share in it.
public enum AllCollisionsMetric: EpisodeMetric {
  /// Called `all_collisions`.
  public static let schema = ModuleSchema(
    "all_collisions",
    "number of collisions of any kind; each event carries the ego's share of the closing speed")

  /// The number of collisions; the series counts them up. A violation's extremum is the ego's share
  /// of the closing speed, in [0, 1].
  public static func evaluate(_ signals: DerivedSignals) -> MetricResult {
    let collisions = signals.collisions
    var result = MetricResult(name: name, value: Double(collisions.count))
    result.series = [Double](repeating: 0, count: signals.ticks)
    for collision in collisions {
      for tick in collision.tick..<signals.ticks { result.series[tick] += 1 }
      result.violations.append(
        MetricViolation(
          firstTick: collision.tick, lastTick: collision.tick, agent: collision.agent,
          extremum: collision.responsibility,
          reason: "\(collision.kind.rawValue) collision with \(signals.name(collision.agent)), "
            + (collision.isAtFault ? "at fault" : "not at fault")
            + ", responsibility \(collision.responsibility.fixed(2))"))
      result.events.append(
        EpisodeEvent(
          tick: collision.tick, kind: "collision", agent: collision.agent,
          value: collision.responsibility))
    }
    result.statistics = [
      ("collisions_at_fault", Double(collisions.count(where: \.isAtFault))),
      ("greatest_responsibility", collisions.map(\.responsibility).max() ?? 0),
    ]
    for kind in CollisionKind.allCases {
      let count = collisions.count { $0.kind == kind }
      result.statistics.append(("number_of_\(kind.rawValue)_collisions", Double(count)))
    }
    return result
  }
}

/// How hard the collisions were, whoever is to blame. Series: the hardest so far.
public enum CollisionEnergyMetric: EpisodeMetric {
  /// Called `collision_energy`.
  public static let schema = ModuleSchema(
    "collision_energy",
    "greatest change of velocity in a collision of any kind, m/s; no value without collisions")

  /// The greatest change of velocity in a collision, m/s; nil without collisions. Statistics name
  /// it by kind of partner, as nuPlan does.
  public static func evaluate(_ signals: DerivedSignals) -> MetricResult {
    var result = MetricResult(
      name: name, value: signals.collisions.map(\.deltaV).max(), unit: .speed)
    result.series = [Double](repeating: 0, count: signals.ticks)
    for collision in signals.collisions {
      for tick in collision.tick..<signals.ticks {
        result.series[tick] = max(result.series[tick], collision.deltaV)
      }
    }
    for group in CollisionGroup.allCases {
      result.statistics += NoEgoAtFaultCollisionsMetric.energyStatistics(
        signals.deltaV(of: signals.collisions, in: group), group)
    }
    return result
  }
}
