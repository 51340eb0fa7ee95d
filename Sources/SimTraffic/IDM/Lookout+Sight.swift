import SimGeometry
import SimMap
import SimWorld

// Who is beside, ahead and behind on a lane that a driver thinks of changing to.
extension Lookout {
  /// How far back a driver looks on the lane beside, metres.
  static let lookBack = 150.0

  /// What a car would have around it at a place on another route.
  ///
  /// - Parameters:
  ///   - entry: of the other route.
  ///   - s: arc length of its path.
  ///   - hint: a car near there, if it is still on that lane; updated.
  func sight(of c: Int, on entry: Int, at s: Double, hint: inout Int32) -> LaneSight {
    let place = tables.entries[entry]
    let lane = Int(place.lane)
    let laneS = s - place.origin
    var sight = LaneSight()
    let (ahead, behind) = neighbours(of: c, on: lane, at: laneS, hint: hint)
    hint = behind != Car.none ? behind : ahead
    if ahead != Car.none {
      sight.add(
        ahead: cars[Int(ahead)].laneS - laneS - cars[Int(ahead)].halfLength - cars[c].halfLength,
        speed: cars[Int(ahead)].speed)
    } else {
      lookOn(from: entry, at: laneS, c, &sight)
    }
    if behind != Car.none {
      sight.add(
        behind: laneS - cars[Int(behind)].laneS - cars[Int(behind)].halfLength
          - cars[c].halfLength, speed: cars[Int(behind)].speed, node: behind)
    } else {
      lookBack(from: lane, laneS: laneS, way: laneS, depth: 4, c, &sight)
    }
    return sight
  }

  /// Whom a car would follow at a place on another route: of the policy's cars only.
  func leader(
    of c: Int, on entry: Int, at s: Double, hint: inout Int32
  ) -> (gap: Double, speed: Double) {
    let place = tables.entries[entry]
    let laneS = s - place.origin
    let (ahead, behind) = neighbours(of: c, on: Int(place.lane), at: laneS, hint: hint)
    hint = behind != Car.none ? behind : ahead
    if ahead != Car.none {
      let it = cars[Int(ahead)]
      return (it.laneS - laneS - it.halfLength - cars[c].halfLength, it.speed)
    }
    var sight = LaneSight()
    lookOn(from: entry, at: laneS, c, &sight)
    return (sight.aheadGap, sight.aheadSpeed)
  }

  /// The next nodes ahead of a place on a lane and behind it, but for a car itself and for those
  /// that are quite beside the lane.
  private func neighbours(
    of c: Int, on lane: Int, at laneS: Double, hint: Int32
  ) -> (ahead: Int32, behind: Int32) {
    let number = Int32(truncatingIfNeeded: lane)
    var node = hint
    if node == Car.none || cars[Int(node)].lane != number { node = nearbyHint(of: c, on: number) }
    if node == Car.none {
      // From whichever end is nearer.
      let last = lanes[lane].last
      let fromLast = last != Car.none && cars[Int(last)].laneS < 2 * laneS
      node = fromLast ? last : lanes[lane].first
    }
    guard node != Car.none else { return (Car.none, Car.none) }
    while cars[Int(node)].laneS < laneS, cars[Int(node)].ahead != Car.none {
      node = cars[Int(node)].ahead
    }
    while cars[Int(node)].laneS >= laneS, cars[Int(node)].behind != Car.none {
      node = cars[Int(node)].behind
    }
    // Now it is the last one behind the place, or the first of all.
    var behind = node
    var ahead = cars[Int(node)].ahead
    if cars[Int(node)].laneS >= laneS { (ahead, behind) = (node, Car.none) }
    while ahead != Car.none, isOff(ahead, c) { ahead = cars[Int(ahead)].ahead }
    while behind != Car.none, isOff(behind, c) { behind = cars[Int(behind)].behind }
    return (ahead, behind)
  }

  /// A car on a lane that those right ahead and behind know of; none.
  private func nearbyHint(of c: Int, on lane: Int32) -> Int32 {
    for side in 0..<2 {
      let near = side == 0 ? cars[c].behind : cars[c].ahead
      guard near != Car.none else { continue }
      let other = car(of: near)
      let left = hints[other][true]
      if left != Car.none, cars[Int(left)].lane == lane { return left }
      let right = hints[other][false]
      if right != Car.none, cars[Int(right)].lane == lane { return right }
    }
    return Car.none
  }

  /// A node is nobody to reckon with: the car itself, or one that is out of the lane already.
  private func isOff(_ node: Int32, _ c: Int) -> Bool {
    car(of: node) == c
      || cars[Int(node)].offset.magnitude
        > cars[Int(node)].halfWidth + cars[c].halfWidth + IDMPolicy.sideRoom
  }

  /// The rearmost car on the lanes of a route after an entry.
  private func lookOn(from entry: Int, at laneS: Double, _ c: Int, _ sight: inout LaneSight) {
    let route = tables.routes[Int(ways.routeOfEntry[entry])]
    var index = entry
    var way = tables.entries[entry].end - tables.entries[entry].origin - laneS
    while way < IDMPolicy.lookAhead {
      index += 1
      if index == Int(route.entries.upperBound) {
        guard route.isRing else { return }
        index = Int(route.entries.lowerBound)
      }
      if index == entry { return }
      let place = tables.entries[index]
      var node = lanes[Int(place.lane)].first
      while node != Car.none, isOff(node, c) { node = cars[Int(node)].ahead }
      if node != Car.none {
        sight.add(
          ahead: way + cars[Int(node)].laneS - cars[Int(node)].halfLength - cars[c].halfLength,
          speed: cars[Int(node)].speed)
        return
      }
      way += place.end - place.start
    }
  }

  /// The foremost cars on the lanes that lead into a lane.
  ///
  /// - Parameter way: from the start of the lane to the place, metres.
  private func lookBack(
    from lane: Int, laneS: Double, way: Double, depth: Int, _ c: Int, _ sight: inout LaneSight
  ) {
    guard depth > 0, way < Lookout.lookBack else { return }
    let first = Int(ways.feedStarts[lane])
    for k in first..<Int(ways.feedStarts[lane + 1]) {
      let feed = Int(ways.feeds[k])
      let length = laneLengths[feed]
      var node = lanes[feed].last
      while node != Car.none, isOff(node, c) { node = cars[Int(node)].behind }
      if node != Car.none {
        sight.add(
          behind: way + length - cars[Int(node)].laneS - cars[Int(node)].halfLength
            - cars[c].halfLength, speed: cars[Int(node)].speed, node: node)
      } else {
        lookBack(from: feed, laneS: laneS, way: way + length, depth: depth - 1, c, &sight)
      }
    }
  }

  /// Adds the things on the lanes of a route around an entry: who is not the policy's, and what
  /// stands on the road.
  func addThings(
    around entry: Int, at s: Double, of c: Int, _ sight: inout LaneSight
  ) {
    let number = Int(ways.routeOfEntry[entry])
    let route = tables.routes[number]
    let path = Int(ways.ways[number].path)
    let count = route.entries.count
    for step in -1...2 {
      var index = entry + step
      if route.isRing {
        if count < 4 && step != 0 { continue }
        let first = Int(route.entries.lowerBound)
        index = first + (index - first + count) % count
      }
      guard route.entries.contains(Int32(index)) else { continue }
      var link = lanes[Int(tables.entries[index].lane)].things
      while link != Car.none {
        let item = links[Int(link)]
        link = item.next
        let thing = things[Int(item.item)]
        if thing.car != Int32(c) { add(thing, at: s, of: c, on: path, &sight) }
      }
    }
  }

  private func add(
    _ thing: Thing, at s: Double, of c: Int, on path: Int,
    _ sight: inout LaneSight
  ) {
    let line = paths.lines[path]
    // About where it is: things that are looked at are near, or far enough to be found so.
    let here = paths.place(at: s, offset: 0, halfBase: 0, on: path)
    let ahead = paths.pieces[Int(line.first) + Int(paths.piece(at: s, on: path))].direction
    let arm = Vector2(thing.x, thing.y) - here
    let along = arm.dot(ahead)
    guard along.magnitude < IDMPolicy.lookAhead else { return }
    let place = paths.project(Vector2(thing.x, thing.y), on: path, near: s + along)
    let direction = paths.pieces[Int(line.first) + Int(paths.piece(at: place.s, on: path))]
      .direction
    let cosine = (direction.x * thing.directionX + direction.y * thing.directionY).magnitude
    let sine = (direction.x * thing.directionY - direction.y * thing.directionX).magnitude
    let halfAlong = cosine * thing.halfLength + sine * thing.halfWidth
    let halfAcross = sine * thing.halfLength + cosine * thing.halfWidth
    guard place.offset.magnitude < halfAcross + cars[c].halfWidth + 0.3 else { return }
    var way = place.s - s
    if line.isRing {
      if way > 0.5 * line.length { way -= line.length }
      if way < -0.5 * line.length { way += line.length }
    }
    let speed =
      thing.speed * (direction.x * thing.directionX + direction.y * thing.directionY)
    if way >= 0 {
      sight.add(ahead: way - halfAlong - cars[c].halfLength, speed: speed)
    } else {
      sight.add(behind: -way - halfAlong - cars[c].halfLength, speed: speed, node: Car.none)
    }
  }
}
