import SimCore
import SimGeometry
import SimModels
import SimStack
import SimWorld

extension IDMPolicy {
  /// Every driver's command, from what it has found out.
  mutating func drive(_ agents: [Int], _ view: WorldView, _ commands: inout CommandBuffer) {
    let dt = view.clock.step
    let isAll = agents.count == rows.count
    var next = 0
    for c in cars.indices {
      let row = rows[c]
      if !isAll {
        // Somebody else decides for the cars that are not asked for.
        while next < agents.count && agents[next] < row { next += 1 }
        guard next < agents.count, agents[next] == row else { continue }
      }
      guard cars[c].isPresent else {
        if mayEnter(c, view) { commands.present[row] = 1 }
        continue
      }
      commands.acceleration[row] = acceleration(of: c, dt)
      commands.lateralRate[row] = lateralRate(of: c)
    }
  }

  private mutating func acceleration(of c: Int, _ dt: Double) -> Double {
    let car = cars[c]
    let driver = drivers[c]
    let allowed = allowedSpeed(c, dt)
    let desired = max(allowed.now, 0.1)
    var result = driver.acceleration(
      speed: car.speed, gap: car.gap, leadSpeed: car.leadSpeed, desiredSpeed: desired)
    // The law alone would follow a falling desired speed too late: keep to it as far as
    // comfortable braking can.
    let keeping = max((allowed.next - car.speed) / dt, -driver.law.deceleration)
    if keeping < result { result = keeping }
    let route = tables.routes[Int(car.route)]
    if !route.stops.isEmpty {
      result = min(result, stopping(c, route, desired))
    }
    if !route.groups.isEmpty {
      result = min(result, givingWay(c, route, desired))
    }
    return max(result, -driver.emergency)
  }

  /// The speed allowed now, and where the car will be in the next tick: by the cap in force and by
  /// lower ones ahead, for which it brakes softly.
  private mutating func allowedSpeed(_ c: Int, _ dt: Double) -> (now: Double, next: Double) {
    let car = cars[c]
    let route = tables.routes[Int(car.route)]
    let last = route.caps.upperBound - 1
    while cars[c].cap < last && tables.caps[Int(cars[c].cap) + 1].start <= car.s {
      cars[c].cap += 1
    }
    let driver = drivers[c]
    let here = driver.speed(under: tables.caps[Int(cars[c].cap)])
    if route.caps.count == 1 { return (here, here) }
    var now = here
    var next = here
    let braking = min(driver.law.deceleration, 1.5)
    let step = car.speed * dt
    let reach = car.speed * car.speed / (2 * braking) + step
    var walk = RouteWalk(from: cars[c].cap + 1, over: route.caps, route)
    while let (index, lap) = walk.next() {
      let cap = tables.caps[index]
      let way = cap.start + lap - car.s
      if way > reach { break }
      let speed = driver.speed(under: cap)
      let square = speed * speed
      now = min(now, (square + 2 * braking * max(way, 0)).squareRoot())
      next = min(next, (square + 2 * braking * max(way - step, 0)).squareRoot())
    }
    return (now, next)
  }

  /// Braking for the next signal that forbids to go on.
  private mutating func stopping(
    _ c: Int, _ route: RouteTables.Route, _ desired: Double
  ) -> Double {
    let car = cars[c]
    while cars[c].stop < route.stops.upperBound,
      tables.stops[Int(cars[c].stop)].place < car.front - 0.5
    {
      cars[c].stop += 1
    }
    var walk = RouteWalk(from: cars[c].stop, over: route.stops, route)
    while let (index, lap) = walk.next() {
      let stop = tables.stops[index]
      let way = stop.place + lap - car.front
      if way > IDMPolicy.lookAhead { break }
      if forbids(stop, at: way, c) { return halting(c, in: way - 0.5, desired) }
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
    let car = cars[c]
    var result = Double.infinity
    if car.closedGroup != Car.none {
      result = halting(c, in: wayToHold(car, Int(car.closedGroup), route) - 0.5, desired)
    }
    let reach = drivers[c].reach(car.speed)
    var walk = RouteWalk(from: car.conflict, over: route.conflicts, route)
    while let (index, lap) = walk.next() {
      let conflict = tables.conflicts[index]
      let way = conflict.start + lap - car.front
      if way > reach { break }
      if car.rear > conflict.end + lap { continue }
      var claim = lanes[Int(conflict.lane)].claims
      while claim != Car.none {
        let it = claims[Int(claim)]
        claim = it.next
        guard it.car != Int32(c), it.rear < conflict.otherEnd,
          goesFirst(it, before: c, conflict, way: way)
        else { continue }
        let hold = wayToHold(car, Int(conflict.group), route)
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

  private func wayToHold(_ car: Car, _ group: Int, _ route: RouteTables.Route) -> Double {
    let way = tables.groups[group].hold - car.front
    return route.isRing && tables.groups[group].end < car.rear ? way + route.length : way
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

  /// Back to the middle of the lane, as fast as a car that moves on can.
  private func lateralRate(of c: Int) -> Double {
    let offset = cars[c].offset
    guard offset != 0, drivers[c].centres else { return 0 }
    let most = min(0.5, 0.1 * cars[c].speed)
    return min(max(-0.5 * offset, -most), most)
  }

  /// An absent car appears once, when its recording does, as soon as its place is free.
  private func mayEnter(_ c: Int, _ view: WorldView) -> Bool {
    guard !cars[c].hasAppeared, let recording = setups[c].recording,
      recording.isPresent(view.tick + 1), let first = recording.present.firstIndex(where: { $0 != 0 })
    else { return false }
    let row = rows[c]
    let place = OrientedBox(
      pose: Pose2(x: recording.x[first], y: recording.y[first], heading: recording.heading[first]),
      length: view.agents.lengths[row] + 2, width: view.agents.widths[row])
    for other in 0..<view.agents.count where view.agents.present[other] != 0 {
      if view.agents.box(other).overlaps(place) { return false }
    }
    return true
  }
}
