import SimGeometry
import SimMap
import SimWorld

// Who is in the way of a driver that thinks of passing, and who comes towards it.
extension IDMPolicy {
  /// Fills `overtaking.bodies` with those in the corridor of a driver's own lane, nearest first.
  ///
  /// - Parameters:
  ///   - back: how far behind its rear they may be, metres.
  ///   - reach: how far ahead of its front.
  mutating func findBodies(of c: Int, back: Double, reach: Double, _ view: WorldView) {
    overtaking.bodies.removeAll(keepingCapacity: true)
    let me = cars[c]
    let route = tables.routes[Int(me.route)]
    let keeps = drivers[c].sideOffset
    var number = Int(me.entry)
    while number > Int(route.entries.lowerBound), tables.entries[number].start > me.rear - back {
      number -= 1
    }
    while number < Int(route.entries.upperBound) {
      let entry = tables.entries[number]
      if entry.start > me.front + reach { break }
      let lane = Int(entry.lane)
      var node = lanes[lane].first
      while node != Car.none {
        let it = cars[Int(node)]
        let place = it.laneS + entry.origin
        let isBeside =
          (it.offset - keeps).magnitude > it.halfWidth + me.halfWidth + IDMPolicy.sideRoom
        if !isBeside, Int(node) != c, place + it.halfLength > me.rear - back,
          place - it.halfLength < me.front + reach
        {
          overtaking.bodies.append(
            Overtaking.Body(
              rear: place - it.halfLength - me.front, front: place + it.halfLength - me.front,
              speed: it.speed, left: it.offset + it.halfWidth, isFixed: false,
              isPassing: it.isPassing, isBicycle: it.isBicycle))
        }
        node = it.ahead
      }
      findThings(
        of: c, entry, on: lane, from: keeps - me.halfWidth - IDMPolicy.sideRoom,
        to: keeps + me.halfWidth + IDMPolicy.sideRoom, back: back, reach: reach, view)
      number += 1
    }
    overtaking.bodies.sort { ($0.rear, $0.front) < ($1.rear, $1.front) }
  }

  /// Fills `overtaking.bodies` with those on the oncoming lane beside a driver's way, from its rear
  /// on.
  ///
  /// - Parameter target: offset at which it passes.
  mutating func findOncoming(
    to c: Int, at target: Double, reach: Double, _ view: WorldView
  ) {
    overtaking.bodies.removeAll(keepingCapacity: true)
    let me = cars[c]
    let route = tables.routes[Int(me.route)]
    var number = Int(me.entry)
    while number < Int(route.entries.upperBound) {
      let entry = tables.entries[number]
      let lane = overtaking.opposite[number]
      if lane == Car.none || entry.start > me.front + reach { break }
      let share = laneLengths[Int(entry.lane)] / max(laneLengths[Int(lane)], 0.01)
      var node = lanes[Int(lane)].first
      while node != Car.none {
        let it = cars[Int(node)]
        let place = entry.origin + laneLengths[Int(entry.lane)] - it.laneS * share
        if place + it.halfLength > me.rear - 1, place - it.halfLength < me.front + reach {
          overtaking.bodies.append(
            Overtaking.Body(
              rear: place - it.halfLength - me.front, front: place + it.halfLength - me.front,
              speed: -it.speed, left: 0, isFixed: false))
        }
        node = it.ahead
      }
      findThings(
        of: c, entry, on: Int(lane), from: target - me.halfWidth - 0.3,
        to: target + me.halfWidth + 0.3, back: 1, reach: reach, view)
      number += 1
    }
  }

  /// Adds the things on a lane that lie in a strip along a driver's way: who is not the policy's,
  /// and what stands on the road.
  private mutating func findThings(
    of c: Int, _ entry: RouteTables.Entry, on lane: Int, from right: Double, to left: Double,
    back: Double, reach: Double, _ view: WorldView
  ) {
    let me = cars[c]
    var link = lanes[lane].things
    view.pathTable.withView { paths in
      while link != Car.none {
        let item = thingLists.links[Int(link)]
        link = item.next
        let thing = thingLists.things[Int(item.item)]
        // The policy's own cars are in the lists of their lanes.
        if thing.car != Car.none { continue }
        let place = paths.project(
          Vector2(thing.x, thing.y), from: Int(entry.firstPiece), through: Int(entry.lastPiece))
        let along = paths.pieces[place.piece].direction
        let cosine = along.x * thing.directionX + along.y * thing.directionY
        let sine = along.x * thing.directionY - along.y * thing.directionX
        let halfAlong = cosine.magnitude * thing.halfLength + sine.magnitude * thing.halfWidth
        let halfAcross = sine.magnitude * thing.halfLength + cosine.magnitude * thing.halfWidth
        guard place.d + halfAcross > right, place.d - halfAcross < left,
          place.s + halfAlong > me.rear - back, place.s - halfAlong < me.front + reach
        else { continue }
        overtaking.bodies.append(
          Overtaking.Body(
            rear: place.s - halfAlong - me.front, front: place.s + halfAlong - me.front,
            speed: thing.speed * cosine, left: place.d + halfAcross,
            isFixed: Int(item.item) < thingLists.fixedThingCount))
      }
    }
  }
}
