import SimMap
import SimMetrics
import SimStack
import SimViewer
import Synchronization

/// The score that a drive would have if it ended at a tick. Each is found once; while a film runs,
/// another thread is ahead of it.
final class ScoreClock: Sendable {
  private struct Known {
    var standings: [Findings.Standing?]
    /// The tick that was last asked for: those after it are found first.
    var place = 0

    /// The first tick after the place, else of all, of which the score is not known.
    var next: Int? {
      standings[place...].firstIndex { $0 == nil } ?? standings.firstIndex { $0 == nil }
    }
  }

  private let record: EpisodeRecord
  private let profile: MetricProfile
  private let known: Mutex<Known>

  init(_ record: EpisodeRecord, profile: MetricProfile) {
    self.record = record
    self.profile = profile
    known = Mutex(Known(standings: Array(repeating: nil, count: record.ticks)))
  }

  /// The score if the drive ended at a tick; nil if nobody is scored.
  func standing(at tick: Int) -> Findings.Standing? {
    guard !record.header.egos.isEmpty, tick < record.ticks else { return nil }
    if let found = known.withLock({ $0.standings[tick] }) { return found }
    var found = Findings.Standing(
      MetricCatalog.score(record.cut(after: tick), profile: profile))
    found.tick = tick
    known.withLock { $0.standings[tick] = found }
    return found
  }

  /// The score at a tick, or at the latest tick before it of which it is known already.
  func latest(at tick: Int) -> Findings.Standing? {
    known.withLock { known in
      guard known.standings.indices.contains(tick) else { return nil }
      known.place = tick
      return known.standings[...tick].last { $0 != nil }.flatMap(\.self)
    }
  }

  /// Finds the scores at all ticks: first of those that a film shows next.
  func findAll() {
    guard !record.header.egos.isEmpty else { return }
    while let tick = known.withLock({ $0.next }) { _ = standing(at: tick) }
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
