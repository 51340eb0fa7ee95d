import SimModels

/// Lets drivers into junctions: over everything that a tick has found out, as buffers into the
/// policy's arrays, valid inside one call.
struct Referee {
  let cars: UnsafeMutableBufferPointer<Car>
  let atJunctions: UnsafeMutableBufferPointer<JunctionState>
  let drivers: Drivers.View
  let tickets: UnsafeBufferPointer<Int32>
  let keys: UnsafeMutableBufferPointer<Double>
  let lanes: UnsafeBufferPointer<LaneState>
  let claims: UnsafeMutableBufferPointer<Claim>
  let tables: RouteTables.View
  let patience: IDMPolicy.Patience

  /// Between one leaving a zone and the next getting there, seconds.
  static let margin = 0.5
  /// The same for bicycles that ride on beside a driver who turns: they need not begin to brake.
  static let marginOfBicycles = 2.0
  /// How hard somebody may have to brake for one that is let in before it, m/s^2.
  static let kindDeceleration = 1.5

  /// What is known of somebody who asks.
  private struct Asking {
    var c: Int
    var speed: Double
    var pull: Double
    var top: Double
    var ticket: Int32
    var stuckSince: Int32
    var isLong: Bool
    var length: Double
  }

  /// Where in the order of those who have been let in somebody may come, and what it finds there.
  private struct Place {
    /// It comes after this key and before that one.
    var after = -Double.infinity
    var before = Double.infinity
    /// Room that those who go first will take up behind the junction, metres.
    var taken = 0.0
  }

  /// Decides whether a driver may enter the group that it asks for.
  ///
  /// - Parameter last: the highest key given so far.
  func decide(_ c: Int, last: inout Double) {
    let (car, state) = (cars[c], atJunctions[c])
    let route = tables.routes[Int(car.route)]
    let group = Int(state.asked)
    let ticket = Int(state.tickets) + Int(state.asked) - Int(route.groups.lowerBound)
    var place = Place()
    // Who cannot stop any more goes.
    let isForced = state.askWay < 0 || car.speed * car.speed > 7 * state.askWay
    if !isForced {
      let asking = Asking(
        c: c, speed: car.speed, pull: drivers[c].pull,
        top: drivers[c].speed(under: tables.slowest(of: group)), ticket: tickets[ticket],
        stuckSince: state.stuckSince, isLong: car.isLong, length: 2 * car.halfLength)
      let mayGo =
        isFree(group, asking, &place)
        && hasRoom(behind: group, c, taken: place.taken)
        && place.after < place.before
      atJunctions[c].refused = !mayGo
      guard mayGo else { return }
    }
    atJunctions[c].refused = false
    var key = last + 1
    if place.before < .infinity {
      if isLeaderInWay(c, of: group) {
        place.after = max(place.after, atJunctions[Int(car.leader)].lastKey)
      }
      let low = place.after > -.infinity ? place.after : place.before - 1
      key = 0.5 * (low + place.before)
      guard key > low, key < place.before else {
        atJunctions[c].refused = true
        return
      }
    } else {
      last = key
    }
    keys[ticket] = key
    atJunctions[c].heldInside = 0
    atJunctions[c].asked = Car.none
    atJunctions[c].lastKey = max(atJunctions[c].lastKey, key)
    let firstClaim = Int(state.firstClaim)
    for k in firstClaim..<firstClaim + Int(state.claimCount) { claims[k].key = key }
  }

  /// Somebody's leader may keep it from leaving the ways across: it comes after that one in the
  /// order. (On a circle who is far ahead may be the one that comes round next, before which it is
  /// to go.)
  private func isLeaderInWay(_ c: Int, of group: Int) -> Bool {
    let car = cars[c]
    guard car.leader != Car.none else { return false }
    let (hold, crossingEnd) = (tables.groups[group].hold, tables.groups[group].crossingEnd)
    let end = max(crossingEnd, hold) + atJunctions[c].askLap - car.front
    let leader = drivers[Int(atJunctions[Int(car.leader)].driver)]
    return car.leaderGap < end + 2 * car.halfLength + leader.law.minGap
  }

  /// There is room for a car behind the crossings of a group, beside what others will take.
  private func hasRoom(behind group: Int, _ c: Int, taken: Double) -> Bool {
    let crossingEnd = tables.groups[group].crossingEnd
    guard taken > 0, crossingEnd > -.infinity else { return true }
    let (car, state) = (cars[c], atJunctions[c])
    if tables.isOnCircle(group), state.stuckSince != Claim.noTicket { return true }
    let room =
      state.queueLeader == Car.none
      ? state.queueGap : state.queueGap + atJunctions[Int(state.queueLeader)].advance
    return room >= crossingEnd + state.askLap - car.front
      + 2 * car.halfLength + drivers[c].law.minGap + taken
  }

  private func isFree(
    _ group: Int, _ me: Asking, _ place: inout Place
  ) -> Bool {
    let (car, state) = (cars[me.c], atJunctions[me.c])
    let isTired =
      state.held > patience.tired
      || (state.held > patience.pause && cars.isInCircle(me.c, atJunctions))
    for zone in tables.zoneNumbers(of: group) {
      var claim = lanes[tables.lane(of: zone, in: group)].claims
      if claim == Car.none { continue }
      let conflict = tables.conflict(zone, in: group)
      let way = conflict.start + state.askLap - car.front
      while claim != Car.none {
        let it = claims[Int(claim)]
        claim = it.next
        guard it.car != Int32(truncatingIfNeeded: me.c), it.rear < conflict.otherEnd,
          it.isFor(conflict.otherStart, conflict.otherEnd),
          conflict.holds(isLong: me.isLong, isOtherLong: it.isLong)
        else { continue }
        if isTired, it.standsClear(of: conflict, cars, patience) { continue }
        let theirWay = conflict.otherStart - it.front
        let mayGo: Bool
        if it.car == Car.none {
          let arrival = theirWay / max(it.speed, 0.1)
          mayGo =
            conflict.precedesTurning || arrival >= timeToClear(me, conflict, way: way) + 1
        } else if it.key < .infinity {
          mayGo = agrees(me, with: it, conflict, way: way, theirWay: theirWay, &place)
        } else {
          mayGo = precedes(me, it, conflict, way: way, theirWay: theirWay)
        }
        if !mayGo {
          atJunctions[me.c].waitsFor = it.car
          return false
        }
      }
    }
    return true
  }

  private func margin(_ conflict: RouteTables.Conflict) -> Double {
    conflict.turnsAcrossBicycles ? Referee.marginOfBicycles : Referee.margin
  }

  private func timeToClear(
    _ me: Asking, _ conflict: RouteTables.Conflict, way: Double
  ) -> Double {
    JunctionTime.clearing(
      way: way, length: conflict.end - conflict.start + me.length, from: me.speed, to: me.top,
      at: me.pull)
  }

  private func arrival(_ it: Claim, _ theirWay: Double) -> Double {
    JunctionTime.over(theirWay, from: it.speed, to: it.top, at: it.pull)
  }

  /// Somebody who has been let in leaves a zone to one who asks, before or after itself.
  private func agrees(
    _ me: Asking, with it: Claim, _ conflict: RouteTables.Conflict, way: Double, theirWay: Double,
    _ place: inout Place
  ) -> Bool {
    // At an all-way stop nobody goes before one that has come first.
    let isInTurn = conflict.tie != .none && it.ticket <= me.ticket
    if tables.isOnCircle(Int(conflict.group)), !isInTurn,
      waitsBehindOthers(it, theirWay: theirWay)
    {
      place.before = min(place.before, it.key)
      return true
    }
    if conflict.isMerging {
      if follows(me, it, conflict, way: way) {
        place.after = max(place.after, it.key)
        // It comes to stand before me, wherever that is.
        place.taken += it.front - it.rear + 2.5
        return true
      }
      guard theirWay >= 0, !isInTurn, leads(me, it, conflict, way: way) else { return false }
      place.before = min(place.before, it.key)
      return true
    }
    let theirs = JunctionTime.clearing(
      way: theirWay, length: conflict.otherEnd - conflict.otherStart + it.front - it.rear,
      from: it.speed, to: it.top, at: it.pull)
    if theirs <= JunctionTime.over(way, from: me.speed, to: me.top, at: me.pull),
      !staysIn(it, conflict, theirWay: theirWay)
    {
      place.after = max(place.after, it.key)
      return true
    }
    guard !isInTurn, theirWay > it.speed * it.speed / 5 + 1,
      timeToClear(me, conflict, way: way) + margin(conflict) <= arrival(it, theirWay)
    else { return false }
    place.before = min(place.before, it.key)
    return true
  }

  /// Somebody who has been let in stands behind others who have still to be let in before it can
  /// come: were they to wait for one who waits for it, nobody would go.
  private func waitsBehindOthers(_ it: Claim, theirWay: Double) -> Bool {
    it.speed < Car.standing && theirWay > atJunctions[Int(it.car)].advance + 0.5
  }

  /// Somebody who has been let in comes to stand with its tail in a zone, before a crosswalk:
  /// nobody knows for how long.
  private func staysIn(
    _ it: Claim, _ conflict: RouteTables.Conflict, theirWay: Double
  ) -> Bool {
    let c = Int(it.car)
    guard atJunctions[c].stopsAtExit else { return false }
    let way = theirWay + conflict.otherEnd - conflict.otherStart + it.front - it.rear
    return way > max(cars[c].gap - drivers[c].law.minGap, 0)
  }

  /// Somebody who asks may go before another one who has not been let in either.
  private func precedes(
    _ me: Asking, _ it: Claim, _ conflict: RouteTables.Conflict, way: Double, theirWay: Double
  ) -> Bool {
    let isStuck = it.stuckSince < me.stuckSince
    // Who takes its room keeps it waiting for ever: room goes by who has come first.
    if it.wantsRoom, conflict.isMerging,
      isStuck || (me.stuckSince == Claim.noTicket && it.ticket < me.ticket)
    {
      return false
    }
    let isInTime =
      conflict.isMerging
      ? leads(me, it, conflict, way: way)
      : timeToClear(me, conflict, way: way) + margin(conflict) <= arrival(it, theirWay)
    if isInTime { return true }
    // Who has stood for long comes before all others.
    if me.stuckSince < it.stuckSince { return true }
    if isStuck, it.isAble { return false }
    let isEarlier =
      me.ticket != it.ticket
      ? me.ticket < it.ticket
      : conflict.tie != .none && !it.refused
        ? conflict.tie == .priority : Int32(truncatingIfNeeded: me.c) < it.car
    switch conflict.rule {
    case .priority: return true
    case .yield:
      // A right is no use to somebody who cannot go: then it is by tickets.
      return it.speed <= 0.5 && (!it.isAble || (it.refused && isEarlier))
    case .none:
      return isEarlier || (it.speed <= 0.5 && !it.isAble)
    }
  }

  /// Somebody can go on behind another one on the way that becomes one with its own.
  private func follows(
    _ me: Asking, _ it: Claim, _ conflict: RouteTables.Conflict, way: Double
  ) -> Bool {
    let gap = conflict.joinWay(fromZone: way) - (conflict.otherJoin - it.rear)
    guard gap > 0.5 else { return false }
    if me.speed < 1 { return true }
    let slack = 0.5 * max(way, 0)
    let a = drivers[me.c].acceleration(
      speed: me.speed, gap: gap + slack,
      leadSpeed: slack > 0 ? max(it.speed - 0.5 * me.speed, 0) : it.speed,
      desiredSpeed: max(me.top, me.speed))
    return a >= -2
  }

  /// Somebody can go in before another one on the way that becomes one with its own.
  private func leads(
    _ me: Asking, _ it: Claim, _ conflict: RouteTables.Conflict, way: Double
  ) -> Bool {
    let mine = conflict.joinWay(fromZone: way) + me.length
    let time = JunctionTime.over(mine, from: me.speed, to: me.top, at: me.pull)
    let speed = JunctionTime.speed(after: mine, from: me.speed, to: me.top, at: me.pull)
    // If it went on as it would like to.
    let way = JunctionTime.way(within: time, from: it.speed, to: it.top, at: it.pull)
    let theirs = it.speed >= it.top ? it.speed : min(it.speed + it.pull * time, it.top)
    let gap = conflict.otherJoin - it.front - way
    let closing = max(theirs - speed, 0)
    return gap >= 1 + 0.7 * theirs + closing * closing / (2 * Referee.kindDeceleration)
  }
}
