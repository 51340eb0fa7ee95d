import SimModels

// How drivers wait: at places, and for those who go first.
extension Wheel {
  /// Braking so as to come to rest before a place: as the law would behind somebody who stands
  /// there, but not harder than it takes.
  ///
  /// - Parameters:
  ///   - way: from the front to that place, metres.
  ///   - limit: the acceleration asked for anyway, m/s^2; more than that may be any number.
  func halting(
    _ c: Int, in way: Double, _ dt: Double, _ desired: Double, limit: Double
  ) -> Double {
    let least = approach(c, in: way, dt)
    if least >= limit { return least }
    // The law keeps its gap at standstill from a leader; here the place itself is meant.
    let driver = drivers[c]
    let law = driver.acceleration(
      speed: cars[c].speed, gap: max(way, 0) + driver.law.minGap, leadSpeed: 0,
      desiredSpeed: desired)
    return max(law, least)
  }

  /// The greatest acceleration after which comfortable braking is still enough to come to rest
  /// before a place, or the braking that it takes.
  ///
  /// - Parameter way: from the front to that place, metres.
  @inline(__always)
  func approach(_ c: Int, in way: Double, _ dt: Double) -> Double {
    let speed = cars[c].speed
    let braking = drivers[c].comfort
    let need = speed * speed / (2 * max(way, 0.05))
    if need > braking { return -need }
    let left = max(way - speed * dt, 0)
    return max(((2 * braking * left).squareRoot() - speed) / dt, -braking)
  }

  /// How far from the place where it may have to wait somebody must decide, metres: a little before
  /// it would have to brake.
  @inline(__always)
  static func decisionWay(_ speed: Double, _ braking: Double) -> Double {
    speed * speed / (2 * braking) + 0.3 * speed + 2
  }

  /// Braking for those who go first where ways cross or merge.
  ///
  /// - Parameter limit: the acceleration asked for anyway, m/s^2.
  func givingWay(
    _ c: Int, _ route: Int, _ dt: Double, _ desired: Double, limit: Double
  ) -> Double {
    let driver = drivers[c]
    let front = cars[c].front
    let rear = cars[c].rear
    var result = Double.infinity
    let asked = atJunctions[c].asked
    let held = atJunctions[c].held
    var isHeld =
      atJunctions[c].refused || (asked != Car.none && atJunctions[c].waitsForWalkers)
    var mergesBehind = false
    let isTired =
      held > patience.tired || (held > patience.pause && cars.isInCircle(c, atJunctions))
    if asked != Car.none {
      result = halting(c, in: atJunctions[c].askWay - 0.5, dt, desired, limit: limit)
    }
    let reach = driver.reach(cars[c].speed)
    let firstTicket = Int(atJunctions[c].tickets) - Int(tables.routes[route].groups.lowerBound)
    var walk = RouteWalk(
      from: atJunctions[c].group, over: tables.routes[route].groups, tables.routes[route])
    while let (group, lap) = walk.next() {
      if group == Int(asked) { break }
      let hold = tables.groups[group].hold + lap - front
      if hold > reach { break }
      for zone in tables.zoneNumbers(of: group) {
        var claim = lanes[tables.lane(of: zone, in: group)].claims
        if claim == Car.none { continue }
        let conflict = tables.conflict(zone, in: group)
        if rear > conflict.end + lap { continue }
        let key = keys[firstTicket + group]
        let way = conflict.start + lap - front
        while claim != Car.none {
          let number = Int(claim)
          claim = claims[number].next
          guard claims[number].car != Int32(truncatingIfNeeded: c),
            claims[number].rear < conflict.otherEnd, claims[number].key < .infinity
          else { continue }
          let it = claims[number]
          guard it.isFor(conflict.otherStart, conflict.otherEnd),
            conflict.holds(isLong: cars[c].isLong, isOtherLong: it.isLong),
            !(isTired && it.standsClear(of: conflict, cars, patience)),
            goesFirst(it, before: c, conflict, way: way, lap: lap, key: key)
          else { continue }
          isHeld = true
          atJunctions[c].waitsFor = it.car
          // Nobody knows what those who are not of the policy will do: better outside. Nor does
          // anybody wait on a crosswalk who can stop before it.
          let isOutside =
            hold >= 0
            && (it.car == Car.none
              || (tables.groups[group].holdsBeforeCrosswalk
                && canStop(c, in: hold, driver.comfort)))
          // (Who has just been let in may be too near the crosswalk to stop where it would have.)
          let isNear =
            isOutside && it.car != Car.none && !canStop(c, in: hold - 0.5, driver.comfort)
          let waiting =
            isNear
            ? -cars[c].speed * cars[c].speed / (2 * max(hold, 0.05))
            : approach(c, in: (isOutside ? hold : way) - 0.5, dt)
          if conflict.isMerging {
            if it.car != Car.none { mergesBehind = true }
            let merging = following(it, c, conflict, lap, slack: max(way, 0), desired)
            result = min(result, max(waiting, merging))
          } else if way >= 0 {
            result = min(result, waiting)
          }
        }
      }
    }
    atJunctions[c].mergesBehind = mergesBehind
    if cars[c].speed > 0.5 { atJunctions[c].held = 0 }
    if isHeld && cars[c].speed < Car.standing {
      atJunctions[c].held &+= 1
      atJunctions[c].heldInside &+= 1
    } else {
      atJunctions[c].heldInside = 0
    }
    return result
  }

  /// A way is enough for somebody to stop with a certain braking, m/s^2.
  @inline(__always)
  private func canStop(_ c: Int, in way: Double, _ braking: Double) -> Bool {
    cars[c].speed * cars[c].speed <= 2 * braking * max(way, 0.05)
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

  /// Somebody who has been let in goes before a driver, who has been too, through a conflict: who
  /// is in the zone goes before who is not; else it is by the order in which they were let in.
  ///
  /// - Parameters:
  ///   - way: from the driver's front to the zone, metres; negative inside.
  private func goesFirst(
    _ claim: Claim, before c: Int, _ conflict: RouteTables.Conflict, way: Double, lap: Double,
    key: Double
  ) -> Bool {
    let theirWay = conflict.otherStart - claim.front
    let isForeign = claim.car == Car.none
    // (One that turns in front of it all the same is seen as anything in the way is.)
    if isForeign && conflict.precedesTurning { return false }
    if way < 0 && theirWay < 0 {
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
      let time = JunctionTime.clearing(
        way: way, length: conflict.end - conflict.start + 2 * cars[c].halfLength,
        from: cars[c].speed,
        to: drivers[c].speed(under: tables.slowest(of: Int(conflict.group))),
        at: drivers[c].pull)
      return theirWay / max(claim.speed, 0.1) < time + 1
    }
    if cars[c].isLong || claim.isLong, let isIn = isIn(claim, c, conflict.group, lap: lap) {
      return isIn
    }
    return claim.key < key
  }

  /// Whether somebody is in a zone of a group that a driver waits for, true, or the driver in one
  /// that the other waits for, false; nil: neither, or both. (Long vehicles have many zones with
  /// each other: were one to go first in this one and the other in that one, both would stand.)
  private func isIn(_ claim: Claim, _ c: Int, _ group: Int32, lap: Double) -> Bool? {
    var mine = false
    var theirs = false
    for zone in tables.zoneNumbers(of: Int(group)) {
      let conflict = tables.conflict(zone, in: Int(group))
      if conflict.isMerging || cars[c].rear > conflict.end + lap { continue }
      var number = lanes[Int(conflict.lane)].claims
      while number != Car.none {
        let it = claims[Int(number)]
        number = it.next
        guard it.car == claim.car, it.rear < conflict.otherEnd,
          it.isFor(conflict.otherStart, conflict.otherEnd),
          conflict.holds(isLong: cars[c].isLong, isOtherLong: it.isLong)
        else { continue }
        let isMine = conflict.start + lap < cars[c].front
        let isTheirs = conflict.otherStart < it.front
        if isMine && !isTheirs { mine = true }
        if isTheirs && !isMine { theirs = true }
      }
    }
    return mine == theirs ? nil : theirs
  }
}
