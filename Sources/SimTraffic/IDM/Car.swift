/// One driver's car as the others of the policy see it, and its places in the route tables.
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
  var isPresent = false
  var hasAppeared = false
  /// It has come round its ring since the last tick.
  var lapped = false

  // Its way. All are indices into the route tables.
  var route: Int32
  var entry: Int32
  var cap: Int32
  var stop: Int32
  var group: Int32
  var conflict: Int32
  /// First of its tickets, one per group of its route.
  var tickets: Int32

  // What it found out in this tick.
  /// Somebody cannot know of it from its lane alone.
  var overhangs = false
  /// Bumper to bumper to whatever it follows, metres; infinite: nothing.
  var gap = Double.infinity
  var leadSpeed = 0.0
  /// The same for the next car on its own lanes only.
  var queueGap = Double.infinity
  var queueSpeed = 0.0
  /// It must not enter this group of conflicts now; none: it may.
  var closedGroup = Car.none

  // What it decided.
  /// m/s^2.
  var acceleration = 0.0
  /// Of its offset, m/s.
  var lateralRate = 0.0

  /// Front bumper, arc length of the path.
  var front: Double { s + halfLength }
  /// Rear bumper, arc length of the path.
  var rear: Double { s - halfLength }
  /// It is so far to one side that it may reach into the lane beside.
  var leans: Bool { offset.magnitude + halfWidth > 1.6 }
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
  /// Tick at which its turn was noted; `Claim.noTicket` if not yet.
  var ticket: Int32
  /// It has passed the place at which it could have waited.
  var hasEntered: Bool
  /// Index if it is one of the policy's cars.
  var car: Int32
  /// Next claim on the lane.
  var next: Int32

  static let noTicket = Int32.max
}
