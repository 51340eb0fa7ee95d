import SimCore
import SimGeometry
import SimMap
import SimModels
import SimStack
import SimWorld

// Cars on their way from one lane to another. The world has them on the path they change to; on
// the lane that they leave a shadow stands for them, so that they count on both.
extension IDMPolicy {
  /// Seconds between two looks around of a driver.
  static let lookPeriod = 1.0

  /// Finds the ways beside each other and gives every driver its turn to look around.
  mutating func prepareLaneChanges(
    _ routes: [(route: Int32, way: TrafficWay)], _ view: WorldView
  ) {
    changes = LaneChanges()
    guard mayChange, !routes.isEmpty else { return }
    changes.ways = WayTables(map, tables, routes)
    changes.firstShadow = Int32(cars.count)
    let period = max(1, view.clock.ticks(IDMPolicy.lookPeriod))
    var turns = [[Int32]](repeating: [], count: period)
    for c in cars.indices where drivers[c].changesLanes {
      turns[Int(setups[c].stream % UInt64(period))].append(Int32(c))
    }
    changes.lookerStarts = [0]
    for turn in turns {
      changes.lookers += turn
      changes.lookerStarts.append(changes.lookers.count)
    }
    changes.keepers = changes.lookers.filter { drivers[Int($0)].keepsBehind }.sorted()
    letGoOfSetups()
    changes.states = [LaneChange](repeating: LaneChange(), count: cars.count)
    changes.hints = [LaneHints](repeating: LaneHints(), count: cars.count)
    // No more cars than there are can be changing.
    changes.mostShadows = changes.lookers.count + scripts.cars.count
    let room = min(shadowRoom, changes.mostShadows)
    changes.owners.reserveCapacity(room)
    changes.free.reserveCapacity(room)
    changes.lists.active.reserveCapacity(room)
    changes.lists.asked.reserveCapacity(room)
    changes.lists.askedPlaces.reserveCapacity(room)
    changes.lists.waiting.reserveCapacity(room)
    changes.lists.kept.reserveCapacity(changes.keepers.count)
    changes.lists.bounded.reserveCapacity(room)
    changes.lists.intending.reserveCapacity(room)
  }

  /// Takes over what the world did with the wishes of the last tick.
  mutating func followPaths(_ view: WorldView) {
    for looker in changes.lists.asked {
      let c = Int(looker)
      let row = rows[c]
      let asked = changes.states[c].asked
      // A script came before it.
      if asked == Car.none { continue }
      changes.states[c].asked = Car.none
      let route = changes.ways.routeOfEntry[Int(asked)]
      let path = changes.ways.ways[Int(route)].path
      guard view.agents.present[row] != 0, view.agents.path[row] == path else {
        // Somebody else decided for it.
        endChange(c)
        continue
      }
      // A car that returns comes to the lane of its shadow.
      dropShadow(of: c)
      leaveShadow(of: c)
      cars[c].route = route
      cars[c].entry = asked
      cars[c].s = view.agents.arcLength[row]
      startRoute(c)
      join(c)
    }
    changes.lists.asked.removeAll(keepingCapacity: true)
    changes.lists.askedPlaces.removeAll(keepingCapacity: true)
  }

  /// Puts a car that has come to another lane into the list of that, near whom it has seen there.
  private mutating func join(_ c: Int) {
    let entry = tables.entries[Int(cars[c].entry)]
    let hint = changes.hints[c][changes.states[c].toLeft]
    cars[c].laneS = cars[c].s - entry.origin
    cars[c].lane = entry.lane
    cars.withUnsafeMutableBufferPointer { cars in
      lanes.withUnsafeMutableBufferPointer { lanes in
        IDMPolicy.insert(c, near: hint, cars, lanes)
      }
    }
  }

  /// Puts a node in a car's place in the list of its lane, and takes the car out of it.
  mutating func leaveShadow(of c: Int) {
    guard let node = changes.free.popLast() ?? newShadow(of: c) else { return }
    cars.withUnsafeMutableBufferPointer { cars in
      lanes.withUnsafeMutableBufferPointer { lanes in
        let lane = cars[c].lane
        let near = cars[c].behind != Car.none ? cars[c].behind : cars[c].ahead
        if lane != Car.none { IDMPolicy.unlink(c, cars, lanes) }
        let shadow = Int(node)
        cars[shadow] = cars[c]
        cars[shadow].isPresent = false
        cars[shadow].lapped = false
        cars[shadow].lane = lane
        if lane != Car.none { IDMPolicy.insert(shadow, near: near, cars, lanes) }
      }
    }
    if !atJunctions.isEmpty { atJunctions[Int(node)] = atJunctions[c] }
    changes.states[c].shadow = node
    changes.owners[Int(node - changes.firstShadow)] = Int32(c)
  }

  /// A node more, beyond those of all cars: there are as many as have been needed at a time, so
  /// that what goes over all nodes does not go over as many again that are nobody.
  private mutating func newShadow(of c: Int) -> Int32? {
    guard changes.owners.count < changes.mostShadows else { return nil }
    cars.append(cars[c])
    if !atJunctions.isEmpty { atJunctions.append(atJunctions[c]) }
    changes.owners.append(Int32(c))
    return Int32(cars.count - 1)
  }

  mutating func dropShadow(of c: Int) {
    let node = changes.states[c].shadow
    guard node != Car.none else { return }
    cars.withUnsafeMutableBufferPointer { cars in
      lanes.withUnsafeMutableBufferPointer { lanes in
        if cars[Int(node)].lane != Car.none { IDMPolicy.unlink(Int(node), cars, lanes) }
      }
    }
    changes.free.append(node)
    changes.states[c].shadow = Car.none
  }

  mutating func endChange(_ c: Int) {
    dropShadow(of: c)
    changes.states[c].isActive = false
    changes.states[c].isReturn = false
    changes.states[c].isScripted = false
  }

  /// Moves the shadows with their cars, and ends the changes that are done.
  mutating func moveShadows(_ view: WorldView) {
    var kept = 0
    for k in changes.lists.active.indices {
      prefetchChange(after: k)
      let c = Int(changes.lists.active[k])
      if changes.states[c].isActive && (changes.states[c].progress >= 1 || !cars[c].isPresent) {
        endChange(c)
        changes.states[c].restUntil = view.tick + view.clock.ticks(drivers[c].changeRest)
      }
      guard changes.states[c].isActive else { continue }
      changes.lists.active[kept] = Int32(c)
      kept += 1
    }
    changes.lists.active.removeLast(changes.lists.active.count - kept)
    if kept > 0 { placeShadows(view) }
  }

  /// Asks for a car that is changing and comes later in the list of those, where there are many.
  @inline(__always)
  private func prefetchChange(after k: Int) {
    guard cars.count >= manyRows, k &+ Ahead.far < changes.lists.active.count else { return }
    let c = Int(changes.lists.active[k &+ Ahead.far])
    changes.states.withUnsafeBufferPointer {
      $0.prefetch(c)
      $0.prefetch(c, byte: 64)
    }
    cars.withUnsafeBufferPointer {
      $0.prefetch(c)
      $0.prefetch(c, byte: 64)
    }
  }

  private mutating func placeShadows(_ view: WorldView) {
    let dt = view.clock.step
    withLookout(view) { lookout, lists in
      lists.active.withUnsafeBufferPointer { active in
        for k in active.indices {
          if lookout.areMany {
            lookout.prefetch(after: k, in: active)
            lookout.prefetchShadows(after: k, in: active)
          }
          lookout.placeShadow(of: Int(active[k]), dt)
        }
      }
    }
  }

  /// Everybody whose turn it is looks around; those who are changing look whether they still can.
  mutating func changeLanes(_ view: WorldView) {
    withLookout(view) { lookout, lists in
      lookout.heedBothLanes(lists)
      lookout.keepBehind(&lists)
      lookout.heedNeeds(&lists)
      lookout.changeLanes(&lists)
    }
  }

  /// Calls a function with all that drivers look at.
  private mutating func withLookout(
    _ view: WorldView, _ body: (Lookout, inout ChangeLists) -> Void
  ) {
    let tick = view.tick
    let step = view.clock.step
    cars.withUnsafeMutableBufferPointer { cars in
      LaneChanges.withBuffers(&changes.states, &changes.hints) { states, hints in
        changes.owners.withUnsafeBufferPointer { owners in
          changes.lookers.withUnsafeBufferPointer { lookers in
            changes.lookerStarts.withUnsafeBufferPointer { starts in
              changes.keepers.withUnsafeBufferPointer { keepers in
                changes.ways.withView { ways in
                  drivers.withView { drivers in
                    lanes.withUnsafeMutableBufferPointer { lanes in
                      thingLists.things.withUnsafeBufferPointer { things in
                        thingLists.links.withUnsafeBufferPointer { links in
                          laneLengths.withUnsafeBufferPointer { laneLengths in
                            decisions.withUnsafeBufferPointer { decisions in
                              rows.withUnsafeBufferPointer { rows in
                                sharedTables.withView { tables in
                                  view.pathTable.withView { paths in
                                    view.agents.withColumns { agents in
                                      body(
                                        Lookout(
                                          cars: cars, states: states, hints: hints,
                                          decisions: decisions, owners: owners,
                                          firstShadow: changes.firstShadow,
                                          lookers: lookers, lookerStarts: starts,
                                          keepers: keepers, ways: ways,
                                          hasShortWays: changes.ways.hasShortWays,
                                          drivers: drivers, lanes: lanes, things: things,
                                          links: links, laneLengths: laneLengths, rows: rows,
                                          tables: tables, paths: paths, agents: agents,
                                          tick: tick, step: step),
                                        &changes.lists)
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
              }
            }
          }
        }
      }
    }
  }

  /// Moves those who are changing on along their profiles.
  mutating func moveAside(_ view: WorldView) {
    let dt = view.clock.step
    for kept in changes.lists.kept {
      let c = Int(kept)
      let bound = changes.states[c].bound
      if bound < decisions[c].acceleration { decisions[c].acceleration = bound }
    }
    for bounded in changes.lists.bounded {
      let c = Int(bounded)
      decisions[c].acceleration = min(decisions[c].acceleration, changes.states[c].yielding)
    }
    for k in changes.lists.active.indices {
      prefetchChange(after: k)
      let c = Int(changes.lists.active[k])
      decisions[c].lateralRate = changes.states[c].advance(
        way: decisions[c].way(from: cars[c].speed, dt: dt), dt: dt)
    }
  }

  /// Asks the world for the changes of this tick.
  func writePaths(_ agents: [Int], into commands: inout CommandBuffer) {
    for asked in changes.lists.asked {
      let row = rows[Int(asked)]
      if agents.count != rows.count && !agents.contains(row) { continue }
      let state = changes.states[Int(asked)]
      commands.path[row] = changes.ways.ways[Int(changes.ways.routeOfEntry[Int(state.asked)])].path
      commands.pathArcLength[row] = state.askedS
      commands.pathOffset[row] = state.askedOffset
    }
  }
}
