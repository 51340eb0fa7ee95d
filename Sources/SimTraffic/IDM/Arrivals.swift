import SimGeometry

/// Those of a policy's cars that enter in the course of an episode: who comes when, and who waits
/// for room.
struct Arrivals: Sendable {
  /// One car and the place where it enters.
  struct Entrance: Sendable {
    var car: Int32
    /// Tick at which it is to be there.
    var tick: Int
    /// Lane of the map, and arc length on it.
    var lane: Int32
    var laneS: Double
    /// Arc length of the path.
    var s: Double
    var centre: Vector2
    /// Unit vector of the heading.
    var direction: Vector2
    /// As fast as it may be there, m/s.
    var speed: Double
    /// First stop of its route that is still ahead.
    var stop: Int32
  }

  /// In the order in which they come.
  var entrances: [Entrance] = []
  /// First of them that has not come yet.
  var next = 0
  /// Those who have come and are not in yet, as indices of `entrances`, in the same order.
  var waiting: [Int] = []
  /// Lanes at whose start somebody waits or enters in this tick.
  var taken: [Int32] = []
  /// Which cars of the policy may act in this tick; by car, 1 or 0.
  var isAsked: [UInt8] = []

  var isOff: Bool { entrances.isEmpty }
}
