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
  /// Room that they leave to those who cannot get off the road, and to those who step back towards
  /// them, metres between centres.
  private static let ahead = 1.25
  private static let behind = 1.1
  /// After this time those on the road press, and others, s.
  private static let pressesAfter = (onRoad: 2.0, elsewhere: 5.0)
  /// Added to what presses on the road, ticks.
  private static let roadFirst: Int32 = 1_000_000

  /// Finds the walkers among the bodies.
  mutating func preparePressing() {
    pressure = [Int32](repeating: 0, count: bodies.rows.count)
    var body = 0
    bodyOfWalker = walkers.map { walker in
      while body < bodies.rows.count && bodies.rows[body] < walker.row { body += 1 }
      return body < bodies.rows.count && bodies.rows[body] == walker.row ? Int32(body) : -1
    }
  }

  /// Notes who has stood for a while and cannot get on, and for how long: those on the road come
  /// first.
  mutating func notePressing(_ view: WorldView) {
    let least = (
      onRoad: Int32(view.clock.ticks(WalkerPolicy.pressesAfter.onRoad)),
      elsewhere: Int32(view.clock.ticks(WalkerPolicy.pressesAfter.elsewhere))
    )
    for i in walkers.indices where bodyOfWalker[i] >= 0 {
      let stuck = walkers[i].stuck
      let isOn = isOnRoad(i, s: view.agents.arcLength[walkers[i].row])
      pressure[Int(bodyOfWalker[i])] =
        isOn
        ? (stuck > least.onRoad ? stuck + WalkerPolicy.roadFirst : 0)
        : (stuck > least.elsewhere ? stuck : 0)
    }
  }

  private func isOnRoad(_ i: Int, s: Double) -> Bool {
    let crossing = walkers[i].crossing
    return crossing < tables.ways[i].crossings.upperBound
      && s >= tables.crossings[Int(crossing)].start
  }

  /// The motion, m/s, by which a walker that stands makes room: beside long vehicles, before those
  /// that stand and have to come over the kerb, for walkers who have stood for longer than itself,
  /// and for those who step back towards it; nil: nobody needs it.
  func retreat(_ i: Int, s: Double, _ view: WorldView) -> Vector2? {
    let agents = view.agents
    let row = walkers[i].row
    let place = Vector2(agents.x[row], agents.y[row])
    var sum = Vector2.zero
    let isOn = isOnRoad(i, s: s)
    for block in blocks {
      if !isOn, block.velocity.lengthSquared < 0.25, let side = block.sideAhead(of: place) {
        sum += side
      }
      guard block.isLong else { continue }
      let arm = block.armFromSide(to: place)
      let way = arm.length
      guard way > 1e-6, way < WalkerPolicy.besideLong else { continue }
      sum += arm * ((WalkerPolicy.besideLong - way) / way)
    }
    let own = bodyOfWalker[i] < 0 ? 0 : pressure[Int(bodyOfWalker[i])]
    for index in bodies.near {
      let k = Int(index)
      let other = bodies.rows[k]
      let arm = place - Vector2(bodies.x[k], bodies.y[k])
      let way = arm.length
      guard other != row, way > 1e-6, way < WalkerPolicy.ahead else { continue }
      let comesBack =
        agents.speed[other] < -0.05 && way < WalkerPolicy.behind
        && bodies.velocityX[k] * arm.x + bodies.velocityY[k] * arm.y > 0.1 * way
      let isPressed =
        pressure[k] > own
        && agents.directionX[other] * arm.x + agents.directionY[other] * arm.y > 0
      if comesBack || isPressed { sum += arm * ((WalkerPolicy.ahead - way) / way) }
    }
    let strength = sum.length
    return strength < 0.02 ? nil : sum * (WalkerPolicy.retreatSpeed / strength)
  }
}

extension WalkerPolicy.Block {
  /// It is one whose tail swings out.
  var isLong: Bool { halfWidth - bodyWidth > WalkerPolicy.boxRoom }

  /// The side to which one makes way that stands before it, a little beside its middle; nil: it
  /// does not stand there.
  func sideAhead(of place: Vector2) -> Vector2? {
    let arm = place - centre
    let ahead = arm.dot(direction) - (halfLength - WalkerPolicy.boxRoom)
    let aside = direction.cross(arm)
    guard ahead > -0.5, ahead < 2.5, aside.magnitude < bodyWidth + 0.7 else { return nil }
    return direction.left * (aside < 0 ? -0.5 : 0.5)
  }

  /// From the nearest place on one of its sides to one beside it; zero if that is beyond its ends.
  func armFromSide(to place: Vector2) -> Vector2 {
    let arm = place - centre
    let along = arm.dot(direction)
    guard along.magnitude < halfLength - WalkerPolicy.boxRoom else { return .zero }
    let aside = direction.cross(arm)
    let beyond = aside.magnitude - bodyWidth
    return direction.left * (aside < 0 ? -beyond : beyond)
  }

  /// Distance that is kept from a place on the body: more beside a long one, metres.
  func room(at place: Vector2) -> Double {
    isLong && (place - centre).dot(direction).magnitude < halfLength - WalkerPolicy.boxRoom - 1e-6
      ? halfWidth - bodyWidth : WalkerPolicy.boxRoom
  }
}
