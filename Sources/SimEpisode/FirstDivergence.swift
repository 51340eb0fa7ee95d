import SimCore
import SimGeometry
import SimMap
public import SimStack
import SimWorld

/// Where two records of what should be the same episode first differ.
public struct FirstDivergence: Hashable, Sendable {
  /// The tick at which the records first differ.
  public var tick: Int
  /// Declared id of the agent (or signal) that differs; nil if it is about the whole episode.
  public var agent: String?
  /// What differs, e.g. `heading`.
  public var field: String
  /// The value in the first record as text, exact to the last bit.
  public var first: String
  /// The value in the second record, likewise.
  public var second: String

  /// The first difference of two records: by tick, then in the order of the state hash, then by
  /// row; nil if all that is recorded of the true state is the same to the bit.
  public init?(_ a: EpisodeRecord, _ b: EpisodeRecord) {
    if a.header.ids != b.header.ids {
      self.init(0, nil, "agents", "\(a.header.ids)", "\(b.header.ids)")
      return
    }
    for tick in 0..<min(a.ticks, b.ticks) {
      if let found = FirstDivergence.state(tick, a, b) ?? FirstDivergence.hash(tick, a, b) {
        self = found
        return
      }
    }
    guard a.ticks != b.ticks else { return nil }
    self.init(min(a.ticks, b.ticks), nil, "ticks", "\(a.ticks)", "\(b.ticks)")
  }

  private init(_ tick: Int, _ agent: String?, _ field: String, _ first: String, _ second: String) {
    self.tick = tick
    self.agent = agent
    self.field = field
    self.first = first
    self.second = second
  }

  /// Columns of all agents that the hash covers, in its order.
  private static var columns: [(name: String, path: KeyPath<AgentHistory, [Double]>)] {
    [
      ("x", \.x), ("y", \.y), ("heading", \.heading), ("speed", \.speed),
      ("acceleration", \.acceleration), ("steering", \.steering),
    ]
  }

  /// Columns of a driven vehicle that the hash covers, in its order.
  private static var egoColumns: [(name: String, path: KeyPath<EgoState, Double>)] {
    [
      ("rear axle x", \.pose.x), ("rear axle y", \.pose.y), ("rear axle heading", \.pose.heading),
      ("velocity x", \.velocity.x), ("velocity y", \.velocity.y),
      ("acceleration x", \.acceleration.x), ("acceleration y", \.acceleration.y),
      ("steering", \.steering), ("steering rate", \.steeringRate), ("yaw rate", \.yawRate),
      ("yaw acceleration", \.yawAcceleration),
    ]
  }

  private static func state(_ tick: Int, _ a: EpisodeRecord, _ b: EpisodeRecord)
    -> FirstDivergence?
  {
    let ids = a.header.ids
    for row in ids.indices {
      let slot = a.history.slot(tick, row)
      if a.history.present[slot] != b.history.present[slot] {
        return FirstDivergence(
          tick, ids[row], "present", "\(a.history.present[slot])", "\(b.history.present[slot])")
      }
    }
    for (name, path) in columns {
      let (x, y) = (a.history[keyPath: path], b.history[keyPath: path])
      for row in ids.indices {
        let slot = a.history.slot(tick, row)
        if differ(x[slot], y[slot]) {
          return FirstDivergence(tick, ids[row], name, "\(x[slot])", "\(y[slot])")
        }
      }
    }
    for ego in a.egos.indices where b.egos.indices.contains(ego) {
      let (x, y) = (a.egos[ego][tick].state, b.egos[ego][tick].state)
      for (name, path) in egoColumns where differ(x[keyPath: path], y[keyPath: path]) {
        return FirstDivergence(
          tick, ids[a.header.egos[ego].agent], name, "\(x[keyPath: path])",
          "\(y[keyPath: path])")
      }
    }
    for row in ids.indices {
      let (x, y) = (a.history.indicators(tick, row), b.history.indicators(tick, row))
      if x != y {
        return FirstDivergence(tick, ids[row], "indicators", "\(x.rawValue)", "\(y.rawValue)")
      }
    }
    return signals(tick, a, b)
  }

  private static func signals(_ tick: Int, _ a: EpisodeRecord, _ b: EpisodeRecord)
    -> FirstDivergence?
  {
    let signals = a.header.map.signals
    guard signals.count == b.header.map.signals.count else {
      return FirstDivergence(
        tick, nil, "signals", "\(signals.count)", "\(b.header.map.signals.count)")
    }
    for index in signals.indices {
      let slot = tick * signals.count + index
      if a.signals[slot] != b.signals[slot] {
        return FirstDivergence(
          tick, signals[index].id, "signal", "\(a.signals[slot])", "\(b.signals[slot])")
      }
    }
    return nil
  }

  /// State that is hashed but not recorded, such as the path of an agent.
  private static func hash(_ tick: Int, _ a: EpisodeRecord, _ b: EpisodeRecord)
    -> FirstDivergence?
  {
    guard a.hashes[tick] != b.hashes[tick] else { return nil }
    return FirstDivergence(
      tick, nil, "state hash", StateHash.text(a.hashes[tick]), StateHash.text(b.hashes[tick]))
  }

  /// Not the same bits; the sign of zero does not count, as in the hash.
  private static func differ(_ a: Double, _ b: Double) -> Bool {
    a != b && a.bitPattern != b.bitPattern
  }
}

extension FirstDivergence: CustomStringConvertible {
  public var description: String {
    let whose = agent.map { " of '\($0)'" } ?? ""
    return "tick \(tick): \(field)\(whose) is \(first) and \(second)"
  }
}
