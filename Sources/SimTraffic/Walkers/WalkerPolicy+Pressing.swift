import SimCore
import SimGeometry
import SimMap
import SimWorld

// Walkers who cannot get on, and those who make room for them.
//
// Where many meet somebody always has to wait for one who waits for others. It is by rank then, as
// in PIBT (Okumura, Machida, Défago, Tamura: Priority inheritance with backtracking for iterative
// multi-agent path finding, Artificial Intelligence 310, 2022): who has been stuck for longer goes
// first, among equals the one of the lower row; and who makes room for another one and cannot,
// because somebody stands behind it, hands the other one's rank on to that. The times and distances
// are our own.
extension WalkerPolicy {
  /// The rank of one for whom somebody makes room, as that hands it on.
  struct Pressure: Sendable {
    /// 0: nobody's.
    var rank: Int32 = 0
    /// How many have handed it on, itself among them.
    var hops: Int32 = 0
    /// Unit vector: where it makes room to.
    var way = Vector2.zero
  }

  /// Room that they leave to those who cannot get on, and to those who step back towards them,
  /// metres between centres.
  private static let ahead = 1.25
  private static let behind = 1.1
  /// After this time those on the road press, and others, s.
  private static let pressesAfter = (onRoad: 2.0, elsewhere: 5.0)
  /// Added to the rank of those on the road.
  private static let roadFirst: Int32 = 1_000_000
  /// Somebody presses on those before it and beside it: cosine of the greatest angle to its way.
  private static let pressesTo = -0.3
  /// A rank is handed on to those in the way of who makes room, cosine of the greatest angle; and
  /// by so many.
  private static let handsOn = (to: 0.5, times: Int32(3))
  /// Before somebody who faces it a walker goes to its own right as well, by this share of the
  /// room.
  private static let aside = 0.5

  /// Finds the walkers among the bodies.
  mutating func preparePressing() {
    ranks = [Int32](repeating: 0, count: bodies.rows.count)
    handedOn = [Pressure](repeating: Pressure(), count: bodies.rows.count)
    handingOn = handedOn
    var body = 0
    bodyOfWalker = walkers.map { walker in
      while body < bodies.rows.count && bodies.rows[body] < walker.row { body += 1 }
      return body < bodies.rows.count && bodies.rows[body] == walker.row ? Int32(body) : -1
    }
  }

  /// Notes who has stood for a while and cannot get on, and for how long: those on the road come
  /// first. And what was handed on in the last tick.
  mutating func notePressing(_ view: WorldView) {
    swap(&handedOn, &handingOn)
    for k in handingOn.indices { handingOn[k] = Pressure() }
    let least = (
      onRoad: Int32(view.clock.ticks(WalkerPolicy.pressesAfter.onRoad)),
      elsewhere: Int32(view.clock.ticks(WalkerPolicy.pressesAfter.elsewhere))
    )
    for i in walkers.indices where bodyOfWalker[i] >= 0 {
      let stuck = walkers[i].stuck
      let isOn = isOnRoad(i, s: view.agents.arcLength[walkers[i].row])
      ranks[Int(bodyOfWalker[i])] =
        isOn
        ? (stuck > least.onRoad ? stuck + WalkerPolicy.roadFirst : 0)
        : (stuck > least.elsewhere ? stuck : 0)
    }
  }

  /// Where a walker goes to make room for those of higher rank who press on it, or for whom others
  /// make room who cannot, and for those who step back towards it; zero: nobody needs any. It hands
  /// on the highest of these ranks.
  ///
  /// - Parameter other: where it goes to make room for vehicles.
  mutating func makeRoom(
    _ i: Int, at place: Vector2, besides other: Vector2, _ view: WorldView
  ) -> Vector2 {
    let agents = view.agents
    let row = walkers[i].row
    let along = direction(i, view)
    let aside = view.map.drivingSide == .right ? along.left * -1 : along.left
    let body = Int(bodyOfWalker[i])
    let own = body < 0 ? 0 : ranks[body]
    var sum = other
    var handed = Pressure()
    for index in bodies.near {
      let k = Int(index)
      let other = bodies.rows[k]
      let arm = place - Vector2(bodies.x[k], bodies.y[k])
      let way = arm.length
      guard other != row, way > 1e-6, way < WalkerPolicy.ahead else { continue }
      let comesBack =
        agents.speed[other] < -0.05 && way < WalkerPolicy.behind
        && bodies.velocityX[k] * arm.x + bodies.velocityY[k] * arm.y > 0.1 * way
      let facing = Vector2(agents.directionX[other], agents.directionY[other])
      let isPressed =
        (ranks[k] > own || (ranks[k] == own && own > 0 && other < row))
        && facing.dot(arm) > WalkerPolicy.pressesTo * way
      let isHandedOn =
        handedOn[k].rank > own && handedOn[k].hops < WalkerPolicy.handsOn.times
        && handedOn[k].way.dot(arm) > WalkerPolicy.handsOn.to * way
      if isPressed, ranks[k] > handed.rank { handed = Pressure(rank: ranks[k], hops: 1) }
      if isHandedOn, handedOn[k].rank > handed.rank {
        handed = Pressure(rank: handedOn[k].rank, hops: handedOn[k].hops + 1)
      }
      guard comesBack || isPressed || isHandedOn else { continue }
      sum += arm * ((WalkerPolicy.ahead - way) / way)
      // Back alone it would stay in its way. (Where they drive on the left, to its left.)
      if isPressed, arm.dot(along) < 0, facing.dot(along) < -0.5 {
        sum += aside * (WalkerPolicy.aside * (WalkerPolicy.ahead - way))
      }
    }
    let length = sum.length
    if handed.rank > 0, body >= 0, length > 0.02 {
      handed.way = sum * (1 / length)
      handingOn[body] = handed
    }
    return sum - other
  }
}
