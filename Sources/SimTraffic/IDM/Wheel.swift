import SimCore
import SimModels

/// The decisions of single drivers, over everything that a tick has found out: buffers into the
/// policy's arrays, valid inside one call.
struct Wheel {
  let cars: UnsafeMutableBufferPointer<Car>
  let atJunctions: UnsafeMutableBufferPointer<JunctionState>
  let decisions: UnsafeMutableBufferPointer<Decision>
  let drivers: Drivers.View
  let keys: UnsafeBufferPointer<Double>
  let lanes: UnsafeBufferPointer<LaneState>
  let claims: UnsafeBufferPointer<Claim>
  let isRed: UnsafeBufferPointer<Bool>
  let isYellow: UnsafeBufferPointer<Bool>
  let tables: RouteTables.View
  let patience: IDMPolicy.Patience

  /// Asks for what those after a block are going to need.
  func prefetch(after block: Range<Int>) {
    for c in block where c &+ Ahead.near < cars.count {
      drivers.prefetch(c &+ Ahead.far)
      tables.routes.prefetch(Int(cars[c &+ Ahead.near].route))
      tables.prefetchWay(of: c &+ Ahead.near, cars, atJunctions)
      if atJunctions.isEmpty { continue }
      let group = Int(atJunctions[c &+ Ahead.next].group)
      if group < tables.groups.count {
        keys.prefetch(tables.ticket(of: c &+ Ahead.next, cars, atJunctions))
        tables.entries.prefetch(Int(tables.groups[group].firstEntry))
      }
    }
  }

  /// Decides a car's acceleration and how it goes back to the middle of its lane.
  @inline(__always)
  func steer(_ c: Int, _ dt: Double) {
    let driver = drivers[c]
    let allowed = allowedSpeed(c, driver, dt)
    let desired = allowed.now > 0.1 ? allowed.now : 0.1
    let speed = cars[c].speed
    var result = driver.acceleration(
      speed: speed, gap: cars[c].gap, leadSpeed: cars[c].leadSpeed, desiredSpeed: desired)
    if result < -Wheel.calm, cars[c].leader != Car.none, cars[c].gap == cars[c].leaderGap {
      result = max(result, -hardestNeeded(c))
    }
    // The law alone would follow a falling desired speed too late: keep to it as far as
    // comfortable braking can.
    let keeping = max((allowed.next - speed) / dt, -driver.law.deceleration)
    if keeping < result { result = keeping }
    let route = Int(cars[c].route)
    if !tables.routes[route].stops.isEmpty && driver.heedsRules {
      result = min(result, stopping(c, route, dt, desired, limit: result))
    }
    if !tables.routes[route].groups.isEmpty && driver.heedsRules {
      result = min(result, givingWay(c, route, dt, desired, limit: result))
    }
    if cars[c].crossGap < .infinity {
      result = min(result, approach(c, in: cars[c].crossGap - 1, dt))
    }
    decisions[c].acceleration = max(result, -driver.emergency)
    decisions[c].lateralRate = lateralRate(c, driver)
  }

  /// Braking up to which a driver does as the law says, m/s^2.
  private static let calm = 3.0
  /// How hard drivers reckon that others may brake, m/s^2.
  private static let worst = 8.0

  /// Braking that is enough even if the leader, one of the policy's cars, now brakes as hard as it
  /// can, m/s^2, but at least what is calm. Of somebody who has come in at a short distance, as
  /// where ways merge, the law would ask for more than that.
  private func hardestNeeded(_ c: Int) -> Double {
    let speed = cars[c].speed
    let lead = max(cars[c].leadSpeed, 0)
    let room = max(cars[c].gap - 1, 0.1) + lead * lead / (2 * Wheel.worst)
    return max(speed * speed / (2 * room), Wheel.calm)
  }

  /// The speed allowed now, and where the car will be in the next tick: by the cap in force and by
  /// lower ones ahead, for which it brakes softly.
  @inline(__always)
  private func allowedSpeed(
    _ c: Int, _ driver: Drivers.Lent, _ dt: Double
  ) -> (now: Double, next: Double) {
    let route = Int(cars[c].route)
    let last = Int(tables.routes[route].caps.upperBound) - 1
    let s = cars[c].s
    var cursor = Int(cars[c].cap)
    while cursor < last && tables.caps[cursor + 1].start <= s { cursor &+= 1 }
    cars[c].cap = Int32(truncatingIfNeeded: cursor)
    let here = driver.speed(under: tables.allowance(of: cursor))
    if tables.caps[cursor].lower == Car.none { return (here, here) }
    return caps(c, route, after: cursor, here, dt)
  }

  /// (Of what comes later nothing counts that allows as much as something before it.)
  private func caps(
    _ c: Int, _ route: Int, after cursor: Int, _ here: Double, _ dt: Double
  ) -> (now: Double, next: Double) {
    let driver = drivers[c]
    let lowest = tables.allowances[Int(tables.routes[route].lowest)]
    if driver.speed(under: lowest) >= here { return (here, here) }
    var now = here
    var next = here
    let s = cars[c].s
    let speed = cars[c].speed
    let braking = min(driver.law.deceleration, 1.5)
    let step = speed * dt
    let reach = speed * speed / (2 * braking) + step
    var lap = 0.0
    var last = cursor
    while true {
      let index = Int(tables.caps[last].lower)
      if index < 0 { break }
      if index <= last { lap += tables.routes[route].length }
      // Once round a ring.
      if lap > 0 && index >= cursor { break }
      let way = tables.caps[index].start + lap - s
      if way > reach { break }
      last = index
      let limit = driver.speed(under: tables.allowance(of: index))
      if limit >= next { continue }
      let square = limit * limit
      now = min(now, (square + 2 * braking * max(way, 0)).squareRoot())
      next = min(next, (square + 2 * braking * max(way - step, 0)).squareRoot())
    }
    return (now, next)
  }

  /// Braking for the next signal that forbids to go on.
  ///
  /// - Parameter limit: the acceleration asked for anyway, m/s^2.
  private func stopping(
    _ c: Int, _ route: Int, _ dt: Double, _ desired: Double, limit: Double
  ) -> Double {
    let front = cars[c].front
    let stops = tables.routes[route].stops
    while atJunctions[c].stop < stops.upperBound,
      tables.stops[Int(atJunctions[c].stop)].place < front - 0.5
    {
      atJunctions[c].stop &+= 1
    }
    var walk = RouteWalk(from: atJunctions[c].stop, over: stops, tables.routes[route])
    while let (index, lap) = walk.next() {
      let way = tables.stops[index].place + lap - front
      if way > IDMPolicy.lookAhead { break }
      let signal = Int(tables.stops[index].signal)
      if signal == Int(RouteTables.Stop.sign) {
        if way < -0.1 || Int(atJunctions[c].halted) == index { continue }
        // In front of the line, for a moment.
        if way < 2.5 && cars[c].stood >= patience.halts {
          atJunctions[c].halted = Int32(truncatingIfNeeded: index)
          continue
        }
        return halting(c, in: way - 0.5, dt, desired, limit: limit)
      }
      let isForbidden = drivers[c].isForbidden(
        isRed: isRed[signal], isYellow: isYellow[signal], at: way, speed: cars[c].speed)
      if isForbidden { return halting(c, in: way - 0.5, dt, desired, limit: limit) }
    }
    return .infinity
  }

  /// Back to the middle of the lane, as fast as a car that moves on can, m/s.
  @inline(__always)
  private func lateralRate(_ c: Int, _ driver: Drivers.Lent) -> Double {
    let offset = cars[c].offset - driver.sideOffset
    guard offset != 0, driver.centres else { return 0 }
    let most = min(0.5, 0.1 * cars[c].speed)
    return min(max(-0.5 * offset, -most), most)
  }
}
