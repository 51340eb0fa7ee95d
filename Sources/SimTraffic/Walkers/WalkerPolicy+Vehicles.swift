import SimCore
import SimGeometry
import SimWorld

// How walkers on the road get past vehicles that stand there, and keep clear of those that move.
extension WalkerPolicy {
  /// Distance that is kept from a walker's centre to what drives, metres; and to the sides of what
  /// is longer than 8 m, whose tail swings out by up to a metre when it sets off into a turn.
  static let boxRoom = 0.65
  private static let lorryRoom = (room: 1.25, from: 8.0)

  /// How far somebody goes to the side to get round a vehicle that stands across its way, metres,
  /// how fast, m/s, after how long, and for how long by one end of it, s.
  private static let detourMost = 12.0
  static let detourSpeed = 0.6
  private static let detourAfter = 2.0
  private static let detourTurn = 15.0

  /// The way to the side, to the left, to get past a vehicle that stands across a crosswalk, by its
  /// nearer end, or after a while by the other one; nil: none does, or it is too far. (Whoever
  /// waited for it to go might wait for ever: it may be waiting for others who wait for walkers.)
  mutating func detour(_ i: Int, _ view: WorldView) -> Double? {
    guard walkers[i].stuck > Int32(view.clock.ticks(WalkerPolicy.detourAfter)) else {
      walkers[i].detourSide = 0
      return nil
    }
    let row = walkers[i].row
    let place = Vector2(view.agents.x[row], view.agents.y[row])
    let along = direction(i, view)
    let turn = walkers[i].stuck / Int32(view.clock.ticks(WalkerPolicy.detourTurn))
    if turn != walkers[i].detourTurn { walkers[i].detourSide = -walkers[i].detourSide }
    walkers[i].detourTurn = turn
    var nearest = 1.5
    var ends: (right: Double, left: Double)?
    for block in blocks.prefix(stillBlocks) {
      let way = block.way(from: place, along)
      guard way < nearest else { continue }
      nearest = way
      let middle = along.cross(block.centre - place)
      let half =
        along.cross(block.direction).magnitude * block.halfLength
        + along.dot(block.direction).magnitude * block.halfWidth + 0.05
      ends = (middle - half, middle + half)
    }
    guard let ends else { return nil }
    if walkers[i].detourSide == 0 {
      walkers[i].detourSide = ends.left.magnitude < ends.right.magnitude ? 1 : -1
    }
    let shift = walkers[i].detourSide > 0 ? ends.left : ends.right
    guard shift.magnitude < WalkerPolicy.detourMost else { return nil }
    return shift
  }

  /// Fills `blocks` with the vehicles that stand about a walker on the road, and after them with
  /// those that drive past: nobody walks round these, or into their sides. Of a walker who is not
  /// at a road all near it are such.
  mutating func findBlocks(_ i: Int, s: Double, _ view: WorldView) {
    blocks.removeAll(keepingCapacity: true)
    stillBlocks = 0
    let crossing = walkers[i].crossing
    let isAtRoad =
      crossing < tables.ways[i].crossings.upperBound
      && s > tables.crossings[Int(crossing)].start - 2
    let agents = view.agents
    let place = Vector2(agents.x[walkers[i].row], agents.y[walkers[i].row])
    bodies.findVehicles(around: place, within: WalkerPolicy.sight + 6)
    for pass in isAtRoad ? 0..<2 : 1..<2 {
      let isStill = pass == 0
      for k in bodies.near {
        let row = bodies.vehicles[Int(k)]
        guard !isAtRoad || (agents.speed[row] < 2) == isStill else { continue }
        let direction = Vector2(agents.directionX[row], agents.directionY[row])
        let block = Block(
          centre: Vector2(agents.x[row], agents.y[row]), direction: direction,
          velocity: direction * agents.speed[row], bodyWidth: 0.5 * agents.widths[row],
          halfLength: 0.5 * agents.lengths[row] + WalkerPolicy.boxRoom,
          halfWidth: 0.5 * agents.widths[row]
            + (agents.lengths[row] > WalkerPolicy.lorryRoom.from
              ? WalkerPolicy.lorryRoom.room : WalkerPolicy.boxRoom))
        // Elsewhere only those matter that reach over the walk.
        if !isAtRoad && block.nearest(to: place).distance(to: place) > 1.5 { continue }
        blocks.append(block)
      }
      if isStill { stillBlocks = blocks.count }
    }
  }

  /// A box that stands in the way, widened by the room that is kept from it.
  struct Block: Sendable {
    var centre: Vector2
    var direction: Vector2
    /// m/s.
    var velocity: Vector2
    /// Half the width of the body itself, metres.
    var bodyWidth: Double
    var halfLength: Double
    var halfWidth: Double

    /// The place on the box itself that is nearest to one outside.
    func nearest(to place: Vector2) -> Vector2 {
      let arm = place - centre
      let length = halfLength - WalkerPolicy.boxRoom
      let width = bodyWidth
      let x = min(max(arm.dot(direction), -length), length)
      let y = min(max(direction.cross(arm), -width), width)
      return centre + direction * x + direction.left * y
    }

    /// How far one can go from a place in a direction before one is in it, metres; infinite if it
    /// is not in the way. Who is in it may leave it.
    func way(from place: Vector2, _ way: Vector2) -> Double {
      let arm = place - centre
      let (x, y) = (arm.dot(direction), direction.cross(arm))
      let (vx, vy) = (way.dot(direction), direction.cross(way))
      var near = -Double.infinity
      var far = Double.infinity
      for axis in 0..<2 {
        let (p, v, half) = axis == 0 ? (x, vx, halfLength) : (y, vy, halfWidth)
        if v.magnitude < 1e-9 {
          if p.magnitude >= half { return .infinity }
          continue
        }
        let a = (-half - p) / v
        let b = (half - p) / v
        near = max(near, min(a, b))
        far = min(far, max(a, b))
      }
      if far <= 0 || near >= far { return .infinity }
      if near >= 0 { return near }
      // Inside: along it, or out by the shorter way.
      let isBeside = halfWidth - y.magnitude < halfLength - x.magnitude
      return (isBeside ? y * vy : x * vx) > -0.1 ? .infinity : 0
    }
  }
}
