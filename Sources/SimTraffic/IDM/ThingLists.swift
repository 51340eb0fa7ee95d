import SimWorld

/// What drivers look for by its box, and on which lanes each is listed.
struct ThingLists: Sendable {
  /// First those that never move.
  private(set) var things: [Thing] = []
  /// As many as there have ever been; the first `linkCount` of them count.
  private(set) var links: [Link] = []
  private var linkCount = 0
  private(set) var fixedThingCount = 0
  private var fixedLinkCount = 0
  /// Lanes that may have others than those that never move: the first `touchedCount` of as many as
  /// there are lanes.
  private var touchedLanes: [Int32] = []
  private var touchedCount = 0

  /// - Parameter lanes: number of lanes of the map.
  init(lanes: Int = 0) { touchedLanes = [Int32](repeating: Car.none, count: lanes) }

  /// Makes room for a number of things and entries.
  mutating func reserve(things count: Int, links more: Int) {
    things.reserveCapacity(fixedThingCount + count)
    links.reserveCapacity(linkCount + more)
  }

  private mutating func makeRoom(_ count: Int) {
    let missing = linkCount + count - links.count
    if missing > 0 {
      links.append(contentsOf: repeatElement(Link(item: Car.none, next: Car.none), count: missing))
    }
  }

  /// What has been listed so far never moves.
  mutating func fix(_ lanes: inout [LaneState]) {
    fixedThingCount = things.count
    fixedLinkCount = linkCount
    for lane in lanes.indices { lanes[lane].fixedThings = lanes[lane].things }
    touchedCount = 0
  }

  /// Forgets everything that may move.
  mutating func empty(_ lanes: UnsafeMutableBufferPointer<LaneState>) {
    for lane in touchedLanes[..<touchedCount] {
      lanes[Int(lane)].things = lanes[Int(lane)].fixedThings
    }
    touchedCount = 0
    if things.count > fixedThingCount { things.removeLast(things.count - fixedThingCount) }
    linkCount = fixedLinkCount
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
  mutating func linkLast(to lane: Int, _ lanes: UnsafeMutableBufferPointer<LaneState>) {
    linkLast(1, lanes) { _ in lane }
  }

  /// Lists the last thing that was added on some lanes.
  ///
  /// - Parameter lane: each of them, by its number.
  @inline(__always)
  mutating func linkLast(
    _ count: Int, _ lanes: UnsafeMutableBufferPointer<LaneState>, _ lane: (Int) -> Int
  ) {
    makeRoom(count)
    let item = Int32(truncatingIfNeeded: things.count &- 1)
    var (number, touched) = (linkCount, touchedCount)
    links.withUnsafeMutableBufferPointer { links in
      touchedLanes.withUnsafeMutableBufferPointer { touchedLanes in
        for k in 0..<count {
          let lane = lane(k)
          let last = lanes[lane].things
          if last == lanes[lane].fixedThings {
            touchedLanes[touched] = Int32(truncatingIfNeeded: lane)
            touched &+= 1
          }
          lanes[lane].things = Int32(truncatingIfNeeded: number)
          links[number] = Link(item: item, next: last)
          number &+= 1
        }
      }
    }
    (linkCount, touchedCount) = (number, touched)
  }
}
