import SimCore
import SimMap
import SimStack
import SimWorld

/// How much of the driving stacks' inner life is kept.
public enum RecordDetail: Hashable, Sendable {
  /// What scores need: states, commands, signals, events, hashes.
  case states
  /// Also plans, forecasts and perceived tracks.
  case full
  /// Also how the modules came to them, as far as they say.
  case watched
}

/// Writes down each tick of an episode. All room is reserved up front.
struct EpisodeRecorder {
  private(set) var record: EpisodeRecord
  /// Ticks written down so far, also those that have been handed on.
  private(set) var ticks = 0
  private let detail: RecordDetail
  /// Which of the driven vehicles each scored ego is.
  private let drivers: [Int]
  private var forecasts = ForecastRoom()

  init(_ header: EpisodeHeader, drivers: [Int], detail: RecordDetail) {
    self.detail = detail
    self.drivers = drivers
    record = EpisodeRecord(
      header: header, history: AgentHistory(agents: header.ids.count),
      egos: header.egos.map { _ in [] })
  }

  /// Makes room for an episode.
  ///
  /// - Parameters:
  ///   - ticks: of the episode.
  ///   - block: of the states of agents and signals, as many are kept at a time.
  mutating func reserve(ticks: Int, block: Int) {
    let kept = min(ticks + 1, block)
    record.history.reserve(ticks: kept)
    record.signals.reserveCapacity(kept * record.header.map.signals.count)
    record.hashes.reserveCapacity(ticks + 1)
    for ego in record.egos.indices { record.egos[ego].reserveCapacity(ticks + 1) }
  }

  /// Forgets the states of agents and signals that somebody has read.
  mutating func drop() {
    record.history.clear()
    record.signals.removeAll(keepingCapacity: true)
  }

  /// One tick: the frozen state, its hash, and what was decided.
  mutating func record(
    _ view: WorldView, hash: UInt64, commands: CommandBuffer, drivers: [EgoDriver]
  ) {
    record.history.commandAcceleration.append(contentsOf: commands.acceleration)
    record.history.commandSteeringRate.append(contentsOf: commands.steeringRate)
    record(view, hash: hash, drivers: drivers, isLast: false)
  }

  /// The end of an episode: a state after which nothing is asked any more.
  mutating func recordEnd(_ view: WorldView, hash: UInt64, drivers: [EgoDriver]) {
    let agents = record.history.agents
    record.history.commandAcceleration.append(contentsOf: repeatElement(0, count: agents))
    record.history.commandSteeringRate.append(contentsOf: repeatElement(0, count: agents))
    record(view, hash: hash, drivers: drivers, isLast: true)
  }

  private mutating func record(
    _ view: WorldView, hash: UInt64, drivers: [EgoDriver], isLast: Bool
  ) {
    ticks += 1
    record.history.append(view.agents)
    record.signals.append(contentsOf: view.signals)
    record.hashes.append(hash)
    for (ego, driver) in self.drivers.enumerated() {
      // (Field by field: a driver is a large value to copy.)
      var tick = EgoTickRecord(
        state: view.egos[drivers[driver].index], command: isLast ? nil : drivers[driver].command,
        didPlan: !isLast && drivers[driver].didPlan)
      if detail != .states, !isLast {
        tick.plan = drivers[driver].plan
        tick.keptForecast = forecasts.kept(
          drivers[driver].forecast, after: record.egos[ego].last?.keptForecast)
        tick.tracks = drivers[driver].scene?.tracks
      }
      if detail == .watched, !isLast {
        tick.choice = drivers[driver].choice
        tick.attention = drivers[driver].attention
        tick.time = drivers[driver].time
      }
      record.egos[ego].take(tick)
    }
    if forecasts.isCrossed { forecasts.pack(&record.egos) }
  }

  mutating func record(_ event: EpisodeEvent) { record.events.append(event) }
}

extension AgentHistory {
  /// Appends one tick of all agents, but for what is asked of them.
  fileprivate mutating func append(_ table: AgentTable) {
    table.withColumns { columns in
      x.append(contentsOf: columns.x)
      y.append(contentsOf: columns.y)
      heading.append(contentsOf: columns.heading)
      speed.append(contentsOf: columns.speed)
      acceleration.append(contentsOf: columns.acceleration)
      steering.append(contentsOf: columns.steering)
      present.append(contentsOf: columns.present)
    }
    guard table.hasIndicators else { return }
    // Nobody showed one in the ticks that are missing.
    let missing = x.count - table.count - indicators.count
    indicators.append(contentsOf: repeatElement([], count: missing))
    indicators.append(contentsOf: table.indicators)
  }
}
