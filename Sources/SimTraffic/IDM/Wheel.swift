import SimModels

/// The decisions of single drivers, over everything that a tick has found out: buffers into the
/// policy's arrays, valid inside one call.
struct Wheel {
  let cars: UnsafeMutableBufferPointer<Car>
  let drivers: UnsafeBufferPointer<Driver>
  let tickets: UnsafeBufferPointer<Int32>
  let lanes: UnsafeBufferPointer<LaneState>
  let claims: UnsafeBufferPointer<Claim>
  let isRed: UnsafeBufferPointer<Bool>
  let isYellow: UnsafeBufferPointer<Bool>
  let tables: RouteTables.View
  let patience: IDMPolicy.Patience

  /// Decides a car's acceleration and how it goes back to the middle of its lane.
  @inline(__always)
  func steer(_ c: Int, _ dt: Double) {
    let allowed = allowedSpeed(c, dt)
    let desired = allowed.now > 0.1 ? allowed.now : 0.1
    let speed = cars[c].speed
    var result = drivers[c].acceleration(
      speed: speed, gap: cars[c].gap, leadSpeed: cars[c].leadSpeed, desiredSpeed: desired)
    // The law alone would follow a falling desired speed too late: keep to it as far as
    // comfortable braking can.
    let keeping = max((allowed.next - speed) / dt, -drivers[c].law.deceleration)
    if keeping < result { result = keeping }
    let route = Int(cars[c].route)
    if !tables.routes[route].stops.isEmpty && drivers[c].heedsRules {
      result = min(result, stopping(c, tables.routes[route], desired))
    }
    if !tables.routes[route].groups.isEmpty && drivers[c].heedsRules {
      result = min(result, givingWay(c, tables.routes[route], desired))
    }
    cars[c].acceleration = max(result, -drivers[c].emergency)
    cars[c].lateralRate = lateralRate(c)
  }

  /// The speed allowed now, and where the car will be in the next tick: by the cap in force and by
  /// lower ones ahead, for which it brakes softly.
  @inline(__always)
  private func allowedSpeed(_ c: Int, _ dt: Double) -> (now: Double, next: Double) {
    let route = tables.routes[Int(cars[c].route)]
    let s = cars[c].s
    var cursor = Int(cars[c].cap)
    while cursor + 1 < Int(route.caps.upperBound) && tables.caps[cursor + 1].start <= s {
      cursor += 1
    }
    cars[c].cap = Int32(truncatingIfNeeded: cursor)
    let here = drivers[c].speed(under: tables.caps[cursor])
    if route.caps.count == 1 { return (here, here) }
    return caps(c, route, after: cursor, here, dt)
  }

  private func caps(
    _ c: Int, _ route: RouteTables.Route, after cursor: Int, _ here: Double, _ dt: Double
  ) -> (now: Double, next: Double) {
    var now = here
    var next = here
    let speed = cars[c].speed
    let braking = min(drivers[c].law.deceleration, 1.5)
    let step = speed * dt
    let reach = speed * speed / (2 * braking) + step
    var walk = RouteWalk(from: Int32(truncatingIfNeeded: cursor + 1), over: route.caps, route)
    while let (index, lap) = walk.next() {
      let cap = tables.caps[index]
      let way = cap.start + lap - cars[c].s
      if way > reach { break }
      let limit = drivers[c].speed(under: cap)
      if limit >= next { continue }
      let square = limit * limit
      now = min(now, (square + 2 * braking * max(way, 0)).squareRoot())
      next = min(next, (square + 2 * braking * max(way - step, 0)).squareRoot())
    }
    return (now, next)
  }

  /// Braking for the next signal that forbids to go on.
  private func stopping(_ c: Int, _ route: RouteTables.Route, _ desired: Double) -> Double {
    let front = cars[c].front
    while cars[c].stop < route.stops.upperBound,
      tables.stops[Int(cars[c].stop)].place < front - 0.5
    {
      cars[c].stop += 1
    }
    var walk = RouteWalk(from: cars[c].stop, over: route.stops, route)
    while let (index, lap) = walk.next() {
      let stop = tables.stops[index]
      let way = stop.place + lap - front
      if way > IDMPolicy.lookAhead { break }
      if stop.signal == RouteTables.Stop.sign {
        if way < -0.1 || cars[c].halted == Int32(index) { continue }
        // In front of the line, for a moment.
        if way < 2.5 && cars[c].stood >= patience.halts {
          cars[c].halted = Int32(index)
          continue
        }
        return halting(c, in: way - 0.5, desired)
      }
      let isForbidden = drivers[c].isForbidden(
        isRed: isRed[Int(stop.signal)], isYellow: isYellow[Int(stop.signal)], at: way,
        speed: cars[c].speed)
      if isForbidden { return halting(c, in: way - 0.5, desired) }
    }
    return .infinity
  }

  /// Braking so as to come to rest before a place.
  ///
  /// - Parameter way: from the front to that place, metres.
  private func halting(_ c: Int, in way: Double, _ desired: Double) -> Double {
    // The law keeps its gap at standstill from a leader; here the place itself is meant.
    drivers[c].acceleration(
      speed: cars[c].speed, gap: max(way, 0) + drivers[c].law.minGap, leadSpeed: 0,
      desiredSpeed: desired)
  }

  /// Braking for those who go first where ways cross or merge.
  private func givingWay(_ c: Int, _ route: RouteTables.Route, _ desired: Double) -> Double {
    let front = cars[c].front
    let rear = cars[c].rear
    var result = Double.infinity
    let wayEnd = cars[c].wayEnd(heldUp: patience.heldUp)
    var waitsAt = Double.infinity
    var isHeld = false
    if cars[c].closedGroup != Car.none {
      let way = wayToHold(c, Int(cars[c].closedGroup), route)
      result = halting(c, in: way - 0.5, desired)
    }
    let reach = drivers[c].reach(cars[c].speed)
    var walk = RouteWalk(from: cars[c].conflict, over: route.conflicts, route)
    while let (index, lap) = walk.next() {
      let conflict = tables.conflicts[index]
      // All zones of a group count from the same place on: before it one can still wait.
      let hold = tables.groups[Int(conflict.group)].hold + lap - front
      if hold > reach { break }
      let way = conflict.start + lap - front
      if rear > conflict.end + lap { continue }
      var claim = lanes[Int(conflict.lane)].claims
      while claim != Car.none {
        let it = claims[Int(claim)]
        claim = it.next
        guard it.car != Int32(truncatingIfNeeded: c), it.rear < conflict.otherEnd,
          it.isFor(conflict.otherStart, conflict.otherEnd),
          conflict.holds(isLong: cars[c].isLong, isOtherLong: it.isLong),
          goesFirst(
            it, before: c, conflict, way: way, hold: hold, isBlocked: wayEnd < conflict.start + lap)
        else { continue }
        isHeld = true
        if hold < 0 && way >= 0 { waitsAt = min(waitsAt, conflict.start + lap) }
        // Inside the group already: only the zone itself is left to wait for.
        let waiting = halting(c, in: (hold >= 0 ? hold : way) - 0.5, desired)
        if conflict.isMerging {
          let merging = following(it, c, conflict, lap, slack: max(way, 0), desired)
          result = min(result, max(waiting, merging))
        } else if way >= 0 {
          result = min(result, waiting)
        }
      }
    }
    cars[c].waitsAt = waitsAt
    if cars[c].speed > 0.5 { cars[c].held = 0 }
    if isHeld && cars[c].speed < Car.standing { cars[c].held &+= 1 }
    return result
  }

  private func wayToHold(_ c: Int, _ group: Int, _ route: RouteTables.Route) -> Double {
    let way = tables.groups[group].hold - cars[c].front
    return route.isRing && tables.groups[group].end < cars[c].rear ? way + route.length : way
  }

  /// Following somebody on a way that becomes one with the driver's own, as if it were ahead.
  ///
  /// - Parameter slack: way to the zone, metres. The gap need not be there before the zone is, so
  ///   part of the way counts as gap: it opens smoothly.
  private func following(
    _ claim: Claim, _ c: Int, _ conflict: RouteTables.Conflict, _ lap: Double, slack: Double,
    _ desired: Double
  ) -> Double {
    let rear = conflict.join + lap - (conflict.otherJoin - claim.rear)
    let gap = rear - cars[c].front + 0.5 * slack
    guard gap > 0 else { return -.infinity }
    // As the way shrinks, so does that part of the gap.
    let speed = cars[c].speed
    let leadSpeed = slack > 0 ? max(claim.speed - 0.5 * speed, 0) : claim.speed
    return drivers[c].acceleration(
      speed: speed, gap: gap, leadSpeed: leadSpeed, desiredSpeed: desired)
  }

  /// Somebody with a claim goes before a driver through a conflict.
  ///
  /// For two of the policy's cars each comes to the opposite result of the other, because both
  /// look at the same numbers: who is in the zone goes before who is not; then, who could not wait
  /// any more before who can; then it is by right, then by tickets, then by rows.
  ///
  /// - Parameters:
  ///   - way: from the driver's front to the zone, metres; negative inside.
  ///   - hold: from its front to where it can wait; negative if that is past.
  ///   - isBlocked: it cannot get there because of others who stand.
  private func goesFirst(
    _ claim: Claim, before c: Int, _ conflict: RouteTables.Conflict, way: Double, hold: Double,
    isBlocked: Bool
  ) -> Bool {
    let theirWay = conflict.otherStart - claim.front
    let isForeign = claim.car == Car.none
    // Who is far away on a long group of zones can still see to it later.
    if claim.hasEntered && theirWay > Wheel.care(claim.speed) { return false }
    let hasEntered = Wheel.enters(hold, cars[c].speed) && way < Wheel.committed(cars[c].speed)
    let otherHasEntered = claim.hasEntered && theirWay < Wheel.committed(claim.speed)
    let bothEntered = hasEntered && otherHasEntered
    if (way < 0 && theirWay < 0) || (bothEntered && conflict.isMerging) {
      // Nobody can wait for the other: the one that is nearer to leaving.
      let mine =
        conflict.isMerging
        ? conflict.joinWay(fromZone: way) : conflict.endWay(way) + 2 * cars[c].halfLength
      let theirs =
        conflict.isMerging ? conflict.otherJoin - claim.front : conflict.otherEnd - claim.rear
      return theirs < mine || (theirs == mine && claim.car < Int32(truncatingIfNeeded: c))
    }
    if (way < 0) != (theirWay < 0) { return theirWay < 0 }
    if isForeign {
      let arrival = theirWay / max(claim.speed, 0.1)
      return arrival < timeToClear(c, conflict, way: way) + 1
    }
    // Who cannot get there anyway keeps nobody waiting.
    if way >= 0 {
      let isOtherBlocked = claim.isBlocked(before: conflict.otherStart)
      if isBlocked != isOtherBlocked { return isBlocked }
      // Who has stood for long resolves what the order of turns cannot: the first of them goes.
      let mine = cars[c].stuckSince
      if mine != claim.stuckSince {
        if mine < claim.stuckSince {
          if theirWay > Wheel.letsIn(claim.speed) || claim.speed < Car.standing { return false }
        } else if way > Wheel.letsIn(cars[c].speed) || cars[c].speed < Car.standing {
          return true
        }
      }
    }
    if hasEntered != otherHasEntered { return otherHasEntered }
    if !bothEntered {
      // A right is no use to somebody who stands: then it is by tickets again.
      if conflict.rule == .yield && claim.speed > 0.5 {
        return theirWay / claim.speed < timeToClear(c, conflict, way: way) + 0.5
      }
      if conflict.rule == .priority && cars[c].speed > 0.5 {
        return way / cars[c].speed >= timeToClear(claim, conflict, way: theirWay) + 0.5
      }
    }
    let number = Int(conflict.group) - Int(tables.routes[Int(cars[c].route)].groups.lowerBound)
    let ticket = tickets[Int(cars[c].tickets) + number]
    if claim.ticket != ticket { return claim.ticket < ticket }
    return claim.car < Int32(truncatingIfNeeded: c)
  }

  /// A driver is past the place where it can wait, or could not halt there by moderate braking.
  ///
  /// - Parameter hold: from its front to that place, metres.
  @inline(__always)
  static func enters(_ hold: Double, _ speed: Double) -> Bool { hold < speed * speed / 6 }

  /// How near to a zone somebody who is among the zones of its group already is as good as in it,
  /// metres: on a long group, as on a roundabout, it can still wait for the farther ones.
  @inline(__always)
  private static func committed(_ speed: Double) -> Double { 12 + speed * speed / 3 }

  /// How far from a zone a driver must be to let somebody in who has waited for long, metres:
  /// braking at 1.5 m/s^2, and a car's length.
  @inline(__always)
  private static func letsIn(_ speed: Double) -> Double { 5 + speed * speed / 3 }

  /// How near to a zone somebody counts there, metres.
  @inline(__always)
  private static func care(_ speed: Double) -> Double { 15 + speed + speed * speed / 3 }

  /// How long a driver takes to leave a zone if it goes now, seconds.
  private func timeToClear(_ c: Int, _ conflict: RouteTables.Conflict, way: Double) -> Double {
    Wheel.timeToClear(
      speed: cars[c].speed, distance: way + conflict.end - conflict.start + 2 * cars[c].halfLength)
  }

  private func timeToClear(_ claim: Claim, _ conflict: RouteTables.Conflict, way: Double) -> Double
  {
    Wheel.timeToClear(
      speed: claim.speed,
      distance: way + conflict.otherEnd - conflict.otherStart + claim.front - claim.rear)
  }

  /// Time for a distance from a speed up to a moderate one at 1.5 m/s^2, then on at that, seconds.
  private static func timeToClear(speed: Double, distance: Double) -> Double {
    let a = 1.5
    let top = max(speed, 8)
    let untilTop = (top * top - speed * speed) / (2 * a)
    if distance < untilTop {
      return ((speed * speed + 2 * a * distance).squareRoot() - speed) / a
    }
    return (top - speed) / a + (distance - untilTop) / top
  }

  /// Back to the middle of the lane, as fast as a car that moves on can, m/s.
  @inline(__always)
  private func lateralRate(_ c: Int) -> Double {
    let offset = cars[c].offset - drivers[c].sideOffset
    guard offset != 0, drivers[c].centres else { return 0 }
    let most = min(0.5, 0.1 * cars[c].speed)
    return min(max(-0.5 * offset, -most), most)
  }
}
