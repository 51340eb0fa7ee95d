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
}

/// Writes down each tick of an episode. All room is reserved up front.
struct EpisodeRecorder {
  private(set) var record: EpisodeRecord
  private let detail: RecordDetail
  /// Which of the driven vehicles each scored ego is.
  private let drivers: [Int]

  init(_ header: EpisodeHeader, drivers: [Int], ticks: Int, detail: RecordDetail) {
    self.detail = detail
    self.drivers = drivers
    record = EpisodeRecord(
      header: header,
      history: AgentHistory(agents: header.ids.count, reservingTicks: ticks + 1),
      egos: header.egos.map { _ in [] })
    record.signals.reserveCapacity((ticks + 1) * header.map.signals.count)
    record.hashes.reserveCapacity(ticks + 1)
    for ego in record.egos.indices { record.egos[ego].reserveCapacity(ticks + 1) }
  }

  /// One tick: the frozen state, its hash, and what was decided (nil at the end of an episode).
  mutating func record(
    _ view: WorldView, hash: UInt64, commands: CommandBuffer?, drivers: [EgoDriver]
  ) {
    record.history.append(view.agents, commands)
    record.signals.append(contentsOf: view.signals)
    record.hashes.append(hash)
    for (ego, driver) in self.drivers.enumerated() {
      record.egos[ego].append(tickRecord(view, drivers[driver], isLast: commands == nil))
    }
  }

  private func tickRecord(_ view: WorldView, _ driver: EgoDriver, isLast: Bool) -> EgoTickRecord {
    var tick = EgoTickRecord(
      state: view.egos[driver.index], command: isLast ? nil : driver.command,
      didPlan: !isLast && driver.didPlan)
    if detail == .full, !isLast {
      tick.plan = driver.plan
      tick.forecast = driver.forecast
      tick.tracks = driver.scene?.tracks
    }
    return tick
  }

  mutating func record(_ event: EpisodeEvent) { record.events.append(event) }
}

extension AgentHistory {
  /// Appends one tick of all agents; commands are 0 where there are none.
  fileprivate mutating func append(_ table: AgentTable, _ commands: CommandBuffer?) {
    x.append(contentsOf: table.x)
    y.append(contentsOf: table.y)
    heading.append(contentsOf: table.heading)
    speed.append(contentsOf: table.speed)
    acceleration.append(contentsOf: table.acceleration)
    steering.append(contentsOf: table.steering)
    present.append(contentsOf: table.present)
    if let commands {
      commandAcceleration.append(contentsOf: commands.acceleration)
      commandSteeringRate.append(contentsOf: commands.steeringRate)
    } else {
      commandAcceleration.append(contentsOf: repeatElement(0, count: agents))
      commandSteeringRate.append(contentsOf: repeatElement(0, count: agents))
    }
  }
}
