import SimCore
import SimGeometry
import SimMap
import SimStack
import SimWorld

/// A point of time in an episode: a tick, and how much of the step to the next one has passed.
public struct Moment: Hashable, Sendable {
  /// A recorded tick.
  public var tick: Int
  /// In [0, 1); 0 at the last tick.
  public var share: Double

  /// The moment at a number of ticks since the start, at most the last tick.
  public init(_ ticks: Double, last: Int) {
    let bounded = min(max(ticks, 0), Double(last))
    tick = min(Int(bounded), last)
    share = bounded - Double(tick)
  }

  /// The same time by another episode's clock, at most its last tick.
  func converted(from clock: TickClock, to other: TickClock, last: Int) -> Moment {
    let ratio = Double(clock.stepMicroseconds) / Double(other.stepMicroseconds)
    return Moment((Double(tick) + share) * ratio, last: last)
  }

  /// A recorded tick itself.
  public init(tick: Int) {
    self.tick = tick
    share = 0
  }
}

/// An agent at a moment.
struct AgentNow: Sendable {
  var row: Int
  var box: OrientedBox
  var agentClass: AgentClass
  var isEgo: Bool
  var lights: VehicleLights
}

extension EpisodeRecord {
  /// Where an agent is; between ticks on the straight line from one to the next. nil: it is not
  /// there.
  func pose(_ row: Int, _ moment: Moment) -> Pose2? {
    guard moment.tick < ticks else { return nil }
    let a = history.slot(moment.tick, row)
    guard history.present[a] != 0 else { return nil }
    let pose = Pose2(x: history.x[a], y: history.y[a], heading: history.heading[a])
    guard moment.share > 0, moment.tick + 1 < ticks else { return pose }
    let b = history.slot(moment.tick + 1, row)
    guard history.present[b] != 0 else { return pose }
    let next = Vector2(history.x[b], history.y[b])
    // One that is put elsewhere does not slide there.
    guard pose.position.distance(to: next) < 10 else { return pose }
    let turn = history.heading[b] - history.heading[a]
    let least = turn - 2 * .pi * (turn / (2 * .pi)).rounded()
    return Pose2(
      pose.position + (next - pose.position) * moment.share,
      heading: pose.heading + least * moment.share)
  }

  /// All agents that are there, in row order.
  func agents(_ moment: Moment) -> [AgentNow] {
    var isEgo = [Bool](repeating: false, count: header.ids.count)
    for ego in header.egos { isEgo[ego.agent] = true }
    var result: [AgentNow] = []
    result.reserveCapacity(header.ids.count)
    for row in header.ids.indices {
      guard let pose = pose(row, moment) else { continue }
      result.append(
        AgentNow(
          row: row,
          box: OrientedBox(
            pose: pose, length: header.lengths[row], width: header.widths[row]),
          agentClass: header.classes[row], isEgo: isEgo[row], lights: lights(moment.tick, row)))
    }
    return result
  }

  /// What the modules of the first ego did at a tick; nil if no ego is scored.
  func drive(_ tick: Int) -> EgoTickRecord? {
    guard let drive = egos.first, drive.indices.contains(tick) else { return nil }
    return drive[tick]
  }
}

extension EpisodeRecord {
  /// Where an agent was last before a tick; where it comes first, if it has not come yet.
  func lastPose(_ row: Int, before tick: Int) -> Pose2 {
    let earlier = (0..<min(tick, ticks)).last { history.present[history.slot($0, row)] != 0 }
    let later = earlier ?? (0..<ticks).first { history.present[history.slot($0, row)] != 0 }
    return later.flatMap { pose(row, Moment(tick: $0)) }
      ?? Pose2(header.map.bounds.centre, heading: 0)
  }
}
