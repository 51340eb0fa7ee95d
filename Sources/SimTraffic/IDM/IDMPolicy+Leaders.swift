import SimGeometry
import SimMap
import SimWorld

extension IDMPolicy {
  /// Everything that the search for a leader reads.
  private struct Search {
    var cars: UnsafeMutableBufferPointer<Car>
    var lanes: UnsafeBufferPointer<LaneState>
    var things: UnsafeBufferPointer<Thing>
    var links: UnsafeBufferPointer<Link>
    var tables: RouteTables.View
    var paths: PathTable.View
  }

  /// Finds what each driver follows: the nearest of the next car on the lanes that it will drive
  /// and of all things in its corridor.
  mutating func findLeaders(_ view: WorldView) {
    cars.withUnsafeMutableBufferPointer { cars in
      lanes.withUnsafeBufferPointer { lanes in
        things.withUnsafeBufferPointer { things in
          links.withUnsafeBufferPointer { links in
            tables.withView { tables in
              view.pathTable.withView { paths in
                let search = Search(
                  cars: cars, lanes: lanes, things: things, links: links, tables: tables,
                  paths: paths)
                for c in 0..<cars.count where cars[c].isPresent {
                  IDMPolicy.findLeader(of: c, search)
                }
              }
            }
          }
        }
      }
    }
  }

  @inline(__always)
  private static func findLeader(of c: Int, _ search: Search) {
    let me = search.cars[c]
    let bounds = search.tables.routes[Int(me.route)]
    var best = (gap: Double.infinity, speed: 0.0)
    var queue = (gap: Double.infinity, speed: 0.0)
    var entry = Int(me.entry)
    // Added to places on the path once the search has come round a ring.
    var lap = 0.0
    var isOwnLane = true
    while true {
      let stretch = search.tables.entries[entry]
      let lane = search.lanes[Int(stretch.lane)]
      if queue.gap == .infinity {
        var other = isOwnLane ? me.ahead : lane.first
        while other != Car.none {
          let it = search.cars[Int(other)]
          let place = it.laneS + stretch.origin
          if place - it.halfLength > stretch.end && stretch.end < bounds.length { break }
          let isBeside =
            (it.offset - me.offset).magnitude
            > it.halfWidth + me.halfWidth + IDMPolicy.sideRoom
          let isAhead = isOwnLane || (place >= stretch.start && place + lap > me.s)
          if isAhead && !isBeside {
            queue = (place + lap - it.halfLength - me.front, it.speed)
            break
          }
          other = it.ahead
        }
        if queue.gap < best.gap { best = queue }
      }
      var link = lane.things
      while link != Car.none {
        let item = search.links[Int(link)]
        link = item.next
        let thing = search.things[Int(item.item)]
        if thing.car != Int32(truncatingIfNeeded: c) {
          look(at: thing, from: me, on: stretch, lap: lap, search.paths, &best)
        }
      }
      let end = stretch.end + lap
      if end - me.front > min(IDMPolicy.lookAhead, best.gap) { break }
      entry += 1
      isOwnLane = false
      if entry == Int(bounds.entries.upperBound) {
        guard bounds.isRing else { break }
        entry = Int(bounds.entries.lowerBound)
        lap += bounds.length
      }
    }
    search.cars[c].gap = best.gap
    search.cars[c].leadSpeed = best.speed
    search.cars[c].queueGap = queue.gap
    search.cars[c].queueSpeed = queue.speed
  }

  /// Whether a thing is in a driver's way, and nearer than the best leader so far.
  private static func look(
    at thing: Thing, from me: Car, on stretch: RouteTables.Entry, lap: Double,
    _ paths: PathTable.View, _ best: inout (gap: Double, speed: Double)
  ) {
    let place = paths.project(
      Vector2(thing.x, thing.y), from: Int(stretch.firstPiece), through: Int(stretch.lastPiece))
    let along = paths.pieces[place.piece].direction
    let cosine = along.x * thing.directionX + along.y * thing.directionY
    let sine = along.x * thing.directionY - along.y * thing.directionX
    let s = place.s + lap
    guard s > me.s else { return }
    let reach =
      thing.halfLength * cosine.magnitude + thing.halfWidth * sine.magnitude
    let gap = s - reach - me.front
    guard gap < best.gap else { return }
    let side = thing.halfLength * sine.magnitude + thing.halfWidth * cosine.magnitude
    var right = place.d - side
    var left = place.d + side
    if thing.car == Car.none {
      // What others will do is not known, but that they go on for a moment is likely.
      let drift = thing.speed * sine * foresight.seconds
      if drift > 0 { left += min(drift, foresight.metres) }
      if drift < 0 { right += max(drift, -foresight.metres) }
    }
    let room = me.halfWidth + sideRoom
    guard left > me.offset - room && right < me.offset + room else { return }
    best = (gap, thing.speed * cosine)
  }
}
