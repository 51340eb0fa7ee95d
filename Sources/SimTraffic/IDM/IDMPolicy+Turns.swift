import SimGeometry
import SimMap
import SimModels
import SimWorld

// Who goes first where ways cross or merge.
extension IDMPolicy {
  /// Draws tickets for the groups of conflicts that drivers come near, and lays claim to their
  /// zones.
  mutating func takeTurns(_ view: WorldView) {
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
    let reach = drivers[c].reach(car.speed)
    var walk = RouteWalk(from: cars[c].group, over: route.groups, route)
    while let (index, lap) = walk.next() {
      let group = tables.groups[index]
      let way = group.hold + lap - car.front
      if way > reach { break }
      let ticket = Int(car.tickets) + index - Int(route.groups.lowerBound)
      if way >= 0 && mustWait(c, before: group, lap: lap) {
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
            speed: car.speed, ticket: tickets[ticket], car: Int32(c), next: Car.none),
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
      if forbids(stop, at: stop.place + stopLap - car.front, c) { return true }
    }
    let room = group.crossingEnd + lap + 2 * car.halfLength + 1
    return car.front + car.queueGap < room && car.queueSpeed < 1.5
  }

  /// A signal forbids a driver to pass its stop line.
  ///
  /// - Parameter way: from the front to the stop line, metres.
  func forbids(_ stop: RouteTables.Stop, at way: Double, _ c: Int) -> Bool {
    if way < -0.5 { return false }
    let speed = cars[c].speed
    let need = speed * speed / (2 * max(way, 0.01))
    if isRed[Int(stop.signal)] {
      // One that cannot stop any more clears the junction; at walking pace anybody can.
      return speed < 2 || need <= drivers[c].emergency
    }
    return isYellow[Int(stop.signal)] && need <= drivers[c].law.deceleration
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

  /// Somebody with a claim goes before a driver through a conflict.
  ///
  /// - Parameter way: from the driver's front to the zone, metres; negative inside.
  func goesFirst(
    _ claim: Claim, before c: Int, _ conflict: RouteTables.Conflict, way: Double
  ) -> Bool {
    let theirWay = conflict.otherStart - claim.front
    let isIn = way < 0
    let isTheirsIn = theirWay < 0
    if isIn != isTheirsIn { return isTheirsIn }
    if isIn {
      // Both: the one that is nearer to leaving.
      let mine = conflict.end - conflict.start + way
      let theirs = conflict.otherEnd - conflict.otherStart + theirWay
      if mine != theirs { return theirs < mine }
      return claim.car < Int32(c)
    }
    let isForeign = claim.car == Car.none
    // A right is no use to somebody who stands: then it is by tickets again.
    if !isForeign && conflict.rule == .priority && cars[c].speed > 0.5 { return false }
    if isForeign || (conflict.rule == .yield && claim.speed > 0.5) {
      let arrival = theirWay / max(claim.speed, 0.1)
      return arrival < timeToClear(c, conflict, way: way) + (isForeign ? 1 : 0.5)
    }
    let ticket = tickets[
      Int(cars[c].tickets) + Int(conflict.group)
        - Int(tables.routes[Int(cars[c].route)].groups.lowerBound)]
    if claim.ticket != ticket { return claim.ticket < ticket }
    return claim.car < Int32(c)
  }

  /// How long a driver takes to leave a zone if it goes now, seconds.
  private func timeToClear(_ c: Int, _ conflict: RouteTables.Conflict, way: Double) -> Double {
    let car = cars[c]
    let distance = way + conflict.end - conflict.start + 2 * car.halfLength
    let a = drivers[c].law.acceleration
    // From its speed up to a moderate one, then on at that.
    let top = max(car.speed, 8)
    let untilTop = (top * top - car.speed * car.speed) / (2 * a)
    if distance < untilTop {
      return ((car.speed * car.speed + 2 * a * distance).squareRoot() - car.speed) / a
    }
    return (top - car.speed) / a + (distance - untilTop) / top
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
