import SimCore
import SimGeometry
import SimMap
import SimWorld

extension IDMPolicy {
  /// Everything that the search for a leader reads.
  private struct Search {
    var cars: UnsafeMutableBufferPointer<Car>
    /// Empty where nobody needs to know of queues.
    var atJunctions: UnsafeMutableBufferPointer<JunctionState>
    var lanes: UnsafeBufferPointer<LaneState>
    var things: UnsafeBufferPointer<Thing>
    var links: UnsafeBufferPointer<Link>
    var tables: RouteTables.View
    var paths: PathTable.View
    /// One per car, if somebody may pass over the oncoming lane.
    var passing: UnsafeBufferPointer<Passing>

    /// Whether what a car stops for is somebody who walks across.
    @inline(__always)
    func note(stopsForWalker: Bool, _ car: Int32) {
      if !atJunctions.isEmpty { atJunctions[Int(car)].stopsForWalker = stopsForWalker }
    }

    /// Asks for what those after a block are going to look at: the next car on their lane, or the
    /// rearmost one on the next lane, and their way beside things.
    func prefetch(after block: Range<Int>) {
      for c in block where c &+ Ahead.far < cars.count { prefetch(after: c) }
    }

    @inline(__always)
    private func prefetch(after c: Int) {
      let (far, near, next) = (c &+ Ahead.far, c &+ Ahead.near, c &+ Ahead.next)
      tables.prefetchPlace(of: far, cars)
      tables.entries.prefetch(Int(cars[far].entry), byte: 64)
      tables.entries.prefetch(Int(cars[far].entry), byte: 128)
      cars.prefetch(car: cars[far].ahead)
      var entry = Int(cars[near].entry)
      if lanes[Int(tables.entries[entry].lane)].things != Car.none {
        paths.pieces.prefetchPlace(Int(tables.entries[entry].firstPiece))
      }
      if cars[near].ahead == Car.none, entry &+ 1 < tables.entries.count {
        cars.prefetch(car: lanes[Int(tables.entries[entry &+ 1].lane)].first)
      }
      entry = Int(cars[next].entry)
      if lanes[Int(tables.entries[entry].lane)].things != Car.none {
        paths.pieces.prefetchShape(Int(tables.entries[entry].firstPiece))
      }
    }
  }

  /// Who looks: of a car, what the search for its leader needs.
  private struct Seeker {
    var s: Double
    var front: Double
    var offset: Double
    var halfLength: Double
    var halfWidth: Double
    var isLong: Bool
    /// Number of the car itself.
    var itself: Int32

    /// - Parameter aside: how far to one side of where it says it is it still is, metres: it needs
    ///   all the room between.
    @inline(__always)
    init(_ cars: UnsafeMutableBufferPointer<Car>, _ c: Int, itself: Int, aside: Double) {
      s = cars[c].s
      front = cars[c].front
      offset = cars[c].offset + 0.5 * aside
      halfLength = cars[c].halfLength
      halfWidth = cars[c].halfWidth + 0.5 * aside.magnitude
      isLong = cars[c].isLong
      self.itself = Int32(truncatingIfNeeded: itself)
    }
  }

  /// What a driver follows.
  private struct Nearest {
    /// Bumper to bumper, metres.
    var gap = Double.infinity
    var speed = 0.0
    /// None: it is not a car of the policy.
    var car = Car.none
    /// Of a body that lies across lanes, metres.
    var length = 0.0
  }

  /// Finds what each driver follows: the nearest of the next car on the lanes that it will drive
  /// and of all things in its corridor.
  mutating func findLeaders(_ view: WorldView) {
    cars.withUnsafeMutableBufferPointer { cars in
      atJunctions.withUnsafeMutableBufferPointer { atJunctions in
        lanes.withUnsafeBufferPointer { lanes in
          thingLists.things.withUnsafeBufferPointer { things in
            thingLists.links.withUnsafeBufferPointer { links in
              sharedTables.withView { tables in
                view.pathTable.withView { paths in
                  overtaking.states.withUnsafeBufferPointer { passing in
                    let search = Search(
                      cars: cars, atJunctions: atJunctions, lanes: lanes, things: things,
                      links: links, tables: tables, paths: paths, passing: passing)
                    for block in RowBlocks(cars.count, areMany: tables.areMany) {
                      if tables.areMany { search.prefetch(after: block) }
                      for c in block where cars[c].isPresent {
                        IDMPolicy.findLeader(of: c, itself: c, search)
                      }
                    }
                    for active in changes.lists.active {
                      let c = Int(active)
                      let state = changes.states[c]
                      IDMPolicy.lookAlongWay(from: c, itself: c, aside: state.offset, search)
                      if state.shadow == Car.none { continue }
                      IDMPolicy.findLeader(of: Int(state.shadow), itself: c, search)
                    }
                  }
                }
              }
            }
          }
        }
      }
    }
  }

  @inline(__always)
  private static func findLeader(of c: Int, itself: Int, _ search: Search) {
    if !followsNext(c, search) { lookAlongWay(from: c, itself: itself, search) }
  }

  /// The usual case: the next car on the lane is all that there is to follow.
  ///
  /// - Returns: false if there is more to look at.
  @inline(__always)
  private static func followsNext(_ c: Int, _ search: Search) -> Bool {
    let entry = Int(search.cars[c].entry)
    guard search.cars[c].ahead != Car.none,
      search.lanes[Int(search.tables.entries[entry].lane)].things == Car.none
    else { return false }
    let other = Int(search.cars[c].ahead)
    let front = search.cars[c].front
    let end = search.tables.entries[entry].end
    let rear =
      search.cars[other].laneS + search.tables.entries[entry].origin
      - search.cars[other].halfLength
    let gap = rear - front
    let room =
      search.cars[other].halfWidth + search.cars[c].halfWidth
      + (search.cars[other].isBicycle && !search.cars[c].isBicycle ? bicycleRoom : sideRoom)
    // (What begins beyond the end of the lane is left to the whole search.)
    guard rear <= end, end - front > gap,
      (search.cars[other].offset - search.cars[c].offset).magnitude <= room
    else { return false }
    search.cars[c].gap = gap
    search.cars[c].leadSpeed = search.cars[other].speed
    if !search.atJunctions.isEmpty {
      search.atJunctions[c].queueGap = gap
      search.atJunctions[c].queueLeader = Int32(truncatingIfNeeded: other)
    }
    search.cars[c].leader = Int32(truncatingIfNeeded: other)
    search.cars[c].leaderGap = gap
    search.cars[c].crossGap = .infinity
    return true
  }

  @inline(__always)
  private static func lookAlongWay(
    from c: Int, itself: Int, aside: Double = 0, _ search: Search
  ) {
    let me = Seeker(search.cars, c, itself: itself, aside: aside)
    let route = Int(search.cars[c].route)
    let entries = search.tables.routes[route].entries
    let length = search.tables.routes[route].length
    let isBicycle = search.cars[c].isBicycle
    var best = Nearest()
    var queueGap = Double.infinity
    var leader = Car.none
    var crossGap = Double.infinity
    var entry = Int(search.cars[c].entry)
    // Added to places on the path once the search has come round a ring.
    var lap = 0.0
    var isOwnLane = true
    while true {
      let lane = Int(search.tables.entries[entry].lane)
      if queueGap == .infinity {
        let origin = search.tables.entries[entry].origin
        let end = search.tables.entries[entry].end
        var node = isOwnLane ? search.cars[c].ahead : search.lanes[lane].first
        while node != Car.none {
          let other = Int(node)
          let place = search.cars[other].laneS + origin
          let halfLength = search.cars[other].halfLength
          if place - halfLength > end && end < length { break }
          let room = search.cars[other].isBicycle && !isBicycle ? bicycleRoom : sideRoom
          let isBeside =
            (search.cars[other].offset - me.offset).magnitude
            > search.cars[other].halfWidth + me.halfWidth + room
          let isAhead =
            isOwnLane || (place >= search.tables.entries[entry].start && place + lap > me.s)
          if isAhead && !isBeside {
            queueGap = place + lap - halfLength - me.front
            leader = node
            break
          }
          node = search.cars[other].ahead
        }
        if queueGap < best.gap {
          best = Nearest(gap: queueGap, speed: search.cars[Int(leader)].speed, car: leader)
        }
      }
      var link = search.lanes[lane].things
      while link != Car.none {
        let thing = Int(search.links[Int(link)].item)
        link = search.links[Int(link)].next
        if search.things[thing].car != me.itself {
          look(at: thing, from: me, on: entry, route, lap: lap, search, &best, &crossGap)
        }
      }
      // A body across a fork or a join may be that of the next car, whose middle is farther on.
      let way = search.tables.entries[entry].end + lap - me.front
      if way > lookAhead || way > best.gap + best.length { break }
      entry &+= 1
      isOwnLane = false
      if entry == Int(entries.upperBound) {
        guard search.tables.routes[route].isRing else { break }
        entry = Int(entries.lowerBound)
        lap += length
      }
    }
    search.cars[c].gap = best.gap
    search.cars[c].leadSpeed = best.speed
    if !search.atJunctions.isEmpty {
      search.atJunctions[c].queueGap = queueGap
      search.atJunctions[c].queueLeader = leader
    }
    search.cars[c].leader = best.car != Car.none ? best.car : leader
    search.cars[c].leaderGap = best.car != Car.none ? best.gap : queueGap
    search.cars[c].crossGap = crossGap
  }

  /// Whether a thing is in a driver's way, and nearer than the best leader so far.
  ///
  /// (Few drivers look at any: what it needs is not to be made for all of them.)
  @inline(never)
  private static func look(
    at number: Int, from me: Seeker, on entry: Int, _ route: Int, lap: Double, _ search: Search,
    _ best: inout Nearest, _ crossGap: inout Double
  ) {
    let thing = search.things[number]
    let paths = search.paths
    let firstPiece = Int(search.tables.entries[entry].firstPiece)
    let lastPiece = Int(search.tables.entries[entry].lastPiece)
    let place = paths.project(Vector2(thing.x, thing.y), from: firstPiece, through: lastPiece)
    let s = place.s + lap
    let reach = thing.halfLength + thing.halfWidth
    if s <= me.s {
      // Beside its rear half, where the tail of a long one swings out in turns. (Others of the
      // policy drive on; but one that stands where ways have just parted stays there for now.)
      guard me.isLong, thing.car == Car.none || thing.speed < Car.standing,
        s + reach > me.s - me.halfLength, best.gap > 0,
        (place.d - me.offset).magnitude < me.halfWidth + reach + 2
      else { return }
      let line = paths.lines[Int(search.tables.routes[route].path)]
      let gap = wayToContact(
        from: me, with: thing, within: 8 - me.halfLength,
        near: Int32(truncatingIfNeeded: firstPiece) - line.first, paths, line)
      if gap < best.gap {
        best = Nearest(gap: gap, speed: 0)
        search.note(stopsForWalker: false, me.itself)
      }
      return
    }
    guard s - reach - me.front < best.gap else { return }
    let room = me.halfWidth + sideRoom
    let most = room + reach + foresight.metres + 0.5 * me.halfLength
    guard (place.d - me.offset).magnitude < most else { return }

    let along = paths.pieces[place.piece].direction
    let heading = Vector2(
      along.x * thing.directionX + along.y * thing.directionY,
      along.x * thing.directionY - along.y * thing.directionX)
    let sweep = sweep(
      of: me.halfLength, at: place.s, piece: place.piece, from: firstPiece, through: lastPiece,
      paths)
    let right = me.offset - room - sweep.right
    let left = me.offset + room + sweep.left
    var nearest = nearestPlace(of: thing, heading, at: place.d, right: right, left: left)
    if thing.car == Car.none {
      // What others will do is not known, but that they go on for a moment is likely.
      let drift = thing.speed * heading.y * foresight.seconds
      let shift = min(max(drift, -foresight.metres), foresight.metres)
      nearest = min(
        nearest, nearestPlace(of: thing, heading, at: place.d + shift, right: right, left: left))
    }
    var gap = s + nearest - me.front
    guard gap < best.gap else { return }
    // The strip takes the way for straight along the whole of a long body; and who stands beside a
    // body is in its way only if that will meet it.
    let isStill = thing.car == Car.none && thing.speed.magnitude < Car.still
    if isStill
      ? gap < 0 || (me.isLong && gap < exactWithin)
      : thing.car != Car.none && (me.isLong || thing.isLong) && gap < exactWithin
    {
      let line = paths.lines[Int(search.tables.routes[route].path)]
      gap = wayToContact(
        from: me, with: thing, within: s + reach - me.s,
        near: Int32(truncatingIfNeeded: firstPiece) - line.first, paths, line)
      guard gap < best.gap else { return }
    }
    if thing.car != Car.none, heading.x < -0.7, search.cars[Int(thing.car)].isPassing {
      // Who comes towards it and will be gone in time is no matter.
      let passing = search.passing[Int(thing.car)]
      let speed = search.cars[Int(me.itself)].speed
      if gap < passing.leftWay + speed * (passing.leftTime + 0.5) {
        best = Nearest(gap: gap, speed: thing.speed * heading.x)
        search.note(stopsForWalker: false, me.itself)
      }
      return
    }
    if thing.car != Car.none, heading.x < 0.7 {
      // The policy's own cars that cross its way are gone again soon, and it knows who goes first.
      crossGap = min(crossGap, gap)
      return
    }
    best = Nearest(
      gap: gap, speed: thing.speed * heading.x, car: thing.car,
      length: thing.car == Car.none ? 0 : 2 * thing.halfLength)
    let goesAcross =
      thing.car == Car.none && thing.halfLength < goingAcross.halfLength
      && (thing.speed * heading.y).magnitude > goingAcross.speed
    search.note(stopsForWalker: goesAcross, me.itself)
  }

  /// How far a car can drive along its path until its body meets another one where that is now,
  /// metres; infinite if it gets past it. Both axles run on the path.
  private static func wayToContact(
    from me: Seeker, with thing: Thing, within reach: Double, near cursor: Int32,
    _ paths: PathTable.View, _ line: PathTable.Line
  ) -> Double {
    let other = OrientedBox(
      centre: Vector2(thing.x, thing.y), heading: 0,
      direction: Vector2(thing.directionX, thing.directionY),
      length: 2 * (thing.halfLength + sideRoom), width: 2 * (thing.halfWidth + sideRoom))
    let halfBase = AgentTable.wheelbaseShare * me.halfLength
    var rearCursor = cursor
    var frontCursor = cursor
    var way = 0.0
    while way < reach + me.halfLength {
      let rear = axle(me.s + way - halfBase, me.offset, &rearCursor, paths, line)
      let front = axle(me.s + way + halfBase, me.offset, &frontCursor, paths, line)
      let base = front - rear
      let length = base.length
      if length > 0 {
        let box = OrientedBox(
          centre: (rear + front) * 0.5, heading: 0, direction: base * (1 / length),
          length: 2 * me.halfLength, width: 2 * me.halfWidth)
        if box.overlaps(other) { return way }
      }
      way += 0.5
    }
    return .infinity
  }

  /// Where an axle is that runs beside a path; straight on beyond the ends of an open one.
  private static func axle(
    _ s: Double, _ offset: Double, _ cursor: inout Int32, _ paths: PathTable.View,
    _ line: PathTable.Line
  ) -> Vector2 {
    var s = s
    if line.isRing {
      if s < 0 { s += line.length } else if s >= line.length { s -= line.length }
    }
    let number = paths.piece(at: s, of: line, near: cursor)
    cursor = Int32(truncatingIfNeeded: number) - line.first
    let piece = paths.pieces[number]
    return piece.origin + piece.direction * (s - piece.start) + piece.direction.left * offset
  }

  /// The place along a straight strip at which a box in it begins, relative to its centre, metres;
  /// infinite if it is beside the strip.
  ///
  /// - Parameters:
  ///   - heading: of the box in the frame of the strip, as a unit vector.
  ///   - d: of the centre, to the left of the strip's zero line.
  ///   - right: edge of the strip.
  ///   - left: the other edge.
  private static func nearestPlace(
    of thing: Thing, _ heading: Vector2, at d: Double, right: Double, left: Double
  ) -> Double {
    var nearest = Double.infinity
    let length = heading * thing.halfLength
    let width = heading.left * thing.halfWidth
    var corner = length + width
    for k in 0..<4 {
      let next =
        k == 0
        ? width - length
        : k == 1
          ? -(length + width)
          : k == 2
            ? length - width
            : length + width
      // The part of this side that lies in the strip.
      let from = corner.y + d
      let to = next.y + d
      if max(from, to) > right && min(from, to) < left {
        let slope = to == from ? 0 : (next.x - corner.x) / (to - from)
        let a = min(max(from, right), left)
        let b = min(max(to, right), left)
        nearest = min(nearest, min(corner.x + slope * (a - from), corner.x + slope * (b - from)))
        if to == from { nearest = min(nearest, min(corner.x, next.x)) }
      }
      corner = next
    }
    return nearest
  }

  /// How far a car reaches beyond its straight corridor in a bend, metres to either side.
  ///
  /// With h half the length, b half the wheelbase and the axles on the path, a curvature k swings
  /// the ends out by (h^2 - b^2) k / 2 and draws the middle in by b^2 k / 2.
  private static func sweep(
    of halfLength: Double, at s: Double, piece: Int, from firstPiece: Int,
    through lastPiece: Int, _ paths: PathTable.View
  ) -> (left: Double, right: Double) {
    var behind = piece
    while behind > firstPiece && paths.pieces.start(of: behind) > s - halfLength {
      behind -= 1
    }
    var ahead = piece
    while ahead < lastPiece && paths.pieces.end(of: ahead) < s + halfLength {
      ahead += 1
    }
    if behind == ahead { return (0, 0) }
    let here = paths.pieces[piece].direction
    let first = paths.pieces[behind].direction
    let last = paths.pieces[ahead].direction
    // Chords of unit vectors are nearly the angles turned over half a length either way.
    let before = (here - first).length * (first.cross(here) < 0 ? -1 : 1)
    let after = (last - here).length * (here.cross(last) < 0 ? -1 : 1)
    let toLeft = max(0, max(before, after))
    let toRight = max(0, max(-before, -after))
    // b is 0.58 h.
    let out = 0.33 * halfLength
    let inwards = 0.17 * halfLength
    return (
      left: max(out * toRight, inwards * toLeft), right: max(out * toLeft, inwards * toRight)
    )
  }
}
