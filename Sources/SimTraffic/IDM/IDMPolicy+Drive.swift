import SimCore
import SimGeometry
import SimModels
import SimStack
import SimWorld

extension IDMPolicy {
  /// Every driver's command, from what it has found out.
  mutating func drive(_ agents: [Int], _ view: WorldView, _ commands: inout CommandBuffer) {
    let dt = view.clock.step
    cars.withUnsafeMutableBufferPointer { cars in
      atJunctions.withUnsafeMutableBufferPointer { atJunctions in
        keys.withUnsafeBufferPointer { keys in
          drivers.withView { drivers in
            lanes.withUnsafeBufferPointer { lanes in
              turns.claims.withUnsafeBufferPointer { claims in
                isRed.withUnsafeBufferPointer { isRed in
                  isYellow.withUnsafeBufferPointer { isYellow in
                    sharedTables.withView { tables in
                      decisions.withUnsafeMutableBufferPointer { decisions in
                        let wheel = Wheel(
                          cars: cars, atJunctions: atJunctions, decisions: decisions,
                          drivers: drivers, keys: keys, lanes: lanes, claims: claims,
                          isRed: isRed, isYellow: isYellow, tables: tables, patience: patience)
                        for block in RowBlocks(decisions.count, areMany: tables.areMany) {
                          if tables.areMany { wheel.prefetch(after: block) }
                          for c in block where cars[c].isPresent { wheel.steer(c, dt) }
                        }
                      }
                    }
                  }
                }
              }
            }
          }
        }
      }
    }
    if !changes.isOff { moveAside(view) }
    passCyclists(view.clock.step)
    if !overtaking.isOff { pass(view) }
    write(agents, view, &commands)
    if !arrivals.isOff { letIn(agents, view, &commands) }
    if !changes.isOff { writePaths(agents, into: &commands) }
  }

  /// Writes the commands of the agents asked for; somebody else decides for the others.
  private func write(_ agents: [Int], _ view: WorldView, _ commands: inout CommandBuffer) {
    let areAway = scripts.areAway
    commands.acceleration.withUnsafeMutableBufferPointer { acceleration in
      commands.lateralRate.withUnsafeMutableBufferPointer { lateralRate in
        decisions.withUnsafeBufferPointer { decisions in
          rows.withUnsafeBufferPointer { rows in
            agents.withUnsafeBufferPointer { agents in
              view.agents.withColumns { table in
                let isAll = agents.count == rows.count
                var next = 0
                // (The cars themselves are not looked at if that can be: they lie farther apart.)
                for c in 0..<rows.count {
                  let row = rows[c]
                  if table.present[row] == 0 || (areAway && cars[c].isAway) { continue }
                  if !isAll {
                    while next < agents.count && agents[next] < row { next &+= 1 }
                    guard next < agents.count, agents[next] == row else { continue }
                  }
                  acceleration[row] = decisions[c].acceleration
                  lateralRate[row] = decisions[c].lateralRate
                }
              }
            }
          }
        }
      }
    }
    if hasRecordings { letInRecorded(agents, view, &commands) }
  }

  /// Lets in those whose recordings begin.
  private func letInRecorded(
    _ agents: [Int], _ view: WorldView, _ commands: inout CommandBuffer
  ) {
    let isAll = agents.count == rows.count
    var next = 0
    for c in rows.indices where !cars[c].isPresent && !cars[c].hasAppeared {
      if !isAll {
        while next < agents.count && agents[next] < rows[c] { next += 1 }
        guard next < agents.count, agents[next] == rows[c] else { continue }
      }
      if mayEnter(c, view, commands) { commands.present[rows[c]] = 1 }
    }
  }

  /// An absent car appears once, when its recording does, as soon as its place is free, also of
  /// those before it in the order of rows that appear in this tick.
  private func mayEnter(_ c: Int, _ view: WorldView, _ commands: CommandBuffer) -> Bool {
    guard setups[c].recording?.isPresent(view.tick + 1) == true,
      let place = entrance(of: c, view)
    else { return false }
    for other in 0..<view.agents.count where view.agents.present[other] != 0 {
      if view.agents.box(other).overlaps(place) { return false }
    }
    for other in 0..<c where !cars[other].isPresent && commands.present[rows[other]] != 0 {
      if let taken = entrance(of: other, view), taken.overlaps(place) { return false }
    }
    return true
  }

  /// The place at which a car's recording begins, with room ahead and behind.
  private func entrance(of c: Int, _ view: WorldView) -> OrientedBox? {
    guard let recording = setups[c].recording,
      let first = recording.present.firstIndex(where: { $0 != 0 })
    else { return nil }
    return OrientedBox(
      pose: Pose2(x: recording.x[first], y: recording.y[first], heading: recording.heading[first]),
      length: view.agents.lengths[rows[c]] + 2, width: view.agents.widths[rows[c]])
  }
}
