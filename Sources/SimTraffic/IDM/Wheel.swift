import SimModels

/// The decisions of single drivers, over everything that a tick has found out: buffers into the
/// policy's arrays, valid inside one call.
struct Wheel {
  let cars: UnsafeMutableBufferPointer<Car>
  let drivers: UnsafeBufferPointer<Driver>
  let keys: UnsafeBufferPointer<Double>
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
    if result < -Wheel.calm, cars[c].leader != Car.none, cars[c].gap == cars[c].leaderGap {
      result = max(result, -hardestNeeded(c))
    }
    // The law alone would follow a falling desired speed too late: keep to it as far as
    // comfortable braking can.
    let keeping = max((allowed.next - speed) / dt, -drivers[c].law.deceleration)
    if keeping < result { result = keeping }
    let route = Int(cars[c].route)
    if !tables.routes[route].stops.isEmpty && drivers[c].heedsRules {
      result = min(result, stopping(c, tables.routes[route], dt, desired))
    }
    if !tables.routes[route].groups.isEmpty && drivers[c].heedsRules {
      result = min(result, givingWay(c, tables.routes[route], dt, desired))
    }
    if cars[c].crossGap < .infinity {
      result = min(result, approach(c, in: cars[c].crossGap - 1, dt))
    }
    cars[c].acceleration = max(result, -drivers[c].emergency)
    cars[c].lateralRate = lateralRate(c)
  }

  /// Braking up to which a driver does as the law says, m/s^2.
  private static let calm = 3.0
  /// How hard drivers reckon that others may brake, m/s^2.
  private static let worst = 8.0

  /// Braking that is enough even if the leader, one of the policy's cars, now brakes as hard as it
  /// can, m/s^2, but at least what is calm. Of somebody who has come in at a short distance, as where ways merge, the law
  /// would ask for more than that.
  private func hardestNeeded(_ c: Int) -> Double {
    let speed = cars[c].speed
    let lead = max(cars[c].leadSpeed, 0)
    let room = max(cars[c].gap - 1, 0.1) + lead * lead / (2 * Wheel.worst)
    return max(speed * speed / (2 * room), Wheel.calm)
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
  private func stopping(
    _ c: Int, _ route: RouteTables.Route, _ dt: Double, _ desired: Double
  ) -> Double {
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
        return halting(c, in: way - 0.5, dt, desired)
      }
      let isForbidden = drivers[c].isForbidden(
        isRed: isRed[Int(stop.signal)], isYellow: isYellow[Int(stop.signal)], at: way,
        speed: cars[c].speed)
      if isForbidden { return halting(c, in: way - 0.5, dt, desired) }
    }
    return .infinity
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
