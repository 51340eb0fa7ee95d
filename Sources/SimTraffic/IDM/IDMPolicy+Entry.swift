import SimCore
import SimGeometry
import SimMap
import SimModels
import SimStack
import SimWorld

// Cars of flows: each waits at its place until it fits between those ahead and behind.
extension IDMPolicy {
  /// How far ahead and behind a car that enters looks, metres.
  private static let entrySight = 100.0
  /// Room to the side and to all ends that it wants at least, metres.
  private static let entryRoom = 0.5

  /// Finds the places of those who are to enter; at the first tick.
  mutating func prepareArrivals(_ view: WorldView) {
    let coming = setups.indices.filter { setups[$0].arrival != nil }
    guard !coming.isEmpty else { return }
    arrivals.entrances = coming.compactMap { entrance(ofArriving: $0, view) }.sorted {
      ($0.tick, $0.car) < ($1.tick, $1.car)
    }
    arrivals.waiting.reserveCapacity(arrivals.entrances.count)
    arrivals.taken.reserveCapacity(arrivals.entrances.count)
    arrivals.isAsked = [UInt8](repeating: 0, count: rows.count)
  }

  private func entrance(ofArriving c: Int, _ view: WorldView) -> Arrivals.Entrance? {
    guard let arrival = setups[c].arrival, let s = setups[c].route?.startArcLength else {
      return nil
    }
    let route = tables.routes[Int(cars[c].route)]
    let halfBase = AgentTable.halfBase(length: 2 * cars[c].halfLength)
    let centre = view.pathTable.withView {
      $0.place(at: s, offset: 0, halfBase: halfBase, on: Int(route.path))
    }
    let direction = view.pathTable.withView { paths in
      let line = paths.lines[Int(route.path)]
      return paths.pieces[
        paths.piece(at: s, of: line, near: paths.piece(at: s, on: Int(route.path)))
      ]
      .direction
    }
    let entry = sharedTables.withView {
      IDMPolicy.entry(at: s, near: Int(cars[c].entry), cars[c].route, $0)
    }
    return Arrivals.Entrance(
      car: Int32(c), tick: arrival.tick, lane: tables.entries[entry].lane,
      laneS: s - tables.entries[entry].origin, s: s, centre: centre, direction: direction,
      speed: min(arrival.speed, speedAllowed(c, at: s, route)),
      stop: route.stops.first { tables.stops[Int($0)].place > s + cars[c].halfLength }
        ?? route.stops.upperBound)
  }

  /// The speed from which a driver can keep to all limits and bends ahead by braking softly, m/s.
  private func speedAllowed(_ c: Int, at s: Double, _ route: RouteTables.Route) -> Double {
    let braking = min(drivers[c].law.deceleration, 1.5)
    var allowed = Double.infinity
    for index in route.caps {
      let cap = tables.caps[Int(index)]
      if cap.start > s + IDMPolicy.lookAhead { break }
      // What comes before the place counts only as far as it holds there.
      let isPast =
        Int(index) + 1 < Int(route.caps.upperBound) && tables.caps[Int(index) + 1].start <= s
      if isPast { continue }
      let limit = drivers[c].speed(under: tables.allowances[Int(cap.allowance)])
      allowed = min(
        allowed, (limit * limit + 2 * braking * max(cap.start - s, 0)).squareRoot())
    }
    return allowed
  }

  /// Lets in those who have come and fit: of each lane the first who waits there, or nobody.
  mutating func letIn(_ agents: [Int], _ view: WorldView, _ commands: inout CommandBuffer) {
    // Commands of this tick are for the state of the next one.
    while arrivals.next < arrivals.entrances.count,
      arrivals.entrances[arrivals.next].tick <= view.tick + 1
    {
      arrivals.waiting.append(arrivals.next)
      arrivals.next += 1
    }
    guard !arrivals.waiting.isEmpty else { return }
    markAsked(agents)
    arrivals.taken.removeAll(keepingCapacity: true)
    var kept = 0
    for index in arrivals.waiting {
      let entrance = arrivals.entrances[index]
      let c = Int(entrance.car)
      // It is in: it came with the command of the tick before.
      if cars[c].hasAppeared { continue }
      arrivals.waiting[kept] = index
      kept += 1
      if arrivals.taken.contains(entrance.lane) { continue }
      arrivals.taken.append(entrance.lane)
      guard arrivals.isAsked[c] != 0, let speed = speed(at: entrance, view) else { continue }
      commands.present[rows[c]] = CommandBuffer.entersAtSpeed
      commands.speed[rows[c]] = speed
    }
    arrivals.waiting.removeLast(arrivals.waiting.count - kept)
  }

  private mutating func markAsked(_ agents: [Int]) {
    let isAll = agents.count == rows.count
    var next = 0
    for c in rows.indices {
      while !isAll && next < agents.count && agents[next] < rows[c] { next += 1 }
      arrivals.isAsked[c] = isAll || (next < agents.count && agents[next] == rows[c]) ? 1 : 0
    }
  }

  /// Whoever is nearest to a place ahead or behind, bumper to bumper.
  private struct Neighbour {
    var gap = Double.infinity
    /// Along the heading of who enters, m/s.
    var speed = 0.0
    /// Index if it is one of the policy's cars.
    var car = Car.none
  }

  /// The speed at which a car enters now, so that neither it nor whoever is behind has to brake
  /// harder than is comfortable; nil: it has to wait.
  private func speed(at entrance: Arrivals.Entrance, _ view: WorldView) -> Double? {
    let c = Int(entrance.car)
    var ahead = Neighbour()
    var behind = Neighbour()
    guard look(around: entrance, view, &ahead, &behind) else { return nil }
    lookAlongLane(entrance, view, &ahead, &behind)
    if !changes.isOff && !lookAside(entrance, view, &ahead, &behind) { return nil }
    if let way = wayToStop(entrance), way < ahead.gap {
      ahead = Neighbour(gap: way + drivers[c].law.minGap, speed: 0)
    }
    let wanted = entrance.speed
    for speed in [wanted, min(wanted, max(ahead.speed, 0))] {
      let isSafe = isComfortable(
        drivers[c], speed: speed, wanted: wanted, gap: ahead.gap, leadSpeed: ahead.speed)
      if isSafe {
        let follower = behind.car == Car.none ? drivers[c] : drivers[Int(behind.car)]
        let isSafeBehind = isComfortable(
          follower, speed: max(behind.speed, 0), wanted: behind.speed, gap: behind.gap,
          leadSpeed: speed)
        return isSafeBehind ? speed : nil
      }
    }
    return nil
  }

  private func isComfortable(
    _ driver: Driver, speed: Double, wanted: Double, gap: Double, leadSpeed: Double
  ) -> Bool {
    guard gap < .infinity else { return true }
    guard gap >= driver.law.minGap else { return false }
    let asked = driver.acceleration(
      speed: speed, gap: gap, leadSpeed: leadSpeed, desiredSpeed: max(wanted, 1))
    return asked >= -driver.law.deceleration
  }

  /// Way to the next place on its route at which it would have to halt now, metres; nil: there is
  /// none near.
  private func wayToStop(_ entrance: Arrivals.Entrance) -> Double? {
    let c = Int(entrance.car)
    let route = tables.routes[Int(cars[c].route)]
    guard entrance.stop < route.stops.upperBound else { return nil }
    let stop = tables.stops[Int(entrance.stop)]
    let way = stop.place - entrance.s - cars[c].halfLength
    let isClosed =
      stop.signal == RouteTables.Stop.sign
      || isRed[Int(stop.signal)] || isYellow[Int(stop.signal)]
    return isClosed && way < IDMPolicy.lookAhead ? max(way, 0) : nil
  }

  /// Looks at every box near a place, where it will be in the next tick.
  ///
  /// - Returns: false if one of them is in the place itself.
  private func look(
    around entrance: Arrivals.Entrance, _ view: WorldView, _ ahead: inout Neighbour,
    _ behind: inout Neighbour
  ) -> Bool {
    let c = Int(entrance.car)
    let step = view.clock.step
    return view.agents.withColumns { agents in
      for row in 0..<agents.count where agents.present[row] != 0 {
        let direction = Vector2(agents.directionX[row], agents.directionY[row])
        let place = Vector2(agents.x[row], agents.y[row]) + direction * (agents.speed[row] * step)
        let arm = place - entrance.centre
        let along = arm.dot(entrance.direction)
        guard along.magnitude < IDMPolicy.entrySight else { continue }
        let cosine = direction.dot(entrance.direction)
        let sine = entrance.direction.cross(direction).magnitude
        let halfLength = 0.5 * view.agents.lengths[row]
        let halfWidth = 0.5 * view.agents.widths[row]
        let reachAside = halfLength * sine + halfWidth * cosine.magnitude
        let aside = entrance.direction.cross(arm).magnitude
        guard aside < reachAside + cars[c].halfWidth + IDMPolicy.entryRoom else { continue }
        let reach = halfLength * cosine.magnitude + halfWidth * sine
        let gap = along.magnitude - reach - cars[c].halfLength
        if gap < IDMPolicy.entryRoom { return false }
        let speed = agents.speed[row] * cosine
        if along > 0 {
          if gap < ahead.gap { ahead = Neighbour(gap: gap, speed: speed) }
        } else if speed > 0 && gap < behind.gap {
          behind = Neighbour(gap: gap, speed: speed)
        }
      }
      return true
    }
  }

  /// Looks at cars that go over to the lane from this tick on.
  ///
  /// - Returns: false if one of them comes to the place itself.
  private func lookAside(
    _ entrance: Arrivals.Entrance, _ view: WorldView, _ ahead: inout Neighbour,
    _ behind: inout Neighbour
  ) -> Bool {
    for looker in changes.lists.asked {
      let asked = changes.states[Int(looker)].asked
      guard asked != Car.none, tables.entries[Int(asked)].lane == entrance.lane else { continue }
      let row = rows[Int(looker)]
      let arm = Vector2(view.agents.x[row], view.agents.y[row]) - entrance.centre
      let speed = view.agents.speed[row]
      let way = arm.dot(entrance.direction) + speed * view.clock.step
      let gap =
        way.magnitude - cars[Int(looker)].halfLength - cars[Int(entrance.car)].halfLength
      if gap < IDMPolicy.entryRoom { return false }
      if way > 0 {
        if gap < ahead.gap { ahead = Neighbour(gap: gap, speed: speed, car: looker) }
      } else if gap < behind.gap {
        behind = Neighbour(gap: gap, speed: speed, car: looker)
      }
    }
    return true
  }

  /// Looks at the policy's own cars on the lane, also round bends.
  private func lookAlongLane(
    _ entrance: Arrivals.Entrance, _ view: WorldView, _ ahead: inout Neighbour,
    _ behind: inout Neighbour
  ) {
    let half = cars[Int(entrance.car)].halfLength
    let step = view.clock.step
    var car = lanes[Int(entrance.lane)].first
    while car != Car.none {
      let other = cars[Int(car)]
      let way = other.laneS + other.speed * step - entrance.laneS
      let gap = way.magnitude - other.halfLength - half
      // Shadows of cars that change lanes stand for their cars.
      let driver = Int(car) < drivers.count ? car : Car.none
      if way > 0 {
        if gap < ahead.gap { ahead = Neighbour(gap: gap, speed: other.speed, car: driver) }
        return
      }
      if gap <= behind.gap + IDMPolicy.entryRoom {
        behind = Neighbour(gap: gap, speed: other.speed, car: driver)
      }
      car = other.ahead
    }
  }
}
