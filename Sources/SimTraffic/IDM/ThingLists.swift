import SimWorld

/// What drivers look for by its box, and on which lanes each is listed.
struct ThingLists: Sendable {
  /// First those that never move.
  private(set) var things: [Thing] = []
  private(set) var links: [Link] = []
  private var fixedThingCount = 0
  private var fixedLinkCount = 0
  /// Lanes that may have others than those that never move.
  private var touchedLanes: [Int32] = []

  /// Makes room for a number of things and entries.
  mutating func reserve(things count: Int, links linkCount: Int, lanes: Int) {
    things.reserveCapacity(fixedThingCount + count)
    links.reserveCapacity(fixedLinkCount + linkCount)
    touchedLanes.reserveCapacity(lanes)
  }

  /// What has been listed so far never moves.
  mutating func fix(_ lanes: inout [LaneState]) {
    fixedThingCount = things.count
    fixedLinkCount = links.count
    for lane in lanes.indices { lanes[lane].fixedThings = lanes[lane].things }
    touchedLanes.removeAll()
  }

  /// Forgets everything that may move.
  mutating func empty(_ lanes: UnsafeMutableBufferPointer<LaneState>) {
    for lane in touchedLanes { lanes[Int(lane)].things = lanes[Int(lane)].fixedThings }
    touchedLanes.removeAll(keepingCapacity: true)
    if things.count > fixedThingCount { things.removeLast(things.count - fixedThingCount) }
    if links.count > fixedLinkCount { links.removeLast(links.count - fixedLinkCount) }
  }

  /// Adds somebody; on no lane yet.
  ///
  /// - Parameter car: nil if it is not one of the policy's cars.
  @inline(__always)
  mutating func add(_ row: Int, _ view: WorldView, car: Int?) {
    let number = car.map { Int32(truncatingIfNeeded: $0) } ?? Car.none
    things.append(
      Thing(
        x: view.agents.x[row], y: view.agents.y[row], directionX: view.agents.directionX[row],
        directionY: view.agents.directionY[row], halfLength: 0.5 * view.agents.lengths[row],
        halfWidth: 0.5 * view.agents.widths[row],
        speed: view.agents.classes[row].isObject ? 0 : view.agents.speed[row], car: number))
  }

  /// Lists the last thing that was added on a lane.
  @inline(__always)
  mutating func linkLast(to lane: Int, _ lanes: UnsafeMutableBufferPointer<LaneState>) {
    let last = lanes[lane].things
    if last == lanes[lane].fixedThings {
      touchedLanes.append(Int32(truncatingIfNeeded: lane))
    }
    lanes[lane].things = Int32(truncatingIfNeeded: links.count)
    links.append(Link(item: Int32(truncatingIfNeeded: things.count &- 1), next: last))
  }
}
