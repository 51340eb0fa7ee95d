import SimGeometry
import SimMap
import SimWorld

// Things are looked for by their boxes. Each is listed on every lane that it touches, so that a
// driver meets it on whichever lane it goes.
extension IDMPolicy {
  /// Lists everything that moves and is not simply ahead on somebody's lane, anew in each tick.
  mutating func placeThings(_ view: WorldView) {
    for lane in touchedLanes {
      lanes[Int(lane)].things = lanes[Int(lane)].fixedThings
      lanes[Int(lane)].claims = Car.none
    }
    touchedLanes.removeAll(keepingCapacity: true)
    claims.removeAll(keepingCapacity: true)
    things.removeLast(things.count - fixedThingCount)
    links.removeLast(links.count - fixedLinkCount)
    if view.agents.count > rows.count || scripts.areAway { placeOthers(view) }
    let overhangs = hasOverhangs()
    if marksChanges() || overhangs {
      for c in cars.indices where cars[c].overhangs { placeOverhangs(of: c, view) }
    }
  }

  /// Everybody else: driven vehicles, recorded ones, walkers.
  private mutating func placeOthers(_ view: WorldView) {
    let near = surroundings(view)
    for row in 0..<view.agents.count {
      guard !isOwn[row], view.agents.present[row] != 0, view.agents.motions[row] != .fixed,
        near.contains(Vector2(view.agents.x[row], view.agents.y[row]))
      else { continue }
      addThing(row, view)
      meetLanes(view.agents.box(row))
      let thing = Int32(things.count - 1)
      for lane in foundLanes { link(thing, to: Int(lane)) }
      claim(for: Int(thing), view.agents.classes[row])
    }
  }

  /// The area that any driver can look at.
  private func surroundings(_ view: WorldView) -> BoundingBox {
    var box = BoundingBox.empty
    for (c, row) in rows.enumerated() where cars[c].isPresent {
      box.formUnion(Vector2(view.agents.x[row], view.agents.y[row]))
    }
    return box.expanded(by: IDMPolicy.lookAhead)
  }

  /// Marks the policy's own cars of which somebody cannot know from their lanes alone: those with
  /// their boxes across overlapping lanes, a fork or a join, or half in the lane beside.
  private mutating func hasOverhangs() -> Bool {
    var found = false
    cars.withUnsafeMutableBufferPointer { cars in
      tables.withView { tables in
        for c in 0..<cars.count {
          let entry = Int(cars[c].entry)
          let isPlain =
            !tables.entries[entry].isOverlapped && cars[c].rear >= tables.entries[entry].start
            && cars[c].front <= tables.entries[entry].end && !cars[c].leans
            && !tables.routes[Int(cars[c].route)].changesLanes
          cars[c].overhangs = cars[c].isPresent && !isPlain
          found = found || cars[c].overhangs
        }
      }
    }
    return found
  }

  /// Marks the cars that are changing lanes: they are in the lists of both, but those whose routes
  /// change lanes along their paths look for boxes.
  private mutating func marksChanges() -> Bool {
    guard changes.hasBlends else { return false }
    for c in changes.lists.active { cars[Int(c)].overhangs = true }
    return !changes.lists.active.isEmpty
  }

  /// Lists a car wherever somebody cannot know of it from its lane.
  private mutating func placeOverhangs(of c: Int, _ view: WorldView) {
    let changes = isNearLaneChange(c)
    let leans = cars[c].leans
    let first = things.count
    let isAside = self.changes.hasBlends && self.changes.states[c].isActive
    if changes || leans || isAside {
      addThing(rows[c], view, car: c)
      meetLanes(view.agents.box(rows[c]))
      for lane in foundLanes { link(Int32(first), to: Int(lane)) }
      return
    }
    let route = tables.routes[Int(cars[c].route)]
    var low = Int(cars[c].entry)
    var high = low
    while low > Int(route.entries.lowerBound) && tables.entries[low].start > cars[c].rear {
      low -= 1
    }
    while high + 1 < Int(route.entries.upperBound) && tables.entries[high].end < cars[c].front {
      high += 1
    }
    for i in low...high {
      let touched = tables.entries[i]
      let isOpen = i < Int(cars[c].entry) ? touched.isFork : touched.isJoin
      guard touched.isOverlapped || (i != Int(cars[c].entry) && isOpen) else { continue }
      if things.count == first { addThing(rows[c], view, car: c) }
      if i != Int(cars[c].entry) && isOpen { link(Int32(first), to: Int(touched.lane)) }
      if touched.isOverlapped { linkToOverlaps(of: Int(touched.lane), Int32(first)) }
    }
  }

  /// Its route goes over to the lane beside it hereabouts.
  private func isNearLaneChange(_ c: Int) -> Bool {
    let entry = Int(cars[c].entry)
    if tables.entries[entry].isLaneChange, cars[c].rear - tables.entries[entry].start < 60 {
      return true
    }
    guard entry + 1 < Int(tables.routes[Int(cars[c].route)].entries.upperBound) else {
      return false
    }
    return tables.entries[entry + 1].isLaneChange
      && tables.entries[entry + 1].start - cars[c].front < 60
  }

  private mutating func linkToOverlaps(of lane: Int, _ thing: Int32) {
    for other in overlaps.lanes(overlapping: lane) { link(thing, to: Int(other)) }
  }

  /// Fills `foundLanes` with the lanes that a box touches or nearly touches.
  mutating func meetLanes(_ box: OrientedBox) {
    foundLanes.removeAll(keepingCapacity: true)
    map.lanes(meeting: box.expanded(by: 0.3), .all, into: &foundLanes)
  }

  mutating func addThing(_ row: Int, _ view: WorldView, car: Int? = nil) {
    let agents = view.agents
    things.append(
      Thing(
        x: agents.x[row], y: agents.y[row], directionX: agents.directionX[row],
        directionY: agents.directionY[row], halfLength: 0.5 * agents.lengths[row],
        halfWidth: 0.5 * agents.widths[row],
        speed: agents.classes[row].isObject ? 0 : agents.speed[row],
        car: car.map { Int32($0) } ?? Car.none))
  }

  /// Lists a thing on a lane.
  mutating func link(_ thing: Int32, to lane: Int) {
    links.append(Link(item: thing, next: lanes[lane].things))
    lanes[lane].things = Int32(links.count - 1)
    touchedLanes.append(Int32(lane))
  }
}
