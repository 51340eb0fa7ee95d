import SimCore
import SimMap
import SimModels

/// Drivers on their way to junctions: over everything that a tick has found out, as buffers into
/// the policy's arrays, valid inside one call.
struct JunctionApproach {
  let cars: UnsafeMutableBufferPointer<Car>
  let atJunctions: UnsafeMutableBufferPointer<JunctionState>
  let drivers: Drivers.View
  let tickets: UnsafeMutableBufferPointer<Int32>
  let keys: UnsafeMutableBufferPointer<Double>
  let lanes: UnsafeMutableBufferPointer<LaneState>
  let isRed: UnsafeBufferPointer<Bool>
  let isYellow: UnsafeBufferPointer<Bool>
  let tables: RouteTables.View
  let patience: IDMPolicy.Patience

  /// Claims zones for those who have been let in, and finds out who asks.
  func comeNear(_ tick: Int32, _ turns: inout Turns) {
    let many = tables.areMany
    for block in RowBlocks(cars.count, areMany: many) {
      if many { askForWays(after: block) }
      for c in block where cars[c].isPresent {
        atJunctions[c].asked = Car.none
        atJunctions[c].askWay = .infinity
        atJunctions[c].mayAsk = true
        atJunctions[c].waitedFor = atJunctions[c].waitsFor
        atJunctions[c].waitsFor = Car.none
        comeNear(c, tick, &turns)
      }
    }
    for block in RowBlocks(cars.count, areMany: many) {
      if many { askForLeaders(after: block) }
      for c in block where cars[c].isPresent { advance(c) }
    }
    for block in RowBlocks(cars.count, areMany: many) {
      if many { askForTurns(after: block) }
      for c in block where cars[c].isPresent && atJunctions[c].asked != Car.none {
        ask(c, tick, &turns)
      }
    }
  }

  /// Asks for what coming near is going to read.
  private func askForWays(after block: Range<Int>) {
    for c in block where c &+ Ahead.near < cars.count {
      tables.prefetchPlace(of: c &+ Ahead.near, cars)
      tables.prefetchWay(of: c &+ Ahead.near, cars, atJunctions)
      let ticket = tables.ticket(of: c &+ Ahead.next, cars, atJunctions)
      tickets.prefetch(ticket)
      keys.prefetch(ticket)
      drivers.prefetch(c &+ Ahead.far)
    }
  }

  /// Asks for what is read of leaders.
  private func askForLeaders(after block: Range<Int>) {
    for c in block where c &+ Ahead.near < cars.count {
      atJunctions.prefetch(Int(cars[c &+ Ahead.near].leader))
    }
  }

  /// Asks for what is read by who wants to be let in.
  private func askForTurns(after block: Range<Int>) {
    for c in block where c &+ Ahead.near < cars.count && atJunctions[c].asked != Car.none {
      let other = c &+ Ahead.near
      cars.prefetch(car: cars[other].leader)
      atJunctions.prefetch(Int(cars[other].leader))
      tables.prefetchPlace(of: other, cars)
      tables.prefetchWay(of: other, cars, atJunctions)
      tickets.prefetch(tables.ticket(of: c &+ Ahead.next, cars, atJunctions))
    }
  }

  /// Moves a driver's places in the tables on, claims the zones that it has been let into, and
  /// finds the next group that it has to ask for.
  @inline(__always)
  private func comeNear(_ c: Int, _ tick: Int32, _ turns: inout Turns) {
    let route = Int(cars[c].route)
    let groups = tables.routes[route].groups
    if groups.isEmpty { return }
    let rear = cars[c].rear
    while atJunctions[c].group < groups.upperBound,
      rear > tables.groups[Int(atJunctions[c].group)].end
    {
      atJunctions[c].group &+= 1
    }
    // After as long again it is somebody else's turn to come before all others.
    let held = atJunctions[c].held
    if held > 0, held % patience.stuck == 0, cars[c].speed < Car.standing {
      atJunctions[c].stuckSince = tick
    } else if cars[c].speed > 2 {
      atJunctions[c].stuckSince = Claim.noTicket
      atJunctions[c].roomSince = Claim.noTicket
    }
    atJunctions[c].lastKey = -.infinity
    let driver = drivers[c]
    let reach = driver.reach(cars[c].speed)
    let front = cars[c].front
    let firstTicket = Int(atJunctions[c].tickets) - Int(groups.lowerBound)
    var walk = RouteWalk(from: atJunctions[c].group, over: groups, tables.routes[route])
    while let (group, lap) = walk.next() {
      let way = tables.groups[group].hold + lap - front
      if way > reach { break }
      let ticket = firstTicket + group
      guard driver.heedsRules else {
        claim(c, group, lap: lap, ticket: ticket, isAble: true, &turns)
        continue
      }
      if keys[ticket] < .infinity, way >= 0,
        givesBack(c, group, lap: lap, way: way, key: keys[ticket])
      {
        keys[ticket] = .infinity
      }
      guard keys[ticket] < .infinity else {
        atJunctions[c].asked = Int32(truncatingIfNeeded: group)
        atJunctions[c].askLap = lap
        atJunctions[c].askWay = way
        break
      }
      atJunctions[c].lastKey = max(atJunctions[c].lastKey, keys[ticket])
      // Who may still come in between shows only behind where ways have merged.
      if atJunctions[c].mergesBehind { atJunctions[c].mayAsk = false }
      claim(c, group, lap: lap, ticket: ticket, isAble: true, &turns)
    }
  }

  /// How far a driver will surely get: to where it must ask again, or as far as it sees, behind
  /// its leader.
  @inline(__always)
  private func advance(_ c: Int) {
    var way =
      atJunctions[c].asked != Car.none
      ? max(atJunctions[c].askWay, 0) : drivers[c].reach(cars[c].speed)
    if cars[c].leadSpeed < Car.standing { way = min(way, max(cars[c].gap - Car.queueRoom, 0)) }
    if cars[c].leader != Car.none {
      let gap = max(cars[c].leaderGap - Car.queueRoom, 0)
      way = min(way, gap + atJunctions[Int(cars[c].leader)].advance)
    }
    atJunctions[c].advance = way
  }

  /// Somebody who has been let in gives that back: the one in front of it has done so, a signal
  /// changes, it waits before the junction all the same, or somebody else will come in before it
  /// on the way there.
  private func givesBack(
    _ c: Int, _ group: Int, lap: Double, way: Double, key: Double
  ) -> Bool {
    if cars[c].leader != Car.none {
      // Nobody is let in before the one in front of it.
      let leader = Int(cars[c].leader)
      if cars[c].leaderGap + 2 * cars[leader].halfLength < way,
        atJunctions[leader].lastKey == -.infinity || atJunctions[leader].lastKey > key
      {
        return true
      }
    }
    if cars[c].speed < Car.standing, atJunctions[c].heldInside > patience.halts { return true }
    if !atJunctions[c].mayAsk, cars[c].speed * cars[c].speed < 4 * way { return true }
    return isForbidden(c, before: group, lap: lap)
      || (cars[c].speed * cars[c].speed < 4 * way && keepsClear(c, group)
        && lacksRoom(c, for: tables.groups[group].crossingEnd + lap))
  }

  /// A driver asks for the next group: it says that it comes, and if it has to decide now, is
  /// decided on.
  private func ask(_ c: Int, _ tick: Int32, _ turns: inout Turns) {
    let group = Int(atJunctions[c].asked)
    let lap = atJunctions[c].askLap
    let speed = cars[c].speed
    let first = tables.routes[Int(cars[c].route)].groups.lowerBound
    let ticket = Int(atJunctions[c].tickets) + group - Int(first)
    atJunctions[c].claimCount = 0
    let isLate = atJunctions[c].askWay < 0 || speed * speed > 7 * atJunctions[c].askWay
    if !isLate {
      if !atJunctions[c].mayAsk || !isFirst(c) {
        atJunctions[c].refused = false
        return
      }
      if isForbidden(c, before: group, lap: lap) {
        tickets[ticket] = Claim.noTicket
        atJunctions[c].refused = false
        // Who has waited for long keeps its turn while it lets walkers pass: else others come in
        // whenever walkers go, and walkers whenever the others have gone.
        if atJunctions[c].waitsForWalkers, atJunctions[c].stuckSince != Claim.noTicket,
          !isStopped(c, before: group, lap: lap)
        {
          claim(c, group, lap: lap, ticket: ticket, isAble: true, &turns)
        }
        return
      }
      if keepsClear(c, group), lacksRoom(c, for: tables.groups[group].crossingEnd + lap) {
        tickets[ticket] = Claim.noTicket
        atJunctions[c].refused = true
        atJunctions[c].waitsFor = atJunctions[c].queueLeader
        if atJunctions[c].roomSince == Claim.noTicket, cars[c].speed < Car.standing {
          atJunctions[c].roomSince = tick
        }
        if atJunctions[c].stuckSince != Claim.noTicket || cars[c].stood > patience.pause {
          claim(c, group, lap: lap, ticket: ticket, isAble: false, &turns)
        }
        return
      }
    }
    if !isLate, atJunctions[c].stuckSince == Claim.noTicket,
      lacksRoom(c, for: tables.yieldEnd(of: group) + lap)
    {
      atJunctions[c].refused = true
      atJunctions[c].waitsFor = atJunctions[c].queueLeader
      return
    }
    if tickets[ticket] == Claim.noTicket { tickets[ticket] = tick }
    let firstClaim = Int32(truncatingIfNeeded: turns.claims.count)
    claim(c, group, lap: lap, ticket: ticket, isAble: true, &turns)
    atJunctions[c].firstClaim = firstClaim
    atJunctions[c].claimCount = Int16(truncatingIfNeeded: turns.claims.count - Int(firstClaim))
    if atJunctions[c].askWay < Wheel.decisionWay(speed, drivers[c].comfort) {
      turns.asking.append(Int32(truncatingIfNeeded: c))
    } else {
      atJunctions[c].refused = false
    }
  }

  /// Nobody ahead on its lanes has still to be let into the same junction.
  @inline(__always)
  private func isFirst(_ c: Int) -> Bool {
    guard cars[c].leader != Car.none else { return true }
    let leader = Int(cars[c].leader)
    let place = cars[c].leaderGap + 2 * cars[leader].halfLength
    if place < atJunctions[c].askWay, atJunctions[leader].lastKey == -.infinity { return false }
    return place + atJunctions[leader].askWay > atJunctions[c].askWay + 12
  }

  /// Claims the zones of a group on the driver's lanes.
  @inline(__always)
  private func claim(
    _ c: Int, _ group: Int, lap: Double, ticket: Int, isAble: Bool, _ turns: inout Turns
  ) {
    // Nobody counts on a turn of who takes none.
    let driver = drivers[c]
    let heedsRules = driver.heedsRules
    let front = cars[c].front - lap
    let rear = cars[c].rear - lap
    let low = tables.groups[group].low
    let high = tables.groups[group].high
    var claim = Claim(
      front: front, rear: rear, speed: cars[c].speed,
      ticket: isAble ? tickets[ticket] : atJunctions[c].roomSince,
      key: heedsRules ? keys[ticket] : -.infinity, pull: driver.pull,
      top: driver.speed(under: tables.slowest(of: group)), isAble: isAble,
      wantsRoom: !isAble, refused: atJunctions[c].refused, isLong: cars[c].isLong,
      stuckSince: atJunctions[c].stuckSince, zonesStart: low, zonesEnd: high,
      car: heedsRules ? Int32(truncatingIfNeeded: c) : Car.none, next: Car.none)
    for entry in tables.entries(of: group) {
      let lane = Int(tables.entries[entry].lane)
      guard lanes[lane].isWatched else { continue }
      let origin = tables.entries[entry].origin
      claim.front = front - origin
      claim.rear = rear - origin
      claim.zonesStart = low - origin
      claim.zonesEnd = high - origin
      turns.add(claim, to: lane, lanes)
    }
  }

  /// A signal, a stop sign or somebody on a crosswalk forbids to go on to a group.
  private func isForbidden(_ c: Int, before group: Int, lap: Double) -> Bool {
    atJunctions[c].waitsForWalkers || isStopped(c, before: group, lap: lap)
  }

  /// A signal or a stop sign forbids to go on to a group.
  private func isStopped(_ c: Int, before group: Int, lap: Double) -> Bool {
    let route = Int(cars[c].route)
    let hold = tables.groups[group].hold + lap
    let front = cars[c].front
    var walk = RouteWalk(
      from: atJunctions[c].stop, over: tables.routes[route].stops, tables.routes[route])
    while let (index, stopLap) = walk.next() {
      let place = tables.stops[index].place + stopLap
      if place > hold { break }
      let signal = Int(tables.stops[index].signal)
      if signal == Int(RouteTables.Stop.sign) {
        if Int(atJunctions[c].halted) != index && place >= front { return true }
        continue
      }
      let isForbidden = drivers[c].isForbidden(
        isRed: isRed[signal], isYellow: isYellow[signal], at: place - front,
        speed: cars[c].speed)
      if isForbidden { return true }
    }
    return false
  }

  /// A driver leaves ways across free for others. On a circle, where they give way to it, one that
  /// has stood for long moves up all the same: where everybody waits for room behind the next
  /// entry all the way round, the room is in front of the entries.
  @inline(__always)
  private func keepsClear(_ c: Int, _ group: Int) -> Bool {
    atJunctions[c].stuckSince == Claim.noTicket || !tables.isOnCircle(group)
  }

  /// Somebody who walks across farther ahead than this, metres, has gone when a car gets there that
  /// stands: at 1.5 m/s^2 that takes 2.6 s, and a lane of 3.5 m at walking pace (1.34 m/s) as long.
  private static let walkedFree = 5.0

  /// There is no room for a car behind a place, which must not be blocked.
  @inline(__always)
  private func lacksRoom(_ c: Int, for place: Double) -> Bool {
    var room = atJunctions[c].queueGap
    let leader = atJunctions[c].queueLeader
    if leader != Car.none { room += atJunctions[Int(leader)].advance }
    // Somebody else stands there, or walks over a crosswalk. (Who goes across some way ahead of one
    // that has still to set out has gone by then. Were it to wait for that, it would have to find
    // both crosswalks and the junction free at once.)
    let isGoneByThen =
      atJunctions[c].stopsForWalker && cars[c].gap > JunctionApproach.walkedFree
      && cars[c].speed < Car.standing
    if cars[c].leader == Car.none, cars[c].leadSpeed < Car.standing, !isGoneByThen {
      room = min(room, cars[c].gap)
    }
    return room < place - cars[c].front + 2 * cars[c].halfLength + drivers[c].law.minGap
  }
}
