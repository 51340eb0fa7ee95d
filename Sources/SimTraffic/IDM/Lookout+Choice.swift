import SimGeometry
import SimMap
import SimModels
import SimWorld

// Whether a driver changes lanes: by MOBIL (Kesting, Treiber, Helbing 2007), and because its way
// ends or leads elsewhere.
extension Lookout {
  /// A change that could be made.
  private struct Option {
    var toLeft: Bool
    /// Entry of the other route, and the place on it.
    var entry: Int
    var s: Double
    var sight: LaneSight
    var ownAfter: Double
    var advantage: Double
  }

  /// Looks to both sides and decides.
  func lookAround(_ c: Int, _ lists: inout ChangeLists) {
    let beside = ways.besides[Int(cars[c].entry)]
    states[c].isWaiting = false
    guard beside.left >= 0 || beside.right >= 0 else {
      states[c].intends = nil
      return
    }
    let need = need(c)
    let right = option(c, toLeft: false, beside, need)
    let left = option(c, toLeft: true, beside, need)
    var best = right ?? left
    // Of two equal ones, to the right.
    if let right, let left, left.advantage > right.advantage { best = left }
    if let best, best.advantage > 0 {
      let hasIndicated = hasIndicated(c, toLeft: best.toLeft, &lists)
      // Who has to go over soon, or several lanes, does not let a gap go by for it.
      let goesOn = states[c].toLeft == best.toLeft && tick < states[c].restUntil
      let isUrgent = need.urgency > Lookout.urgent || (need.urgency > 0 && goesOn)
      if hasIndicated || isUrgent, isFirstHere(c, lists) {
        return begin(c, best, &lists)
      }
    } else if need.urgency > 0, leadsOn(c, beside.entry(toLeft: need.toLeft).entry) {
      _ = hasIndicated(c, toLeft: need.toLeft, &lists)
    } else {
      states[c].intends = nil
    }
    if need.urgency > 0, leadsOn(c, beside.entry(toLeft: need.toLeft).entry) {
      states[c].isWaiting = true
      states[c].waitsToLeft = need.toLeft
    }
  }

  /// From this urgency on nobody waits with a lane change because it has not indicated for long.
  static let urgent = 0.25

  /// Whether a driver has indicated for long enough that it is going to change; else it does so
  /// from now on.
  private func hasIndicated(_ c: Int, toLeft: Bool, _ lists: inout ChangeLists) -> Bool {
    let ahead = drivers[c].indicatesAhead
    if states[c].intends == toLeft {
      return Double(tick - Int(states[c].intendsSince)) * step > ahead - 0.5 * step
    }
    if states[c].intends == nil { lists.intending.append(Int32(c)) }
    states[c].intends = toLeft
    states[c].intendsSince = Int32(truncatingIfNeeded: tick)
    return ahead == 0
  }

  /// How much a driver must change lanes, from 0 to 1, and to which side.
  func need(_ c: Int) -> (urgency: Double, toLeft: Bool, left: Double) {
    let way = ways.ways[Int(cars[c].route)]
    guard way.leaveBy < .infinity else { return (0, false, .infinity) }
    let left = way.leaveBy - cars[c].front
    let reach = max(150, 12 * cars[c].speed) * Double(way.changes)
    return (min(max(1 - left / reach, 0), 1), way.leavesToLeft, left)
  }

  /// From a way beside fewer changes are left than from a driver's own. (The way on the side to
  /// which it has to go later may end before.)
  func leadsOn(_ c: Int, _ entry: Int32) -> Bool {
    guard entry >= 0 else { return false }
    let other = ways.ways[Int(ways.routeOfEntry[Int(entry)])]
    return other.changes < ways.ways[Int(cars[c].route)].changes
  }

  private func option(
    _ c: Int, toLeft: Bool, _ beside: WayTables.Beside,
    _ need: (urgency: Double, toLeft: Bool, left: Double)
  ) -> Option? {
    let target = beside.entry(toLeft: toLeft)
    guard target.entry >= 0 else { return nil }
    let driver = drivers[c]
    let isNeeded = need.urgency > 0 && need.toLeft == toLeft && leadsOn(c, target.entry)
    // Against what it needs nobody changes any more.
    if !isNeeded && (need.urgency > 0 || !driver.isFree) { return nil }
    let room = target.end - cars[c].front
    let speed = cars[c].speed
    let leastRoom = isNeeded ? 5 : max(30, speed * (driver.changeDuration + 2))
    guard room > leastRoom else { return nil }
    guard let place = place(c, on: Int(target.entry)) else { return nil }
    // Nobody changes to a lane that it will soon have to leave again to the same side.
    let other = ways.ways[Int(ways.routeOfEntry[place.entry])]
    if !isNeeded, other.leaveBy - place.s < max(200, 15 * speed) || other.changes == .max {
      return nil
    }

    var sight = sight(of: c, on: place.entry, at: place.s, hint: &hints[c][toLeft])
    if things.count > 0 { addThings(around: place.entry, at: place.s, of: c, &sight) }
    guard sight.aheadGap > 0.5, sight.behindGap > 0.5 else { return nil }
    let outlook = outlook(c, sight, at: place)
    var law = driver.mobil
    if isNeeded {
      law.politeness *= 1 - need.urgency
      law.safeDeceleration +=
        need.urgency
        * (max(driver.law.deceleration + 2, law.safeDeceleration)
          - law.safeDeceleration)
      law.rightBias = 0
    }
    guard law.isSafe(outlook) else { return nil }
    var weighed = outlook
    if driver.keepsBehind {
      // Whoever is slower on the left is not passed on the right.
      if toLeft {
        let held = outlook.own - states[c].bound
        if held > 0 { weighed.own = states[c].bound - driver.passingUrge * held }
      } else {
        weighed.ownAfter = MOBIL.accelerationKeepingBehind(
          onRight: outlook.ownAfter, onLeft: outlook.own, speed: speed,
          leftLeader: cars[c].gap < .infinity ? cars[c].leadSpeed : .infinity,
          queueSpeed: Lookout.queueSpeed)
      }
    }
    var advantage = law.advantage(weighed, toLeft: toLeft)
    if isNeeded { advantage += 1 + 4 * need.urgency }
    return Option(
      toLeft: toLeft, entry: place.entry, s: place.s, sight: sight,
      ownAfter: outlook.ownAfter, advantage: advantage)
  }

  /// Up to this speed passing on the right is allowed, m/s.
  static let queueSpeed = 16.7

  /// The place of a car on a route beside its own, and its entry there.
  func place(
    _ c: Int, on entry: Int
  ) -> (entry: Int, s: Double)? {
    let number = Int(ways.routeOfEntry[entry])
    let here = tables.entries[Int(cars[c].entry)]
    let there = tables.entries[entry]
    let share = (cars[c].s - here.start) / max(here.end - here.start, 1)
    let guess = there.start + share * (there.end - there.start)
    let centre = centre(of: c)
    let place = paths.project(centre, on: Int(ways.ways[number].path), near: guess)
    guard place.offset.magnitude < 6 else { return nil }
    // Lanes need not begin and end at the same height.
    let route = tables.routes[number]
    if place.s >= there.end {
      var next = entry + 1
      if next == Int(route.entries.upperBound) {
        guard route.isRing else { return nil }
        next = Int(route.entries.lowerBound)
      }
      guard place.s >= tables.entries[next].start, place.s < tables.entries[next].end else {
        return nil
      }
      return (next, place.s)
    }
    if place.s < there.start {
      var last = entry - 1
      if last < Int(route.entries.lowerBound) {
        guard route.isRing else { return nil }
        last = Int(route.entries.upperBound) - 1
      }
      guard place.s >= tables.entries[last].start, place.s < tables.entries[last].end else {
        return nil
      }
      return (last, place.s)
    }
    return (entry, place.s)
  }

  /// Accelerations of all concerned before and after a change.
  private func outlook(
    _ c: Int, _ sight: LaneSight, at place: (entry: Int, s: Double)
  ) -> MOBIL.Outlook {
    let driver = drivers[c]
    let speed = cars[c].speed
    let cap = cap(at: place.s, of: Int(ways.routeOfEntry[place.entry]))
    var outlook = MOBIL.Outlook(
      own: driver.acceleration(
        speed: speed, gap: cars[c].gap, leadSpeed: cars[c].leadSpeed,
        desiredSpeed: desiredSpeed(c)),
      ownAfter: driver.acceleration(
        speed: speed, gap: sight.aheadGap, leadSpeed: sight.aheadSpeed,
        desiredSpeed: max(driver.speed(under: tables.allowance(of: cap)), 0.1)))
    if sight.behindGap < .infinity {
      let gap = sight.behindGap + 2 * cars[c].halfLength + sight.aheadGap
      if sight.behind != Car.none {
        let n = car(of: sight.behind)
        let desired = desiredSpeed(n)
        outlook.newFollower = drivers[n].acceleration(
          speed: sight.behindSpeed, gap: gap, leadSpeed: sight.aheadSpeed, desiredSpeed: desired)
        outlook.newFollowerAfter = drivers[n].acceleration(
          speed: sight.behindSpeed, gap: sight.behindGap, leadSpeed: speed, desiredSpeed: desired)
      } else {
        // Others are taken to drive as the driver itself does, and not to want to go faster.
        let theirs = max(sight.behindSpeed, 0)
        outlook.newFollower = driver.acceleration(
          speed: theirs, gap: gap, leadSpeed: sight.aheadSpeed, desiredSpeed: max(theirs, 0.1))
        outlook.newFollowerAfter = driver.acceleration(
          speed: theirs, gap: sight.behindGap, leadSpeed: speed, desiredSpeed: max(theirs, 0.1))
      }
    }
    let behind = cars[c].behind
    if behind != Car.none {
      let o = car(of: behind)
      let its = cars[Int(behind)]
      let gap = cars[c].laneS - its.laneS - cars[c].halfLength - its.halfLength
      let desired = desiredSpeed(o)
      outlook.oldFollower = drivers[o].acceleration(
        speed: its.speed, gap: gap, leadSpeed: speed, desiredSpeed: desired)
      outlook.oldFollowerAfter = drivers[o].acceleration(
        speed: its.speed, gap: gap + 2 * cars[c].halfLength + cars[c].gap,
        leadSpeed: cars[c].leadSpeed, desiredSpeed: desired)
    }
    return outlook
  }

  /// Index of the cap in force at a place of a route, by bisection.
  private func cap(at s: Double, of route: Int) -> Int {
    let caps = tables.routes[route].caps
    var low = Int(caps.lowerBound)
    var high = Int(caps.upperBound)
    while high - low > 1 {
      let middle = low + (high - low) / 2
      if tables.caps[middle].start <= s { low = middle } else { high = middle }
    }
    return low
  }

  /// Nobody near has begun a change in this tick already: two might want the same gap, and each
  /// reads the frozen view only. The one that comes first in row order goes.
  private func isFirstHere(_ c: Int, _ lists: ChangeLists) -> Bool {
    let place = centre(of: c)
    let speed = cars[c].speed
    let halfLength = cars[c].halfLength
    return lists.askedPlaces.withUnsafeBufferPointer { asked in
      for other in asked {
        let fast = max(speed, other.speed)
        let slow = min(speed, other.speed)
        let room =
          halfLength + other.halfLength + 4 + 1.5 * fast + 0.25 * (fast - slow) * (fast - slow)
        let square = (place - other.centre).lengthSquared
        // (In a crowd nearly all are far away: no root for them.)
        if square < room * room * (1 + 1e-9), square.squareRoot() < room { return false }
      }
      return true
    }
  }

  private func begin(_ c: Int, _ option: Option, _ lists: inout ChangeLists) {
    guard ask(c, option.entry, near: option.s, rate: 0, &lists) else { return }
    states[c].isActive = true
    states[c].isReturn = false
    states[c].toLeft = option.toLeft
    lists.active.append(Int32(c))
    lists.begun += 1
    follow(c, gap: option.sight.aheadGap, leadSpeed: option.sight.aheadSpeed)
  }

  /// Asks the world to put a car on another route, where it is.
  ///
  /// - Parameter rate: lateral speed that it has, m/s.
  /// - Returns: false if it has no place there.
  private func ask(
    _ c: Int, _ entry: Int, near s: Double, rate: Double, _ lists: inout ChangeLists
  ) -> Bool {
    let route = Int(ways.routeOfEntry[entry])
    let path = Int(ways.ways[route].path)
    let centre = centre(of: c)
    let halfBase = AgentTable.halfBase(length: 2 * cars[c].halfLength)
    let place = paths.locate(centre, halfBase: halfBase, on: path, near: s)
    let miss = paths.place(at: place.s, offset: place.offset, halfBase: halfBase, on: path)
      .distance(to: centre)
    let bounds = tables.routes[route]
    guard miss < 0.5 * World.jumpTolerance, place.s >= 0, place.s < bounds.length else {
      return false
    }
    states[c].asked = Int32(entry)
    states[c].askedS = place.s
    states[c].askedOffset = place.offset
    states[c].offset = place.offset
    states[c].begin(offset: place.offset, rate: rate, full: drivers[c].changeDuration)
    lists.asked.append(Int32(c))
    lists.askedPlaces.append(
      AskedPlace(centre: centre, speed: cars[c].speed, halfLength: cars[c].halfLength))
    return true
  }

  /// Up to this share of a change it may be given up: the body is mostly on the old lane.
  static let lastReturn = 0.42

  /// Gives up a change if the gap has closed, while the car is still mostly on its old lane.
  func reconsider(_ c: Int, _ lists: inout ChangeLists) {
    let state = states[c]
    guard state.progress < Lookout.lastReturn, state.shadow != Car.none, state.asked == Car.none
    else { return }
    let limit = -(drivers[c].mobil.safeDeceleration + 1.5)
    var hint = Car.none
    var sight = sight(of: c, on: Int(cars[c].entry), at: cars[c].s, hint: &hint)
    if things.count > 0 {
      addThings(around: Int(cars[c].entry), at: cars[c].s, of: c, &sight)
    }
    let outlook = outlook(c, sight, at: (Int(cars[c].entry), cars[c].s))
    let isBad =
      min(outlook.newFollowerAfter, outlook.ownAfter) < limit
      || min(sight.aheadGap, sight.behindGap) <= 0
    guard isBad else { return }
    let shadow = cars[Int(state.shadow)]
    // The old lane must still be free: its own leader there must not be nearer still.
    let back = drivers[c].acceleration(
      speed: cars[c].speed, gap: shadow.gap, leadSpeed: shadow.leadSpeed,
      desiredSpeed: desiredSpeed(c))
    guard back > limit else { return }
    // Its lateral rate is still that of the last tick.
    let rate = decisions[c].lateralRate
    guard ask(c, Int(shadow.entry), near: shadow.s, rate: rate, &lists) else { return }
    states[c].isReturn = true
    lists.returned += 1
  }
}
