import SimCore
import SimGeometry
import SimStack
import SimWorld

// How what changes from tick to tick is stored: columns, agent by agent.

extension ByteWriter {
  /// States, column by column; their number is not stored.
  mutating func appendStates(_ states: [EgoState]) {
    appendColumn(states.map(\.timeMicroseconds))
    appendColumn(states.map(\.pose.x))
    appendColumn(states.map(\.pose.y))
    appendColumn(states.map(\.pose.heading))
    appendColumn(states.map(\.velocity.x))
    appendColumn(states.map(\.velocity.y))
    appendColumn(states.map(\.acceleration.x))
    appendColumn(states.map(\.acceleration.y))
    appendColumn(states.map(\.steering))
    appendColumn(states.map(\.steeringRate))
    appendColumn(states.map(\.yawRate))
    appendColumn(states.map(\.yawAcceleration))
  }

  /// - Parameter step: length of a tick, seconds.
  mutating func append(_ history: AgentHistory, step: Double) {
    func column(_ path: KeyPath<AgentHistory, [Double]>, _ row: Int) -> [Double] {
      let column = history[keyPath: path]
      return (0..<history.ticks).map { column[history.slot($0, row)] }
    }
    for path in AgentHistory.plainColumns {
      for row in 0..<history.agents { appendColumn(column(path, row)) }
    }
    for row in 0..<history.agents {
      let asked = column(\.commandAcceleration, row)
      appendColumn(column(\.speed, row), given: MotionLaw.speeds(asked, step))
    }
    for row in 0..<history.agents {
      let speeds = column(\.speed, row)
      appendColumn(column(\.acceleration, row), given: MotionLaw.accelerations(speeds, step))
    }
    appendRuns(
      (0..<history.agents).flatMap { row in
        (0..<history.ticks).map { history.present[history.slot($0, row)] }
      })
  }

  /// Indicators, agent by agent.
  mutating func appendIndicators(_ history: AgentHistory) {
    appendRuns(
      (0..<history.agents).flatMap { row in
        (0..<history.ticks).map { history.indicators($0, row).rawValue }
      })
  }

  /// States, commands and planning ticks of one ego.
  mutating func appendDrive(_ ticks: [EgoTickRecord]) {
    appendStates(ticks.map(\.state))
    appendRuns(ticks.map { $0.didPlan ? 1 : 0 })
    appendRuns(ticks.map { $0.command.kind })
    var accelerations: [Double] = []
    var steeringRates: [Double] = []
    var placements: [EgoState] = []
    for tick in ticks {
      switch tick.command {
      case .actuate(let acceleration, let steeringRate):
        accelerations.append(acceleration)
        steeringRates.append(steeringRate)
      case .place(let state): placements.append(state)
      case nil: break
      }
    }
    appendColumn(accelerations)
    appendColumn(steeringRates)
    appendStates(placements)
  }

  /// Bytes that seldom change, as pairs of a value and how often it comes in a row.
  mutating func appendRuns(_ values: [UInt8]) {
    var start = values.startIndex
    while start < values.endIndex {
      var end = start
      while end < values.endIndex, values[end] == values[start] { end += 1 }
      append(values[start])
      appendCount(end - start)
      start = end
    }
  }

  mutating func append(_ event: EpisodeEvent) {
    appendCount(event.tick)
    append(event.kind)
    appendOptional(event.agent) { $0.appendCount($1) }
    append(event.value)
  }
}

extension ByteReader {
  mutating func states(_ count: Int) throws(FormatDefect) -> [EgoState] {
    let times = try integerColumn(count)
    guard times.allSatisfy({ $0.magnitude <= UInt64(Recording.Limit.time) }) else {
      throw FormatDefect("a state of no possible time")
    }
    var columns: [[Double]] = []
    for _ in 0..<11 { columns.append(try column(count)) }
    return times.indices.map { i in
      EgoState(
        timeMicroseconds: times[i],
        pose: Pose2(x: columns[0][i], y: columns[1][i], heading: columns[2][i]),
        velocity: Vector2(columns[3][i], columns[4][i]),
        acceleration: Vector2(columns[5][i], columns[6][i]), steering: columns[7][i],
        steeringRate: columns[8][i], yawRate: columns[9][i], yawAcceleration: columns[10][i])
    }
  }

  /// - Parameters:
  ///   - step: length of a tick, seconds.
  ///   - version: of the format.
  mutating func history(
    agents: Int, ticks: Int, step: Double, version: UInt32
  ) throws(FormatDefect) -> AgentHistory {
    var history = AgentHistory(agents: agents)
    func read(
      _ path: WritableKeyPath<AgentHistory, [Double]>, from reader: inout ByteReader,
      given: (Int) -> ColumnCodec.Prediction? = { _ in nil }
    ) throws(FormatDefect) {
      var column = [Double](repeating: 0, count: agents * ticks)
      for row in 0..<agents {
        let values: [Double] = try reader.column(ticks, given: given(row))
        for tick in 0..<ticks { column[tick * agents + row] = values[tick] }
      }
      history[keyPath: path] = column
    }
    if version == 1 {
      for path in AgentHistory.columns { try read(path, from: &self) }
    } else {
      for path in AgentHistory.plainColumns { try read(path, from: &self) }
      let asked = history.commandAcceleration
      try read(\.speed, from: &self) { row in
        MotionLaw.speeds((0..<ticks).map { asked[$0 * agents + row] }, step)
      }
      let speeds = history.speed
      try read(\.acceleration, from: &self) { row in
        MotionLaw.accelerations((0..<ticks).map { speeds[$0 * agents + row] }, step)
      }
    }
    let present = try runs(agents * ticks)
    history.present = [UInt8](repeating: 0, count: agents * ticks)
    for row in 0..<agents {
      for tick in 0..<ticks {
        history.present[history.slot(tick, row)] = present[row * ticks + tick]
      }
    }
    return history
  }

  mutating func indicators(agents: Int, ticks: Int) throws(FormatDefect) -> [VehicleLights] {
    let values = try runs(agents * ticks)
    var indicators = [VehicleLights](repeating: [], count: agents * ticks)
    for row in 0..<agents {
      for tick in 0..<ticks {
        indicators[tick * agents + row] = VehicleLights(rawValue: values[row * ticks + tick])
      }
    }
    return indicators
  }

  mutating func drive(_ ticks: Int) throws(FormatDefect) -> [EgoTickRecord] {
    let states = try states(ticks)
    let didPlan = try runs(ticks)
    let kinds = try runs(ticks)
    let actuations = kinds.count { $0 == 1 }
    let accelerations: [Double] = try column(actuations)
    let steeringRates: [Double] = try column(actuations)
    let placements = try self.states(kinds.count { $0 == 2 })
    var drive: [EgoTickRecord] = []
    drive.reserveCapacity(ticks)
    var nextActuation = 0
    var nextPlacement = 0
    for tick in 0..<ticks {
      var command: DriveCommand?
      switch kinds[tick] {
      case 0: break
      case 1:
        command = .actuate(
          acceleration: accelerations[nextActuation], steeringRate: steeringRates[nextActuation])
        nextActuation += 1
      case 2:
        command = .place(placements[nextPlacement])
        nextPlacement += 1
      case let other: throw FormatDefect("a command of unknown kind \(other)")
      }
      drive.append(
        EgoTickRecord(state: states[tick], command: command, didPlan: didPlan[tick] != 0))
    }
    return drive
  }

  /// Exactly `total` bytes that were stored as runs.
  mutating func runs(_ total: Int) throws(FormatDefect) -> [UInt8] {
    var values: [UInt8] = []
    values.reserveCapacity(total)
    while values.count < total {
      let value = try byte()
      let length = try count(atMost: total - values.count)
      guard length > 0 else { throw FormatDefect("a run of no length") }
      values.append(contentsOf: repeatElement(value, count: length))
    }
    return values
  }

  mutating func event() throws(FormatDefect) -> EpisodeEvent {
    let tick = try count(atMost: Recording.Limit.ticks)
    let kind = try text()
    let agent = try optional { reader throws(FormatDefect) in try reader.count() }
    return EpisodeEvent(tick: tick, kind: kind, agent: agent, value: try double())
  }
}

/// What of an agent's motion follows from the rest of it, to the bit for most: it moves as
/// `World.step` moves what is on a path. Elsewhere the differences are stored.
private enum MotionLaw {
  /// Each speed from the one before and the acceleration asked for then.
  static func speeds(_ asked: [Double], _ step: Double) -> ColumnCodec.Prediction {
    { known, index in
      if index == 0 { return 0 }
      let next = Double(bitPattern: known[index - 1]) + asked[index - 1] * step
      return (next < 0 ? 0 : next).bitPattern
    }
  }

  /// Each acceleration from the speeds of its tick and the one before.
  static func accelerations(_ speeds: [Double], _ step: Double) -> ColumnCodec.Prediction {
    { _, index in
      index == 0 ? 0 : ((speeds[index] - speeds[index - 1]) / step).bitPattern
    }
  }
}

extension AgentHistory {
  /// The columns of doubles that no other says anything of, in the order in which they are stored.
  fileprivate static var plainColumns: [WritableKeyPath<AgentHistory, [Double]>] {
    [\.x, \.y, \.heading, \.steering, \.commandAcceleration, \.commandSteeringRate]
  }

  /// The columns of doubles in the order in which version 1 of the format stored them.
  static var columns: [WritableKeyPath<AgentHistory, [Double]>] {
    [
      \.x, \.y, \.heading, \.speed, \.acceleration, \.steering, \.commandAcceleration,
      \.commandSteeringRate,
    ]
  }
}

extension DriveCommand? {
  /// The mark under which a command is stored.
  fileprivate var kind: UInt8 {
    switch self {
    case nil: 0
    case .actuate: 1
    case .place: 2
    }
  }
}
