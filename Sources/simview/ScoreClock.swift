import SimMap
import SimMetrics
import SimStack
import SimViewer
import Synchronization

/// The score that a drive would have if it ended at a tick. Each is found once; while a film runs,
/// another thread is ahead.
final class ScoreClock: Sendable {
  private let record: EpisodeRecord
  private let profile: MetricProfile
  private let known: Mutex<[Findings.Standing?]>

  init(_ record: EpisodeRecord, profile: MetricProfile) {
    self.record = record
    self.profile = profile
    known = Mutex([Findings.Standing?](repeating: nil, count: record.ticks))
  }

  /// The score if the drive ended at a tick; nil if nobody is scored.
  func standing(at tick: Int) -> Findings.Standing? {
    guard !record.header.egos.isEmpty, tick < record.ticks else { return nil }
    if let found = known.withLock({ $0[tick] }) { return found }
    var found = Findings.Standing(
      MetricCatalog.score(record.cut(after: tick), profile: profile))
    found.tick = tick
    known.withLock { $0[tick] = found }
    return found
  }

  /// The score at a tick, or at the latest tick before it of which it is known already.
  func latest(at tick: Int) -> Findings.Standing? {
    known.withLock { known in
      known[...min(tick, known.count - 1)].last { $0 != nil }.flatMap(\.self)
    }
  }

  /// Finds the scores at all ticks, in order.
  func findAll() {
    for tick in 0..<record.ticks { _ = standing(at: tick) }
  }
}

extension EpisodeRecord {
  /// The record as it would be if the episode had ended at a tick.
  func cut(after tick: Int) -> EpisodeRecord {
    let ticks = min(tick + 1, self.ticks)
    guard ticks < self.ticks else { return self }
    let entries = ticks * history.agents
    var part = AgentHistory(agents: history.agents)
    part.x = Array(history.x[..<entries])
    part.y = Array(history.y[..<entries])
    part.heading = Array(history.heading[..<entries])
    part.speed = Array(history.speed[..<entries])
    part.acceleration = Array(history.acceleration[..<entries])
    part.steering = Array(history.steering[..<entries])
    part.commandAcceleration = Array(history.commandAcceleration[..<entries])
    part.commandSteeringRate = Array(history.commandSteeringRate[..<entries])
    part.present = Array(history.present[..<entries])
    part.indicators = Array(history.indicators.prefix(entries))
    return EpisodeRecord(
      header: header, history: part, egos: egos.map { Array($0.prefix(ticks)) },
      signals: Array(signals.prefix(ticks * header.map.signals.count)),
      events: events.filter { $0.tick <= tick }, hashes: Array(hashes.prefix(ticks)))
  }
}
