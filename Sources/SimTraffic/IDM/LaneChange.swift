import SimGeometry

/// What a driver who may change lanes has in hand.
struct LaneChange: Sendable {
  // (Small fields lie together.)
  /// A change is under way: from the tick in which it was decided until the car runs on the middle
  /// of its new lane.
  var isActive = false
  /// It gave up and goes back to the lane from which it came.
  var isReturn = false
  /// A script leads it.
  var isScripted = false
  var toLeft = false
  /// It indicates that it is going to change, to the left if so, since a tick; nil: it does not.
  var intends: Bool?
  /// It needs a change and waits for a gap; to the left, if so.
  var isWaiting = false
  var waitsToLeft = false
  var intendsSince: Int32 = 0
  /// The node that stands for it on the lane which it leaves.
  var shadow = Car.none
  /// Entry of the route that the world was asked to put it on in this tick; none.
  var asked = Car.none
  /// Acceleration that keeps it behind a slower car on its left, m/s^2; infinite: none is there.
  var bound = Double.infinity
  /// No new change before this tick.
  var restUntil = 0
  /// Share of the way across, of time or of distance.
  var progress = 0.0
  /// Place on the route that it asked for.
  var askedS = 0.0
  var askedOffset = 0.0
  /// Seconds.
  var duration = 1.0
  /// Offset from the new path at the start, metres.
  var start = 0.0
  /// Lateral speed at the start times the duration, metres.
  var drift = 0.0
  /// Offset from its path, metres: `Car.offset` says where it wants to be.
  var offset = 0.0
  /// Acceleration that lets somebody in, or that leads into a gap, m/s^2; infinite: nothing to do.
  var yielding = Double.infinity

  /// Begins to move across.
  ///
  /// - Parameters:
  ///   - offset: from the new path, metres.
  ///   - rate: lateral speed, m/s.
  ///   - full: duration of a change over a whole lane, seconds.
  mutating func begin(offset: Double, rate: Double, full: Double) {
    let share = min(offset.magnitude / LaneChange.fullWidth, 1)
    duration = max(full * share.squareRoot(), 1)
    start = offset
    drift = rate * duration
    progress = 0
  }

  /// A change over this width takes the full duration, metres.
  static let fullWidth = 3.5
  /// At walking pace a change is measured by the way: this many metres for each to the side, which
  /// keeps the body within 15 degrees of its path.
  static let wayPerMetre = 7.0

  /// Up to this share of a change the indicator is on.
  static let indicatesUntil = 0.85

  /// Goes on by a tick.
  ///
  /// - Parameter way: along the path in the tick, metres.
  /// - Returns: lateral speed that leads along the quintic without jumps of speed and acceleration,
  ///   m/s.
  mutating func advance(way: Double, dt: Double) -> Double {
    let byTime = dt / duration
    let byWay = way / max(LaneChange.wayPerMetre * start.magnitude, 1)
    progress = min(progress + min(byTime, byWay), 1)
    return (place(progress) - offset) / dt
  }

  /// Offset at a share of the way: a quintic that starts at `start` with the drift and without
  /// lateral acceleration, and ends at 0 without either.
  func place(_ u: Double) -> Double {
    if u >= 1 { return 0 }
    let a = -10 * start - 6 * drift
    let b = 15 * start + 8 * drift
    let c = -6 * start - 3 * drift
    return start + u * (drift + u * u * (a + u * (b + u * c)))
  }
}

/// Cars near which a driver found its place on the lanes beside: where the next search begins.
///
/// (Apart from the rest, since who keeps behind others looks there in every tick.)
struct LaneHints: Sendable {
  private var left = Car.none
  private var right = Car.none

  /// The one on the left, if so, or on the right; `Car.none`: none is known.
  @inline(__always)
  subscript(toLeft: Bool) -> Int32 {
    get { toLeft ? left : right }
    set { if toLeft { left = newValue } else { right = newValue } }
  }
}

/// A car that begins to change lanes in this tick.
struct AskedPlace: Sendable {
  var centre: Vector2
  var speed: Double
  var halfLength: Double
}

/// Cars that have to do with lane changes in a tick.
struct ChangeLists: Sendable {
  /// Cars that are changing.
  var active: [Int32] = []
  /// Cars that indicate that they are going to change.
  var intending: [Int32] = []
  /// Cars that the world was asked in this tick to put on another path.
  var asked: [Int32] = []
  /// What others who would like to change must know of them.
  var askedPlaces: [AskedPlace] = []
  /// Cars that are kept behind a slower one on their left.
  var kept: [Int32] = []
  /// Cars that wait for a gap, and those that adapt to one.
  var waiting: [Int32] = []
  var bounded: [Int32] = []
  /// Changes begun and given up, since the first tick.
  var begun = 0
  var returned = 0
}

/// What a policy keeps for all its drivers who change lanes.
struct LaneChanges: Sendable {
  var ways = WayTables()
  /// One per car; empty if nobody changes lanes.
  var states: [LaneChange] = []
  /// One per car.
  var hints: [LaneHints] = []
  var lists = ChangeLists()
  /// Cars by the tick of the period in which they look around, and where those of each begin.
  var lookers: [Int32] = []
  var lookerStarts: [Int] = []
  /// Cars whose drivers do not pass on the right.
  var keepers: [Int32] = []
  /// Nodes of shadows that are free.
  var free: [Int32] = []
  /// How many shadows there may be.
  var mostShadows = 0
  /// How many nodes are cars: the first node that is a shadow.
  var firstShadow: Int32 = 0
  /// Car of each shadow.
  var owners: [Int32] = []
  /// Nobody changes lanes.
  var isOff: Bool { states.isEmpty }
  /// A car is changing lanes.
  @inline(__always)
  func isActive(_ c: Int) -> Bool { !isOff && states[c].isActive }

  /// Calls a function with what there is of each car.
  @inline(__always)
  static func withBuffers<Result>(
    _ states: inout [LaneChange], _ hints: inout [LaneHints],
    _ body: (
      UnsafeMutableBufferPointer<LaneChange>, UnsafeMutableBufferPointer<LaneHints>
    ) -> Result
  ) -> Result {
    states.withUnsafeMutableBufferPointer { states in
      hints.withUnsafeMutableBufferPointer { hints in body(states, hints) }
    }
  }
}
