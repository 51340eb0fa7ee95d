import SimCore
public import SimStack
public import SimWorld

/// Log replay: each agent is where its recording says, appears and disappears with it, and looks
/// at nobody.
public struct ReplayPolicy: TrafficPolicy {
  static let schema = ModuleSchema(
    "replay", "Log replay: recorded motion with its gaps, blind to everybody else.")

  /// Recordings in row order.
  private let tracks: [RecordedTrack]
  private let rows: [Int]

  init(_ setup: TrafficSetup) throws(StageFailure) {
    var tracks: [RecordedTrack] = []
    for agent in setup.agents {
      guard let recording = agent.recording else {
        throw StageFailure(.decide, "replay: agent in row \(agent.row) has no recording")
      }
      tracks.append(recording)
    }
    self.tracks = tracks
    rows = setup.agents.map(\.row)
  }

  /// Places its agents where they were recorded at the next tick; those that were not leave the
  /// world.
  ///
  /// - Throws: a row is none of the policy's.
  public mutating func decide(
    _ agents: [Int], _ view: WorldView, into commands: inout CommandBuffer, in context: TickContext
  ) throws(StageFailure) {
    let next = view.tick + 1
    var index = 0
    for row in agents {
      // Both are in row order; agents may be fewer than those that the policy was made for.
      while index < rows.count && rows[index] < row { index += 1 }
      guard index < rows.count, rows[index] == row else {
        throw StageFailure(.decide, "replay: row \(row) is none of the policy's")
      }
      guard tracks[index].isPresent(next) else { continue }
      commands.present[row] = 1
      commands.x[row] = tracks[index].x[next]
      commands.y[row] = tracks[index].y[next]
      commands.heading[row] = tracks[index].heading[next]
      commands.speed[row] = tracks[index].speed[next]
      commands.acceleration[row] = tracks[index].acceleration[next]
    }
  }
}
