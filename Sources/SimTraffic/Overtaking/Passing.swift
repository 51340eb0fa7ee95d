/// Whom a driver passes over the oncoming lane.
enum OvertakingMode: String, Sendable, CaseIterable {
  /// Nobody.
  case never
  /// Who stands: parked and broken-down vehicles, obstacles.
  case standing
  /// Also who is much slower than it wants to be.
  case slow
}

/// What a driver who passes over the oncoming lane has in hand.
struct Passing: Sendable {
  enum Phase: UInt8, Sendable {
    case none
    /// On the way to the oncoming lane, and there.
    case out
    /// On the way back, passed or given up.
    case back
  }

  var phase = Phase.none
  /// The way to the side; its offset is that from `target`.
  var profile = LaneChange()
  /// Offset from its path that it makes for, metres to the left.
  var target = 0.0
  /// Offset from which on it gets past, metres.
  var clearFrom = 0.0
  /// Rear of those that it passes, arc length of its path.
  var rearAt = 0.0
  /// Until it is back in its lane, seconds and metres.
  var leftTime = 0.0
  var leftWay = 0.0
  /// It falls back behind whom it has not passed yet.
  var fallsBack = false
  /// Gap to, and speed of, whoever is ahead of those that it passes.
  var nextGap = Double.infinity
  var nextSpeed = 0.0
  /// Gap to whoever comes towards it, if it is not safe any more, and that one's speed.
  var meetGap = Double.infinity
  var meetSpeed = 0.0
  /// It indicates that it is going to pass, since a tick.
  var intends = false
  var intendsSince = 0
  /// Looks for which somebody has stood before it.
  var waited = 0
  /// Arc length of its path at which its front waits behind who stands; infinite: nowhere.
  var holdAt = Double.infinity
}

/// Where one may pass over the oncoming lane, and who does.
struct Overtaking: Sendable {
  /// A stretch of a route along which the line to the oncoming lane may be crossed, with no
  /// junction, stop line or crosswalk in it; arc lengths of the path.
  struct Stretch: Sendable {
    var start: Double
    var end: Double
  }

  /// Somebody in the lane, or coming towards a driver on the one beside: from the driver's front,
  /// metres, and along its way, m/s.
  struct Body: Sendable {
    var rear: Double
    var front: Double
    var speed: Double
    /// Left edge, as an offset from the path.
    var left: Double
    /// It never moves, or nothing is known of how it will go on.
    var isFixed: Bool
    var isPassing = false
    var isBicycle = false
  }

  /// One per car; empty if nobody passes.
  var states: [Passing] = []
  /// Cars that may pass, and those that do.
  var lookers: [Int32] = []
  var active: [Int32] = []
  /// Stretches of each route.
  var stretches: [[Stretch]] = []
  /// By entry of the routes: the oncoming lane beside; none.
  var opposite: [Int32] = []
  /// Widths by lane, metres.
  var widths: [Double] = []
  var bodies: [Body] = []
  /// Begun, and given up, since the first tick.
  var begun = 0
  var givenUp = 0

  var isOff: Bool { states.isEmpty }
}
