import SimGeometry
import SimMap
import SimWorld

// Who goes first where ways cross or merge.
extension IDMPolicy {
  /// Draws tickets for the groups of conflicts that drivers come near, and lays claim to their
  /// zones.
  mutating func takeTurns(_ view: WorldView) {
    if tables.groups.isEmpty { return }
    let tick = Int32(truncatingIfNeeded: view.tick)
    for c in cars.indices where cars[c].isPresent {
      let route = tables.routes[Int(cars[c].route)]
      cars[c].closedGroup = Car.none
      if route.groups.isEmpty { continue }
      takeTurn(c, route, tick)
    }
  }

  private mutating func takeTurn(_ c: Int, _ route: RouteTables.Route, _ tick: Int32) {
    let car = cars[c]
    while cars[c].group < route.groups.upperBound,
      car.rear > tables.groups[Int(cars[c].group)].end
    {
      cars[c].group += 1
    }
    while cars[c].conflict < route.conflicts.upperBound,
      car.rear > tables.conflicts[Int(cars[c].conflict)].end,
      tables.conflicts[Int(cars[c].conflict)].group < cars[c].group
    {
      cars[c].conflict += 1
    }
    if car.held == patience.stuck {
      cars[c].stuckSince = tick
    } else if car.speed > 2 {
      cars[c].stuckSince = Claim.noTicket
    }
    let reach = drivers[c].reach(car.speed)
    let reachNow = car.wayEnd(heldUp: patience.heldUp)
    var walk = RouteWalk(from: cars[c].group, over: route.groups, route)
    while let (index, lap) = walk.next() {
      let group = tables.groups[index]
      let way = group.hold + lap - car.front
      if way > reach { break }
      let ticket = Int(car.tickets) + index - Int(route.groups.lowerBound)
      let heedsRules = drivers[c].heedsRules
      if heedsRules && way >= 0 && mustWait(c, before: group, lap: lap) {
        tickets[ticket] = Claim.noTicket
        if cars[c].closedGroup == Car.none { cars[c].closedGroup = Int32(index) }
        // It cannot get at the groups after this one either.
        break
      }
      if tickets[ticket] == Claim.noTicket { tickets[ticket] = tick }
      for entry in group.entries where lanes[Int(tables.entries[Int(entry)].lane)].isWatched {
        let place = tables.entries[Int(entry)]
        add(
          Claim(
            front: car.front - lap - place.origin, rear: car.rear - lap - place.origin,
            speed: car.speed, ticket: tickets[ticket], hasEntered: Wheel.enters(way, car.speed),
            isLong: car.isLong, stuckSince: cars[c].stuckSince,
            zonesStart: group.low - place.origin, zonesEnd: group.high - place.origin,
            reach: reachNow - lap - place.origin,
            // Nobody counts on a turn of who takes none.
            car: heedsRules ? Int32(c) : Car.none,
            next: Car.none),
          to: Int(place.lane))
      }
    }
  }

  /// A driver may not enter a group now: a signal forbids it, or there is no room behind the
  /// crossing, which must not be blocked.
  private func mustWait(_ c: Int, before group: RouteTables.Group, lap: Double) -> Bool {
    let car = cars[c]
    let route = tables.routes[Int(car.route)]
    var walk = RouteWalk(from: car.stop, over: route.stops, route)
    while let (index, stopLap) = walk.next() {
      let stop = tables.stops[index]
      if stop.place + stopLap > group.hold + lap { break }
      if stop.signal == RouteTables.Stop.sign {
        if car.halted != Int32(index) && stop.place + stopLap >= car.front { return true }
        continue
      }
      let isForbidden = drivers[c].isForbidden(
        isRed: isRed[Int(stop.signal)], isYellow: isYellow[Int(stop.signal)],
        at: stop.place + stopLap - car.front, speed: car.speed)
      if isForbidden { return true }
    }
    let room = group.crossingEnd + lap + 2 * car.halfLength + 1
    return car.front + car.queueGap < room && car.queueSpeed < 1.5
  }

  private mutating func add(_ claim: Claim, to lane: Int) {
    var claim = claim
    claim.next = lanes[lane].claims
    claims.append(claim)
    lanes[lane].claims = Int32(claims.count - 1)
    touchedLanes.append(Int32(lane))
  }

  /// Claims for somebody who is not of the policy: for the lanes along which it goes and those
  /// that follow, since nobody knows where it wants to go.
  mutating func claim(for thing: Int, _ agentClass: AgentClass) {
    let it = things[thing]
    guard it.speed > 0.5, agentClass.isVehicle || agentClass == .bicycle else { return }
    for k in foundLanes.indices {
      let lane = Int(foundLanes[k])
      guard lanes[lane].isNearWatched else { continue }
      let line = map.lanes[lane].centreline
      let place = line.project(Vector2(it.x, it.y))
      let along = line.directions[Int(place.segment)]
      guard along.x * it.directionX + along.y * it.directionY > 0.7,
        place.distance < it.halfWidth + 1.5
      else { continue }
      claim(lane, front: place.s + it.halfLength, it, levels: 2)
    }
  }

  private mutating func claim(_ lane: Int, front: Double, _ it: Thing, levels: Int) {
    if lanes[lane].isWatched {
      add(
        Claim(
          front: front, rear: front - 2 * it.halfLength, speed: it.speed, ticket: Claim.noTicket,
          hasEntered: false, isLong: 2 * it.halfLength > BodyZones.Fleet.longFrom,
          stuckSince: Claim.noTicket, zonesStart: -.infinity, zonesEnd: .infinity, reach: .infinity,
          car: Car.none, next: Car.none),
        to: lane)
    }
    let length = map.lanes[lane].length
    guard levels > 0, length - front < 6 * it.speed else { return }
    for next in map.lanes[lane].successors where lanes[next].isNearWatched {
      if let signal = map.signal(from: lane, to: next), isRed[signal] { continue }
      claim(next, front: front - length, it, levels: levels - 1)
    }
  }
}

/// Goes over a route's share of a list from a cursor to its end, and on a ring once round.
struct RouteWalk {
  private var index: Int
  private let bounds: Range<Int>
  private var left: Int
  private let lapLength: Double
  private var lap = 0.0

  @inline(__always)
  init(from cursor: Int32, over range: Range<Int32>, _ route: RouteTables.Route) {
    index = Int(cursor)
    bounds = Int(range.lowerBound)..<Int(range.upperBound)
    left = route.isRing ? bounds.count : bounds.upperBound - index
    lapLength = route.length
  }

  /// The next index, and what to add to its places on the path.
  @inline(__always)
  mutating func next() -> (index: Int, lap: Double)? {
    guard left > 0 else { return nil }
    if index == bounds.upperBound {
      index = bounds.lowerBound
      lap += lapLength
    }
    left -= 1
    index += 1
    return (index - 1, lap)
  }
}
