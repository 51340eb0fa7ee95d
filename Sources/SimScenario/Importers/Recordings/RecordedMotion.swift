import SimCore
import SimGeometry
import SimStack

/// The motion of one recorded agent at the times of its file, before it is brought to the ticks of
/// an episode.
struct RecordedMotion: Hashable, Sendable {
  /// Length of a step of the file, microseconds.
  var stepMicroseconds: Int64
  /// Steps at which it was recorded, ascending; at least one.
  var steps: [Int] = []
  /// Box centre.
  var positions: [Vector2] = []
  /// Continuous from entry to entry (unwrapped), rad.
  var headings: [Double] = []
  /// Signed along the heading, m/s.
  var speeds: [Double] = []
  /// Along the heading, m/s^2.
  var accelerations: [Double] = []

  var firstMicroseconds: Int64 { Int64(steps.first ?? 0) * stepMicroseconds }
  var lastMicroseconds: Int64 { Int64(steps.last ?? 0) * stepMicroseconds }

  /// Box centre at the first step.
  var start: Pose2 { Pose2(positions[0], heading: headings[0]) }

  /// Longest gap in its steps, in steps; 0 if there is none.
  var longestGap: Int {
    zip(steps, steps.dropFirst()).reduce(0) { max($0, $1.1 - $1.0 - 1) }
  }

  /// Length of the way of the box centre, metres.
  var travelled: Double {
    zip(positions, positions.dropFirst()).reduce(0) { $0 + $1.0.distance(to: $1.1) }
  }

  /// A motion from states in ascending order of steps.
  ///
  /// Speeds and accelerations that are missing are differences: central where both neighbours are
  /// one step away, else to the one that is, else 0. Accelerations are taken from the file only
  /// if every state has one.
  init(
    stepMicroseconds: Int64, steps: [Int], poses: [Pose2], speeds: [Double?],
    accelerations: [Double?]
  ) {
    self.stepMicroseconds = stepMicroseconds
    self.steps = steps
    positions = poses.map(\.position)
    headings.reserveCapacity(poses.count)
    for pose in poses {
      let turns = headings.last.map { ((($0 - pose.heading) / (2 * .pi)).rounded()) } ?? 0
      headings.append(pose.heading + turns * 2 * .pi)
    }
    let along = poses.indices.map { i in
      difference(at: i) { a, b in
        (positions[b] - positions[a]).dot(poses[i].direction)
      }
    }
    self.speeds = zip(speeds, along).map { $0 ?? $1 }
    let given = accelerations.compactMap { $0 }
    if given.count == steps.count {
      self.accelerations = given
    } else {
      self.accelerations = steps.indices.map { i in
        difference(at: i) { a, b in self.speeds[b] - self.speeds[a] }
      }
    }
  }

  /// Rate of change at an entry, from the change between two entries one or two steps apart.
  private func difference(at index: Int, _ change: (Int, Int) -> Double) -> Double {
    let step = Double(stepMicroseconds) / 1_000_000
    let hasBefore = index > 0 && steps[index - 1] == steps[index] - 1
    let hasAfter = index + 1 < steps.count && steps[index + 1] == steps[index] + 1
    let first = hasBefore ? index - 1 : index
    let last = hasAfter ? index + 1 : index
    guard last > first else { return 0 }
    return change(first, last) / (Double(last - first) * step)
  }

  /// The track at the ticks of an episode that starts at a time of the recording.
  ///
  /// Where a tick falls between two steps, positions, headings, speeds and accelerations are
  /// linear between them. Where one of these steps was not recorded, the agent is absent: nothing
  /// is made up beyond its first and last step, nor in gaps (unless they are to be bridged).
  ///
  /// - Parameters:
  ///   - clock: ticks of the episode.
  ///   - start: time of the recording at tick 0, microseconds.
  ///   - ticks: entries of the track at most; it ends with the recording.
  ///   - bridgingGaps: gaps are filled linearly as well.
  func track(
    _ clock: TickClock, from start: Int64, ticks: Int, bridgingGaps: Bool = false
  ) -> RecordedTrack {
    let past = lastMicroseconds - start
    let ticks = past < 0 ? 0 : Int(min(Int64(ticks), past / clock.stepMicroseconds + 1))
    var track = RecordedTrack(
      present: [UInt8](repeating: 0, count: ticks), x: [Double](repeating: 0, count: ticks),
      y: [Double](repeating: 0, count: ticks), heading: [Double](repeating: 0, count: ticks),
      speed: [Double](repeating: 0, count: ticks),
      acceleration: [Double](repeating: 0, count: ticks))
    var entry = 0
    for tick in 0..<ticks {
      let time = start + clock.microseconds(tick)
      // The last entry at or before the time.
      while entry + 1 < steps.count, Int64(steps[entry + 1]) * stepMicroseconds <= time {
        entry += 1
      }
      guard entry < steps.count else { break }
      let before = Int64(steps[entry]) * stepMicroseconds
      guard before <= time else { continue }
      var next = entry
      var share = 0.0
      if time > before {
        guard entry + 1 < steps.count, bridgingGaps || steps[entry + 1] == steps[entry] + 1 else {
          continue
        }
        next = entry + 1
        share = Double(time - before) / Double(Int64(steps[next] - steps[entry]) * stepMicroseconds)
      }
      func mixed(_ values: [Double]) -> Double {
        share == 0 ? values[entry] : values[entry] + (values[next] - values[entry]) * share
      }
      let position =
        share == 0
        ? positions[entry] : positions[entry] + (positions[next] - positions[entry]) * share
      track.present[tick] = 1
      track.x[tick] = position.x
      track.y[tick] = position.y
      track.heading[tick] = ExactMath.wrapAngle(mixed(headings))
      track.speed[tick] = mixed(speeds)
      track.acceleration[tick] = mixed(accelerations)
    }
    return track
  }
}
