import SimCore
import SimGeometry
import SimWorld

// Walkers who stand in somebody's way step back, or aside.
extension WalkerPolicy {
  /// How fast they do, m/s.
  private static let retreatSpeed = 0.4
  /// So much farther than usual they go to the side then, metres.
  static let retreatRoom = 0.6
  /// Room that they leave beside a long vehicle that stands, metres from a walker's centre: its
  /// tail swings out when it sets off into a turn, and its driver waits until nobody stands there.
  private static let besideLong = 1.2
  /// As far behind its tail they are still beside it, metres: the corner swings out farthest.
  static let behindTail = 0.8
  /// Slower vehicles may be about to turn towards who stands before them, m/s.
  private static let slow = 2.0
  /// Who is stuck on the road for this long gives way to those whom it keeps waiting, for this
  /// time, s.
  private static let givingWay = (after: 6.0, time: 15.0)
  /// It goes so far back beside what the vehicle sweeps over straight on, metres: the way of one in
  /// a junction may bend, and its driver waits until nobody is on that. And it stays there while it
  /// is not farther from that than the other, metres.
  private static let roomGiven = (asked: 1.9, left: 3.2)

  /// Whether a walker on the road that cannot get on, because somebody stands across its way or
  /// others come towards it, gives way to a driver who waits for it: for some seconds it goes back
  /// from before the vehicle, or does not come before it again. (The driver may be the one for whom
  /// those wait who keep the walker: a walker can go back, they cannot.)
  mutating func givesWay(_ i: Int, s: Double, _ view: WorldView) -> Bool {
    guard isOnRoad(i, s: s) else {
      walkers[i].givesWayUntil = 0
      return false
    }
    if view.tick < walkers[i].givesWayUntil {
      // It has not been stuck meanwhile; and once they have gone it goes on.
      walkers[i].stuck = 0
      if isWaitedFor(i, view, within: WalkerPolicy.roomGiven.left) { return true }
      walkers[i].givesWayUntil = 0
      return false
    }
    let isLate = walkers[i].stuck > Int32(view.clock.ticks(WalkerPolicy.givingWay.after))
    guard isLate, isBeforeSomebody(i, view) else { return false }
    walkers[i].givesWayUntil = view.tick + view.clock.ticks(WalkerPolicy.givingWay.time)
    // Then it tries anew.
    walkers[i].stuck = 0
    return true
  }

  /// A slow vehicle has still to pass a walker that has given way to it, which is nearer than this
  /// to what the vehicle is going to sweep over, metres.
  private func isWaitedFor(_ i: Int, _ view: WorldView, within more: Double) -> Bool {
    let row = walkers[i].row
    let place = Vector2(view.agents.x[row], view.agents.y[row])
    return blocks.contains {
      $0.velocity.lengthSquared < WalkerPolicy.slow * WalkerPolicy.slow
        && $0.isBefore(place, beside: more)
    }
  }

  /// A vehicle stands right before a walker and points at it.
  func isBeforeSomebody(_ i: Int, _ view: WorldView) -> Bool {
    let row = walkers[i].row
    let place = Vector2(view.agents.x[row], view.agents.y[row])
    return blocks.contains { $0.velocity.lengthSquared < 0.25 && $0.isBefore(place) }
  }

  /// A walker is on the crossing that it comes to next.
  func isOnRoad(_ i: Int, s: Double) -> Bool {
    let crossing = walkers[i].crossing
    return crossing < tables.ways[i].crossings.upperBound
      && s >= tables.crossings[Int(crossing)].start
  }

  /// The motion, m/s, by which a walker that stands makes room: beside long vehicles and at the
  /// kerb before them, before those that stand and have to come over the kerb, for walkers who have
  /// stood for longer than itself, and for those who step back towards it; nil: nobody needs it.
  mutating func retreat(_ i: Int, s: Double, _ view: WorldView) -> Vector2? {
    let agents = view.agents
    let row = walkers[i].row
    let place = Vector2(agents.x[row], agents.y[row])
    var sum = Vector2.zero
    let isOn = isOnRoad(i, s: s)
    if isOn, view.tick < walkers[i].givesWayUntil {
      // Back the way it came, so far that the driver sees that it may go.
      return isWaitedFor(i, view, within: WalkerPolicy.roomGiven.asked)
        ? direction(i, view) * -WalkerPolicy.retreatSpeed : nil
    }
    if walkers[i].isTooNear { sum -= direction(i, view) }
    for block in blocks {
      // (Who has come off the road goes on.)
      if !isOn, block.velocity.lengthSquared < WalkerPolicy.slow * WalkerPolicy.slow,
        (place - block.centre).dot(direction(i, view)) < 0, let side = block.sideAhead(of: place)
      {
        sum += side
        // A long one turns through where it points at: out of that it is nearer back from the kerb.
        if block.isLong { sum -= direction(i, view) * 0.5 }
      }
      guard block.isLong else { continue }
      let arm = block.armFromSide(to: place)
      let way = arm.length
      guard way > 1e-6, way < WalkerPolicy.besideLong else { continue }
      sum += arm * ((WalkerPolicy.besideLong - way) / way)
    }
    sum += makeRoom(i, at: place, besides: sum, view)
    let strength = sum.length
    return strength < 0.02 ? nil : sum * (WalkerPolicy.retreatSpeed / strength)
  }
}

extension WalkerPolicy.Block {
  /// It is one whose tail swings out.
  var isLong: Bool { halfWidth - bodyWidth > WalkerPolicy.boxRoom }

  /// Somebody stands where it would drive next: a long one sweeps over more in a turn, and a narrow
  /// one waits until as much is free as before any.
  ///
  /// - Parameter more: room beside that, metres.
  func isBefore(_ place: Vector2, beside more: Double = 0) -> Bool {
    let arm = place - centre
    let ahead = arm.dot(direction) - (halfLength - WalkerPolicy.boxRoom)
    let room = max(bodyWidth + (isLong ? 1.5 : 0.6), CrosswalkWatch.halfLane)
    return ahead > -0.5 && ahead < 4 && direction.cross(arm).magnitude < room + more
  }

  /// The side to which one makes way that stands before it, a little beside its middle; nil: it
  /// does not stand there.
  func sideAhead(of place: Vector2) -> Vector2? {
    let arm = place - centre
    let ahead = arm.dot(direction) - (halfLength - WalkerPolicy.boxRoom)
    let aside = direction.cross(arm)
    guard ahead > -0.5, ahead < (isLong ? 4 : 2.5),
      aside.magnitude < bodyWidth + (isLong ? 1.1 : 0.7)
    else { return nil }
    return direction.left * (aside < 0 ? -0.5 : 0.5)
  }

  /// From the nearest place on one of its sides to one beside it, or aslant behind its tail; zero
  /// if that is beyond its ends.
  func armFromSide(to place: Vector2) -> Vector2 {
    let arm = place - centre
    let along = arm.dot(direction)
    let length = halfLength - WalkerPolicy.boxRoom
    guard along < length, along > -length - WalkerPolicy.behindTail else { return .zero }
    let aside = direction.cross(arm)
    let beyond = aside.magnitude - bodyWidth
    guard beyond > 0 else { return .zero }
    return direction.left * (aside < 0 ? -beyond : beyond)
  }

  /// Distance that is kept from a place on the body: more beside a long one, metres.
  func room(at place: Vector2) -> Double {
    isLong && (place - centre).dot(direction).magnitude < halfLength - WalkerPolicy.boxRoom - 1e-6
      ? halfWidth - bodyWidth : WalkerPolicy.boxRoom
  }
}
