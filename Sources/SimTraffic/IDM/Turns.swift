/// The claims of a tick, and who has to be decided on.
struct Turns: Sendable {
  var claims: [Claim] = []
  /// Cars that are decided on.
  var asking: [Int32] = []
  /// Lanes whose lists of claims are not empty.
  private var touchedLanes: [Int32] = []

  /// Makes room for a number of cars that ask, and of others.
  mutating func reserve(cars: Int, others: Int, lanes: Int) {
    claims.reserveCapacity(4 * (cars + others))
    asking.reserveCapacity(cars)
    touchedLanes.reserveCapacity(lanes)
  }

  /// Forgets all claims.
  mutating func empty(_ lanes: UnsafeMutableBufferPointer<LaneState>) {
    for lane in touchedLanes { lanes[Int(lane)].claims = Car.none }
    touchedLanes.removeAll(keepingCapacity: true)
    claims.removeAll(keepingCapacity: true)
  }

  /// Puts a claim on the list of a lane.
  @inline(__always)
  mutating func add(_ claim: Claim, to lane: Int, _ lanes: UnsafeMutableBufferPointer<LaneState>) {
    let last = lanes[lane].claims
    if last == Car.none { touchedLanes.append(Int32(truncatingIfNeeded: lane)) }
    var claim = claim
    claim.next = last
    lanes[lane].claims = Int32(truncatingIfNeeded: claims.count)
    claims.append(claim)
  }
}
