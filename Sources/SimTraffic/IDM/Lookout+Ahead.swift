import SimCore
import SimWorld

// What the loops over drivers who change lanes, or think of it, ask for some places ahead in their
// lists, where there are many cars: those lists jump about in memory, and so does what they lead
// to.
extension Lookout {
  /// It pays to ask ahead.
  @inline(__always)
  var areMany: Bool { cars.count >= manyRows }

  /// Asks for what is read of cars later in a list, and of those whom they name.
  @inline(__always)
  func prefetch(after k: Int, in list: UnsafeBufferPointer<Int32>) {
    if k &+ Ahead.far < list.count { prefetchSelf(Int(list[k &+ Ahead.far])) }
    if k &+ Ahead.near < list.count { prefetchOthers(of: Int(list[k &+ Ahead.near])) }
    if k &+ Ahead.next < list.count {
      let c = Int(list[k &+ Ahead.next])
      prefetchNeighbours(of: hints[c][true])
      prefetchNeighbours(of: hints[c][false])
    }
  }

  /// Asks for a car and its change.
  @inline(__always)
  private func prefetchSelf(_ c: Int) {
    cars.prefetch(c)
    cars.prefetch(c, byte: 64)
    states.prefetch(c)
    states.prefetch(c, byte: 64)
    hints.prefetch(c)
    rows.prefetch(c)
    drivers.prefetch(c)
  }

  /// Asks for those on the left of drivers later in the list of those who do not pass on the right.
  @inline(__always)
  func prefetchLeft(after k: Int) {
    // (Each is soon done with: it takes more of them until an answer comes.)
    if k &+ Ahead.far < keepers.count {
      cars.prefetch(car: hints[Int(keepers[k &+ Ahead.far])][true])
    }
    if k &+ Ahead.near < keepers.count {
      prefetchNeighbours(of: hints[Int(keepers[k &+ Ahead.near])][true])
    }
  }

  /// Asks for those before and behind somebody, or nobody.
  @inline(__always)
  func prefetchNeighbours(of node: Int32) {
    if node == Car.none { return }
    cars.prefetch(car: cars[Int(node)].ahead)
    cars.prefetch(car: cars[Int(node)].behind)
  }

  /// Asks for the shadow of a car, and for those around it.
  @inline(__always)
  private func prefetchOthers(of c: Int) {
    cars.prefetch(car: states[c].shadow)
    cars.prefetch(car: hints[c][true])
    cars.prefetch(car: hints[c][false])
    cars.prefetch(car: cars[c].ahead)
    cars.prefetch(car: cars[c].behind)
    agents.x.prefetch(rows[c])
    agents.y.prefetch(rows[c])
  }

  /// Asks for the pieces on which the shadows of cars later in a list are.
  @inline(__always)
  func prefetchShadows(after k: Int, in list: UnsafeBufferPointer<Int32>) {
    if k &+ Ahead.next < list.count {
      let shadow = Int(states[Int(list[k &+ Ahead.next])].shadow)
      if shadow >= 0 { paths.pieces.prefetchPlace(likelyPiece(of: shadow)) }
    }
    if k &+ Ahead.next / 2 < list.count {
      let shadow = Int(states[Int(list[k &+ Ahead.next / 2])].shadow)
      if shadow >= 0 { paths.pieces.prefetchShapes(around: likelyPiece(of: shadow)) }
    }
  }

  @inline(__always)
  private func likelyPiece(of node: Int) -> Int {
    paths.likelyPiece(
      at: cars[node].s, on: Int(tables.routes[Int(cars[node].route)].path))
  }

  /// Asks for the pieces beside which cars later in a list are, on the ways to both sides.
  @inline(__always)
  func prefetchWaysBeside(after k: Int, in list: UnsafeBufferPointer<Int32>) {
    if k &+ Ahead.next < list.count {
      let c = Int(list[k &+ Ahead.next])
      let beside = ways.besides[Int(cars[c].entry)]
      if beside.left >= 0 { paths.pieces.prefetchPlace(likelyPiece(beside: c, on: beside.left)) }
      if beside.right >= 0 { paths.pieces.prefetchPlace(likelyPiece(beside: c, on: beside.right)) }
    }
    if k &+ Ahead.next / 2 < list.count {
      let c = Int(list[k &+ Ahead.next / 2])
      let beside = ways.besides[Int(cars[c].entry)]
      if beside.left >= 0 {
        paths.pieces.prefetchShapes(around: likelyPiece(beside: c, on: beside.left))
      }
      if beside.right >= 0 {
        paths.pieces.prefetchShapes(around: likelyPiece(beside: c, on: beside.right))
      }
    }
  }

  private func likelyPiece(beside c: Int, on entry: Int32) -> Int {
    let here = tables.entries[Int(cars[c].entry)]
    let there = tables.entries[Int(entry)]
    let share = (cars[c].s - here.start) / max(here.end - here.start, 1)
    return paths.likelyPiece(
      at: there.start + share * (there.end - there.start),
      on: Int(ways.ways[Int(ways.routeOfEntry[Int(entry)])].path))
  }
}
