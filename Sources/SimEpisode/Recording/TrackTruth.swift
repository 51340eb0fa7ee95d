import SimCore
import SimStack
import SimWorld

/// What there was to perceive, by which perceived tracks are stored: what an ego perceives as it is
/// takes next to nothing, and only what it perceives otherwise is there in full.
struct TrackTruth {
  private let record: EpisodeRecord
  /// The ego's own row, of which it has no track.
  private let own: Int

  /// - Parameters:
  ///   - record: with its header and history.
  ///   - ego: whose tracks they are.
  init(_ record: EpisodeRecord, ego: Int) {
    self.record = record
    own = record.header.egos[ego].agent
  }

  /// Whether two lists are the same to the bit.
  static func isSame(_ a: [Track], _ b: [Track]) -> Bool {
    a.count == b.count && zip(a, b).allSatisfy { $0.hasSameBits(as: $1) }
  }

  /// The ids of lists of tracks, end to end: of all who are there, in their order.
  ///
  /// - Parameters:
  ///   - ticks: of each list.
  ///   - counts: of its tracks.
  func ids(_ ticks: [Int], _ counts: [Int]) -> ColumnCodec.Prediction {
    var tickOf: [Int] = []
    var isFirst: [Bool] = []
    for (tick, count) in zip(ticks, counts) {
      for place in 0..<count {
        tickOf.append(tick)
        isFirst.append(place == 0)
      }
    }
    let history = record.history
    return { [own] known, index in
      let before = isFirst[index] ? -1 : Int(Int64(bitPattern: known[index - 1]))
      guard (-1..<history.agents).contains(before) else { return known[index - 1] &+ 1 }
      var next = before + 1
      while next < history.agents,
        next == own || history.present[history.slot(tickOf[index], next)] == 0
      {
        next += 1
      }
      return UInt64(next)
    }
  }

  /// For each track the slot in the history of the agent that it is of; -1: of none that is there.
  func places(_ ticks: [Int], _ counts: [Int], _ ids: [Int]) -> [Int] {
    var places: [Int] = []
    places.reserveCapacity(ids.count)
    for (tick, count) in zip(ticks, counts) {
      for _ in 0..<count {
        let id = ids[places.count]
        let isRow = (0..<record.history.agents).contains(id)
        let slot = isRow ? record.history.slot(tick, id) : -1
        places.append(isRow && record.history.present[slot] != 0 ? slot : -1)
      }
    }
    return places
  }

  /// The classes of tracks.
  func classes(_ places: [Int]) -> ColumnCodec.Prediction {
    { [header = record.header, agents = record.history.agents] known, index in
      guard places[index] >= 0 else { return index == 0 ? 0 : known[index - 1] }
      return UInt64(header.classes[places[index] % agents].rawValue)
    }
  }

  /// A column of `Track.columns`.
  func values(_ column: Int, _ places: [Int]) -> ColumnCodec.Prediction {
    { [record] known, index in
      let slot = places[index]
      guard slot >= 0 else { return index == 0 ? 0 : known[index - 1] }
      let history = record.history
      let row = slot % history.agents
      let value =
        switch column {
        case 0: history.x[slot]
        case 1: history.y[slot]
        case 2: ExactMath.cos(history.heading[slot])
        case 3: ExactMath.sin(history.heading[slot])
        case 4: history.heading[slot]
        case 5: 0.5 * record.header.lengths[row]
        case 6: 0.5 * record.header.widths[row]
        case 7: history.speed[slot]
        default: history.acceleration[slot]
        }
      return value.bitPattern
    }
  }
}

/// The times of plans end to end: each plan is spaced as the one before, and follows it as that
/// followed the one before it.
enum PlanTimes {
  /// - Parameter counts: points of each plan.
  static func prediction(_ counts: [Int]) -> ColumnCodec.Prediction {
    /// First points of the plans that have points, and of each point its plan among those.
    var starts: [Int] = []
    var planOf: [Int32] = []
    for count in counts where count > 0 {
      planOf.append(contentsOf: repeatElement(Int32(starts.count), count: count))
      starts.append(planOf.count - count)
    }
    return { known, index in
      let plan = Int(planOf[index])
      let place = index - starts[plan]
      if plan > 0 {
        let before = starts[plan - 1]
        if place == 0 {
          return plan == 1
            ? known[before] : 2 &* known[before] &- known[starts[plan - 2]]
        }
        if before + place < starts[plan] {
          return known[index - 1] &+ known[before + place] &- known[before + place - 1]
        }
      }
      if place < 2 { return index == 0 ? 0 : known[index - 1] }
      return 2 &* known[index - 1] &- known[index - 2]
    }
  }
}
