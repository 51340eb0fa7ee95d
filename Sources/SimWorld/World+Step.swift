import SimCore
import SimGeometry

extension World {
  /// Moves every agent by one tick, each from the frozen state and its own command.
  ///
  /// - Parameter commands: as made by `makeCommands`.
  /// - Throws: a fault if the next state would hold a NaN or an infinity; the world is then still
  ///   as it was before the call.
  public mutating func step(_ commands: CommandBuffer) throws(WorldFault) {
    precondition(
      commands.acceleration.count == count && commands.egoPlacements.count == drivenRows.count,
      "a command buffer of another world")
    moveAgents(commands)
    moveDriven(commands)
    World.showSignals(map, atMicroseconds: clock.microseconds(tick + 1), in: &next.signals)
    if let fault = faultOfNext(commands) { throw fault }
    swap(&now, &next)
    tick += 1
  }

  /// Everything but driven vehicles.
  private mutating func moveAgents(_ commands: CommandBuffer) {
    let dt = clock.step
    now.agents.withColumns { from in
      next.agents.withMutableColumns { to in
        commands.withColumns { command in
          pathTable.withView { paths in
            entrances.withUnsafeBufferPointer { entrances in
              for row in 0..<from.count {
                switch from.motion[row] {
                case .path:
                  if from.present[row] != 0 {
                    movePathAgent(row, from, to, command, paths, dt)
                  } else if command.present[row] != 0 {
                    enterPathAgent(
                      row, from, to, paths.lines[Int(from.path[row])], entrances[row], paths)
                  } else {
                    to.clear(row)
                  }
                case .placed:
                  place(row, from, to, command)
                case .fixed:
                  to.copy(row, from)
                case .driven:
                  break
                }
              }
            }
          }
        }
      }
    }
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
    let isFinite = next.agents.withColumns { columns in
      commands.withColumns { command in
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

/// Along its path with constant acceleration over the tick, which is exact for the command; it
/// stands once it has come to rest (no reversing), and leaves the world at the end of an open
/// path.
@inline(__always)
private func movePathAgent(
  _ row: Int, _ from: AgentTable.Columns, _ to: AgentTable.MutableColumns,
  _ command: CommandBuffer.Columns, _ paths: PathTable.View, _ dt: Double
) {
  let speed = from.speed[row]
  let acceleration = command.acceleration[row]
  var nextSpeed = speed + acceleration * dt
  var distance = 0.5 * (speed + nextSpeed) * dt
  if nextSpeed < 0 {
    // It comes to rest within the tick, after v^2 / 2b.
    nextSpeed = 0
    distance = speed > 0 ? -0.5 * speed * speed / acceleration : 0
  }
  let line = paths.lines[Int(from.path[row])]
  var s = from.arcLength[row] + distance
  if s >= line.length {
    guard line.isRing else { return to.clear(row) }
    s -= line.length
  }
  let offset = from.lateralOffset[row] + command.lateralRate[row] * dt
  to.setOnPath(
    row, line, s: s, offset: offset,
    halfBase: 0.5 * AgentTable.wheelbaseShare * from.length[row], near: from.cursor[row], paths)
  to.speed[row] = nextSpeed
  to.acceleration[row] = (nextSpeed - speed) / dt
}

/// Appears in the state that its spec gives.
@inline(__always)
private func enterPathAgent(
  _ row: Int, _ from: AgentTable.Columns, _ to: AgentTable.MutableColumns,
  _ line: PathTable.Line, _ entrance: World.Entrance, _ paths: PathTable.View
) {
  to.setOnPath(
    row, line, s: entrance.arcLength, offset: entrance.lateralOffset,
    halfBase: 0.5 * AgentTable.wheelbaseShare * from.length[row], near: 0, paths)
  to.speed[row] = entrance.speed
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
