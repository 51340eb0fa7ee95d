import SimGeometry
import SimMap
import SimModels
import SimWorld

// Who goes first where ways cross or merge.
extension IDMPolicy {
  /// Lays claim to the zones of those who have been let into junctions, and lets in others.
  mutating func takeTurns(_ view: WorldView) {
    if tables.groups.isEmpty { return }
    let tick = Int32(truncatingIfNeeded: view.tick)
    asking.removeAll(keepingCapacity: true)
    for c in cars.indices where cars[c].isPresent {
      let route = tables.routes[Int(cars[c].route)]
      cars[c].asked = Car.none
      cars[c].askWay = .infinity
      cars[c].mayAsk = true
      if route.groups.isEmpty { continue }
      comeNear(c, route, tick)
    }
    for c in cars.indices where cars[c].isPresent { advance(c) }
    for c in cars.indices where cars[c].isPresent && cars[c].asked != Car.none { ask(c, tick) }
    decide()
  }

  /// Moves a driver's places in the tables on, claims the zones that it has been let into, and
  /// finds the next group that it has to ask for.
  private mutating func comeNear(_ c: Int, _ route: RouteTables.Route, _ tick: Int32) {
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
    // After as long again it is somebody else's turn to come before all others.
    if car.held > 0, car.held % patience.stuck == 0, car.speed < Car.standing {
      cars[c].stuckSince = tick
    } else if car.speed > 2 {
      cars[c].stuckSince = Claim.noTicket
    }
    cars[c].lastKey = -.infinity
    let reach = drivers[c].reach(car.speed)
    var walk = RouteWalk(from: cars[c].group, over: route.groups, route)
    while let (index, lap) = walk.next() {
      let group = tables.groups[index]
      let way = group.hold + lap - car.front
      if way > reach { break }
      let ticket = Int(car.tickets) + index - Int(route.groups.lowerBound)
      guard drivers[c].heedsRules else {
        claim(c, group, lap: lap, ticket: ticket, isAble: true)
        continue
      }
      if keys[ticket] < .infinity, way >= 0,
        givesBack(c, group, lap: lap, way: way, key: keys[ticket])
      {
        keys[ticket] = .infinity
      }
      guard keys[ticket] < .infinity else {
        cars[c].asked = Int32(index)
        cars[c].askLap = lap
        cars[c].askWay = way
        break
      }
      cars[c].lastKey = max(cars[c].lastKey, keys[ticket])
      // Who may still come in between shows only behind where ways have merged.
      if car.mergesBehind { cars[c].mayAsk = false }
      claim(c, group, lap: lap, ticket: ticket, isAble: true)
    }
  }

  /// How far a driver will surely get: to where it must ask again, or as far as it sees, behind
  /// its leader.
  private mutating func advance(_ c: Int) {
    let car = cars[c]
    var way = car.asked != Car.none ? max(car.askWay, 0) : drivers[c].reach(car.speed)
    if car.leadSpeed < Car.standing { way = min(way, max(car.gap - Car.queueRoom, 0)) }
    if car.leader != Car.none {
      way = min(way, max(car.leaderGap - Car.queueRoom, 0) + cars[Int(car.leader)].advance)
    }
    cars[c].advance = way
  }

  /// Somebody who has been let in gives that back: the one in front of it has done so, a signal
  /// changes, it waits before the junction all the same, or somebody else will come in before it
  /// on the way there.
  private func givesBack(
    _ c: Int, _ group: RouteTables.Group, lap: Double, way: Double, key: Double
  ) -> Bool {
    let car = cars[c]
    if car.leader != Car.none {
      // Nobody is let in before the one in front of it.
      let leader = cars[Int(car.leader)]
      if car.leaderGap + 2 * leader.halfLength < way,
        leader.lastKey == -.infinity || leader.lastKey > key
      {
        return true
      }
    }
    if car.speed < Car.standing, car.heldInside > patience.halts { return true }
    if !cars[c].mayAsk, car.speed * car.speed < 4 * way { return true }
    return isForbidden(c, before: group, lap: lap)
      || (car.speed * car.speed < 4 * way && lacksRoom(c, for: group.crossingEnd + lap))
  }

  /// A driver asks for the next group: it says that it comes, and if it has to decide now, is
  /// decided on.
  private mutating func ask(_ c: Int, _ tick: Int32) {
    let car = cars[c]
    let route = tables.routes[Int(car.route)]
    let group = tables.groups[Int(car.asked)]
    let ticket = Int(car.tickets) + Int(car.asked) - Int(route.groups.lowerBound)
    cars[c].claimCount = 0
    let isLate = car.askWay < 0 || car.speed * car.speed > 7 * car.askWay
    if !isLate {
      if !car.mayAsk || !isFirst(c) {
        cars[c].refused = false
        return
      }
      if isForbidden(c, before: group, lap: car.askLap) {
        tickets[ticket] = Claim.noTicket
        cars[c].refused = false
        return
      }
      if lacksRoom(c, for: group.crossingEnd + car.askLap) {
        tickets[ticket] = Claim.noTicket
        cars[c].refused = true
        if car.stuckSince != Claim.noTicket {
          claim(c, group, lap: car.askLap, ticket: ticket, isAble: false)
        }
        return
      }
    }
    if !isLate, car.stuckSince == Claim.noTicket,
      lacksRoom(c, for: group.yieldEnd + car.askLap)
    {
      cars[c].refused = true
      return
    }
    if tickets[ticket] == Claim.noTicket { tickets[ticket] = tick }
    cars[c].firstClaim = Int32(claims.count)
    claim(c, group, lap: car.askLap, ticket: ticket, isAble: true)
    cars[c].claimCount = Int32(claims.count) - cars[c].firstClaim
    if car.askWay < Wheel.decisionWay(car.speed, drivers[c].comfort) {
      asking.append(Int32(truncatingIfNeeded: c))
    } else {
      cars[c].refused = false
    }
  }

  /// Nobody ahead on its lanes has still to be let into the same junction.
  private func isFirst(_ c: Int) -> Bool {
    let car = cars[c]
    guard car.leader != Car.none else { return true }
    let leader = cars[Int(car.leader)]
    let place = car.leaderGap + 2 * leader.halfLength
    if place < car.askWay, leader.lastKey == -.infinity { return false }
    return car.leaderGap + 2 * leader.halfLength + leader.askWay > car.askWay + 12
  }

  private mutating func decide() {
    guard !asking.isEmpty else { return }
    cars.withUnsafeMutableBufferPointer { cars in
      drivers.withUnsafeBufferPointer { drivers in
        tickets.withUnsafeBufferPointer { tickets in
          keys.withUnsafeMutableBufferPointer { keys in
            lanes.withUnsafeBufferPointer { lanes in
              claims.withUnsafeMutableBufferPointer { claims in
                tables.withView { tables in
                  let referee = Referee(
                    cars: cars, drivers: drivers, tickets: tickets, keys: keys, lanes: lanes,
                    claims: claims, tables: tables, patience: patience)
                  for c in asking { referee.decide(Int(c), last: &lastKey) }
                }
              }
            }
          }
        }
      }
    }
  }

  /// Claims the zones of a group on the driver's lanes.
  private mutating func claim(
    _ c: Int, _ group: RouteTables.Group, lap: Double, ticket: Int, isAble: Bool
  ) {
    let car = cars[c]
    let top = drivers[c].speed(under: group.slowest)
    // Nobody counts on a turn of who takes none.
    let heedsRules = drivers[c].heedsRules
    for entry in group.entries where lanes[Int(tables.entries[Int(entry)].lane)].isWatched {
      let place = tables.entries[Int(entry)]
      add(
        Claim(
          front: car.front - lap - place.origin, rear: car.rear - lap - place.origin,
          speed: car.speed, ticket: tickets[ticket],
          key: heedsRules ? keys[ticket] : -.infinity, pull: drivers[c].pull,
          top: top, isAble: isAble, wantsRoom: !isAble, refused: car.refused, isLong: car.isLong,
          stuckSince: cars[c].stuckSince, zonesStart: group.low - place.origin,
          zonesEnd: group.high - place.origin,
          car: heedsRules ? Int32(c) : Car.none,
          next: Car.none),
        to: Int(place.lane))
    }
  }

  /// A signal or a stop sign forbids to go on to a group.
  private func isForbidden(_ c: Int, before group: RouteTables.Group, lap: Double) -> Bool {
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
    return false
  }

  /// There is no room for a car behind a place, which must not be blocked.
  private func lacksRoom(_ c: Int, for place: Double) -> Bool {
    let car = cars[c]
    var room =
      car.queueLeader == Car.none
      ? car.queueGap : car.queueGap + cars[Int(car.queueLeader)].advance
    // Somebody else stands there, or walks over a crosswalk.
    if car.leader == Car.none, car.leadSpeed < Car.standing { room = min(room, car.gap) }
    return room < place - car.front + 2 * car.halfLength + drivers[c].law.minGap
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
          key: -.infinity, pull: 0, top: 0, isAble: true, wantsRoom: false, refused: false,
          isLong: 2 * it.halfLength > BodyZones.Fleet.longFrom,
          stuckSince: Claim.noTicket, zonesStart: -.infinity, zonesEnd: .infinity,
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
