import SimCore
import SimGeometry
import SimMap
import SimWorld

// Things are looked for by their boxes. Each is listed on every lane that it touches, so that a
// driver meets it on whichever lane it goes.
extension IDMPolicy {
  /// Lists everything that moves and is not simply ahead on somebody's lane, anew in each tick.
  mutating func placeThings(_ view: WorldView) {
    emptyLists()
    if view.agents.count > rows.count || scripts.areAway { placeOthers(view) }
    if !overhanging.isEmpty { placeOverhangs(view) }
  }

  private mutating func emptyLists() {
    lanes.withUnsafeMutableBufferPointer { lanes in
      turns.empty(lanes)
      thingLists.empty(lanes)
    }
  }

  /// Everybody else: driven vehicles, recorded ones, walkers.
  private mutating func placeOthers(_ view: WorldView) {
    findOthers(view)
    for other in others {
      let row = Int(other)
      place(row, view)
      claim(for: thingLists.things[thingLists.things.count - 1], view.agents.classes[row])
    }
  }

  /// Fills `others` with the rows of everybody else whom any driver can look at.
  private mutating func findOthers(_ view: WorldView) {
    others.removeAll(keepingCapacity: true)
    // Who thinks of passing looks farther.
    let reach = overtaking.isOff ? IDMPolicy.lookAhead : PassingRoom.sight
    view.agents.withColumns { agents in
      rows.withUnsafeBufferPointer { rows in
        isOwn.withUnsafeBufferPointer { isOwn in
          // Whoever is near one of the cars need not be compared with the area of all.
          var near = BoundingBox.empty
          if let row = rows.first(where: { isOwn[$0] && agents.present[$0] != 0 }) {
            near.formUnion(Vector2(agents.x[row], agents.y[row]))
          }
          near = near.expanded(by: reach)
          var isWhole = false
          for row in 0..<agents.count
          where !isOwn[row] && agents.present[row] != 0 && agents.motion[row] != .fixed {
            let place = Vector2(agents.x[row], agents.y[row])
            if !isWhole && !near.contains(place) {
              near = IDMPolicy.area(of: rows, isOwn, agents).expanded(by: reach)
              isWhole = true
            }
            if near.contains(place) { others.append(Int32(truncatingIfNeeded: row)) }
          }
        }
      }
    }
  }

  /// The box around all cars that are there.
  private static func area(
    of rows: UnsafeBufferPointer<Int>, _ isOwn: UnsafeBufferPointer<Bool>,
    _ agents: AgentTable.Columns
  ) -> BoundingBox {
    var box = BoundingBox.empty
    for row in rows where isOwn[row] && agents.present[row] != 0 {
      box.formUnion(Vector2(agents.x[row], agents.y[row]))
    }
    return box
  }

  /// Somebody cannot know of a car from its lane alone: its box is across overlapping lanes, a fork
  /// or a join, or half in the lane beside.
  @inline(__always)
  static func overhangs(
    _ c: Int, _ cars: UnsafeMutableBufferPointer<Car>, _ tables: RouteTables.View,
    hasBlends: Bool
  ) -> Bool {
    let entry = Int(cars[c].entry)
    return tables.entries[entry].isOverlapped || cars[c].rear < tables.entries[entry].start
      || cars[c].front > tables.entries[entry].end || cars[c].leans
      || (hasBlends && tables.routes[Int(cars[c].route)].changesLanes)
  }

  /// Lists the cars that overhang wherever somebody cannot know of them from their lanes.
  ///
  /// Those who are changing lanes are in the lists of both, and so do not lean; but those whose
  /// routes change lanes along their paths look for boxes.
  private mutating func placeOverhangs(_ view: WorldView) {
    cars.withUnsafeMutableBufferPointer { cars in
      lanes.withUnsafeMutableBufferPointer { lanes in
        sharedTables.withView { tables in
          overlaps.withBuffers { starts, others in
            for number in overhanging {
              let c = Int(number)
              let isAside = hasBlends && changes.isActive(c)
              // (Some have been brought back to their lanes since.)
              if !changes.isOff, !isAside,
                !IDMPolicy.overhangs(c, cars, tables, hasBlends: hasBlends)
              {
                continue
              }
              if isAside || cars[c].leans || IDMPolicy.isNearLaneChange(c, cars, tables) {
                let box = view.agents.box(rows[c])
                IDMPolicy.findLanes(map, meeting: box, &foundLanes)
                thingLists.add(rows[c], view, car: c)
                for lane in foundLanes { thingLists.linkLast(to: Int(lane), lanes) }
              } else {
                IDMPolicy.place(
                  c, rows[c], view, cars, lanes, tables, (starts, others), &thingLists)
              }
            }
          }
        }
      }
    }
  }

  /// Lists a car on the lanes that overlap those on which it is, and on those of its route that it
  /// touches beyond a fork or a join.
  @inline(__always)
  private static func place(
    _ c: Int, _ row: Int, _ view: WorldView, _ cars: UnsafeMutableBufferPointer<Car>,
    _ lanes: UnsafeMutableBufferPointer<LaneState>, _ tables: RouteTables.View,
    _ overlaps: (starts: UnsafeBufferPointer<Int32>, others: UnsafeBufferPointer<Int32>),
    _ lists: inout ThingLists
  ) {
    let entries = tables.routes[Int(cars[c].route)].entries
    let own = Int(cars[c].entry)
    var low = own
    var high = low
    while low > Int(entries.lowerBound) && tables.entries[low].start > cars[c].rear { low &-= 1 }
    while high + 1 < Int(entries.upperBound) && tables.entries[high].end < cars[c].front {
      high &+= 1
    }
    var isListed = false
    for i in low...high {
      let isOpen =
        i != own && (i < own ? tables.entries[i].isFork : tables.entries[i].isJoin)
      let isOverlapped = tables.entries[i].isOverlapped
      guard isOverlapped || isOpen else { continue }
      if !isListed { lists.add(row, view, car: c) }
      isListed = true
      let lane = Int(tables.entries[i].lane)
      if isOpen { lists.linkLast(to: lane, lanes) }
      guard isOverlapped else { continue }
      let first = Int(overlaps.starts[lane])
      lists.linkLast(Int(overlaps.starts[lane + 1]) - first, lanes) {
        Int(overlaps.others[first &+ $0])
      }
    }
  }

  /// Its route goes over to the lane beside it hereabouts.
  private static func isNearLaneChange(
    _ c: Int, _ cars: UnsafeMutableBufferPointer<Car>, _ tables: RouteTables.View
  ) -> Bool {
    let route = Int(cars[c].route)
    guard tables.routes[route].changesLanes else { return false }
    let entry = Int(cars[c].entry)
    if tables.entries[entry].isLaneChange, cars[c].rear - tables.entries[entry].start < 60 {
      return true
    }
    guard entry + 1 < Int(tables.routes[route].entries.upperBound) else { return false }
    return tables.entries[entry + 1].isLaneChange
      && tables.entries[entry + 1].start - cars[c].front < 60
  }

  /// Lists somebody on all lanes that its box touches or nearly touches; leaves these in
  /// `foundLanes`.
  mutating func place(_ row: Int, _ view: WorldView) {
    IDMPolicy.findLanes(map, meeting: view.agents.box(row), &foundLanes)
    thingLists.add(row, view, car: nil)
    lanes.withUnsafeMutableBufferPointer { lanes in
      for lane in foundLanes { thingLists.linkLast(to: Int(lane), lanes) }
    }
  }

  /// Fills a list with the lanes that a box touches or nearly touches.
  private static func findLanes(
    _ map: LaneGraph, meeting box: OrientedBox, _ found: inout [Int32]
  ) {
    found.removeAll(keepingCapacity: true)
    map.lanes(meeting: box.expanded(by: 0.3), .all, into: &found)
  }
}
