import SimMap

/// What the programs of a map's signals show, each worked out anew only when it changes.
struct SignalClock: Sendable {
  private var colours: [SignalColour]
  /// Time until which each shows that, us.
  private var ends: [Int64]

  /// All signals at a time, us.
  init(_ map: LaneGraph, atMicroseconds time: Int64) {
    let stages = map.signals.map { $0.stage(atMicroseconds: time) }
    colours = stages.map(\.colour)
    ends = stages.map(\.end)
  }

  /// Goes on to a later time, us, and writes what each signal shows then.
  mutating func show(
    _ map: LaneGraph, atMicroseconds time: Int64, in shown: inout [SignalColour]
  ) {
    for i in ends.indices where ends[i] <= time {
      (colours[i], ends[i]) = map.signals[i].stage(atMicroseconds: time)
    }
    shown.withUnsafeMutableBufferPointer { shown in
      colours.withUnsafeBufferPointer { colours in
        for i in 0..<min(shown.count, colours.count) { shown[i] = colours[i] }
      }
    }
  }
}
