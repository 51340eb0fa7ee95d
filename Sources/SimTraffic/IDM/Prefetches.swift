import SimCore

// What the loops over all cars ask for some cars ahead, where there are many ways and so what is
// read of each car's way lies far from what is read of the next one's. Far ahead come the places
// that a car names, nearer by what is read there.

/// How many cars ahead.
enum Ahead {
  static let far = 16
  static let near = 8
  static let next = 4
}

extension UnsafeMutableBufferPointer<Car> {
  /// Asks for what others read of a car first.
  @inline(__always)
  func prefetch(car: Int32) {
    prefetch(Int(car))
    prefetch(Int(car), byte: 64)
  }
}

extension RouteTables.View {
  /// There are so many ways that it pays to ask ahead for what is read of each.
  @inline(__always)
  var areMany: Bool { routes.count >= manyRows }

  /// Asks for where a car is on its way.
  @inline(__always)
  func prefetchPlace(of c: Int, _ cars: UnsafeMutableBufferPointer<Car>) {
    entries.prefetch(Int(cars[c].entry))
    routes.prefetch(Int(cars[c].route))
  }

  /// Asks for where the cars after a block are on their ways.
  func prefetchPlaces(after block: Range<Int>, _ cars: UnsafeMutableBufferPointer<Car>) {
    for c in block where c &+ Ahead.near < cars.count {
      prefetchPlace(of: c &+ Ahead.near, cars)
    }
  }

  /// Asks for where the cars after a block were, and for later cars themselves.
  func prefetchEntries(after block: Range<Int>, _ cars: UnsafeMutableBufferPointer<Car>) {
    for c in block where c &+ Ahead.near < cars.count {
      cars.prefetch(c &+ Ahead.far)
      entries.prefetch(Int(cars[c &+ Ahead.near].entry))
    }
  }

  /// Asks for what is ahead of a car on its way: junctions, signals, speeds.
  @inline(__always)
  func prefetchWay(
    of c: Int, _ cars: UnsafeMutableBufferPointer<Car>,
    _ atJunctions: UnsafeMutableBufferPointer<JunctionState>
  ) {
    caps.prefetch(Int(cars[c].cap))
    if atJunctions.isEmpty { return }
    groups.prefetch(Int(atJunctions[c].group))
    stops.prefetch(Int(atJunctions[c].stop))
  }

  /// Number of a car's next ticket.
  @inline(__always)
  func ticket(
    of c: Int, _ cars: UnsafeMutableBufferPointer<Car>,
    _ atJunctions: UnsafeMutableBufferPointer<JunctionState>
  ) -> Int {
    Int(atJunctions[c].tickets) &+ Int(atJunctions[c].group)
      &- Int(routes[Int(cars[c].route)].groups.lowerBound)
  }
}
