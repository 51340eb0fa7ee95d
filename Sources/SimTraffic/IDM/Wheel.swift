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
    if !tables.routes[route].stops.isEmpty {
      result = min(result, stopping(c, tables.routes[route], desired))
    }
    if !tables.routes[route].groups.isEmpty {
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
    if cars[c].closedGroup != Car.none {
      let way = wayToHold(c, Int(cars[c].closedGroup), route)
      result = halting(c, in: way - 0.5, desired)
    }
    let reach = drivers[c].reach(cars[c].speed)
    var walk = RouteWalk(from: cars[c].conflict, over: route.conflicts, route)
    while let (index, lap) = walk.next() {
      let conflict = tables.conflicts[index]
      let way = conflict.start + lap - front
      if way > reach { break }
      if rear > conflict.end + lap { continue }
      var claim = lanes[Int(conflict.lane)].claims
      while claim != Car.none {
        let it = claims[Int(claim)]
        claim = it.next
        guard it.car != Int32(truncatingIfNeeded: c), it.rear < conflict.otherEnd,
          goesFirst(it, before: c, conflict, way: way)
        else { continue }
        let hold = wayToHold(c, Int(conflict.group), route)
        // Inside the group already: only the zone itself is left to wait for.
        let waiting = halting(c, in: (hold >= 0 ? hold : way) - 0.5, desired)
        if conflict.isMerging {
          result = min(result, max(waiting, following(it, c, conflict, lap, desired)))
        } else if way >= 0 {
          result = min(result, waiting)
        }
      }
    }
    return result
  }

  private func wayToHold(_ c: Int, _ group: Int, _ route: RouteTables.Route) -> Double {
    let way = tables.groups[group].hold - cars[c].front
    return route.isRing && tables.groups[group].end < cars[c].rear ? way + route.length : way
  }

  /// Following somebody on a way that becomes one with the driver's own, as if it were ahead.
  private func following(
    _ claim: Claim, _ c: Int, _ conflict: RouteTables.Conflict, _ lap: Double, _ desired: Double
  ) -> Double {
    let rear = conflict.join + lap - (conflict.otherJoin - claim.rear)
    let gap = rear - cars[c].front
    guard gap > 0 else { return -.infinity }
    return drivers[c].acceleration(
      speed: cars[c].speed, gap: gap, leadSpeed: claim.speed, desiredSpeed: desired)
  }

  /// Somebody with a claim goes before a driver through a conflict.
  ///
  /// - Parameter way: from the driver's front to the zone, metres; negative inside.
  private func goesFirst(
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
      return claim.car < Int32(truncatingIfNeeded: c)
    }
    let isForeign = claim.car == Car.none
    // A right is no use to somebody who stands: then it is by tickets again.
    if !isForeign && conflict.rule == .priority && cars[c].speed > 0.5 { return false }
    if isForeign || (conflict.rule == .yield && claim.speed > 0.5) {
      let arrival = theirWay / max(claim.speed, 0.1)
      return arrival < timeToClear(c, conflict, way: way) + (isForeign ? 1 : 0.5)
    }
    let number = Int(conflict.group) - Int(tables.routes[Int(cars[c].route)].groups.lowerBound)
    let ticket = tickets[Int(cars[c].tickets) + number]
    if claim.ticket != ticket { return claim.ticket < ticket }
    return claim.car < Int32(truncatingIfNeeded: c)
  }

  /// How long a driver takes to leave a zone if it goes now, seconds.
  private func timeToClear(_ c: Int, _ conflict: RouteTables.Conflict, way: Double) -> Double {
    let speed = cars[c].speed
    let distance = way + conflict.end - conflict.start + 2 * cars[c].halfLength
    let a = drivers[c].law.acceleration
    // From its speed up to a moderate one, then on at that.
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
    let offset = cars[c].offset
    guard offset != 0, drivers[c].centres else { return 0 }
    let most = min(0.5, 0.1 * cars[c].speed)
    return min(max(-0.5 * offset, -most), most)
  }
}
