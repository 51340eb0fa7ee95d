import SimCore
import SimWorld

extension IDMPolicy {
  /// Takes over the state of the policy's cars, moves them to the lists of their lanes, and finds
  /// those who overhang.
  mutating func readCars(_ view: WorldView) {
    var hasLapped = false
    overhanging.removeAll(keepingCapacity: true)
    cars.withUnsafeMutableBufferPointer { cars in
      lanes.withUnsafeMutableBufferPointer { lanes in
        sharedTables.withView { tables in
          rows.withUnsafeBufferPointer { rows in
            view.agents.withColumns { agents in
              for block in RowBlocks(rows.count, areMany: tables.areMany) {
                if tables.areMany { tables.prefetchEntries(after: block, cars) }
                for c in block {
                  if IDMPolicy.read(c, rows[c], agents, cars, lanes, tables) { hasLapped = true }
                  if cars[c].isPresent,
                    IDMPolicy.overhangs(c, cars, tables, hasBlends: hasBlends)
                      || (hasBlends && changes.isActive(c))
                  {
                    overhanging.append(Int32(truncatingIfNeeded: c))
                  }
                }
              }
            }
          }
        }
      }
    }
    if hasLapped { startLaps() }
  }

  /// Takes over the state of one car.
  ///
  /// - Returns: whether it has come once round a ring.
  @inline(__always)
  private static func read(
    _ c: Int, _ row: Int, _ agents: AgentTable.Columns, _ cars: UnsafeMutableBufferPointer<Car>,
    _ lanes: UnsafeMutableBufferPointer<LaneState>, _ tables: RouteTables.View
  ) -> Bool {
    guard agents.present[row] != 0, !cars[c].isAway else {
      if cars[c].lane != Car.none { unlink(c, cars, lanes) }
      cars[c].isPresent = false
      return false
    }
    let s = agents.arcLength[row]
    cars[c].isPresent = true
    cars[c].hasAppeared = true
    // Nobody reverses: less than before means round a ring.
    let isLap = s < cars[c].s
    if isLap { cars[c].lapped = true }
    cars[c].s = s
    cars[c].speed = agents.speed[row]
    cars[c].stood = agents.speed[row] < Car.standing ? cars[c].stood &+ 1 : 0
    cars[c].offset = agents.lateralOffset[row]
    var entry = Int(cars[c].entry)
    if s < tables.entries[entry].start || s >= tables.entries[entry].end {
      entry = IDMPolicy.entry(at: s, near: entry, cars[c].route, tables)
      cars[c].entry = Int32(truncatingIfNeeded: entry)
    }
    cars[c].laneS = s - tables.entries[entry].origin
    if tables.entries[entry].lane != cars[c].lane {
      if cars[c].lane != Car.none { unlink(c, cars, lanes) }
      cars[c].lane = tables.entries[entry].lane
      insert(c, cars, lanes)
    }
    return isLap
  }

  /// The entry of a route that holds an arc length, looked for from another one on.
  static func entry(
    at s: Double, near entry: Int, _ route: Int32, _ tables: RouteTables.View
  ) -> Int {
    let bounds = tables.routes[Int(route)].entries
    var i = entry
    // Back at the start of a ring.
    if s < tables.entries[i].start { i = Int(bounds.lowerBound) }
    while i + 1 < Int(bounds.upperBound) && s >= tables.entries[i].end { i += 1 }
    return i
  }

  /// Cars that have come round a ring meet everything on it anew.
  private mutating func startLaps() {
    for c in rows.indices where cars[c].lapped {
      cars[c].lapped = false
      startRoute(c)
    }
  }

  /// Puts a car's places in the tables to the start of its route, from where they move on to where
  /// it is.
  mutating func startRoute(_ c: Int) {
    let route = tables.routes[Int(cars[c].route)]
    cars[c].cap = route.caps.lowerBound
    indicators.restart(c)
    if atJunctions.isEmpty { return }
    atJunctions[c].stop = route.stops.lowerBound
    atJunctions[c].halted = Car.none
    atJunctions[c].group = route.groups.lowerBound
    let first = Int(atJunctions[c].tickets)
    for ticket in first..<first + route.groups.count {
      tickets[ticket] = Claim.noTicket
      keys[ticket] = .infinity
    }
  }

  /// Takes a car out of the list of its lane.
  static func unlink(
    _ c: Int, _ cars: UnsafeMutableBufferPointer<Car>,
    _ lanes: UnsafeMutableBufferPointer<LaneState>
  ) {
    let ahead = cars[c].ahead
    let behind = cars[c].behind
    if behind == Car.none {
      lanes[Int(cars[c].lane)].first = ahead
    } else {
      cars[Int(behind)].ahead = ahead
    }
    if ahead == Car.none {
      lanes[Int(cars[c].lane)].last = behind
    } else {
      cars[Int(ahead)].behind = behind
    }
    cars[c].ahead = Car.none
    cars[c].behind = Car.none
    cars[c].lane = Car.none
  }

  /// Puts a car into the list of its lane, from the rear, where newcomers belong.
  static func insert(
    _ c: Int, _ cars: UnsafeMutableBufferPointer<Car>,
    _ lanes: UnsafeMutableBufferPointer<LaneState>
  ) {
    let lane = Int(cars[c].lane)
    var behind = Car.none
    var ahead = lanes[lane].first
    while ahead != Car.none && comes(Int(ahead), before: c, cars) {
      behind = ahead
      ahead = cars[Int(ahead)].ahead
    }
    link(c, between: behind, ahead, cars, lanes)
  }

  private static func link(
    _ c: Int, between behind: Int32, _ ahead: Int32, _ cars: UnsafeMutableBufferPointer<Car>,
    _ lanes: UnsafeMutableBufferPointer<LaneState>
  ) {
    let lane = Int(cars[c].lane)
    cars[c].behind = behind
    cars[c].ahead = ahead
    if behind == Car.none {
      lanes[lane].first = Int32(truncatingIfNeeded: c)
    } else {
      cars[Int(behind)].ahead = Int32(truncatingIfNeeded: c)
    }
    if ahead == Car.none {
      lanes[lane].last = Int32(truncatingIfNeeded: c)
    } else {
      cars[Int(ahead)].behind = Int32(truncatingIfNeeded: c)
    }
  }

  /// Puts a car into the list of its lane from somebody on it: who comes from the lane beside
  /// belongs in the middle of a long list.
  static func insert(
    _ c: Int, near hint: Int32, _ cars: UnsafeMutableBufferPointer<Car>,
    _ lanes: UnsafeMutableBufferPointer<LaneState>
  ) {
    guard hint != Car.none, Int(hint) != c, cars[Int(hint)].lane == cars[c].lane else {
      return insert(c, cars, lanes)
    }
    var (behind, ahead) = (cars[Int(hint)].behind, hint)
    if comes(Int(hint), before: c, cars) { (behind, ahead) = (hint, cars[Int(hint)].ahead) }
    while ahead != Car.none && comes(Int(ahead), before: c, cars) {
      (behind, ahead) = (ahead, cars[Int(ahead)].ahead)
    }
    while behind != Car.none && !comes(Int(behind), before: c, cars) {
      (behind, ahead) = (cars[Int(behind)].behind, behind)
    }
    link(c, between: behind, ahead, cars, lanes)
  }

  /// Order along a lane: by place, of equal ones by row.
  @inline(__always)
  static func comes(_ a: Int, before b: Int, _ cars: UnsafeMutableBufferPointer<Car>) -> Bool {
    let p = cars[a].laneS
    let q = cars[b].laneS
    return p < q || (p == q && a < b)
  }

  /// Restores the order of the lists: cars hardly ever pass each other on a lane, so this is one
  /// look at each.
  mutating func sortLanes() {
    cars.withUnsafeMutableBufferPointer { cars in
      lanes.withUnsafeMutableBufferPointer { lanes in
        let areMany = cars.count >= manyRows
        var isSorted = false
        while !isSorted {
          isSorted = true
          for c in 0..<cars.count {
            if areMany, c &+ Ahead.far < cars.count {
              cars.prefetch(Int(cars[c &+ Ahead.far].ahead))
            }
            let ahead = cars[c].ahead
            guard ahead != Car.none, IDMPolicy.comes(Int(ahead), before: c, cars) else { continue }
            isSorted = false
            let lane = cars[c].lane
            IDMPolicy.unlink(c, cars, lanes)
            cars[c].lane = lane
            IDMPolicy.insert(c, cars, lanes)
          }
        }
      }
    }
  }
}
