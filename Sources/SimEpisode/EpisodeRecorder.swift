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
    record.history.append(view.agents)
    record.signals.append(contentsOf: view.signals)
    record.hashes.append(hash)
    for (ego, driver) in self.drivers.enumerated() {
      // (Field by field: a driver is a large value to copy.)
      var tick = EgoTickRecord(
        state: view.egos[drivers[driver].index], command: isLast ? nil : drivers[driver].command,
        didPlan: !isLast && drivers[driver].didPlan)
      if detail == .full, !isLast {
        tick.plan = drivers[driver].plan
        tick.forecast = drivers[driver].forecast
        tick.tracks = drivers[driver].scene?.tracks
      }
      record.egos[ego].append(tick)
    }
  }

  mutating func record(_ event: EpisodeEvent) { record.events.append(event) }
}

extension AgentHistory {
  /// Appends one tick of all agents, but for what is asked of them.
  fileprivate mutating func append(_ table: AgentTable) {
    x.append(contentsOf: table.x)
    y.append(contentsOf: table.y)
    heading.append(contentsOf: table.heading)
    speed.append(contentsOf: table.speed)
    acceleration.append(contentsOf: table.acceleration)
    steering.append(contentsOf: table.steering)
    present.append(contentsOf: table.present)
  }
}
