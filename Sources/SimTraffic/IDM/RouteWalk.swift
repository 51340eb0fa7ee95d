/// Goes over a route's share of a list from a cursor to its end, and on a ring once round.
struct RouteWalk {
  private var index: Int
  private let bounds: Range<Int>
  private var left: Int
  private let lapLength: Double
  private var lap = 0.0

  @inline(__always)
  init(from cursor: Int32, over range: Range<Int32>, _ route: RouteTables.Route) {
    index = Int(cursor)
    bounds = Int(range.lowerBound)..<Int(range.upperBound)
    left = route.isRing ? bounds.count : bounds.upperBound - index
    lapLength = route.length
  }

  /// The next index, and what to add to its places on the path.
  @inline(__always)
  mutating func next() -> (index: Int, lap: Double)? {
    guard left > 0 else { return nil }
    if index == bounds.upperBound {
      index = bounds.lowerBound
      lap += lapLength
    }
    left &-= 1
    index &+= 1
    return (index &- 1, lap)
  }
}
