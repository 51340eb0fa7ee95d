/// One driver's car as the others of the policy see it, and its places in the route tables: what
/// every tick reads of everybody. (What only junctions need is in `JunctionState`, so that cars lie
/// closer together in memory.)
struct Car: Sendable {
  /// No car, no lane, no ticket.
  static let none: Int32 = -1

  // What a follower reads.
  /// Arc length of the centre on its path, metres.
  var s = 0.0
  /// Arc length of the centre on its lane.
  var laneS = 0.0
  var speed = 0.0
  /// To the left of its path, metres.
  var offset = 0.0
  var halfLength: Double
  var halfWidth: Double
  /// Next car ahead on the same lane, and next one behind.
  var ahead = Car.none
  var behind = Car.none
  /// Lane in whose list it is.
  var lane = Car.none

  // Its way. All are indices into the route tables.
  var entry: Int32
  var route: Int32
  var cap: Int32

  /// Ticks for which it has stood.
  var stood: Int32 = 0
  /// The nearest car of the policy in front of it that goes its way for now: found in this tick, as
  /// what comes below.
  var leader = Car.none
  var isPresent = false
  var isBicycle = false
  /// It passes somebody over the oncoming lane.
  var isPassing = false
  /// A script decides for it: to the policy it is somebody else's.
  var isAway = false
  var hasAppeared = false
  /// It has come round its ring since the last tick.
  var lapped = false

  /// Bumper to bumper to whatever it follows, metres; infinite: nothing.
  var gap = Double.infinity
  var leadSpeed = 0.0
  /// The gap to `leader`, metres.
  var leaderGap = Double.infinity
  /// Way to the nearest car of the policy that crosses its way, metres; infinite: none.
  var crossGap = Double.infinity

  /// Its body sweeps over more than its lane in bends.
  var isLong: Bool { halfLength > 0.5 * BodyZones.Fleet.longFrom }
  /// Front bumper, arc length of the path.
  var front: Double { s + halfLength }
  /// Rear bumper, arc length of the path.
  var rear: Double { s - halfLength }
  /// What is left in front of a car in a standing queue, metres.
  static let queueRoom = 1.8
  /// Slower cars stand, m/s.
  static let standing = 0.3
  /// Slower strangers do not move, m/s.
  static let still = 0.1
  /// It is so far to one side that it may reach into the lane beside.
  var leans: Bool { offset.magnitude + halfWidth > 1.6 }
}

/// What a driver decided.
struct Decision: Sendable {
  /// m/s^2.
  var acceleration = 0.0
  /// Of the car's offset, m/s.
  var lateralRate = 0.0

  /// How far a car gets with it in a tick, metres: nobody reverses.
  func way(from speed: Double, dt: Double) -> Double {
    let next = speed + acceleration * dt
    if next >= 0 { return 0.5 * (speed + next) * dt }
    return speed > 0 ? -0.5 * speed * speed / acceleration : 0
  }
}

extension UnsafeMutableBufferPointer<Car> {
  /// A car stands in a circle of cars each of which waits for the next one, or stands right behind
  /// it: none of them would ever go.
  func isInCircle(
    _ c: Int, _ atJunctions: UnsafeMutableBufferPointer<JunctionState>
  ) -> Bool {
    var k = c
    // (Longer circles end as well, only later: when each has lost its patience.)
    for _ in 0..<64 {
      guard self[k].speed < Car.standing else { return false }
      let leader = self[k].leader
      let isBehind =
        leader != Car.none && self[k].leaderGap < 2 * Car.queueRoom
        && self[Int(leader)].speed < Car.standing
      let next = isBehind ? leader : atJunctions[k].waitedFor
      guard next != Car.none else { return false }
      k = Int(next)
      if k == c { return true }
    }
    return false
  }
}

/// What a policy knows of a lane of the map in a tick.
struct LaneState: Sendable {
  /// Rearmost of the policy's cars on it.
  var first = Car.none
  /// Foremost one.
  var last = Car.none
  /// Head of its list of things, and that of the things that never move.
  var things = Car.none
  var fixedThings = Car.none
  /// Head of its list of claims.
  var claims = Car.none
  /// Somebody's route conflicts with it.
  var isWatched = false
  /// It or one of the next two lanes after it is watched.
  var isNearWatched = false
}

/// A body that is looked for by its box: everything that is not simply ahead on the same lane.
struct Thing: Sendable {
  var x: Double
  var y: Double
  var directionX: Double
  var directionY: Double
  var halfLength: Double
  var halfWidth: Double
  /// Signed along its heading, m/s; 0 for objects.
  var speed: Double
  /// Index if it is one of the policy's cars.
  var car: Int32

  var isLong: Bool { halfLength > 0.5 * BodyZones.Fleet.longFrom }
}

/// An entry of a list that belongs to a lane.
struct Link: Sendable {
  var item: Int32
  var next: Int32
}

/// Somebody who is in, or about to enter, a zone on a lane.
struct Claim: Sendable {
  /// Bumpers, arc length of the lane.
  var front: Double
  var rear: Double
  var speed: Double
  /// Tick at which it came as the first of its lane, or began to wait for room; `Claim.noTicket` if
  /// it has not yet.
  var ticket: Int32
  /// Its place in the order of those who have been let in; infinite: it has not been.
  var key: Double
  /// How it speeds up, m/s^2, and to what speed in the group, m/s.
  var pull: Double
  var top: Double
  /// No signal, sign or queue keeps it from going.
  var isAble: Bool
  /// It waits because there is no room for it behind the junction.
  var wantsRoom: Bool
  /// It has asked in the last tick and others go first.
  var refused: Bool
  var isLong: Bool
  /// Tick since which it has waited too long for others; `Claim.noTicket` if it has not.
  var stuckSince: Int32
  /// Arc lengths of the lane between which the zones lie that it claims: more than one group of
  /// them may touch the lane.
  var zonesStart: Double
  var zonesEnd: Double
  /// Index if it is one of the policy's cars.
  var car: Int32
  /// Next claim on the lane.
  var next: Int32

  static let noTicket = Int32.max

  /// It is that of one of the policy's cars that has stood for some seconds, and not in the zone.
  @inline(__always)
  func standsClear(
    of conflict: RouteTables.Conflict, _ cars: UnsafeMutableBufferPointer<Car>,
    _ patience: IDMPolicy.Patience
  ) -> Bool {
    car != Car.none && speed < Car.standing && conflict.otherStart - front > 0.5
      && cars[Int(car)].stood > patience.pause
  }

  /// It is for a zone between these arc lengths of its lane.
  @inline(__always)
  func isFor(_ start: Double, _ end: Double) -> Bool {
    let middle = 0.5 * (start + end)
    return middle > zonesStart - 1 && middle < zonesEnd + 1
  }
}
