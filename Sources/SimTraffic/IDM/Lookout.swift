import SimGeometry
import SimModels
import SimWorld

/// What drivers see who look around for another lane: buffers into the policy's arrays and the
/// frozen view, valid inside one call.
struct Lookout {
  let cars: UnsafeMutableBufferPointer<Car>
  let states: UnsafeMutableBufferPointer<LaneChange>
  let hints: UnsafeMutableBufferPointer<LaneHints>
  /// Of the last tick, until everybody decides.
  let decisions: UnsafeBufferPointer<Decision>
  let owners: UnsafeBufferPointer<Int32>
  let firstShadow: Int32
  let lookers: UnsafeBufferPointer<Int32>
  let lookerStarts: UnsafeBufferPointer<Int>
  let keepers: UnsafeBufferPointer<Int32>
  let ways: WayTables.View
  let hasShortWays: Bool
  let drivers: Drivers.View
  let lanes: UnsafeMutableBufferPointer<LaneState>
  let things: UnsafeBufferPointer<Thing>
  let links: UnsafeBufferPointer<Link>
  let laneLengths: UnsafeBufferPointer<Double>
  let rows: UnsafeBufferPointer<Int>
  let tables: RouteTables.View
  let paths: PathTable.View
  /// The world's agents: where they are, and how they lie.
  let agents: AgentTable.Columns
  let tick: Int
  /// Seconds.
  let step: Double

  /// The car that a node stands for.
  @inline(__always)
  func car(of node: Int32) -> Int {
    Int(node < firstShadow ? node : owners[Int(node - firstShadow)])
  }

  /// Where a car is, metres in the world frame.
  @inline(__always)
  func centre(of c: Int) -> Vector2 { Vector2(agents.x[rows[c]], agents.y[rows[c]]) }

  /// Puts the shadow of a car that is changing beside it.
  func placeShadow(of c: Int, _ dt: Double) {
    states[c].offset = cars[c].offset
    // For all others it is where it is going to be.
    cars[c].offset = 0
    let shadow = Int(states[c].shadow)
    guard shadow >= 0 else { return }
    let route = cars[shadow].route
    let path = Int(tables.routes[Int(route)].path)
    let row = rows[c]
    let place = paths.project(
      centre(of: c), on: path, near: cars[shadow].s + cars[c].speed * dt)
    cars[shadow].s = place.s
    cars[shadow].offset = place.offset
    cars[shadow].speed = cars[c].speed
    // Its body lies aslant: with its tail it is still on the lane when its middle has left it.
    let piece = Int(paths.lines[path].first) + Int(paths.piece(at: place.s, on: path))
    let along = paths.pieces[piece].direction
    let body = Vector2(agents.directionX[row], agents.directionY[row])
    cars[shadow].halfWidth =
      cars[c].halfWidth * along.dot(body).magnitude
      + cars[c].halfLength * along.cross(body).magnitude
    let entry = IDMPolicy.entry(at: place.s, near: Int(cars[shadow].entry), route, tables)
    cars[shadow].entry = Int32(truncatingIfNeeded: entry)
    cars[shadow].laneS = place.s - tables.entries[entry].origin
    let lane = tables.entries[entry].lane
    if lane != cars[shadow].lane {
      if cars[shadow].lane != Car.none { IDMPolicy.unlink(shadow, cars, lanes) }
      cars[shadow].lane = lane
      IDMPolicy.insert(shadow, cars, lanes)
    }
  }

  /// A car that is changing follows whoever is ahead on either lane, by whichever holds it back
  /// more.
  func heedBothLanes(_ lists: ChangeLists) {
    for k in lists.active.indices {
      if areMany { lists.active.withUnsafeBufferPointer { prefetch(after: k, in: $0) } }
      let c = Int(lists.active[k])
      let shadow = states[c].shadow
      guard shadow != Car.none else { continue }
      follow(c, gap: cars[Int(shadow)].gap, leadSpeed: cars[Int(shadow)].leadSpeed)
    }
  }

  /// Lets a car follow somebody if that holds it back more than whom it follows.
  func follow(_ c: Int, gap: Double, leadSpeed: Double) {
    let desired = desiredSpeed(c)
    let driver = drivers[c]
    let now = driver.acceleration(
      speed: cars[c].speed, gap: cars[c].gap, leadSpeed: cars[c].leadSpeed, desiredSpeed: desired)
    let then = driver.acceleration(
      speed: cars[c].speed, gap: gap, leadSpeed: leadSpeed, desiredSpeed: desired)
    if then < now {
      cars[c].gap = gap
      cars[c].leadSpeed = leadSpeed
    }
  }

  /// Speed that a driver wants where it is, m/s.
  @inline(__always)
  func desiredSpeed(_ c: Int) -> Double {
    max(drivers[c].speed(under: tables.allowance(of: Int(cars[c].cap))), 0.1)
  }

  /// Everybody whose turn it is looks around; those who are changing look whether they still can.
  func changeLanes(_ lists: inout ChangeLists) {
    for k in lists.active.indices {
      if areMany { lists.active.withUnsafeBufferPointer { prefetch(after: k, in: $0) } }
      let c = Int(lists.active[k])
      if !states[c].isReturn { reconsider(c, &lists) }
    }
    for waiting in lists.waiting where !states[Int(waiting)].isActive {
      lookAround(Int(waiting), &lists)
    }
    let period = lookerStarts.count - 1
    let turn = tick % period
    let lookers = UnsafeBufferPointer(
      rebasing: lookers[lookerStarts[turn]..<lookerStarts[turn + 1]])
    for k in lookers.indices {
      if areMany {
        prefetch(after: k, in: lookers)
        prefetchWaysBeside(after: k, in: lookers)
      }
      let c = Int(lookers[k])
      guard cars[c].isPresent, !states[c].isActive,
        (drivers[c].isFree && tick >= states[c].restUntil) || need(c).urgency > 0
      else { continue }
      lookAround(c, &lists)
    }
  }

  /// Those who do not pass on the right keep behind slower cars on the lane to the left.
  func keepBehind(_ lists: inout ChangeLists) {
    for kept in lists.kept { states[Int(kept)].bound = .infinity }
    lists.kept.removeAll(keepingCapacity: true)
    for k in keepers.indices {
      if areMany { prefetchLeft(after: k) }
      let c = Int(keepers[k])
      guard cars[c].isPresent else { continue }
      let beside = ways.besides[Int(cars[c].entry)].left
      guard beside >= 0, cars[c].speed > Lookout.queueSpeed else { continue }
      let here = tables.entries[Int(cars[c].entry)]
      let there = tables.entries[Int(beside)]
      let share = (cars[c].s - here.start) / max(here.end - here.start, 1)
      let s = there.start + share * (there.end - there.start)
      let known = hints[c][true]
      var hint = known
      let lead = leader(of: c, on: Int(beside), at: s, hint: &hint)
      // (What is not written need not go back to memory.)
      if hint != known { hints[c][true] = hint }
      guard lead.speed > Lookout.queueSpeed, cars[c].speed > lead.speed else { continue }
      let bound = drivers[c].acceleration(
        speed: cars[c].speed, gap: lead.gap, leadSpeed: lead.speed, desiredSpeed: desiredSpeed(c))
      // Nobody brakes hard for that.
      guard bound >= -drivers[c].law.deceleration else { continue }
      states[c].bound = bound
      lists.kept.append(keepers[k])
    }
  }
}
