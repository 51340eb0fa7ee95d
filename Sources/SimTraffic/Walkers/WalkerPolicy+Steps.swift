import SimCore
import SimGeometry
import SimMap
import SimWorld

// How walkers go on among others: Moussaïd, Helbing, Theraulaz 2011.
extension WalkerPolicy {
  /// Time within which speed and direction follow, s (tau of the model).
  private static let tau = 0.5
  /// How far a walker looks ahead, metres (d of the model).
  static let sight = 5.0
  /// Distance that is kept between the centres of two walkers, metres.
  private static let bodyRoom = 0.95
  /// That of somebody who has stood before others for some seconds: it squeezes past so that bodies
  /// of 0.5 m by 0.6 m do not touch however they are turned (0.781 m).
  private static let leastRoom = (room: 0.82, after: 3.0)
  /// Braking for somebody who comes nearer than `bodyRoom`, m/s^2.
  private static let closing = 3.0
  /// Tangents of the directions of the fan about the one in which it wants to go, the nearer ones
  /// first and right before left.
  private static let fan: [Double] = [
    0, -0.18, 0.18, -0.38, 0.38, -0.65, 0.65, -1, 1, -1.7, 1.7, -3.7, 3.7,
  ]
  /// Who has come farther than before by this much is not stuck any more, metres.
  private static let progress = 0.5
  /// Who is farther back than before by this much is on another lap: nobody steps back so far,
  /// metres.
  private static let lap = 20.0
  /// Soft braking before a place, m/s^2.
  private static let braking = 1.5
  /// Half the width of a body, metres.
  private static let halfBody = 0.3

  /// A walker's command in a tick.
  mutating func walk(_ i: Int, _ view: WorldView) -> Step {
    let row = walkers[i].row
    let s = view.agents.arcLength[row]
    var plan = Plan(want: view.tick < walkers[i].startTick ? 0 : walkers[i].desired)
    if walkers[i].stopsAtEnd { plan.stop = tables.ways[i].length - 0.01 }
    goAcross(i, s: s, view, &plan)
    heedThreats(i, s: s, view, &plan)
    return step(i, s: s, plan, view)
  }

  /// Direction of a walker's path where it is.
  func direction(_ i: Int, _ view: WorldView, ahead: Double = 0) -> Vector2 {
    let row = walkers[i].row
    return view.pathTable.withView { paths in
      let line = paths.lines[Int(view.agents.path[row])]
      let s = view.agents.arcLength[row] + ahead
      return paths.pieces[paths.piece(at: s, of: line, near: view.agents.cursor[row])].direction
    }
  }

  /// A walker's command.
  struct Step {
    /// Along its path, m/s^2.
    var acceleration: Double
    /// Of its offset, m/s.
    var lateralRate: Double
    /// It may go back.
    var stepsBack: Bool
  }

  private mutating func step(_ i: Int, s: Double, _ plan: Plan, _ view: WorldView) -> Step {
    let row = walkers[i].row
    let dt = view.clock.step
    let speed = view.agents.speed[row]
    let offset = view.agents.lateralOffset[row]
    var bound = bound(i, s: s, view)
    let limits = view.agents.classes[row].limits
    let isStuck = speed < 0.1 && plan.want > 0 && plan.stop - s > 0.3
    if isStuck { walkers[i].stuck &+= 1 }
    if s < walkers[i].reached - WalkerPolicy.lap {
      walkers[i].reached = s
      walkers[i].stuck = 0
      walkers[i].crossing = tables.ways[i].crossings.lowerBound
      walkers[i].kink = tables.ways[i].kinks.lowerBound
    }
    // (Who steps back and comes on again has not got on.)
    if s > walkers[i].reached + WalkerPolicy.progress {
      walkers[i].reached = s
      walkers[i].stuck = 0
    }
    walkers[i].room = room(walkers[i].stuck, view.clock)
    var slope = 0.0
    var free = Double.infinity
    if plan.want > 0 {
      findBlocks(i, s: s, view)
      bodies.find(
        around: Vector2(view.agents.x[row], view.agents.y[row]), within: WalkerPolicy.sight)
      (slope, free) = choose(i, want: plan.want * bound.pace, offset, bound, view)
      if givesWay(i, s: s, view) { free = 0 }
    }
    let wanted =
      min(plan.want * bound.pace, max(free, 0) / WalkerPolicy.tau)
      / (1 + slope * slope).squareRoot()
    var acceleration = min(
      max((wanted - speed) / WalkerPolicy.tau, -limits.maxDeceleration),
      plan.isHurried ? limits.maxAcceleration : 0.5 * limits.maxAcceleration)
    if plan.stop < .infinity {
      acceleration = halting(acceleration, speed: speed, left: plan.stop - s, dt)
      acceleration = max(acceleration, -limits.maxDeceleration)
    }
    var next = max(speed + acceleration * dt, 0)
    var rate = slope * next
    // Face to face with somebody who does not move, one steps aside.
    if plan.want > 0, speed < 0.15, free < 0.25, plan.stop - s > 0.3 {
      rate = sidestep(i, offset, bound, view)
    }
    if isStuck, let shift = detour(i, view) {
      bound.left = max(bound.left, offset + shift)
      bound.right = min(bound.right, offset + shift)
      let side = shift < 0 ? -WalkerPolicy.detourSpeed : WalkerPolicy.detourSpeed
      let place = Vector2(view.agents.x[row], view.agents.y[row])
      let way = direction(i, view).left * (shift < 0 ? -1 : 1)
      rate = freeWay(way, WalkerPolicy.detourSpeed, from: place, i, view) > 0.2 ? side : 0
    }
    let waits = plan.want > 0 && plan.stop - s < 0.5 && speed < 0.15
    if waits { rate = makeWay(i, offset, bound, view) }
    let last = walkers[i].lateralRate
    rate = last + min(max(rate - last, -2 * dt), 2 * dt)
    // It stays on its walk, and comes back to it.
    let back = plan.want > 0 && !plan.isHurried && speed < 0.3 ? retreat(i, s: s, view) : nil
    if let back {
      let along = direction(i, view)
      next = min(next, back.dot(along) / bound.stretch)
      rate = along.cross(back)
      widen(&bound, by: WalkerPolicy.retreatRoom, i, s: s, view)
    }
    let most = max((bound.left - offset) / dt, -0.5)
    let least = min((bound.right - offset) / dt, 0.5)
    rate = min(max(rate, least), most)
    if plan.want > 0 { keepClear(i, stretch: bound.stretch, &next, &rate, view) }
    // Nobody is faster for going aside as well.
    let forward = next * bound.stretch
    let aside = max(walkers[i].hurry * walkers[i].hurry - forward * forward, 0).squareRoot()
    rate = min(max(rate, -aside), aside)
    // Nobody creeps for ever.
    if next < 1e-3 && next > -1e-3 && next < speed { next = 0 }
    let share = shareOfStep(i, s: s, offset, way: 0.5 * (speed + next) * dt, aside: rate * dt, view)
    if share < 1 {
      if next > 0 { next = max(share * (speed + next) - speed, 0) }
      rate *= share
    }
    walkers[i].lateralRate = rate
    // (Who steps back needs a moment to come to a stand, as anybody does.)
    let asked = min(
      max((next - speed) / dt, -limits.maxDeceleration), limits.maxAcceleration)
    return Step(acceleration: asked, lateralRate: rate, stepsBack: speed + asked * dt < 0)
  }

  /// The share of a step that is not longer than a walker can run: beside a sharp corner of its
  /// path it gets farther than along it.
  ///
  /// - Parameters:
  ///   - way: along the path, metres.
  ///   - aside: metres.
  private func shareOfStep(
    _ i: Int, s: Double, _ offset: Double, way: Double, aside: Double, _ view: WorldView
  ) -> Double {
    let row = walkers[i].row
    let most = walkers[i].hurry * view.clock.step
    // (On the straight it goes no farther than it is fast; and nobody is slow who does.)
    guard (way.magnitude + aside.magnitude) * 2.5 > most,
      direction(i, view, ahead: -0.3) != direction(i, view, ahead: 0.6)
    else { return 1 }
    let next = view.pathTable.withView {
      $0.place(
        at: s + way, offset: offset + aside,
        halfBase: AgentTable.halfBase(length: view.agents.lengths[row]),
        on: Int(view.agents.path[row]))
    }
    let step = next.distance(to: Vector2(view.agents.x[row], view.agents.y[row]))
    return step > most ? most / step : 1
  }

  /// Takes from a walker's motion what would bring it too near to somebody.
  private func keepClear(
    _ i: Int, stretch: Double, _ next: inout Double, _ rate: inout Double, _ view: WorldView
  ) {
    var forward = next * stretch
    defer { next = forward / stretch }
    let row = walkers[i].row
    let place = Vector2(view.agents.x[row], view.agents.y[row])
    let along = direction(i, view)
    let dt = view.clock.step
    // Aside from one may be towards another: what is still too much of that is taken in the end
    // from the whole, which brings it nearer to nobody.
    for pass in 0..<2 {
      let isLast = pass == 1
      var share = 1.0
      for index in bodies.near {
        let k = Int(index)
        if bodies.rows[k] == row { continue }
        let arm = Vector2(bodies.x[k], bodies.y[k]) - place
        let room = arm.length - walkers[i].room - bodies.extra[k]
        let other = Other(
          arm: arm, velocity: Vector2(bodies.velocityX[k], bodies.velocityY[k]), room: room)
        if isLast {
          share = min(share, other.share(of: along * forward + along.left * rate, dt))
        } else {
          keepClear(of: other, along, &forward, &rate, dt)
        }
      }
      for block in blocks {
        let nearest = block.nearest(to: place)
        let arm = nearest - place
        let other = Other(
          arm: arm, velocity: block.velocity, room: arm.length - block.room(at: nearest))
        if isLast {
          share = min(share, other.share(of: along * forward + along.left * rate, dt))
        } else {
          keepClear(of: other, along, &forward, &rate, dt)
        }
      }
      forward *= share
      rate *= share
    }
  }

  /// Somebody whom a walker must not come too near to.
  private struct Other {
    /// From the walker to it.
    var arm: Vector2
    /// m/s.
    var velocity: Vector2
    /// What is left between them, metres.
    var room: Double

    /// Near enough to matter.
    var isNear: Bool { room < 0.8 && arm.lengthSquared > 1e-12 }

    /// How fast one may come nearer, m/s. The other one may come on as well: each has half the
    /// room, in braking and in one tick.
    func allowed(_ dt: Double) -> Double {
      let room = max(room, 0)
      return max(velocity.dot(arm.normalized), 0)
        + min((WalkerPolicy.closing * room).squareRoot(), 0.5 * room / dt)
    }

    /// The share of a motion, m/s, that does not come nearer than is allowed.
    func share(of motion: Vector2, _ dt: Double) -> Double {
      guard isNear else { return 1 }
      let towards = motion.dot(arm.normalized)
      let allowed = allowed(dt)
      // What only rounding is above stays.
      return towards > allowed + 1e-6 ? allowed / towards : 1
    }
  }

  /// Takes from a motion, forward along its path and aside to the left, m/s, what one body forbids.
  private func keepClear(
    of other: Other, _ along: Vector2, _ next: inout Double, _ rate: inout Double, _ dt: Double
  ) {
    guard other.isNear else { return }
    let towards = other.arm.normalized
    let allowed = other.allowed(dt)
    let share = (forward: along.dot(towards), aside: along.left.dot(towards))
    let excess = next * share.forward + rate * share.aside - allowed
    guard excess > 0 else { return }
    next = min(next, max(next - excess * share.forward, 0))
    rate -= excess * share.aside
    // Nobody walks faster because somebody is behind, or backwards: what that would have taken the
    // step aside has to give up as well.
    let left = next * share.forward + rate * share.aside - allowed
    guard left > 0, rate * share.aside > 0 else { return }
    let least = max(rate.magnitude - left / share.aside.magnitude, 0)
    rate = rate < 0 ? -least : least
  }

  /// Braking as late as will do for a place, instead of what a walker would do without.
  private func halting(
    _ acceleration: Double, speed: Double, left: Double, _ dt: Double
  ) -> Double {
    let next = max(speed + acceleration * dt, 0)
    let leftNext = left - 0.5 * (speed + next) * dt
    guard leftNext <= 0 || next * next > 2 * WalkerPolicy.braking * leftNext else {
      return acceleration
    }
    return left > 1e-3 ? -speed * speed / (2 * left) : -speed / dt
  }

  /// Where a walker may go beside its path.
  struct Bound {
    /// Offsets, metres.
    var right: Double
    var left: Double
    /// Share of its speed at which it goes along its path.
    var pace = 1.0
    /// Way that it makes for each metre of its path: beside a turn it is longer or shorter.
    var stretch = 1.0
  }

  private mutating func bound(_ i: Int, s: Double, _ view: WorldView) -> Bound {
    let way = tables.ways[i]
    let offset = view.agents.lateralOffset[walkers[i].row]
    let width = way.isOnWalks ? 0.9 : max(1, walkers[i].side.magnitude)
    var bound = Bound(right: -width, left: width)
    // Who cannot get on for long steps over the edge for a moment.
    let stuck = walkers[i].stuck
    if stuck > Int32(view.clock.ticks(6)) {
      widen(&bound, by: stuck > Int32(view.clock.ticks(15)) ? 1.2 : 0.4, i, s: s, view)
    }
    if way.isOnWalks {
      let bend = direction(i, view, ahead: -0.3).cross(direction(i, view, ahead: 0.3)) / 0.6
      bound.stretch = max(1 - bend * view.agents.lateralOffset[walkers[i].row], 0.2)
      bound.pace = min(1, 1 / bound.stretch)
      // Not past the centre of a turn.
      if bend > 0.1 { bound.left = min(bound.left, 0.8) }
      if bend < -0.1 { bound.right = max(bound.right, -0.8) }
    }
    while walkers[i].kink < way.kinks.upperBound,
      tables.kinks[Int(walkers[i].kink)] < s - 2
    {
      walkers[i].kink += 1
    }
    var k = walkers[i].kink
    while k < way.kinks.upperBound, tables.kinks[Int(k)] < s + 3 {
      let distance = (tables.kinks[Int(k)] - s).magnitude
      let room = max(0, 0.6 * (distance - 0.5))
      bound.left = min(bound.left, room)
      bound.right = max(bound.right, -room)
      if distance < 0.8 { bound.pace = 0.7 }
      k += 1
    }
    // Who has gone far aside is back before the way turns.
    let beyond = max(offset - bound.left, bound.right - offset)
    if beyond > 0.3, !hasRoom(i, s: s, toComeBack: 2 * beyond + 1) {
      bound.pace = min(bound.pace, 0.2)
    }
    return bound
  }

  /// Lets a walker farther aside, but not onto the road, where it would stand in the way of those
  /// who drive and of those who come over it; who is on a crosswalk is there anyway.
  func widen(
    _ bound: inout Bound, by more: Double, _ i: Int, s: Double, _ view: WorldView
  ) {
    guard tables.ways[i].isOnWalks, !isOnRoad(i, s: s) else {
      bound.left += more
      bound.right -= more
      return
    }
    let row = walkers[i].row
    let left = direction(i, view).left
    let middle =
      Vector2(view.agents.x[row], view.agents.y[row]) - left * view.agents.lateralOffset[row]
    let (leftmost, rightmost) = (bound.left + more, bound.right - more)
    let half = WalkerPolicy.halfBody
    if !view.map.isInDrivableArea(middle + left * (leftmost + half)) { bound.left = leftmost }
    if !view.map.isInDrivableArea(middle + left * (rightmost - half)) { bound.right = rightmost }
  }

  /// The way is straight for some metres more: it leads over a road.
  private func hasRoom(_ i: Int, s: Double, toComeBack way: Double) -> Bool {
    let number = walkers[i].crossing
    guard number < tables.ways[i].crossings.upperBound else { return false }
    let crossing = tables.crossings[Int(number)]
    return s >= crossing.start && s + way < crossing.end
  }

  /// The direction in which a walker goes on, as a tangent against its path, and how far it can go
  /// there.
  private func choose(
    _ i: Int, want: Double, _ offset: Double, _ bound: Bound, _ view: WorldView
  ) -> (slope: Double, free: Double) {
    let row = walkers[i].row
    let place = Vector2(view.agents.x[row], view.agents.y[row])
    let along = direction(i, view)
    let side = min(max(walkers[i].side, bound.right), bound.left)
    let wish = min(max(0.3 * (side - offset), -0.25), 0.25)
    let wishLength = (1 + wish * wish).squareRoot()
    var best = (slope: wish, free: 0.0)
    var least = Double.infinity
    let sight = WalkerPolicy.sight
    func consider(_ slope: Double, isWish: Bool = false) {
      let length = (1 + slope * slope).squareRoot()
      let way = (along + along.left * slope) * (1 / length)
      let room =
        slope == 0 ? Double.infinity : slope > 0 ? bound.left - offset : offset - bound.right
      if !isWish && room < 0.05 { return }
      var free = min(freeWay(way, want, from: place, i, view), sight)
      if !isWish && slope != 0 { free = min(free, room * length / slope.magnitude) }
      let cosine = (1 + slope * wish) / (length * wishLength)
      let measure = sight * sight + free * free - 2 * sight * free * cosine
      if measure < least - 1e-9 {
        least = measure
        best = (slope, free)
      }
    }
    for part in WalkerPolicy.fan { consider(wish + part, isWish: part == 0) }
    // Who has gone round something farther aside than its walk is wide goes on along it.
    if offset > bound.left || offset < bound.right { consider(0) }
    return best
  }

  /// A step to the right, or else to the left, if there is room, m/s.
  private func sidestep(
    _ i: Int, _ offset: Double, _ bound: Bound, _ view: WorldView
  ) -> Double {
    let row = walkers[i].row
    let place = Vector2(view.agents.x[row], view.agents.y[row])
    let left = direction(i, view).left
    for turn in 0..<2 {
      let side = turn == 0 ? -1.0 : 1.0
      guard turn == 0 ? offset > bound.right + 0.15 : offset < bound.left - 0.15 else { continue }
      if freeWay(left * side, 0.4, from: place, i, view) > 0.3 { return 0.4 * side }
    }
    return 0
  }

  /// Distance that is kept by somebody who has been stuck for some ticks, metres.
  private func room(_ stuck: Int32, _ clock: TickClock) -> Double {
    stuck > Int32(clock.ticks(WalkerPolicy.leastRoom.after))
      ? WalkerPolicy.leastRoom.room : WalkerPolicy.bodyRoom
  }

  /// Who waits at the kerb steps aside for somebody in front of it who cannot get off the road,
  /// m/s.
  private func makeWay(
    _ i: Int, _ offset: Double, _ bound: Bound, _ view: WorldView
  ) -> Double {
    let row = walkers[i].row
    let place = Vector2(view.agents.x[row], view.agents.y[row])
    let along = direction(i, view)
    var nearest = 1.3
    var rate = 0.0
    for index in bodies.near {
      let k = Int(index)
      let arm = Vector2(bodies.x[k], bodies.y[k]) - place
      guard bodies.rows[k] != row, arm.length < nearest, arm.dot(along) > 0.3,
        bodies.velocityX[k].magnitude + bodies.velocityY[k].magnitude < 0.15,
        view.agents.directionX[bodies.rows[k]] * along.x
          + view.agents.directionY[bodies.rows[k]] * along.y < -0.5
      else { continue }
      nearest = arm.length
      rate = along.cross(arm) > 0 ? -0.3 : 0.3
    }
    return rate
  }

  /// How far a walker can go in a direction before it meets somebody, if they go on as they do,
  /// metres; infinite if nobody of those near is in its way.
  private func freeWay(
    _ way: Vector2, _ speed: Double, from place: Vector2, _ i: Int, _ view: WorldView
  ) -> Double {
    var free = Double.infinity
    let row = walkers[i].row
    let velocity = way * max(speed, 0.1)
    for index in bodies.near {
      let k = Int(index)
      if bodies.rows[k] == row { continue }
      let arm = Vector2(bodies.x[k], bodies.y[k]) - place
      let closing = velocity - Vector2(bodies.velocityX[k], bodies.velocityY[k])
      let towards = arm.dot(closing)
      guard towards > 0 else { continue }
      let room = walkers[i].room + bodies.extra[k]
      let outside = arm.lengthSquared - room * room
      let square = closing.lengthSquared
      if outside <= 0 {
        // Too near already: past it, but not towards it.
        if towards * towards > 0.04 * square * arm.lengthSquared { return 0 }
        continue
      }
      let root = towards * towards - square * outside
      guard root > 0 else { continue }
      free = min(free, max(speed, 0.1) * (towards - root.squareRoot()) / square)
    }
    for box in blocks.prefix(stillBlocks) { free = min(free, box.way(from: place, way)) }
    return free
  }
}
