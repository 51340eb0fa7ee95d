import SimCore
import SimGeometry
import SimMap

extension World {
  /// Moves every agent by one tick, each from the frozen state and its own command.
  ///
  /// - Parameter commands: as made by `makeCommands`.
  /// - Throws: a fault if the next state would hold a NaN or an infinity, or if a path agent is
  ///   sent to another path at a place where it is not; the world is then still as it was before
  ///   the call.
  public mutating func step(_ commands: CommandBuffer) throws(WorldFault) {
    precondition(
      commands.fits(
        count: count, drivenCount: drivenRows.count, signalCount: map.signals.count),
      "a command buffer of another world")
    let misplaced = moveAgents(commands)
    moveDriven(commands)
    next.agents.showIndicators(commands)
    signalClock.show(
      map, atMicroseconds: signalStartMicroseconds + clock.microseconds(tick + 1),
      in: &next.signals)
    controlSignals()
    for (signal, shown) in commands.signals.enumerated() {
      if let shown { next.signals[signal] = shown }
    }
    if let fault = faultOfNext(commands) { throw fault }
    if misplaced >= 0 {
      throw WorldFault(
        tick: tick + 1, agent: now.agents.ids[misplaced], column: "path",
        problem: "is changed at a place where it is not,")
    }
    swap(&now, &next)
    tick += 1
  }

  /// The controllers of signals: all from who is where now.
  private mutating func controlSignals() {
    if signalControl.isEmpty { return }
    signalControl.sense(now.agents, into: &isOccupied, &foundDetectors)
    for controller in next.signalControls.indices {
      next.signalControls[controller] = signalControl.advanced(
        now.signalControls[controller], controller: controller, isOccupied)
    }
    signalControl.show(next.signalControls, in: &next.signals)
  }

  /// A path agent that changes over to another path may be off by this much, metres: what is left
  /// over where a place is found on a line with corners.
  public static let jumpTolerance = 0.05

  /// Everything but driven vehicles.
  ///
  /// - Returns: a row that was sent to a path at a place where it is not; -1 if there is none.
  private mutating func moveAgents(_ commands: CommandBuffer) -> Int {
    commands.withColumns { commands in
      World.move(
        &now.agents, to: &next.agents, commands, pathTable, entrances, dt: clock.step)
    }
  }

  /// The work of `moveAgents`, apart from `self` so that nothing has to be copied that is only
  /// read; `now` is only read too, and lent to write for the same reason.
  private static func move(
    _ now: inout AgentTable, to next: inout AgentTable, _ command: CommandBuffer.Columns,
    _ pathTable: PathTable, _ entrances: [Entrance], dt: Double
  ) -> Int {
    now.withColumns { from in
      next.withMutableColumns { to in
        pathTable.withView { paths in
          entrances.withUnsafeBufferPointer { entrances in
            guard let sharing = paths.pieces.sharing else {
              return move(from, to, command, paths, paths.pieces.own, entrances, dt: dt)
            }
            let pieces = PathTable.SharedPieces(paths.pieces, sharing)
            return move(from, to, command, paths, pieces, entrances, dt: dt)
          }
        }
      }
    }
  }

  /// Moves the agents of all rows, on pieces that share shapes or on those that do not.
  private static func move(
    _ from: AgentTable.Columns, _ to: AgentTable.MutableColumns, _ command: CommandBuffer.Columns,
    _ paths: PathTable.View, _ pieces: some PathTable.PieceReader,
    _ entrances: UnsafeBufferPointer<Entrance>, dt: Double
  ) -> Int {
    var misplaced = -1
    let many = paths.lines.count >= manyRows
    for block in RowBlocks(from.count, areMany: many) {
      if many { fetchPaths(behind: block, from, paths) }
      for row in block where !move(row, from, to, command, paths, pieces, entrances, dt: dt) {
        misplaced = row
      }
    }
    return misplaced
  }

  /// Moves the agent of one row.
  ///
  /// - Returns: whether it is where it was sent to.
  @inline(__always)
  private static func move(
    _ row: Int, _ from: AgentTable.Columns, _ to: AgentTable.MutableColumns,
    _ command: CommandBuffer.Columns, _ paths: PathTable.View,
    _ pieces: some PathTable.PieceReader, _ entrances: UnsafeBufferPointer<Entrance>, dt: Double
  ) -> Bool {
    switch from.motion[row] {
    case .path:
      if from.present[row] != 0 && command.present[row] != CommandBuffer.leaves {
        let isThere = command.path[row] < 0 || !isElsewhere(row, from, command, paths)
        movePathAgent(row, from, to, command, paths, pieces, dt)
        return isThere
      }
      if from.present[row] == 0 && command.present[row] != 0
        && command.present[row] != CommandBuffer.leaves
      {
        enterPathAgent(row, from, to, command, entrances[row], paths)
      } else {
        to.clear(row)
        to.path[row] = from.path[row]
      }
    case .placed:
      place(row, from, to, command)
    case .fixed:
      to.copy(row, from)
    case .driven:
      break
    }
    return true
  }

  /// Driven vehicles: the vehicle model, or the state they are placed at.
  private mutating func moveDriven(_ commands: CommandBuffer) {
    for index in drivenRows.indices {
      let row = drivenRows[index]
      let state =
        commands.egoPlacements[index]
        ?? bicycle.step(
          now.egos[index], acceleration: commands.acceleration[row],
          steeringRate: commands.steeringRate[row], vehicle: vehicles[index], clock: clock)
      next.egos[index] = state
      next.agents.setDriven(row, state, vehicles[index])
    }
  }

  /// The first number of the next state, or of a command that it follows from, that is not finite.
  ///
  /// Commands count too because one that is infinite may have sent its agent to rest or out of
  /// the world, which would hide it.
  private func faultOfNext(_ commands: CommandBuffer) -> WorldFault? {
    // A sum of differences of each value with itself: 0 if all are finite, else NaN.
    let isFinite = commands.withColumns { command in
      next.agents.withColumns { columns in
        var sum = 0.0
        for row in 0..<columns.count {
          let x = columns.x[row] - columns.x[row]
          let y = columns.y[row] - columns.y[row]
          let heading = columns.heading[row] - columns.heading[row]
          let speed = columns.speed[row] - columns.speed[row]
          let acceleration = columns.acceleration[row] - columns.acceleration[row]
          let asked = command.acceleration[row] - command.acceleration[row]
          let aside = command.lateralRate[row] - command.lateralRate[row]
          sum += ((x + y) + (heading + speed)) + ((acceleration + asked) + aside)
        }
        return sum == 0
      }
    }
    if isFinite && next.egos.allSatisfy(\.isFinite) { return nil }
    let table = next.agents
    for row in 0..<table.count {
      let values = [
        ("commanded acceleration", commands.acceleration[row]),
        ("commanded lateral rate", commands.lateralRate[row]),
        ("x", table.x[row]), ("y", table.y[row]), ("heading", table.heading[row]),
        ("speed", table.speed[row]), ("acceleration", table.acceleration[row]),
      ]
      if let broken = values.first(where: { !$0.1.isFinite }) {
        return WorldFault(tick: tick + 1, agent: table.ids[row], column: broken.0)
      }
    }
    let index = next.egos.firstIndex { !$0.isFinite } ?? 0
    return WorldFault(tick: tick + 1, agent: table.ids[drivenRows[index]], column: "ego state")
  }
}

/// Asks for what rows after a block are going to look up on their paths: step by step, since each
/// look says where the next one is.
private func fetchPaths(
  behind block: Range<Int>, _ from: AgentTable.Columns, _ paths: PathTable.View
) {
  for row in block where row &+ 12 < from.count { fetchPaths(behind: row, from, paths) }
}

@inline(__always)
private func fetchPaths(behind row: Int, _ from: AgentTable.Columns, _ paths: PathTable.View) {
  // (Rows that are on no path, if any, ask in vain.)
  paths.lines.prefetch(Int(from.path[row &+ 12]))
  var path = Int(from.path[row &+ 8])
  if path >= 0 {
    paths.pieces.prefetchPlace(
      Int(paths.lines[path].first) &+ Int(from.cursor[row &+ 8]))
  }
  path = Int(from.path[row &+ 4])
  if path >= 0 {
    paths.pieces.prefetchShape(
      Int(paths.lines[path].first) &+ Int(from.cursor[row &+ 4]))
  }
}

/// Along its path with constant acceleration over the tick, which is exact for the command; it
/// stands once it has come to rest (no reversing, unless it steps back), and leaves the world at
/// the end of an open path.
@inline(__always)
private func movePathAgent(
  _ row: Int, _ from: AgentTable.Columns, _ to: AgentTable.MutableColumns,
  _ command: CommandBuffer.Columns, _ paths: PathTable.View,
  _ pieces: some PathTable.PieceReader, _ dt: Double
) {
  let speed = from.speed[row]
  let acceleration = command.acceleration[row]
  var nextSpeed = speed + acceleration * dt
  var distance = 0.5 * (speed + nextSpeed) * dt
  if nextSpeed < 0 && command.present[row] == CommandBuffer.stepsBack {
    nextSpeed = max(nextSpeed, -CommandBuffer.backwardSpeed)
    distance = 0.5 * (speed + nextSpeed) * dt
  } else if nextSpeed < 0 {
    // It comes to rest within the tick, after v^2 / 2b.
    nextSpeed = 0
    distance = speed > 0 ? -0.5 * speed * speed / acceleration : 0
  }
  var path = from.path[row]
  var s = max(from.arcLength[row] + distance, 0)
  var offset = from.lateralOffset[row]
  var near = from.cursor[row]
  if command.path[row] >= 0 {
    path = command.path[row]
    s = command.pathArcLength[row] + distance
    offset = command.pathOffset[row]
    near = paths.piece(at: command.pathArcLength[row], on: Int(path))
  }
  to.path[row] = path
  let line = paths.lines[Int(path)]
  if s >= line.length {
    guard line.isRing else { return to.clear(row) }
    s -= line.length
  }
  let aside = command.lateralRate[row]
  if distance == 0, aside == 0, command.path[row] < 0 {
    // Who stands does not turn, however it lies (nor does it below, on another path).
    to.copy(row, from)
    to.speed[row] = nextSpeed
    to.acceleration[row] = (nextSpeed - speed) / dt
    return
  }
  to.setOnPath(
    row, line, s: s, offset: offset + aside * dt,
    halfBase: 0.5 * AgentTable.wheelbaseShare * from.length[row], near: near, pieces)
  if distance == 0, aside == 0 {
    to.keepHeading(row, from)
  } else if aside != 0 {
    to.turnAside(row, along: distance / dt, aside: aside)
  }
  to.speed[row] = nextSpeed
  to.acceleration[row] = (nextSpeed - speed) / dt
}

/// Whether a path agent that is sent to another path is not at the place there.
private func isElsewhere(
  _ row: Int, _ from: AgentTable.Columns, _ command: CommandBuffer.Columns,
  _ paths: PathTable.View
) -> Bool {
  precondition(Int(command.path[row]) < paths.lines.count, "a path of the table")
  let place = paths.place(
    at: command.pathArcLength[row], offset: command.pathOffset[row],
    halfBase: AgentTable.halfBase(length: from.length[row]), on: Int(command.path[row]))
  let jump = place.distance(to: Vector2(from.x[row], from.y[row]))
  return !(jump <= World.jumpTolerance)
}

/// Appears in the state that its spec gives, or at the commanded speed.
@inline(__always)
private func enterPathAgent(
  _ row: Int, _ from: AgentTable.Columns, _ to: AgentTable.MutableColumns,
  _ command: CommandBuffer.Columns, _ entrance: World.Entrance, _ paths: PathTable.View
) {
  to.path[row] = entrance.path
  to.setOnPath(
    row, paths.lines[Int(entrance.path)], s: entrance.arcLength, offset: entrance.lateralOffset,
    halfBase: 0.5 * AgentTable.wheelbaseShare * from.length[row],
    near: paths.piece(at: entrance.arcLength, on: Int(entrance.path)), paths)
  to.speed[row] =
    command.present[row] == CommandBuffer.entersAtSpeed ? command.speed[row] : entrance.speed
  to.acceleration[row] = 0
}

/// Where its policy says.
@inline(__always)
private func place(
  _ row: Int, _ from: AgentTable.Columns, _ to: AgentTable.MutableColumns,
  _ command: CommandBuffer.Columns
) {
  guard command.present[row] != 0 else { return to.clear(row) }
  let heading = command.heading[row]
  if heading == from.heading[row] && from.present[row] != 0 {
    to.directionX[row] = from.directionX[row]
    to.directionY[row] = from.directionY[row]
  } else {
    to.directionX[row] = ExactMath.cos(heading)
    to.directionY[row] = ExactMath.sin(heading)
  }
  to.present[row] = 1
  to.x[row] = command.x[row]
  to.y[row] = command.y[row]
  to.heading[row] = heading
  to.speed[row] = command.speed[row]
  to.acceleration[row] = command.acceleration[row]
}
